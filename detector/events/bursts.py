"""Bursts: stretches in which a zone moves one way, faster than its own noise.

The speed of a zone is signed. The ways out and back of a jerk are two bursts of opposite direction, however closely
they follow each other, so nothing here depends on the speed falling to zero between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import scipy  # submodules load on first use, and not at all with the kernel

from detector.events.likeness import less_noise
from detector.events.parting import part_at_rest

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.config import BurstSettings
    from detector.records.motion import ZoneTrack

    TimeArray = npt.NDArray[np.float64]
    ComplexArray = npt.NDArray[np.complex128]

__all__ = ["Burst", "ZonePath", "burst_of", "find_bursts", "path_of"]

_SLOW_S = 1.0  # a jerk is out and back within half of it, so the median is that of the movement it rides on
_LEAST_INTERVAL_S = 0.001  # no camera is faster: shorter ones come from a recorder catching up (docs/decisions/0004)
_AGREED = 0.5  # share of the median's speed: if the mean has less, most of the movement leads nowhere
_NOISE_FACTOR = 3.0  # a burst's samples stand this many standard deviations above the zone's rest
_FEET = 0.15  # share of the burst's peak speed at which its feet end
_DROPOUT_S = 0.06  # a repeated picture or a lost frame does not end a burst
_SAME_WAY = 0.3  # cosine


@dataclass(frozen=True, slots=True, eq=False)
class ZonePath:
    """Movement of a zone as complex numbers: real along its main axis, imaginary across.

    Attributes
    ----------
    time_s : float64, shape (m,)
        Frame times.
    step : complex128, shape (m,)
        Shift since the frame before, in pixels of the recording.
    speed : float64, shape (m,)
        Pixels per second.
    position : complex128, shape (m,)
        Place relative to the first frame, in pixels of the recording.
    noise : float
        Standard deviation of the speed at rest, pixels per second.
    interval_s : float
        Typical frame interval; NaN of a single frame.
    slow : float64, shape (m,)
        Speed of the slow movement that was taken out of the others, pixels per second.
    away : float64, shape (m,)
        Difference from the zone's picture at rest, less the noise at rest, in grey levels.
    usual : float
        Noise at rest, in grey levels.
    """

    time_s: TimeArray = field(repr=False)
    step: ComplexArray = field(repr=False)
    speed: TimeArray = field(repr=False)
    position: ComplexArray = field(repr=False)
    noise: float
    interval_s: float
    slow: TimeArray = field(repr=False)
    away: TimeArray = field(repr=False)
    usual: float


@dataclass(frozen=True, slots=True)
class Burst:
    """Movement one way: frames ``[first, last]`` of the zone's track.

    Attributes
    ----------
    first, last, peak : int
        First and last frame whose step belongs to it, and the fastest.
    shift : complex
        Sum of its steps, pixels of the recording.
    peak_speed : float
        Pixels of the recording per second.
    strength : float
        Peak motion in units of the zone's noise threshold.
    """

    first: int
    last: int
    peak: int
    shift: complex
    peak_speed: float
    strength: float


def path_of(zone: ZoneTrack) -> ZonePath:
    """Return the zone's movement as steps and speeds, with the noise it shows at rest."""
    time_s = np.asarray(zone.time_s)
    usual = float(np.median(time_s[1:] - time_s[:-1])) if len(time_s) > 1 else np.nan
    interval_s = np.diff(time_s, prepend=time_s[0] - (0.04 if np.isnan(usual) else usual))
    velocity = np.asarray(zone.along + 1j * zone.across, np.complex128)
    slow = _slow_velocity(velocity, usual)
    velocity = velocity - slow
    speed = np.abs(velocity)
    rest = speed[zone.strength < 1]
    if len(rest) < 5:
        rest = np.sort(speed)[: max(1, len(speed) // 5)]
    # speed of two noisy components: median = 1.18 standard deviations (Rayleigh)
    noise = float(np.median(rest)) / 1.18 if len(rest) else 0.0
    step = velocity * interval_s
    return ZonePath(time_s, step, speed, np.cumsum(step), noise, usual, np.abs(slow), *less_noise(zone.away))


def _slow_velocity(velocity: ComplexArray, interval_s: float) -> ComplexArray:
    """Return the slow part of a movement: the part on which the one-second running median and mean agree.

    The median ignores a jerk of a limb, whether at rest or moving slowly; the mean ignores a train of quick ways out
    and slow ways back, as it ends where it began (docs/decisions/0008).
    """
    # the quarter keeps common frame rates away from where a rounding error would change n
    n = 2 * math.floor(_SLOW_S / max(interval_s, _LEAST_INTERVAL_S) / 2 + 0.25) + 1 if interval_s > 0 else 1
    if n < 3:
        return np.zeros_like(velocity)
    middle = _median(velocity.real, n) + 1j * _median(velocity.imag, n)
    size = np.abs(middle)
    agreed = (scipy.ndimage.uniform_filter1d(velocity, n, mode="nearest") * np.conj(middle)).real
    share = np.divide(agreed, size**2, out=np.zeros_like(size), where=size > 0)
    share[share < _AGREED] = 0
    return np.asarray(middle * np.minimum(share, 1), np.complex128)


def _median(values: TimeArray, n: int) -> TimeArray:
    return np.asarray(scipy.ndimage.median_filter(values, n, mode="nearest"), np.float64)


def find_bursts(zone: ZoneTrack, path: ZonePath, width: int, settings: BurstSettings) -> list[Burst]:
    """Return the bursts of one zone, in order; motion through rest is two of them.

    Parameters
    ----------
    zone, path : ZoneTrack, ZonePath
        The zone and its path.
    width : int
        Width of the recording in pixels, to which speeds are relative.
    settings : BurstSettings
        Least peak speed.
    """
    least = max(settings.min_peak_speed * width, 2 * _NOISE_FACTOR * path.noise)
    low = max(least * 0.25, _NOISE_FACTOR * path.noise)
    runs = _one_way_runs(path, low)
    runs = _part_at_lulls(path, part_at_rest(_bridge(path, runs), path))
    bursts = []
    for first, last in runs:
        burst = burst_of(path, zone.strength, first, last)
        if burst.peak_speed < least or burst.strength < 1:
            continue
        feet = np.flatnonzero(path.speed[first : last + 1] >= _FEET * burst.peak_speed)
        first, last = first + int(feet[0]), first + int(feet[-1])  # noqa: PLW2901  (the run, without its slow feet)
        bursts.append(replace(burst, first=first, last=last, shift=complex(path.step[first : last + 1].sum())))
    return bursts


def burst_of(path: ZonePath, strength: npt.NDArray[np.float32], first: int, last: int) -> Burst:
    """Return the movement in frames ``[first, last]`` of a path as one burst; `strength`, shape (m,), is its zone's."""
    peak = first + int(np.argmax(path.speed[first : last + 1]))
    shift = complex(path.step[first : last + 1].sum())
    return Burst(first, last, peak, shift, float(path.speed[peak]), float(strength[first : last + 1].max()))


def _one_way_runs(path: ZonePath, low: float) -> list[tuple[int, int]]:
    """Return runs of frames faster than `low`, cut where a run turns by more than a right angle.

    The angle is measured from the previous step and from the run's way so far, because a limb that slides slowly
    sideways at its farthest point turns in two halves.
    """
    runs: list[tuple[int, int]] = []
    start, way = -1, 0j
    for k, fast in enumerate(path.speed >= low):
        step = complex(path.step[k])
        if fast and start >= 0 and _turns(step, complex(path.step[k - 1]), way):
            runs.append((start, k - 1))
            start, way = k, 0j
        elif fast and start < 0:
            start, way = k, 0j
        elif not fast and start >= 0:
            runs.append((start, k - 1))
            start = -1
        way += step
    if start >= 0:
        runs.append((start, len(path.speed) - 1))
    return runs


def _turns(step: complex, before: complex, way: complex) -> bool:
    """Return whether a step reverses the step before it or the run as a whole."""
    return any(step.real * other.real + step.imag * other.imag < 0 for other in (before, way))


def _part_at_lulls(path: ZonePath, runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Split runs in which the zone all but stops for longer than a dropout: the first part is no foot of the second."""
    parted, ahead = [], runs[::-1]
    while ahead:
        first, last = ahead.pop()
        speed = path.speed[first : last + 1]
        fast = (first + np.flatnonzero(speed >= _FEET * speed.max())).tolist()
        lulls = [(i, j) for i, j in pairwise(fast) if j - i > 2 and path.time_s[j] - path.time_s[i] > _DROPOUT_S]
        parted.append((first, lulls[0][0] if lulls else last))
        if lulls:
            ahead.append((lulls[0][1], last))
    return parted


def _bridge(path: ZonePath, runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join runs that go the same way over a dropout."""
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined:
            before = joined[-1]
            # one lost frame is bridged at any frame rate: 2 steps from the last fast frame to the next
            near = path.time_s[first] - path.time_s[before[1]] <= _DROPOUT_S or first - before[1] <= 2
            a, b = (path.step[i : j + 1].sum() for i, j in (before, (first, last)))
            if near and (a * np.conj(b)).real > _SAME_WAY * abs(a) * abs(b) and first - before[1] > 1:
                joined[-1] = (before[0], last)
                continue
        joined.append((first, last))
    return joined
