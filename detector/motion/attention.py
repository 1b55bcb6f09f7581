"""Where to look: a cheap estimate for all frames says which of them need the whole block equations.

Nights are mostly still. The energy of movement is estimated for every frame with the gradients of an earlier picture
(`quick_energy`). The equations are solved for one frame in a while, which tells the noise; for frames in which the
estimate suspects movement; and, where those do show movement, for all frames around them
(docs/decisions/0010-looking-where-it-moves.md).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["samples_until", "stretches_around", "suspects"]

_SAMPLE_S = 1 / 6  # seconds between two frames that tell the noise: 96 in a noise window of 16 s
_GOLDEN = 0.6180339887498949  # samples lie at uneven places of their stretch, out of step with a codec's key frames
_MARGIN = 1.4  # thresholds: a tube needs a block at 1.7 of them, and the estimate may be some tenths too low
_BEFORE_S, _AFTER_S = 1.1, 1.8  # a zone tells 0.8 s before its tube and 1.5 s after it, and a tube may begin weakly


def samples_until(time_s: float) -> int:
    """Return how many samples were due until `time_s`; a frame that makes this number grow is a sample.

    Depends on the time alone: wherever an analysis begins, it takes the same frames.
    """
    stretch = math.floor(time_s / _SAMPLE_S)
    return stretch + (time_s / _SAMPLE_S - stretch >= stretch * _GOLDEN % 1)


def suspects(quick: FloatArray, threshold: FloatArray) -> BoolArray:
    """Say which frames may hold movement that begins a tube.

    Parameters
    ----------
    quick : ndarray of float32, shape (n, rows, cols)
        From `quick_energy`: squared grey levels.
    threshold : ndarray of float32, shape (rows, cols)
        Least energy that is motion, in grey levels.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    limit = np.square(np.float32(_MARGIN) * threshold)
    return np.asarray((quick > limit).any(axis=(1, 2)))


def stretches_around(seeds: BoolArray, time_s: npt.NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield ``[first, last)`` of the frames around `seeds` that must be looked at, in order and disjoint."""
    at = np.flatnonzero(seeds)
    if len(at) == 0:
        return
    begin = np.searchsorted(time_s, time_s[at] - _BEFORE_S)
    end = np.searchsorted(time_s, time_s[at] + _AFTER_S)
    breaks = np.flatnonzero(begin[1:] > end[:-1])
    for first, last in zip(begin[np.r_[0, breaks + 1]], end[np.r_[breaks, len(at) - 1]], strict=True):
        yield int(first), int(last)
