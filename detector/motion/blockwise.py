"""Operations on all blocks of all frames of a window: in the kernel if available, else in NumPy, with equal results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.native.library import COLUMNS_AT_ONCE, LONGEST_LINE, load_kernel

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Sequence

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]
    IntArray = npt.NDArray[np.intc]

__all__ = ["excess_of_frames", "in_units_of_thresholds", "linked_blocks", "rank_of_columns", "rank_of_rows"]


def _kernel_for(*arrays: FloatArray) -> ctypes.CDLL | None:
    """Return the kernel if it can take these arrays: float32, contiguous, not empty."""
    fit = all(array.dtype == np.float32 and array.flags.c_contiguous and array.size for array in arrays)
    return load_kernel() if fit else None


def rank_of_columns(sample: FloatArray, ranks: Sequence[int]) -> FloatArray:
    """Return the values at `ranks` when each column of `sample` (n, ...) is sorted: shape (k, ...)."""
    n = len(sample)
    library = _kernel_for(sample[0]) if n and sample.strides[0] > 0 else None
    if library is None:
        return np.asarray(np.partition(sample, list(ranks), axis=0)[list(ranks)])
    out = np.empty((len(ranks), *sample.shape[1:]), np.float32)
    scratch, wanted = np.zeros((n, COLUMNS_AT_ONCE), np.float32), np.array(ranks, np.intc)
    library.column_ranks(
        sample.ctypes.data, sample.strides[0] // sample.itemsize, n, sample[0].size,
        wanted.ctypes.data, len(wanted), out.ctypes.data, scratch.ctypes.data,
    )  # fmt: skip
    return out


def rank_of_rows(rows: FloatArray, rank: int, level: float, reach: int) -> FloatArray:
    """Return the value at `rank` when each row of `rows` (n, ...) is sorted: shape (n,).

    The result may be 0 for a row if neither its value nor that of any row up to `reach` away is above `level`.
    """
    flat = rows.reshape(len(rows), -1)
    library = _kernel_for(flat)
    if library is None:
        return np.asarray(np.partition(flat, rank, axis=1)[:, rank])
    n, length = flat.shape
    out, scratch = np.empty(n, np.float32), np.empty(length + n, np.uint32)
    library.row_ranks(flat.ctypes.data, n, length, rank, level, reach, out.ctypes.data, scratch.ctypes.data)
    return out


def in_units_of_thresholds(
    energy: FloatArray,
    levels: FloatArray,
    gradient: FloatArray,
    which: npt.NDArray[np.int_],
    least: npt.NDArray[np.floating],
) -> FloatArray:
    """Return ``energy / max(levels, gradient * least)``, shape (n, rows, cols).

    Parameters
    ----------
    energy : ndarray of float32, shape (n, rows, cols)
        Motion energy, grey levels.
    levels, gradient : ndarray of float32, shape (k, rows, cols)
        For each stretch of time, the level that noise reaches (grey levels) and the texture (grey levels per pixel).
    which : ndarray of int, shape (n,)
        The stretch that each frame belongs to.
    least : ndarray of float, shape (n,)
        Least movement that counts, in pixels.
    """
    out, factors, library = np.empty_like(energy), least.astype(np.float32), _kernel_for(energy, levels, gradient)
    if library is None:
        for i, now in enumerate(energy):
            np.divide(now, np.maximum(levels[which[i]], gradient[which[i]] * factors[i]), out=out[i])
        return out
    stretches = which.astype(np.intc)
    arrays = (energy, levels, gradient, stretches, factors)
    library.strength_rows(*(array.ctypes.data for array in arrays), len(energy), energy[0].size, out.ctypes.data)
    return out


def excess_of_frames(strength: FloatArray, cap: float = np.inf) -> tuple[FloatArray, IntArray]:
    """Return each frame's sum of ``min(strength, cap) - 1`` over its blocks above 1, and the number of those blocks."""
    library, n = _kernel_for(strength), len(strength)
    if library is None:
        total = np.maximum(np.minimum(strength, np.float32(cap)) - 1, 0).sum(axis=(1, 2))
        return total, np.count_nonzero(strength > 1, axis=(1, 2)).astype(np.intc)
    total, active = np.empty(n, np.float32), np.empty(n, np.intc)
    library.excess_of_rows(strength.ctypes.data, n, strength[0].size, cap, total.ctypes.data, active.ctypes.data)
    return total, active


def linked_blocks(
    strength: FloatArray, stretches: Sequence[tuple[int, int]], reach: int, seed: float
) -> list[IntArray] | None:
    """Group touching blocks above 1 into tubes that hold a block of at least `seed`; None without the kernel.

    Blocks touch when they are at most three rows, three columns and `reach` frames apart, in the same stretch.

    Parameters
    ----------
    strength : ndarray of float32, shape (n, rows, cols)
        Motion in units of the threshold.
    stretches : sequence of tuple of int
        Frames ``[first, last)`` that hold all blocks above 1.
    reach : int
        Frames.
    seed : float
        Least strength of a tube's strongest block.

    Returns
    -------
    list of ndarray of int, shape (m, 3)
        Frame, row and column of each tube's blocks.
    """
    library, (n, rows, cols) = _kernel_for(strength), strength.shape
    if library is None or cols > LONGEST_LINE:
        return None
    stretch, most = np.full(n, -1, np.intc), int(np.count_nonzero(strength > 1))
    for number, (first, last) in enumerate(stretches):
        stretch[first:last] = number
    words = n * rows * -(-cols // 64)
    scratch = np.zeros(2 * words + n * rows // 2 + 1, np.uint64)
    blocks, ends = np.empty((most, 3), np.intc), np.empty(most, np.intc)
    shape = (n, rows, cols, reach)
    out = (scratch.ctypes.data, blocks.ctypes.data, ends.ctypes.data)
    tubes = library.find_tubes(strength.ctypes.data, *shape, stretch.ctypes.data, seed, *out)
    return np.split(blocks[: ends[tubes - 1]], ends[: tubes - 1]) if tubes else []
