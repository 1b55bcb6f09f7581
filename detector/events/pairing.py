"""Pairing: a way out and its way back are one excursion, and count once.

Bursts of a zone are read in order of time. The first one leaves the place of rest. Bursts after it that lead back
towards that place are its return, in one step or several; a small swing right after the return is the rebound. Any
other burst leaves rest anew, as does a jerk that rides on a slow movement. A return is evidence, not a condition: an
excursion whose return is slow, partial or missing is still one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.events.bursts import burst_of
from detector.events.parting import REBOUND, REST_S, SWING, begins_at_rest, ends_at_rest, rests_between

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.events.bursts import Burst, ZonePath

__all__ = ["RISE_S", "Excursion", "begun_in_sight", "pair_bursts"]

_HOLD_S = 0.6  # a limb may stay out this long before it returns (jerks last up to 1 s)
_BACK = -0.4  # cosine between the place reached and a burst that leads back
_BACK_AT_MOST = 2.5  # times the way out: fast ways out are underestimated, so a return may look longer
_REBOUND_GAP_S = 0.06
_STOP = 0.65  # times the lesser of the greatest speeds before and after: a swing through rest is fastest there
_LEAST = 1e-9  # px, px/s or their product: avoids dividing 0 by 0
_UNSEEN_S = 0.8  # a zone's track begins this long before its movement (motion.zones): earlier motion began unseen

RISE_S = 0.15
"""The longest way out of a jerk, in seconds (docs/decisions/0004)."""


@dataclass(frozen=True, slots=True)
class Excursion:
    """One movement away from rest, with its return if there is one.

    Attributes
    ----------
    out : Burst
        The way out.
    back : tuple of Burst
        The ways back, and the rebound, in order; empty if nothing returned fast enough to be a burst.
    """

    out: Burst
    back: tuple[Burst, ...]

    @property
    def last(self) -> int:
        """Last frame of its last burst."""
        return self.back[-1].last if self.back else self.out.last


def begun_in_sight(bursts: list[Burst], path: ZonePath) -> list[Burst]:
    """Drop the first bursts of a track that begins in motion, because their movement began before the track.

    Bursts are dropped up to the first rest, or to 0.8 s into the track, where the zone's own movement may begin, and
    from there on as long as the picture shows that they lead to rest. A way back whose way out was cut off would pass
    for a way out, and reverse every later one. A track that begins at rest keeps all.

    Parameters
    ----------
    bursts : list of Burst
        Bursts of one zone, in order.
    path : ZonePath
        Path of the zone.
    """
    if not bursts or bursts[0].first > 1:
        return bursts
    seen = False
    for k in range(1, len(bursts)):
        since_s = path.time_s[bursts[k].first] - path.time_s[0]
        rest_s = path.time_s[bursts[k].first] - path.time_s[bursts[k - 1].last]
        seen = seen or since_s > _UNSEEN_S or rest_s > REST_S
        if seen and not ends_at_rest(bursts[k].first, bursts[k].last, path):
            return bursts[k:]
    return []


def pair_bursts(bursts: list[Burst], path: ZonePath, strength: npt.NDArray[np.float32]) -> list[Excursion]:
    """Return the excursions of one zone, in order; every burst belongs to one, and is split if two share it.

    Parameters
    ----------
    bursts, path
        As in `begun_in_sight`.
    strength : ndarray of float32, shape (m,)
        Strength of the zone, for the strengths of the parts.
    """
    excursions: list[Excursion] = []
    ahead = deque(bursts)
    while ahead:
        burst = ahead.popleft()
        stop = _stop_within(burst, excursions[-1], path) if excursions else None
        if stop is not None:
            ahead.appendleft(burst_of(path, strength, stop + 1, burst.last))
            burst = burst_of(path, strength, burst.first, stop)
        before = excursions[-1] if excursions else None
        if before and _belongs(burst, before, path) and not (ahead and _rides(burst, ahead[0], before, path)):
            excursions[-1] = Excursion(before.out, (*before.back, burst))
        else:
            excursions.append(Excursion(burst, ()))
    return excursions


def _stop_within(burst: Burst, excursion: Excursion, path: ZonePath) -> int | None:
    """Return the frame in which a burst that brings `excursion` back stops at rest before going on as the next one.

    A limb that swings through rest is fastest there, and does not stop.
    """
    first, last, rest = burst.first, burst.last, _rest_before(excursion, path)
    if last - first < 2 or not _leads_back(burst, excursion, path):
        return None
    speed = path.speed[first : last + 1]
    before, after = np.maximum.accumulate(speed), np.maximum.accumulate(speed[::-1])[::-1]
    share = speed[1:-1] / np.maximum(np.minimum(before[:-2], after[2:]), _LEAST)
    stop = first + 1 + int(np.argmin(share))
    reach = abs(excursion.out.shift)
    if share.min() >= _STOP or abs(path.step[stop + 1 : last + 1].sum()) < SWING * reach:
        return None
    if abs(path.position[stop] - rest) <= REBOUND * reach:
        return stop
    return stop if rests_between(excursion.out.first, stop, last, path) else None


def _gap_s(last: int, burst: Burst, path: ZonePath) -> float:
    """Return the seconds from frame `last` to the frame before a burst."""
    return float(path.time_s[max(burst.first - 1, 0)] - path.time_s[last])


def _rest_before(excursion: Excursion, path: ZonePath) -> complex:
    """Return the position from which the way out began."""
    return complex(path.position[excursion.out.first - 1]) if excursion.out.first else 0j


def _returned(excursion: Excursion, burst: Burst, path: ZonePath) -> bool:
    """Return whether an excursion is back at rest, or nearly so, when `burst` begins.

    Either its steps add up to little, or the picture shows that both it and `burst` set out from rest: fast ways are
    underestimated, and a slow way back may be no burst at all. A zone whose picture at rest is that of a limb held out
    does not show it, as it does not seem to set out from rest.
    """
    place = complex(path.position[excursion.last]) - _rest_before(excursion, path)
    if excursion.back and abs(place) <= REBOUND * abs(excursion.out.shift):
        return True
    return all(begins_at_rest(one.first, one.last, path) for one in (excursion.out, burst))


def _leads_back(burst: Burst, excursion: Excursion, path: ZonePath) -> bool:
    """Return whether `excursion` is still out, and `burst` leads towards its rest."""
    place = complex(path.position[excursion.last]) - _rest_before(excursion, path)
    toward = (burst.shift * place.conjugate()).real / max(abs(burst.shift) * abs(place), _LEAST)
    soon = _gap_s(excursion.last, burst, path) <= _HOLD_S
    return soon and toward <= _BACK and not _returned(excursion, burst, path)


def _belongs(burst: Burst, excursion: Excursion, path: ZonePath) -> bool:
    """Return whether `burst` is the return or the rebound of `excursion`."""
    reach = abs(excursion.out.shift)
    if not _returned(excursion, burst, path):
        return _leads_back(burst, excursion, path) and abs(burst.shift) <= _BACK_AT_MOST * reach
    # an overshoot leads towards rest; a smaller jerk that follows at once leads away from it
    place = complex(path.position[excursion.last]) - _rest_before(excursion, path)
    most = REBOUND if abs(place + burst.shift) <= abs(place) else SWING
    return _gap_s(excursion.last, burst, path) <= _REBOUND_GAP_S and abs(burst.shift) <= most * reach


def _rides(burst: Burst, following: Burst, excursion: Excursion, path: ZonePath) -> bool:
    """Return whether `burst` rides on a slow movement that only seems to be the way out from which it returns.

    The slow movement took longer than a jerk's way out, `burst` is faster, and the next burst undoes more of it than a
    rebound would.
    """
    out = excursion.out
    took_s = float(path.time_s[out.last] - path.time_s[max(out.first - 1, 0)])
    undone = -(following.shift * burst.shift.conjugate()).real >= REBOUND * abs(burst.shift) ** 2
    slow = took_s > RISE_S + path.interval_s and burst.peak_speed > out.peak_speed
    return slow and undone and _gap_s(burst.last, following, path) <= _HOLD_S
