"""Find the time that can be judged, from light, camera and gross movement in the motion signal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.records.events import Kind
from detector.records.recording import Span, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.records.events import Movement
    from detector.records.motion import PictureTrack
    from detector.records.recording import TimeAccount

__all__ = ["REST_S", "account_for", "not_assessable", "spans_where"]

REST_S = 0.1  # a time this short between two that cannot be judged has no room for a jerk

_GROSS_SHARE = 0.12  # share of the picture in motion: a limb is under a tenth even if the infant fills the picture
_GROSS_S = 3.0  # gross body movements last 3 s and more (children: PMC8436137)
_HANDLED_S = 1.0  # a single candidate that looks like a hand is not yet someone handling the infant
_BRIDGE_S = 1.0


def account_for(time: TimeAccount, picture: PictureTrack, width: int) -> TimeAccount:
    """Return `time` with stretches masked where the picture was dark or without detail, or the camera moved.

    Parameters
    ----------
    time : TimeAccount
        From decoding: damage and gaps.
    picture : PictureTrack
        The whole picture's track.
    width : int
        Width of the recording in pixels.
    """
    if len(picture) < 2:
        return time
    unseen = {"dark": picture.dark, "blank": picture.blank}
    unseen["camera"] = picture.moved(width) & ~(picture.dark | picture.blank)
    # time masked by decoding keeps its reason; only new time is added, so a second call changes nothing
    new: list[Span] = []
    for reason, where in unseen.items():
        spans = spans_where(picture.time_s, where, reason, REST_S)
        begun = (span for span in spans if span.onset_s < time.claimed_s)
        inside = (replace(span, offset_s=min(span.offset_s, time.claimed_s)) for span in begun)
        kept = union(span for span in inside if span.duration_s > 0)
        new += _without(kept, union([*time.masked, *time.missing, *new]))
    return replace(time, masked=tuple(sorted((*time.masked, *new))))


def not_assessable(picture: PictureTrack, movements: Sequence[Movement], time: TimeAccount) -> tuple[Span, ...]:
    """Return the analysed stretches of gross movement and handling, in which a jerk could not have been recognised.

    Parameters
    ----------
    picture : PictureTrack
        The whole picture's track.
    movements : sequence of Movement
        All movements found; of these, handling of at least 1 s is used.
    time : TimeAccount
        Time with its masked and missing stretches.
    """
    if len(picture) < 2:
        return ()
    busy = picture.activity > _GROSS_SHARE
    long = [span for span in spans_where(picture.time_s, busy, "gross", _BRIDGE_S) if span.duration_s >= _GROSS_S]
    handled = union(
        (Span(m.onset_s, m.offset_s, "handling") for m in movements if m.kind is Kind.HANDLING), gap_s=_BRIDGE_S
    )
    moved, unseen = union(long), (*time.masked, *time.missing)
    held = _without(tuple(span for span in handled if span.duration_s >= _HANDLED_S), moved)
    return _without(tuple(sorted((*moved, *held))), union(unseen))


def spans_where(
    time_s: npt.NDArray[np.float64], where: npt.NDArray[np.bool_], reason: str, bridge_s: float
) -> tuple[Span, ...]:
    """Return the stretches in which `where` holds; frame k stands for the time from frame k-1 to k.

    Parameters
    ----------
    time_s : float64, shape (n,)
        Times of the frames in seconds.
    where : bool, shape (n,)
        Whether it holds at each frame.
    reason : str
        Reason given to the stretches.
    bridge_s : float
        Stretches at most this far apart, in seconds, become one.
    """
    at = np.flatnonzero(where)
    if len(at) == 0:
        return ()
    begin = time_s[np.maximum(at - 1, 0)]
    return union((Span(float(a), float(b), reason) for a, b in zip(begin, time_s[at], strict=True)), gap_s=bridge_s)


def _without(spans: tuple[Span, ...], holes: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return `spans` with `holes` cut out; both sorted and disjoint."""
    left = list(spans)
    for hole in holes:
        cut = []
        for span in left:
            if span.offset_s <= hole.onset_s or span.onset_s >= hole.offset_s:
                cut.append(span)
                continue
            if span.onset_s < hole.onset_s:
                cut.append(replace(span, offset_s=hole.onset_s))
            if span.offset_s > hole.offset_s:
                cut.append(replace(span, onset_s=hole.offset_s))
        left = cut
    return tuple(left)
