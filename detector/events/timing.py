"""Timing: when a movement leaves rest and when it is back, interpolated between frames.

A limb moves with minimum jerk (Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985): the share of its way done
is ``10 p^3 - 15 p^4 + 6 p^5`` of the phase p, and phase is linear in time. Two frames during the movement therefore
give its clock, from which the time of any share follows. Rises of 30-150 ms seen at 25 Hz come out 1 ms late with an
error of 3 ms; a straight line between frames puts them 8 ms early (docs/decisions/0004).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.events.bursts import ZonePath
    from detector.events.pairing import Excursion

    FloatArray = npt.NDArray[np.float64]

__all__ = ["EDGE", "back_in_sight", "crossing", "foot_of", "offset_of"]

EDGE = 0.12
"""Share of the way at which an excursion begins and ends (docs/decisions/0004)."""

_AT_REST = 0.04  # share of the way below which a frame may show only noise, and gives no phase
_NEAR_END = 0.95  # share of the way from which the phase is lost in the rounded top
_CREEP = 0.08  # share of the way out's speed: a slower way back is a limb creeping into place, not part of the jerk
_FOOT = 0.03  # share of the burst's largest step: a smaller one is not yet the way out
_FOOT_S = 0.08  # the slow foot of a rise of 150 ms lasts no longer

_LOOKED_FOR_S = 0.6  # a way back is looked for this long after the way out: as long as a limb may stay out
_STAYS_OUT = 0.5  # share of the largest difference from rest: a zone that gets no nearer has come to rest elsewhere
_NEAR = 0.3  # share of the fall from the largest to the least difference from rest that may be left

_ROUNDING_S = 1e-6  # two frames at 25 Hz count as 0.08 s in spite of binary rounding

_PHASE = np.linspace(0.0, 1.0, 513)
_SHARE = 10 * _PHASE**3 - 15 * _PHASE**4 + 6 * _PHASE**5


def foot_of(excursion: Excursion, path: ZonePath) -> int:
    """Return the last frame at rest before the way out and its slow foot, which is below a burst's threshold."""
    out = excursion.out
    before = max(out.first - 1, 0)
    way = out.shift / max(abs(out.shift), 1e-9)
    ahead = (path.step[: out.first + 1] * np.conj(way)).real
    least = _FOOT * abs(path.step[out.peak])
    while before > 0 and least < ahead[before] < ahead[before + 1]:
        if path.time_s[out.first] - path.time_s[before - 1] > _FOOT_S + _ROUNDING_S:
            break
        if path.away[before - 1] > path.away[before] + path.usual:
            break  # it came from the other side of rest
        before -= 1
    return before


def crossing(time_s: FloatArray, share: FloatArray, first: int, last: int, level: float) -> float:
    """Return when `share` of the way rises through `level` for the last time in frames [first, last], in seconds.

    Parameters
    ----------
    time_s, share : ndarray of float64, shape (m,)
        Frame times, and the share of the way that is done: 0 at rest, 1 at the far end.
    first, last : int
        Frames to look at.
    level : float
        0-1.
    """
    for k in range(last, first, -1):
        if share[k - 1] <= level < share[k]:
            return _between_frames(time_s, share, k, last, level)
    return float(time_s[first])


def _between_frames(time_s: FloatArray, share: FloatArray, k: int, last: int, level: float) -> float:
    """Return the moment of `level` between frames k-1 and k."""
    low, high = max(float(share[k - 1]), 0.0), float(share[k])
    early, late = float(time_s[k - 1]), float(time_s[k])
    at, here = _phase(level), _phase(high)
    if low > _AT_REST:
        return early + (at - _phase(low)) / max(here - _phase(low), 1e-6) * (late - early)
    if k < last and high < share[k + 1] < _NEAR_END:
        later = _phase(float(share[k + 1]))
        moment = late - (here - at) * (time_s[k + 1] - late) / max(later - here, 1e-6)
        return float(min(max(moment, early), late))
    # one frame gives no timing: assume that the way began at the frame before, as the cube of time
    return early + float(np.cbrt((level - low) / (high - low))) * (late - early)


def _phase(share: float) -> float:
    return float(np.interp(share, _SHARE, _PHASE))


def offset_of(excursion: Excursion, time_s: FloatArray, away: FloatArray, first: int, top: float) -> float:
    """Return when all but 12 % of the way back is done or, without one, of the way out.

    Parameters
    ----------
    excursion : Excursion
        From `pair_bursts`.
    time_s, away : ndarray of float64, shape (m,)
        Frame times, and the distance from rest along the way out, pixels.
    first : int
        Last frame at rest before it.
    top : float
        Length of the way out, pixels.
    """
    out = excursion.out
    if not excursion.back:
        return max(crossing(time_s, away / top, first, out.last, 1 - EDGE), float(time_s[out.peak]))
    last = excursion.back[0].last
    for burst in excursion.back:
        leads_back = (burst.shift * np.conj(out.shift)).real < 0
        if leads_back and burst.peak_speed >= _CREEP * out.peak_speed:
            last = burst.last
    start = out.last
    final = float(away[last])
    # the way back read from its end: it comes to rest in the way that the way out leaves it
    back = (away[start : last + 1][::-1] - final) / max(top - final, 1e-9)
    reverse = crossing(-time_s[start : last + 1][::-1], back, 0, last - start, EDGE)
    return max(-reverse, float(time_s[start]))


def back_in_sight(excursion: Excursion, path: ZonePath, following: int, offset_s: float) -> float:
    """Return when a zone that no burst led back looks nearly as at rest again; `offset_s` if it never does.

    A limb that sinks back may be slower than noise, but the picture shows that it is back: within 0.6 s the zone's
    difference from rest falls from its largest to its least, and the time returned is when 0.3 of this fall is left. A
    zone that keeps more than half of the difference has come to rest elsewhere.

    Parameters
    ----------
    excursion, path : Excursion, ZonePath
        From `pair_bursts`.
    following : int
        First frame of the next excursion.
    offset_s : float
        From `offset_of`: the earliest time returned.
    """
    if excursion.back:
        return offset_s
    out, time_s, away = excursion.out, path.time_s, path.away
    far = out.peak + int(np.argmax(away[out.peak : out.last + 1]))  # it may begin away from its picture at rest
    end = min(int(np.searchsorted(time_s, time_s[out.last] + _LOOKED_FOR_S)), following)
    later = away[far : max(end, far + 1)]
    farthest, least = float(later[0]), float(later.min())
    if not (farthest >= path.usual and least <= _STAYS_OUT * farthest):  # so that NaN ends here, too
        return offset_s
    level = least + _NEAR * (farthest - least)
    k = far + int(np.argmax(later <= level))
    share = (away[k - 1] - level) / (away[k - 1] - away[k])
    return max(float(time_s[k - 1] + share * (time_s[k] - time_s[k - 1])), offset_s)
