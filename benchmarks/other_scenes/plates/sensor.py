"""From a picture to planes of eight bits: read and shot noise, fixed pattern, denoising over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.camera import Camera

Array = np.ndarray
SPARE = 128  # the tile of noise is so much larger than the picture, and shown at other places in each frame


@dataclass
class SensorSpec:
    """Settings of one sensor; `denoise` is the share of the new frame where nothing moves (1: none)."""

    read: float
    shot: float
    pattern: float
    grain: float
    denoise: float
    ghost: float
    shutter: float

    def deviation(self, level: float) -> float:
        """Noise that is left at a grey level."""
        noise = np.sqrt(self.read**2 + self.shot * max(level, 1))
        return noise * np.sqrt(self.denoise / (2 - self.denoise)) * 0.86

    def told(self) -> dict[str, float]:
        """The settings, for the record of the clip."""
        named = {"read": self.read, "shot": self.shot, "fpn": self.pattern, "corr": self.grain}
        told = {name: round(value, 3) for name, value in named.items()}
        return told | {"denoise": round(self.denoise, 2), "ghost": round(self.ghost, 3)}


def make_spec(rng: np.random.Generator, camera: Camera) -> SensorSpec:
    """Draw settings, from clean to noisy."""
    read = float(np.exp(rng.uniform(np.log(0.3), np.log(2.5))))
    shot = float(np.exp(rng.uniform(np.log(0.02), np.log(0.22))))
    pattern, grain = float(rng.uniform(0, 1.0)), float(rng.choice([0, 0, 0.6]))
    read = read * 1.5 if camera.dim else read
    denoise = float(rng.uniform(0.25, 0.7)) if rng.random() < 0.35 else 1.0
    ghost, shutter = float(rng.uniform(0.01, 0.06)), float(rng.uniform(0.2, 0.9)) / camera.fps
    return SensorSpec(read, shot, pattern, grain, denoise, ghost, shutter)


class Sensor:
    """Turns pictures into planes; keeps the state of the filter over time."""

    def __init__(self, rng: np.random.Generator, spec: SensorSpec, camera: Camera) -> None:
        self.rng, self.spec, self.camera = rng, spec, camera
        w, h = camera.width, camera.height
        tile = rng.standard_normal((h + SPARE, w + SPARE)).astype(np.float32)
        if spec.grain:
            tile = cv2.GaussianBlur(tile, (0, 0), spec.grain)
            tile /= tile.std()
        self.tile = tile
        points = spec.pattern * rng.standard_normal((h, w))
        self.pattern = (points + 0.5 * spec.pattern * rng.standard_normal((1, w))).astype(np.float32)
        deviation = np.sqrt(spec.read**2 + spec.shot * np.arange(256))
        self.deviation = deviation.astype(np.float32).reshape(1, 256)
        if not camera.infrared:
            colour = rng.standard_normal((2, (h + SPARE) // 4, (w + SPARE) // 4)) * spec.read * 0.6
            self.colour = colour.astype(np.float32)
        self.state: Array | None = None

    def planes(self, frame: Array) -> Array:
        """Y over U over V of a frame, as for yuv420p."""
        w, h = self.camera.width, self.camera.height
        out = np.full((h * 3 // 2, w), 128, np.uint8)
        if self.camera.infrared:
            out[:h] = cv2.convertScaleAbs(cv2.max(self._luma(frame), 0), alpha=0.86, beta=16)
            return out
        clean = cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420)
        out[:h] = cv2.convertScaleAbs(cv2.max(self._luma(clean[:h]), 0))
        shift, size = int(self.rng.integers(0, 30, 2)[0]), (h // 2, w // 2)
        planes, noisy = clean[h:].reshape(2, *size), out[h:].reshape(2, *size)
        for plane, target, noise in zip(planes, noisy, self.colour, strict=True):
            grain = np.roll(noise, shift, 0)[: h // 4, : w // 4]
            target[:] = cv2.convertScaleAbs(cv2.add(plane, cv2.resize(grain, size[::-1]), dtype=cv2.CV_32F))
        return out

    def _luma(self, clean: Array) -> Array:
        """Noise, fixed pattern and denoising, which hesitates where something moves."""
        h, w = clean.shape
        y, x = self.rng.integers(0, SPARE, 2)
        side = float(self.rng.choice([-1, 1]))
        noisy = cv2.multiply(cv2.LUT(clean, self.deviation), self.tile[y : y + h, x : x + w], scale=side)
        noisy = cv2.add(cv2.add(noisy, clean, dtype=cv2.CV_32F), self.pattern)
        if self.spec.denoise == 1:
            return noisy
        if self.state is None:
            self.state = noisy
            return noisy
        moved = cv2.blur(cv2.absdiff(noisy, self.state), (3, 3))
        share = moved * np.float32(self.spec.ghost) + np.float32(self.spec.denoise * 0.6)
        step = cv2.multiply(cv2.subtract(noisy, self.state), np.minimum(share, np.float32(1)))
        self.state = cv2.add(self.state, step)
        return self.state
