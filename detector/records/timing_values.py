"""The timing of the jerks as plain values: the block ``timing`` of ``summary.json``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from detector.records.rounding import rounded
from detector.records.timing import EndingKind

if TYPE_CHECKING:
    from detector.records.timing import Timing

__all__ = ["timing_values"]


def timing_values(timing: Timing) -> dict[str, Any]:
    """Return the values of `timing`, rounded; None where undefined."""
    ended = Counter(ending.ending for ending in timing.endings)
    return {
        "interval_valley_s": rounded(timing.valley_s, 3),
        "periodicity_index": rounded(timing.periodicity, 3),
        "fano_factor_60s": rounded(timing.fano, 3),
        "interval_cv2": rounded(timing.cv2, 3),
        "video_derived_series": [
            {
                "rule": profile.rule,
                "interval_least_s": rounded(profile.least_s, 3),
                "interval_most_s": rounded(profile.most_s, 3),
                "n_series": profile.n_series,
                "n_movements": profile.n_movements,
                "movements_per_analysed_h": rounded(profile.per_analysed_h, 3),
            }
            for profile in timing.profiles
        ],
        "cluster_endings": {str(kind): ended[kind] for kind in EndingKind},
        "jerks_by_min_confidence": [
            {"min_confidence": rounded(step.min_confidence, 4), "n_jerks": step.jerks} for step in timing.stability
        ],
    }
