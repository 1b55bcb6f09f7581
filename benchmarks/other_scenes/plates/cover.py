"""The cover: a blanket or a swaddle, shaded by the heights of what lies under it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.plates.textures import fractal, sample

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.camera import Canvas
    from benchmarks.other_scenes.plates.fabrics import Fabrics
    from benchmarks.other_scenes.plates.sleeper import Sleeper

Array = np.ndarray


def _body_coordinates(canvas: Canvas, sleeper: Sleeper) -> tuple[Array, Array]:
    """Where pixels lie along the body (from the crown) and across it."""
    crown = sleeper.layout.to_picture([0, 0])
    axis = sleeper.layout.to_picture([0, 1]) - crown
    length = float(np.hypot(*axis))
    e = axis / length
    dx, dy = canvas.x - crown[0], canvas.y - crown[1]
    return (dx * e[0] + dy * e[1]) / length, (-dx * e[1] + dy * e[0]) / sleeper.layout.breadth


def _blanket(rng: np.random.Generator, canvas: Canvas, sleeper: Sleeper, heights: Array) -> tuple[Array, Array]:
    """How far within the blanket each pixel is, and its height there."""
    along, across = _body_coordinates(canvas, sleeper)
    edge = sleeper.covered_from + 0.03 * np.sin(across * rng.uniform(5, 14) + rng.uniform(0, 6))
    side = 0.42 - np.abs(across) + 0.02 * np.sin(along * 9)
    within = np.minimum(along - edge, np.minimum(side, 1.12 - along))
    return within, cv2.GaussianBlur(heights, (0, 0), 0.022 * sleeper.layout.breadth / canvas.step)


def _swaddle(canvas: Canvas, sleeper: Sleeper, heights: Array) -> tuple[Array, Array]:
    """How far within the swaddle each pixel is, and its height there."""
    along, across = _body_coordinates(canvas, sleeper)
    breadth = sleeper.layout.breadth
    half = 0.17 - 0.09 * np.clip((along - 0.3) / 0.55, 0, 1) + 0.012 * np.sin(along * 25)
    top = along - (sleeper.covered_from - 0.05 * np.abs(across) / 0.17)
    within = np.minimum(np.minimum(top, half - np.abs(across)), 0.92 - along + 0.4 * across**2)
    height = breadth * np.sqrt(np.clip(half**2 - across**2, 0, None)) * 0.7 + 0.3 * heights
    return within, cv2.GaussianBlur(height.astype(np.float32), (0, 0), 0.018 * breadth / canvas.step)


def _shaded(
    rng: np.random.Generator, canvas: Canvas, fabrics: Fabrics, sleeper: Sleeper, height: Array
) -> tuple[Array, Array]:
    """Texture and shade of the cover."""
    wrinkles = fractal(rng, canvas.h, canvas.w, int(rng.integers(8, 18)), 5, 0.55)
    rough = (height + wrinkles * 0.006 * sleeper.layout.breadth * rng.uniform(0.4, 1.4)).astype(np.float32)
    gx, gy = (cv2.Sobel(rough, cv2.CV_32F, *order, ksize=3) / 8 / canvas.step for order in ((1, 0), (0, 1)))
    lx, ly = fabrics.light
    shade = np.clip(0.42 + 0.62 * (1 / np.sqrt(1 + gx * gx + gy * gy)) * (0.75 - gx * lx - gy * ly), 0.12, 1.4)
    turn, scale = rng.uniform(0, np.pi), fabrics.scales["blank"]
    x, y = canvas.x - 0.5 * height * gx, canvas.y - 0.5 * height * gy
    u, v = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    return sample(fabrics.textures["blank"].picture, u * scale, v * scale), shade


def _on_top(sleeper: Sleeper, masks: dict[str, Array]) -> Array:
    """What of the sleeper lies on the blanket: the head, and arms that are loose."""
    top = masks["head"]
    for piece in sleeper.pieces:
        if piece.limb in sleeper.loose and "arm" in piece.limb:
            top = np.maximum(top, masks[piece.name])
    return top


def lay_cover(
    rng: np.random.Generator,
    canvas: Canvas,
    fabrics: Fabrics,
    sleeper: Sleeper,
    plates: dict[str, Array],
    body: tuple[dict[str, Array], Array],
) -> Array:
    """Cover the plates in place, given masks and heights of the body; tells where it covers."""
    masks, heights = body
    blanket = sleeper.cover == "blanket"
    within, height = _blanket(rng, canvas, sleeper, heights) if blanket else _swaddle(canvas, sleeper, heights)
    texture, shade = _shaded(rng, canvas, fabrics, sleeper, height)
    breadth, step = sleeper.layout.breadth, canvas.step
    mask = np.clip(0.5 + within * breadth / (2.0 * step), 0, 1).astype(np.float32)
    shadow = 1 - 0.45 * cv2.GaussianBlur(mask, (0, 0), max(1, 0.02 * breadth / step))
    cloth = texture * shade[..., None]
    top = _on_top(sleeper, masks) if blanket else masks["head"]
    for key, plate in plates.items():
        above = top if key == "full" else masks["head"]
        share = (mask * (1 - above))[..., None]
        dark = 1 - (1 - shadow) * (1 - above)
        plates[key] = plate * dark[..., None] * (1 - share) + cloth * share
    return mask * (1 - top) if blanket else mask
