"""Recall, precision, false positives per hour and timing, over recordings, with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.evaluation.figures import bootstrap, by_name, ratios
from detector.evaluation.tally import AMPLITUDE_BINS, GROUPS, QUANTITIES, Pair, amplitude_ratios, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = ["TOLERANCE_S", "Scores", "score"]

TOLERANCE_S = 0.100
"""Half the interval of a 5 Hz train, the fastest that is usual: any wider, and an onset would reach its neighbour."""

_RATIOS = ("recall", "precision", "f1", "fp_per_h")


@dataclass(frozen=True, slots=True)
class Scores:
    """Agreement of found with known jerks. Scores that cannot be computed (no such event, unknown hours) are NaN.

    Attributes
    ----------
    n_recordings : int
        Number of recordings scored.
    tolerance_s : float
        Largest onset difference within a pair, in seconds.
    tp, fp, fn : int
        Numbers of pairs, of found jerks without a known one, and of known jerks without a found one.
    ignored : int
        Found jerks without a known one in don't-care stretches; not counted in `fp`.
    doubled : int
        Paired known jerks with a second, unpaired detection from `tolerance_s` before their onset to `tolerance_s`
        after their offset.
    hours : float
        Analysed hours of all recordings.
    recall, precision, f1 : float
        Computed from the pooled counts of all recordings, 0-1.
    fp_per_h : float
        False positives per analysed hour.
    onset_bias_s, onset_mae_s : float
        Mean difference, and mean absolute difference, of found minus known onset over the pairs, in seconds.
    duration_mae_s : float
        Mean absolute difference of found minus known duration, over the pairs with both, in seconds.
    count_error : float
        (found - known) / known number of jerks, without ignored ones.
    doubled_share : float
        `doubled` divided by the number of known jerks.
    amplitude_error : float
        Median of ``|found / known - 1|`` of the amplitudes, over the pairs with both.
    site_accuracy, side_accuracy : float
        Share of the pairs whose found place is among the known ones, over the pairs with a place on both sides.
    cluster_f1, episode_f1 : float
        F1 of clusters and episodes, paired if their intersection over union is at least 0.5; NaN if no truth of the set
        names one.
    recall_by_amplitude : Mapping of str to float
        Recall of known jerks by amplitude, scaled to a picture 640 pixels wide if the width is known.
    intervals : Mapping of str to (float, float)
        95 % intervals, bootstrapped over recordings, of every score above that is a ratio and of ``recall <3`` and so
        on; NaN with fewer than two recordings.
    by_condition : Mapping of str to Mapping of str to float
        Recall, precision, f1, fp_per_h, tp, fp, fn and hours of each condition.
    macro : Mapping of str to float
        Unweighted mean over the conditions in which the score is defined.
    """

    n_recordings: int
    tolerance_s: float
    tp: int
    fp: int
    fn: int
    ignored: int
    doubled: int
    hours: float
    recall: float
    precision: float
    f1: float
    fp_per_h: float
    onset_bias_s: float
    onset_mae_s: float
    duration_mae_s: float
    count_error: float
    doubled_share: float
    amplitude_error: float
    site_accuracy: float
    side_accuracy: float
    cluster_f1: float
    episode_f1: float
    recall_by_amplitude: Mapping[str, float] = field(repr=False)
    intervals: Mapping[str, tuple[float, float]] = field(repr=False)
    by_condition: Mapping[str, Mapping[str, float]] = field(repr=False)
    macro: Mapping[str, float] = field(repr=False)


def score(
    pairs: Pair | Iterable[Pair], *, tolerance_s: float = TOLERANCE_S, resamples: int = 2000, seed: int = 20_260_101
) -> Scores:
    """Score found against known events over one or more recordings.

    Parameters
    ----------
    pairs : Pair, or iterable of Pair
        One per recording.
    tolerance_s : float
        Largest onset difference within a pair, in seconds.
    resamples : int
        Number of bootstrap samples of recordings.
    seed : int
        Seed of the bootstrap: the same pairs give the same intervals.

    Returns
    -------
    Scores
        Scores over all recordings, intervals, and scores by condition.

    Raises
    ------
    ValueError
        If `tolerance_s` is negative or not a number.
    """
    pairs = (pairs,) if isinstance(pairs, Pair) else tuple(pairs)
    table = np.array([tally(pair, tolerance_s) for pair in pairs]).reshape(-1, len(QUANTITIES))
    total = table.sum(axis=0)
    annotated = {group: any(group in pair.truth.trial_type for pair in pairs) for group in GROUPS}
    figures = {name: float(value[0]) for name, value in ratios(total[None, :], annotated).items()}
    by_condition = {
        name: _of_condition(table[[pair.condition == name for pair in pairs]].sum(axis=0))
        for name in sorted({pair.condition for pair in pairs})
    }
    counts = by_name(total)
    values: dict[str, Any] = {name: int(counts[name]) for name in _COUNTS}
    values |= {name: figures[name] for name in _FIGURES}
    return Scores(
        n_recordings=len(pairs),
        tolerance_s=tolerance_s,
        **values,
        hours=float(counts["hours"]),
        amplitude_error=_amplitude_error(pairs, tolerance_s),
        recall_by_amplitude=MappingProxyType({name: figures[f"recall {name}"] for name in AMPLITUDE_BINS}),
        intervals=MappingProxyType(bootstrap(table, annotated, resamples, seed)),
        by_condition=MappingProxyType({name: MappingProxyType(value) for name, value in by_condition.items()}),
        macro=MappingProxyType({name: _mean([value[name] for value in by_condition.values()]) for name in _RATIOS}),
    )


_COUNTS = ("tp", "fp", "fn", "ignored", "doubled")
_FIGURES = (
    *_RATIOS, "onset_bias_s", "onset_mae_s", "duration_mae_s", "count_error", "doubled_share", "site_accuracy",
    "side_accuracy", *(f"{group}_f1" for group in GROUPS),
)  # fmt: skip


def _of_condition(total: FloatArray) -> dict[str, float]:
    figures, sums = ratios(total[None, :], dict.fromkeys(GROUPS, False)), by_name(total)
    return {name: float(figures[name][0]) for name in _RATIOS} | {
        name: float(sums[name]) for name in ("tp", "fp", "fn", "hours")
    }


def _amplitude_error(pairs: Sequence[Pair], tolerance_s: float) -> float:
    ratios = [amplitude_ratios(pair, tolerance_s) for pair in pairs]
    joined = np.concatenate(ratios) if ratios else np.zeros(0)
    return float(np.median(np.abs(joined - 1))) if len(joined) else math.nan


def _mean(values: list[float]) -> float:
    defined = [value for value in values if not math.isnan(value)]
    return math.fsum(defined) / len(defined) if defined else math.nan
