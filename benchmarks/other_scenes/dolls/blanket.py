"""A blanket over part of the body: a height field seen by the camera, dragged by the limbs beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.dolls.textures import cloth, smooth_noise, wrinkles

if TYPE_CHECKING:
    from benchmarks.other_scenes.dolls.body import PartTrack
    from benchmarks.other_scenes.dolls.camera import Camera
    from benchmarks.other_scenes.dolls.raster import Light

Array = np.ndarray
SPAN, CELLS = 1.4, 512


def _cells(points: Array) -> Array:
    return (points[..., :2] / SPAN + 0.5) * CELLS


def body_heights(tracks: list[PartTrack], rng: np.random.Generator) -> Array:
    """Height (m) of the blanket above the mattress: over the resting body, plus folds."""
    top = np.zeros((CELLS, CELLS), np.float32)
    for track in tracks:
        a, b, radius = track.a[0], track.b[0], track.part.radius
        if track.part.kind == "ellipsoid":
            radius = track.part.axes[0] * 0.9
        layer = np.zeros_like(top)
        p, q = (tuple(int(v) for v in _cells(end)) for end in (a, b))
        height = float(max(a[2], b[2]) + min(track.part.axes[2], track.part.radius))
        cv2.line(layer, p, q, height, max(int(2 * radius / SPAN * CELLS), 1))
        top = np.maximum(top, layer)
    top = cv2.GaussianBlur(cv2.dilate(top, np.ones((9, 9))), (0, 0), 12.0)
    folds = wrinkles(rng, CELLS)
    return (top + 0.012 + rng.uniform(0.001, 0.0035) * (folds - folds.min())).astype(np.float32)


class Blanket:
    """The picture of the blanket at rest, and how it is dragged."""

    def __init__(
        self,
        rng: np.random.Generator,
        camera: Camera,
        rays: tuple,
        tracks: list[PartTrack],
        lights: list[Light],
        ambient: float,
    ) -> None:
        self.camera = camera
        self.drag = float(rng.uniform(0.15, 0.6))
        self.edge = float(rng.choice([rng.uniform(-0.14, -0.02), rng.uniform(0.05, 0.17)]))
        self.over_arms = bool(self.edge < 0 or rng.random() < 0.6)
        self.chroma = tuple(float(c) for c in rng.normal(0, 8, 2))
        heights = body_heights(tracks, rng)
        luma, alpha = self._look(rng, rays, heights, lights, ambient)
        ys, xs = np.nonzero(alpha > 0)
        self.empty = len(xs) < 50
        if self.empty:
            return
        self.x0, self.x1 = int(xs.min()) & ~3, min(int(xs.max() + 4) & ~3, camera.width)
        self.y0, self.y1 = int(ys.min()) & ~3, min(int(ys.max() + 4) & ~3, camera.height)
        self.full_alpha = alpha
        self.still = np.dstack([luma, alpha])[self.y0 : self.y1, self.x0 : self.x1].copy()
        self.moved, self.last = self.still, None
        self.weights = np.zeros((0, 0), np.float32)
        gy, gx = np.mgrid[0 : self.still.shape[0], 0 : self.still.shape[1]].astype(np.float32)
        self.grid = np.dstack([gx, gy])

    def _look(
        self, rng: np.random.Generator, rays: tuple, heights: Array, lights: list[Light], ambient: float
    ) -> tuple:
        height = np.full(rays[0].shape, 0.03, np.float32)
        for _ in range(7):  # the ray meets the field where its own height equals the field's
            t = (height - self.camera.position[2]) / np.minimum(rays[2], -0.02)
            x = (self.camera.position[0] + t * rays[0]).astype(np.float32)
            y = (self.camera.position[1] + t * rays[1]).astype(np.float32)
            u, v = (x / SPAN + 0.5) * CELLS, (y / SPAN + 0.5) * CELLS
            height = 0.4 * height + 0.6 * cv2.remap(heights, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        slope = 8.0 * SPAN / CELLS
        nx, ny = -cv2.Sobel(heights, cv2.CV_32F, 1, 0) / slope, -cv2.Sobel(heights, cv2.CV_32F, 0, 1) / slope
        norm = 1.0 / np.sqrt(nx * nx + ny * ny + 1.0)
        shade = ambient * np.ones_like(norm)
        for lamp in lights:
            way, strength = lamp.towards(np.array([0.0, -0.1, 0.08]))
            shade += strength * np.maximum((nx * way[0] + ny * way[1] + way[2]) * norm, 0.05).astype(np.float32)
        scale = float(self.camera.focal / np.linalg.norm(self.camera.position))
        style = str(rng.choice(["knit", "stripes", "print", "plain", "plain", "towel"]))
        material = cloth(rng, style, scale, (0, 0))
        tile = np.tile(material.texture, (CELLS // 128, CELLS // 128))
        picture = (shade * tile * material.albedo).astype(np.float32)
        edge = self.edge + 0.01 * smooth_noise(rng, (CELLS, CELLS), 20.0)
        across = rng.uniform(0.24, 0.4) + 0.012 * smooth_noise(rng, (CELLS, CELLS), 25.0)
        gy, gx = (np.mgrid[0:CELLS, 0:CELLS].astype(np.float32) / CELLS - 0.5) * SPAN
        skew = rng.normal(0, 0.12)
        inside = np.minimum(edge - gy + skew * gx, across - np.abs(gx + rng.normal(0, 0.03)))
        picture *= 1.0 - 0.25 * np.exp(-(((inside - 0.012) / 0.004) ** 2))  # the hem
        sharp = float(np.clip(scale, 150, 800))
        mask = np.clip(inside * sharp + 0.5, 0, 1).astype(np.float32)
        luma = cv2.remap(picture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        alpha = cv2.remap(mask, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        return luma, np.where(rays[2] < -0.05, alpha, 0).astype(np.float32)

    def covers(self, pixel: Array) -> bool:
        """Whether the blanket lies over a pixel at rest."""
        x, y = (round(float(v)) for v in pixel)
        inside = 0 <= x < self.camera.width and 0 <= y < self.camera.height
        return not self.empty and inside and bool(self.full_alpha[y, x] > 0.5)

    def attach(self, points: list[Array], rest: list[Array]) -> None:
        """Tell the blanket which tracks of pixels (T, 2) drag it; rest is where each lies at first."""
        self.last, self.moved = None, self.still
        if not points:
            self.weights = np.zeros((0, 0), np.float32)
            return
        shape = (self.still.shape[0] // 4, self.still.shape[1] // 4)
        gy, gx = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) * 4.0
        sigma = 0.05 * self.camera.focal / float(np.linalg.norm(self.camera.position))
        weights = [np.exp(-((gx + self.x0 - r[0]) ** 2 + (gy + self.y0 - r[1]) ** 2) / (2 * sigma**2)) for r in rest]
        total = np.maximum(np.sum(weights, axis=0), 1.0)
        self.weights = np.array([w / total for w in weights], np.float32).reshape(len(weights), -1)
        self.slopes = np.array([np.gradient(w.reshape(shape), axis=0) for w in self.weights], np.float32)
        self.slopes = self.slopes.reshape(len(weights), -1) * (sigma / 4)
        self.small = shape
        limit = 0.05 * self.camera.width
        steps = np.array([np.clip((p - r) * self.drag, -limit, limit) for p, r in zip(points, rest, strict=True)])
        self.steps = steps.reshape(len(weights), -1, 2).astype(np.float32)

    def update(self, frame: int) -> None:
        """Drag the picture to where it is in a frame."""
        if self.weights.size == 0:
            return
        steps = self.steps[:, frame]
        if self.last is not None and np.abs(steps - self.last).max() < 0.04:
            return
        self.last = steps.copy()
        shift = (self.weights.T @ steps).reshape(*self.small, 2)
        bump = 1.0 + np.clip(0.02 * (self.slopes.T @ np.linalg.norm(steps, axis=1)), -0.3, 0.3).reshape(self.small)
        size = (self.still.shape[1], self.still.shape[0])
        place = self.grid - cv2.resize(shift, size)
        self.moved = cv2.remap(self.still, place, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        self.moved[..., 0] *= cv2.resize(bump.astype(np.float32), size)

    def draw(self, picture: Array) -> None:
        """Lay the blanket over the picture."""
        view = picture[self.y0 : self.y1, self.x0 : self.x1]
        view += self.moved[..., 1] * (self.moved[..., 0] - view)
