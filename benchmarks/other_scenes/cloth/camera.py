"""The camera: lens, tone, noise, in-camera denoising and sharpening, and the clock it writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.other_scenes.cloth.layers import Field

SIZES = {
    (320, 240): 7,
    (480, 360): 4,
    (640, 480): 20,
    (640, 360): 16,
    (704, 576): 6,
    (800, 600): 8,
    (848, 480): 8,
    (960, 540): 10,
    (1024, 576): 4,
    (1280, 720): 14,
    (1280, 960): 2,
    (1920, 1080): 3,
    (480, 640): 2,
    (352, 288): 3,
}


@dataclass
class Camera:
    """One camera; all random choices are made when it is built."""

    size: tuple[int, int]
    scene_size: tuple[int, int]
    rng: np.random.Generator
    bend: float
    contrast: float
    noise: float
    denoise: float
    sharpen: float
    exposure: float
    maps: tuple[NDArray[np.int16], NDArray[np.uint16]] | None = None
    vignette: Field | None = None
    fixed: Field | None = None
    sigma: Field | None = None
    pool: Field = field(init=False)
    last: Field | None = None

    def __post_init__(self) -> None:
        w, h = self.size
        self.pool = self.rng.standard_normal((h + 97, w + 131), dtype=np.float32)
        if self.rng.random() < 0.4:  # noise of a scaled or debayered picture is not white
            self.pool = cv2.GaussianBlur(self.pool, (0, 0), 0.6)
            self.pool /= self.pool.std()
        x, y = self._centred()
        r2 = x * x + y * y
        if self.bend:
            grow = 1 + np.float32(self.bend) * r2
            sw, sh = self.scene_size
            half = np.hypot(sw, sh) / 2
            mx, my = x * grow * half + sw / 2 - 0.5, y * grow * half + sh / 2 - 0.5
            self.maps = cv2.convertMaps(mx.astype(np.float32), my.astype(np.float32), cv2.CV_16SC2)
        if self.rng.random() < 0.7:
            self.vignette = (1 - np.float32(self.rng.uniform(0.1, 0.6)) * r2).astype(np.float32)
        self.fixed = self._fixed_pattern(h, w)

    def _centred(self) -> tuple[Field, Field]:
        w, h = self.size
        half = np.hypot(w, h) / 2
        x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
        return (x + 0.5 - w / 2) / np.float32(half), (y + 0.5 - h / 2) / np.float32(half)

    def _fixed_pattern(self, h: int, w: int) -> Field | None:
        if self.rng.random() < 0.5:
            return None
        pattern = self.rng.normal(0, self.noise * 0.25 + 0.002, (h, w))
        pattern += self.rng.normal(0, self.noise * 0.1 + 0.001, (1, w))
        for _ in range(int(self.rng.integers(0, 25))):
            pattern[self.rng.integers(h), self.rng.integers(w)] = self.rng.uniform(0.2, 0.8)
        return pattern.astype(np.float32)

    def place(self, point: NDArray[np.float64]) -> tuple[list[float], float]:
        """Where a scene point is seen, as fractions of width and height, and the local magnification."""
        half = np.hypot(*self.scene_size) / 2
        p = (np.asarray(point) - np.array(self.scene_size) / 2) / half
        q, grow = p.copy(), 1.0
        for _ in range(20):
            grow = 1 + self.bend * float(q @ q)
            q = p / grow
        seen = q * half / np.array(self.scene_size) + 0.5
        return [round(float(np.clip(v, 0, 1)), 4) for v in seen], 1 / grow

    def tone(self, y: Field) -> Field:
        """Scene light to signal: a mixture of square root and straight line."""
        y = np.maximum(y, 0)
        k = self.contrast
        return cv2.addWeighted(cv2.sqrt(y), k, y, 1 - k, 0)

    def _geometry(self, y: Field) -> Field:
        if self.maps is not None:
            return cv2.remap(y, *self.maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if self.size == self.scene_size:
            return y
        shrink = self.size[0] < self.scene_size[0]
        return cv2.resize(y, self.size, interpolation=cv2.INTER_AREA if shrink else cv2.INTER_CUBIC)

    def luma(self, y: Field) -> NDArray[np.uint8]:
        """Scene light to the 8-bit plane that is recorded (16..235)."""
        y = self._geometry(y)
        if self.vignette is not None:
            y = y * self.vignette
        y = self.tone(y)
        if self.sigma is None:
            # shot noise is even after a square root and fades in the dark with a straight line
            grows = 0.8 * (1.3 - self.contrast) * cv2.sqrt(np.clip(y, 0, 1))
            self.sigma = (self.noise * (0.6 + grows)).astype(np.float32)
        if self.noise > 0:
            oy, ox = int(self.rng.integers(97)), int(self.rng.integers(131))
            grain = self.pool[oy : oy + y.shape[0], ox : ox + y.shape[1]]
            y += cv2.multiply(grain[:, ::-1] if self.rng.random() < 0.5 else grain, self.sigma)
        if self.fixed is not None:
            y += self.fixed
        if self.denoise > 0:
            y = self._denoise(y)
        if self.sharpen > 0:
            y = cv2.addWeighted(y, 1 + self.sharpen, cv2.GaussianBlur(y, (0, 0), 1.6), -self.sharpen, 0)
        return cv2.convertScaleAbs(np.maximum(y, 0), alpha=219, beta=16)

    def _denoise(self, y: Field) -> Field:
        """Mix with the frame before where little changed: real movement leaves ghosts."""
        if self.last is None:
            self.last = y.copy()
            return y
        change = cv2.blur(cv2.absdiff(y, self.last), (5, 5))
        keep = np.clip(1.6 - change * np.float32(0.5 / (self.noise + 0.004)), 0, 1) * np.float32(self.denoise)
        y += (self.last - y) * keep
        self.last = y.copy()
        return y

    def chroma(self, uv: Field) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Colour-difference planes, 8 bits, half size; the tone curve brightens them as it does the luma."""
        half = (self.size[0] // 2, self.size[1] // 2)
        if uv.shape[1::-1] != half:
            uv = cv2.resize(uv, half, interpolation=cv2.INTER_AREA)
        both = np.clip(uv * np.float32(224 * (0.6 + 0.5 * self.contrast)) + 128, 0, 255).astype(np.uint8)
        return both[..., 0], both[..., 1]


def scene_size(size: tuple[int, int]) -> tuple[int, int]:
    """Size at which the scene is drawn: small pictures larger than seen, large ones smaller (soft lens)."""
    w, h = size
    wide = 640 if w <= 400 else 640 if w <= 704 else 720 if w <= 848 else 800 if w <= 1280 else 960
    return wide, round(wide * h / w / 2) * 2


def make_camera(rng: np.random.Generator, size: tuple[int, int]) -> Camera:
    """Choose a camera for pictures of this size."""
    noise = float(np.exp(rng.uniform(np.log(0.002), np.log(0.05))))
    bend = float(rng.uniform(-0.08, 0.18)) if rng.random() < 0.2 else 0.0
    denoise = float(rng.uniform(0.4, 0.85)) if rng.random() < 0.25 else 0.0
    sharpen = float(rng.uniform(0.3, 1.2)) if rng.random() < 0.2 else 0.0
    return Camera(
        size,
        scene_size(size),
        rng,
        bend,
        float(rng.uniform(0.35, 1.0)),
        noise,
        denoise,
        sharpen,
        float(rng.uniform(0.1, 0.9)),
    )


def write_clock(plane: NDArray[np.uint8], seconds: float) -> None:
    """Date and time in a corner, as many cameras write them."""
    s = int(seconds)
    text = f"2024-03-11 02:{14 + s // 60:02d}:{s % 60:02d}"
    size = plane.shape[1] / 1100
    mask = np.zeros((int(44 * size), int(420 * size)), np.uint8)
    cv2.putText(mask, text, (int(10 * size), int(30 * size)), cv2.FONT_HERSHEY_SIMPLEX, size, 255, 1, cv2.LINE_AA)
    corner = plane[: mask.shape[0], : mask.shape[1]]
    # a dark rim keeps the figures legible on white
    rim = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    corner[:] = np.maximum(np.minimum(corner, 255 - rim), (mask * 0.92).astype(np.uint8))
