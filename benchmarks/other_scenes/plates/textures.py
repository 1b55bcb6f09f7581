"""Textures: photographs that scikit-image and scikit-learn ship, and made patterns."""

from __future__ import annotations

import math
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

Array = np.ndarray
SIZE = 384
PHOTOS = {
    Path(name).stem: name
    for name in (
        "flower.jpg", "china.jpg", "astronaut.png", "brick.png", "camera.png", "chelsea.png", "coffee.png",
        "coins.png", "grass.png", "gravel.png", "hubble_deep_field.jpg", "ihc.png", "moon.png", "motorcycle_left.png",
        "page.png", "retina.jpg", "rocket.jpg", "text.png", "cell.png",
    )
}  # fmt: skip


class Texture(NamedTuple):
    """A piece of cloth, BGR, and what it was made of."""

    picture: Array
    name: str
    contrast: float


@cache
def photo(name: str) -> Array:
    """One of the photographs, BGR from 0 to 1, at most 700 pixels long."""
    packages = (("skimage", "data"), ("sklearn", "datasets/images"))
    specs = ((find_spec(package), folder) for package, folder in packages)
    paths = [Path(spec.origin).parent / folder / PHOTOS[name] for spec, folder in specs if spec and spec.origin]
    picture = next((cv2.imread(str(path), cv2.IMREAD_COLOR) for path in paths if path.exists()), None)
    if picture is None:
        raise FileNotFoundError(f"{PHOTOS[name]} is in neither scikit-image nor scikit-learn")
    shrink = min(1, 700 / max(picture.shape[:2]))
    return cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def fractal(rng: np.random.Generator, h: int, w: int, base: int = 4, octaves: int = 5, fall: float = 0.6) -> Array:
    """Noise of several octaves with mean 0 and deviation 1; `base` is the number of coarsest grains along it."""
    out = np.zeros((h, w), np.float32)
    strength, grains = 1.0, base
    for _ in range(octaves):
        rows = max(2, int(grains * h / max(h, w)) + 2)
        grid = rng.standard_normal((rows, grains + 2)).astype(np.float32)
        out += strength * cv2.resize(grid, (w, h), interpolation=cv2.INTER_CUBIC)
        strength *= fall
        grains *= 2
        if grains > max(h, w) / 2:
            break
    return (out - out.mean()) / (out.std() + 1e-6)


def _stars(rng: np.random.Generator) -> Array:
    mask = np.zeros((SIZE, SIZE), np.float32)
    for _ in range(60):
        at = tuple(int(v) for v in rng.integers(0, SIZE, 2))
        kind, size, thick = int(rng.integers(0, 7)), int(rng.integers(10, 40)), int(rng.integers(2, 5))
        cv2.drawMarker(mask, at, 1.0, kind, size, thick)
    return cv2.GaussianBlur(mask, (0, 0), 0.8)


def _pattern(rng: np.random.Generator, kind: str, u: Array, v: Array, period: float) -> Array:
    """How much of the second colour is at each point."""
    if kind == "stripes":
        return 0.5 + 0.5 * np.tanh(4 * np.sin(2 * np.pi * u / period))
    if kind == "check":
        across, along = (np.tanh(4 * np.sin(2 * np.pi * x / period)) for x in (u, v))
        return 0.5 + 0.25 * (across + along)
    if kind == "dots":
        far = np.hypot((u / period) % 1 - 0.5, (v / period) % 1 - 0.5)
        return 1 / (1 + np.exp((far - 0.27) * 30))
    if kind == "knit":
        q = period / 3
        return 0.5 + 0.5 * np.sin(2 * np.pi * u / q + 1.5 * np.abs((v / q) % 2 - 1)) * np.sin(np.pi * v / q)
    if kind == "stars":
        return _stars(rng)
    return np.clip(0.5 + 0.22 * fractal(rng, SIZE, SIZE, int(rng.integers(6, 40))), 0, 1)


def _made(rng: np.random.Generator) -> tuple[Array, str]:
    """Draw a pattern of two colours."""
    kind = str(rng.choice(["stripes", "dots", "knit", "check", "noise", "stars"]))
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    turn = rng.uniform(0, np.pi)
    u, v = x * math.cos(turn) + y * math.sin(turn), -x * math.sin(turn) + y * math.cos(turn)
    period = rng.uniform(10, 48)
    first, second = (rng.uniform(0.2, 1, 3).astype(np.float32) for _ in range(2))
    share = _pattern(rng, kind, u, v, period)[..., None].astype(np.float32)
    cloth = first * (1 - share) + second * share
    cloth *= 1 + 0.04 * rng.standard_normal((SIZE, SIZE, 1)).astype(np.float32)
    return cloth.astype(np.float32), kind


def _cut(rng: np.random.Generator) -> tuple[Array, str]:
    """Cut a square out of a photograph."""
    name = str(rng.choice(list(PHOTOS)))
    picture = photo(name)
    h, w = picture.shape[:2]
    side = int(min(h, w) * rng.uniform(0.35, 0.95))
    y, x = rng.integers(0, h - side + 1), rng.integers(0, w - side + 1)
    return cv2.resize(picture[y : y + side, x : x + side], (SIZE, SIZE), interpolation=cv2.INTER_AREA), name


def pick(rng: np.random.Generator, contrast: float | None = None) -> Texture:
    """Choose a texture, its brightness and, unless it is given, its contrast."""
    cloth, name = _cut(rng) if rng.random() < 0.62 else _made(rng)
    if contrast is None:
        contrast = float(np.exp(rng.uniform(np.log(0.06), np.log(1.1))))
    mean = cloth.mean((0, 1))
    base = mean * rng.uniform(0.0, 0.6) + rng.uniform(0.25, 0.8, 3) * rng.uniform(0.5, 1)
    cloth = base + (cloth - mean) * contrast * rng.uniform(0.6, 1)
    return Texture(np.clip(cloth, 0.02, 1.1).astype(np.float32), name, contrast)


def _mirrored(at: Array, size: int) -> Array:
    last = size - 1
    return (last - np.abs(np.mod(at, 2 * last) - last)).astype(np.float32)


def sample(texture: Array, u: Array, v: Array) -> Array:
    """Look a texture up at any place; beyond its edges it is mirrored."""
    size = texture.shape[0]
    at = _mirrored(u, size), _mirrored(v, size)
    return cv2.remap(texture, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
