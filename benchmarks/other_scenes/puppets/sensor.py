"""The sensor and its processing: noise, fixed pattern, hot pixels, temporal denoising, sharpening."""

from dataclasses import dataclass

import cv2
import numpy as np

Rng = np.random.Generator
Array = np.ndarray
MARGIN = 48


@dataclass(frozen=True)
class Kind:
    """The sensor's parameters, in grey levels of 255."""

    read: float
    photon: float
    pattern: float
    hot: int
    ghost: float
    sharp: float
    gamma: float
    mono: bool

    def left(self, level: float) -> float:
        """Deviation of the noise at a level after temporal denoising."""
        return float(
            np.hypot(self.read, self.photon * np.sqrt(level / 255)) * np.sqrt((1 - self.ghost) / (1 + self.ghost))
        )


def draw(rng: Rng, mono: bool, dark: bool) -> Kind:
    """Draw a sensor from clean to noisy."""
    worse = 1.5 if dark else 1.0
    return Kind(
        read=float(np.exp(rng.uniform(np.log(0.6), np.log(4.5)))) * worse,
        photon=rng.uniform(0.5, 5) * worse,
        pattern=rng.uniform(0, 1.5),
        hot=int(rng.choice([0, 0, 5, 40])),
        ghost=rng.uniform(0.3, 0.75) if rng.random() < 0.4 else 0.0,
        sharp=rng.uniform(0.3, 1.2) if rng.random() < 0.4 else 0.0,
        gamma=rng.uniform(0.8, 1.15),
        mono=mono,
    )


class Sensor:
    """Turns clean pictures into recorded ones, one after the other."""

    def __init__(self, rng: Rng, kind: Kind, size: tuple[int, int]) -> None:
        width, height = size
        self.rng, self.kind, self.size = rng, kind, size
        depth = 1 if kind.mono else 3
        shape = (height + MARGIN, width + MARGIN, depth)
        self.bank = [rng.standard_normal(shape, np.float32) for _ in range(3)]
        if rng.random() < 0.5:
            self.bank = [cv2.GaussianBlur(b, (0, 0), 0.7).reshape(shape) * 2.0 for b in self.bank]
        self.fixed = rng.standard_normal((height, width, depth), np.float32) * kind.pattern
        self.fixed += rng.standard_normal((1, width, 1), np.float32) * kind.pattern * 0.5
        for _ in range(kind.hot):
            self.fixed[rng.integers(height), rng.integers(width)] += rng.uniform(30, 150)
        self.last: Array | None = None

    def expose(self, picture: Array) -> Array:
        """One recorded picture of bytes, RGB."""
        kind, (width, height) = self.kind, self.size
        if kind.mono:
            picture = picture @ np.array([[0.4], [0.4], [0.2]], np.float32)
        picture = np.clip(picture, 0, 255)
        x, y = self.rng.integers(0, MARGIN, 2)
        noise = self.bank[self.rng.integers(3)][y : y + height, x : x + width] * self.rng.choice([-1, 1])
        spread = np.sqrt(kind.read**2 + kind.photon**2 / 255 * picture)
        picture = picture + self.fixed + noise * spread
        if kind.ghost:
            picture = self.denoise(picture)
        if kind.sharp:
            soft = cv2.GaussianBlur(picture, (0, 0), 1.2).reshape(picture.shape)
            picture = picture + kind.sharp * (picture - soft)
        data = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
        return np.repeat(data, 3, 2) if kind.mono else data

    def denoise(self, picture: Array) -> Array:
        """Blend with the last picture where little has changed; what moves leaves ghosts."""
        if self.last is not None:
            change = (picture - self.last) / (4 * self.kind.left(120) + 6)
            picture = picture - self.kind.ghost / (1 + change * change) * (picture - self.last)
        self.last = picture
        return picture
