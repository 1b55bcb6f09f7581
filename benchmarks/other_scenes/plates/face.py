"""The face: closed eyes, brows, cheeks, nose, mouth, and hair in most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.plates.textures import photo, sample

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.camera import Canvas
    from benchmarks.other_scenes.plates.sleeper import Piece

Array = np.ndarray


@dataclass
class Chin:
    """Where the jaw moves, and the size of the head."""

    at: Array
    head: float


def _spot(u: Array, v: Array, at: tuple[float, float], size: tuple[float, float]) -> Array:
    far = ((u - at[0]) / size[0]) ** 2 + ((v - at[1]) / size[1]) ** 2
    return np.exp(-far)[..., None].astype(np.float32)


def _features(picture: Array, u: Array, v: Array) -> Array:
    for side in (-1, 1):
        eye = u - side * 0.38
        lid = np.exp(-((eye / 0.2) ** 4) - ((v - 0.05 + 0.25 * eye**2 * 4) / 0.045) ** 2)
        picture = picture * (1 - 0.5 * lid[..., None])
        picture = picture * (1 - 0.2 * _spot(u, v, (side * 0.38, 0.28), (0.22, 0.05)))
        red = np.array([0.0, -0.02, 0.08], np.float32)
        picture = picture * (1 + red * _spot(u, v, (side * 0.5, -0.25), (0.25, 0.2)))
    nose = 1 + 0.2 * _spot(u, v, (0, -0.1), (0.07, 0.2))
    picture = picture * nose * (1 - 0.22 * _spot(u, v, (0, -0.28), (0.12, 0.05)))
    return picture * (1 - np.array([0.45, 0.4, 0.15], np.float32) * _spot(u, v, (0, -0.5), (0.2, 0.055)))


def _hair(rng: np.random.Generator, picture: Array, canvas: Canvas, u: Array, v: Array) -> Array:
    strands = sample(photo("camera")[:384, :384], canvas.x * 1.7, canvas.y * 1.7) * rng.uniform(0.2, 0.8) + 0.05
    line = np.clip(-(v - 0.55 - 0.2 * u * u + 0.1 * np.sin(9 * u)) * 18, -40, 40)
    share = 1 / (1 + np.exp(line))[..., None] * rng.uniform(0.5, 1)
    return picture * (1 - share) + strands * share * rng.uniform(0.6, 1.0, 3).astype(np.float32)


def paint_face(rng: np.random.Generator, picture: Array, canvas: Canvas, head: Piece) -> tuple[Array, Chin]:
    """Paint a face on the head, turned a little; tells where its chin is."""
    r, up = head.ra, head.b - head.a
    up = up / max(np.hypot(*up), 1e-3)
    right = np.array([-up[1], up[0]])
    turn = rng.uniform(-0.5, 0.5) * r
    dx, dy = canvas.x - head.a[0], canvas.y - head.a[1]
    u, v = (dx * right[0] + dy * right[1] - turn) / r, (dx * up[0] + dy * up[1]) / r
    picture = _features(picture, u, v)
    if rng.random() < 0.75:
        picture = _hair(rng, picture, canvas, u, v)
    return picture, Chin(head.a + right * turn - up * 0.8 * r, r)
