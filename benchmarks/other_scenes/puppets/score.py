"""The score of a clip: torque and posture goals of every joint at every physics step."""

from dataclasses import dataclass, field

import mujoco
import numpy as np

from benchmarks.other_scenes.puppets.scene import STEP

Array = np.ndarray


@dataclass
class Row:
    """One line of the truth."""

    onset: float
    duration: float
    kind: str
    limb: str
    amplitude: float = 0.0
    places: list[list[float]] = field(default_factory=list)
    note: str = ""

    @property
    def end(self) -> float:
        """When it is over."""
        return self.onset + self.duration


@dataclass
class Score:
    """Drive torques, posture gains and goals (steps x joints), the visitor's path, and rows."""

    joints: dict[str, int]
    dofs: Array
    spots: Array
    rest: Array
    drive: Array
    gain: Array
    goal: Array
    path: Array | None
    rows: list[Row] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """Length in physics steps."""
        return len(self.drive)

    def span(self, start: float, seconds: float) -> tuple[slice, Array]:
        """The steps of a time span, and their time since its start."""
        first = max(0, int(start / STEP))
        last = min(self.steps, int((start + seconds) / STEP))
        return slice(first, last), (np.arange(first, last) - first) * STEP

    def push(self, joint: str, start: float, torque: Array) -> None:
        """Add torques from a moment on."""
        first = int(start / STEP)
        part = torque[: max(0, self.steps - first)]
        self.drive[first : first + len(part), self.joints[joint]] += part

    def lead(self, joint: str, start: float, offset: Array, gain: float) -> None:
        """Lead a joint along offsets from its rest."""
        first, column = int(start / STEP), self.joints[joint]
        part = offset[: max(0, self.steps - first)]
        self.gain[first : first + len(part), column] = gain * ramp(len(part))
        self.goal[first : first + len(part), column] = self.rest[column] + part


def ramp(count: int, share: float = 0.15) -> Array:
    """A flat window with smooth ends."""
    place = np.linspace(0, 1, max(count, 2))[:count]
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(np.minimum(place, 1 - place) / share, 0, 1))


def blank(model: mujoco.MjModel, data: mujoco.MjData, seconds: float) -> Score:
    """An empty score from a settled state."""
    free = mujoco.mjtJoint.mjJNT_FREE
    names = [j for j in range(model.njnt) if model.jnt_type[j] != free]
    dofs, spots = model.jnt_dofadr[names], model.jnt_qposadr[names]
    shape = (int(seconds / STEP) + 1, len(names))
    path = np.tile(np.r_[0, 3.0, 3.0, 1.0, 0, 0, 0], (shape[0], 1)) if model.nmocap else None
    joints = {model.joint(j).name: i for i, j in enumerate(names)}
    rest = data.qpos[spots].copy()
    return Score(joints, dofs, spots, rest, np.zeros(shape), np.zeros(shape), np.zeros(shape), path)
