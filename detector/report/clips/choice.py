"""What is shown as clips: a few jerks that stand for all, the doubtful ones among them, and what was nearly one."""

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
"""As many of these beside every jerk: a quarter of the 24 that `sleepjerk clips` makes."""

_APART_S = 1.0
"""What begins so close to a jerk, or to a likelier one, is seen in its clip."""


def choose_movements(result: Result, most: int | None) -> tuple[tuple[Movement, ClipReason], ...]:
    """Return what is shown of `result`, by onset, each with the reason for its choice.

    At most a quarter of `most` are refused candidates, those nearest to a jerk; the rest are jerks, as `choose_jerks`
    chooses them. Where every jerk is wanted, six refused ones are shown beside them.

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
    """Return the refused candidates with the most confidence, none of them in the clip of another one or of a jerk.

    Left out is what a person excluded, and what was refused for time that cannot be judged: its clip shows nothing.
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

    Half are the most certain ones, one from each of as many stretches with equally many jerks, so that the whole
    recording is seen; a quarter are the largest; a quarter the least certain, so that doubtful ones are seen as well.

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
    chosen |= dict.fromkeys(left[: most - len(chosen)], ClipReason.CERTAIN)  # a stretch may have held chosen ones only
    return tuple((jerks[i], chosen[i]) for i in sorted(chosen))
