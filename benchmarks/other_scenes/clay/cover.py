"""A blanket or sleeping bag: a cloth that lies over the limbs, lags, spreads and drags."""

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter, maximum_filter

from benchmarks.other_scenes.clay.dress import tint
from benchmarks.other_scenes.clay.skeleton import LIMBS, Placed
from benchmarks.other_scenes.clay.surface import grain

RADII = {"torso": 0.056} | {name: 0.024 if name.endswith("leg") else 0.017 for name in LIMBS}


class Cover:
    """Heights and sideways drag on a coarse grid; colours on a fine one."""

    def __init__(self, rng: np.random.Generator, channels: int, density: float, rest: dict[str, Placed]) -> None:
        self.rest, self.bag = rest, bool(rng.random() < 0.5)
        self.spread, self.drag, self.lag = rng.uniform(0.6, 1.8), rng.uniform(0.2, 0.7), rng.uniform(0.01, 0.03)
        half, bottom, top = 0.15 if self.bag else rng.uniform(0.2, 0.3), -rng.uniform(0.28, 0.4), rng.uniform(0.1, 0.19)
        self.flat = np.stack(np.meshgrid(np.linspace(-half, half, 18), np.linspace(bottom, top, 24)), -1)
        self.fine = max(int(2 * half * density), 40), max(int((top - bottom) * density), 40)
        flat = cv2.resize(self.flat, self.fine).reshape(-1, 2)
        self.wrinkle = (0.0015 * grain(flat, rng, 0.05) + 0.002 * np.abs(grain(flat, rng, 0.1))).reshape(
            self.fine[::-1]
        )
        quilt = np.abs(np.sin(flat * rng.uniform(30, 130))).min(1) < 0.12
        marks = [0.1 * grain(flat, rng, 0.01), quilt, grain(flat, rng, 0.03) > 0.6, grain(flat, rng, 0.04)]
        base, mark = tint(rng, channels), tint(rng, channels)
        self.keep = (np.abs(flat[:, 0] / half) ** 5 + np.maximum((flat[:, 1]) / bottom, 0) ** 4 < 1) | (not self.bag)
        amount = marks[rng.integers(4)][:, None] * rng.uniform(0.2, 0.9)
        self.albedo = (base + (mark - base) * amount + 0.02 * rng.normal(size=(len(flat), 1)))[self.keep]

    def drape(self, placed: dict[str, Placed]) -> np.ndarray:
        """Points of the coarse grid, (T, rows, columns, 3), for placed bones."""
        height = np.full((len(placed["torso"].origins), *self.flat.shape[:2]), 0.004)
        moved, weight = np.zeros((*height.shape, 2)), np.full(height.shape, 0.05)
        for name, radius in RADII.items():
            ends = placed[name].origins[:, :, None, None]
            step = ends - self.rest[name].origins[:, :, None, None]
            for bone in range(ends.shape[1] - 1):
                start, way = ends[:, bone], ends[:, bone + 1] - ends[:, bone]
                off = self.flat - start[..., :2]
                share = np.clip((off * way[..., :2]).sum(-1) / ((way[..., :2] ** 2).sum(-1) + 1e-6), 0, 1)
                gap = ((off - share[..., None] * way[..., :2]) ** 2).sum(-1)
                arch = np.sqrt(np.maximum(radius**2 - gap, 0)) - 0.1 * (gap > radius**2)
                height = np.maximum(height, start[..., 2] + share * way[..., 2] + arch)
                near = np.exp(-gap / (2 * (radius * 1.3) ** 2))
                weight += near
                pull = step[:, bone] + share[..., None] * (step[:, bone + 1] - step[:, bone])
                moved += near[..., None] * pull[..., :2]
        height = maximum_filter(height, (1, 3, 3))
        height = np.maximum(height, gaussian_filter(height, (0, self.spread, self.spread)))
        height = gaussian_filter(height, (0, 0.7, 0.7)) + 0.007
        drag = self.drag * gaussian_filter(moved / weight[..., None], (0, self.spread, self.spread, 0))
        return np.concatenate([self.flat + drag, height[..., None]], -1)

    def surface(self, placed: dict[str, Placed]) -> tuple[np.ndarray, np.ndarray]:
        """Points and normals of the fine grid for one moment."""
        points = cv2.resize(self.drape(placed)[0], self.fine, interpolation=cv2.INTER_CUBIC)
        points[..., 2] += self.wrinkle
        normals = np.cross(np.gradient(points, axis=1), np.gradient(points, axis=0))
        normals /= np.linalg.norm(normals, axis=-1, keepdims=True) + 1e-12
        return points.reshape(-1, 3)[self.keep], normals.reshape(-1, 3)[self.keep]
