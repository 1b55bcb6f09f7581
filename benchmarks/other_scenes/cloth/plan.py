"""What happens in a clip: displacement curves of all parts, and the true events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.cloth import curves
from benchmarks.other_scenes.cloth.curves import RATE
from benchmarks.other_scenes.cloth.scene import covered
from benchmarks.other_scenes.cloth.sleeper import reach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.other_scenes.cloth.layers import Part
    from benchmarks.other_scenes.cloth.scene import Scene

JERKY = ("single", "train", "several", "mixed")


@dataclass
class Event:
    """One row of the truth: times in seconds, amplitude in pixels at 640 wide."""

    onset: float
    end: float
    kind: str
    limb: str
    amplitude: float


@dataclass
class Jerk:
    """A jerk (or twitch) of one limb before it is known to be visible."""

    part: Part
    mode: str
    start: float
    pulse: curves.Pulse
    signed: float
    event: Event


@dataclass
class Plan:
    """Curves by (part, mode), pixels at 640 wide, at 1 kHz; and the events."""

    seconds: float
    fps: float
    rng: np.random.Generator
    curves: dict[tuple[str, str], NDArray[np.float64]] = field(default_factory=dict)
    offset: NDArray[np.float64] | None = None
    jerks: list[Jerk] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    busy: list[tuple[float, float, str]] = field(default_factory=list)

    def curve(self, part: str, mode: str) -> NDArray[np.float64]:
        """Get the curve of a part's mode, made at rest when there is none."""
        return self.curves.setdefault((part, mode), np.zeros(int((self.seconds + 1) * RATE)))

    def free(self, start: float, end: float, who: str) -> bool:
        """Whether nothing else moves this part then; `all` stands for the whole picture."""
        return (
            start > 0.25
            and end < self.seconds - 0.25
            and not any(start < e and end > s and (who in (w, "all") or w == "all") for s, e, w in self.busy)
        )

    def record(self, event: Event, who: str, *, block: float = 0.3) -> None:
        """Keep an event that is no jerk, and its time for no jerk of that part."""
        self.events.append(event)
        if who:
            self.busy.append((event.onset - block, event.end + block, who))

    def random_time(self, length: float) -> float:
        """Choose a start such that `length` seconds fit."""
        return float(self.rng.uniform(0.5, max(self.seconds - length - 0.5, 0.6)))


def limb_word(part: Part, mode: str) -> str:
    """Name of what moves: the limb, or only its hand or foot."""
    return part.name.replace("arm", "hand").replace("leg", "foot") if mode == "end" else part.name


def pick_mode(plan: Plan, part: Part) -> str:
    """Choose how a limb moves."""
    weight = {"root": 0.35, "mid": 0.25, "end": 0.25, "push": 0.15}
    names = list(part.modes)
    p = np.array([weight[n] for n in names])
    return str(plan.rng.choice(names, p=p / p.sum()))


def add_jerk(
    plan: Plan,
    scene: Scene,
    part: Part,
    mode: str,
    start: float,
    wanted: float,
    longest: float = 9.0,
    stay: float | None = None,
) -> bool:
    """Add one jerk of `wanted` pixels (sign: side), or a twitch if more than half stays; False if no room."""
    rng = plan.rng
    shape = curves.random_shape(rng, longest)
    shortest = 2.4 / plan.fps
    rise, ret = max(shape[1], shortest * 0.35), max(shape[2], shortest * 0.6)
    style, left = (shape[0], shape[3]) if stay is None else ("stroke", stay)
    pulse = curves.make_pulse(rng, style, rise, ret, left)
    seen = part.cover if covered(part, scene.sheet) else 1.0
    signed = float(np.sign(wanted) * min(abs(wanted) / seen, reach(part.modes[mode], part, scene.scale)))
    amplitude = abs(signed) * seen
    begin, end = curves.timing(pulse, amplitude)
    if not plan.free(start + begin - 0.02, start + end + 0.01, part.name):
        return False
    kind = "jerk" if stay is None else "twitch"
    event = Event(start + begin, start + end, kind, limb_word(part, mode), amplitude)
    plan.busy.append((event.onset, max(event.end, event.onset + 0.16), part.name))
    plan.jerks.append(Jerk(part, mode, start, pulse, signed, event))
    curves.add(plan.curve(part.name, mode), start, pulse.samples, signed)
    return True


