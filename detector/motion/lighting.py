"""Separate light from movement: whatever scales the brightness of whole rows is light."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["OFFSET", "light_ratio"]

OFFSET = 4.0  # grey levels added before dividing, so that black pixels do not count


def light_ratio(now: npt.NDArray[np.float32], before: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], float]:
    """Explain the step from `before` to `now` by light alone.

    The ratio of the two pictures, binned to 8 x 2 pixels, is taken as the median of each row and smoothed down the
    rows: light steps, exposure, infrared gain and the bands of a rolling shutter under mains light all scale whole
    rows. The median keeps a moving limb from leaking into its rows.

    Parameters
    ----------
    now, before : ndarray of float32, shape (height, width)
        Two successive pictures, grey levels.

    Returns
    -------
    lit : ndarray of float32, shape (height, width)
        `before` as it would look under the light of `now`.
    gain : float
        Natural logarithm of the median of the rows' ratios, `OFFSET` added to both pictures; 0 = steady light.
    """
    height, width = now.shape
    bins = (max(4, width // 8), max(4, height // 2))
    a = cv2.resize(now, bins, interpolation=cv2.INTER_AREA)
    b = cv2.resize(before, bins, interpolation=cv2.INTER_AREA)
    rows = np.median((a + OFFSET) / (b + OFFSET), axis=1).astype(np.float32)
    smooth = cv2.GaussianBlur(rows[:, None], (1, 13), sigmaX=0, sigmaY=2.0, borderType=cv2.BORDER_REPLICATE)
    ratio = cv2.resize(smooth, (1, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    lit = (before + np.float32(OFFSET)) * ratio - np.float32(OFFSET)
    return lit, float(np.log(np.median(rows)))
