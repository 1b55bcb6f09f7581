"""Context: what a candidate's neighbours in time and place say about it.

One suck, one pat or one cycle of a tremor looks like a jerk. Its company gives it away: many like it, in one place, at
a steady pace, of one size. And anything that happens everywhere at once is light or camera, not a limb.
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

__all__ = ["CONTEXT_FEATURES", "context_of", "with_context"]

_COMPANY_S = 3.0  # company is looked for this far to either side: three cycles of the slowest rhythm (1 Hz sucking)
_LONG_S = 10.0  # habits of the place and clutter elsewhere are looked for this far to either side
_ALIKE = 0.4  # company is at least this share of the candidate's own amplitude,
_AS_HEAVY = 0.15  # and this share of its weight: specks of noise are fast, but small
_CLEAR = 1e3  # times the clutter: more adds nothing
_AT_ONCE_S = 0.06
_CROWD_S = 1.5
_RUN_GAP_S = 1.2  # movements in one place that follow each other within this time are one run (0.8 Hz and faster)
_FAR_S = 5.0  # a neighbour farther away than this adds nothing

CONTEXT_FEATURES = (
    "company", "pace_hz", "pace_cv", "amplitude_cv", "company_long", "pace_cv_long", "run_s", "gap_before_s",
    "gap_after_s", "at_once", "at_once_spread", "crowd", "crowd_long", "stands_out", "stands_out_here",
)  # fmt: skip
"""Names of the context features, in order; see `context_of`."""


def with_context(candidates: Candidates) -> Candidates:
    """Return the candidates with the features of `context_of` added to their own."""
    return candidates.extended(CONTEXT_FEATURES, context_of(candidates))


def context_of(candidates: Candidates) -> FloatArray:
    """Return the context features of every candidate.

    *Company* are candidates in the same place, of at least 0.4 times the amplitude and 0.15 times the weight; *crowd*
    are those elsewhere, as heavy.

    ================ ===================================================================================================
    company          number of its company within 3 s, itself included
    pace_hz          1 / median interval between them; 0 with fewer than three
    pace_cv          standard deviation over mean of the intervals; 1 with fewer than four movements (three intervals)
    amplitude_cv     the same of their amplitudes
    company_long     company within 10 s
    pace_cv_long     the same of the company within 10 s, of intervals up to 1.2 s alone; 1 with fewer than four of them
    run_s            length of the run it is part of: company that follows within 1.2 s, within 10 s to both sides
    gap_before_s     time since its company before it, at most 5 s; gap_after_s likewise
    at_once          number of the crowd that begins within 0.06 s
    at_once_spread   root mean square distance of these from their centre, fractions of the picture
    crowd            number of the crowd within 1.5 s
    crowd_long       number of the crowd within 10 s
    stands_out       logarithm (base 10) of its weight over the median weight of candidates elsewhere within 10 s;
                     3 where nothing does
    stands_out_here  the same for other candidates in its own place
    ================ ===================================================================================================

    Parameters
    ----------
    candidates : Candidates
        From `merge_as_measured`.

    Returns
    -------
    ndarray of float64, shape (n, 15)
        Columns as `CONTEXT_FEATURES`. The weight is `Candidates.weight`.
    """
    scene = _Scene.of(candidates)
    features = np.zeros((len(candidates), len(CONTEXT_FEATURES)))
    library = load_kernel()
    if library is None or not _by_kernel(library, scene, features):
        for i in range(len(candidates)):
            features[i] = _features(scene, i)
    return features


def _by_kernel(library: ctypes.CDLL, scene: _Scene, features: FloatArray) -> bool:
    """Fill in the features; return False if there is not enough memory."""
    tracks = (scene.onset_s, scene.x, scene.y, scene.extent, scene.amplitude, scene.weight)
    columns = np.ascontiguousarray(np.stack(tracks))
    return bool(library.context_rows(columns.ctypes.data, len(features), features.ctypes.data))


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """All candidates, with their columns."""

    candidates: Candidates
    onset_s: FloatArray = field(repr=False)
    x: FloatArray = field(repr=False)
    y: FloatArray = field(repr=False)
    extent: FloatArray = field(repr=False)
    amplitude: FloatArray = field(repr=False)
    weight: FloatArray = field(repr=False)

    @classmethod
    def of(cls, candidates: Candidates) -> _Scene:
        x, y, extent = (candidates.zone_value(name) for name in ("x", "y", "extent"))
        onset_s, amplitude = candidates.column("onset_s").copy(), candidates.column("amplitude_px").copy()
        return cls(candidates, onset_s, x, y, extent, amplitude, np.maximum(candidates.weight, 1e-9))


def _features(scene: _Scene, i: int) -> list[float]:
    onset_s = scene.onset_s[i]
    low, high = np.searchsorted(scene.onset_s, (onset_s - _LONG_S, onset_s + _LONG_S + 1e-9))
    around = slice(int(low), int(high))
    away_s = scene.onset_s[around] - onset_s
    close = near(scene.candidates, i, np.arange(around.start, around.stop))
    heavy = scene.weight[around] >= _AS_HEAVY * scene.weight[i]
    company = close & heavy & (scene.amplitude[around] >= _ALIKE * scene.amplitude[i])
    crowd = ~close & heavy
    together = crowd & (np.abs(away_s) <= _AT_ONCE_S)
    spread = 0.0
    if together.any():
        where = np.stack((scene.x[around][together], scene.y[around][together]))
        spread = float(np.sqrt(where.var(axis=1).sum()))
    here = close.copy()
    here[i - around.start] = False
    soon = company & (np.abs(away_s) <= _COMPANY_S)
    return [
        *_rhythm(away_s[soon], scene.amplitude[around][soon]),
        *_habit(away_s[company]),
        float(together.sum()),
        spread,
        float((crowd & (np.abs(away_s) <= _CROWD_S)).sum()),
        float(crowd.sum()),
        _above(scene.weight[i], scene.weight[around][~close]),
        _above(scene.weight[i], scene.weight[around][here]),
    ]


def _rhythm(onset_s: FloatArray, amplitude: FloatArray) -> tuple[float, float, float, float]:
    """Return number and pace of movements in one place, and the variation of their intervals and amplitudes."""
    n = len(onset_s)
    if n < 3:
        return float(n), 0.0, 1.0, 1.0
    intervals = np.maximum(np.diff(onset_s), 1e-3)
    pace_cv = float(intervals.std() / intervals.mean()) if n > 3 else 1.0
    amplitude_cv = float(amplitude.std() / amplitude.mean()) if n > 3 else 1.0
    return float(n), float(1 / np.median(intervals)), pace_cv, amplitude_cv


def _habit(away_s: FloatArray) -> tuple[float, float, float, float, float]:
    """Return number, variation of intervals, length of the run and gaps of the company; the candidate is at 0."""
    intervals = np.diff(away_s)
    short = intervals[intervals <= _RUN_GAP_S]
    pace_cv = float(short.std() / max(short.mean(), 1e-3)) if len(short) > 3 else 1.0
    at = int(np.searchsorted(away_s, 0.0))
    breaks = np.flatnonzero(intervals > _RUN_GAP_S)
    first = int(breaks[breaks < at][-1]) + 1 if (breaks < at).any() else 0
    last = int(breaks[breaks >= at][0]) if (breaks >= at).any() else len(away_s) - 1
    before = -float(away_s[at - 1]) if at > 0 else _FAR_S
    after = float(away_s[at + 1]) if at + 1 < len(away_s) else _FAR_S
    return float(len(away_s)), pace_cv, float(away_s[last] - away_s[first]), min(before, _FAR_S), min(after, _FAR_S)


def _above(weight: float, others: FloatArray) -> float:
    """Return the logarithm of `weight` over the median of `others`, at most 3."""
    usual = float(np.median(others)) if len(others) else 0.0
    return float(np.log10(min(_CLEAR, weight / max(usual, 1e-9))))
