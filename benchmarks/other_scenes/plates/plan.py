"""The plan of a clip: what moves when and how far, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.other_scenes.plates.scene import Scene, limb_of

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.effects import Effect

Array = np.ndarray
LIMB_PARTS = ("hand", "foot", "forearm", "shin", "arm", "leg")
PARTS = {f"{side}_{part}": 2.0 for part in LIMB_PARTS for side in ("left", "right")}
PARTS |= {"left_shoulder": 0.7, "right_shoulder": 0.7, "left_hip": 0.7, "right_hip": 0.7, "head": 1.0}
CHANCES = np.array(list(PARTS.values())) / np.array(list(PARTS.values())).sum()
NEXT = {"arm": "forearm", "leg": "shin", "forearm": "hand", "shin": "foot"}
ALL = "ALL"


class Move(NamedTuple):
    """A part, the values of movers that move it, how many pixels its fastest point then goes, and its points."""

    part: str
    values: dict[str, float]
    amplitude: float
    points: Array


@dataclass
class Row:
    """An event of the truth; of jerks also when and which part goes furthest, the form, and how well it shows."""

    onset: float
    duration: float
    kind: str
    limb: str = ""
    amplitude: float = 0.0
    part: str = ""
    peak: float = 0.0
    form: str = ""
    tag: str = ""
    visible: float = 0.0

    @property
    def end(self) -> float:
        return self.onset + self.duration


def group_of(part: str) -> str:
    """What cannot make two movements at once: a limb, or one of the parts of the body."""
    limb = limb_of(part)
    return f"body:{part}" if limb == "body" else limb


def farthest(before: Array, after: Array) -> float:
    """Pixels that the fastest point goes."""
    return np.hypot(*(after - before).T).max()


@dataclass
class Plan:
    """Movement of a scene as it is filled in."""

    scene: Scene
    rng: np.random.Generator
    rows: list[Row] = field(default_factory=list)
    busy: list[tuple[float, float, str]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    told: dict[str, float] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        return self.scene.camera.seconds

    def free(self, begin: float, end: float, groups: list[str], pad: float = 0.15) -> bool:
        """Whether nothing else moves these groups then."""
        for a, b, group in self.busy:
            if a - pad < end and b + pad > begin and (group == ALL or ALL in groups or group in groups):
                return False
        return begin > 0.4 and end < self.seconds - 0.4

    def jerks(self) -> list[Row]:
        """Jerks of which nothing hides that they are there."""
        return [row for row in self.rows if row.kind == "jerk"]

    def amplitude(self) -> float:
        """Draw an amplitude from 1 to 40 pixels at 640 wide."""
        return float(np.exp(self.rng.uniform(0, np.log(40)))) * self.scene.camera.scale

    def put(self, values: dict[str, float], course: Array, begin: float) -> None:
        """Add a course to movers; what is left at its end stays."""
        i = round(begin * 1000)
        for name, value in values.items():
            mover = self.scene.rig.movers[name]
            mover.active = True
            end = min(len(mover.signal), i + len(course))
            mover.signal[i:end] += value * course[: end - i]
            if course[-1] != 0:
                mover.signal[end:] += value * course[-1]

    def _buried(self, points: Array) -> bool:
        """Whether most of these points lie under the cover."""
        covered, step = self.scene.plate.covered, self.scene.plate.step
        cells = np.minimum(points.astype(int) // step, np.array(covered.shape[::-1]) - 1)
        return bool(np.mean(covered[cells[:, 1], cells[:, 0]] > 0.5) > 0.5)

    def _mix(self, part: str) -> dict[str, float]:
        """Draw in which proportion the joints of a part move."""
        rng = self.rng
        mix = {part: float(rng.choice([-1, 1]))}
        if limb_of(part) != "body":
            if rng.random() < 0.35:
                mix[f"{part}_len"] = rng.normal(0, 0.5)
            side, name = part.split("_")
            if name in NEXT and rng.random() < 0.35:
                mix[f"{side}_{NEXT[name]}"] = rng.normal(0, 0.6)
        return mix

    def aim(self, part: str, amplitude: float) -> Move | None:
        """Find values that give a part this largest displacement; None if it cannot go so far, or hardly shows."""
        scene, points, limb = self.scene, self.scene.points(part), limb_of(part)
        mover = scene.rig.movers[part]
        if not len(points) or (limb not in scene.sleeper.loose and amplitude > 0.55 * mover.reach):
            return None
        if amplitude > min(12 * scene.camera.scale, 0.35 * mover.reach) and self._buried(points):
            return None
        mix = self._mix(part)
        far, size = 0.0, 1.0 if mover.kind == "trans" else 0.05
        for _ in range(6):
            far = farthest(points, scene.rig.forward(points, limb, {name: v * size for name, v in mix.items()}))
            if far < 1e-4:
                return None
            size *= amplitude / far
        values = {name: v * size for name, v in mix.items()}
        bent = mover.kind != "trans" and abs(size) > 1.0
        stretched = any(name.endswith("_len") and abs(v) > 0.3 for name, v in values.items())
        if bent or stretched or abs(far - amplitude) > 0.15 * amplitude:
            return None
        return Move(part, values, float(far), points)

    def scaled(self, move: Move, gain: float) -> Move | None:
        """The same movement, larger or smaller; None if the part cannot go so far."""
        limb = limb_of(move.part)
        values = {name: v * gain for name, v in move.values.items()}
        far = farthest(move.points, self.scene.rig.forward(move.points, limb, values))
        if limb not in self.scene.sleeper.loose and far > 0.6 * self.scene.rig.movers[move.part].reach:
            return None
        return Move(move.part, values, float(far), move.points)

    def any_part(self, amplitude: float, tries: int = 25) -> Move | None:
        """Draw a part that can go so far."""
        for _ in range(tries):
            move = self.aim(str(self.rng.choice(list(PARTS), p=CHANCES)), amplitude)
            if move:
                return move
        return None
