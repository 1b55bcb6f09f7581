"""What becomes of a model's odds: events against the truth, calibration, and how far a confidence can be believed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from gather import JERK, UNUSED, Clip
from sklearn.linear_model import LogisticRegression

from detector.config import Settings
from detector.evaluation.matching import match_onsets
from detector.events.jerks import find_movements

__all__ = ["calibrate", "confidences", "event_scores", "f1", "reliability"]

FloatArray = npt.NDArray[np.float64]


def calibrate(clips: list[Clip], odds: list[FloatArray]) -> tuple[float, float]:
    """Return slope and offset of Platt's logistic from out-of-fold log odds (Platt 1999)."""
    labels = np.concatenate([clip.labels for clip in clips])
    used = labels != UNUSED
    weights = np.concatenate([clip.weights for clip in clips])[used]
    platt = LogisticRegression(C=1e6).fit(np.concatenate(odds)[used, None], labels[used] == JERK, sample_weight=weights)
    return float(platt.coef_[0, 0]), float(platt.intercept_[0])


def event_scores(clips: list[Clip], confidence: list[FloatArray]) -> dict[str, Any]:
    """Return what becomes of the events: pooled F1, macro F1 over conditions, false alarms an hour without jerks."""
    by: dict[str, list[float]] = {}
    for clip, sure in zip(clips, confidence, strict=True):
        found = [m.onset_s for m in find_movements(clip.candidates, sure, Settings()) if m.kind == "jerk"]
        tally = _tally(clip, np.array(found))
        by.setdefault(clip.condition, [0.0, 0.0, 0.0, 0.0])
        by[clip.condition] = [a + b for a, b in zip(by[clip.condition], (*tally, clip.hours), strict=True)]
    tp, fp, fn, _ = np.sum(list(by.values()), axis=0)
    quiet = [row for row in by.values() if row[0] + row[2] == 0]
    table = {
        name: {"true": int(row[0]), "false": int(row[1]), "missed": int(row[2]), "hours": round(row[3], 4)}
        for name, row in sorted(by.items())
    }
    return {
        "f1": f1(tp, fp, fn),
        "macro_f1": round(float(np.mean([f1(*row[:3]) for row in by.values() if row[0] + row[2]])), 4),
        "recall": round(float(tp / max(1, tp + fn)), 4),
        "precision": round(float(tp / max(1, tp + fp)), 4),
        "false_per_jerk_free_hour": round(sum(r[1] for r in quiet) / max(1e-9, sum(r[3] for r in quiet)), 2),
        "jerk_free_hours": round(sum(r[3] for r in quiet), 3),
        "conditions": table,
    }


def _tally(clip: Clip, found: FloatArray) -> tuple[int, int, int]:
    hit = {int(i) for i in match_onsets(found, clip.truth_onsets_s, 0.1).predicted}
    extra = [
        t for i, t in enumerate(found) if i not in hit and not any(a - 0.1 <= t <= b + 0.1 for a, b in clip.unsure)
    ]
    return len(hit), len(extra), len(clip.truth_onsets_s) - len(hit)


def f1(tp: float, fp: float, fn: float) -> float:
    """Return the harmonic mean of recall and precision; 0 where there was nothing to find."""
    return round(float(2 * tp / max(1, 2 * tp + fp + fn)), 4)


def confidences(odds: list[FloatArray], slope: float, offset: float) -> list[FloatArray]:
    """Return calibrated confidences of log odds."""
    return [1 / (1 + np.exp(-np.clip(slope * values + offset, -50, 50))) for values in odds]


def reliability(clips: list[Clip], confidence: list[FloatArray]) -> dict[str, Any]:
    """Return the Brier score and a reliability table of candidates that are clearly a jerk or clearly not."""
    labels = np.concatenate([clip.labels for clip in clips])
    used = labels != UNUSED
    weights = np.concatenate([clip.weights for clip in clips])[used]
    sure, truth = np.concatenate(confidence)[used], (labels[used] == JERK).astype(float)
    bins = np.minimum((sure * 10).astype(int), 9)
    table = [
        {
            "confidence": round(float(np.average(sure[bins == k], weights=weights[bins == k])), 3),
            "jerks": round(float(np.average(truth[bins == k], weights=weights[bins == k])), 3),
            "candidates": int((bins == k).sum()),
        }
        for k in range(10)
        if (bins == k).any()
    ]
    return {"brier": round(float(np.average((sure - truth) ** 2, weights=weights)), 4), "reliability": table}
