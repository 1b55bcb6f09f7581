"""What is motion for a block, and what is only its noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.config import MotionSettings
    from detector.motion.grid import Grid

    FloatArray = npt.NDArray[np.float32]

__all__ = ["motion_strength"]

_GRID_S = 2.0  # seconds between two estimates of the quiet level: noise changes slowly, or with a switch that is masked
_LEVEL = 60.0  # percentile: above the middle, as skipped blocks of a codec make many exact zeros
_SAMPLES = 96  # frames an estimate is taken from: the error of a percentile of so many is under 10 %
_SHIFT_ERROR = 0.35  # share of a camera shift that may be left over after alignment (docs/decisions/0004)
_ALONG_GRADIENT = 0.7  # energy of a shift of 1 px is this share of the texture, as gradients point every way (1/sqrt 2)


def quiet_level(energy: FloatArray, time_s: npt.NDArray[np.float64], window_s: float) -> FloatArray:
    """Return the running quiet level of each block.

    Parameters
    ----------
    energy : ndarray of float32, shape (n, rows, cols)
        Motion energy in grey levels.
    time_s : ndarray of float64, shape (n,)
        Frame times.
    window_s : float
        Half width of the running window.

    Returns
    -------
    ndarray of float32, shape (k, rows, cols)
        The 60th percentile around the middle of every 2-s stretch from the first frame on, in grey levels.
    """
    centres = np.arange(time_s[0] + _GRID_S / 2, max(time_s[-1], time_s[0]) + _GRID_S / 2 + 1e-9, _GRID_S)
    levels = []
    for centre in centres:
        low, high = np.searchsorted(time_s, (centre - window_s, centre + window_s))
        step = max(1, (high - low) // _SAMPLES)
        sample = energy[low:high:step]
        rank = min(len(sample) - 1, int(len(sample) * _LEVEL / 100))
        levels.append(np.partition(sample, rank, axis=0)[rank])
    return np.stack(levels)


def motion_strength(
    energy: FloatArray,
    texture: FloatArray,
    shift_px: FloatArray,
    time_s: npt.NDArray[np.float64],
    grid: Grid,
    settings: MotionSettings,
) -> FloatArray:
    """Return motion in units of each block's threshold: above 1 is motion.

    The threshold is the largest of: `noise_factor` times the block's own quiet level; `min_grey`; and what a movement
    at `min_speed`, or the unexplained share of a shift of the camera, would give in a block of this texture. A pulse
    of the whole picture in a single frame (a key frame, a jump of the exposure) is divided out, as it has no place.

    Parameters
    ----------
    energy : ndarray of float32, shape (n, rows, cols)
        From `block_motion`.
    texture : ndarray of float32, shape (rows, cols)
        Root mean square gradient over the window.
    shift_px : ndarray of float32, shape (n,)
        Length of the whole picture's shift, in pixels of the analysed picture.
    time_s : ndarray of float64, shape (n,)
        Frame times.
    grid : Grid
        Blocks of the analysed picture.
    settings : MotionSettings
        Factors and floors.

    Returns
    -------
    ndarray of float32, shape (n, rows, cols)
    """
    levels = quiet_level(energy, time_s, settings.noise_window_s)
    which = np.minimum(((time_s - time_s[0]) / _GRID_S).astype(int), len(levels) - 1)
    interval_s = np.diff(time_s, prepend=time_s[0] - (np.median(np.diff(time_s)) if len(time_s) > 1 else 0.04))
    least_px = settings.min_speed * grid.width * interval_s + _SHIFT_ERROR * shift_px
    strength = np.empty(energy.shape, np.float32)
    pulse = np.empty(len(energy), np.float32)
    for i, now in enumerate(energy):
        threshold = np.maximum(settings.noise_factor * levels[which[i]], np.float32(settings.min_grey))
        np.maximum(threshold, texture * np.float32(_ALONG_GRADIENT * least_px[i]), out=threshold)
        np.divide(now, threshold, out=strength[i])
        pulse[i] = np.partition(strength[i].ravel(), int(0.6 * strength[i].size))[int(0.6 * strength[i].size)]
    strength /= _lone_pulse(2 * pulse)[:, None, None]
    return strength


def _lone_pulse(level: FloatArray) -> FloatArray:
    """Return how far `level` (n,) stands above its two neighbours on either side, at least 1."""
    padded = np.pad(level, 2, mode="edge")
    around = np.stack([padded[k : k + len(level)] for k in (0, 1, 3, 4)])
    usual = np.maximum(np.median(around, axis=0), 1)
    return np.asarray(np.maximum(level / usual, 1), np.float32)
