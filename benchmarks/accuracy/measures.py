"""The numbers of the table: overall, by amplitude, frame rate, noise, size and profile, and false ones by cause."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import chi2

from benchmarks.accuracy.clips import CALM
from benchmarks.accuracy.places import place_accuracy
from detector.evaluation.matching import match_onsets
from detector.evaluation.scores import TOLERANCE_S, score
from detector.evaluation.tables import scores_dict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from benchmarks.accuracy.analysis import Measured
    from detector.synthetic.recipe import Recipe

WIDER_S = 0.2


def _rate_band(recipe: Recipe) -> str:
    fps = recipe.camera.fps
    return "10-15" if fps < 16 else "20" if fps < 22 else "25-30" if fps < 31 else "50-60"


def _noise_band(recipe: Recipe) -> str:
    read = recipe.sensor.read
    return "read < 2" if read < 2 else "read 2-4" if read < 4 else "read >= 4"


def _size_band(recipe: Recipe) -> str:
    size = recipe.sleeper.size
    return "< 0.35" if size < 0.35 else "0.35-0.6" if size < 0.6 else "0.6-0.9" if size < 0.9 else ">= 0.9"


FACETS: dict[str, Callable[[Recipe], str]] = {
    "frame rate (Hz)": _rate_band,
    "noise (grey levels)": _noise_band,
    "sleeper's length (widths)": _size_band,
}


def numbers(found: Sequence[Measured]) -> dict[str, Any]:
    """Return every number of the table as plain values."""
    pairs = [item.pair for item in found]
    with_jerks = [item for item in found if not item.clip.jerk_free]
    jerk_free = [item for item in found if item.clip.jerk_free]
    usual = [item for item in with_jerks if _rate_band(item.clip.recipe) == "25-30"]
    slow = [item for item in with_jerks if _rate_band(item.clip.recipe) == "10-15"]
    facets: dict[str, dict[str, dict[str, Any]]] = {}
    for facet, band in FACETS.items():
        bands = sorted({band(item.clip.recipe) for item in with_jerks}, key=lambda text: (text[0] == ">", text))
        facets[facet] = {name: _short([i for i in with_jerks if band(i.clip.recipe) == name]) for name in bands}
    return {
        "clips": len(found),
        "clips_with_jerks": len(with_jerks),
        "all": scores_dict(score(pairs)),
        "all_within_200_ms": scores_dict(score(pairs, tolerance_s=WIDER_S)),
        "macro_f1": score([item.pair for item in with_jerks]).macro["f1"] if with_jerks else None,
        "recall_by_amplitude": _by_amplitude(with_jerks),
        "usual_rate": _short(usual),
        "slow_rate": _short(slow),
        "facets": facets,
        "profiles": _profiles(with_jerks),
        "jerk_free": false_alarms(jerk_free),
        "calm": false_alarms([item for item in jerk_free if item.clip.condition in CALM]),
        "false_by_condition": {
            name: false_alarms([item for item in jerk_free if item.clip.condition == name])
            for name in sorted({item.clip.condition for item in jerk_free})
        },
        "by_condition": {
            name: _short([item for item in with_jerks if item.clip.condition == name])
            for name in sorted({item.clip.condition for item in with_jerks})
        },
        "places": place_accuracy(with_jerks),
    }


def _short(items: Sequence[Measured]) -> dict[str, Any]:
    values = scores_dict(score([item.pair for item in items]))
    names = ("n_recordings", "tp", "fp", "fn", "f1", "recall", "precision", "onset_bias_s", "onset_mae_s")
    return {name: values[name] for name in names} | {
        "intervals": {name: values["intervals"][name] for name in ("f1", "recall", "precision")}
    }


def false_alarms(items: Sequence[Measured]) -> dict[str, Any]:
    """Return count, hours and rate of false jerks with the exact Poisson interval (Garwood 1936)."""
    one = score([item.pair for item in items], resamples=0)
    n, hours = one.fp, one.hours
    if not hours > 0:
        return {"clips": len(items), "false": n, "hours": 0.0, "per_h": None, "low": None, "high": None}
    low = chi2.ppf(0.025, 2 * n) / 2 if n else 0.0
    return {
        "clips": len(items), "false": n, "hours": hours, "per_h": n / hours, "low": float(low) / hours,
        "high": float(chi2.ppf(0.975, 2 * n + 2)) / 2 / hours,
    }  # fmt: skip


def _by_amplitude(items: Sequence[Measured]) -> dict[str, dict[str, Any]]:
    """Return the recall in the bands of the targets, with an interval over clips (px at 640 wide)."""
    edges = {"< 3 px": (0.0, 3.0), "3-6 px": (3.0, 6.0), "> 6 px": (6.0, math.inf)}
    counts = np.array([[_hits(item, low, high) for low, high in edges.values()] for item in items]).reshape(-1, 3, 2)
    out = {}
    for place, name in enumerate(edges):
        hit, known = counts[:, place, 0], counts[:, place, 1]
        draws = np.random.default_rng(7).multinomial(
            max(1, len(items)), np.full(len(items), 1 / max(1, len(items))), 2000
        )
        ratios = (draws @ hit)[(draws @ known) > 0] / (draws @ known)[(draws @ known) > 0]
        low, high = np.quantile(ratios, (0.025, 0.975)).tolist() if len(ratios) else (None, None)
        total = int(known.sum())
        out[name] = {"recall": float(hit.sum() / total) if total else None, "known": total, "low": low, "high": high}
    return out


def _hits(item: Measured, low: float, high: float) -> tuple[int, int]:
    known = item.pair.truth.of("jerk")
    size = known.amplitude_px * 640.0 / item.pair.width_px
    inside = (low <= size) & (size < high)
    found = match_onsets(item.pair.predicted.of("jerk").onset_s, known.onset_s, TOLERANCE_S).truth
    hit = np.zeros(len(known), bool)
    hit[found] = True
    return int((hit & inside).sum()), int(inside.sum())


def _profiles(items: Sequence[Measured]) -> dict[str, dict[str, Any]]:
    """Return recall and errors of length by how the jerks went, as the truth files name it, and of ``all``."""
    known: dict[str, list[tuple[float, float]]] = {}  # true and found length; NaN where it was missed
    for item in items:
        with item.clip.truth.open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file, delimiter="\t") if row["trial_type"] == "jerk"]
        found = item.pair.predicted.of("jerk")
        matches = match_onsets(found.onset_s, np.array([float(row["onset"]) for row in rows]), TOLERANCE_S)
        told_s = dict(zip(matches.truth.tolist(), found.duration_s[matches.predicted].tolist(), strict=True))
        for place, row in enumerate(rows):
            lengths = float(row["duration"]), told_s.get(place, math.nan)
            for name in ("all", row["profile"]):
                known.setdefault(name, []).append(lengths)
    return {name: _lengths(np.array(pairs)) for name, pairs in sorted(known.items())}


def _lengths(pairs: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Return how many of the jerks were found, and how well their lengths were told; `pairs`: true, found (n, 2)."""
    true_s, told_s = pairs[np.isfinite(pairs[:, 1])].T
    values: dict[str, Any] = {"recall": len(true_s) / len(pairs), "known": len(pairs), "found": len(true_s)}
    if not len(true_s):
        return values | dict.fromkeys(("length_s", "length_bias_s", "length_mae_s", "far_too_short"))
    error_s = told_s - true_s
    return values | {
        "length_s": float(np.median(true_s)),
        "length_bias_s": float(error_s.mean()),
        "length_mae_s": float(np.abs(error_s).mean()),
        "far_too_short": float((told_s < true_s / 3).mean()),
    }
