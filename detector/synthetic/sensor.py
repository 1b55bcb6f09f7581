"""From light to numbers: noise, fixed pattern, hot pixels, the camera's own noise reduction, tone curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Sensor

    Picture = npt.NDArray[np.float32]

__all__ = ["Chip"]

_PLANES = 24


class Chip:
    """The sensor and the camera's processing; keeps the state of the temporal noise reduction.

    Noise comes from a bank of planes that are shifted and mirrored at random in each frame: drawing new normal numbers
    for every pixel would cost more than everything else together.

    Parameters
    ----------
    sensor : Sensor
        Properties of the sensor.
    shape : tuple of int
        Height and width, and 3 for colour.
    seed : int
        Source of all noise.
    """

    def __init__(self, sensor: Sensor, shape: tuple[int, ...], seed: int) -> None:
        self._sensor = sensor
        self._rng = np.random.default_rng([seed, 23])
        height, width = shape[:2]
        self._bank = np.empty((_PLANES, height, width), np.float32)
        for plane in self._bank:
            self._rng.standard_normal(out=plane, dtype=np.float32)
            if sensor.grain_px > 0.15:
                blurred = cv2.GaussianBlur(plane, (0, 0), sensor.grain_px)
                plane[...] = blurred / max(float(blurred.std()), 1e-6)
        pattern = self._rng.standard_normal((height, width), dtype=np.float32)
        columns = self._rng.standard_normal((1, width), dtype=np.float32)
        self._fixed = np.float32(sensor.fixed) * (0.8 * pattern + 0.6 * columns)
        hot = self._rng.integers(0, height * width, sensor.hot_pixels)
        self._fixed.reshape(-1)[hot] += self._rng.gamma(2.0, 30.0, sensor.hot_pixels).astype(np.float32)
        self._past: Picture | None = None
        levels = np.arange(256) / 255.0
        toned = 255.0 * np.clip(levels, 0, 1) ** sensor.gamma
        toned = 128.0 + sensor.contrast * (toned - 128.0) if sensor.contrast != 1.0 else toned
        self._tone = np.clip(toned * (1 - sensor.black / 255.0) + sensor.black, 0, 255).astype(np.float32)
        self._plain = sensor.gamma == 1.0 and sensor.contrast == 1.0

    def expose(self, light: Picture, *, noise: float = 1.0) -> npt.NDArray[np.uint8]:
        """Return the 8-bit picture of `light` (grey levels, (h, w) or (h, w, 3)); `noise` multiplies the noise."""
        sensor = self._sensor
        seen = light * np.float32(sensor.gain)
        if sensor.read > 0 or sensor.shot > 0:
            spread = np.sqrt(np.float32(sensor.shot) * np.maximum(seen, 0) + np.float32(sensor.read**2))
            if seen.ndim == 2:
                seen += spread * self._noise(noise)
            else:
                grain = self._noise(noise)
                for channel in range(3):
                    seen[:, :, channel] += spread[:, :, channel] * (0.7 * grain + 0.7 * self._noise(noise))
        seen += self._fixed if seen.ndim == 2 else self._fixed[:, :, None]
        if sensor.flakes:
            self._flakes(seen)
        if sensor.denoise > 0:
            seen = self._reduced(seen)
        if sensor.sharpen > 0:
            seen += np.float32(sensor.sharpen) * (seen - cv2.GaussianBlur(seen, (0, 0), 1.2))
        if not self._plain:
            return np.asarray(cv2.LUT(_bytes(seen), self._tone.round().astype(np.uint8)), np.uint8)
        return _bytes(seen * np.float32(1 - sensor.black / 255.0) + np.float32(sensor.black))

    def _noise(self, factor: float) -> Picture:
        plane = self._bank[int(self._rng.integers(_PLANES))]
        down, right = int(self._rng.integers(plane.shape[0])), int(self._rng.integers(plane.shape[1]))
        if self._rng.random() < 0.5:
            plane = plane[::-1]
        if self._rng.random() < 0.5:
            plane = plane[:, ::-1]
        sign = factor if self._rng.random() < 0.5 else -factor
        return np.asarray(np.roll(plane, (down, right), (0, 1)) * np.float32(sign))

    def _flakes(self, seen: Picture) -> None:
        """Add bright specks of infrared noise: one to three pixels, for one frame."""
        count = int(self._rng.poisson(self._sensor.flakes))
        rows = self._rng.integers(1, seen.shape[0] - 1, count)
        columns = self._rng.integers(1, seen.shape[1] - 2, count)
        bright = self._rng.gamma(2.0, 25.0, count)
        for row, column, level in zip(rows, columns, bright, strict=True):
            seen[row, column : column + 2] += level
            seen[row + 1, column] += 0.5 * level

    def _reduced(self, seen: Picture) -> Picture:
        """Mix with past pictures where little changed; slow or weak movement leaves a ghost."""
        if self._past is None:
            self._past = seen
            return seen
        limit = np.float32(3.0 * (self._sensor.read**2 + 100 * self._sensor.shot) ** 0.5 + 2.0)
        change = cv2.blur(np.abs(seen - self._past), (5, 5))
        keep = np.float32(self._sensor.denoise) * np.clip(1.6 - change / limit, 0, 1)
        self._past = np.asarray(seen + keep * (self._past - seen), np.float32)
        return self._past.copy()


def _bytes(levels: Picture) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.convertScaleAbs(np.maximum(levels, 0)), np.uint8)
