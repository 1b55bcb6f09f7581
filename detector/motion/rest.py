"""Measure how much a zone differs from its picture at rest.

Summed speeds lose track of position in noise, and when a limb moves farther between two frames than its texture is
wide. Whether a place looks as it did before does not depend on them: a jerk leaves its picture at rest and returns to
it, however far it went; a tremor hardly ever shows it, and a lasting change of position never returns to it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from detector.native.library import load_kernel

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["away_from_rest"]

_LOOKS = 15  # pictures whose median is the picture at rest: its error is a third of one picture's noise
_FEWEST = 5  # frames at rest; with fewer, pictures of the whole track are used
_MOST_BLOCKS = 150  # of a zone: more add nothing
_GAIN = (0.8, 1.25)  # a lamp changes contrast along with brightness; beyond these limits it is a different picture
_RIDGE = 1.0  # grey levels: a bare zone has no contrast to compare


def away_from_rest(
    picture: npt.NDArray[np.uint8],
    blocks: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    moving: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float32]:
    """Return the root mean square difference of each frame from the zone at rest, in grey levels.

    The picture at rest is the median of frames in which the zone does not move. Each frame is compared after removing
    its mean, and its contrast as far as light explains it.

    Parameters
    ----------
    picture : ndarray of uint8, shape (n, 2 rows, 2 cols)
        Pictures of two by two pixels a block.
    blocks : tuple of ndarray of int
        Rows and columns of the zone's blocks.
    moving : ndarray of bool, shape (n,)
        Whether the zone moves.

    Returns
    -------
    ndarray of float32, shape (n,)
        At least 0; noise keeps it above 0 at rest.
    """
    row, col = (axis[:: -(-len(axis) // _MOST_BLOCKS)] for axis in blocks)
    wide = picture.shape[2]
    corners = 2 * row * wide + 2 * col
    at = (corners + np.array([[0], [1], [wide], [wide + 1]])).ravel().astype(np.intc)
    still = np.flatnonzero(~moving)
    if len(still) < _FEWEST:
        still = np.arange(len(picture))
    looks = still[_evenly(len(still))].astype(np.intc)
    kernel = load_kernel() if picture.flags.c_contiguous else None
    if kernel is None:
        return _plainly(picture, at, looks)
    away, rest = np.empty(len(picture), np.float32), np.empty(len(at))
    kernel.unlike_rest(
        picture.ctypes.data, picture[0].size, len(picture), at.ctypes.data, len(at), looks.ctypes.data, len(looks),
        rest.ctypes.data, away.ctypes.data,
    )  # fmt: skip
    return away


@lru_cache(maxsize=1024)
def _evenly(n: int) -> npt.NDArray[np.int_]:
    """Return the indices of the pictures to use out of `n` at rest: evenly spread, both ends included."""
    return np.linspace(0, n - 1, min(_LOOKS, n)).round().astype(int)


def _plainly(
    picture: npt.NDArray[np.uint8], at: npt.NDArray[np.intc], looks: npt.NDArray[np.intc]
) -> npt.NDArray[np.float32]:
    """Compare without the kernel; `at` are the zone's pixels, `looks` the frames at rest."""
    seen = picture.reshape(len(picture), -1)[:, at].astype(float)
    rest = np.median(seen[looks], axis=0)
    rest -= rest.mean()
    contrast, varied, common = float(rest @ rest), seen.var(axis=1) * len(at), seen @ rest
    ridge = _RIDGE**2 * len(at)
    gain = np.clip((common + ridge) / (contrast + ridge), *_GAIN)
    left = varied - 2 * gain * common + gain**2 * contrast
    return np.asarray(np.sqrt(np.maximum(left, 0.0) / len(at)), np.float32)
