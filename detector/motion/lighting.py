"""Light has no place: what changes the brightness of whole rows by a factor is light, not movement."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["OFFSET", "brightness_ratio", "light_ratio"]

OFFSET = 4.0  # grey levels added before dividing, so that black pixels do not count

FloatArray = npt.NDArray[np.float32]


def light_ratio(now: FloatArray, before: FloatArray) -> tuple[FloatArray, float, FloatArray]:
    """Explain the step from `before` to `now` by light alone.

    Parameters
    ----------
    now, before : ndarray of float32, shape (height, width)
        Two successive pictures, grey levels.

    Returns
    -------
    lit : ndarray of float32, shape (height, width)
        `before` as it would look under the light of `now`.
    gain : float
        Natural logarithm of the median ratio; 0 = steady light.
    ratio : ndarray of float32, shape (height,)
        The ratio of each row, see below.
    """
    ratio, gain = _row_ratios(now, before)
    lit = before * ratio[:, None]
    lit += (np.float32(OFFSET) * (ratio - 1))[:, None]
    return lit, gain, ratio


def brightness_ratio(now: float, before: float) -> float:
    """Return the ratio of two mean grey levels, with the offset; black pictures have the same."""
    return (now + OFFSET) / (before + OFFSET)


def _row_ratios(now: FloatArray, before: FloatArray) -> tuple[FloatArray, float]:
    """Return the ratio of each row's brightness, shape (height,), and the logarithm of the median ratio.

    The ratio of the two pictures, binned to 8 x 2 pixels, is taken as the median of each row and smoothed down the
    rows: light steps, exposure, infrared gain and the bands of a rolling shutter under mains light all scale whole
    rows. The median keeps a moving limb from leaking into its rows.
    """
    ratios = (_binned(now) + np.float32(OFFSET)) / (_binned(before) + np.float32(OFFSET))
    ratios.sort(axis=1)  # sorting rows this short is faster than looking for their middle
    rows = _middle(ratios)
    smooth = cv2.GaussianBlur(rows[:, None], (1, 13), sigmaX=0, sigmaY=2.0, borderType=cv2.BORDER_REPLICATE)
    ratio = cv2.resize(smooth, (1, len(now)), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return ratio[:, 0], float(np.log(_middle(np.sort(rows)[None])[0]))


def _binned(picture: FloatArray) -> FloatArray:
    height, width = picture.shape
    if width % 8 == 0 and height % 2 == 0 and width >= 32 and height >= 8:
        # halving both sides first is what OpenCV does fastest
        picture = np.asarray(cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.float32)
    bins = (max(4, width // 8), max(4, height // 2))
    return np.asarray(cv2.resize(picture, bins, interpolation=cv2.INTER_AREA), np.float32)


def _middle(ordered: FloatArray) -> FloatArray:
    """Return the median of each row of `ordered`, whose rows are sorted."""
    half = ordered.shape[1] // 2
    if ordered.shape[1] % 2:
        return np.ascontiguousarray(ordered[:, half])
    return np.float32(0.5) * (ordered[:, half - 1] + ordered[:, half])
