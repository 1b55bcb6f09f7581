"""What the sleeper lies on and in: a wrinkled sheet, a photograph beyond the mattress, bars of a cot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.plates.textures import fractal, photo, sample

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.camera import Canvas
    from benchmarks.other_scenes.plates.fabrics import Fabrics
    from benchmarks.other_scenes.plates.sleeper import Layout

Array = np.ndarray
ROOMS = ("china", "coffee", "flower", "brick", "astronaut", "motorcycle_left", "rocket", "gravel")


def _sheet(rng: np.random.Generator, canvas: Canvas, fabrics: Fabrics) -> Array:
    """Draw the sheet; its wrinkles shade it and bend its pattern."""
    turn, scale = rng.uniform(0, np.pi), fabrics.scales["sheet"]
    wrinkles = fractal(rng, canvas.h, canvas.w, int(rng.integers(3, 10)), 6, rng.uniform(0.5, 0.75))
    deep = float(np.exp(rng.uniform(np.log(0.008), np.log(0.1))))
    bend = 8 * deep * 10 * wrinkles
    u = (canvas.x * math.cos(turn) + canvas.y * math.sin(turn) + bend) * scale
    v = (canvas.y * math.cos(turn) - canvas.x * math.sin(turn) + bend) * scale
    slope = cv2.Sobel(wrinkles, cv2.CV_32F, 1, 0, ksize=3)
    slope /= slope.std() + 1e-6
    cloth = sample(fabrics.textures["sheet"].picture, u, v)
    return cloth * (1 + deep * slope + 0.3 * deep * wrinkles)[..., None]


def _mattress(rng: np.random.Generator, canvas: Canvas, layout: Layout) -> Array:
    """Where the mattress is, from 0 to 1."""
    out = rng.uniform(0.25, 0.6)
    tops = [[side, -0.12 - rng.uniform(0, 0.3)] for side in (-out, out)]
    feet = [[side, 1.1 + rng.uniform(0, 0.3)] for side in (out, -out)]
    corners = np.array([layout.to_picture(corner) for corner in tops + feet])
    mask = np.zeros((canvas.h, canvas.w), np.float32)
    cv2.fillConvexPoly(mask, np.round(corners / canvas.step).astype(np.int32), 1.0)
    return cv2.GaussianBlur(mask, (0, 0), max(1, canvas.w / 250))


def _bars(rng: np.random.Generator, canvas: Canvas, picture: Array) -> Array:
    """Draw bars of a cot at one side."""
    w, colour, side = canvas.w, rng.uniform(0.3, 0.9, 3).astype(np.float32), rng.choice([0, 1])
    for _ in range(int(rng.integers(3, 9))):
        x = rng.uniform(0, 0.14) * w if side == 0 else rng.uniform(0.86, 1) * w
        wide = rng.uniform(0.006, 0.016) * w
        off = canvas.column - x
        mask = np.exp(-(((off - (canvas.row - canvas.h / 2) * rng.normal(0, 0.02)) / wide) ** 6))[..., None]
        picture = picture * (1 - mask) + mask * colour * (1 - 0.5 * (off / wide / 2)[..., None])
    return picture


def paint_surroundings(rng: np.random.Generator, canvas: Canvas, fabrics: Fabrics, layout: Layout) -> Array:
    """Paint everything but the sleeper and its cover."""
    sheet = _sheet(rng, canvas, fabrics)
    mattress = _mattress(rng, canvas, layout)
    room = cv2.resize(photo(str(rng.choice(ROOMS))), (canvas.w, canvas.h))
    room = cv2.GaussianBlur(room, (0, 0), rng.uniform(0.5, 4)) * rng.uniform(0.25, 0.9)
    shade = cv2.GaussianBlur(mattress, (0, 0), canvas.w / 40)
    lit_room = room * (1 - 0.5 * shade[..., None]) * (1 - mattress[..., None])
    picture = sheet * mattress[..., None] + lit_room
    return _bars(rng, canvas, picture) if rng.random() < 0.35 else picture
