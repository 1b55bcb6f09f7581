"""Which limbs the camera can see: a jerk that nobody could see must count neither for nor against a method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.skeleton import to_picture

if TYPE_CHECKING:
    from detector.synthetic.recipe import Distractor, Recipe
    from detector.synthetic.skeleton import Array, Skeleton

__all__ = ["is_seen"]


def is_seen(recipe: Recipe, limb: str, skeleton: Skeleton, view: Array, onset_s: float) -> bool:
    """Return whether the tip of a limb (in the rest pose) is inside the picture and not hidden by anything."""
    camera = recipe.camera
    tip = skeleton.tip(skeleton.rest(), limb)
    x, y = to_picture(view, tip[None])[0]
    if not (0 <= x < camera.width and 0 <= y < camera.height):
        return False
    present = [item for item in recipe.distractors if item.onset_s - 0.5 <= onset_s <= item.onset_s + item.duration_s]
    return not any(_hides(item, recipe, tip, float(x) / camera.width) for item in present)


def _hides(item: Distractor, recipe: Recipe, tip: Array, share: float) -> bool:
    """Return whether a distractor covers a world point that appears at `share` of the picture's width."""
    side = share if item.x < 0.5 else 1 - share
    if item.kind == "curtain":
        return 640 * side < 70 + 70 * item.size
    if item.kind == "person":
        return float(tip[0] if item.x < 0.5 else 640 - tip[0]) < 90 * item.size + 20
    centre = np.array([640 * item.x, 640 * item.y * recipe.camera.height / recipe.camera.width])
    if item.kind == "passer":
        return abs(float(tip[1] - centre[1])) < 60 * item.size
    if item.kind == "monitor":
        return bool(np.all((tip > centre - 12) & (tip < centre + np.array([110.0, 70.0]) * item.size + 12)))
    if item.kind in {"pet", "hand", "patting"}:
        reach = 55 * item.size if item.kind == "pet" else 0.15 * 640 * recipe.sleeper.size * item.size
        return float(np.hypot(*(tip - centre))) < reach
    return False
