"""Textures: pieces of real photographs that ship with installed packages, and procedural noise."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLOTH = (
    "brick.png",
    "grass.png",
    "gravel.png",
    "ihc.png",
    "coffee.png",
    "chelsea.png",
    "cell.png",
    "color.png",
    "hubble_deep_field.jpg",
    "retina.jpg",
    "coins.png",
    "china.jpg",
    "flower.jpg",
)
SCENES = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "china.jpg",
    "flower.jpg",
    "motorcycle_left.png",
    "rocket.jpg",
    "camera.png",
    "coins.png",
    "motorcycle_right.png",
)


def _folders() -> list[Path]:
    specs = ((find_spec(package), folder) for package, folder in (("skimage", "data"), ("sklearn", "datasets/images")))
    return [Path(spec.origin).parent / folder for spec, folder in specs if spec and spec.origin]


@cache
def photograph(name: str) -> NDArray[np.float32] | None:
    """One shipped photograph as RGB in 0..1, or None where the package that holds it is missing."""
    for folder in _folders():
        if (folder / name).exists():
            picture = cv2.imread(str(folder / name), cv2.IMREAD_COLOR)
            return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.float32) / 255
    return None


def pick_photograph(rng: np.random.Generator, names: tuple[str, ...]) -> NDArray[np.float32]:
    """Choose one of `names` that is there."""
    there = [name for name in names if photograph(name) is not None]
    if not there:
        raise ModuleNotFoundError("the photographs come with scikit-image: pip install scikit-image scikit-learn")
    return photograph(there[int(rng.integers(len(there)))])


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> NDArray[np.float32]:
    """Noise of mean 0 and deviation 1 with features of about `scale` pixels."""
    h, w = shape
    small = (max(int(h / scale) + 3, 4), max(int(w / scale) + 3, 4))
    coarse = rng.standard_normal(small).astype(np.float32)
    fine = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)
    return (fine - fine.mean()) / (fine.std() + 1e-6)


def fractal(rng: np.random.Generator, shape: tuple[int, int], coarsest: float, octaves: int = 4) -> NDArray[np.float32]:
    """Sum of octaves of smooth noise, mean 0 and deviation 1."""
    total = np.zeros(shape, np.float32)
    for k in range(octaves):
        total += smooth_noise(rng, shape, max(coarsest / 2**k, 1.2)) * 0.6**k
    return (total - total.mean()) / (total.std() + 1e-6)


def photo_texture(rng: np.random.Generator, shape: tuple[int, int], zoom: float) -> NDArray[np.float32]:
    """Luminance of a random piece of a photograph, blurred a little, mean 0 and deviation 1."""
    photo = pick_photograph(rng, CLOTH).mean(axis=2)
    h, w = shape
    need_h, need_w = (min(int(n / zoom) + 1, m) for n, m in zip(shape, photo.shape, strict=True))
    top = int(rng.integers(photo.shape[0] - need_h + 1))
    left = int(rng.integers(photo.shape[1] - need_w + 1))
    piece = cv2.resize(photo[top : top + need_h, left : left + need_w], (w, h), interpolation=cv2.INTER_CUBIC)
    # uneven light of the photograph is no texture of the cloth
    piece = piece - cv2.GaussianBlur(piece, (0, 0), max(h, w) / 8)
    piece = cv2.GaussianBlur(piece, (0, 0), float(rng.uniform(0.5, 1.4)))
    return np.clip((piece - piece.mean()) / (piece.std() + 1e-6), -3, 3).astype(np.float32)


def print_pattern(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> NDArray[np.float32]:
    """Stripes, checks or dots as printed on baby clothes, within -1..1."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    period = rng.uniform(6, 22) * scale
    bend = smooth_noise(rng, shape, 60 * scale) * 2.5 * scale
    u = (x * np.cos(angle) + y * np.sin(angle) + bend) * 2 * np.pi / period
    v = (y * np.cos(angle) - x * np.sin(angle) + bend) * 2 * np.pi / period
    kind = rng.integers(3)
    if kind == 0:
        return np.tanh(2 * np.sin(u))
    if kind == 1:
        return 0.5 * (np.tanh(2 * np.sin(u)) + np.tanh(2 * np.sin(v)))
    return np.tanh(3 * (np.sin(u) * np.sin(v) - 0.4))


def cloth(rng: np.random.Generator, shape: tuple[int, int], scale: float, contrast: float) -> NDArray[np.float32]:
    """Albedo of a cloth around its own mean of 1: photograph, print and noise mixed."""
    mix = rng.dirichlet((2.0, 1.0, 0.7))
    out = mix[0] * photo_texture(rng, shape, scale * float(rng.uniform(0.6, 1.6)))
    out = out + mix[1] * print_pattern(rng, shape, scale) + mix[2] * fractal(rng, shape, 12 * scale)
    return np.clip(1 + contrast * out, 0.25, 1.9).astype(np.float32)


def folds(rng: np.random.Generator, shape: tuple[int, int], scale: float, count: int) -> NDArray[np.float32]:
    """Height of wrinkles: bent ridges of several widths, in pixels."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    total = np.zeros(shape, np.float32)
    bend = smooth_noise(rng, shape, 70 * scale) * 14 * scale
    for _ in range(count):
        angle, width = rng.uniform(0, np.pi), rng.uniform(2.5, 8) * scale
        cx, cy = rng.uniform(0, shape[1]), rng.uniform(0, shape[0])
        along = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
        across = (y - cy) * np.cos(angle) - (x - cx) * np.sin(angle) + bend * rng.uniform(0.3, 1)
        length = rng.uniform(25, 90) * scale
        ridge = np.exp(-0.5 * (across / width) ** 2 - 0.5 * (along / length) ** 2)
        total += ridge * width * rng.uniform(0.25, 0.8)
    return total + fractal(rng, shape, 40 * scale, 3) * 0.5 * scale
