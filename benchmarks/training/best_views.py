"""A jerk is learned from those of its views that look like one (docs/decisions/0029).

A limb uncovers ground, drags cloth and throws a shadow, and noise has a share in all of it: the truth says that a jerk
began there and then, not which of the candidates of that moment shows it. One of them is enough to find it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from gather import JERK, UNUSED, Clip

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["by_best_views"]

LEAST_SHARE = 0.02
"""Of a jerk: a view that says less of it teaches nothing."""

FloatArray = npt.NDArray[np.float64]


def by_best_views(clips: Sequence[Clip], odds: Sequence[FloatArray]) -> list[Clip]:
    """Return the clips with each jerk's weight parted among its views by how likely each is one.

    A view's share is in proportion to ``exp(odds)``: the expectation of which of them shows it, where one does
    (Dietterich et al. 1997, doi:10.1016/S0004-3702(96)00034-3, call it multiple-instance learning). Their sum stays.

    Parameters
    ----------
    clips : sequence of Clip
        Each jerk's views weigh the same.
    odds : sequence of ndarray, shape (candidates,)
        Log odds of each clip's candidates, by trees that never saw its condition: those that did know its noise.
    """
    return [_parted(clip, said) for clip, said in zip(clips, odds, strict=True)]


def _parted(clip: Clip, odds: FloatArray) -> Clip:
    views = np.flatnonzero(clip.labels == JERK)
    if not len(views):
        return clip
    labels, weights = clip.labels.copy(), clip.weights.copy()
    onsets = clip.candidates.column("onset_s")[views]
    which = np.abs(onsets[:, None] - clip.truth_onsets_s).argmin(axis=1)
    for jerk in np.unique(which):
        of_it = views[which == jerk]
        share = np.exp(odds[of_it] - odds[of_it].max())
        share /= share.sum()
        weights[of_it] = share * clip.weights[of_it].sum()
        labels[of_it[share < LEAST_SHARE]] = UNUSED
    return replace(clip, labels=labels, weights=weights)
