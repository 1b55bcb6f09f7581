"""Tell a block's motion from its noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.motion.blockwise import in_units_of_thresholds, rank_of_columns, rank_of_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.config import MotionSettings
    from detector.motion.grid import Grid

    FloatArray = npt.NDArray[np.float32]

__all__ = ["motion_strength"]

_GRID_S = 2.0  # seconds between two estimates: noise changes slowly, or with a switch that is masked
_LEVEL = 60.0  # percentile: above the median, as blocks skipped by a codec give many exact zeros
_TAIL = 97.0  # percentile: for even noise (Rayleigh) it is 2.0 times the 60th, so the tail changes nothing
_BEYOND_TAIL = 1.3
_LIKE_OTHERS = 1.5  # times the picture's median tail
_FITFUL = 8.0  # times the quiet level: codec refreshes reach 2-6 times; more than that everywhere is gross movement
_SAMPLES = 96  # frames per estimate: the error of a percentile of this many is under 10 %
_SHIFT_ERROR = 0.35  # share of a camera shift that may be left over after alignment (docs/decisions/0004)
_ALONG_GRADIENT = 0.7  # energy of a 1-px shift as a share of the texture, as gradients point every way (1/sqrt 2)


def noise_levels(energy: FloatArray, time_s: npt.NDArray[np.float64], window_s: float) -> tuple[FloatArray, FloatArray]:
    """Return the running quiet level and noise tail of each block.

    Noise rarely exceeds the tail, which is needed because codecs refresh their blocks in fits, so noise is not always
    as even as that of a sensor. Noise is not tied to a place, so no tail may exceed 1.5 times the picture's median
    tail: anything above is sustained movement, such as a train of jerks, which must not mask itself. Nor may it exceed
    8 times the quiet level: more than that everywhere at once is gross movement.

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
    quiet, tail : ndarray of float32, shape (k, rows, cols)
        60th and 97th percentile, the latter capped, around the middle of every 2-s stretch that holds a frame, from
        the first to the last. Stretches begin at even seconds, so that all windows of a recording share them.
    """
    quiet, tails = [], []
    for centre in _centres(time_s):
        low, high = np.searchsorted(time_s, (centre - window_s, centre + window_s))
        low = min(low, len(time_s) - 1)  # a stretch inside a gap has no frames, so its value does not matter
        high = max(high, low + 1)
        step = max(1, (high - low) // _SAMPLES)
        sample = energy[low:high:step]
        ranks = [min(len(sample) - 1, int(len(sample) * level / 100)) for level in (_LEVEL, _TAIL)]
        level, tail = rank_of_columns(sample, ranks)
        quiet.append(level)
        tails.append(np.minimum(np.minimum(tail, _LIKE_OTHERS * np.median(tail)), _FITFUL * quiet[-1]))
    return np.stack(quiet), np.stack(tails)


def motion_strength(
    energy: FloatArray,
    texture: tuple[npt.NDArray[np.float64], FloatArray],
    shift_px: FloatArray,
    time_s: npt.NDArray[np.float64],
    grid: Grid,
    settings: MotionSettings,
) -> FloatArray:
    """Return motion in units of each block's threshold: above 1 is motion.

    The threshold is the largest of: `noise_factor` times the block's own quiet level; 1.3 times its tail; `min_grey`;
    and what a movement at `min_speed`, or the unexplained share of a shift of the camera, would give in a block of this
    texture. A pulse of the whole picture in a single frame (a key frame, a jump in exposure) is divided out, as it is
    not tied to a place.

    Parameters
    ----------
    energy : ndarray of float32, shape (n, rows, cols)
        From `block_motion`.
    texture : tuple of ndarray
        Times, float64, shape (m,), and root mean square gradients at those times, float32, shape (m, rows, cols).
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
    quiet, tail = noise_levels(energy, time_s, settings.noise_window_s)
    levels = np.maximum(np.float32(settings.noise_factor) * quiet, np.float32(_BEYOND_TAIL) * tail)
    np.maximum(levels, np.float32(settings.min_grey), out=levels)
    which = (time_s // _GRID_S - time_s[0] // _GRID_S).astype(int)
    gradient = _running_texture(*texture, _centres(time_s), settings.noise_window_s)
    interval_s = np.diff(time_s, prepend=time_s[0] - (np.median(np.diff(time_s)) if len(time_s) > 1 else 0.04))
    least_px = settings.min_speed * grid.width * interval_s + _SHIFT_ERROR * shift_px
    strength = in_units_of_thresholds(energy, levels, gradient, which, _ALONG_GRADIENT * least_px)
    # a pulse begins at half the threshold, the level of even noise; it is compared with two neighbours
    lone = _lone_pulse(2 * rank_of_rows(strength, int(0.6 * strength[0].size), level=0.5, reach=2))
    for i in np.flatnonzero(lone > 1):
        strength[i] /= lone[i]
    return strength


def _centres(time_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the centres of the 2-s stretches from the first frame's to the last frame's."""
    return (np.arange(time_s[0] // _GRID_S, time_s[-1] // _GRID_S + 1) + 0.5) * _GRID_S


def _running_texture(
    time_s: npt.NDArray[np.float64], texture: FloatArray, centres_s: npt.NDArray[np.float64], window_s: float
) -> FloatArray:
    """Return the root mean square of the textures around each centre, or the nearest texture if there is none."""
    running = []
    for centre in centres_s:
        low, high = np.searchsorted(time_s, (centre - window_s, centre + window_s))
        low = min(low, len(time_s) - 1)
        running.append(np.sqrt(np.mean(texture[low : max(high, low + 1)] ** 2, axis=0)))
    return np.stack(running)


def _lone_pulse(level: FloatArray) -> FloatArray:
    """Return how far `level` (n,) stands above its two neighbours on either side, at least 1."""
    padded = np.pad(level, 2, mode="edge")
    around = np.stack([padded[k : k + len(level)] for k in (0, 1, 3, 4)])
    usual = np.maximum(np.median(around, axis=0), 1)
    return np.asarray(np.maximum(level / usual, 1), np.float32)
