"""Tell a running clock in the picture, with digits that change many times a second, from limbs.

Digits that change look like a limb that leaps and comes back. Their clock gives them away: the same ones change at the
same moment of every second, to the frame, and others change in between. No limb keeps such time: the intervals of a
regular train stray by a tenth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import bdtrc

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.events.candidate_table import Candidates

    BoolArray = npt.NDArray[np.bool_]
    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["on_a_clock"]

_MARGIN = 0.2  # share of the height, at the top and at the bottom: where clocks are put
_HERE = 0.08  # share of the picture's sides: two large digits
_AROUND_S = 10.0  # looked at to either side
_LEAST_S = 8.0  # of the recording around it: fewer seconds prove no clock
_MOST = 0.6  # share of the seconds that begin a movement at the same moment
_FRAME = 0.6  # of one to either side is the same moment
_CHANCE = 1e-4  # that so many seconds do in a busy place
_OTHERS_HZ = 0.7  # movements at other moments of the second: a train of one jerk a second has none
_ALIKE = 0.1  # times its weight


def on_a_clock(candidates: Candidates, which: BoolArray) -> BoolArray:
    """Return which of the candidates asked for lie where a clock runs; False for all others.

    They lie in the top or bottom fifth of the picture. In at least 0.6 of the seconds around, 10 s to either side and
    8 s in all, a movement begins in the same place at the same moment of the second, to the frame, more often than by
    chance (binomial, one in 10,000); and 0.7 a second of a tenth of the weight or more begin at other moments. What
    lies near one of that kind lies on the same clock.

    Parameters
    ----------
    candidates : Candidates
        Candidates with their features, by onset; refused ones count, too.
    which : bool, shape (n,)
        Those to be looked at.
    """
    found = np.zeros(len(candidates), np.bool_)
    onset_s, x, y = candidates.column("onset_s"), candidates.zone_value("x"), candidates.zone_value("y")
    items = np.flatnonzero(which & ((y < _MARGIN) | (y > 1 - _MARGIN)))
    if not len(items):
        return found
    places, interval_s = _Places(onset_s, x, y, candidates.weight), candidates.features["interval_s"]
    keeps = [_keeps_time(places, item, float(interval_s[item])) for item in items.tolist()]
    clocks = items[np.array(keeps, np.bool_)]
    found[items] = [len(places.near(item, clocks)) > 0 for item in items.tolist()]
    return found


class _Places(NamedTuple):
    """When and where each candidate begins, and how heavy it is."""

    onset_s: FloatArray
    x: FloatArray
    y: FloatArray
    weight: FloatArray

    def near(self, item: int, others: IndexArray | None = None) -> IndexArray:
        """Return which others, or all if not given, begin in the place of one within 10 s of it; itself, too."""
        begun_s = self.onset_s if others is None else self.onset_s[others]
        low, high = np.searchsorted(begun_s, self.onset_s[item] + np.array((-_AROUND_S, _AROUND_S)))
        around = np.arange(low, high) if others is None else others[low:high]
        here = np.hypot(self.x[around] - self.x[item], self.y[around] - self.y[item]) <= _HERE
        return np.asarray(around[here])


def _keeps_time(places: _Places, item: int, interval_s: float) -> bool:
    """Return whether movements in the place of a candidate begin at its moment of most seconds, and others besides."""
    onset_s = places.onset_s
    length_s = sum(min(_AROUND_S, side_s) for side_s in (onset_s[item] - onset_s[0], onset_s[-1] - onset_s[item]))
    if length_s < _LEAST_S:
        return False
    near = places.near(item)
    away_s = onset_s[near] - onset_s[item]
    seconds = np.round(away_s)
    same = np.abs(away_s - seconds) <= _FRAME * interval_s
    alike = places.weight[near] >= _ALIKE * places.weight[item]
    if np.count_nonzero(alike & ~same) < _OTHERS_HZ * length_s:
        return False
    often, n_seconds = len(np.unique(seconds[same & (seconds != 0)])), int(length_s)
    by_chance = -np.expm1(-len(near) / length_s * 2 * _FRAME * interval_s)
    return bool(often >= _MOST * n_seconds and bdtrc(often - 1, n_seconds, by_chance) < _CHANCE)
