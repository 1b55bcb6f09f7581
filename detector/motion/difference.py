"""The difference of two successive pictures, block by block, in terms of movement.

For each block of the picture the equation ``D + u . grad(m) = c`` is solved by least squares over the block and its
neighbours (Lucas & Kanade 1981), where D is the difference with the light taken out, m the mean of the two pictures and
c the brightening of the block as a whole (Negahdaripour 1998, IEEE Trans. PAMI 20:961): light has no direction. c is
removed only as far as c alone explains the change better than u alone, because the edge of a limb both moves and
brightens. `flow` u is the shift in pixels; `energy` is the root mean square of the part of D that such a shift
explains, in grey levels. Energy is linear in the shift, so noise and movement add in squares and small movements keep
their size. A plain mean of |D| is quadratic under noise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from detector.motion.held import HeldFrames
from detector.motion.lighting import light_ratio
from detector.motion.picture_kernel import PictureKernel
from detector.native.library import load_kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.grid import Grid
    from detector.motion.held import Place

    FloatArray = npt.NDArray[np.float32]

__all__ = ["BlockMotion", "Differences", "PictureStep", "block_motion", "smooth_picture"]

_RIDGE = 0.3  # squared grey levels per pixel: blocks with less texture than this cannot claim a shift
_SAYS_NOTHING = 0.01  # squared grey levels: a smaller difference is rounding, and none of it counts as explained
_NO_CHANGE = 1e-12  # grey levels to the fourth: where nothing changes there is no light to take out
_POOL = np.array([1, 2, 1], np.float32) / 4  # each block is pooled with its neighbours


@dataclass(slots=True, eq=False)  # frozen would take as long to fill as the rest of a step in Python
class BlockMotion:
    """Movement between two successive pictures. Arrays have shape (rows, cols) of the grid.

    Attributes
    ----------
    flow : float32, shape (rows, cols, 2)
        Shift right and down, in pixels of the analysed picture.
    energy : float32
        Root mean square difference explained by the shift, grey levels.
    residue : float32
        Root mean square difference in all, grey levels.
    texture : float32
        Root mean square gradient, grey levels per pixel.
    gain : float
        Natural logarithm of the change in brightness.
    shift : tuple of float
        Shift of the whole picture that was taken out, in pixels of the analysed picture.
    """

    flow: FloatArray = field(repr=False)
    energy: FloatArray = field(repr=False)
    residue: FloatArray = field(repr=False)
    texture: FloatArray = field(repr=False)
    gain: float
    shift: tuple[float, float]


class PictureStep(NamedTuple):
    """Result of one step from picture to picture.

    Attributes
    ----------
    motion : BlockMotion
        Movement of the blocks; the next step may overwrite residue and texture.
    brightness : float
        Mean grey level.
    change, sharpness : float
        Root mean square of the blocks' residue and texture.
    fast : bool
        Whether there may be blocks that move too fast for the equations.
    """

    motion: BlockMotion
    brightness: float
    change: float
    sharpness: float
    fast: bool


class Differences:
    """Block movement from picture to picture, from the compiled kernel if available, else from `block_motion`.

    Parameters
    ----------
    grid : Grid
        Blocks of the analysed picture.
    """

    def __init__(self, grid: Grid) -> None:
        library = load_kernel() if grid.block_px % 2 == 0 else None
        self._kernel = PictureKernel(library, grid) if library else None
        self._grid = grid
        self._before: FloatArray | None = None

    def step(self, luma: npt.NDArray[np.uint8], *, joined: bool, place: Place | None = None) -> PictureStep:
        """Take the next picture, uint8 of the grid's size; compare it with itself unless it is `joined` to the last.

        The results, and the picture at two by two pixels a block, are written to `place`, or to a new one.
        """
        place, kernel = place or HeldFrames(self._grid, room=1).next_place(), self._kernel
        if kernel is None or not kernel.quarters:
            cv2.resize(luma, place.picture.shape[::-1], dst=place.picture, interpolation=cv2.INTER_AREA)
        if kernel is None:
            return self._plain_step(luma, place, joined=joined)
        kernel.step(luma, place.addresses, joined=joined)
        numbers = kernel.numbers
        shift = (numbers.shift_x, numbers.shift_y)
        motion = BlockMotion(place.flow, place.energy, kernel.residue, kernel.texture, math.log(numbers.ratio), shift)
        return PictureStep(motion, numbers.brightness, numbers.change, numbers.texture, numbers.n_fast > 0)

    def _plain_step(self, luma: npt.NDArray[np.uint8], place: Place, *, joined: bool) -> PictureStep:
        picture = smooth_picture(luma)
        motion = block_motion(picture, self._before if joined and self._before is not None else picture, self._grid)
        self._before = picture
        place.flow[:], place.energy[:] = motion.flow, motion.energy
        share = motion.energy**2 / (motion.residue**2 + np.float32(_SAYS_NOTHING))
        place.explained[:] = np.float32(255) * np.minimum(share, 1)
        motion = replace(motion, flow=place.flow, energy=place.energy)
        change, sharpness = (float(np.sqrt(np.mean(blocks**2))) for blocks in (motion.residue, motion.texture))
        return PictureStep(motion, float(picture.mean()), change, sharpness, fast=True)


def smooth_picture(luma: npt.NDArray[np.uint8]) -> FloatArray:
    """Return `luma` as float32, smoothed just enough for gradients to mean something (3 x 3, sigma 0.7 px)."""
    return np.asarray(cv2.GaussianBlur(luma.astype(np.float32), (3, 3), 0.7), np.float32)


def _block_mean(picture: FloatArray, grid: Grid) -> FloatArray:
    return np.asarray(cv2.resize(picture, (grid.cols, grid.rows), interpolation=cv2.INTER_AREA), np.float32)


def _pool(blocks: FloatArray) -> FloatArray:
    return np.asarray(cv2.sepFilter2D(blocks, -1, _POOL, _POOL, borderType=cv2.BORDER_REPLICATE), np.float32)


def block_motion(now: FloatArray, before: FloatArray, grid: Grid) -> BlockMotion:
    """Return the movement from `before` to `now` in every block.

    Parameters
    ----------
    now, before : ndarray of float32, shape (grid.height, grid.width)
        Successive pictures from `smooth_picture`.
    grid : Grid
        Blocks of the analysed picture.

    Returns
    -------
    BlockMotion
        Movement with light and the shift of the whole picture taken out.
    """
    lit, gain = light_ratio(now, before)
    difference = now - lit
    mean = 0.5 * (now + lit)
    ways = ((1, 0), (0, 1))
    gx, gy = (np.asarray(cv2.Sobel(mean, cv2.CV_32F, *way, ksize=3, scale=1 / 8), np.float32) for way in ways)
    jxx, jxy, jyy = (_block_mean(product, grid) for product in (gx * gx, gx * gy, gy * gy))
    bx, by, dd = (_block_mean(product, grid) for product in (gx * difference, gy * difference, difference * difference))
    mx, my, md = (_block_mean(part, grid) for part in (gx, gy, difference))
    shift = _picture_shift(jxx, jxy, jyy, bx, by)
    if max(abs(shift[0]), abs(shift[1])) > _LEAST_SHIFT:
        sx, sy = np.float32(shift[0]), np.float32(shift[1])
        dd = dd + 2 * (sx * bx + sy * by) + sx * sx * jxx + 2 * sx * sy * jxy + sy * sy * jyy
        bx, by, md = bx + jxx * sx + jxy * sy, by + jxy * sx + jyy * sy, md + mx * sx + my * sy
    else:
        shift = (0.0, 0.0)
    jxx, jxy, jyy, bx, by, dd = (_pool(blocks) for blocks in (jxx, jxy, jyy, bx, by, dd))
    mx, my, md = (_pool(blocks) for blocks in (mx, my, md))
    part = _light_part(*_solve(jxx, jxy, jyy, bx, by), bx, by, md)
    jxx, jyy, jxy = np.maximum(jxx - part * mx * mx, 0), np.maximum(jyy - part * my * my, 0), jxy - part * mx * my
    bx, by, dd = bx - part * mx * md, by - part * my * md, dd - part * md * md
    ux, uy = _solve(jxx, jxy, jyy, bx, by)
    explained = np.maximum(-(ux * bx + uy * by), 0)
    return BlockMotion(
        flow=np.stack((ux, uy), axis=-1),
        energy=np.sqrt(explained),
        residue=np.sqrt(np.maximum(dd, 0)),
        texture=np.sqrt(jxx + jyy),
        gain=gain,
        shift=shift,
    )


def _light_part(ux: FloatArray, uy: FloatArray, bx: FloatArray, by: FloatArray, md: FloatArray) -> FloatArray:
    """Return the weight of light (the whole block brightening) against a shift in each block's change, 0-1.

    Compares the squared energies that each explains alone (docs/decisions/0015).
    """
    light, shift = md * md, ux * bx + uy * by
    return np.asarray(light * light / (light * light + shift * shift + np.float32(_NO_CHANGE)), np.float32)


def _solve(
    jxx: FloatArray, jxy: FloatArray, jyy: FloatArray, bx: FloatArray, by: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return -(J + ridge I)^-1 b for every block."""
    a, d = jxx + np.float32(_RIDGE), jyy + np.float32(_RIDGE)
    det = a * d - jxy * jxy
    return (jxy * by - d * bx) / det, (jxy * bx - a * by) / det