def amplitude(plan: Plan, low: float) -> float:
    """Log-uniform amplitude with a random side."""
    size = np.exp(plan.rng.uniform(np.log(low), np.log(30)))
    return float(size * plan.rng.choice([-1, 1]))


def singles(plan: Plan, scene: Scene, low: float, gap: float) -> None:
    """Jerks of one limb at a time, `gap` seconds apart on average."""
    t = plan.rng.uniform(0.5, 3)
    while t < plan.seconds - 0.6:
        part = scene.limbs()[int(plan.rng.integers(len(scene.limbs())))]
        add_jerk(plan, scene, part, pick_mode(plan, part), t, amplitude(plan, low))
        t += 0.5 + plan.rng.exponential(gap)


def several(plan: Plan, scene: Scene, low: float) -> None:
    """Two to four limbs that jerk together."""
    rng, t = plan.rng, plan.rng.uniform(0.5, 3)
    while t < plan.seconds - 0.8:
        chosen = rng.permutation(len(scene.limbs()))[: int(rng.integers(2, 5))]
        size = amplitude(plan, low)
        for index in chosen:
            part = scene.limbs()[int(index)]
            wanted = max(abs(size) * rng.uniform(0.5, 1.1), low) * rng.choice([-1, 1])
            add_jerk(plan, scene, part, pick_mode(plan, part), t + rng.uniform(0, 0.06), wanted)
        t += 1 + rng.exponential(2.5)


def train(plan: Plan, scene: Scene, low: float, start: float) -> float:
    """Add a train of 1-6 jerks a second: one limb, both sides at once, or limbs by turns; returns its end."""
    rng = plan.rng
    rate = float(min(np.exp(rng.uniform(0, np.log(6))), plan.fps / 4.5))
    limbs = [scene.limbs()[int(i)] for i in rng.permutation(len(scene.limbs()))[: int(rng.integers(1, 4))]]
    modes = {p.name: pick_mode(plan, p) for p in limbs}
    sizes = {p.name: amplitude(plan, low) for p in limbs}
    together, jitter = rng.random() < 0.5, rng.uniform(0.04, 0.2)
    t = start
    for k in range(int(rng.integers(3, 14))):
        moving = limbs if together else [limbs[k % len(limbs)]]
        for part in moving:
            size = sizes[part.name] * rng.uniform(0.75, 1.25)
            size = np.sign(size) * max(abs(size), low)
            add_jerk(plan, scene, part, modes[part.name], t + rng.uniform(0, 0.03), float(size), 0.8 / rate)
        t += max(rng.normal(1, jitter), 0.6) / rate
    return t


def fill_jerks(plan: Plan, scene: Scene, theme: str, low: float) -> None:
    """Add jerks after the theme of the clip."""
    rng = plan.rng
    if theme in ("train", "mixed"):
        t = rng.uniform(0.6, 3)
        while t < plan.seconds - 2:
            t = train(plan, scene, low, t) + rng.uniform(1.2, 6)
            if theme == "mixed" and rng.random() < 0.6:
                t += 4
    if theme in ("several", "mixed"):
        several(plan, scene, low)
    if theme == "single":
        singles(plan, scene, low, float(rng.uniform(1.0, 4.0)))
    elif rng.random() < 0.4:
        singles(plan, scene, low, 5.0)


def twitches(plan: Plan, scene: Scene, low: float) -> None:
    """Fast movements that do not come back by half."""
    for _ in range(int(plan.rng.integers(1, 3))):
        part = scene.limbs()[int(plan.rng.integers(len(scene.limbs())))]
        add_jerk(
            plan,
            scene,
            part,
            pick_mode(plan, part),
            plan.random_time(2),
            amplitude(plan, low),
            stay=float(plan.rng.uniform(0.6, 1.0)),
        )


