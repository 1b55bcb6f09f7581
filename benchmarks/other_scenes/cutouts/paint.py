"""Paper, paint and scissors: shapes made of rods, cloth and skin, sprites and their shadows, the sheet."""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks.other_scenes.cutouts.stage import Sprite

Rods = list[tuple[float, float, float, float, float, float]]


class Cloth(NamedTuple):
    """A material: colour, second colour, print, size of the print, roughness."""

    colour: np.ndarray
    other: np.ndarray
    print_kind: str
    size: float
    rough: float


class Palette(NamedTuple):
    """What all sprites of a film share: texture pixels a unit, grey or colour, direction of the light, skin."""

    rng: np.random.Generator
    density: float
    grey: bool
    light: float
    flesh: Cloth

    def tone(self, colour: np.ndarray) -> np.ndarray:
        """Colour as the camera records it (the last axis becomes 1 in grey films)."""
        return (colour @ (0.35, 0.45, 0.2))[..., None] if self.grey else colour


def mottle(rng: np.random.Generator, height: int, width: int, grain: float) -> np.ndarray:
    """Cloudy texture of about unit size, largest clouds of `grain` pixels."""
    out = np.zeros((height, width), np.float32)
    for level, weight in ((1, 1.0), (0.4, 0.6), (0.12, 0.4)):
        size = max(grain * level, 1.5)
        small = rng.standard_normal((int(height / size) + 3, int(width / size) + 3)).astype(np.float32)
        out += weight * cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return out


def plain(colour: np.ndarray) -> Cloth:
    """A material of one colour."""
    return Cloth(np.asarray(colour, float), np.zeros(3), "plain", 1.0, 0.03)


def skin(rng: np.random.Generator) -> Cloth:
    """A skin, light to dark."""
    return plain(np.array([0.88, 0.68, 0.58]) - rng.uniform(0, 1) ** 1.8 * np.array([0.52, 0.44, 0.4]))


def cloth(rng: np.random.Generator, dark: float = 0.15, bright: float = 0.9) -> Cloth:
    """A random fabric."""
    colour = rng.uniform(dark, bright) * (1 - rng.uniform(0, 0.45) * rng.random(3))
    other = np.clip(colour + rng.choice([-1, 1]) * rng.uniform(0.05, 0.4, 3), 0.04, 0.97)
    kind = str(rng.choice(["plain", "stripes", "dots", "checks", "knit"], p=[0.35, 0.2, 0.18, 0.12, 0.15]))
    return Cloth(colour, other, kind, rng.uniform(0.06, 0.22), rng.uniform(0.02, 0.07))


