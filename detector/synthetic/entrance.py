"""Where visitors come from, when they are there, and what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.layers import Surface
from detector.synthetic.movement import smooth_step
from detector.synthetic.textures import TEXTURES

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Distractor, Recipe
    from detector.synthetic.skeleton import Array

    Picture = npt.NDArray[np.float32]

__all__ = ["moved", "place_of", "presence", "surface_of"]


def moved(x: float, y: float, degrees: float = 0.0) -> Array:
    """Return the matrix that turns by `degrees` and then moves to (x, y)."""
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin, x], [sin, cos, y], [0, 0, 1.0]])


def place_of(item: Distractor, recipe: Recipe) -> Array:
    """Return the distractor's place in world px."""
    return np.array([640 * item.x, 640 * item.y * recipe.camera.height / recipe.camera.width])


def presence(item: Distractor, time_s: float, ramp_s: float) -> float:
    """Return 0 (outside the picture) to 1 (there); a distractor starting with the clip is there from the outset."""
    since, ramp_s = time_s - item.onset_s, min(ramp_s, 0.4 * item.duration_s)
    come = 1.0 if item.onset_s <= 0 else float(smooth_step(since / ramp_s))
    return come * float(smooth_step((item.duration_s - since) / ramp_s))


def surface_of(recipe: Recipe, rng: np.random.Generator, *, skin: bool = False, period: float = 9.0) -> Surface:
    """Return an adult's skin, or a randomly drawn cloth."""
    base = recipe.sleeper.skin_grey if skin else float(rng.uniform(0.35, 1.4)) * recipe.bed.grey
    texture = TEXTURES[int(rng.integers(len(TEXTURES)))]
    blue, green, red = (0.68, 0.82, 1.05) if skin else rng.uniform(0.7, 1.15, 3).tolist()
    contrast = 0.04 if skin else float(rng.uniform(0.04, 0.2))
    return Surface(base, contrast, texture, period, (blue, green, red), skin=skin)
