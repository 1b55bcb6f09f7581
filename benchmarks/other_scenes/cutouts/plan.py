"""The exposure sheet of a film: every channel at every moment, other things' tracks, light, and the truth's rows."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from benchmarks.other_scenes.cutouts.body import INDEX, bones
from benchmarks.other_scenes.cutouts.camera import Camera, Sensor
from benchmarks.other_scenes.cutouts.paint import Palette
from benchmarks.other_scenes.cutouts.pulses import RATE
from benchmarks.other_scenes.cutouts.puppet import Puppet
from benchmarks.other_scenes.cutouts.stage import Layer, Sprite, place


@dataclass
class Row:
    """One row of the truth; `blinding` things make jerks at the same time impossible to judge."""

    onset: float
    duration: float
    kind: str
    limb: str
    amplitude: float
    ends: list[list[float]] = field(default_factory=list)
    blinding: bool = False


class Thing(NamedTuple):
    """Something that is not the infant: its track holds x, y, angle and size (0: absent) over time."""

    name: str
    sprite: Sprite
    track: np.ndarray
    height: float
    on_screen: bool = False


class Plan:
    """Everything that happens in a film."""

    def __init__(self, palette: Palette, seconds: float, puppet: Puppet, camera: Camera, sensor: Sensor) -> None:
        self.rng, self.palette, self.seconds, self.count = palette.rng, palette, seconds, int(seconds * RATE) + 1
        self.puppet, self.camera, self.sensor = puppet, camera, sensor
        self.pose = np.tile(puppet.body.rest, (self.count, 1))
        self.gain, self.blur, self.bump = np.ones(self.count), np.zeros(self.count), np.zeros((self.count, 2))
        self.things, self.rows, self.busy = [], [], []

    def add(self, start: float, names: list[str], samples: np.ndarray) -> None:
        """Add a movement to channels; what it ends with stays."""
        first, columns = int(start * RATE), [INDEX[name] for name in names]
        room = min(len(samples), self.count - first)
        self.pose[first : first + room, columns] += samples[:room]
        self.pose[first + room :, columns] += samples[-1]

    def free(self, length: float, gap: float = 0.6) -> float | None:
        """A random start of an unoccupied stretch, which is then occupied."""
        for start in self.rng.uniform(0.8, max(self.seconds - length - 0.8, 0.9), 60):
            if all(start > b + gap or start + length < a - gap for a, b in self.busy):
                self.busy.append((start, start + length))
                return float(start)
        return None

    def layers(self, index: int) -> list[Layer]:
        """Every layer at a moment."""
        layers = self.puppet.layers(self.pose[index])
        for thing in self.things:
            x, y, angle, size = thing.track[index]
            x, size = (x, size) if size > 0 else (1e5, 1e-6)
            ground = np.eye(3) if thing.on_screen else self.camera.plane(thing.height)
            layers.append((thing.name, thing.sprite, ground @ place(x, y, angle, (size, size))))
        return layers

    def paths(self, start: float, names: list[str], samples: np.ndarray, parts: list[str]) -> dict[str, np.ndarray]:
        """Pixels (time, point, 2) of points all over some segments (0: root, 5: end) if only this movement happened."""
        q = np.tile(self.pose[min(int(start * RATE), self.count - 1)], (len(samples), 1))
        q[:, [INDEX[name] for name in names]] += samples
        found, out = bones(self.puppet.body, q), {}
        for part in parts:
            (length, ra, rb), (x, y, heading, height) = self.puppet.body.sizes[part], found[part]
            along = np.array([0, 0, 0.5, 0.5, 0.5, 1, 1, 1]) * length
            across = 0.6 * np.array([0, ra, 0, rb, -rb, 0, rb, -rb])
            c, s = np.cos(heading)[:, None], np.sin(heading)[:, None]
            px, py = x[:, None] + c * along - s * across, y[:, None] + s * along + c * across
            out[part] = self.camera.project(px, py, height[:, None])
        return out
