"""Which jerks are shown as clips: a few that stand for all, the doubtful ones among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.events import Movement

__all__ = ["choose_jerks"]


def choose_jerks(jerks: Sequence[Movement], most: int | None) -> tuple[tuple[Movement, str], ...]:
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
    tuple of (Movement, str)
        The reason is ``certain``, ``large``, ``doubtful`` or ``all``.
    """
    if most is None or len(jerks) <= most:
        return tuple((jerk, "all") for jerk in jerks)
    chosen: dict[int, str] = {}
    quarter = most // 4
    sure = np.nan_to_num([jerk.confidence for jerk in jerks])
    large = np.nan_to_num([jerk.amplitude_px for jerk in jerks])
    for reason, order in (("doubtful", np.argsort(sure, kind="stable")), ("large", np.argsort(-large, kind="stable"))):
        fresh = [int(i) for i in order if int(i) not in chosen]
        chosen |= dict.fromkeys(fresh[:quarter], reason)
    stretches = np.array_split(np.arange(len(jerks)), max(1, most - len(chosen)))
    for stretch in stretches:
        fresh = [int(i) for i in stretch if int(i) not in chosen]
        if fresh and len(chosen) < most:
            chosen[max(fresh, key=lambda i: sure[i])] = "certain"
    left = [int(i) for i in np.argsort(-sure, kind="stable") if int(i) not in chosen]
    chosen |= dict.fromkeys(left[: most - len(chosen)], "certain")  # a stretch may have held chosen ones only
    return tuple((jerks[i], chosen[i]) for i in sorted(chosen))
