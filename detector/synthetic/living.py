"""People and animals that enter the picture: hands, somebody beside the bed, a cat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.entrance import moved, place_of, presence, surface_of
from detector.synthetic.layers import Surface, lay, limb_layer, shape_layer
from detector.synthetic.movement import smooth_step

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Distractor, Recipe
    from detector.synthetic.skeleton import Array

    Picture = npt.NDArray[np.float32]

__all__ = ["Bulk", "Hand", "Pet"]


class Hand:
    """An adult's forearm and hand that reaches in, rests with small movements, and may pat."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item, colour, density = item, recipe.camera.colour, recipe.camera.width / 640
        unit = 0.115 * 640 * recipe.sleeper.size * item.size
        self._unit = unit
        skin, sleeve = surface_of(recipe, rng, skin=True), surface_of(recipe, rng)
        self._parts = [
            (
                moved(0, -5.2 * unit),
                limb_layer(3.9 * unit, 0.62 * unit, 0.5 * unit, sleeve, density, rng, colour=colour),
            ),
            (
                moved(0, -1.6 * unit),
                limb_layer(1.5 * unit, 0.36 * unit, 0.44 * unit, skin, density, rng, colour=colour),
            ),
            (
                moved(0, -0.2 * unit),
                limb_layer(0.45 * unit, 0.48 * unit, 0.46 * unit, skin, density, rng, colour=colour),
            ),
        ]
        for share in (-0.36, -0.12, 0.12, 0.36):
            finger = limb_layer(
                rng.uniform(0.75, 0.95) * unit, 0.13 * unit, 0.09 * unit, skin, density, rng, colour=colour
            )
            self._parts.append((moved(share * unit, 0.45 * unit, -28 * share + rng.uniform(-6, 6)), finger))
        thumb = limb_layer(0.6 * unit, 0.15 * unit, 0.1 * unit, skin, density, rng, colour=colour)
        self._parts.append((moved(0.4 * unit, 0.0, -48), thumb))
        self._target = place_of(item, recipe)
        ratio = recipe.camera.height / recipe.camera.width
        ways = {
            90.0: self._target[0],
            -90.0: 640 - self._target[0],
            180.0: self._target[1],
            0.0: 640 * ratio - self._target[1],
        }
        side = min(ways, key=lambda key: ways[key])
        # The arm comes from the nearest edge; 0 is from below, and its fingers point away from that edge.
        self._degrees = {90.0: -90.0, -90.0: 90.0, 180.0: 0.0, 0.0: 180.0}[side] + rng.uniform(-25, 25)
        self._away = ways[side] + 3.0 * unit
        self._phase = rng.uniform(0, 6, 4)
        self._beats = _bursts(item, rng) if item.kind == "patting" else np.zeros((0, 2))

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw the arm."""
        item = self._item
        here = presence(item, time_s, 1.0)
        if here <= 0:
            return
        sway = self._unit * 0.05 * np.sin(np.array([0.7, 1.1, 0.5]) * time_s * 2 + self._phase[:3])
        near = 0.0
        if len(self._beats):
            since = (time_s - self._beats[:, 0]) / self._beats[:, 1]
            near = float(np.sin(np.pi * since[(since > 0) & (since < 1)]).sum()) * 0.16 * self._unit * item.strength
        angle = np.deg2rad(self._degrees)
        back = np.array([np.sin(angle), -np.cos(angle)]) * ((1 - here) * self._away + near)
        x, y = self._target + back + sway[:2]
        base = view @ moved(float(x), float(y), self._degrees + 0.2 * float(sway[2]))
        for place, layer in self._parts:
            lay(canvas, layer, base @ place)


def _bursts(item: Distractor, rng: np.random.Generator) -> Array:
    """Return the onset and length of each pat: runs of pats with pauses, as people pat."""
    beats, now = [], item.onset_s + (1.2 if item.onset_s > 0 else 0.5)
    while now < item.onset_s + item.duration_s - 1.5:
        for _ in range(int(rng.integers(4, 15))):
            period = float(rng.normal(1, 0.07)) / item.rate_hz
            if now + period > item.onset_s + item.duration_s - 1.2:
                break
            beats.append((now, 0.8 * period))
            now += period
        now += rng.uniform(0.8, 4.0)
    return np.array(beats).reshape(-1, 2)


class Bulk:
    """A person beside the sleeper: a large clothed body at the edge that shifts its weight now and then."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item = item
        density = 0.7 * recipe.camera.width / 640
        surface = surface_of(recipe, rng, period=18.0)
        self._layer = shape_layer((150 * item.size, 260 * item.size), 0.0, surface, density, rng,
                                  colour=recipe.camera.colour, form=(2.6, 0.0, 0.35))  # fmt: skip
        self._side = -1.0 if item.x < 0.5 else 1.0
        self._home = np.array([320 + self._side * (320 + 60 * item.size), place_of(item, recipe)[1]])
        self._knots = rng.standard_normal((int(item.duration_s) + 4, 3))
        self._tilt = rng.uniform(-15, 15)

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw the person."""
        here = presence(self._item, time_s, 1.8)
        if here <= 0:
            return
        since = max(0.0, time_s - self._item.onset_s)
        index = min(int(since), len(self._knots) - 2)
        part = float(smooth_step((since - index) * 1.5))
        shift = (self._knots[index] * (1 - part) + self._knots[index + 1] * part) * self._item.strength
        breath = 1.2 * np.sin(2 * np.pi * 0.25 * time_s)
        x = self._home[0] + self._side * ((1 - here) * 320 + breath) + 5 * shift[0]
        lay(canvas, self._layer, view @ moved(x, self._home[1] + 5 * shift[1], self._tilt + 2 * shift[2]))


class Pet:
    """A cat that walks in, lies down, breathes, turns its head and flicks its tail."""

    def __init__(self, item: Distractor, recipe: Recipe, rng: np.random.Generator) -> None:
        self._item, colour, density = item, recipe.camera.colour, recipe.camera.width / 640
        unit = 45.0 * item.size
        self._unit = unit
        fur = Surface(recipe.bed.grey * rng.uniform(0.3, 1.4), rng.uniform(0.1, 0.3), "fleece", 6.0, (0.8, 0.95, 1.1))
        self._body = shape_layer((0.62 * unit, 1.25 * unit), 0.0, fur, density, rng, colour=colour)
        self._head = shape_layer((0.42 * unit, 0.38 * unit), 0.25 * unit, fur, density, rng, colour=colour)
        self._ears = [
            limb_layer(0.3 * unit, 0.14 * unit, 0.04 * unit, fur, density, rng, colour=colour) for _ in range(2)
        ]
        self._tail = [
            limb_layer(0.7 * unit, 0.12 * unit, 0.1 * unit, fur, density, rng, colour=colour) for _ in range(3)
        ]
        self._home = place_of(item, recipe)
        self._side = -1.0 if item.x < 0.5 else 1.0
        self._degrees = rng.uniform(-60, 60) + 90 * self._side
        self._flicks = np.cumsum(rng.exponential(2.5, 60)) + item.onset_s
        self._looks = rng.uniform(-40, 40, int(item.duration_s / 2) + 3)

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw the animal."""
        here = presence(self._item, time_s, 2.5)
        if here <= 0:
            return
        since = max(0.0, time_s - self._item.onset_s)
        walk = (1 - here) * 420
        bob = 3 * np.sin(2 * np.pi * 1.8 * time_s) * (4 * here * (1 - here))
        base = view @ moved(self._home[0] + self._side * walk, self._home[1] + bob, self._degrees)
        flick = sum(
            float(np.sin(np.pi * np.clip((time_s - at) / 0.35, 0, 1))) for at in self._flicks if at < time_s < at + 0.4
        )
        joint = base @ moved(0, 1.15 * self._unit, -25)
        for index, layer in enumerate(self._tail):
            joint = joint @ moved(0, 0.6 * self._unit if index else 0, 22 * np.sin(0.8 * time_s + index) + 35 * flick)
            lay(canvas, layer, joint)
        breath = 1 + 0.012 * np.sin(2 * np.pi * 0.45 * time_s)
        lay(canvas, self._body, base @ np.diag([breath, 1.0, 1.0]))
        index = min(int(since / 2), len(self._looks) - 2)
        part = float(smooth_step((since / 2 - index) * 3))
        look = self._looks[index] * (1 - part) + self._looks[index + 1] * part
        head = base @ moved(0, -1.05 * self._unit, 180 + look)
        lay(canvas, self._head, head)
        for side, ear in zip((-1, 1), self._ears, strict=True):
            lay(canvas, ear, head @ moved(side * 0.25 * self._unit, 0.45 * self._unit, -20 * side + 12 * flick * side))
