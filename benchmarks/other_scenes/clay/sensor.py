"""An infrared or colour sensor: lens blur, exposure, noise that changes and noise that stays, denoising."""

import cv2
import numpy as np


class Sensor:
    """Turns lens pictures into 8-bit frames of the film's size."""

    def __init__(self, rng: np.random.Generator, size: tuple[int, int], channels: int) -> None:
        self.rng, self.size, self.channels = rng, size, channels
        self.gain = rng.uniform(0.35, 1.15) if rng.random() < 0.75 else rng.uniform(0.18, 0.35)
        self.gamma, self.soft = rng.uniform(0.6, 0.95), rng.uniform(0.3, 1.1) * size[0] / 640
        self.noise = float(np.clip(rng.lognormal(np.log(2.2), 0.7), 0.3, 10))
        self.denoise = rng.uniform(0.3, 0.8) * (rng.random() < 0.45)
        field, blotch = rng.standard_normal((size[1] + 64, size[0] + 64, channels), np.float32), rng.uniform(0, 1.2)
        field = cv2.GaussianBlur(field, (0, 0), blotch).reshape(field.shape) if blotch > 0.35 else field
        self.bank = field * np.float32(self.noise / field.std())
        self.fixed = self.bank[size[1] - 1 :: -1, : size[0]] * np.float32(rng.uniform(0, 0.5))
        x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
        fall = rng.uniform(0, 0.25) * ((x - rng.normal(0, 0.3)) ** 2 + (y - rng.normal(0, 0.3)) ** 2)
        self.vignette = (self.gain * (1 - fall).clip(0.1))[..., None].astype(np.float32)
        self.memory = self.seen = None
        self.level = np.zeros(0)

    def focus(self, picture: np.ndarray) -> np.ndarray:
        """The lens picture at film size as noise-free levels 0..255 (the last one is remembered)."""
        if self.seen is not picture:
            full = cv2.resize(picture, self.size, interpolation=cv2.INTER_CUBIC)
            full = cv2.GaussianBlur(full, (0, 0), self.soft).reshape(*self.size[::-1], self.channels)
            self.level = cv2.pow(np.clip(full * self.vignette, 0, 1), self.gamma).reshape(full.shape) * np.float32(255)
            self.seen = picture
        return self.level

    def expose(self, picture: np.ndarray) -> np.ndarray:
        """A finished frame, (h, w, C) uint8."""
        dx, dy = self.rng.integers(0, 64, 2)
        field = self.bank[dy : dy + self.size[1], dx : dx + self.size[0]]
        frame = self.focus(picture) + self.fixed + (field if self.rng.random() < 0.5 else -field)
        if self.denoise:
            if self.memory is not None:
                near = cv2.absdiff(cv2.blur(frame, (3, 3)), cv2.blur(self.memory, (3, 3))).reshape(frame.shape)
                frame += (self.memory - frame) * ((near < 2.5 * self.noise + 3) * np.float32(self.denoise))
            self.memory = frame
        return np.clip(frame + 0.5, 0, 255).astype(np.uint8)
