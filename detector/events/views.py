"""Views: one movement seen as several zones is one candidate.

A limb uncovers ground, drags cloth and casts a shadow; each such patch moves with it, but is a zone of its own, whose
first movement may be the limb's return. The heaviest view whose track does not end in the movement represents it, and
the others are kept with it: how many there are and how well they agree is evidence.
"""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from detector.events.candidate_table import Candidates
from detector.events.parting import REST_S
from detector.native.library import load_kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    BoolArray = npt.NDArray[np.bool_]
    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["SAME_LIMB", "SAME_PLACE", "VIEW_FEATURES", "echoes", "merge_as_measured", "merge_views", "near"]

SAME_PLACE = 3.0  # zones closer than this many times the sum of their radii are parts of one limb
SAME_LIMB = 0.12  # share of the picture's sides: zones nearer than this are never called two sites
_EARLY_S, _LATE_S, _LEAST_S = 0.06, 0.04, 0.12  # an echo begins from a little before the movement until it is over
_BRIEF_S = 0.6  # whatever a longer movement drags along begins with it; later, something else may move in its place
_AS_HEAVY = 0.15  # a view counts from this share of the leader's weight: specks of noise are fast, but small
_MOST = 12.0  # more views add nothing
_SURELY_S = 0.1  # anything that begins this much later is surely no earlier view, nor a view of a movement that is over

_MEANS = ("skew", "returned", "away_fit", "explained")
_CLEAREST = (
    "share", "area", "skew", "strength", "duration_s", "speed", "extent", "returned", "coherence", "edge", "explained",
    "away_fit",
)  # fmt: skip

VIEW_FEATURES = (
    "views", "view_area", "view_strength", "view_snr", "view_spread_s", "view_share",
    *(f"view_{name}" for name in _MEANS), *(f"clear_{name}" for name in _CLEAREST),
)  # fmt: skip
"""Names of the features of the views of one movement taken together; see `merge_views`."""


class _Whose(IntEnum):
    """Status of a candidate that is not another one's view; as in native/company.c."""

    NONE = -1
    OPEN = -2  # it cannot be decided yet
    UNSEEN = -3


def near(candidates: Candidates, one: int | IndexArray, other: int | IndexArray) -> BoolArray:
    """Return for pairs of candidates whether both are in one place: on one limb, or on something it drags along."""
    x, y, extent = (candidates.zones.column(name) for name in ("x", "y", "extent"))
    one, other = candidates.zone[one], candidates.zone[other]
    apart = np.hypot(x[one] - x[other], y[one] - y[other])
    return np.asarray(apart <= np.maximum(SAME_LIMB, SAME_PLACE * (extent[one] + extent[other])))


def echoes(candidates: Candidates, weak: int, strong: int | IndexArray) -> BoolArray:
    """Return whether `weak` is only another view of `strong`: in the same place, beginning while that still moves."""
    onset_s, offset_s = (candidates.column(name) for name in ("onset_s", "offset_s"))
    begin_s, end_s = onset_s[strong], offset_s[strong]
    last_s = np.maximum(np.where(end_s - begin_s <= _BRIEF_S, end_s, begin_s), begin_s + _LEAST_S) + _LATE_S
    meanwhile = (begin_s - _EARLY_S <= onset_s[weak]) & (onset_s[weak] < last_s)
    elsewhere = candidates.zone[weak] != candidates.zone[strong]
    return np.asarray(elsewhere & meanwhile & near(candidates, weak, strong))


def merge_views(candidates: Candidates) -> Candidates:
    """Return one candidate for each movement, by onset, with its other views and their joint features.

    ============== ===============================================================================================
    views          number of views, the candidate included, of at least 0.15 times its weight; at most 12
    view_area      their area together, as a share of the picture, at most 1
    view_strength  the largest peak motion over the threshold among them
    view_snr       the largest peak speed over the noise among them
    view_spread_s  mean distance of their onsets from the candidate's, in seconds, weighted
    view_share     share of the picture's motion that lies in them at their peaks, at most 1
    view_skew ..   means of these features over the views, weighted by their share
    clear_share .. these features of the clearest view, in which most of the picture's motion lies: a large patch that
                   a codec stirs can be the heaviest, and has little to do with the limb in front of it
    ============== ===============================================================================================

    Parameters
    ----------
    candidates : Candidates
        From `measure_candidates`.
    """
    return merge_as_measured([(candidates, np.inf)])


def merge_as_measured(stretches: Iterable[tuple[Candidates, float]]) -> Candidates:
    """Return what `merge_views` would for all stretches together, keeping no more of them than their movements.

    Parameters
    ----------
    stretches : iterable of (Candidates, float)
        From `measured_stretches`, at least one.
    """
    merged: list[Candidates] = []
    waiting: list[Candidates] = []
    for fresh, until_s in stretches:
        candidates = Candidates.joined([*waiting, fresh]).by_onset()
        weight = candidates.weight
        leader = _leaders(candidates, _as_speakers(candidates, weight), until_s)
        onset_s = candidates.column("onset_s")
        known_s = min(until_s, float(onset_s[leader == _Whose.OPEN].min(initial=np.inf)))
        group = np.where(leader < 0, np.arange(len(leader)), leader)
        # anything that begins later than this after a movement is not a view of it
        whole = (leader != _Whose.OPEN) & (onset_s[group] + _BRIEF_S + _SURELY_S < known_s)
        merged.append(_merged(candidates, weight, group, whole))
        waiting = [candidates.taken(np.flatnonzero(~whole))]
    return Candidates.joined(merged)


