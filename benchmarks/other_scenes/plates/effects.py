"""What disturbs a picture besides the sleeper: light, focus, a moved camera, a clock, frames that are kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from benchmarks.other_scenes.plates.curves import minimum_jerk, smoothstep

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.scene import Scene

Array = np.ndarray
TURN = 6.283


class Stamp(NamedTuple):
    """A line of text in the picture."""

    text: str
    at: tuple[int, int]
    scale: float


class Shot:
    """A frame while effects act on it: pixels at once, light, focus and shift together at the end."""

    def __init__(self, frame: Array) -> None:
        self.frame = frame
        self.gain, self.blur = 1.0, 0.0
        self.field: Array | None = None
        self.shift = np.zeros(2)
        self.stamp: Stamp | None = None

    def finish(self) -> Array:
        """Apply what acts on the whole frame."""
        frame, size = self.frame, self.frame.shape[1::-1]
        if self.blur > 0.2:
            frame = cv2.GaussianBlur(frame, (0, 0), self.blur)
        if self.field is not None:
            light = cv2.resize((self.field * self.gain).astype(np.float32), size)
            light = light if frame.ndim == 2 else cv2.merge([light] * 3)
            frame = cv2.multiply(frame, light, dtype=cv2.CV_8U)
        elif abs(self.gain - 1) > 1e-3:
            frame = cv2.convertScaleAbs(frame, alpha=self.gain)
        if abs(self.shift).max() > 0.02:
            move = np.float32([[1, 0, self.shift[0]], [0, 1, self.shift[1]]])
            frame = cv2.warpAffine(frame, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if self.stamp is not None:
            text, at, scale = self.stamp
            white, thick = (255,) * 3 if frame.ndim == 3 else 255, max(1, int(scale * 2))
            cv2.putText(frame, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, white, thick, cv2.LINE_AA)
        return frame


@dataclass
class Effect:
    """One disturbance from `begin` to `end`; its parameters are drawn from `rng` by `draw`."""

    kind: str
    begin: float
    end: float
    scene: Scene
    rng: np.random.Generator

    amplitude = 0.0
    lasting = False  # acts outside its time too: after it, or throughout

    def __post_init__(self) -> None:
        self.scale = self.scene.camera.scale
        self.draw(self.rng)

    def draw(self, rng: np.random.Generator) -> None:
        """Draw the parameters."""

    def act(self, shot: Shot, t: float) -> None:
        """Act on a frame taken at `t`."""

    def share(self, t: float) -> float:
        """How far it is on its way; beyond 0 to 1 before and after."""
        return (t - self.begin) / (self.end - self.begin)

    def apply(self, shot: Shot, t: float) -> None:
        """Act if it is time."""
        if self.lasting or 0 <= self.share(t) <= 1:
            self.act(shot, t)


def edges(x: float) -> float:
    """Come in during the first quarter, go during the last."""
    return float(smoothstep(np.array(min(x, 1 - x) * 4)))


class LightStep(Effect):
    """Light that is switched, or dimmed within 0.3 s, and stays so."""

    lasting = True

    def draw(self, rng: np.random.Generator) -> None:
        self.factor = float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.05, 0.35)))
        self.ramp = rng.choice([0.02, 0.3])

    def act(self, shot: Shot, t: float) -> None:
        shot.gain *= self.factor ** float(np.clip((t - self.begin) / self.ramp, 0, 1))


class Headlight(Effect):
    """A band of light that sweeps over the picture."""

    def draw(self, rng: np.random.Generator) -> None:
        angle, self.strength, self.width = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 0.7), rng.uniform(0.08, 0.3)
        y, x = np.mgrid[0:36, 0:64].astype(np.float32)
        self.across = (x / 64 - 0.5) * math.cos(angle) + (y / 36 - 0.5) * math.sin(angle)

    def act(self, shot: Shot, t: float) -> None:
        x = self.share(t)
        band = 1 + self.strength * np.exp(-(((self.across - (x * 1.8 - 0.9)) / self.width) ** 2))
        shot.field = band if shot.field is None else shot.field * band


class Shadow(Headlight):
    """A band of shadow."""

    def draw(self, rng: np.random.Generator) -> None:
        super().draw(rng)
        self.strength, self.width = -rng.uniform(0.15, 0.5), rng.uniform(0.15, 0.5)


class Exposure(Effect):
    """Automatic exposure that hunts."""

    def draw(self, rng: np.random.Generator) -> None:
        self.hz, self.depth = rng.uniform(0.3, 1.5), rng.uniform(0.03, 0.15)

    def act(self, shot: Shot, t: float) -> None:
        wave = math.sin(TURN * self.hz * (t - self.begin))
        shot.gain *= 1 + self.depth * edges(self.share(t)) * wave


class Focus(Effect):
    """Focus that is lost and found again."""

    def draw(self, rng: np.random.Generator) -> None:
        self.sigma = rng.uniform(1, 3) * max(0.5, self.scale)

    def act(self, shot: Shot, t: float) -> None:
        shot.blur = self.sigma * edges(self.share(t))


class Bump(Effect):
    """A knock against the camera."""

    def draw(self, rng: np.random.Generator) -> None:
        self.amplitude, self.angle = rng.uniform(1, 6) * self.scale, rng.uniform(0, 6.3)
        self.hz = rng.uniform(4, 9)

    def act(self, shot: Shot, t: float) -> None:
        since, length = t - self.begin, self.end - self.begin
        far = self.amplitude * math.sin(TURN * self.hz * since) * math.exp(-3 * since / length) * (1 - self.share(t))
        shot.shift += far * np.array([math.cos(self.angle), math.sin(self.angle)])


class Drift(Effect):
    """A camera that sags."""

    lasting = True

    def draw(self, rng: np.random.Generator) -> None:
        self.amplitude, self.angle = rng.uniform(2, 8) * self.scale, rng.uniform(0, 6.3)

    def offset(self, t: float) -> tuple[float, float]:
        """Pixels that the picture is shifted by."""
        far = self.amplitude * float(minimum_jerk(self.share(t)))
        return far * math.cos(self.angle), far * math.sin(self.angle)

    def act(self, shot: Shot, t: float) -> None:
        shot.shift += np.array(self.offset(t))


class Clock(Effect):
    """The time, written into the picture."""

    lasting = True

    def draw(self, rng: np.random.Generator) -> None:
        w, h = self.scene.camera.width, self.scene.camera.height
        self.at = (int(w * rng.choice([0.02, 0.6])), int(h * rng.choice([0.06, 0.96])))
        self.size = w / 640 * rng.uniform(0.45, 0.8)
        hour, minute, second = int(rng.integers(0, 24)), int(rng.integers(0, 60)), int(rng.integers(0, 40))
        self.start, self.phase = hour * 3600 + minute * 60 + second, rng.uniform(0, 1)

    def act(self, shot: Shot, t: float) -> None:
        s = self.start + int(t + self.phase)
        text = f"{s // 3600 % 24:02d}:{s // 60 % 60:02d}:{s % 60:02d}"
        shot.stamp = Stamp(text, self.at, self.size)


class Repeat(Effect):
    """A few frames that are dropped, or shown as repeats of the one before; the writer heeds it."""

    def draw(self, rng: np.random.Generator) -> None:
        self.frames, self.dropped = int(rng.integers(2, 6)), bool(rng.random() < 0.5)


def apply_effects(frame: Array, t: float, effects: list[Effect]) -> Array:
    """Let all effects act on a frame, which is changed in place or replaced."""
    shot = Shot(frame)
    for effect in effects:
        effect.apply(shot, t)
    return shot.finish()
