"""Blanket and swaddle: cloth over the sleeper that shows what moves beneath it, softened and spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.synthetic.layers import Layer, Surface, lay, paint
from detector.synthetic.recipe import LIMBS
from detector.synthetic.textures import creases, fractal

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Recipe, Sleeper
    from detector.synthetic.skeleton import Array, Skeleton

    Picture = npt.NDArray[np.float32]

__all__ = ["Cloth", "Field", "is_covered"]

# Grid step of the displacement field as a share of the cloth's spread, which is the finest detail in the field.
_CELL_SHARE = 0.45


def is_covered(sleeper: Sleeper, skeleton: Skeleton, point: Array) -> bool:
    """Return whether a world point (in the rest pose) lies under the cover."""
    return sleeper.cover != "none" and bool(_inside(sleeper, skeleton, point[None])[0] > 0)


def _inside(sleeper: Sleeper, skeleton: Skeleton, points: Array) -> Array:
    """Return the distance to the cover's edge in body lengths, positive inside, for world points (n, 2)."""
    trunk = np.linalg.inv(skeleton.places(skeleton.rest())["trunk"])
    own = (np.column_stack([points, np.ones(len(points))]) @ trunk.T)[:, :2] / skeleton.length
    across, down = np.abs(own[:, 0]), own[:, 1]
    if sleeper.cover == "blanket":
        return np.asarray(np.minimum(np.minimum(down - sleeper.cover_from, 0.75 - down), 0.40 - across))
    middle = (down - 0.10) / 0.34
    wide = 0.19 - 0.05 * np.clip(middle, -1, 1)
    return np.asarray((1 - (np.abs(across / wide) ** 2.6 + np.abs(middle) ** 2.6) ** (1 / 2.6)) * 0.19)


