"""Textured, soft-edged layers of the sleeper's parts, laid over a picture with sub-pixel accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.synthetic.textures import cloth, creases, fractal

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Texture
    from detector.synthetic.skeleton import Array
    from detector.synthetic.textures import Plane

__all__ = ["Layer", "Surface", "lay", "limb_layer", "make_layer", "shape_layer"]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A picture of one part in its own axes.

    Attributes
    ----------
    pixels : ndarray of float32, shape (h, w, 2) or (h, w, 4)
        Grey (or blue, green, red) levels times opacity; the last plane is the share of light let through from beneath
        (1 - opacity, less the contact shadow).
    to_part : ndarray of float64, shape (3, 3)
        Maps layer pixels to the part's own axes (world px).
    """

    pixels: npt.NDArray[np.float32]
    to_part: Array


@dataclass(frozen=True, slots=True)
class Surface:
    """The surface of a part: mean grey level, pattern with contrast and period (world px), and tint (BGR)."""

    grey: float
    contrast: float
    texture: Texture
    period: float
    tint: tuple[float, float, float]
    skin: bool = False


def paint(surface: Surface, shape: tuple[int, int], density: float, rng: np.random.Generator) -> Plane:
    """Return the surface's grey levels for `shape` pixels at `density` pixels per world px."""
    if surface.skin:
        tone = 0.7 * fractal(shape, 40 * density, rng) + 0.5 * fractal(shape, 5 * density, rng, roughness=0.9)
        return np.asarray(surface.grey * (1 + surface.contrast * tone), np.float32)
    pattern = cloth(surface.texture, shape, max(2.2, surface.period * density), rng)
    folds = creases(shape, 22 * density, rng)
    return np.asarray(surface.grey * (1 + surface.contrast * pattern + 0.06 * folds), np.float32)


def make_layer(grey: Plane, opacity: Plane, shadow: Plane, to_part: Array, tint: tuple[float, ...]) -> Layer:
    """Combine grey levels, opacity and shadow (0-1 each) into a layer; one tint gives a grey picture, three colour."""
    channels = [grey * opacity * np.float32(part) for part in tint]
    channels.append((1 - opacity) * (1 - shadow))
    return Layer(np.ascontiguousarray(np.stack(channels, axis=2), dtype=np.float32), to_part)


def limb_layer(
    length: float, near: float, far: float, surface: Surface, density: float, rng: np.random.Generator,
    *, colour: bool, cuff: bool = False,
) -> Layer:  # fmt: skip
    """Return part of a limb: a tapered, rounded rod with uneven outline, shading across it and a contact shadow.

    `length`, `near` and `far` are world px; `density` is layer pixels per world px.
    """
    margin = 1.45 * max(near, far) + 5.0
    across, along, to_part = _axes((-margin, margin), (-margin, length + margin), density)
    share = np.clip(along / max(length, 1e-6), 0, 1)
    radius = near + (far - near) * share + 0.10 * near * np.sin(np.pi * share)
    uneven = fractal(across.shape, 14 * density, rng) * np.float32(0.035 * near)
    distance = np.hypot(across, along - share * length)
    opacity = _soft((radius + uneven - distance) * density + 0.5)
    side = np.clip(across / np.maximum(radius, 1e-3), -1, 1)
    lean = rng.uniform(-0.25, 0.25)
    shade = 0.70 + 0.30 * np.sqrt(np.clip(1 - (side - lean) ** 2 / 1.6, 0, 1))
    grey = paint(surface, across.shape, density, rng) * shade
    if cuff:
        grey = grey * (1 - 0.18 * np.exp(-(((along - 0.93 * length) / (0.05 * length + 1)) ** 2)))
    reach = 0.35 * near + 2.0
    ends = np.clip((along + 0.2 * near) / (0.6 * near + 1), 0, 1) * np.clip(
        (length - along) / (0.6 * far + 1) + 1, 0, 1
    )
    shadow = 0.38 * np.clip(1 - np.maximum(distance - radius, 0) / reach, 0, 1) ** 2 * ends
    return make_layer(_f(grey), _f(opacity), _f(shadow), to_part, surface.tint if colour else (1.0,))


