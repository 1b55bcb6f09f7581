"""A pinhole camera with radial distortion, and the views a nursery camera has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass
class Camera:
    """Position, orientation (rows: right, down, forward), focal length in pixels, distortion."""

    width: int
    height: int
    focal: float
    position: Array
    axes: Array
    k1: float
    view: str

    def project(self, points: Array) -> Array:
        """Pixels (..., 2) of world points (..., 3)."""
        local = (points - self.position) @ self.axes.T
        plane = local[..., :2] / np.maximum(local[..., 2:], 0.05)
        r2 = np.minimum((plane**2).sum(-1, keepdims=True), 1.5)
        return plane * (1.0 + self.k1 * r2) * self.focal + np.array([self.width / 2, self.height / 2]) - 0.5

    def depth(self, point: Array) -> Array:
        """Distance along the optical axis."""
        return (point - self.position) @ self.axes[2]

    def rays(self) -> tuple[Array, Array, Array]:
        """Return unit directions of all pixels as three planes; distortion is in here and costs nothing later."""
        x = (np.arange(self.width) + 0.5 - self.width / 2) / self.focal
        y = (np.arange(self.height) + 0.5 - self.height / 2) / self.focal
        xd, yd = np.meshgrid(x, y)
        xu, yu = xd.copy(), yd.copy()
        for _ in range(8):
            factor = 1.0 + self.k1 * np.minimum(xu**2 + yu**2, 1.5)
            xu, yu = xd / factor, yd / factor
        world = np.stack([xu, yu, np.ones_like(xu)], -1) @ self.axes
        world /= np.linalg.norm(world, axis=-1, keepdims=True)
        # Far away, single precision would make edges crawl by some hundredths of a pixel.
        dtype = np.float64 if self.view == "afar" else np.float32
        return tuple(np.ascontiguousarray(world[..., k], dtype=dtype) for k in range(3))


def _look(position: Array, target: Array, up: Array) -> Array:
    forward = target - position
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, up)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward])


def make_camera(rng: np.random.Generator, width: int, height: int, view: str) -> Camera:
    """Make a random camera of the given kind of view; the doll lies at the origin, its head along +y."""
    span, low, high = {
        "above": (rng.uniform(0.8, 1.25), 78, 90),
        "foot": (rng.uniform(0.65, 1.05), 24, 45),
        "oblique": (rng.uniform(0.75, 1.3), 35, 68),
        "afar": (rng.uniform(2.3, 3.2), 30, 65),
        "close": (rng.uniform(0.42, 0.62), 45, 88),
    }[view]
    elevation = np.radians(rng.uniform(low, high))
    azimuth = -np.pi / 2 + rng.normal(0, 0.25) if view == "foot" else rng.uniform(0, 2 * np.pi)
    fov = np.radians(rng.uniform(42, 78))
    focal = width / 2 / np.tan(fov / 2)
    distance = span / 2 / np.tan(fov / 2)
    target = np.array([rng.normal(0, 0.03), 0.07 + rng.normal(0, 0.04), 0.04])
    if view == "close":
        target[1] = rng.choice([0.18, -0.12])
    if view == "afar":
        target[:2] += rng.uniform(-0.45, 0.45, 2) * np.array([1.0, 0.5])
    flat = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    position = target + distance * (np.cos(elevation) * flat + np.array([0, 0, np.sin(elevation)]))
    tilt = rng.normal(0, 0.05)
    up = -flat * np.cos(tilt) + np.cross([0, 0, 1.0], flat) * np.sin(tilt) if elevation > 1.2 else np.array([0, 0, 1.0])
    k1 = float(rng.choice([0.0, rng.uniform(-0.18, 0.03)]))
    return Camera(width, height, focal, position, _look(position, target, up), k1, view)
