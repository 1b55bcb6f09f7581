"""Views: one movement seen as several zones is one candidate.

A limb uncovers ground, drags cloth and throws a shadow; each such patch moves with it, but is a zone of its own, whose
first movement may be the limb's return. The heaviest view stands for the movement, the others are kept with it: how
many there are and how well they agree is evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.native.library import load_kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.events.candidates import Candidate

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["SAME_LIMB", "SAME_PLACE", "VIEW_FEATURES", "echoes", "merge_views", "near", "weight_of"]

SAME_PLACE = 3.0  # zones closer than this many times the sum of their radii are parts of one limb
SAME_LIMB = 0.12  # of the picture's diagonal: nearer than this, two zones are never called two sites
_EARLY_S, _LATE_S, _LEAST_S = 0.06, 0.04, 0.12  # an echo begins from a little before the movement until it is over
_BRIEF_S = 0.6  # what a longer movement drags along begins with it; later, something else may move in its place
_AS_HEAVY = 0.15  # a view counts from this share of the leader's weight: specks of noise are fast, but small
_MOST = 12.0  # more views say no more

VIEW_FEATURES = ("views", "view_area", "view_strength", "view_snr", "view_spread_s")
"""Names of what the views of one movement say together; `merge_views` says what each is."""


def near(a: Candidate, b: Candidate) -> bool:
    """Tell whether two candidates happen in one place: on one limb, or on what it drags along."""
    apart = float(np.hypot(a.zone.x - b.zone.x, a.zone.y - b.zone.y))
    return apart <= max(SAME_LIMB, SAME_PLACE * (a.zone.extent + b.zone.extent))


def weight_of(candidate: Candidate) -> float:
    """Return how much picture moved, how fast and how much as one: the larger view of a movement stands for it."""
    features = candidate.features
    return features["area"] * features["speed"] * features["coherence"]


def echoes(weak: Candidate, strong: Candidate) -> bool:
    """Tell whether `weak` is only another view of `strong`: the same place, beginning while that one still moves."""
    if weak.zone is strong.zone:
        return False
    return strong.onset_s - _EARLY_S <= weak.onset_s < _echo_end_s(strong) and near(weak, strong)


def _echo_end_s(strong: Candidate) -> float:
    brief = strong.offset_s - strong.onset_s <= _BRIEF_S
    return max(strong.offset_s if brief else strong.onset_s, strong.onset_s + _LEAST_S) + _LATE_S


def merge_views(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return one candidate for each movement, by onset, with its other views and what they say together.

    ============== ===============================================================================================
    views          number of views, the candidate included, of at least 0.15 times its weight; at most 12
    view_area      their area together, as a share of the picture, at most 1
    view_strength  the largest peak motion over the threshold among them
    view_snr       the largest peak speed over the noise among them
    view_spread_s  mean distance of their onsets from the candidate's, in seconds, weighted
    ============== ===============================================================================================

    Parameters
    ----------
    candidates : sequence of Candidate
        From `measure_candidates`, by onset.
    """
    weight = np.array([weight_of(candidate) for candidate in candidates])
    order = np.argsort(-weight, kind="stable")
    leader = _leaders(candidates, weight, order)
    own = leader < 0
    group = np.where(own, np.arange(len(candidates)), leader)
    together = _together(candidates, weight, group)
    others: dict[int, list[Candidate]] = {i: [] for i in np.flatnonzero(own).tolist()}
    for i in np.flatnonzero(~own).tolist():
        others[int(leader[i])].append(candidates[i])
    return [
        candidates[i].extended(dict(zip(VIEW_FEATURES, row, strict=True)), tuple(views))
        for (i, views), row in zip(others.items(), together.tolist(), strict=True)
    ]


def _leaders(candidates: Sequence[Candidate], weight: FloatArray, order: IndexArray) -> IndexArray:
    """Return whose view each candidate is, and -1 for those that stand for themselves; `order`: the heaviest first."""
    library = load_kernel()
    if library is None:
        return _leaders_plainly(candidates, weight, order)
    rows = [(c.onset_s, c.zone.x, c.zone.y, c.zone.extent, c.offset_s) for c in candidates]
    columns = np.ascontiguousarray(np.vstack((np.array(rows, np.float64).reshape(-1, 5).T, weight)))
    numbers: dict[int, int] = {}
    zone = np.array([numbers.setdefault(id(c.zone), len(numbers)) for c in candidates], np.intc)
    turns, leader = order.astype(np.intc), np.empty(len(candidates), np.intc)
    arrays = (turns.ctypes.data, zone.ctypes.data, leader.ctypes.data)
    library.find_leaders(columns.ctypes.data, len(candidates), *arrays)
    return leader.astype(np.intp)


def _leaders_plainly(candidates: Sequence[Candidate], weight: FloatArray, order: IndexArray) -> IndexArray:
    onset_s = np.array([candidate.onset_s for candidate in candidates])
    leader = np.full(len(candidates), -1)
    leading = np.zeros(len(candidates), bool)
    for i in order.tolist():
        low, high = np.searchsorted(onset_s, (onset_s[i] - _BRIEF_S - _LATE_S, onset_s[i] + _EARLY_S))
        strong = [int(low + k) for k in np.flatnonzero(leading[low : high + 1])]
        whose = [k for k in strong if echoes(candidates[i], candidates[k])]
        if whose:
            leader[i] = max(whose, key=lambda k: weight[k])
        else:
            leading[i] = True
    return leader


def _together(candidates: Sequence[Candidate], weight: FloatArray, group: IndexArray) -> FloatArray:
    """Return what the views of each movement say together, columns as `VIEW_FEATURES`; `group`: its leader's index."""
    if not candidates:
        return np.empty((0, len(VIEW_FEATURES)))
    index = np.arange(len(candidates))
    rows = [(c.onset_s, c.features["area"], c.features["strength"], c.features["snr"]) for c in candidates]
    onset_s, area, strength, snr = np.array(rows, np.float64).T
    counted = np.flatnonzero((group == index) | (weight >= _AS_HEAVY * weight[group]))
    counted = counted[np.lexsort((counted, counted != group[counted], group[counted]))]  # each leader first
    first = np.flatnonzero(counted == group[counted])
    at = np.cumsum(counted == group[counted]) - 1
    away_s = np.abs(onset_s - onset_s[group])[counted]
    heavy = weight[counted]
    return np.column_stack((
        np.minimum(_MOST, np.bincount(at)),
        np.minimum(1.0, np.bincount(at, area[counted])),
        np.maximum.reduceat(strength[counted], first),
        np.maximum.reduceat(snr[counted], first),
        np.bincount(at, heavy * away_s) / np.maximum(np.bincount(at, heavy), 1e-12),
    ))  # fmt: skip