def shape_layer(
    half: tuple[float, float], centre_y: float, surface: Surface, density: float, rng: np.random.Generator,
    *, colour: bool, form: tuple[float, float, float] = (2.0, 0.0, 0.35),
) -> Layer:  # fmt: skip
    """Return a rounded body (trunk, head): a superellipse with the given half axes (world px) around (0, `centre_y`).

    `form` gives its exponent (above 2: squarer), how much wider the far end is (share), and the shading strength.
    """
    power, pear, relief = form
    margin = 0.12 * max(half) + 5.0
    across, along, to_part = _axes(
        (-half[0] - margin, half[0] + margin), (centre_y - half[1] - margin, centre_y + half[1] + margin), density
    )
    down = (along - centre_y) / half[1]
    wide = half[0] * (1 + pear * np.clip(down, -1, 1))
    radius = (np.abs(across / wide) ** power + np.abs(down) ** power) ** (1 / power)
    uneven = fractal(across.shape, 25 * density, rng) * np.float32(0.012)
    opacity = _soft((1 + uneven - radius) * min(half) * density + 0.5)
    lean_x, lean_y = rng.uniform(-0.3, 0.3, 2)
    bulge = np.clip(1 - ((across / wide - lean_x) ** 2 + (down - lean_y) ** 2) / 1.7, 0, 1)
    grey = paint(surface, across.shape, density, rng) * (1 - relief + relief * np.sqrt(bulge) * 1.15)
    shadow = 0.4 * np.clip(1 - np.maximum(radius - 1, 0) * min(half) / (0.06 * max(half) + 3), 0, 1) ** 2
    return make_layer(_f(grey), _f(opacity), _f(shadow), to_part, surface.tint if colour else (1.0,))


def lay(canvas: npt.NDArray[np.float32], layer: Layer, place: Array) -> None:
    """Lay `layer` over `canvas` (changed in place); `place` maps the part's axes to canvas pixels (3 x 3)."""
    matrix = place @ layer.to_part
    height, width = layer.pixels.shape[:2]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64) @ matrix.T
    points = corners[:, :2] / corners[:, 2:]
    left, top = np.maximum(np.floor(points.min(axis=0)).astype(int), 0)
    right = min(int(np.ceil(points[:, 0].max())) + 1, canvas.shape[1])
    bottom = min(int(np.ceil(points[:, 1].max())) + 1, canvas.shape[0])
    if right <= left or bottom <= top:
        return
    moved = np.array([[1.0, 0, -left], [0, 1, -top], [0, 0, 1]]) @ matrix
    size = (int(right - left), int(bottom - top))
    part = canvas[top:bottom, left:right]
    if canvas.ndim == 2:  # one plane at a time: OpenCV is twice as fast with them, and does not round places to 1/32 px
        light, through = (np.asarray(plane, np.float32) for plane in cv2.split(layer.pixels))
        part *= _warped(through, moved, size, (1.0,))
        part += _warped(light, moved, size, (0.0,))
    else:
        warped = _warped(layer.pixels, moved, size, (0.0, 0.0, 0.0, 1.0))
        part *= warped[:, :, 3:]
        part += warped[:, :, :3]


def _warped(
    pixels: npt.NDArray[np.float32], matrix: Array, size: tuple[int, int], border: tuple[float, ...]
) -> npt.NDArray[np.float32]:
    if abs(matrix[2, 0]) + abs(matrix[2, 1]) < 1e-7:
        matrix = matrix[:2] / matrix[2, 2]
        return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=border), np.float32)
    return np.asarray(cv2.warpPerspective(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderValue=border), np.float32)


def _axes(x: tuple[float, float], y: tuple[float, float], density: float) -> tuple[Plane, Plane, Array]:
    columns = max(4, int(np.ceil((x[1] - x[0]) * density)))
    rows = max(4, int(np.ceil((y[1] - y[0]) * density)))
    down, right = np.mgrid[0:rows, 0:columns].astype(np.float32)
    matrix = np.array([[1 / density, 0, x[0]], [0, 1 / density, y[0]], [0, 0, 1.0]])
    return _f(right / density + x[0]), _f(down / density + y[0]), matrix


def _soft(edge: npt.NDArray[np.floating]) -> Plane:
    """Return a ramp from 0 to 1 across about three pixels of signed distance to the edge."""
    ramp = np.clip(edge / 3.0 + 0.5, 0, 1)
    return _f(ramp * ramp * (3 - 2 * ramp))


def _f(values: npt.NDArray[np.floating]) -> Plane:
    return np.asarray(values, np.float32)
