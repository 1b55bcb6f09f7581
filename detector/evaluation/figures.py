"""All scores that are ratios of sums, for one row of sums or for thousands of bootstrap draws at once."""

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


_SHARES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "recall": ("tp", ("tp", "fn")),
    "precision": ("tp", ("tp", "fp")),
    "doubled_share": ("doubled", ("tp", "fn")),
    "site_accuracy": ("site_right", ("sites",)),
    "side_accuracy": ("side_right", ("sides",)),
    **{f"recall {name}": (f"tp {name}", (f"tp {name}", f"fn {name}")) for name in AMPLITUDE_BINS},
}
"""Scores that are the share of one count in a sum of counts."""

_MISSED = 0.025  # probability that an exact 95 % interval leaves out on one side


def by_name(rows: FloatArray) -> dict[str, FloatArray]:
    """Return the quantities by name, for one row or for each of many rows."""
    return {name: rows[..., place] for place, name in enumerate(QUANTITIES)}


def ratios(rows: FloatArray, annotated: Mapping[str, bool]) -> dict[str, FloatArray]:
    """Return every score that is a ratio of sums, each of shape (n,), for the n rows of sums."""
    sums = by_name(rows)
    known = sums["tp"] + sums["fn"]
    figures = {
        **{
            name: _over(sums[part], np.sum([sums[one] for one in whole], axis=0))
            for name, (part, whole) in _SHARES.items()
        },
        "f1": _over(2 * sums["tp"], known + sums["tp"] + sums["fp"]),
        "fp_per_h": _over(sums["fp"], sums["hours"]),
        "onset_bias_s": _over(sums["onset_error_s"], sums["tp"]),
        "onset_mae_s": _over(sums["onset_abs_s"], sums["tp"]),
        "duration_mae_s": _over(sums["duration_abs_s"], sums["durations"]),
        "count_error": _over(sums["fp"] - sums["fn"], known),
    }
    for group in GROUPS:
        tp, fp, fn = (sums[f"{group}_{name}"] for name in ("tp", "fp", "fn"))
        value = _over(2 * tp, 2 * tp + fp + fn)
        figures[f"{group}_f1"] = value if annotated[group] else np.full_like(value, np.nan)
    return figures


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    out: FloatArray = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=out, where=np.asarray(whole) > 0)
    return out


def bootstrap(
    table: FloatArray, annotated: Mapping[str, bool], resamples: int, seed: int
) -> dict[str, tuple[float, float]]:
    """Return bootstrap intervals from draws of recordings, which are independent; events within a recording are not.

    If all events are found, or none are false, the same holds in every draw and the interval would have no width. The
    exact interval of a count is then used (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404, and Garwood 1936), as
    if events were independent. Recordings are drawn with replacement.
    """
    n = len(table)
    if n < 2 or resamples < 1:
        names = ratios(np.zeros((1, len(QUANTITIES))), annotated)
        return dict.fromkeys(names, (math.nan, math.nan))
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), size=resamples)
    exact, intervals = _at_the_border(dict(zip(QUANTITIES, table.sum(axis=0).tolist(), strict=True))), {}
    for name, drawn in ratios(draws @ table, annotated).items():
        values = drawn[np.isfinite(drawn)]
        low, high = np.quantile(values, (0.025, 0.975)).tolist() if len(values) else (math.nan, math.nan)
        intervals[name] = exact.get(name, (math.nan, math.nan)) if low == high else (low, high)
    return intervals


def _at_the_border(sums: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return the exact intervals of shares that are 0 or 1, and of a rate whose count is zero."""
    exact: dict[str, tuple[float, float]] = {}
    for name, (part, whole) in _SHARES.items():
        count = sum(sums[one] for one in whole)
        if count and sums[part] in {0, count}:
            reach = _MISSED ** (1 / count)
            exact[name] = (reach, 1.0) if sums[part] else (0.0, 1.0 - reach)
    for name, kind in (("f1", ""), *((f"{group}_f1", f"{group}_") for group in GROUPS)):
        right, wrong = sums[f"{kind}tp"], sums[f"{kind}fp"] + sums[f"{kind}fn"]
        if right and not wrong:  # F1 = 2 J / (1 + J), and J is the share of pairs among all events
            reach = _MISSED ** (1 / right)
            exact[name] = (2 * reach / (1 + reach), 1.0)
    if sums["hours"] > 0 and not sums["fp"]:
        exact["fp_per_h"] = (0.0, -math.log(_MISSED) / sums["hours"])
    return exact
