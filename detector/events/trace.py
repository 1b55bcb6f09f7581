"""The motion around a movement, as it was judged, for a person to look at."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.events.bursts import path_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.records.motion import ZoneTrack

    FloatArray = npt.NDArray[np.float64]

__all__ = ["Trace", "trace_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Speed of a zone over time, slow movement taken out of it.

    Attributes
    ----------
    time_s : ndarray of float64, shape (n,)
        Frame times.
    along : ndarray of float64, shape (n,)
        Signed speed along the zone's pattern, pixels of the recording per second: out one sign, back the other.
    speed : ndarray of float64, shape (n,)
        Size of the speed, along and across.
    noise : float
        Standard deviation of the zone's speed at rest, pixels per second; a burst stands well above it. NaN
        without a zone.
    """

    time_s: FloatArray = field(repr=False)
    along: FloatArray = field(repr=False)
    speed: FloatArray = field(repr=False)
    noise: float


def trace_of(zone: ZoneTrack | None, start_s: float, end_s: float) -> Trace:
    """Return the speed of `zone` from `start_s` to `end_s`; empty where there is no zone.

    Parameters
    ----------
    zone : ZoneTrack or None
        The strongest zone of a movement; None where the signal does not hold it.
    start_s, end_s : float
        Seconds since the first frame.
    """
    if zone is None or not len(zone):
        return Trace(np.zeros(0), np.zeros(0), np.zeros(0), math.nan)
    path = path_of(zone)
    near = (zone.time_s >= start_s) & (zone.time_s <= end_s)
    along = path.speed * np.cos(np.angle(path.step))
    return Trace(np.asarray(zone.time_s[near], np.float64), along[near], path.speed[near], path.noise)
