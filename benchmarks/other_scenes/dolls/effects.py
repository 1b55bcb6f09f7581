"""Distractors: light that changes, things that pass, the camera that is knocked, hands that help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.dolls.body import TRUNK_SHIFT, Part, PartTrack
from benchmarks.other_scenes.dolls.movement import Row, Track
from benchmarks.other_scenes.dolls.waves import ramp

if TYPE_CHECKING:
    from benchmarks.other_scenes.dolls.camera import Camera

Array = np.ndarray
KINDS = ("dimmer", "headlights", "exposure", "knock", "toy", "hand", "insect", "clock", "curtain")


@dataclass
class Effects:
    """What happens to the picture in each frame besides the doll's movement."""

    times: Array
    gain: Array
    shift: Array
    glows: list[tuple[Array, float, float]] = field(default_factory=list)
    insect: Array | None = None
    clock: float | None = None
    extra: list[PartTrack] = field(default_factory=list)

    def light(self, picture: Array, frame: int) -> Array:
        """Apply lamp changes, sweeping lights (positive) and shadows (negative), and the insect."""
        h, w = picture.shape
        for path, strength, width in self.glows:
            x, y = path[frame]
            if np.isfinite(x):
                gx = np.exp(-(((np.arange(64) / 64 - x) / width) ** 2))
                gy = np.exp(-(((np.arange(48) / 48 - y) / (3 * width)) ** 2))
                picture = picture * cv2.resize((1 + strength * np.outer(gy, gx)).astype(np.float32), (w, h))
        if self.insect is not None and np.isfinite(self.insect[frame, 0]):
            x, y = (self.insect[frame] * np.array([w, h]) * 16).astype(int)
            picture = np.ascontiguousarray(picture)
            cv2.circle(picture, (int(x), int(y)), int(16 * max(w / 300, 1.3)), 0.03, -1, cv2.LINE_AA, 4)
        return picture if self.gain[frame] == 1.0 else picture * float(self.gain[frame])


