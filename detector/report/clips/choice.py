"""Choice of clips: a few representative jerks, doubtful ones included, and refused candidates that are nearly jerks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.events.jerks import NEARLY
from detector.records.clips import ClipReason
from detector.records.events import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.events import Movement
    from detector.records.result import Result

__all__ = ["choose_jerks", "choose_movements"]

_REFUSED_OF_ALL = 6
"""Refused candidates shown if every jerk is shown: a quarter of the 24 clips that `sleepjerk clips` makes."""

_APART_S = 1.0
"""Seconds: a candidate that begins this close to a jerk, or to a likelier candidate, is seen in that clip."""


def choose_movements(result: Result, most: int | None) -> tuple[tuple[Movement, ClipReason], ...]:
    """Return the movements of `result` to show as clips, by onset, each with the reason for its choice.

    At most a quarter of `most` are refused candidates, those closest to being a jerk; the rest are jerks chosen by
    `choose_jerks`. If every jerk is requested, six refused candidates are shown as well.

    Parameters
    ----------
    result : Result
        What was found.
    most : int or None
        None for every jerk.

    Returns
    -------
    tuple of (Movement, ClipReason)
    """
    refused = _nearly_jerks(result, _REFUSED_OF_ALL if most is None else most // 4)
    jerks = choose_jerks(result.jerks, None if most is None else most - len(refused))
    chosen = (*jerks, *((movement, ClipReason.REFUSED) for movement in refused))
    return tuple(sorted(chosen, key=lambda item: item[0].onset_s))


def _nearly_jerks(result: Result, most: int) -> list[Movement]:
    """Return the refused candidates with the highest confidence, none of which is seen in the clip of another movement.

    Candidates excluded by a person are left out, as are those in time that cannot be judged: their clip shows nothing.
    """
    taken = [jerk.onset_s for jerk in result.jerks]
    near = [
        movement for movement in result.movements
        if movement.kind is not Kind.JERK and movement.reason not in {Reason.EXCLUDED, Reason.GAP}
        and movement.confidence >= NEARLY
    ]  # fmt: skip
    chosen: list[Movement] = []
    for movement in sorted(near, key=lambda one: (-one.confidence, one.onset_s)):
        if len(chosen) < most and all(abs(movement.onset_s - other_s) >= _APART_S for other_s in taken):
            chosen.append(movement)
            taken.append(movement.onset_s)
    return chosen


def choose_jerks(jerks: Sequence[Movement], most: int | None) -> tuple[tuple[Movement, ClipReason], ...]:
    """Return at most `most` jerks by onset, each with the reason for its choice.

    Half are the most certain jerks, one from each of as many stretches with equal numbers of jerks, so that the whole
    recording is covered. A quarter are the largest, and a quarter the least certain, so that doubtful ones are shown.

    Parameters
    ----------
    jerks : sequence of Movement
        Jerks by onset.
    most : int or None
        None for all.

    Returns
    -------
    tuple of (Movement, ClipReason)
    """
    if most is None or len(jerks) <= most:
        return tuple((jerk, ClipReason.ALL) for jerk in jerks)
    chosen: dict[int, ClipReason] = {}
    quarter = most // 4
    sure = np.nan_to_num([jerk.confidence for jerk in jerks])
    large = np.nan_to_num([jerk.amplitude_px for jerk in jerks])
    for reason, values in ((ClipReason.DOUBTFUL, sure), (ClipReason.LARGE, -large)):
        order = np.argsort(values, kind="stable")
        fresh = [int(i) for i in order if int(i) not in chosen]
        chosen |= dict.fromkeys(fresh[:quarter], reason)
    stretches = np.array_split(np.arange(len(jerks)), max(1, most - len(chosen)))
    for stretch in stretches:
        fresh = [int(i) for i in stretch if int(i) not in chosen]
        if fresh and len(chosen) < most:
            chosen[max(fresh, key=lambda i: sure[i])] = ClipReason.CERTAIN
    left = [int(i) for i in np.argsort(-sure, kind="stable") if int(i) not in chosen]
    chosen |= dict.fromkeys(left[: most - len(chosen)], ClipReason.CERTAIN)  # a stretch may hold only chosen ones
    return tuple((jerks[i], chosen[i]) for i in sorted(chosen))