class Field:
    """Displacement of the cloth for a pose: covered limbs and trunk drag the cloth near them.

    Parameters
    ----------
    sleeper : Sleeper
        The sleeper, who must have a cover.
    skeleton : Skeleton
        The sleeper's bones.
    """

    def __init__(self, sleeper: Sleeper, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self.cell = max(3.0, _CELL_SHARE * sleeper.cover_spread * skeleton.length)
        self._names = ["trunk"] + [f"{limb}_{part.name}" for limb in LIMBS for part in skeleton.limb_parts(limb)]
        self._own = [self._samples(name) for name in self._names]
        rest = self._points(skeleton.rest())
        keep = _inside(sleeper, skeleton, rest) > 0
        self._keep, self._rest = keep, rest[keep]
        corners = np.array([rest.min(axis=0), rest.max(axis=0)]) + np.array([[-1.0], [1.0]]) * 0.5 * skeleton.length
        self.left, self.top = corners[0]
        self.shape = tuple(int(n) for n in np.ceil((corners[1] - corners[0]) / self.cell)[::-1] + 1)
        rows, columns = np.mgrid[0 : self.shape[0], 0 : self.shape[1]]
        self.nodes = np.column_stack([columns.ravel() * self.cell + self.left, rows.ravel() * self.cell + self.top])
        spread = sleeper.cover_spread * skeleton.length
        away = ((self.nodes[:, None, :] - self._rest[None]) ** 2).sum(axis=2)
        near = np.exp(-away / (2 * spread**2))
        # The trunk is heavy and lies deep: near a limb the cloth follows the limb.
        near[:, : int(keep[: len(self._own[0])].sum())] *= 0.35
        self._weights = sleeper.cover_coupling * near / (near.sum(axis=1, keepdims=True) + 0.25)
        self._weights = self._weights.astype(np.float32)

    def _samples(self, name: str) -> Array:
        """Return points on a part in its own axes, in homogeneous coordinates, shape (n, 3)."""
        length = self._skeleton.length
        if name == "trunk":
            grid = [(x, y) for x in (-0.1, 0.0, 0.1) for y in (-0.15, -0.05, 0.05, 0.15)]
            return np.array([(x * length, y * length, 1.0) for x, y in grid])
        parts = {part.name: part for limb in ("left_arm", "left_leg") for part in self._skeleton.limb_parts(limb)}
        part = parts[name.split("_", 2)[2]]
        return np.array([(0.0, share * part.length * length, 1.0) for share in (0.15, 0.45, 0.75, 1.0)])

    def _points(self, pose: Array) -> Array:
        places = self._skeleton.places(pose)
        return np.concatenate([(own @ places[name].T)[:, :2] for name, own in zip(self._names, self._own, strict=True)])

    def at(self, pose: Array) -> Array:
        """Return the displacement of the cloth in world px at every node, shape (nodes, 2)."""
        return np.asarray(self._weights @ (self._points(pose)[self._keep] - self._rest).astype(np.float32), np.float64)


def _moved(planes: Picture, x: Picture, y: Picture) -> list[Picture]:
    """Return each plane resampled at (x, y) for every pixel; OpenCV is twice as fast with one plane at a time."""
    moved = (cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for plane in cv2.split(planes))
    return [np.asarray(plane, np.float32) for plane in moved]


class Cloth:
    """The cover as a layer that is warped again whenever something beneath it has moved."""

    def __init__(self, recipe: Recipe, skeleton: Skeleton, density: float, view: Array) -> None:
        sleeper = recipe.sleeper
        rng = np.random.default_rng([recipe.seed, 13])
        self._field = Field(sleeper, skeleton)
        self._density = density
        low, high = self._box(recipe, view)
        self._origin = low
        self._shape = (max(8, int((high[1] - low[1]) * density)), max(8, int((high[0] - low[0]) * density)))
        rows, columns = np.mgrid[0 : self._shape[0], 0 : self._shape[1]].astype(np.float32)
        world = np.column_stack([columns.ravel() / density + low[0], rows.ravel() / density + low[1]])
        inside = _inside(sleeper, skeleton, world).reshape(self._shape) * skeleton.length
        inside += fractal(self._shape, 50 * density, rng, roughness=0.35) * 0.008 * skeleton.length
        ramp = np.clip(inside * density / 3 + 0.5, 0, 1)
        tint = tuple(float(x) for x in rng.uniform(0.75, 1.1, 3)) if recipe.camera.colour else (1.0,)
        surface = Surface(
            sleeper.cover_grey,
            sleeper.cover_contrast,
            sleeper.cover_texture,
            0.018 * skeleton.length * rng.uniform(0.7, 2),
            (1, 1, 1),
        )
        grey = paint(surface, self._shape, density, rng) * (1 + 0.07 * creases(self._shape, 60 * density, rng))
        grey *= 1 - 0.25 * np.exp(-((inside / (0.012 * skeleton.length)) ** 2))
        shadow = 0.35 * np.clip(1 + inside / (0.03 * skeleton.length + 2), 0, 1) ** 2
        channels = [grey * ramp * part for part in tint] + [(1 - ramp) * (1 - shadow)]
        self._pixels = np.ascontiguousarray(np.stack(channels, axis=2), dtype=np.float32)
        self._relief = self._make_relief(skeleton, sleeper, float(rng.uniform(0, 2 * np.pi)))
        self._flat = self._pixels.copy()
        self._flat[:, :, :-1] *= self._relief[:, :, None]
        self._place = np.array([[1 / density, 0, low[0]], [0, 1 / density, low[1]], [0, 0, 1.0]])
        self._last: tuple[Array, Layer] | None = None

    def _box(self, recipe: Recipe, view: Array) -> tuple[Array, Array]:
        """Return the corners, in world px, of the part of the field that the camera can see (with room to sway)."""
        camera = recipe.camera
        corners = np.array([[x, y, 1.0] for x in (0, camera.width) for y in (0, camera.height)]) @ np.linalg.inv(view).T
        seen = corners[:, :2] / corners[:, 2:]
        start = np.array([self._field.left, self._field.top])
        end = start + (np.array(self._field.shape[::-1]) - 1) * self._field.cell
        return np.maximum(start, seen.min(axis=0) - 25), np.minimum(end, seen.max(axis=0) + 25)

    def lay(self, canvas: Picture, view: Array, pose: Array) -> None:
        """Lay the cover over `canvas` (changed in place) for a pose."""
        lay(canvas, self._layer(pose), view)

    def _layer(self, pose: Array) -> Layer:
        shift = self._field.at(pose)
        if self._last is not None and np.abs(shift - self._last[0]).max() < 0.004:
            return self._last[1]
        layer = Layer(self._flat.copy(), self._place)
        grid = (shift * self._density).astype(np.float32).reshape(*self._field.shape, 2)
        moving = np.argwhere(np.abs(grid).max(axis=2) > 0.01)
        if len(moving):
            offset = (self._origin - (self._field.left, self._field.top))[::-1]
            box = ((moving.min(axis=0) - 1) * self._field.cell - offset) * self._density
            end = ((moving.max(axis=0) + 1) * self._field.cell - offset) * self._density
            top, left = np.clip(box.astype(int), 0, self._shape).tolist()
            bottom, right = np.clip(end.astype(int) + 1, 0, self._shape).tolist()
            if bottom > top and right > left:
                layer.pixels[top:bottom, left:right] = self._warped(grid, offset, (top, bottom, left, right))
        self._last = (shift, layer)
        return layer

    def _warped(self, grid: Picture, offset: Array, box: tuple[int, int, int, int]) -> Picture:
        """Return the cloth inside `box` (top, bottom, left, right), displaced by the field `grid`."""
        top, bottom, left, right = box
        columns = np.tile(np.arange(left, right, dtype=np.float32), (bottom - top, 1))
        rows = np.tile(np.arange(top, bottom, dtype=np.float32)[:, None], (1, right - left))
        # Nodes lie on the grid's pixel corners; the warp keeps them there, but plain resizing would not.
        step = np.float32(1 / (self._field.cell * self._density))
        x, y = (
            columns * step + np.float32(offset[1] / self._field.cell),
            rows * step + np.float32(offset[0] / self._field.cell),
        )
        right_by, down_by = _moved(grid, x, y)
        x, y = columns - right_by, rows - down_by
        moved = np.dstack(_moved(self._pixels, x, y))
        # The bulge moves with the limb, farther than the threads of the cloth do.
        (bulge,) = _moved(self._relief, x - 0.3 * right_by, y - 0.3 * down_by)
        moved[:, :, :-1] *= bulge[:, :, None]
        return moved

    def _make_relief(self, skeleton: Skeleton, sleeper: Sleeper, lamp: float) -> Picture:
        """Return the shading of the bulges made by body and limbs, as a factor around 1."""
        height = np.zeros(self._shape, np.float32)
        places = skeleton.places(skeleton.rest())
        offset = self._origin
        plump = sleeper.plump * skeleton.length * self._density
        for limb in LIMBS:
            for part in skeleton.limb_parts(limb):
                place = places[f"{limb}_{part.name}"]
                ends = np.array([place[:2, 2], (place @ np.array([0.0, part.length * skeleton.length, 1.0]))[:2]])
                first, last = np.round((ends - offset) * self._density).astype(int).tolist()
                rod = np.zeros(self._shape, np.uint8)
                cv2.line(rod, first, last, 255, max(1, round(1.6 * part.near * plump)))
                height = np.maximum(
                    height, cv2.GaussianBlur(rod, (0, 0), 0.5 * part.near * plump + 1) / np.float32(255) * part.near
                )
        axes = (0.11 * skeleton.length * self._density, 0.19 * skeleton.length * self._density)
        trunk = np.zeros(self._shape, np.uint8)
        middle = np.round((places["trunk"][:2, 2] - offset) * self._density).astype(int).tolist()
        cv2.ellipse(trunk, middle, [round(axis) for axis in axes], sleeper.angle_deg, 0, 360, 255, -1)
        height = np.maximum(
            height, cv2.GaussianBlur(trunk, (0, 0), 0.35 * axes[0]) / np.float32(255) * np.float32(0.09)
        )
        height = cv2.GaussianBlur(
            height, (0, 0), max(1.0, 0.35 * sleeper.cover_spread * skeleton.length * self._density)
        )
        down, right = np.gradient(height * skeleton.length * self._density)
        return np.asarray(
            np.clip(1 + 0.9 * (right * np.cos(lamp) + down * np.sin(lamp)) + 2.0 * (height - 0.03), 0.5, 1.5),
            np.float32,
        )