class EffectPlanner:
    """Chooses distractors, writes their rows and keeps jerks away where they could not be judged."""

    def __init__(self, rng: np.random.Generator, camera: Camera, track: Track, times: Array) -> None:
        self.rng, self.camera, self.track, self.times = rng, camera, track, times
        self.seconds = float(times[-1])
        self.effects = Effects(times, np.ones(len(times)), np.zeros((len(times), 2)))

    def add(self, kind: str) -> None:
        """Add one distractor of a kind."""
        getattr(self, f"_{kind}")()

    def _row(self, start: float, end: float, kind: str = "distractor", limb: str = "none") -> None:
        start = max(start, 0.0)
        self.track.rows.append(Row(start, min(end, self.seconds) - start, kind, limb, 0.0))

    def _span(self, low: float, high: float) -> tuple[float, float]:
        length = self.rng.uniform(low, min(high, self.seconds - 1.5))
        start = self.rng.uniform(0.5, self.seconds - length - 0.5)
        return float(start), float(start + length)

    def _dimmer(self) -> None:
        start, end = self._span(0.1, 3.0)
        self.effects.gain *= 1 + (self.rng.choice([0.5, 0.7, 1.4, 1.8]) - 1) * ramp(self.times, start, end - start)
        self._row(start, end)

    def _exposure(self) -> None:
        start, end = self._span(2.0, 5.0)
        t = np.maximum(self.times - start, 0)
        wave = np.sin(2 * np.pi * self.rng.uniform(0.6, 2) * t) * np.exp(-t / (end - start) * 3)
        self.effects.gain *= 1 + self.rng.uniform(0.08, 0.3) * wave
        self._row(start, end)

    def _sweep(self, start: float, end: float, strength: float, width: float) -> None:
        s = (self.times - start) / (end - start)
        x = np.where((s > 0) & (s < 1), -0.5 + 2 * s if self.rng.random() < 0.5 else 1.5 - 2 * s, np.nan)
        y = np.full_like(x, self.rng.uniform(0.2, 0.8))
        self.effects.glows.append((np.stack([x, y], 1), strength, width))
        self._row(start, end)

    def _headlights(self) -> None:
        self._sweep(*self._span(1.0, 4.0), float(self.rng.uniform(0.5, 2.0)), float(self.rng.uniform(0.08, 0.2)))

    def _curtain(self) -> None:
        self._sweep(*self._span(3.0, 9.0), -float(self.rng.uniform(0.2, 0.5)), float(self.rng.uniform(0.1, 0.25)))

    def _knock(self) -> None:
        start = float(self.rng.uniform(1, self.seconds - 2))
        t = np.maximum(self.times - start, 0)
        for k in range(2):
            swing = np.sin(2 * np.pi * self.rng.uniform(3, 9) * t) * np.exp(-t / self.rng.uniform(0.1, 0.4))
            self.effects.shift[:, k] += self.rng.uniform(-0.02, 0.02) * self.camera.width * swing
        self._row(start, start + 1.2)
        self.track.blocked.append((start - 0.4, start + 1.4, "all"))

    def _clock(self) -> None:
        self.effects.clock = float(self.rng.uniform(0, 80000))

    def _insect(self) -> None:
        start, end = self._span(3.0, 10.0)
        n = len(self.times)
        go = (np.sin(self.times * self.rng.uniform(1, 4)) > -0.3)[:, None]
        steps = np.diff(self.times, prepend=0)[:, None] * self.rng.uniform(0.02, 0.15)
        heading = np.cumsum(self.rng.normal(0, 0.25, n)) + self.rng.uniform(0, 6)
        path = self.rng.uniform(0.2, 0.8, 2) + np.cumsum(
            go * steps * np.stack([np.cos(heading), np.sin(heading)], 1), 0
        )
        path[(self.times < start) | (self.times > end)] = np.nan
        self.effects.insect = path
        self._row(start, end)

    def _toy(self) -> None:
        start, end = self._span(4.0, self.seconds)
        middle = self.camera.position * 0.35 + np.array([0, 0.1, 0.04])
        middle = middle + self.camera.axes[0] * self.rng.uniform(-0.2, 0.2) - self.camera.axes[1] * 0.12
        window = ramp(self.times, start, 1.0) * (1 - ramp(self.times, end - 1.5, 1.5))
        angle = window * self.rng.uniform(0.03, 0.12) * np.sin(2 * np.pi * self.rng.uniform(0.4, 1.0) * self.times)
        centre = middle + np.outer(angle, self.camera.axes[0])
        size = 0.028 * float(self.camera.depth(middle))
        rot = np.broadcast_to(np.eye(3), (len(centre), 3, 3))
        part = Part("toy", "toy", "ellipsoid", size * 1.3, (size, size * 1.3, size))
        self.effects.extra.append(PartTrack(part, centre, centre, rot, np.ones(len(centre))))
        self._row(start, end)

    def _hand(self) -> None:
        start, end = self._span(3.5, 8.0)
        t = self.times
        inside = ramp(t, start, 0.9) * (1 - ramp(t, end - 0.9, 0.9))
        rate, pats = self.rng.uniform(1.2, 2.8), self.rng.random() < 0.6
        lift = inside**8 * (0.012 - 0.012 * np.cos(2 * np.pi * rate * t)) if pats else np.zeros(len(t))
        side = float(self.rng.choice([-1, 1]))
        aim = np.array([side * 0.05, self.rng.uniform(0.02, 0.14), 0.13])
        outward = np.array([side * 0.9, self.rng.uniform(-0.5, 0.3), 0.3])
        outward /= np.linalg.norm(outward)
        palm = aim + np.outer(1 - inside, outward) * 1.9 + np.outer(lift, [0, 0, 1.0])
        across = np.cross(outward, [0, 0, 1.0])
        pieces = [(0.07 * outward, 0.45 * outward, 0.032), (0 * outward, 0.07 * outward, 0.036)]
        pieces += [(k * across, 1.3 * k * across - 0.075 * outward, 0.009) for k in (-0.026, -0.009, 0.009, 0.026)]
        frame = np.stack([outward, across, np.cross(outward, across)], 1)
        rot = np.broadcast_to(frame, (len(t), 3, 3))
        for near, far, radius in pieces:
            part = Part("adult", "adult", "capsule", radius)
            self.effects.extra.append(PartTrack(part, palm + near, palm + far, rot, np.ones(len(t))))
        if pats:  # the body gives way a little under every pat
            push = np.interp(self.track.time, t, lift) * 0.15
            self.track.angles[:, TRUNK_SHIFT.start + 2] += push
        self._row(start, end, "handling", "body")
        self.track.blocked.append((start - 0.3, end + 0.3, "all"))
