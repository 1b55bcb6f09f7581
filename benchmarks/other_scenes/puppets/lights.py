"""Lights of the room and what happens to them; each change gives one row of the truth."""

from collections.abc import Callable
from dataclasses import dataclass, field

import mujoco
import numpy as np

from benchmarks.other_scenes.puppets.score import Row

Rng = np.random.Generator
Array = np.ndarray
Change = Callable[[mujoco.MjModel, float], float]


@dataclass
class Lights:
    """A kind of light, the picture's mean level under it (0-255), and its changes: model and time to a gain."""

    kind: str
    level: float
    gain: float = 1.0
    changes: list[Change] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def set(self, model: mujoco.MjModel, t: float) -> float:
        """Put the lights of a moment into the model; the gain of the whole picture."""
        gain = self.gain
        for change in self.changes:
            gain *= change(model, t)
        return gain


def draw(rng: Rng, model: mujoco.MjModel, camera: Array, kind: str) -> Lights:
    """Draw the light: infrared from the camera, a lamp, or dim night light."""
    head = model.vis.headlight
    model.light_active[:] = 0
    head.specular[:] = 0.1
    if kind == "infrared":
        head.ambient[:], head.diffuse[:] = rng.uniform(0.08, 0.25), rng.uniform(0.5, 0.7)
        model.light_active[1] = 1
        model.light_diffuse[1] = rng.uniform(0.05, 0.3)
        model.light_pos[1] = camera + rng.normal(0, 0.3, 3)
        model.light_dir[1] = -model.light_pos[1]
        return Lights(kind, rng.uniform(55, 115))
    warm = np.array([1, rng.uniform(0.75, 0.95), rng.uniform(0.5, 0.85)])
    head.ambient[:] = warm * rng.uniform(0.15, 0.35)
    head.diffuse[:] = rng.uniform(0.05, 0.2)
    model.light_active[0] = 1
    model.light_diffuse[0] = warm * rng.uniform(0.5, 0.8)
    model.light_specular[0] = 0.15
    model.light_exponent[0] = rng.uniform(1, 8)
    angle, tall = rng.uniform(0, 2 * np.pi), rng.uniform(0.5, 1.8)
    model.light_pos[0] = (1.2 * np.cos(angle), 1.2 * np.sin(angle), tall)
    model.light_dir[0] = -model.light_pos[0] / np.linalg.norm(model.light_pos[0])
    return Lights(kind, rng.uniform(65, 120) if kind == "lamp" else rng.uniform(22, 60))


def step(rng: Rng, lights: Lights, start: float, seconds: float) -> None:
    """The light or the exposure goes up or down, at once or within half a second."""
    factor, soft = float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.15, 0.8))), rng.choice([0.02, 0.5])
    factor = min(factor, 170 / lights.level)
    end = start + rng.uniform(2, 8)

    def change(_model: mujoco.MjModel, t: float) -> float:
        on = np.clip((t - start) / soft, 0, 1) * np.clip((end - t) / soft, 0, 1)
        return 1 + (factor - 1) * on

    lights.changes.append(change)
    lights.rows += [Row(t, soft, "distractor", "", note="light") for t in (start, end - soft) if t < seconds]


def headlights(rng: Rng, lights: Lights, start: float, _seconds: float) -> None:
    """A car's lights sweep through the room."""
    length, side = rng.uniform(1.5, 4), rng.choice([-1, 1])
    bright = rng.uniform(0.2, 0.6)

    def change(model: mujoco.MjModel, t: float) -> float:
        place = (t - start) / length
        model.light_active[1] = 1
        model.light_diffuse[1] = bright * max(0.0, np.sin(np.pi * place)) if 0 < place < 1 else 0.0
        model.light_pos[1] = (side * (place * 4 - 2), 1.6, 1.0)
        model.light_dir[1] = -model.light_pos[1]
        return 1.0

    lights.changes.append(change)
    lights.rows.append(Row(start, length, "distractor", "", note="headlights"))


def screen(rng: Rng, lights: Lights, _start: float, seconds: float) -> None:
    """The flicker of a television."""
    count = int(seconds * 3) + 4
    level = rng.uniform(0.05, 0.3) * rng.uniform(0.2, 1, (count, 1)) * rng.uniform(0.6, 1, (count, 3))
    times = np.cumsum(rng.exponential(0.6, count))

    def change(model: mujoco.MjModel, t: float) -> float:
        model.light_active[1] = 1
        model.light_pos[1], model.light_dir[1] = (-1.5, 1.0, 0.6), (1.5, -1.0, -0.6)
        model.light_diffuse[1] = level[min(int(np.searchsorted(times, t)), count - 1)]
        return 1.0

    lights.changes.append(change)
    lights.rows.append(Row(0, seconds, "distractor", "", note="screen"))


CHANGES = {"light": step, "headlights": headlights, "screen": screen}
