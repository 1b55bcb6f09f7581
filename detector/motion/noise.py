"""What is motion for a block, and what is only its noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.config import MotionSettings
    from detector.motion.grid import Grid

    FloatArray = npt.NDArray[np.float32]

__all__ = ["Limits", "motion_limits", "motion_strength", "without_pulses"]

_FARTHEST_PX = 1e3  # wider than any analysed picture
_GRID_S = 2.0  # seconds between two estimates: noise changes slowly, or with a switch that is masked
_LEVEL = 60.0  # percentile: above the middle, as skipped blocks of a codec make many exact zeros
_TAIL = 97.0  # percentile: even noise (Rayleigh) is here at 2.0 times its 60th percentile, so that it changes nothing
_BEYOND_TAIL = 1.3
_LIKE_OTHERS = 1.5  # times the picture's median tail
_FITFUL = (
    8.0  # times the quiet level: codecs refresh in fits of 2-6 times; more than that, everywhere, is gross movement
)
_SHIFT_ERROR = 0.35  # share of a camera shift that may be left over after alignment (docs/decisions/0004)
_ALONG_GRADIENT = 0.7  # energy of a shift of 1 px is this share of the texture, as gradients point every way (1/sqrt 2)


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """What is motion in each block, for every 2-s stretch of a window. Arrays have shape (k, rows, cols).

    Attributes
    ----------
    first : int
        Number of the first stretch; stretches begin at even seconds.
    level : float32
        Least energy above the block's noise, in grey levels.
    gradient : float32
        Energy that a shift of the block by 1 px would have, in grey levels.
    """

    first: int
    level: FloatArray = field(repr=False)
    gradient: FloatArray = field(repr=False)

    def stretch(self, time_s: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Return the place of each time's stretch in the arrays."""
        return np.asarray(np.clip((time_s // _GRID_S).astype(np.intp) - self.first, 0, len(self.level) - 1))

    def threshold(self, stretch: int, least_px: float) -> FloatArray:
        """Return the least energy that is motion, shape (rows, cols), where shifts under `least_px` are none.

        A frame without one before it has no end of `least_px`; a block without texture no gradient: their product is
        held finite.
        """
        far = np.float32(min(least_px, _FARTHEST_PX))
        return np.asarray(np.maximum(self.level[stretch], self.gradient[stretch] * far), np.float32)


def motion_limits(
    energy: FloatArray,
    energy_s: npt.NDArray[np.float64],
    texture: tuple[npt.NDArray[np.float64], FloatArray],
    span_s: tuple[float, float],
    settings: MotionSettings,
) -> Limits:
    """Return the limits of motion in the stretches from ``span_s[0]`` to ``span_s[1]``.

    The limit is the largest of: `noise_factor` times the block's own quiet level; 1.3 times its tail; `min_grey`; and
    what a movement at `min_speed`, or the unexplained share of a shift of the camera, would give in a block of this
    texture.

    Parameters
    ----------
    energy : ndarray of float32, shape (m, rows, cols)
        Motion energy of some frames, from `block_motion`, in grey levels.
    energy_s : ndarray of float64, shape (m,)
        Their times.
    texture : tuple of ndarray
        Times, float64, shape (l,), and root mean square gradients then, float32, shape (l, rows, cols).
    span_s : tuple of float
        Times of the first and last frame that limits are asked for.
    settings : MotionSettings
        Factors and floors.
    """
    centres_s = _centres(*span_s)
    quiet, tail = noise_levels(energy, energy_s, centres_s, settings.noise_window_s)
    level = np.maximum(np.float32(settings.noise_factor) * quiet, np.float32(_BEYOND_TAIL) * tail)
    np.maximum(level, np.float32(settings.min_grey), out=level)
    gradient = _running_texture(*texture, centres_s, settings.noise_window_s)
    return Limits(int(span_s[0] // _GRID_S), level, gradient * np.float32(_ALONG_GRADIENT))


def noise_levels(
    energy: FloatArray, time_s: npt.NDArray[np.float64], centres_s: npt.NDArray[np.float64], window_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return the running quiet level and noise tail of each block.

    The tail is what noise rarely exceeds: codecs refresh their blocks in fits, so noise is not always as even as that
    of a sensor. Noise has no place, so no block's tail is believed beyond 1.5 times the picture's median tail: what is
    more is movement that kept on, such as a train of jerks, and must not hide itself. Nor beyond 8 times the quiet
    level: what is more than that everywhere at once is gross movement.

    Parameters
    ----------
    energy : ndarray of float32, shape (n, rows, cols)
        Motion energy in grey levels.
    time_s : ndarray of float64, shape (n,)
        Frame times.
    centres_s : ndarray of float64, shape (k,)
        Where the levels are wanted.
    window_s : float
        Half width of the running window.

    Returns
    -------
    quiet, tail : ndarray of float32, shape (k, rows, cols)
        60th and 97th percentile, the latter capped, around each centre; of the nearest frame where there is none.
    """
    quiet, tails = [], []
    for sample in _around(energy, time_s, centres_s, window_s):
        ranks = [min(len(sample) - 1, int(len(sample) * level / 100)) for level in (_LEVEL, _TAIL)]
        ordered = np.partition(sample, ranks, axis=0)
        tail = ordered[ranks[1]]
        quiet.append(ordered[ranks[0]])
        tails.append(np.minimum(np.minimum(tail, _LIKE_OTHERS * np.median(tail)), _FITFUL * quiet[-1]))
    return np.stack(quiet), np.stack(tails)


def _around(
    values: FloatArray, time_s: npt.NDArray[np.float64], centres_s: npt.NDArray[np.float64], window_s: float
) -> Iterator[FloatArray]:
    """Yield the values within `window_s` of each centre, or those of the nearest frame."""
    for centre in centres_s:
        low, high = np.searchsorted(time_s, (centre - window_s, centre + window_s))
        low = min(low, len(time_s) - 1)
        yield values[low : max(high, low + 1)]


def motion_strength(
    energy: FloatArray,
    shift_px: FloatArray,
    times: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    limits: Limits,
    grid: Grid,
    settings: MotionSettings,
) -> tuple[FloatArray, FloatArray]:
    """Return motion in units of each block's threshold, and how much of it the whole picture shares.

    Parameters
    ----------
    energy : ndarray of float32, shape (n, rows, cols)
        From `block_motion`.
    shift_px : ndarray of float32, shape (n,)
        Length of the whole picture's shift, in pixels of the analysed picture.
    times : tuple of ndarray of float64, shape (n,)
        Frame times, and seconds since the frame before.
    limits : Limits
        From `motion_limits`.
    grid : Grid
        Blocks of the analysed picture.
    settings : MotionSettings
        Factors and floors.

    Returns
    -------
    strength : ndarray of float32, shape (n, rows, cols)
        Above 1 is motion.
    pulse : ndarray of float32, shape (n,)
        Twice its 60th percentile over the picture, at least 1; see `without_pulses`.
    """
    least_px = settings.min_speed * grid.width * times[1] + _SHIFT_ERROR * shift_px
    strength = np.empty(energy.shape, np.float32)
    pulse = np.empty(len(energy), np.float32)
    for i, stretch in enumerate(limits.stretch(times[0])):
        np.divide(energy[i], limits.threshold(stretch, float(least_px[i])), out=strength[i])
        middle = int(0.6 * strength[i].size)
        pulse[i] = np.partition(strength[i].ravel(), middle)[middle]
    return strength, np.maximum(2 * pulse, 1)


def without_pulses(strength: FloatArray, pulse: FloatArray) -> FloatArray:
    """Divide pulses of the whole picture in single frames out of `strength` (n, rows, cols), in place.

    A key frame or a jump of the exposure has no place. What stands above its two neighbours on either side is a pulse.
    """
    padded = np.pad(pulse, 2, mode="edge")
    around = np.stack([padded[k : k + len(pulse)] for k in (0, 1, 3, 4)])
    usual = np.maximum(np.median(around, axis=0), 1)
    strength /= np.asarray(np.maximum(pulse / usual, 1), np.float32)[:, None, None]
    return strength


def _centres(first_s: float, last_s: float) -> npt.NDArray[np.float64]:
    """Return the middles of the 2-s stretches from that of `first_s` to that of `last_s`."""
    return (np.arange(first_s // _GRID_S, last_s // _GRID_S + 1) + 0.5) * _GRID_S


def _running_texture(
    time_s: npt.NDArray[np.float64], texture: FloatArray, centres_s: npt.NDArray[np.float64], window_s: float
) -> FloatArray:
    """Return the root mean square of the textures around each centre; of the nearest one where there is none."""
    running = [np.sqrt(np.mean(around**2, axis=0)) for around in _around(texture, time_s, centres_s, window_s)]
    return np.stack(running)
