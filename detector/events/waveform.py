"""Waveform: the shape of a zone's path around one excursion.

A jerk leaves rest, comes back and rests again. A tremor swings to both sides of its middle and never rests; a step
goes and stays. These measures need neither a picture at rest nor a threshold of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.events.bursts import ZonePath
    from detector.events.pairing import Excursion

    FloatArray = npt.NDArray[np.float64]

__all__ = ["WAVEFORM_FEATURES", "waveform_of"]

_WINDOW_S = 0.6  # a swing of 1 Hz to both sides, and the longest return of a brief jerk
_AROUND_S = 1.0  # four swings of the slowest tremor (4 Hz)
_STILL = 0.2  # share of the peak speed under which a limb rests
_SWING = 0.3  # share of the peak speed from which a change of direction counts

WAVEFORM_FEATURES = ("skew", "rest_share", "back_speed", "swings", "beyond")
"""Names of the waveform features, in order; see `waveform_of`."""


def waveform_of(excursion: Excursion, path: ZonePath, position: npt.NDArray[np.complex128], top: float) -> FloatArray:
    """Return the waveform features of one excursion.

    =========== =====================================================================================================
    skew        skewness of the way along the excursion's direction within 0.6 s: above 0 for what leaves rest to one
                side and comes back, 0 for swings to both sides, below 0 for one out longer than at rest
    rest_share  share of the frames within 0.6 s that are slower than 0.2 times the peak
    back_speed  largest speed of the way back over that of the way out; 0 where nothing came back, at most 3
    swings      changes of direction per second within 1 s, between steps faster than 0.3 times the peak
    beyond      farthest distance to the other side of rest within 0.6 s, over the farthest distance, 0-2
    =========== =====================================================================================================

    Parameters
    ----------
    excursion : Excursion
        From `pair_bursts`.
    path : ZonePath
        Path of the excursion's zone.
    position : ndarray of complex128, shape (m,)
        Place relative to rest before the excursion, in pixels of the recording.
    top : float
        Length of the way out, in pixels of the recording.
    """
    time_s, out = path.time_s, excursion.out
    middle_s = float(time_s[out.peak])
    low, high = np.searchsorted(time_s, (middle_s - _WINDOW_S, middle_s + _WINDOW_S))
    way = out.shift / max(abs(out.shift), 1e-9)
    away = (position[low:high] * np.conj(way)).real
    spread = float(away.std())
    skew = float(((away - away.mean()) ** 3).mean()) / max(spread, 1e-9) ** 3 if spread > 0 else 0.0
    still = path.speed[low:high] < _STILL * out.peak_speed
    back = max((burst.peak_speed for burst in excursion.back), default=0.0)
    return np.array(
        [
            skew,
            float(still.mean()) if high > low else 1.0,
            min(3.0, back / max(out.peak_speed, 1e-9)),
            _swings(path, way, middle_s, out.peak_speed),
            float(np.clip(-away.min(initial=0.0) / top, 0, 2)),
        ]
    )


def _swings(path: ZonePath, way: complex, middle_s: float, peak_speed: float) -> float:
    """Return changes of direction per second."""
    low, high = np.searchsorted(path.time_s, (middle_s - _AROUND_S, middle_s + _AROUND_S))
    fast = path.speed[low:high] > _SWING * peak_speed
    ahead = ((path.step[low:high] * np.conj(way)).real > 0)[fast]
    length_s = float(path.time_s[min(high, len(path.time_s)) - 1] - path.time_s[low]) if high > low else 0.0
    return float(np.count_nonzero(ahead[1:] != ahead[:-1])) / max(length_s, 0.1)