def dye(palette: Palette, stuff: Cloth, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Colour of a material at every place."""
    u, v = x / stuff.size, y / stuff.size
    prints = {
        "plain": u < -1e9,
        "stripes": np.sin(2 * np.pi * u) > 0.2,
        "dots": (u % 1 - 0.5) ** 2 + ((v + 0.5 * (u // 1 % 2)) % 1 - 0.5) ** 2 < 0.05,
        "checks": (u % 2 < 1) ^ (v % 2 < 1),
        "knit": np.sin(14 * u + 3 * np.sin(14 * v)) > 0.3,
    }
    mix = cv2.GaussianBlur(prints[stuff.print_kind].astype(np.float32), (0, 0), 0.8)[..., None]
    mix *= 0.4 if stuff.print_kind == "knit" else 1
    grain = mottle(palette.rng, *x.shape, 0.25 * palette.density)
    return (stuff.colour * (1 - mix) + stuff.other * mix) * (1 + stuff.rough * grain[..., None])


def cut(palette: Palette, rods: Rods, stuff: Cloth, depth: float, draw: Callable | None = None) -> Sprite:
    """Cut out a union of tapering rods (ax, ay, bx, by, ra, rb); edges round off over `depth`; `draw` paints on it."""
    step, all_rods = 1 / palette.density, np.array(rods)
    reach = all_rods[:, 4:].max(1)[:, None] + 3 * step
    low = np.minimum(all_rods[:, :2], all_rods[:, 2:4]) - reach
    high = np.maximum(all_rods[:, :2], all_rods[:, 2:4]) + reach
    (x0, y0), (x1, y1), far = low.min(0), high.max(0), np.inf
    x, y = np.meshgrid(np.arange(x0, x1, step), np.arange(y0, y1, step))
    for ax, ay, bx, by, ra, rb in rods:
        dx, dy = bx - ax, by - ay
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy + 1e-9), 0, 1)
        far = np.minimum(far, np.hypot(x - ax - along * dx, y - ay - along * dy) - (ra + (rb - ra) * along))
    alpha = np.clip(0.5 - far * palette.density / 1.6, 0, 1)
    dome = np.sqrt(1 - (1 - np.clip(-far / depth, 0, 1)) ** 2)
    gy, gx = np.gradient(cv2.GaussianBlur(dome, (0, 0), 1.0) * depth, step)
    shade = 0.74 + 0.26 * dome - 0.16 * np.clip(gx * np.cos(palette.light) + gy * np.sin(palette.light), -1.2, 1.2)
    shade *= 1 + 0.05 * mottle(palette.rng, *x.shape, 0.4 * palette.density)
    colour = dye(palette, stuff, x, y)
    colour = palette.tone(np.clip((draw(x, y, colour) if draw else colour) * shade[..., None], 0, 1))
    pixels = np.dstack([colour * alpha[..., None], alpha]).astype(np.float32)
    return Sprite(pixels, np.array([[step, 0, x0 - step / 2], [0, step, y0 - step / 2], [0, 0, 1.0]]))


def shadow(palette: Palette, sprite: Sprite, softness: float, strength: float) -> Sprite:
    """The soft dark spot below (or, when `strength` is negative, bright spot above) a cut-out."""
    sigma = max(softness * palette.density, 0.8)
    edge = int(3 * sigma)
    alpha = cv2.copyMakeBorder(sprite.pixels[..., -1], edge, edge, edge, edge, cv2.BORDER_CONSTANT)
    alpha = cv2.GaussianBlur(alpha, (0, 0), sigma) * abs(strength)
    pixels = np.dstack([*[alpha * (strength < 0)] * (sprite.pixels.shape[2] - 1), alpha]).astype(np.float32)
    return Sprite(pixels, sprite.to_units @ np.array([[1, 0, -edge], [0, 1, -edge], [0, 0, 1.0]]))


def sheet(palette: Palette, width: int, height: int, plane: np.ndarray) -> np.ndarray:
    """The bed sheet with folds, seen through the plane's homography, and the floor beyond the mattress."""
    rng, (px, py) = palette.rng, np.meshgrid(np.arange(width) + 0.0, np.arange(height) + 0.0)
    spot = np.linalg.inv(plane) @ np.stack([px.ravel(), py.ravel(), np.ones(px.size)])
    x, y = (spot[:2] / spot[2]).reshape(2, height, width)
    colour = dye(palette, cloth(rng, 0.3, 0.85), x, y)
    fold = 1 + 0.06 * mottle(rng, height, width, 0.8 * palette.density)
    for _ in range(rng.integers(0, 9)):
        angle, bend = rng.uniform(0, np.pi), 0.15 * np.sin(rng.uniform(0.8, 2) * x + rng.uniform(0, 6))
        ridge = np.cos(angle) * x + np.sin(angle) * y + bend - rng.normal(0, 1.5)
        fold += rng.uniform(-0.12, 0.12) * ridge / 0.04 * np.exp(-((ridge / 0.06) ** 2))
    off = np.clip((np.abs(x) - rng.uniform(1.7, 3)) * palette.density + 0.5, 0, 1)[..., None]
    floor = rng.uniform(0.05, 0.5, 3) * (1 + 0.1 * mottle(rng, height, width, 40)[..., None])
    return palette.tone(np.clip(colour * fold[..., None] * (1 - off) + floor * off, 0, 1)).astype(np.float32)
