"""What happens in a film: its theme and its events on a common time line."""

from dataclasses import dataclass

import numpy as np

from benchmarks.other_scenes.clay import events, motion
from benchmarks.other_scenes.clay.measure import Reach, reach
from benchmarks.other_scenes.clay.skeleton import BREATH, LIMBS, SHIFT, VISITOR_SHIFT, WIDTH
from benchmarks.other_scenes.clay.stage import Stage

THEMES = ("single",) * 6 + ("train",) * 4 + ("mixed",) * 5 + ("none",) * 4 + ("quiet",)


@dataclass
class Event:
    """A movement: what it is, who moves, first sample, change of state per sample, and what the camera sees of it."""

    kind: str
    limbs: tuple[str, ...]
    start: int
    delta: np.ndarray
    seen: Reach


class Script:
    """A time line of states that grows with every event; scale is film pixels per drawn pixel."""

    def __init__(self, rng: np.random.Generator, stage: Stage, seconds: float, scale: float) -> None:
        self.rng, self.stage, self.seconds, self.scale = rng, stage, seconds, scale
        self.zoom = stage.camera.width * scale / 640
        self.states = np.zeros((int(seconds * motion.RATE) + 1, WIDTH))
        self.states[:, BREATH] = motion.breathing(rng, len(self.states))
        self.events: list[Event] = []

    def fit(self, before: np.ndarray, delta: np.ndarray, want: float, limbs: tuple[str, ...]) -> tuple:
        """The change of state scaled so that it moves want pixels where it can be seen, and what is seen of it."""
        tries, limit = [], 1.3 / max(np.abs(delta[:, : SHIFT.start]).max(), 1e-3)
        for sign in (1.0, -1.0):
            gain = sign
            for _ in range(3):
                seen = reach(self.stage, before, gain * delta, limbs, 8)
                tries.append((abs(seen.size - want), gain))
                gain = sign * min(abs(gain) * np.clip(want / max(seen.size, 1e-3), 0.15, 4), limit)
            if min(tries)[0] < 0.2 * want:
                break
        delta = min(tries)[1] * delta
        return delta, reach(self.stage, before, delta, limbs)

    def add(self, kind: str, limbs: tuple[str, ...], at: float, delta: np.ndarray, want: float = 0.0) -> None:
        """Put an event at a time, fitted to want pixels of the film where want is given."""
        start = int(at * motion.RATE)
        count, moving = len(self.states) - start, limbs if limbs != ("none",) else ("torso", "head")
        if count < 0.35 * motion.RATE:
            return
        before = self.states[start].copy()
        if want:
            delta, seen = self.fit(before, delta, want / self.scale, moving)
        else:
            seen = reach(self.stage, before, delta, moving, 4 if kind == "slow" else 12)
        self.states[start : start + len(delta)] += delta[:count]
        self.states[start + len(delta) :] += delta[-1]
        self.events.append(Event(kind, limbs, start, delta, seen))

    def want(self) -> float:
        """A size for a jerk in pixels of the film."""
        return float(np.clip(self.rng.lognormal(np.log(6.5), 0.85), 0.6, 60) * self.zoom)

    def limbs(self) -> tuple[str, ...]:
        """Limbs that jerk together."""
        draw, names = self.rng.random(), tuple(str(name) for name in self.rng.permutation(LIMBS))
        if draw < 0.06:
            return ("head",)
        if draw < 0.22:
            return LIMBS[:2] if draw < 0.15 else LIMBS[2:]
        return names[: self.rng.integers(2, 5)] if draw < 0.36 else names[:1]

    def singles(self, count: int) -> None:
        """A few jerks well apart (now and then a twitch)."""
        for at in np.sort(self.rng.uniform(1.2, self.seconds - 1.5 - count, count)) + np.arange(count):
            kind, limbs = "twitch" if self.rng.random() < 0.06 else "jerk", self.limbs()
            self.add(kind, limbs, at, events.jerk(self.rng, self.stage, limbs, kind, None), self.want())

    def train(self) -> None:
        """A row of jerks at an uneven pace."""
        rng, limbs, size = self.rng, self.limbs(), max(self.want(), 2)
        pace, at = float(np.exp(rng.uniform(np.log(0.5), np.log(6)))), rng.uniform(0.8, 4)
        stop, jitter, change = (
            min(at + rng.uniform(2, 12), self.seconds - 1.5),
            rng.uniform(0.05, 0.35),
            rng.uniform(0, 0.5),
        )
        most = 11 if self.events else 26
        while at < stop and len(self.events) < most:
            limbs = self.limbs() if rng.random() < change else limbs
            delta = events.jerk(rng, self.stage, limbs, "jerk", float(rng.uniform(0, 0.06)))
            self.add("jerk", limbs, at, delta, size * float(rng.lognormal(0, 0.3)))
            at += max(1 / pace * float(rng.lognormal(0, jitter)), 0.13)

    def other(self) -> None:
        """Slow, rhythmic, gross movement and visits."""
        rng = self.rng
        for at in np.sort(rng.uniform(0.3, self.seconds - 3, rng.integers(1, 4))):
            kind = str(rng.choice(["slow", "rhythmic", "gross"], p=[0.4, 0.45, 0.15]))
            if kind == "gross":
                self.add(kind, (*LIMBS, "head"), at, events.gross(rng))
            else:
                limbs, delta = (events.slow if kind == "slow" else events.rhythmic)(rng, self.stage)
                self.add(kind, limbs, at, delta)
        if guest := self.stage.meta["guest"]:
            at = rng.uniform(0, self.seconds * 0.5)
            delta = events.visit(rng, self.stage, min(rng.uniform(4, 11), self.seconds - at))
            self.states[: int(at * motion.RATE), VISITOR_SHIFT] += delta[0, VISITOR_SHIFT]
            self.add("distractor" if guest == "pet" else "handling", ("none",), at, delta)

    def play(self, theme: str) -> None:
        """Fill the time line for a theme."""
        if theme in ("mixed", "none"):
            self.other()
        if theme == "train" or (theme == "mixed" and self.rng.random() < 0.35):
            self.train()
        elif theme in ("single", "mixed"):
            self.singles(int(self.rng.integers(1, 6)))
