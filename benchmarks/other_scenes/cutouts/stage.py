"""The animation stand: cut-outs in a fixed order over a background; only what moved is drawn again."""

from typing import NamedTuple

import cv2
import numpy as np


class Sprite(NamedTuple):
    """A cut-out: premultiplied colour and alpha, and the map from its pixels to its own units."""

    pixels: np.ndarray
    to_units: np.ndarray


Layer = tuple[str, Sprite, np.ndarray]


def place(x: float, y: float, angle: float, stretch: tuple[float, float] = (1.0, 1.0)) -> np.ndarray:
    """Matrix that lays a cut-out on a plane."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c * stretch[0], -s * stretch[1], x], [s * stretch[0], c * stretch[1], y], [0, 0, 1.0]])


def covered(point: np.ndarray, above: list[Layer]) -> bool:
    """Whether one of the given layers hides the point of the picture."""
    for _, sprite, matrix in above:
        spot = np.linalg.solve(matrix @ sprite.to_units, np.array([*point, 1.0]))
        x, y = (spot[:2] / spot[2]).astype(int)
        h, w = sprite.pixels.shape[:2]
        if 0 <= x < w and 0 <= y < h and sprite.pixels[y, x, -1] > 0.5:
            return True
    return False


class Stage:
    """Composes the layers into one floating-point picture."""

    def __init__(self, background: np.ndarray) -> None:
        self.base, self.picture, self.patches = background, background.copy(), {}

    def draw(self, layers: list[Layer]) -> np.ndarray:
        """The picture with every (name, cut-out, cut-out units to picture) drawn, lowest first."""
        dirty = []
        for name, sprite, matrix in layers:
            full, (h, w) = matrix @ sprite.to_units, sprite.pixels.shape[:2]
            flat = full @ np.array([[0, w, w, 0], [0, 0, h, h], [1, 1, 1, 1.0]])
            corners, old = flat[:2] / flat[2], self.patches.get(name)
            if old is None or np.abs(corners - old[0]).max() > 0.03:
                self.patches[name] = new = self._warp(sprite, full, corners)
                dirty += [patch[1] for patch in (old, new) if patch is not None and patch[2] is not None]
        if dirty:
            sides = np.array(dirty)
            self._compose((*sides[:, :2].min(0), *sides[:, 2:].max(0)), [name for name, _, _ in layers])
        return self.picture

    def _warp(self, sprite: Sprite, full: np.ndarray, corners: np.ndarray) -> tuple:
        """Corners, box in the picture, and (colour, transparency) of one layer."""
        size = self.base.shape[1::-1]
        x0, y0 = np.clip(np.floor(corners.min(1)) - 1, 0, size).astype(int)
        x1, y1 = np.clip(np.ceil(corners.max(1)) + 2, 0, size).astype(int)
        if x1 <= x0 or y1 <= y0:
            return corners, (0, 0, 0, 0), None
        move = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1.0]]) @ full
        *colour, alpha = cv2.split(cv2.warpPerspective(sprite.pixels, move, (int(x1 - x0), int(y1 - y0))))
        shape = (*alpha.shape, len(colour))
        pair = cv2.merge(colour).reshape(shape), cv2.merge([1 - alpha] * len(colour)).reshape(shape)
        return corners, (x0, y0, x1, y1), pair

    def _compose(self, area: tuple[int, int, int, int], names: list[str]) -> None:
        """Lay all layers anew within an area."""
        x0, y0, x1, y1 = area
        region = self.base[y0:y1, x0:x1].copy()
        for name in names:
            _, (px, py, qx, qy), drawn = self.patches[name]
            left, top, right, low = max(x0, px), max(y0, py), min(x1, qx), min(y1, qy)
            if drawn is not None and right > left and low > top:
                colour, clear = (half[top - py : low - py, left - px : right - px] for half in drawn)
                under = region[top - y0 : low - y0, left - x0 : right - x0]
                under *= clear
                under += colour
        self.picture[y0:y1, x0:x1] = region
