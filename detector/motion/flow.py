"""Follow fast movement by optical flow.

The block equations hold for shifts up to about a pixel. Where a block moves faster, its shift is followed through a
pyramid (Bouguet 2001, as in OpenCV), at those blocks only.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.motion.lighting import OFFSET

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.difference import BlockMotion
    from detector.motion.grid import Grid

__all__ = ["follow_fast_blocks"]

_FAST_PX = 0.4  # pixels: below this the linear solution holds within 10 % on texture of 2 px and more (decisions/0004)
_LEAST_ENERGY = 1.0  # grey levels: less than this was noise in every camera seen, and is not worth the time
_MOST_BLOCKS = 500  # more than this is not a limb: only the strongest are followed, the rest keep the linear solution
_WINDOW = (11, 11)
_LEVELS = 2  # pyramid levels above the first: shifts to about 20 pixels
_STEPS = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.02)
_FARTHEST_PX = 40.0
_SAME_LIGHT = 0.02  # logarithm of the change in brightness: smaller changes do not mislead the flow
_BETTER = 0.9  # the followed shift must leave less than this share of the difference unexplained


def _lit(before: npt.NDArray[np.uint8], gain: float) -> npt.NDArray[np.uint8]:
    """Return `before` under the light of the next picture: a lamp being switched on is no movement."""
    if abs(gain) <= _SAME_LIGHT:
        return before
    ratio = math.exp(gain)
    return np.asarray(cv2.convertScaleAbs(before, alpha=ratio, beta=OFFSET * (ratio - 1)), np.uint8)


def follow_fast_blocks(
    now: npt.NDArray[np.uint8], before: npt.NDArray[np.uint8], motion: BlockMotion, grid: Grid
) -> npt.NDArray[np.float32]:
    """Return `motion.flow` with the shifts of fast blocks replaced by followed ones.

    Parameters
    ----------
    now, before : ndarray of uint8, shape (grid.height, grid.width)
        Successive pictures.
    motion : BlockMotion
        The linear solution between them.
    grid : Grid
        Blocks of the analysed picture.

    Returns
    -------
    ndarray of float32, shape (rows, cols, 2)
        Shift of each block in pixels of the analysed picture, less the shift of the whole picture.
    """
    speed = np.hypot(motion.flow[..., 0], motion.flow[..., 1])
    score = np.where((speed > _FAST_PX) | (motion.residue > 6 * _LEAST_ENERGY), motion.energy, 0)
    rows, cols = np.nonzero(score > _LEAST_ENERGY)
    if len(rows) == 0:
        return motion.flow
    if len(rows) > _MOST_BLOCKS:
        strongest = np.argsort(-score[rows, cols], kind="stable")[:_MOST_BLOCKS]
        rows, cols = rows[strongest], cols[strongest]
    centres = (np.stack((cols, rows), axis=1).astype(np.float32) + 0.5) * grid.block_px - 0.5
    start = centres + motion.flow[rows, cols]
    ends, found, left = cv2.calcOpticalFlowPyrLK(
        _lit(before, motion.gain), now, centres, start, winSize=_WINDOW, maxLevel=_LEVELS, criteria=_STEPS,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW, minEigThreshold=1e-4,
    )  # fmt: skip
    shift = ends - centres - np.asarray(motion.shift, np.float32)
    good = (
        (found[:, 0] > 0)
        & (left[:, 0] < _BETTER * motion.residue[rows, cols])
        & (np.hypot(shift[:, 0], shift[:, 1]) < _FARTHEST_PX)
    )
    flow = motion.flow.copy()
    flow[rows[good], cols[good]] = shift[good]
    return flow
