"""Things beside a bed: a monitor with a running trace and a blinking lamp, and a cord that swings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.synthetic.entrance import moved, place_of, surface_of
from detector.synthetic.layers import Layer, lay, limb_layer, shape_layer

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Distractor, Recipe
    from detector.synthetic.skeleton import Array

    Picture = npt.NDArray[np.float32]

__all__ = ["Cord", "Monitor"]

_SWEEP_S = 4.0  # a trace crosses a monitor's screen in about this time
_LINES = 3
_HALO = 10.0  # times the lamp's radius


class Monitor:
    """A screen with traces that are written from left to right, numbers that change, and a lamp beside it.

    Light comes and goes in one place and moves along a line, but nothing in the picture is displaced.
    """

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item, self._colour = item, recipe.camera.colour
        self._density = recipe.camera.width / 640
        self._size = np.array([110.0, 70.0]) * item.size
        self._place = place_of(item, recipe)
        self._degrees = float(rng.uniform(-12, 12))
        self._bright = float(rng.uniform(0.7, 1.6)) * item.strength * max(60.0, recipe.bed.grey)
        self._dark = 0.25 * recipe.bed.grey
        self._beat_hz = item.rate_hz
        self._pulse = rng.uniform(0.15, 0.45, _LINES)
        self._ripple = rng.uniform(1, 4, _LINES)
        self._seed = int(rng.integers(2**31))
        self._lamp = (float(rng.uniform(-0.2, 1.2)), -0.15)
        self._on_share = float(rng.uniform(0.1, 0.6))
        self._soft = bool(rng.random() < 0.3)

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw screen and lamp."""
        if not 0 <= time_s - self._item.onset_s <= self._item.duration_s:
            return
        base = view @ moved(float(self._place[0]), float(self._place[1]), self._degrees)
        lay(canvas, self._screen(time_s), base)
        lit = self._lit(time_s)
        if lit > 0:
            self._glow(canvas, base, lit)

    def _screen(self, time_s: float) -> Layer:
        width, height = np.maximum((self._size * self._density).astype(int), 8).tolist()
        ink = np.zeros((height, width), np.uint8)
        now = time_s / _SWEEP_S % 1.0
        across = np.linspace(0, 1, max(16, width // 2))
        told_s = time_s - (now - across) % 1.0 * _SWEEP_S
        fresh = (across - now) % 1.0 > 0.06  # the gap that runs ahead of the newest value
        for line in range(_LINES):
            beat = told_s * self._beat_hz * (1.0 if line else 0.3) % 1.0
            trace = np.exp(-(((beat - 0.3) / 0.06) ** 2)) - 0.3 * np.exp(-(((beat - 0.5) / 0.1) ** 2))
            trace = trace if line % 2 else np.sin(2 * np.pi * beat) * 0.6 + 0.1 * np.sin(self._ripple[line] * told_s)
            y = height * ((line + 0.6) / _LINES - self._pulse[line] / _LINES * trace)
            points = np.column_stack([across * (0.72 * width), y]).round().astype(np.int32)
            for part in np.split(points, np.flatnonzero(~fresh)):
                cv2.polylines(ink, [part], False, 255, max(1, round(self._density)))  # noqa: FBT003
        number = np.random.default_rng([self._seed, int(time_s)]).integers(88, 100)
        place, scale = (int(0.74 * width), int(0.5 * height)), 0.011 * height
        cv2.putText(ink, str(number), place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, max(1, round(2 * scale)))
        grey = self._dark + ink * np.float32((self._bright - self._dark) / 255)
        return _flat(np.asarray(grey, np.float32), self._density, colour=self._colour)

    def _lit(self, time_s: float) -> float:
        phase = time_s * self._beat_hz % 1.0
        if self._soft:
            return float(max(0.0, np.sin(2 * np.pi * phase)))
        return float(phase < self._on_share)

    def _glow(self, canvas: Picture, base: Array, lit: float) -> None:
        """Add the lamp's light, with a halo on its surroundings."""
        point = base @ np.array([self._lamp[0] * self._size[0], self._lamp[1] * self._size[1], 1.0])
        x, y = point[:2] / point[2]
        radius = 2.5 * self._item.size * self._density
        reach = int(_HALO * radius) + 1
        columns = np.arange(max(0, int(x) - reach), min(canvas.shape[1], int(x) + reach + 1))
        rows = np.arange(max(0, int(y) - reach), min(canvas.shape[0], int(y) + reach + 1))
        if not (len(rows) and len(columns)):
            return
        far = ((columns - x) ** 2 + (rows[:, None] - y) ** 2) / radius**2
        halo = 0.12 * np.clip(1 - far / _HALO**2, 0, 1) ** 2
        light = (lit * self._bright * (np.exp(-far / 2) + halo)).astype(np.float32)
        part = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        part += light if canvas.ndim == 2 else light[:, :, None]


def _flat(grey: Picture, density: float, *, colour: bool) -> Layer:
    """Return an opaque picture of `density` pixels per world px, its corner at the part's origin."""
    channels = [grey] * (3 if colour else 1) + [np.zeros_like(grey)]
    to_part = np.array([[1 / density, 0, 0], [0, 1 / density, 0], [0, 0, 1.0]])
    return Layer(np.ascontiguousarray(np.stack(channels, axis=2), dtype=np.float32), to_part)


class Cord:
    """A cord, line or strap that hangs from above; now and then it is touched and swings until it comes to rest."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item, colour, density = item, recipe.camera.colour, recipe.camera.width / 640
        self._top = place_of(item, recipe)
        self._degrees = float(rng.uniform(-30, 30))
        length, half = 120.0 * item.size, float(rng.uniform(1.5, 5))
        surface = surface_of(recipe, rng, period=6.0)
        self._parts = [(np.eye(3), limb_layer(length, half, half, surface, density, rng, colour=colour))]
        if rng.random() < 0.6:
            size = (half * float(rng.uniform(1.5, 4)), half * float(rng.uniform(1.5, 5)))
            end = shape_layer(size, 0.0, surface_of(recipe, rng), density, rng, colour=colour)
            self._parts.append((moved(0, length), end))
        times, now = [], item.onset_s + float(rng.exponential(1.5))
        while now < item.onset_s + item.duration_s:
            times.append(now)
            now += 0.8 + float(rng.exponential(4.0))
        self._touched_s = np.array(times)
        self._swing = item.strength * rng.gamma(2.0, 3.0, len(times)) * rng.choice((-1, 1), len(times))
        self._rest_s = rng.uniform(0.25, 3.0, len(times))

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw the cord where it hangs at `time_s`."""
        since = np.maximum(time_s - self._touched_s, 0.0)
        swing = self._swing * np.exp(-since / self._rest_s) * np.sin(2 * np.pi * self._item.rate_hz * since)
        base = view @ moved(float(self._top[0]), float(self._top[1]), self._degrees + float(swing.sum()))
        for place, layer in self._parts:
            lay(canvas, layer, base @ place)
