"""Quality flags that follow from the picture itself: what a reader must know of light, camera and recorder."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import maximum_filter1d

from detector.events.coverage import REST_S, spans_where
from detector.records.plural import plural
from detector.records.recording import MUCH, QualityFlag, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.records.motion import PictureTrack, TimeArray
    from detector.records.recording import Span

__all__ = ["PICTURE_FLAGS", "light_switches", "quality_flags"]

PICTURE_FLAGS = frozenset(
    {"too_dark", "blank", "frozen", "repeated_pictures", "low_contrast", "camera_moved", "light_switch"}
)
"""Codes of the flags that `quality_flags` can raise."""

_STOOD_S = 2.0  # with a sensor's noise, no picture stays the same this long
_REFRESHED_S = 0.1  # a key frame redraws the same picture a little differently; no jerk is out and back this fast
_REFRESHED_HZ = 3.0  # highest rate of key frames; more new pictures a second are a film
_ROW = 8  # new pictures in a row that come as regularly as a camera's, and are no chance
_AGAIN = 0.02  # of the largest change around: the same picture encoded again, which a codec refines a little
_GOOD_HZ = 20.0  # new pictures a second, as for the frame rate (detector.video.quality)
_LOWEST_HZ = 10.0  # of them, likewise
_ONE_SWITCH_S = 0.5  # a lamp that flickers on, or a camera that adapts in steps, switches once
_WORTH_A_FLAG = 0.01  # share of a recording
_LONGEST_STEP_S = 1.0  # of the time that a picture stands for; a longer one is a gap


def quality_flags(picture: PictureTrack, width: int) -> tuple[QualityFlag, ...]:
    """Return flags from the picture itself on how far the counts can be trusted.

    Parameters
    ----------
    picture : PictureTrack
        The whole picture's track.
    width : int
        Width of the recording in pixels.
    """
    if len(picture) < 2:
        return ()
    return (
        *_unseen("too_dark", picture.time_s, picture.dark),
        *_unseen("blank", picture.time_s, picture.blank),
        *_frozen(picture),
        *_repeated(picture),
        *_faint(picture),
        *_moved(picture, width),
        *_switched(picture),
    )


def light_switches(picture: PictureTrack) -> npt.NDArray[np.float64]:
    """Return the times in seconds at which the light changed abruptly (`PictureTrack.switched`), each once."""
    times = np.asarray(picture.time_s, dtype=float)[picture.switched]
    return np.asarray(times[np.diff(times, prepend=-np.inf) > _ONE_SWITCH_S])


def _unseen(code: str, time_s: TimeArray, where: npt.NDArray[np.bool_]) -> Iterator[QualityFlag]:
    share = _share(time_s, where)
    if share > _WORTH_A_FLAG:
        what = "is too dark" if code == "too_dark" else "shows no detail, as behind a covered lens or in the dark,"
        text = f"{share:.0%} of the recording {what} and could not be judged."
        yield QualityFlag(code, Severity.by_share(share, 1.0), text, share)


def _frozen(picture: PictureTrack) -> Iterator[QualityFlag]:
    stood = _stood(picture)
    if stood:
        length_s = sum(span.duration_s for span in stood)
        text = (
            f"The picture stood perfectly still {plural(len(stood), 'time')}, for {length_s:.1f} s in all: the camera "
            "froze, or the recorder leaves out small changes. Nothing small can be seen in that time."
        )
        yield QualityFlag("frozen", Severity.WARNING, text, length_s)


def _stood(picture: PictureTrack) -> list[Span]:
    """Return the stretches of 2 s or more in which only key frames differ from the picture before."""
    changed_by = np.cumsum(~picture.unchanged)
    stood = []
    for span in spans_where(picture.time_s, picture.unchanged, "", _REFRESHED_S):
        first, last = picture.time_s.searchsorted((span.onset_s, span.offset_s))
        changes = int(changed_by[last] - changed_by[first])
        if span.duration_s >= _STOOD_S and changes <= _REFRESHED_HZ * span.duration_s:
            stood.append(span)
    return stood


def _repeated(picture: PictureTrack) -> Iterator[QualityFlag]:
    """Flag a slow camera whose pictures a recorder repeats: new ones come regularly, and never one after the other."""
    new = np.flatnonzero(_new(picture))
    if len(new) <= _ROW:
        return
    steps_s = np.diff(picture.time_s[new])
    rows, rows_s = (sliding_window_view(steps, _ROW) for steps in (np.diff(new), steps_s))
    least, mean_s = rows.min(axis=1), rows_s.mean(axis=1)
    regular = (least >= 2) & (rows.max(axis=1) <= least + 1) & (mean_s > 1 / _GOOD_HZ) & (mean_s < 1 / _REFRESHED_HZ)
    slow = np.convolve(regular, np.ones(_ROW)) > 0
    all_s, slow_s = float(picture.time_s[-1] - picture.time_s[0]), float(steps_s[slow].sum())
    if slow_s > MUCH * all_s:
        rate_hz = float(np.count_nonzero(slow) / slow_s)
        text = (
            f"For {slow_s:.1f} of {all_s:.1f} s, the recorder repeats pictures: only about {rate_hz:.1f} new ones a "
            "second come, and brief jerks fall between them, whatever the file's frame rate."
        )
        severity = Severity.SEVERE if rate_hz < _LOWEST_HZ else Severity.WARNING
        yield QualityFlag("repeated_pictures", severity, text, rate_hz)


def _new(picture: PictureTrack) -> npt.NDArray[np.bool_]:
    """Return whether each frame is another picture than the one before, rather than the same one encoded again."""
    each_side = math.ceil(1 / _REFRESHED_HZ / float(np.median(np.diff(picture.time_s))))
    around = maximum_filter1d(picture.change, 2 * min(each_side, len(picture)) + 1, mode="nearest")
    return np.asarray(~picture.unchanged & (picture.change > _AGAIN * around))


def _faint(picture: PictureTrack) -> Iterator[QualityFlag]:
    share = _share(picture.time_s, picture.faint)
    if share > MUCH:
        text = f"{share:.0%} of the recording shows so little contrast that small movements are missed."
        yield QualityFlag("low_contrast", Severity.WARNING, text, share)


def _moved(picture: PictureTrack, width: int) -> Iterator[QualityFlag]:
    moved = spans_where(picture.time_s, picture.moved(width), "camera", REST_S)
    if moved:
        length_s = sum(span.duration_s for span in moved)
        severity = Severity.by_share(length_s, float(picture.time_s[-1] - picture.time_s[0]))
        text = f"The camera moved {plural(len(moved), 'time')}, for {length_s:.1f} s in all; none of it is judged."
        yield QualityFlag("camera_moved", severity, text, length_s)


def _switched(picture: PictureTrack) -> Iterator[QualityFlag]:
    switches = len(light_switches(picture))
    if switches:
        text = f"The light changed abruptly {plural(switches, 'time')}; movements at those moments are lost."
        yield QualityFlag("light_switch", Severity.WARNING, text, switches)


def _share(time_s: TimeArray, where: npt.NDArray[np.bool_]) -> float:
    """Return the share of the time for which `where` holds; a frame stands for the time since the one before."""
    steps_s = np.minimum(np.diff(time_s), _LONGEST_STEP_S)
    return float(steps_s[where[1:]].sum() / steps_s.sum())