def slow(plan: Plan, scene: Scene) -> None:
    """Stretch a limb slowly, or turn the head."""
    rng = plan.rng
    heads = [p for p in scene.parts if p.name == "head"]
    part = heads[0] if heads and rng.random() < 0.4 else scene.limbs()[int(rng.integers(len(scene.limbs())))]
    mode = str(rng.choice([m for m in part.modes if m != "suck"]))
    duration = float(rng.uniform(2.0, 6.0))
    size = min(rng.uniform(2, 6) * duration, reach(part.modes[mode], part, scene.scale))
    start = plan.random_time(duration)
    if not plan.free(start, start + duration, part.name):
        return
    curves.add(plan.curve(part.name, mode), start, curves.slow_move(rng, duration), size * rng.choice([-1, 1]))
    plan.record(Event(start, start + duration, "slow", part.name, size), part.name)


def rhythmic(plan: Plan, scene: Scene) -> None:
    """Sucking or chewing, tremor of a limb, or rocking of the whole body."""
    rng, names = plan.rng, [p.name for p in scene.parts]
    kind = rng.choice(["suck", "tremor", "rock"], p=[0.45, 0.4, 0.15])
    duration = float(rng.uniform(1.5, 6))
    start = plan.random_time(duration)
    if kind == "suck" and "head" in names:
        who, mode, rate, size = "head", "suck", rng.uniform(1.0, 2.4), rng.uniform(0.6, 2.5)
    elif kind == "rock" and "head" in names and plan.free(start, start + duration, "all"):
        rate, size = rng.uniform(0.4, 1.1), rng.uniform(1.5, 5)
        _sway(plan, start, size * curves.oscillation(rng, duration, rate, 0.03))
        plan.record(Event(start, start + duration, "rhythmic", "body", size), "all")
        return
    else:
        part = scene.limbs()[int(rng.integers(len(scene.limbs())))]
        who, mode, rate, size = part.name, pick_mode(plan, part), rng.uniform(4, 12), np.exp(rng.uniform(-1.4, 0.2))
    if plan.free(start, start + duration, who):
        curves.add(plan.curve(who, mode), start, curves.oscillation(rng, duration, rate, 0.08), size)
        plan.record(Event(start, start + duration, "rhythmic", who, float(size)), who, block=0.1)


def _sway(plan: Plan, start: float, samples: NDArray[np.float64]) -> None:
    if plan.offset is None:
        plan.offset = np.zeros((2, int((plan.seconds + 1) * RATE)))
    angle = plan.rng.uniform(0, 2 * np.pi)
    curves.add(plan.offset[0], start, samples, np.cos(angle))
    curves.add(plan.offset[1], start, samples, np.sin(angle))


def gross(plan: Plan, scene: Scene) -> None:
    """Move the whole body about for some seconds, limbs with it."""
    rng, duration = plan.rng, float(plan.rng.uniform(2, 5.5))
    start = plan.random_time(duration)
    if not plan.free(start, start + duration, "all"):
        return
    size = float(rng.uniform(4, 14)) if scene.kind != "photo" else 0.0
    if size:
        for _ in range(2):
            _sway(plan, start, size * 0.7 * curves.oscillation(rng, duration, rng.uniform(0.3, 0.9), 0.25))
    for part in scene.limbs():
        mode = pick_mode(plan, part)
        most = min(rng.uniform(5, 22), reach(part.modes[mode], part, scene.scale))
        moves = curves.oscillation(rng, duration, rng.uniform(0.4, 1.6), 0.3)
        curves.add(plan.curve(part.name, mode), start, moves, most)
        size = max(size, most)
    plan.record(Event(start, start + duration, "gross", "body", size), "all", block=0.4)


def breathe(plan: Plan, scene: Scene) -> None:
    """Breathing of the trunk, and in some sleepers of what lies on or beside it."""
    rng = plan.rng
    samples = curves.breathing(rng, plan.seconds + 1)
    depth = float(np.exp(rng.uniform(np.log(0.3), np.log(2.5))))
    curves.add(plan.curve("trunk", "breath"), 0.0, samples, depth)
    for part in scene.parts:
        if part.name != "trunk" and rng.random() < 0.15:
            mode = next(iter(part.modes))
            curves.add(plan.curve(part.name, mode), 0.0, samples, depth * rng.uniform(0.05, 0.25))
