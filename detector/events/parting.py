"""Parting: motion that leads through rest is the way back of one movement and the way out of the next.

Whether a zone is at rest is judged by its picture (docs/decisions/0012), not by summed speeds, which drift. Motion is
parted before slow ends are cut off bursts: a slow way back followed at once by a fast way out would pass for its foot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from detector.events.bursts import ZonePath

    Run = tuple[int, int]

__all__ = ["REBOUND", "REST_S", "SWING", "begins_at_rest", "ends_at_rest", "part_at_rest", "rests_between"]

_AT_REST = 0.5  # share of a zone's difference from rest before and after: a smaller one in between is rest
_SURE = 2.0  # times the noise of the picture at rest: with less, the zone is not away from rest

REST_S = 0.1
"""In seconds. A shorter stop of a limb is a turning point, not rest (docs/decisions/0004)."""

REBOUND = 0.45
"""Share of the way out: overshoots after a jerk reach 10-25 %, which looks larger in noise (docs/decisions/0004)."""

SWING = 0.25
"""Share of the way out: whatever leaves rest again by more is the next jerk, however soon (docs/decisions/0004)."""


def part_at_rest(runs: list[Run], path: ZonePath) -> list[Run]:
    """Split runs that lead through rest far to the other side: a way back followed at once by the next way out.

    Only a run right after a turn can be a way back, and one that swings beyond rest by no more than a rebound may
    stays whole.

    Parameters
    ----------
    runs : list of (int, int)
        First and last frame of each stretch of a path in which the zone moves one way, in order.
    path : ZonePath
        Path of the zone.
    """
    parted: list[Run] = []
    for k, (first, last) in enumerate(runs):
        turned = k > 0 and path.time_s[max(first - 1, 0)] - path.time_s[runs[k - 1][1]] <= REST_S
        rest = _rest_within(first, last, path) if turned else None
        parted += [(first, last)] if rest is None else [(first, rest), (rest + 1, last)]
    return parted


def _rest_within(first: int, last: int, path: ZonePath) -> int | None:
    """Return the frame in which a run passes through rest from one side to the other."""
    if first < 1 or last - first < 2:  # two frames: the turn of a fast train, or a way through rest
        return None
    rest = first + int(np.argmin(path.away[first:last]))
    back, on = (abs(path.step[i:j].sum()) for i, j in ((first, rest + 1), (rest + 1, last + 1)))
    far = on >= REBOUND * back and back >= SWING * on
    return rest if far and rests_between(first - 1, rest, last, path) else None


def rests_between(first: int, rest: int, last: int, path: ZonePath) -> bool:
    """Return whether the picture shows rest in frame `rest`, but not before it, from `first`, nor after it."""
    away = path.away
    least = min(away[first:rest].max(initial=0.0), away[rest + 1 : last + 1].max())
    return bool(least > _SURE * path.usual and away[rest] <= _AT_REST * least)


def begins_at_rest(first: int, last: int, path: ZonePath) -> bool:
    """Return whether the picture shows that a zone moves away from rest in frames ``[first, last]``."""
    farthest = path.away[first : last + 1].max()
    return bool(farthest > _SURE * path.usual and path.away[max(first - 1, 0)] <= _AT_REST * farthest)


def ends_at_rest(first: int, last: int, path: ZonePath) -> bool:
    """Return whether the picture shows that a zone away from rest comes back to it in frames ``[first, last]``."""
    away = path.away[max(first - 1, 0)]
    return bool(away > _SURE * path.usual and path.away[last] <= _AT_REST * away)
