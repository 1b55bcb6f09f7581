"""Somebody who walks through the picture or along its edge without stopping at the bed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.entrance import moved, place_of, surface_of
from detector.synthetic.layers import lay, limb_layer, shape_layer

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Distractor, Recipe
    from detector.synthetic.skeleton import Array

    Picture = npt.NDArray[np.float32]

__all__ = ["Passer"]

_PATH = 1100.0  # world px: from well outside one edge to well outside the other
_STRIDE_DEG = 28.0


class Passer:
    """A trunk, a head and two arms that swing in step; `rate_hz` is the pace of its steps."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item, colour, density = item, recipe.camera.colour, 0.8 * recipe.camera.width / 640
        unit = 60.0 * item.size
        self._unit, self._line = unit, float(place_of(item, recipe)[1])
        self._way = 1.0 if rng.random() < 0.5 else -1.0
        self._slope = float(rng.uniform(-0.25, 0.25))
        self._phase = float(rng.uniform(0, 2 * np.pi))
        wear, skin = surface_of(recipe, rng, period=14.0), surface_of(recipe, rng, skin=True)
        self._trunk = shape_layer((0.75 * unit, 0.42 * unit), 0.0, wear, density, rng, colour=colour)
        self._head = shape_layer((0.3 * unit, 0.33 * unit), 0.0, skin, density, rng, colour=colour)
        self._arms = [
            limb_layer(1.3 * unit, 0.2 * unit, 0.13 * unit, wear, density, rng, colour=colour) for _ in range(2)
        ]

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw the person at `time_s`."""
        share = (time_s - self._item.onset_s) / self._item.duration_s
        if not 0 <= share <= 1:
            return
        step = 2 * np.pi * self._item.rate_hz * (time_s - self._item.onset_s) + self._phase
        along = self._way * (share - 0.5) * _PATH + 0.06 * self._unit * np.sin(2 * step)
        sway = 0.08 * self._unit * self._item.strength * np.sin(step)
        base = view @ moved(320 + along, self._line + self._slope * along + sway, 4 * np.sin(step))
        swing = _STRIDE_DEG * self._item.strength * np.sin(step)
        for side, arm in zip((-1.0, 1.0), self._arms, strict=True):
            # Seen from above: the arms point along the path, one ahead while the other is behind.
            heading = -90 * self._way * (1 if side * swing > 0 else -1)
            reach = min(1.0, abs(swing) / _STRIDE_DEG)
            foreshortened = np.diag([1.0, max(0.15, 0.8 * reach), 1.0])
            lay(canvas, arm, base @ moved(0, side * 0.3 * self._unit, heading) @ foreshortened)
        lay(canvas, self._trunk, base @ moved(0, 0, 90))
        lay(canvas, self._head, base @ moved(0.12 * self._unit * self._way, 0))
