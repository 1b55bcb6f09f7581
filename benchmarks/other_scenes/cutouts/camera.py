"""The camera: a pinhole above the sheet, and its sensor (light, noise, denoising, focus)."""

import cv2
import numpy as np


class Camera:
    """A pinhole that looks at the middle of the sheet; `span` sheet units fill the picture's width."""

    def __init__(self, rng: np.random.Generator, width: int, height: int, span: float) -> None:
        self.width, self.height = width, height
        self.view = str(rng.choice(["above", "oblique", "side"], p=[0.4, 0.45, 0.15]))
        tilt = np.radians(rng.uniform(*{"above": (0, 8), "oblique": (18, 45), "side": (50, 62)}[self.view]))
        roll, focal = rng.normal(0, 0.05), width * rng.uniform(0.8, 1.8)
        c, s, cr, sr = np.cos(tilt), np.sin(tilt), np.cos(roll), np.sin(roll)
        self.turn = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, c, -s], [0, -s, -c]])
        self.scale = width / span
        self.shift = np.array([rng.normal(0, 0.06) * span, rng.normal(0, 0.04) * span, focal / self.scale])
        self.lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])

    def plane(self, height: float) -> np.ndarray:
        """Homography from the sheet plane lifted by `height` to the picture."""
        return self.lens @ np.column_stack([self.turn[:, :2], height * self.turn[:, 2] + self.shift])

    def project(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Points of the scene in pixels (last axis: x, y)."""
        flat = (np.stack(np.broadcast_arrays(x, y, z), -1) @ self.turn.T + self.shift) @ self.lens.T
        return flat[..., :2] / flat[..., 2:]

    def spot(self, u: float, v: float) -> tuple[float, float]:
        """The place on the sheet that is seen at fractions u, v of the picture."""
        x, y, w = np.linalg.solve(self.plane(0.0), np.array([u * self.width, v * self.height, 1.0]))
        return x / w, y / w


class Sensor:
    """Turns the drawn light into the recorded picture."""

    def __init__(self, rng: np.random.Generator, width: int, height: int, channels: int) -> None:
        self.rng, self.before = rng, None
        self.noise = float(rng.uniform(*((0, 1.5), (1.5, 5), (5, 11))[rng.choice(3, p=[0.4, 0.45, 0.15])]))
        self.denoise = float(rng.uniform(0.25, 0.7)) if rng.random() < 0.25 else 1.0
        self.softness = float(rng.choice([0, rng.uniform(0.4, 0.9)]))
        self.gain = float(rng.uniform(0.7, 1.05) if rng.random() < 0.7 else rng.uniform(0.4, 0.7))
        shape, grain = (height + 24, width + 24, channels), rng.random() < 0.5
        self.bank = [rng.standard_normal(shape, dtype=np.float32) * self.noise for _ in range(4)]
        if grain:
            self.bank = [cv2.GaussianBlur(field, (0, 0), 0.7).reshape(shape) * 2 for field in self.bank]
        y, x = np.mgrid[:height, :width].astype(np.float32)
        radius = np.hypot(x / width - rng.uniform(0.4, 0.6), y / height - rng.uniform(0.4, 0.6))
        self.vignette = (1 - rng.uniform(0, 1.1) * radius**2)[..., None].astype(np.float32) * 255 * self.gain
        fixed = rng.standard_normal((height, width, channels), dtype=np.float32)
        self.fixed = (fixed * rng.uniform(0, 0.35) * self.noise + rng.uniform(0, 24)).astype(np.float32)
        self.smallest = 0.7 + 0.09 * self.noise + 0.5 * (self.denoise < 1) + 0.4 * (self.gain < 0.55)

    def expose(self, light: np.ndarray, gain: float, blur: float, bump: np.ndarray) -> np.ndarray:
        """One recorded picture, 8 bit."""
        height, width = light.shape[:2]
        if np.abs(bump).max() > 0.01:
            move = np.array([[1, 0, bump[0]], [0, 1, bump[1]]])
            light = cv2.warpAffine(light, move, (width, height), borderMode=cv2.BORDER_REPLICATE).reshape(light.shape)
        sigma = float(np.hypot(self.softness, blur))
        if sigma > 0.3:
            light = cv2.GaussianBlur(light, (0, 0), sigma).reshape(light.shape)
        dx, dy = self.rng.integers(0, 24, 2)
        grain = self.bank[self.rng.integers(4)][dy : dy + height, dx : dx + width]
        picture = light * (self.vignette * np.float32(gain)) + self.fixed + grain
        if self.denoise < 1 and self.before is not None:
            change = picture - self.before
            strength = np.abs(cv2.blur(change, (5, 5)).reshape(change.shape)) / (3 + 1.2 * self.noise)
            picture = self.before + change * np.clip(strength, self.denoise, 1)
        self.before = picture
        return np.clip(picture + 0.5, 0, 255).astype(np.uint8)
