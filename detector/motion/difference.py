"""The difference of two successive pictures, block by block, in terms of movement.

For each block of the picture the brightness constancy equation ``D + u . grad(m) = 0`` is solved by least squares over
the block and its neighbours (Lucas & Kanade 1981), where D is the difference with the light taken out and m the mean
of the two pictures. `flow` u is the shift in pixels; `energy` is the root mean square of the part of D that such a
shift explains, in grey levels. Energy is linear in the shift, so noise and movement add in squares and small movements
keep their size; a plain mean of |D| is quadratic under noise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.motion.lighting import OFFSET, light_ratio

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.grid import Grid

    FloatArray = npt.NDArray[np.float32]

__all__ = ["BlockMotion", "Gradients", "block_motion", "quick_energy", "smooth_picture"]

_RIDGE = 0.3  # squared grey levels per pixel: blocks with less texture than this cannot claim a shift
_POOL = np.array([1, 2, 1], np.float32) / 4  # each block looks one block around itself


@dataclass(frozen=True, slots=True, eq=False)
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


def smooth_picture(luma: npt.NDArray[np.uint8]) -> FloatArray:
    """Return `luma` as float32, smoothed just enough for gradients to mean something (3 x 3, sigma 0.7 px)."""
    return np.asarray(cv2.GaussianBlur(luma.astype(np.float32), (3, 3), 0.7), np.float32)


def _block_means(pictures: FloatArray, block_px: int) -> FloatArray:
    """Return the means of square blocks; by halves as far as that goes, which OpenCV does fastest.

    Parameters
    ----------
    pictures : ndarray of float32, shape (n * block_px, m * block_px)
        One picture, or several of one size below each other.
    block_px : int
        Side of a block in pixels.

    Returns
    -------
    ndarray of float32, shape (n, m)
    """
    left = block_px
    while left > 1:
        step = 2 if left % 2 == 0 else left
        size = (pictures.shape[1] // step, pictures.shape[0] // step)
        pictures = np.asarray(cv2.resize(pictures, size, interpolation=cv2.INTER_AREA), np.float32)
        left //= step
    return pictures


def _pool(blocks: FloatArray) -> FloatArray:
    """Return `blocks`, shape (..., rows, cols), as means over a block and its neighbours, nearer ones weighing more."""
    padded = np.empty((*blocks.shape[:-2], blocks.shape[-2] + 2, blocks.shape[-1]), np.float32)
    padded[..., 1:-1, :] = blocks
    padded[..., 0, :], padded[..., -1, :] = blocks[..., 0, :], blocks[..., -1, :]
    flat = padded.reshape(-1, blocks.shape[-1])  # one call for all: their own edges keep them apart
    cv2.sepFilter2D(flat, -1, _POOL, _POOL, dst=flat, borderType=cv2.BORDER_REPLICATE)
    return padded[..., 1:-1, :]


def block_motion(now: FloatArray, before: FloatArray, grid: Grid) -> BlockMotion:
    """Measure the movement from `before` to `now` in every block.

    Parameters
    ----------
    now, before : ndarray of float32, shape (grid.height, grid.width)
        Successive pictures from `smooth_picture`.
    grid : Grid
        Blocks of the analysed picture.

    Returns
    -------
    BlockMotion
        With light and the shift of the whole picture taken out.
    """
    lit, gain, _ = light_ratio(now, before)
    difference = cv2.subtract(now, lit)
    mean = cv2.addWeighted(now, 0.5, lit, 0.5, 0, dst=lit)
    gx = cv2.Sobel(mean, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    gy = cv2.Sobel(mean, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    products = np.empty((6, *now.shape), np.float32)
    pairs = ((gx, gx), (gx, gy), (gy, gy), (gx, difference), (gy, difference), (difference, difference))
    for (a, b), product in zip(pairs, products, strict=True):
        cv2.multiply(a, b, dst=product)
    means = _block_means(products.reshape(-1, now.shape[1]), grid.block_px)
    jxx, jxy, jyy, bx, by, dd = _pool(means.reshape(6, grid.rows, grid.cols))
    shift = _picture_shift(jxx, jxy, jyy, bx, by)
    if max(abs(shift[0]), abs(shift[1])) > _LEAST_SHIFT:
        sx, sy = np.float32(shift[0]), np.float32(shift[1])
        dd = dd + 2 * (sx * bx + sy * by) + sx * sx * jxx + 2 * sx * sy * jxy + sy * sy * jyy
        bx, by = bx + jxx * sx + jxy * sy, by + jxy * sx + jyy * sy
    else:
        shift = (0.0, 0.0)
    flow = np.empty((grid.rows, grid.cols, 2), np.float32)
    ux, uy = _solve(jxx, jxy, jyy, bx, by)
    flow[..., 0], flow[..., 1] = ux, uy
    explained = ux * bx
    explained += uy * by
    return BlockMotion(
        flow=flow,
        energy=np.sqrt(np.maximum(-explained, 0)),
        residue=np.sqrt(np.maximum(dd, 0)),
        texture=np.sqrt(jxx + jyy),
        gain=gain,
        shift=shift,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """The gradients of a picture, ready for `quick_energy`.

    Attributes
    ----------
    picture : float32, shape (2, height, width)
        Gradients right and down, grey levels per pixel.
    inverse : float32, shape (3, rows, cols)
        Per block, the elements xx, xy and yy of the inverse of the block equations' matrix.
    """

    picture: FloatArray = field(repr=False)
    inverse: FloatArray = field(repr=False)

    @classmethod
    def of(cls, picture: FloatArray, grid: Grid) -> Gradients:
        """Return those of a picture from `smooth_picture`."""
        both = np.empty((2, *picture.shape), np.float32)
        cv2.Sobel(picture, cv2.CV_32F, 1, 0, dst=both[0], ksize=3, scale=1 / 8)
        cv2.Sobel(picture, cv2.CV_32F, 0, 1, dst=both[1], ksize=3, scale=1 / 8)
        products = np.stack((both[0] * both[0], both[0] * both[1], both[1] * both[1]))
        means = _block_means(products.reshape(-1, picture.shape[1]), grid.block_px)
        jxx, jxy, jyy = _pool(means.reshape(3, grid.rows, grid.cols))
        a, d = jxx + np.float32(_RIDGE), jyy + np.float32(_RIDGE)
        return cls(both, np.stack((d, -jxy, a)) / (a * d - jxy * jxy))


def quick_energy(now: FloatArray, before: FloatArray, light: float, gradients: Gradients, grid: Grid) -> FloatArray:
    """Return the square of about what `block_motion` would call the energy, for a third of its time.

    Gradients are those of an earlier picture, the light is one for the whole picture, and its shift is left in.

    Parameters
    ----------
    now, before : ndarray of float32, shape (grid.height, grid.width)
        Successive pictures from `smooth_picture`.
    light : float
        Ratio of their mean brightness.
    gradients : Gradients
        Of a picture not long before.
    grid : Grid
        Blocks of the analysed picture.

    Returns
    -------
    ndarray of float32, shape (grid.rows, grid.cols)
        Squared grey levels.
    """
    difference = cv2.addWeighted(now, 1.0, before, -light, OFFSET * (1 - light))
    products = np.empty((2, *now.shape), np.float32)
    for gradient, product in zip(gradients.picture, products, strict=True):
        cv2.multiply(gradient, difference, dst=product)
    means = _block_means(products.reshape(-1, now.shape[1]), grid.block_px)
    bx, by = _pool(means.reshape(2, grid.rows, grid.cols))
    xx, xy, yy = gradients.inverse
    return np.asarray(bx * (xx * bx + 2 * xy * by) + by * (yy * by), np.float32)


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

    Starts from the median of the textured blocks, so that a limb, or a person in half the picture, does not pass for a
    moving camera. Every second block each way is enough, as pooled blocks hold their neighbours too.
    """
    jxx, jxy, jyy, bx, by = (blocks[::2, ::2].ravel() for blocks in (jxx, jxy, jyy, bx, by))
    ux, uy = _solve(jxx, jxy, jyy, bx, by)
    texture = jxx + jyy
    sure = texture > max(1.0, _median(texture) * 0.5)
    if np.count_nonzero(sure) < 0.05 * sure.size:
        return 0.0, 0.0
    sx, sy = _median(ux[sure]), _median(uy[sure])
    if max(abs(sx), abs(sy)) < 0.25 * _LEAST_SHIFT:  # refined, it would not pass the limit
        return 0.0, 0.0
    weights = np.minimum(1.0, _TEXTURE_CAP / np.maximum(texture, 1e-6)).astype(np.float32) * sure
    sums = np.stack((jxx, jxy, jyy, bx, by))
    for _ in range(3):
        away = (ux - np.float32(sx)) ** 2 + (uy - np.float32(sy)) ** 2
        a, b, d, p, q = (float(value) for value in sums @ (weights / (1 + away / np.float32(_SHIFT_SCALE**2))))
        det = a * d - b * b
        if det <= 1e-6 * (a + d) ** 2:
            return 0.0, 0.0
        sx, sy = (b * q - d * p) / det, (b * p - a * q) / det
    return sx, sy


def _median(values: FloatArray) -> float:
    """Return the middle value, the larger of the two in an even number of them."""
    half = len(values) // 2
    return float(np.partition(values, half)[half])
