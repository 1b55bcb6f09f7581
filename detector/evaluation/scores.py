"""Recall, precision, false positives per hour and timing, over recordings, with intervals."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from detector.evaluation.event_files import read_events
from detector.evaluation.tally import AMPLITUDE_BINS, GROUPS, QUANTITIES, Pair, tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = ["TOLERANCE_S", "Pair", "Scores", "read_pair", "score"]

TOLERANCE_S = 0.100
"""Half the interval of a 5 Hz train, the fastest that is usual: no wider, or an onset reaches its neighbour."""

_RATIOS = ("recall", "precision", "f1", "fp_per_h")


@dataclass(frozen=True, slots=True)
class Scores:
    """Agreement of found with known jerks. What cannot be computed (no such event, no known hours) is NaN.

    Attributes
    ----------
    n_recordings : int
        Recordings that were scored.
    tolerance_s : float
        Largest difference of onsets of a pair, in seconds.
    tp, fp, fn : int
        Pairs, found jerks without a known one, known jerks without a found one.
    ignored : int
        Found jerks without a known one in don't-care stretches; not among `fp`.
    doubled : int
        Paired known jerks with a second, unpaired detection from `tolerance_s` before their onset to `tolerance_s`
        after their offset.
    hours : float
        Analysed hours of all recordings.
    recall, precision, f1 : float
        Of the counts of all recordings together, 0-1.
    fp_per_h : float
        False positives per analysed hour.
    onset_bias_s, onset_mae_s : float
        Mean of found less known onset, and mean of its size, over pairs, in seconds.
    duration_mae_s : float
        Mean size of found less known duration, over pairs with both, in seconds.
    count_error : float
        (found - known) / known number of jerks, ignored ones left out.
    cluster_f1, episode_f1 : float
        F1 of clusters and episodes, paired where intersection over union is at least 0.5; NaN where no truth of the set
        names one.
    recall_by_amplitude : Mapping of str to float
        Recall of known jerks by amplitude, scaled to a picture 640 pixels wide where the width is known.
    intervals : Mapping of str to (float, float)
        95 % bootstrap intervals by recording of recall, precision, f1 and fp_per_h; NaN with fewer than two recordings.
    by_condition : Mapping of str to Mapping of str to float
        Recall, precision, f1 and fp_per_h of each condition.
    macro : Mapping of str to float
        Mean over the conditions where the score is defined, each of the same weight.
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
    cluster_f1: float
    episode_f1: float
    recall_by_amplitude: Mapping[str, float] = field(repr=False)
    intervals: Mapping[str, tuple[float, float]] = field(repr=False)
    by_condition: Mapping[str, Mapping[str, float]] = field(repr=False)
    macro: Mapping[str, float] = field(repr=False)


def read_pair(predicted: Path, truth: Path, *, condition: str = "") -> Pair:
    """Read two event files; hours and width come from the ``summary.json`` beside `predicted`, if there is one.

    Raises
    ------
    TruthError
        If an event file cannot be read.
    """
    hours, width = _facts_beside(predicted)
    return Pair(read_events(predicted), read_events(truth), hours=hours, width_px=width, condition=condition)


def _facts_beside(predicted: Path) -> tuple[float, float]:
    try:
        content = json.loads((predicted.parent / "summary.json").read_text("utf-8"))
        return float(content["rates"]["analysed_h"]), float(content["recording"]["width"])
    except (OSError, ValueError, KeyError, TypeError):
        return math.nan, math.nan


def score(
    pairs: Iterable[Pair], *, tolerance_s: float = TOLERANCE_S, resamples: int = 2000, seed: int = 20_260_101
) -> Scores:
    """Score found against known events over recordings.

    Parameters
    ----------
    pairs : iterable of Pair
        One a recording.
    tolerance_s : float
        Largest difference of onsets of a pair, in seconds.
    resamples : int
        Bootstrap samples of recordings.
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
    pairs = tuple(pairs)
    table = np.array([tally(pair, tolerance_s) for pair in pairs]).reshape(-1, len(QUANTITIES))
    total = _sums(table.sum(axis=0))
    by_condition = {
        name: _ratios(_sums(table[[pair.condition == name for pair in pairs]].sum(axis=0)))
        for name in sorted({pair.condition for pair in pairs})
    }
    annotated = {group: any(group in pair.truth.trial_type for pair in pairs) for group in GROUPS}
    groups = {group: _f1(total, f"{group}_") if annotated[group] else math.nan for group in GROUPS}
    known = total["tp"] + total["fn"]
    return Scores(
        n_recordings=len(pairs),
        tolerance_s=tolerance_s,
        tp=int(total["tp"]),
        fp=int(total["fp"]),
        fn=int(total["fn"]),
        ignored=int(total["ignored"]),
        doubled=int(total["doubled"]),
        hours=total["hours"],
        **_ratios(total),
        onset_bias_s=_over(total["onset_error_s"], total["tp"]),
        onset_mae_s=_over(total["onset_abs_s"], total["tp"]),
        duration_mae_s=_over(total["duration_abs_s"], total["durations"]),
        count_error=_over(total["fp"] - total["fn"], known),
        cluster_f1=groups["cluster"],
        episode_f1=groups["episode"],
        recall_by_amplitude=MappingProxyType(_recall_by_amplitude(total)),
        intervals=MappingProxyType(_intervals(table, resamples, seed)),
        by_condition=MappingProxyType({name: MappingProxyType(value) for name, value in by_condition.items()}),
        macro=MappingProxyType({name: _mean([value[name] for value in by_condition.values()]) for name in _RATIOS}),
    )


def _sums(row: FloatArray) -> dict[str, float]:
    return dict(zip(QUANTITIES, row.tolist(), strict=True))


def _ratios(sums: Mapping[str, float]) -> dict[str, float]:
    return {
        "recall": _over(sums["tp"], sums["tp"] + sums["fn"]),
        "precision": _over(sums["tp"], sums["tp"] + sums["fp"]),
        "f1": _f1(sums),
        "fp_per_h": _over(sums["fp"], sums["hours"]),
    }


def _f1(sums: Mapping[str, float], prefix: str = "") -> float:
    tp, fp, fn = (sums[f"{prefix}{name}"] for name in ("tp", "fp", "fn"))
    return _over(2.0 * tp, 2.0 * tp + fp + fn)


def _recall_by_amplitude(sums: Mapping[str, float]) -> dict[str, float]:
    return {name: _over(sums[f"tp {name}"], sums[f"tp {name}"] + sums[f"fn {name}"]) for name in AMPLITUDE_BINS}


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _mean(values: list[float]) -> float:
    defined = [value for value in values if not math.isnan(value)]
    return math.fsum(defined) / len(defined) if defined else math.nan


def _intervals(table: FloatArray, resamples: int, seed: int) -> dict[str, tuple[float, float]]:
    """Draw recordings with replacement; events within one are not independent, recordings are."""
    n = len(table)
    if n < 2:
        return dict.fromkeys(_RATIOS, (math.nan, math.nan))
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), size=resamples)
    drawn = [_ratios(_sums(row)) for row in draws @ table]
    intervals = {}
    for name in _RATIOS:
        values = np.array([ratios[name] for ratios in drawn])
        values = values[np.isfinite(values)]
        low, high = np.quantile(values, (0.025, 0.975)).tolist() if len(values) else (math.nan, math.nan)
        intervals[name] = (low, high)
    return intervals
