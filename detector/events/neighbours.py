"""Neighbours: how earlier looks judged the candidates around one, for the last look to use.

By itself a movement may look like half a jerk. Between others that look the same, it is one of a train; after one that
is surely a jerk, it is its rebound; among many that surely are not jerks, it is one more of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.events.views import near
from detector.native.library import load_kernel

if TYPE_CHECKING:
    import ctypes

    import numpy.typing as npt

    from detector.events.candidate_table import Candidates

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["NEIGHBOUR_FEATURES", "neighbours_of"]

_AROUND_S = 10.0  # neighbours are looked for this far to either side
_NEAR_S = 5.0  # unlikely ones are counted this far; a likely one farther away adds nothing
_SOON_S = 0.5  # the next of a fast train, and the rebound of a slow jerk
_AT_ONCE_S = 0.1  # the same moment: two limbs, or two views of a limb
_BEGUN_S = 0.05  # anything that began this much earlier, and is not over, is under way
_AS_HEAVY = 0.3  # share of the candidate's weight from which others count as like it
_LIKELY, _POSSIBLE, _UNLIKELY = 0.0, -1.4, -2.0  # log odds: even, one in five, one in eight
_NOBODY = -8.0  # log odds if there is no neighbour

NEIGHBOUR_FEATURES = (
    "odds", "odds_at_once", "odds_before_here", "odds_before_elsewhere", "odds_after_here", "odds_after_elsewhere",
    "since_s", "until_s", "since_here_s", "until_here_s", "unlikely_here", "unlikely_elsewhere",
    "best_here", "best_elsewhere", "usual_here", "usual_elsewhere", "odds_under_way",
)  # fmt: skip
"""Names of the features, in order; see `neighbours_of`."""


def neighbours_of(candidates: Candidates, odds: FloatArray, which: IndexArray) -> FloatArray:
    """Return features of some candidates from the odds of their neighbours.

    *Here* is the same place, *elsewhere* any other; *like it* are those of at least 0.3 times its weight. If none is
    found, odds are -8.

    ======================= ==========================================================================================
    odds                    its own log odds after the earlier looks
    odds_at_once            highest log odds of another that begins within 0.1 s
    odds_before_here, ..    the same of those that begin 0.1-0.5 s before, here and elsewhere; odds_after_.. likewise
    since_s, until_s        time since the onset before, and until the next, that is likely a jerk (odds above even) and
                            not at once; at most 5 s
    since_here_s, ..        the same here, of those that are possibly one (log odds above -1.4)
    unlikely_here, ..       log(1 + number) of those like it within 5 s that are hardly jerks (log odds below -2)
    best_here, ..           highest log odds within 10 s, not at once
    usual_here, ..          mean log odds of those like it within 10 s, not at once
    odds_under_way          highest log odds of those that began more than 0.05 s before and are not over
    ======================= ==========================================================================================

    Parameters
    ----------
    candidates : Candidates
        From `merge_as_measured`, by onset.
    odds : ndarray of float64, shape (n,)
        Log odds of each after the earlier looks.
    which : ndarray of intp, shape (m,)
        Indices of the candidates wanted, in ascending order.

    Returns
    -------
    ndarray of float64, shape (m, 17)
        Columns as `NEIGHBOUR_FEATURES`. The weight is `Candidates.weight`.
    """
    scene = _Scene.of(candidates, odds)
    features = np.zeros((len(which), len(NEIGHBOUR_FEATURES)))
    library = load_kernel()
    if library is None:
        for row, i in enumerate(which.tolist()):
            features[row] = _features(scene, i)
    else:
        _by_kernel(library, scene, which, features)
    return features


def _by_kernel(library: ctypes.CDLL, scene: _Scene, which: IndexArray, features: FloatArray) -> None:
    place = (scene.candidates.zone_value(name) for name in ("x", "y", "extent"))
    columns = np.ascontiguousarray(np.stack((scene.onset_s, scene.offset_s, *place, scene.weight, scene.odds)))
    rows = which.astype(np.int32)
    library.neighbour_rows(columns.ctypes.data, len(scene.odds), rows.ctypes.data, len(rows), features.ctypes.data)


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """Candidates with their columns and odds."""

    candidates: Candidates
    onset_s: FloatArray = field(repr=False)
    offset_s: FloatArray = field(repr=False)
    weight: FloatArray = field(repr=False)
    odds: FloatArray = field(repr=False)

    @classmethod
    def of(cls, candidates: Candidates, odds: FloatArray) -> _Scene:
        onset_s, offset_s = candidates.column("onset_s").copy(), candidates.column("offset_s").copy()
        return cls(candidates, onset_s, offset_s, candidates.weight, np.asarray(odds, np.float64))


def _features(scene: _Scene, i: int) -> list[float]:
    onset_s = scene.onset_s[i]
    low, high = np.searchsorted(scene.onset_s, (onset_s - _AROUND_S, onset_s + _AROUND_S))
    around = np.arange(low, high)
    later_s, odds = scene.onset_s[around] - onset_s, scene.odds[around]
    apart_s, here, other = np.abs(later_s), near(scene.candidates, i, around), around != i
    before, after = (later_s < -_AT_ONCE_S), (later_s > _AT_ONCE_S)
    beside, soon = before | after, apart_s <= _SOON_S
    like = beside & (scene.weight[around] >= _AS_HEAVY * scene.weight[i])
    unlikely = like & (odds < _UNLIKELY) & (apart_s <= _NEAR_S)
    under_way = (later_s < -_BEGUN_S) & (scene.offset_s[around] > onset_s)
    return [
        float(scene.odds[i]),
        _best(odds[other & (apart_s <= _AT_ONCE_S)]),
        *(_best(odds[side & soon & place]) for side in (before, after) for place in (here, ~here)),
        *(_nearest(apart_s[side & (odds > _LIKELY)]) for side in (before, after)),
        *(_nearest(apart_s[side & here & (odds > _POSSIBLE)]) for side in (before, after)),
        *(float(np.log1p((unlikely & place).sum())) for place in (here, ~here)),
        *(_best(odds[beside & place]) for place in (here, ~here)),
        *(_usual(odds[like & place]) for place in (here, ~here)),
        _best(odds[under_way]),
    ]


def _best(odds: FloatArray) -> float:
    return float(odds.max(initial=_NOBODY))


def _usual(odds: FloatArray) -> float:
    return float(odds.mean()) if len(odds) else _NOBODY


def _nearest(apart_s: FloatArray) -> float:
    return float(apart_s.min(initial=_NEAR_S))
