"""Analytic ray casting of capsules and ellipsoids on the few pixels around them, with soft silhouettes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from benchmarks.other_scenes.dolls.camera import Camera
    from benchmarks.other_scenes.dolls.textures import Material

Array = np.ndarray


@dataclass
class Light:
    """A lamp at a point (ring lamp) or at infinity (window)."""

    vector: Array
    strength: float
    at_infinity: bool
    reference: float = 1.0

    def towards(self, point: Array) -> tuple[Array, float]:
        """Direction to the lamp and strength there; taken as one value for a whole part, which is small."""
        if self.at_infinity:
            return self.vector, self.strength
        way = self.vector - point
        distance = float(np.linalg.norm(way))
        return way / distance, self.strength * (self.reference / distance) ** 1.5


@dataclass
class Patch:
    """A rendered part: its window in the picture, brightness, coverage and depth."""

    x0: int
    y0: int
    luma: Array
    alpha: Array
    depth: Array
    chroma: tuple[float, float]
    mean_depth: float


@dataclass
class Hit:
    """What the rays met: distance, coverage, unit normal, and texture coordinates in texels."""

    t: Array
    alpha: Array
    normal: tuple[Array, Array, Array]
    u: Array
    v: Array


def _dot(rays: tuple[Array, Array, Array], vector: Array) -> Array:
    return rays[0] * float(vector[0]) + rays[1] * float(vector[1]) + rays[2] * float(vector[2])


def _coverage(inside: Array, t: Array, focal: float) -> Array:
    return np.clip(inside * (focal / np.maximum(t, 0.05)) + 0.5, 0.0, 1.0)


def cast_capsule(rays: tuple, camera: Camera, a: Array, b: Array, rot: Array, radius: float, mat: Material) -> Hit:
    """Intersect rays with a capsule from a to b."""
    ba, oa = b - a, camera.position - a
    baba, baoa, oaoa = float(ba @ ba), float(ba @ oa), float(oa @ oa)
    bard, rdoa = _dot(rays, ba), _dot(rays, oa)
    qa = np.maximum(baba - bard * bard, 1e-9)
    qb = baba * rdoa - baoa * bard
    h = qb * qb - qa * (baba * oaoa - baoa * baoa - radius * radius * baba)
    t = (-qb - np.sqrt(np.maximum(h, 0.0))) / qa
    along = (baoa + t * bard) / baba
    q = np.clip(along, 0.0, 1.0)
    ocrd = rdoa - q * bard
    h_cap = ocrd * ocrd - (oaoa - 2.0 * baoa * q + baba * q * q - radius * radius)
    cap = along != q
    t = np.where(cap, -ocrd - np.sqrt(np.maximum(h_cap, 0.0)), t)
    gap2 = radius * radius - np.where(cap, h_cap, h / (qa * baba))
    alpha = _coverage(radius - np.sqrt(np.maximum(gap2, 0.0)), t, camera.focal)
    inv = 1.0 / radius
    n = tuple((float(oa[k]) + t * rays[k] - q * float(ba[k])) * inv for k in range(3))
    around = cv2.phase(_dot(n, rot[:, 1]).astype(np.float32), _dot(n, rot[:, 2]).astype(np.float32))
    axial = (baoa + t * bard).astype(np.float32) * (mat.per_metre / baba**0.5)
    return Hit(t, alpha, n, axial, around * (mat.texture.shape[0] / (2 * np.pi)))


def cast_ellipsoid(rays: tuple, camera: Camera, centre: Array, rot: Array, axes: Array, mat: Material) -> Hit:
    """Intersect rays with an ellipsoid; the texture is laid on from the front (local z)."""
    local = rot / axes[None, :]
    origin = (camera.position - centre) @ local
    d = tuple(_dot(rays, local[:, k]) for k in range(3))
    qa = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
    qb = _dot(d, origin)
    oo = float(origin @ origin)
    gap2 = oo - qb * qb / qa
    t = (-qb - np.sqrt(np.maximum(qb * qb - qa * (oo - 1.0), 0.0))) / qa
    alpha = _coverage((1.0 - np.sqrt(np.maximum(gap2, 0.0))) * float(np.sort(axes)[1]), t, camera.focal)
    p = tuple(float(origin[k]) + t * d[k] for k in range(3))
    n = tuple(_dot(p, local[k]) for k in range(3))
    norm = 1.0 / np.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2])
    n = tuple(c * norm for c in n)
    half = mat.texture.shape[0] / 2
    fold = half * 0.97
    u = (p[0] * fold + half).astype(np.float32)
    return Hit(t, alpha, n, u, (half - p[1] * fold).astype(np.float32))


def shade(hit: Hit, mat: Material, lights: list[Light], point: Array, ambient: float) -> Array:
    """Brightness of the hit pixels."""
    light = ambient * (0.7 + 0.3 * hit.normal[2])
    for lamp in lights:
        way, strength = lamp.towards(point)
        light = light + np.maximum(_dot(hit.normal, way), 0.0) * strength
    texture = cv2.remap(mat.texture, hit.u, hit.v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return (light * texture * mat.albedo).astype(np.float32)


def window(camera: Camera, points: Array, radius: float, shape: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Even pixel window (x0, y0, x1, y1) round spheres at the points; None if outside or behind."""
    depth = camera.depth(points)
    if depth.min() < 0.08:
        return None
    pixels = camera.project(points)
    reach = radius * camera.focal / depth.min() * 1.25 + 2.0
    low = np.floor(pixels.min(0) - reach).astype(int)
    high = np.ceil(pixels.max(0) + reach).astype(int) + 1
    x0, y0 = max(int(low[0]) & ~1, 0), max(int(low[1]) & ~1, 0)
    x1, y1 = min((int(high[0]) + 1) & ~1, shape[1]), min((int(high[1]) + 1) & ~1, shape[0])
    return (x0, y0, x1, y1) if x1 - x0 > 1 and y1 - y0 > 1 else None
