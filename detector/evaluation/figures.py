"""Every score that is a ratio of sums, for one row of sums or for thousands of bootstrap draws at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from detector.evaluation.tally import AMPLITUDE_BINS, GROUPS, QUANTITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = ["bootstrap", "by_name", "ratios"]


def by_name(rows: FloatArray) -> dict[str, FloatArray]:
    """Return the quantities by name, of one row or of each of many."""
    return {name: rows[..., place] for place, name in enumerate(QUANTITIES)}


def ratios(rows: FloatArray, annotated: Mapping[str, bool]) -> dict[str, FloatArray]:
    """Return every score that is a ratio of sums, for each row of sums: shape (n,) each."""
    sums = by_name(rows)
    known = sums["tp"] + sums["fn"]
    figures = {
        "recall": _over(sums["tp"], known),
        "precision": _over(sums["tp"], sums["tp"] + sums["fp"]),
        "f1": _over(2 * sums["tp"], known + sums["tp"] + sums["fp"]),
        "fp_per_h": _over(sums["fp"], sums["hours"]),
        "onset_bias_s": _over(sums["onset_error_s"], sums["tp"]),
        "onset_mae_s": _over(sums["onset_abs_s"], sums["tp"]),
        "duration_mae_s": _over(sums["duration_abs_s"], sums["durations"]),
        "count_error": _over(sums["fp"] - sums["fn"], known),
        "doubled_share": _over(sums["doubled"], known),
        "site_accuracy": _over(sums["site_right"], sums["sites"]),
        "side_accuracy": _over(sums["side_right"], sums["sides"]),
    }
    for group in GROUPS:
        tp, fp, fn = (sums[f"{group}_{name}"] for name in ("tp", "fp", "fn"))
        value = _over(2 * tp, 2 * tp + fp + fn)
        figures[f"{group}_f1"] = value if annotated[group] else np.full_like(value, np.nan)
    for name in AMPLITUDE_BINS:
        figures[f"recall {name}"] = _over(sums[f"tp {name}"], sums[f"tp {name}"] + sums[f"fn {name}"])
    return figures


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    out: FloatArray = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=out, where=np.asarray(whole) > 0)
    return out


def bootstrap(
    table: FloatArray, annotated: Mapping[str, bool], resamples: int, seed: int
) -> dict[str, tuple[float, float]]:
    """Draw recordings with replacement; events within one are not independent, recordings are."""
    n = len(table)
    if n < 2 or resamples < 1:
        names = ratios(np.zeros((1, len(QUANTITIES))), annotated)
        return dict.fromkeys(names, (math.nan, math.nan))
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), size=resamples)
    intervals = {}
    for name, drawn in ratios(draws @ table, annotated).items():
        values = drawn[np.isfinite(drawn)]
        low, high = np.quantile(values, (0.025, 0.975)).tolist() if len(values) else (math.nan, math.nan)
        intervals[name] = (low, high)
    return intervals
