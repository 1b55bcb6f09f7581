"""The rig: what moves the plate. Each mover turns, stretches or shifts its surroundings, softly bounded."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.plates.curves import RATE, smoothstep

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.camera import Camera
    from benchmarks.other_scenes.plates.face import Chin
    from benchmarks.other_scenes.plates.sleeper import Sleeper

Array = np.ndarray
SIDES = ("left", "right")
OUTER = ("gross_t", "gross_r", "breath_t", "breath_s", "left_shoulder", "right_shoulder", "left_hip", "right_hip",
         "head", "jaw")  # fmt: skip
CHAINS = {
    f"{side}_{limb}": [f"{side}_{part}{how}" for part in parts for how in ("", "_len")]
    for limb, parts in (("arm", ("arm", "forearm", "hand")), ("leg", ("leg", "shin", "foot")))
    for side in SIDES
}


class Grid:
    """Coarse cells over the picture, with one of padding round it."""

    def __init__(self, camera: Camera) -> None:
        self.cell = max(4, round(camera.width / 160))
        self.w, self.h = camera.width // self.cell + 3, camera.height // self.cell + 3
        row, column = np.mgrid[0 : self.h, 0 : self.w].astype(np.float32)
        self.x = (column - 1) * self.cell + (self.cell - 1) / 2
        self.y = (row - 1) * self.cell + (self.cell - 1) / 2

    def at(self, weight: Array, places: Array) -> Array:
        """Look a weight up at places in pixels."""
        x, y = ((places[..., k] - (self.cell - 1) / 2) / self.cell + 1 for k in (0, 1))
        return cv2.remap(weight, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def distance(self, sleeper: Sleeper, names: list[str]) -> Array:
        """Pixels from the rims of these pieces; negative within."""
        far = np.full(self.x.shape, 1e9, np.float32)
        for piece in sleeper.pieces:
            if piece.name in names:
                far = np.minimum(far, piece.geometry(self.x, self.y)[0])
        return far


@dataclass
class Mover:
    """One way to move: how (`rot`, `len`, `trans`, `scale`), about which centre, how much of it where, and when.

    `layer_weight` holds for the loose limb itself, `weight` for the plate, which is dragged along. `span` is how many
    pixels a unit of it moves at most, about; `reach` how far the plate follows.
    """

    kind: str
    centre: Array
    weight: Array
    layer_weight: Array
    limb: str
    span: float
    reach: float
    axis: Array | None
    signal: Array
    active: bool = False

    def value(self, t: float) -> float:
        """Coefficient at a time."""
        q = t * RATE
        i = int(q)
        if i < 0:
            return float(self.signal[0])
        if i >= len(self.signal) - 1:
            return float(self.signal[-1])
        return float(self.signal[i] + (q - i) * (self.signal[i + 1] - self.signal[i]))

    def shift(self, value: float, places: Array) -> Array:
        """Displacement of places before it is weighted."""
        if self.kind == "trans":
            return self.axis * np.float32(value)
        r = places - self.centre
        if self.kind == "scale":
            return r * np.float32(value)
        if self.kind == "len":
            e = self.axis
            return ((r[..., 0] * e[0] + r[..., 1] * e[1])[..., None] * e) * np.float32(value)
        c, s = math.cos(value) - 1, math.sin(value)
        return np.stack([c * r[..., 0] - s * r[..., 1], s * r[..., 0] + c * r[..., 1]], -1).astype(np.float32)


@dataclass
class Rig:
    """All movers of a sleeper, by name."""

    grid: Grid
    sleeper: Sleeper
    breath_radius: float
    samples: int
    movers: dict[str, Mover] = field(default_factory=dict)

    def add(self, name: str, kind: str, centre: Array, weight: Array, limb: str, *, reach: float = 0.0,
            layer: Array | None = None, axis: Array | None = None) -> None:  # fmt: skip
        """Add a mover that rests."""
        span = 1 if kind == "trans" else self.breath_radius if kind == "scale" else 0.3 * self.sleeper.layout.breadth
        weight = weight.astype(np.float32)
        layer = weight if layer is None else layer.astype(np.float32)
        axis = None if axis is None else axis.astype(np.float32)
        rest = np.zeros(self.samples, np.float32)
        centre = np.array(centre, np.float32)
        self.movers[name] = Mover(kind, centre, weight, layer, limb, span, reach, axis, rest)

    def order(self, layer: str | None) -> list[str]:
        """Movers from the outermost inwards: of a loose limb, or of the plate, which its fixed limbs drag."""
        if layer is not None:
            return [*OUTER, *CHAINS[layer]]
        fixed = (chain for limb, chain in CHAINS.items() if limb not in self.sleeper.loose)
        return [*OUTER, *(name for chain in fixed for name in chain)]

    def _weight(self, mover: Mover, layer: str | None) -> Array:
        return mover.layer_weight if layer is not None and mover.limb == layer else mover.weight

    def back(self, t: float, layer: str | None, region: tuple[int, int, int, int]) -> Array:
        """For each cell of a region: where in the plate it comes from (the movers inverted by fixed points)."""
        top, bottom, left, right = region
        part = (slice(top, bottom), slice(left, right))
        places = np.dstack([self.grid.x[part], self.grid.y[part]])
        for name in self.order(layer):
            mover = self.movers[name]
            value = mover.value(t) if mover.active else 0.0
            if abs(value) < 1e-6:
                continue
            weight, moved, size = self._weight(mover, layer), places, abs(value) * mover.span
            for _ in range(1 if size < 0.25 else 2 if size < 1 else 4 if size < 8 else 6):
                places = moved - self.grid.at(weight, places)[..., None] * mover.shift(value, places)
        return places

    def forward(self, points: Array, limb: str, values: dict[str, float]) -> Array:
        """Where points of a limb (or of the body) go at these values of the movers, the innermost first."""
        layer = limb if limb in self.sleeper.loose else None
        places = np.array(points, np.float32).reshape(-1, 1, 2)
        for name in reversed([*OUTER, *CHAINS.get(limb, [])]):
            value = values.get(name, 0.0)
            if abs(value) >= 1e-7:
                mover = self.movers[name]
                share = self.grid.at(self._weight(mover, layer), places)[..., None]
                places = places + share * mover.shift(value, places)
        return places.reshape(-1, 2)

    def values(self, t: float) -> dict[str, float]:
        """Return the values of all active movers at a time."""
        return {name: mover.value(t) for name, mover in self.movers.items() if mover.active}

    def touched(self) -> tuple[int, int, int, int]:
        """Cells that some mover moves: top, bottom, left, right."""
        most = np.max([mover.weight for mover in self.movers.values()], axis=0)
        ys, xs = np.where(most > 0.004)
        top, left = (max(0, v.min() - 1) for v in (ys, xs))
        return top, min(self.grid.h, ys.max() + 3), left, min(self.grid.w, xs.max() + 3)


class _Builder:
    """Adds the movers of one sleeper to its rig."""

    def __init__(self, rng: np.random.Generator, rig: Rig) -> None:
        self.rng, self.rig, self.grid = rng, rig, rig.grid
        self.at, self.breadth = rig.sleeper.joints, rig.sleeper.layout.breadth

    def _direction(self) -> Array:
        v = self.rng.normal(0, 1, 2)
        return v / np.hypot(*v)

    def _bell(self, centre: Array, width: float) -> Array:
        return np.exp(-((self.grid.x - centre[0]) ** 2 + (self.grid.y - centre[1]) ** 2) / (2 * width**2))

    def joint(self, name: str, limb: str, ends: tuple[Array, Array], pieces: list[str], radius: float) -> None:
        """A joint that turns, and stretches, what lies beyond it."""
        joint, tip = ends
        axis = np.array(tip) - np.array(joint)
        length = np.hypot(*axis)
        e = axis / length
        dx, dy = self.grid.x - joint[0], self.grid.y - joint[1]
        beyond = smoothstep((dx * e[0] + dy * e[1] + 0.4 * radius) / (1.5 * radius + 0.15 * length))
        reach = max(radius * self.rng.uniform(0.8, 2.2), 2.5 * self.grid.cell, 0.05 * self.breadth)
        if self.rig.sleeper.cover in ("blanket", "swaddle"):
            reach = max(reach, self.rng.uniform(0.06, 0.12) * self.breadth)
        far = self.grid.distance(self.rig.sleeper, pieces)
        beside = smoothstep(1 - np.clip(far, 0, None) / reach)
        out = smoothstep(np.hypot(dx, dy) / (1.1 * radius))
        weight, layer = beside * np.maximum(beyond, 0) * out, beyond * out
        self.rig.add(name, "rot", joint, weight, limb, reach=reach, layer=layer)
        self.rig.add(f"{name}_len", "len", joint, weight, limb, reach=reach, layer=layer, axis=e)

    def limbs(self, side: str) -> None:
        """Joints of one side; shoulder and hip shift."""
        size = self.breadth
        shoulder, elbow, wrist, hand = (self.at[f"{side}_{end}"] for end in ("sh", "el", "wr", "hd"))
        hip, knee, ankle, foot = (self.at[f"{side}_{end}"] for end in ("hip", "kn", "an", "ft"))
        arm, leg = ([f"{side}_{part}" for part in p] for p in (("hand", "fore", "upper"), ("foot", "shin", "thigh")))
        self.joint(f"{side}_hand", f"{side}_arm", (wrist, hand), arm[:1], 0.03 * size)
        self.joint(f"{side}_forearm", f"{side}_arm", (elbow, hand), arm[:2], 0.04 * size)
        self.joint(f"{side}_arm", f"{side}_arm", (shoulder, (hand + 2 * elbow) / 3), arm, 0.05 * size)
        self.joint(f"{side}_foot", f"{side}_leg", (ankle, foot), leg[:1], 0.032 * size)
        self.joint(f"{side}_shin", f"{side}_leg", (knee, foot), leg[:2], 0.05 * size)
        self.joint(f"{side}_leg", f"{side}_leg", (hip, (foot + 2 * knee) / 3), leg, 0.066 * size)
        for name, centre in (("shoulder", shoulder), ("hip", hip)):
            weight = self._bell(centre, 0.075 * size)
            self.rig.add(f"{side}_{name}", "trans", centre, weight, "body", reach=0.13 * size, axis=self._direction())

    def head(self, chin: Chin) -> None:
        """The head turns on the neck; the jaw shifts towards it."""
        neck, size = self.at["neck"], self.breadth
        up = self.at["head"] - neck
        dx, dy = self.grid.x - neck[0], self.grid.y - neck[1]
        far = self.grid.distance(self.rig.sleeper, ["head"])
        weight = smoothstep(1 - np.clip(far, 0, None) / (0.09 * size)) * smoothstep(np.hypot(dx, dy) / (0.1 * size))
        weight = weight * smoothstep((dx * up[0] + dy * up[1]) / np.hypot(*up) / (0.08 * size) + 0.2)
        self.rig.add("head", "rot", neck, weight, "body", reach=0.09 * size)
        down = -up / np.hypot(*up)
        jaw = self._bell(chin.at, 0.32 * chin.head)
        self.rig.add("jaw", "trans", chin.at, jaw, "body", reach=chin.head * 0.6, axis=down)

    def trunk(self) -> None:
        """Breathing swells and shifts the trunk; the whole body turns and shifts."""
        chest, belly, radius = self.at["chest"], self.at["belly"], self.rig.breath_radius
        centre = 0.4 * chest + 0.6 * belly
        far = np.hypot(self.grid.x - centre[0], self.grid.y - centre[1])
        self.rig.add("breath_s", "scale", centre, np.exp(-((far / (1.25 * radius)) ** 2)), "all")
        drawn = np.exp(-((far / (1.8 * radius)) ** 2))
        self.rig.add("breath_t", "trans", centre, drawn, "all", axis=self._direction())
        body = self.grid.distance(self.rig.sleeper, [piece.name for piece in self.rig.sleeper.pieces])
        weight = smoothstep(1 - np.clip(body, 0, None) / (0.3 * self.breadth))
        self.rig.add("gross_r", "rot", (chest + belly) / 2, weight, "all")
        self.rig.add("gross_t", "trans", (chest + belly) / 2, weight, "all", axis=self._direction())


def make_rig(rng: np.random.Generator, camera: Camera, sleeper: Sleeper, chin: Chin) -> Rig:
    """Hang all movers on a sleeper."""
    samples = int(camera.seconds * 1000) + 3000
    rig = Rig(Grid(camera), sleeper, 0.16 * sleeper.layout.breadth, samples)
    builder = _Builder(rng, rig)
    for side in SIDES:
        builder.limbs(side)
    builder.head(chin)
    builder.trunk()
    return rig
