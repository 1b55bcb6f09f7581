"""Find the time that can be judged, from light, camera and gross movement in the motion signal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.records.events import Kind
from detector.records.plural import plural
from detector.records.recording import QualityFlag, Severity, Span, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.records.events import Movement
    from detector.records.motion import PictureTrack
    from detector.records.recording import TimeAccount

__all__ = ["PICTURE_FLAGS", "account_for", "light_switches", "not_assessable", "quality_flags"]

PICTURE_FLAGS = frozenset({"too_dark", "blank", "frozen", "low_contrast", "camera_moved", "light_switch"})
"""Codes of the flags that `quality_flags` can raise."""

_GROSS_SHARE = 0.12  # share of the picture in motion: a limb is under a tenth even if the infant fills the picture
_GROSS_S = 3.0  # gross body movements last 3 s and more (children: PMC8436137)
_HANDLED_S = 1.0  # a single candidate that looks like a hand is not yet someone handling the infant
_BRIDGE_S = 1.0
_REST_S = 0.1  # a time this short between two that cannot be judged has no room for a jerk
_STOOD_S = 2.0  # with a sensor's noise, no picture stays the same this long
_REFRESHED_S = 0.1  # a key frame redraws the same picture a little differently; no jerk is out and back this fast
_REFRESHED_HZ = 3.0  # highest rate of key frames; more new pictures a second are a film
_ONE_SWITCH_S = 0.5  # a lamp that flickers on, or a camera that adapts in steps, switches once
_WORTH_A_FLAG = 0.01  # share of a recording
_MUCH = 0.1  # share of it, as for damage (detector.video.quality)


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
        spans = _spans(picture.time_s, where, reason, _REST_S)
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
    long = [span for span in _spans(picture.time_s, busy, "gross", _BRIDGE_S) if span.duration_s >= _GROSS_S]
    handled = union(
        (Span(m.onset_s, m.offset_s, "handling") for m in movements if m.kind is Kind.HANDLING), gap_s=_BRIDGE_S
    )
    moved, unseen = union(long), (*time.masked, *time.missing)
    held = _without(tuple(span for span in handled if span.duration_s >= _HANDLED_S), moved)
    return _without(tuple(sorted((*moved, *held))), union(unseen))


def quality_flags(picture: PictureTrack, width: int) -> tuple[QualityFlag, ...]:
    """Return flags from the picture itself on how far the counts can be trusted."""
    if len(picture) < 2:
        return ()
    flags = [
        flag for code, where in (("too_dark", picture.dark), ("blank", picture.blank)) for flag in _unseen(code, where)
    ]
    stood = _stood(picture)
    if stood:
        length_s = sum(span.duration_s for span in stood)
        text = (
            f"The picture stood perfectly still {plural(len(stood), 'time')}, for {length_s:.1f} s in all: the camera "
            "froze, or the recorder leaves out small changes. Nothing small can be seen in that time."
        )
        flags.append(QualityFlag("frozen", Severity.WARNING, text, length_s))
    faint = float(picture.faint.mean())
    if faint > _MUCH:
        text = f"{faint:.0%} of the recording shows so little contrast that small movements are missed."
        flags.append(QualityFlag("low_contrast", Severity.WARNING, text, faint))
    moved = _spans(picture.time_s, picture.moved(width), "camera", _REST_S)
    if moved:
        length_s = sum(span.duration_s for span in moved)
        severity = _by_share(length_s, float(picture.time_s[-1] - picture.time_s[0]))
        text = f"The camera moved {plural(len(moved), 'time')}, for {length_s:.1f} s in all; none of it is judged."
        flags.append(QualityFlag("camera_moved", severity, text, length_s))
    switches = len(light_switches(picture))
    if switches:
        text = f"The light changed abruptly {plural(switches, 'time')}; movements at those moments are lost."
        flags.append(QualityFlag("light_switch", Severity.WARNING, text, switches))
    return tuple(flags)


def light_switches(picture: PictureTrack) -> npt.NDArray[np.float64]:
    """Return the times in seconds at which the light changed abruptly (`PictureTrack.switched`), each once."""
    times = np.asarray(picture.time_s, dtype=float)[picture.switched]
    return np.asarray(times[np.diff(times, prepend=-np.inf) > _ONE_SWITCH_S])


def _by_share(part: float, whole: float) -> Severity:
    """Return the severity of a problem that affects `part` of `whole`."""
    return Severity.SEVERE if part > _MUCH * whole else Severity.WARNING


def _stood(picture: PictureTrack) -> list[Span]:
    """Return the stretches of 2 s or more in which only key frames differ from the picture before."""
    changed_by = np.cumsum(~picture.unchanged)
    stood = []
    for span in _spans(picture.time_s, picture.unchanged, "", _REFRESHED_S):
        first, last = picture.time_s.searchsorted((span.onset_s, span.offset_s))
        changes = int(changed_by[last] - changed_by[first])
        if span.duration_s >= _STOOD_S and changes <= _REFRESHED_HZ * span.duration_s:
            stood.append(span)
    return stood


def _unseen(code: str, where: npt.NDArray[np.bool_]) -> tuple[QualityFlag, ...]:
    share = float(where.mean())
    if share <= _WORTH_A_FLAG:
        return ()
    what = "is too dark" if code == "too_dark" else "shows no detail, as behind a covered lens or in the dark,"
    text = f"{share:.0%} of the recording {what} and could not be judged."
    return (QualityFlag(code, _by_share(share, 1.0), text, share),)


def _spans(
    time_s: npt.NDArray[np.float64], where: npt.NDArray[np.bool_], reason: str, bridge_s: float
) -> tuple[Span, ...]:
    """Return the stretches in which `where` holds; frame k stands for the time from frame k-1 to k."""
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
