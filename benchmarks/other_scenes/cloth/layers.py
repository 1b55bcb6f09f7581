"""Parts of the sleeper as height fields that are warped about joints and shaded from their normals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.float32]
    Point = NDArray[np.float64]

Rect = tuple[int, int, int, int]


def smoothstep(low: float, high: float, x: Field) -> Field:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


@dataclass
class Light:
    """One lamp from afar, and light from everywhere."""

    direction: tuple[float, float, float]
    ambient: float

    def shade(self, height: Field) -> Field:
        """Brightness of a matt surface of this height (pixels)."""
        hx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
        hy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
        lx, ly, lz = self.direction
        dot = lz - lx * hx - ly * hy
        np.maximum(dot, 0, out=dot)
        dot /= cv2.sqrt(1 + hx * hx + hy * hy)
        return self.ambient + (1 - self.ambient) * dot


@dataclass
class Turn:
    """Rotation about a joint that tapers off towards it; fields are weight times distance from the joint."""

    ax: Field
    ay: Field
    radius: float

    def backward(self, tip: float) -> tuple[Field, Field]:
        """Where each pixel comes from, relative to itself, when the tip has moved by `tip` pixels."""
        angle = 2 * np.arcsin(np.clip(tip / (2 * self.radius), -0.9, 0.9))
        c, s = np.float32(np.cos(angle) - 1), np.float32(np.sin(angle))
        return c * self.ax + s * self.ay, c * self.ay - s * self.ax


@dataclass
class Shift:
    """Translation along (ex, ey), weighted in space; with `radial`, growth away from a centre."""

    ax: Field
    ay: Field

    def backward(self, tip: float) -> tuple[Field, Field]:
        """See `Turn.backward`."""
        return np.float32(-tip) * self.ax, np.float32(-tip) * self.ay


@dataclass
class Part:
    """A limb, head or trunk: geometry at rest, how it can move, and its picture if it is drawn itself.

    `stack` holds height, albedo times alpha, alpha, and shadow cast on what lies below; `bare`, at half size, says
    where there is skin instead of cloth.
    """

    name: str
    joints: NDArray[np.float64]
    rect: Rect
    modes: dict[str, Turn | Shift]
    stack: Field | None = None
    chroma: tuple[float, float] = (0.0, 0.0)
    lift: float = 0.0
    soft: Field | None = None
    coupling: Field | None = None
    crease: Field | None = None
    cover: float = 0.0
    bare: Field | None = None
    bare_chroma: tuple[float, float] = (0.0, 0.0)
    tint: Field | tuple[float, float] = (0.0, 0.0)
    fingertip: NDArray[np.float64] | None = None
    key: tuple[float, ...] = ()
    shown: tuple[Field, Field, Field] | None = None
    moved: tuple[Field, Field] | None = None
    bump: Field | None = None
    strain: float = 0.0
    grid: tuple[Field, Field] = field(init=False)

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = self.rect
        gx, gy = np.meshgrid(np.arange(x1 - x0, dtype=np.float32), np.arange(y1 - y0, dtype=np.float32))
        self.grid = (gx, gy)

    def tip(self, mode: str) -> NDArray[np.float64]:
        """Where the point lies whose way is the amplitude: the fingertips or toes when only they turn."""
        return self.fingertip if mode == "end" and self.fingertip is not None else self.joints[2]

    def pose(self, moves: dict[str, float], offset: tuple[float, float], light: Light) -> bool:
        """Take a pose; False if it is the one already taken."""
        key = (*(round(moves.get(m, 0.0), 2) for m in self.modes), round(offset[0], 2), round(offset[1], 2))
        if key == self.key:
            return False
        self.key = key
        dx = np.full_like(self.grid[0], -offset[0])
        dy = np.full_like(self.grid[0], -offset[1])
        for name, value in zip(self.modes, key, strict=False):
            if value:
                bx, by = self.modes[name].backward(value)
                dx += bx
                dy += by
        self.moved = (dx, dy)
        self.strain = float(sum(abs(v) for v in key))
        self._draw(moves, light)
        return True

    def _draw(self, moves: dict[str, float], light: Light) -> None:
        mx, my = self.grid[0] + self.moved[0], self.grid[1] + self.moved[1]
        rise = 1 + self.lift * sum(moves.values())
        if self.soft is not None:
            self.bump = cv2.remap(self.soft, mx, my, cv2.INTER_LINEAR) * np.float32(rise)
        if self.stack is None:
            return
        # the cast shadow is smooth: linear interpolation would do, but one call for all is quicker
        out = cv2.remap(self.stack, mx, my, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
        height, albedo, alpha, shadow = cv2.split(out)
        shaded = light.shade(height * np.float32(rise)) * albedo
        if self.bare is not None:
            # colour is recorded at half size
            skin = cv2.remap(self.bare, mx[::2, ::2] / 2, my[::2, ::2] / 2, cv2.INTER_LINEAR)[..., None]
            self.tint = np.float32(self.chroma) + skin * (np.float32(self.bare_chroma) - np.float32(self.chroma))
        self.shown = (shaded, np.clip(alpha, 0, 1), np.clip(shadow, 0, 1))


def rect_grid(rect: Rect) -> tuple[Field, Field]:
    """Coordinates x and y of every pixel of a rectangle."""
    x0, y0, x1, y1 = rect
    return np.meshgrid(np.arange(x0, x1, dtype=np.float32), np.arange(y0, y1, dtype=np.float32))


def turn_about(rect: Rect, joint: Point, tip: Point, taper: float, one_sided: float) -> Turn:
    """Rotation about `joint`, full beyond `taper` of the way to `tip`; `one_sided` > 0 spares what lies behind."""
    x, y = rect_grid(rect)
    rx, ry = x - np.float32(joint[0]), y - np.float32(joint[1])
    radius = float(np.hypot(*(tip - joint)))
    weight = smoothstep(0.0, taper * radius, np.hypot(rx, ry))
    if one_sided > 0:
        ex, ey = (tip - joint) / radius
        weight *= smoothstep(-0.2 * radius, one_sided * radius, rx * np.float32(ex) + ry * np.float32(ey))
    return Turn(weight * rx, weight * ry, radius)


def push_along(rect: Rect, root: Point, tip: Point) -> Shift:
    """Stretch along the line from `root` to `tip`, full near the tip."""
    x, y = rect_grid(rect)
    length = float(np.hypot(*(tip - root)))
    ex, ey = ((tip - root) / length).astype(np.float32)
    weight = smoothstep(0.1 * length, 0.7 * length, (x - np.float32(root[0])) * ex + (y - np.float32(root[1])) * ey)
    return Shift(weight * ex, weight * ey)


def local_shift(rect: Rect, centre: Point, direction: Point, size: float) -> Shift:
    """Move a round place of about `size` pixels that fades off."""
    x, y = rect_grid(rect)
    r2 = (x - np.float32(centre[0])) ** 2 + (y - np.float32(centre[1])) ** 2
    weight = np.exp(-0.5 * (r2 / size**2) ** 2).astype(np.float32)
    return Shift(weight * np.float32(direction[0]), weight * np.float32(direction[1]))


def swell(rect: Rect, centre: Point, size: float) -> Shift:
    """Growth away from `centre`, by the full amount at a distance of `size`."""
    x, y = rect_grid(rect)
    rx, ry = (x - np.float32(centre[0])) / np.float32(size), (y - np.float32(centre[1])) / np.float32(size)
    fade = np.exp(-0.25 * (rx * rx + ry * ry) ** 2)
    return Shift(rx * fade, ry * fade)
