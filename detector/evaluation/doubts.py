"""Reasons why scores may mean less than they seem: unknown kinds, duplicate rows, a different recording, no summary."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from detector.evaluation.event_files import DONT_CARE
from detector.evaluation.recordings import table_name
from detector.records.file_names import SUMMARY
from detector.records.plural import plural
from detector.records.table import TRIAL_TYPES

if TYPE_CHECKING:
    from pathlib import Path

    from detector.evaluation.event_files import EventTable

__all__ = ["another_recording", "beyond_the_end", "given_twice", "no_facts", "unknown_kinds"]

_KNOWN = {*TRIAL_TYPES, DONT_CARE, "distractor"}  # distractor: movement of others, in truth files of `simulate`
_ROUNDING_S = 0.1  # a summary rounds the length, and a rater's player may count one picture more
_MOST_NAMED = 5
_SCORED = ("jerk", "cluster", "episode")


def another_recording(predicted: Path, truth: Path) -> list[str]:
    """Return a warning if the known events have the name of a different video's result, stored beside the found events.

    Different names alone do not count, as a rater's file may have any name. Nor does a name that contains the other,
    such as ``night`` and ``night-h265``: the known events of a video also apply to copies of it.

    Parameters
    ----------
    predicted, truth : Path
        The two event tables of a pair.
    """
    folder, known = predicted.absolute().parent, table_name(truth)
    found = folder.name
    if found.lower() in known.lower() or known.lower() in found.lower():
        return []
    videos = [_video(result) for result in (folder, folder.parent / known)]
    if not all(videos) or videos[0] == videos[1]:
        return []
    text = (
        f"the known events are called {known!r}, and so is the result of another video beside {found!r}. If they are "
        "of that one, these scores mean nothing: give the known events of the video that was analysed"
    )
    return [text]


def _video(result: Path) -> str:
    """Return the hash of the video that a results folder belongs to; empty if it cannot be determined."""
    try:
        return str(json.loads((result / SUMMARY).read_text("utf-8"))["input"]["sha256"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def unknown_kinds(table: EventTable, side: str) -> list[str]:
    """Return a warning about events of unknown kind: they are ignored, but may be jerks.

    Parameters
    ----------
    table : EventTable
        Events of one recording.
    side : str
        ``found`` or ``known``.
    """
    counts = Counter(kind for kind in table.trial_type if kind not in _KNOWN)
    if not counts:
        return []
    shown = ", ".join(f"{kind!r} in {plural(n, 'row')}" for kind, n in counts.most_common(_MOST_NAMED))
    more = f" and {len(counts) - _MOST_NAMED} more" if len(counts) > _MOST_NAMED else ""
    return [f"{side} events of unknown kinds passed over: {shown}{more}. Only trial_type jerk is scored as a jerk"]


def beyond_the_end(table: EventTable, side: str, length_s: float) -> list[str]:
    """Return a warning about events that begin after the recording's end at `length_s` seconds (NaN: unknown)."""
    late = int((table.onset_s > length_s + _ROUNDING_S).sum())
    if not late:
        return []
    text = (
        f"{late} of {plural(len(table), f'{side} event')} begin after the end of the recording ({length_s:g} s), the "
        f"last at {float(table.onset_s[-1]):g}. Onsets are in seconds since the first frame, not in milliseconds"
    )
    return [text]


def given_twice(table: EventTable) -> list[str]:
    """Return a warning about known events with the same onset and kind: a found event pairs with only one of them.

    Parameters
    ----------
    table : EventTable
        Known events of one recording, as read.
    """
    lines: dict[tuple[str, float], list[int]] = {}
    for kind, onset_s, line in zip(table.trial_type, table.onset_s.tolist(), table.line, strict=True):
        if kind in _SCORED:
            lines.setdefault((kind, onset_s), []).append(line)
    several = [(kind, onset_s, where) for (kind, onset_s), where in lines.items() if len(where) > 1]
    if not several:
        return []
    shown = ", ".join(
        f"{kind} at {onset_s:.12g} s in lines {' and '.join(map(str, where))}"
        for kind, onset_s, where in several[:_MOST_NAMED]
    )
    more = f" and {len(several) - _MOST_NAMED} more" if len(several) > _MOST_NAMED else ""
    text = (
        f"known events given more than once: {shown}{more}. Each row is one known event, and counts as missed where "
        "only one was found: leave one row a movement, of several limbs as `left_arm,right_leg` in the column limb"
    )
    return [text]


def no_facts(problem: str) -> str:
    """Return a warning that the summary beside the found events cannot be used, for the reason `problem`."""
    return (
        f"the summary.json beside the found events {problem}: no false positives per hour, and amplitudes are compared "
        "in pixels of the recording, not of a picture 640 wide"
    )
