"""The camera: size, rate and light of a clip, and the pixels that the plate is painted on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

Array = np.ndarray
SIZES = {(320, 240): 0.05, (480, 270): 0.06, (480, 360): 0.08, (640, 360): 0.17, (640, 480): 0.2, (704, 576): 0.08,
         (720, 480): 0.06, (848, 480): 0.1, (960, 540): 0.07, (1280, 720): 0.1, (1920, 1080): 0.03}  # fmt: skip
RATES = {12.5: 0.05, 15: 0.08, 20: 0.07, 25: 0.4, 30: 0.32, 50: 0.04, 60: 0.04}
RATES_OF_LARGE = {15: 0.15, 20: 0.15, 25: 0.4, 30: 0.3}


@dataclass
class Camera:
    """What is fixed before anything is drawn; `scale` is the width over 640."""

    width: int
    height: int
    fps: float
    seconds: float
    uneven: bool
    infrared: bool
    dim: bool

    @property
    def scale(self) -> float:
        return self.width / 640


def make_camera(rng: np.random.Generator) -> Camera:
    """Draw size, rate, length and light; large pictures and high rates are kept short."""
    p = np.array(list(SIZES.values()))
    width, height = list(SIZES)[rng.choice(len(SIZES), p=p / p.sum())]
    rates, longest = (RATES_OF_LARGE, 18) if width >= 1280 else (RATES, 28)
    fps = float(rng.choice(list(rates), p=list(rates.values())))
    seconds = float(rng.uniform(15, longest))
    if fps >= 50 and width > 640:
        fps = 30.0
    if width == 1920:
        seconds = 15.0
    if fps >= 50:
        seconds = min(seconds, 17)
    uneven, infrared, dim = (bool(rng.random() < chance) for chance in (0.07, 0.5, 0.25))
    return Camera(width, height, fps, seconds, uneven, infrared, dim)


class Canvas:
    """The pixels of a plate; large pictures are painted at half size (`step` 2)."""

    def __init__(self, camera: Camera) -> None:
        self.full = (camera.width, camera.height)
        self.step = 1 if camera.width <= 720 else 2
        self.w, self.h = camera.width // self.step, camera.height // self.step
        self.row, self.column = np.mgrid[0 : self.h, 0 : self.w].astype(np.float32)
        self.x = self.column * self.step + (self.step - 1) / 2
        self.y = self.row * self.step + (self.step - 1) / 2

    def enlarged(self, picture: Array) -> Array:
        """Bring what was painted to the size of the clip."""
        return picture if self.step == 1 else cv2.resize(picture, self.full, interpolation=cv2.INTER_LINEAR)