_LEAST_SHIFT = 0.02  # pixels: a smaller shift of the whole picture is left alone, as it is within its own error
_TEXTURE_CAP = 50.0  # squared grey levels per pixel: a few strong edges must not decide alone
_SHIFT_SCALE = 0.1  # pixels: blocks that differ more than this from the common shift count little


def _picture_shift(
    jxx: FloatArray, jxy: FloatArray, jyy: FloatArray, bx: FloatArray, by: FloatArray
) -> tuple[float, float]:
    """Return the one shift that most of the picture shares: least squares, reweighted three times.

    Starts from the median of the textured blocks, so that a limb, or a person filling half the picture, is not taken
    for a moving camera.
    """
    ux, uy = _solve(jxx, jxy, jyy, bx, by)
    texture = jxx + jyy
    sure = texture > max(1.0, float(np.median(texture)) * 0.5)
    if sure.sum() < 0.05 * sure.size:
        return 0.0, 0.0
    sx, sy = float(np.median(ux[sure])), float(np.median(uy[sure]))
    cap = np.minimum(1.0, _TEXTURE_CAP / np.maximum(texture, 1e-6)).astype(np.float32)
    for _ in range(3):
        away = (ux - sx) ** 2 + (uy - sy) ** 2
        weight = cap * sure / (1 + away / np.float32(_SHIFT_SCALE**2))
        a, b, d = (float((weight * j).sum()) for j in (jxx, jxy, jyy))
        p, q = float((weight * bx).sum()), float((weight * by).sum())
        det = a * d - b * b
        if det <= 1e-6 * (a + d) ** 2:
            return 0.0, 0.0
        sx, sy = (b * q - d * p) / det, (b * p - a * q) / det
    return sx, sy
