"""Context: what a candidate's neighbours in time and place say about it.

One suck, one pat and one cycle of a tremor look like a jerk. Their company gives them away: many of them, in one
place, at a steady pace, of one size. And what happens everywhere at once is light or camera, not a limb.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.events.candidates import Candidate

    FloatArray = npt.NDArray[np.float64]

__all__ = ["CONTEXT_FEATURES", "context_of", "echoes", "near", "weight_of", "with_context"]

_SAME_PLACE = 3.0  # zones closer than this many times the sum of their radii are parts of one limb
_SAME_LIMB = 0.12  # of the picture's diagonal: nearer than this, two zones are never called two sites
_COMPANY_S = 3.0  # how far to either side company is looked for
_ALIKE = 0.4  # company is at least this share of the candidate's own amplitude,
_AS_HEAVY = 0.15  # and this share of its weight: specks of noise are fast, but small
_CLUTTER_S = 10.0  # how far to either side the clutter is taken from that a candidate stands out of
_CLEAR = 1e3  # more than this many times the clutter says no more
_AT_ONCE_S = 0.06
_EARLY_S, _LATE_S, _LEAST_S = 0.04, 0.04, 0.12  # an echo begins from a little before the movement until it is over

CONTEXT_FEATURES = ("company", "pace_hz", "pace_cv", "amplitude_cv", "at_once", "at_once_spread", "stands_out")
"""Names of the context features, in order; `context_of` says what each is."""


def near(a: Candidate, b: Candidate) -> bool:
    """Tell whether two candidates happen in one place: on one limb, or on what it drags along."""
    apart = float(np.hypot(a.zone.x - b.zone.x, a.zone.y - b.zone.y))
    return apart <= max(_SAME_LIMB, _SAME_PLACE * (a.zone.extent + b.zone.extent))


def weight_of(candidate: Candidate) -> float:
    """Return how much picture moved, how fast and how much as one: the larger view of a movement stands for it."""
    features = candidate.features
    return features["area"] * features["speed"] * features["coherence"]


def echoes(weak: Candidate, strong: Candidate) -> bool:
    """Tell whether `weak` is only another view of `strong`: the same place, beginning while that one still moves.

    A limb uncovers ground and drags cloth; such patches move with it, but are seen as zones of their own, whose first
    movement may be the limb's return.
    """
    if weak.zone is strong.zone:
        return False
    end_s = max(strong.offset_s, strong.onset_s + _LEAST_S) + _LATE_S
    return strong.onset_s - _EARLY_S <= weak.onset_s < end_s and near(weak, strong)


def _leading(candidates: Sequence[Candidate]) -> npt.NDArray[np.bool_]:
    """Tell which candidates are not an echo of a heavier one that is none itself."""
    onset_s = np.array([candidate.onset_s for candidate in candidates])
    weight = np.array([weight_of(candidate) for candidate in candidates])
    longest_s = max((c.offset_s - c.onset_s for c in candidates), default=0.0) + 2 * _LEAST_S
    leading = np.zeros(len(candidates), bool)
    for i in np.argsort(-weight, kind="stable"):
        low, high = np.searchsorted(onset_s, (onset_s[i] - longest_s, onset_s[i] + _EARLY_S), side="right")
        before = (int(k) + int(low) for k in np.flatnonzero(leading[low:high]))
        leading[i] = not any(echoes(candidates[i], candidates[k]) for k in before)
    return leading


def with_context(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates (by onset) with the features of `context_of` added to their own."""
    return [
        replace(
            candidate,
            features=MappingProxyType({**candidate.features, **dict(zip(CONTEXT_FEATURES, row, strict=True))}),
        )
        for candidate, row in zip(candidates, context_of(candidates).tolist(), strict=True)
    ]


def context_of(candidates: Sequence[Candidate]) -> FloatArray:
    """Return the context features of every candidate.

    ================ ===================================================================================================
    company          movements in the same place within 3 s, of at least 0.4 times the amplitude and 0.15 times the
                     weight; echoes left out
    pace_hz          1 / median interval between them; 0 with fewer than three
    pace_cv          standard deviation over mean of the intervals; 1 with fewer than four
    amplitude_cv     the same of their amplitudes
    at_once          number of candidates elsewhere, as heavy, that begin within 0.06 s
    at_once_spread   root mean square distance of these from their centre, fractions of the picture
    stands_out       logarithm (base 10) of its weight over the median weight of what happens elsewhere within 10 s;
                     3 where nothing does
    ================ ===================================================================================================

    Parameters
    ----------
    candidates : sequence of Candidate
        By onset.

    Returns
    -------
    ndarray of float64, shape (n, 7)
        Columns as `CONTEXT_FEATURES`. The weight is `weight_of`.
    """
    onset_s = np.array([candidate.onset_s for candidate in candidates])
    x = np.array([candidate.zone.x for candidate in candidates])
    y = np.array([candidate.zone.y for candidate in candidates])
    extent = np.array([candidate.zone.extent for candidate in candidates])
    amplitude = np.array([candidate.amplitude_px for candidate in candidates])
    features = np.zeros((len(candidates), len(CONTEXT_FEATURES)))
    weight = np.maximum([weight_of(candidate) for candidate in candidates], 1e-9)
    leading = _leading(candidates)
    first = np.searchsorted(onset_s, onset_s - _COMPANY_S)
    last = np.searchsorted(onset_s, onset_s + _COMPANY_S, side="right")
    for i in range(len(candidates)):
        around = slice(int(first[i]), int(last[i]))
        apart = np.hypot(x[around] - x[i], y[around] - y[i])
        close = apart <= np.maximum(_SAME_LIMB, _SAME_PLACE * (extent[around] + extent[i]))
        counted = leading[around] & (weight[around] >= _AS_HEAVY * weight[i])
        company = close & counted & (amplitude[around] >= _ALIKE * amplitude[i])
        features[i, :4] = _rhythm(onset_s[around][company], amplitude[around][company])
        together = ~close & counted & (np.abs(onset_s[around] - onset_s[i]) <= _AT_ONCE_S)
        if together.any():
            where = np.stack((x[around][together], y[around][together]))
            features[i, 4:6] = together.sum(), float(np.sqrt(where.var(axis=1).sum()))
        low, high = np.searchsorted(onset_s, (onset_s[i] - _CLUTTER_S, onset_s[i] + _CLUTTER_S))
        elsewhere = np.hypot(x[low:high] - x[i], y[low:high] - y[i]) > _SAME_LIMB
        clutter = float(np.median(weight[low:high][elsewhere])) if elsewhere.any() else 0.0
        features[i, 6] = np.log10(min(_CLEAR, weight[i] / max(clutter, 1e-9)))
    return features


def _rhythm(onset_s: FloatArray, amplitude: FloatArray) -> tuple[float, float, float, float]:
    """Return number, pace, and the variation of intervals and amplitudes of movements in one place."""
    n = len(onset_s)
    if n < 3:
        return float(n), 0.0, 1.0, 1.0
    intervals = np.maximum(np.diff(onset_s), 1e-3)
    pace_cv = float(intervals.std() / intervals.mean()) if n > 3 else 1.0
    amplitude_cv = float(amplitude.std() / amplitude.mean()) if n > 3 else 1.0
    return float(n), float(1 / np.median(intervals)), pace_cv, amplitude_cv
