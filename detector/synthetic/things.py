"""Things that move around the sleeper: a mobile, a curtain, insects and dust at the lens, a clock in the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.synthetic.entrance import moved, place_of, surface_of
from detector.synthetic.layers import lay, paint, shape_layer

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Distractor, Recipe
    from detector.synthetic.skeleton import Array

    Picture = npt.NDArray[np.float32]

__all__ = ["Curtain", "Mobile", "Specks", "draw_clock"]


class Mobile:
    """Toys that hang above the bed, turn slowly and swing."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item, density = item, recipe.camera.width / 640
        self._centre = place_of(item, recipe)
        self._toys = []
        for index in range(int(rng.integers(3, 6))):
            half = (rng.uniform(9, 20) * item.size, rng.uniform(9, 24) * item.size)
            surface, form = surface_of(recipe, rng, period=5.0), (rng.uniform(1.4, 4), 0.0, 0.35)
            layer = shape_layer(half, 0.0, surface, density, rng, colour=recipe.camera.colour, form=form)
            self._toys.append((layer, index, rng.uniform(45, 80) * item.size, rng.uniform(0.5, 1.1), rng.uniform(0, 6)))

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw the toys."""
        turn = 2 * np.pi * 0.08 * self._item.rate_hz * time_s + 0.5 * np.sin(0.4 * time_s)
        for layer, index, radius, pace, phase in self._toys:
            angle = turn + 2 * np.pi * index / len(self._toys)
            swing = 4 * self._item.strength * np.sin(2 * np.pi * pace * time_s + phase)
            x, y = self._centre + radius * np.array([np.cos(angle), 0.55 * np.sin(angle)]) + (swing, 0.4 * swing)
            lay(canvas, layer, view @ moved(x, y, 60 * np.sin(0.5 * pace * time_s + phase)))


class Curtain:
    """A curtain at one side of the picture that sways in the draught."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        camera = recipe.camera
        self._item, self._scale = item, camera.width / 640
        width = int((60 + 70 * item.size) * self._scale)
        shape = (camera.height, width + int(60 * self._scale))
        surface = surface_of(recipe, rng, period=14.0)
        grey = paint(surface, shape, self._scale, rng)
        pleats = np.sin(np.linspace(0, rng.uniform(12, 30), shape[1]) + rng.uniform(0, 6))
        grey = grey * (1 + 0.22 * pleats.astype(np.float32))
        self._picture = np.asarray(
            grey if not camera.colour else grey[:, :, None] * np.array(surface.tint, np.float32), np.float32
        )
        self._left = item.x < 0.5
        self._width = width
        self._phase = rng.uniform(0, 6, 3)
        rows, columns = np.mgrid[0 : camera.height, 0 : shape[1]].astype(np.float32)
        self._rows, self._columns = rows, columns

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:  # noqa: ARG002  (hangs before the lens)
        """Draw the curtain."""
        rate, strength = self._item.rate_hz, self._item.strength
        gust = 0.5 + 0.5 * np.sin(0.31 * time_s + self._phase[2])
        hang = (self._rows[:, 0] / len(self._rows)) ** 1.5
        wave = np.sin(2 * np.pi * 0.35 * rate * time_s - 3.0 * hang + self._phase[0])
        wave = wave + 0.5 * np.sin(2 * np.pi * 0.8 * rate * time_s - 6.0 * hang + self._phase[1])
        shift = (self._scale * 9 * strength * gust * hang * wave).astype(np.float32)
        columns = self._columns - shift[:, None]
        if not self._left:
            columns = self._picture.shape[1] - 1 - columns
        strip = cv2.remap(self._picture, columns, self._rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        edge = np.clip((self._width + shift[:, None] - self._columns) / 2, 0, 1).astype(np.float32)
        edge, strip = (edge, strip) if self._left else (edge[:, ::-1], strip[:, ::-1])
        part = canvas[:, : strip.shape[1]] if self._left else canvas[:, -strip.shape[1] :]
        weight = edge if canvas.ndim == 2 else edge[:, :, None]
        part += weight * (strip - part)


class Specks:
    """Insects that dart near the lens, or dust that drifts through the infrared light."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item, self._scale = item, recipe.camera.width / 640
        self._height = 640 * recipe.camera.height / recipe.camera.width
        self._dart = item.kind == "insects"
        count = max(1, round(item.strength * (2 if self._dart else 7)))
        pace = (0.35, 2.2) if self._dart else (0.02, 0.12)
        self._pace = rng.uniform(*pace, (count, 6)) * item.rate_hz
        self._phase = rng.uniform(0, 2 * np.pi, (count, 6))
        self._radius = rng.uniform(1.2, 5.0, count) * item.size
        level = rng.uniform(25, 90, count)
        self._level = np.where(rng.random(count) < 0.7, level, -0.5 * level)

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:  # noqa: ARG002  (they fly before the lens)
        """Draw the specks."""
        if not 0 <= time_s - self._item.onset_s <= self._item.duration_s:
            return
        wave = np.sin(2 * np.pi * self._pace * time_s + self._phase)
        x = (320 + 300 * wave[:, 0] + 90 * wave[:, 1] + 25 * wave[:, 2]) * self._scale
        y = (0.5 * self._height + 0.55 * self._height * wave[:, 3] + 60 * wave[:, 4] + 20 * wave[:, 5]) * self._scale
        for right, down, radius, level in zip(x, y, self._radius * self._scale, self._level, strict=True):
            reach = int(3 * radius) + 2
            left, top = int(right) - reach, int(down) - reach
            columns = np.arange(max(0, left), min(canvas.shape[1], left + 2 * reach + 1))
            rows = np.arange(max(0, top), min(canvas.shape[0], top + 2 * reach + 1))
            if not (len(rows) and len(columns)):
                continue
            spot = np.exp(
                -((columns - right) ** 2)[None] / (2 * radius**2) - ((rows - down) ** 2)[:, None] / (2 * radius**2)
            )
            part = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            spot = (level * spot).astype(np.float32)
            part += spot if canvas.ndim == 2 else spot[:, :, None]
            np.maximum(part, 0, out=part)


def draw_clock(picture: npt.NDArray[np.uint8], item: Distractor, time_s: float) -> None:
    """Write date and time into a finished picture (changed in place), as recorders do, `rate_hz` times a second."""
    hundredths = int(np.floor(time_s * item.rate_hz) / item.rate_hz * 100 + 0.5)
    seconds = 3 * 3600 + 17 * 60 + 52 + hundredths // 100
    text = f"2024-03-07 {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if item.rate_hz > 1:
        text += f".{hundredths % 100:02d}"
    scale = 0.55 * picture.shape[1] / 640 * item.size
    left = 8 if item.x < 0.5 else picture.shape[1] - int(400 * scale)
    top = int(22 * scale + 8) if item.y < 0.5 else picture.shape[0] - 10
    for level, thick in ((20, 3), (235, 1)):
        colour = (level,) * 3
        cv2.putText(picture, text, (left, top), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thick, cv2.LINE_AA)
