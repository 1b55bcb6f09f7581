"""A thing of no known kind that moves about at random, in several ways that are not meant to resemble a jerk.

Cats, hands and mobiles move as somebody thought they do. A detector is truly tested by something without a model: a
textured thing that goes somewhere and stays, swings, trembles or drifts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.entrance import moved, place_of, presence, surface_of
from detector.synthetic.layers import lay, limb_layer, shape_layer
from detector.synthetic.movement import smooth_step

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.layers import Layer
    from detector.synthetic.recipe import Distractor, Recipe
    from detector.synthetic.skeleton import Array

    Picture = npt.NDArray[np.float32]

__all__ = ["Stray"]

_STEP_S = 0.005  # grid of the path: a third of a frame at 60 Hz
_DWELL_S = 0.7  # stays this long wherever it went: coming back sooner would be a jerk
_REACH = 14.0  # world px of an ordinary movement
_OUTSIDE = 700.0  # distance in world px from which it comes: beyond the edge of any picture


class Stray:
    """The stray thing; `rate_hz` is the pace of its movements, `strength` their reach, `size` its own size."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item = item
        self._home = place_of(item, recipe)
        self._layer = _body(item, recipe, rng)
        self._degrees = float(rng.uniform(-180, 180))
        count = int(np.ceil((item.duration_s + 1.0) / _STEP_S))
        ways = (_goes, _swings, _trembles, _drifts)
        chosen = rng.permutation(len(ways))[: int(rng.integers(1, 3))]
        reach = _REACH * item.strength
        self._path = np.sum([reach * ways[int(way)](count, item.rate_hz, rng) for way in chosen], axis=0)

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw the thing at its place at `time_s`."""
        here = presence(self._item, time_s, 1.5)
        if here <= 0:
            return
        step = np.clip((time_s - self._item.onset_s) / _STEP_S, 0, len(self._path) - 1.001)
        low = int(step)
        x, y, turn = self._path[low] + (step - low) * (self._path[low + 1] - self._path[low])
        outside = (1 - here) * (_OUTSIDE if self._item.y >= 0.5 else -_OUTSIDE)
        place = moved(self._home[0] + x, self._home[1] + y + outside, self._degrees + turn)
        lay(canvas, self._layer, view @ place)


def _body(item: Distractor, recipe: Recipe, rng: np.random.Generator) -> Layer:
    density, unit = recipe.camera.width / 640, 24.0 * item.size
    surface = surface_of(recipe, rng, period=float(rng.uniform(4, 14)))
    colour = recipe.camera.colour
    if rng.random() < 0.5:
        length = unit * rng.uniform(1.5, 4.5)
        return limb_layer(length, 0.5 * unit, rng.uniform(0.2, 0.5) * unit, surface, density, rng, colour=colour)
    half = (unit * rng.uniform(0.5, 1.3), unit * rng.uniform(0.5, 1.3))
    return shape_layer(half, 0.0, surface, density, rng, colour=colour, form=(rng.uniform(1.5, 4), 0.0, 0.35))


def _goes(count: int, rate_hz: float, rng: np.random.Generator) -> Array:
    """Go from place to place, fast or slowly, and stay at each."""
    time_s, path, now = np.arange(count) * _STEP_S, np.zeros((count, 3)), float(rng.exponential(1.0))
    while now < count * _STEP_S:
        takes_s = float(np.exp(rng.uniform(np.log(0.06), np.log(1.5))))
        path += smooth_step((time_s - now) / takes_s)[:, None] * _heading(rng) * rng.gamma(2.0, 0.5)
        now += takes_s + _DWELL_S + float(rng.exponential(1.0)) / rate_hz
    return np.asarray(path - 0.6 * path.mean(axis=0))


def _swings(count: int, rate_hz: float, rng: np.random.Generator) -> Array:
    """Swing at a steady pace that comes and goes."""
    time_s = np.arange(count) * _STEP_S
    phase = 2 * np.pi * rate_hz * time_s + rng.uniform(0, 6) + 0.6 * _smooth(count, 0.3, rng)
    return (np.sin(phase) * np.clip(0.5 + 0.6 * _smooth(count, 0.2, rng), 0, 1.5))[:, None] * 0.6 * _heading(rng)


def _trembles(count: int, rate_hz: float, rng: np.random.Generator) -> Array:
    """Wander without rest, fast and over short distances."""
    waves = [_smooth(count, pace * rate_hz, rng) for pace in (1.0, 1.3, 0.8)]
    return np.stack(waves, axis=1) * 0.35 * np.clip(0.6 + 0.5 * _smooth(count, 0.3, rng), 0, 1.5)[:, None]


def _drifts(count: int, rate_hz: float, rng: np.random.Generator) -> Array:
    """Float slowly over long distances."""
    waves = [_smooth(count, 0.12 * rate_hz, rng) for _ in range(3)]
    return np.stack(waves, axis=1) * (4.0, 4.0, 1.0)


def _heading(rng: np.random.Generator) -> Array:
    """Return a direction in the picture, and a turn in degrees that goes with it."""
    angle = rng.uniform(0, 2 * np.pi)
    return np.array([np.cos(angle), np.sin(angle), rng.normal(0, 0.8)])


def _smooth(count: int, rate_hz: float, rng: np.random.Generator) -> Array:
    """Return smooth random movement with most power below `rate_hz`, standard deviation about 1."""
    knots = rng.standard_normal(int(count * _STEP_S * rate_hz * 2) + 6)
    where = np.arange(count) * _STEP_S * rate_hz * 2
    low = where.astype(int)
    part = smooth_step(where - low)
    return np.asarray(knots[low] * (1 - part) + knots[low + 1] * part)