def _merged(candidates: Candidates, weight: FloatArray, group: IndexArray, whole: BoolArray) -> Candidates:
    """Return the movements of candidates that are `whole`; `group` is the candidate each is a view of, or itself."""
    own = np.flatnonzero(whole & (group == np.arange(len(group))))
    others = np.flatnonzero(whole & (group != np.arange(len(group))))
    others = others[np.argsort(group[others], kind="stable")]
    leaders = candidates.taken(own).extended(VIEW_FEATURES, _together(candidates, weight, group, whole))
    starts = np.append(np.searchsorted(group[others], own), len(others))
    return replace(leaders, view_starts=starts, view_zone=candidates.zone[others])


def _as_speakers(candidates: Candidates, weight: FloatArray) -> FloatArray:
    """Return each one's weight for representing others: little if its track ends before rest shows that it is over.

    Any other view that counts and is followed to the end gives a better end and amplitude.
    """
    if not len(candidates):
        return weight
    cut_off = candidates.features["followed_s"] < REST_S
    return np.where(cut_off, _AS_HEAVY * weight, weight)


def _leaders(candidates: Candidates, weight: FloatArray, until_s: float) -> IndexArray:
    """Return whose view each candidate is; `_Whose.NONE` for those that represent themselves.

    It is `_Whose.OPEN` if that cannot be decided from the candidates that begin before `until_s`.
    """
    order = np.argsort(-weight, kind="stable")  # the heaviest first
    library = load_kernel()
    if library is None:
        return _leaders_plainly(candidates, weight, order, until_s)
    places = [candidates.zone_value(name) for name in ("x", "y", "extent")]
    columns = np.stack((candidates.column("onset_s"), *places, candidates.column("offset_s"), weight))
    zone, turns = candidates.zone.astype(np.intc), order.astype(np.intc)
    leader = np.empty(len(candidates), np.intc)
    arrays = (turns.ctypes.data, zone.ctypes.data, until_s, leader.ctypes.data)
    library.find_leaders(columns.ctypes.data, len(candidates), *arrays)
    return leader.astype(np.intp)


def _leaders_plainly(candidates: Candidates, weight: FloatArray, order: IndexArray, until_s: float) -> IndexArray:
    onset_s = candidates.column("onset_s")
    leader = np.full(len(candidates), _Whose.UNSEEN)
    for i in order.tolist():
        low, high = np.searchsorted(onset_s, (onset_s[i] - _BRIEF_S - _LATE_S, onset_s[i] + _EARLY_S))
        near_by = leader[low : high + 1]
        strong = low + np.flatnonzero((near_by == _Whose.NONE) | (near_by == _Whose.OPEN))
        whose = strong[echoes(candidates, i, strong)]
        if onset_s[i] + _SURELY_S >= until_s or (leader[whose] == _Whose.OPEN).any():
            leader[i] = _Whose.OPEN
        else:
            leader[i] = whose[weight[whose].argmax()] if len(whose) else _Whose.NONE
    return leader


def _together(candidates: Candidates, weight: FloatArray, group: IndexArray, whole: BoolArray) -> FloatArray:
    """Return the joint features of each movement's views, columns as `VIEW_FEATURES`; parameters as in `_merged`."""
    if not whole.any():
        return np.empty((0, len(VIEW_FEATURES)))
    index, features, onset_s = np.arange(len(candidates)), candidates.features, candidates.column("onset_s")
    counted = np.flatnonzero(whole & ((group == index) | (weight >= _AS_HEAVY * weight[group])))
    counted = counted[np.lexsort((counted, counted != group[counted], group[counted]))]  # each leader first
    first = np.flatnonzero(counted == group[counted])
    at = np.cumsum(counted == group[counted]) - 1
    away_s = np.abs(onset_s[counted] - onset_s[group[counted]])
    heavy, share = weight[counted], features["share"][counted]
    in_all = np.bincount(at, share)
    clearest = counted[np.lexsort((-share, at))[first]]
    return np.column_stack((
        np.minimum(_MOST, np.bincount(at)),
        np.minimum(1.0, np.bincount(at, features["area"][counted])),
        np.maximum.reduceat(features["strength"][counted], first),
        np.maximum.reduceat(features["snr"][counted], first),
        np.bincount(at, heavy * away_s) / np.maximum(np.bincount(at, heavy), 1e-12),
        np.minimum(1.0, in_all),
        *(np.bincount(at, share * features[name][counted]) / np.maximum(in_all, 1e-12) for name in _MEANS),
        *(features[name][clearest] for name in _CLEAREST),
    ))  # fmt: skip
