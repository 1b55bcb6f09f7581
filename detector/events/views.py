"""Views: one movement seen as several zones is one candidate.

A limb uncovers ground, drags cloth and throws a shadow; each such patch moves with it, but is a zone of its own, whose
first movement may be the limb's return. The heaviest view stands for the movement, the others are kept with it: how
many there are and how well they agree is evidence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.events.feature_row import FeatureRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.events.candidates import Candidate

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
    onset_s = np.array([candidate.onset_s for candidate in candidates])
    weight = np.array([weight_of(candidate) for candidate in candidates])
    views: dict[int, list[int]] = {}
    leading = np.zeros(len(candidates), bool)
    for i in np.argsort(-weight, kind="stable").tolist():
        low, high = np.searchsorted(onset_s, (onset_s[i] - _BRIEF_S - _LATE_S, onset_s[i] + _EARLY_S))
        strong = [int(low + k) for k in np.flatnonzero(leading[low : high + 1])]
        whose = [k for k in strong if echoes(candidates[i], candidates[k])]
        if whose:
            views[max(whose, key=lambda k: weight[k])].append(i)
        else:
            leading[i] = True
            views[i] = []
    return [_merged(candidates[i], [candidates[k] for k in sorted(views[i])]) for i in np.flatnonzero(leading).tolist()]


def _merged(leader: Candidate, others: list[Candidate]) -> Candidate:
    least = _AS_HEAVY * weight_of(leader)
    counted = [leader, *(other for other in others if weight_of(other) >= least)]
    weight = np.array([weight_of(view) for view in counted])
    away_s = np.array([abs(view.onset_s - leader.onset_s) for view in counted])
    together = {
        "views": min(_MOST, float(len(counted))),
        "view_area": min(1.0, sum(view.features["area"] for view in counted)),
        "view_strength": max(view.features["strength"] for view in counted),
        "view_snr": max(view.features["snr"] for view in counted),
        "view_spread_s": float((weight * away_s).sum() / max(weight.sum(), 1e-12)),
    }
    return replace(leader, features=FeatureRow.of(leader.features, together), views=tuple(others))
