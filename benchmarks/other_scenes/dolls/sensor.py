"""From light to eight bits: vignetting, lens blur, gamma, noise, fixed pattern, temporal denoising."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from benchmarks.other_scenes.dolls.effects import Effects

Array = np.ndarray


@dataclass
class SensorSpec:
    """Settings of one camera's sensor."""

    width: int
    height: int
    blur: float
    vignette: float
    noise: float
    grain: float
    fixed: float
    denoise: float
    exposure: float
    gamma_mix: float


def make_spec(rng: np.random.Generator, width: int, height: int, infrared: bool) -> SensorSpec:
    """Random settings, from clean to very noisy."""
    noise = float(np.exp(rng.uniform(np.log(0.4), np.log(9.0 if infrared else 4.0))))
    denoise = float(rng.choice([1.0, rng.uniform(0.3, 0.8)], p=[0.65, 0.35]))
    blur = float(rng.choice([0.4, rng.uniform(0.5, 1.3)]))
    grain = float(rng.choice([0.0, 0.6], p=[0.7, 0.3]))
    return SensorSpec(width, height, blur, float(rng.uniform(0, 0.45)), noise, grain,
                      float(rng.choice([0.0, rng.uniform(0.3, 1.5)])), denoise, float(rng.uniform(0.75, 1.15)),
                      float(rng.uniform(0.7, 1.0)))  # fmt: skip


class Sensor:
    """Turns linear pictures into frames; keeps the state of the temporal filter."""

    def __init__(self, rng: np.random.Generator, spec: SensorSpec, effects: Effects, first: Array) -> None:
        self.spec, self.effects, self.rng = spec, effects, rng
        h, w = first.shape
        gy, gx = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
        fall = (1 - spec.vignette * (gx**2 + gy**2) / 2).astype(np.float32)
        level = max(float(np.percentile(first, 90)), 0.8 * float(np.percentile(first, 98)))
        self.fall = fall * (0.75 * spec.exposure / max(level, 0.05))
        tile = rng.standard_normal((spec.height + 97, spec.width + 131), dtype=np.float32)
        if spec.grain:
            tile = cv2.GaussianBlur(tile, (0, 0), spec.grain)
            tile /= tile.std()
        self.tile = tile
        self.pattern = rng.standard_normal((spec.height, spec.width), dtype=np.float32) * spec.fixed
        self.pattern += (rng.standard_normal((1, spec.width)) * 0.4 * spec.fixed).astype(np.float32)
        # After a square-root gamma shot noise is even; read noise adds in the dark.
        dark = 1.0 - np.clip(self._tone(first * self.fall), 0, 255) / 255.0
        self.sigma = spec.noise * (0.75 + 0.7 * dark**2)
        self.state: Array | None = None

    def _tone(self, linear: Array) -> Array:
        """Gamma near 2, with a soft shoulder; at output size."""
        linear = np.minimum(linear, 1.3)
        bright = cv2.sqrt(np.maximum(linear, 0.0)) * (self.spec.gamma_mix * 235.0)
        bright += linear * ((1.0 - self.spec.gamma_mix) * 235.0)
        if bright.shape != (self.spec.height, self.spec.width):
            bright = cv2.resize(bright, (self.spec.width, self.spec.height), interpolation=cv2.INTER_LINEAR)
        return bright

    def expose(self, picture: Array, frame: int) -> Array:
        """One frame of eight bits."""
        light = self.effects.light(picture, frame) * self.fall
        if self.spec.blur > 0.45:
            light = cv2.GaussianBlur(light, (5, 5) if self.spec.blur < 1 else (7, 7), self.spec.blur)
        shift = self.effects.shift[frame]
        if np.abs(shift).max() > 0.02:
            matrix = np.float32([[1, 0, shift[0]], [0, 1, shift[1]]])
            light = cv2.warpAffine(light, matrix, light.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
        bright = self._tone(light)
        oy, ox = int(self.rng.integers(0, 97)), int(self.rng.integers(0, 131))
        noise = self.tile[oy : oy + self.spec.height, ox : ox + self.spec.width]
        bright += noise * self.sigma
        if self.spec.fixed:
            bright += self.pattern
        if self.spec.denoise < 1.0:
            if self.state is None:
                self.state = bright.copy()
            cv2.accumulateWeighted(bright, self.state, self.spec.denoise)
            bright = self.state
        grey = cv2.convertScaleAbs(np.maximum(bright, 0.0))
        if self.effects.clock is not None:
            self._write_clock(grey, float(self.effects.times[frame]) + self.effects.clock)
        return grey

    def _write_clock(self, grey: Array, seconds: float) -> None:
        s = int(seconds)
        text = f"2024-03-11 {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}"
        size = self.spec.width / 1100
        cv2.putText(grey, text, (8, int(34 * size) + 4), cv2.FONT_HERSHEY_SIMPLEX, size, 0, 3, cv2.LINE_AA)
        cv2.putText(grey, text, (8, int(34 * size) + 4), cv2.FONT_HERSHEY_SIMPLEX, size, 240, 1, cv2.LINE_AA)

    def colour(self, planes: Array | None) -> Array:
        """U and V planes of eight bits at half size."""
        size = (self.spec.width // 2, self.spec.height // 2)
        if planes is None:
            return np.full((2, size[1], size[0]), 128, np.uint8)
        return np.stack([cv2.resize(np.clip(p + 128, 0, 255).astype(np.uint8), size) for p in planes])
