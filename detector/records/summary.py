"""A result as one plain summary: what ``summary.json`` holds.

Nothing here depends on the clock, the machine or the folder: the same result always gives the same values, rounded to
stated decimals so that their text is stable too.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.records.events import NOT_KNOWN, Kind
from detector.records.recording import parted_by, union, within
from detector.records.result import CAVEAT, SCHEMA_VERSION
from detector.records.rounding import plain, rounded
from detector.records.timing_values import timing_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from detector.records.events import Cluster, Episode, Movement
    from detector.records.recording import QualityFlag, Recording, Span
    from detector.records.result import Result
    from detector.records.review import Review

__all__ = ["file_name", "jerk_intervals_s", "summary"]


def jerk_intervals_s(result: Result) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the onset-to-onset intervals between neighbouring jerks, and which of them lie within a cluster.

    Neighbours with masked, missing or not assessable time between them are left out: a jerk may have occurred there.

    Returns
    -------
    intervals_s : ndarray of float64, shape (n,)
        Seconds, by onset.
    in_cluster : ndarray of bool, shape (n,)
        True if both jerks belong to the same cluster.
    """
    jerks = sorted(result.jerks, key=lambda jerk: jerk.onset_s)
    onsets = np.array([jerk.onset_s for jerk in jerks], dtype=np.float64)
    blind = (*result.recording.time.masked, *result.recording.time.missing, *result.not_assessable)
    whole = ~parted_by(onsets, blind)
    groups = [jerk.cluster for jerk in jerks]
    together = [a == b != NOT_KNOWN for a, b in pairwise(groups)]
    return np.diff(onsets)[whole], np.array(together, dtype=np.bool_)[whole]


def summary(result: Result) -> dict[str, Any]:
    """Return the content of ``summary.json`` (docs/reference/summary-json.md) as plain values; None where undefined.

    Parameters
    ----------
    result : Result
        What was found.

    Returns
    -------
    dict
        JSON-ready: dicts, lists, strings, finite numbers, booleans and None. No folder, clock time or host name.
    """
    recording, made = result.recording, result.provenance
    jerks = {jerk.id: jerk for jerk in result.jerks}
    return {
        "schema_version": SCHEMA_VERSION,
        "caveat": CAVEAT,
        "recording": _recording(recording),
        "input": {"sha256": recording.sha256, "size_bytes": recording.size_bytes},
        "time": _time(result),
        "counts": result.counts(),
        "rejected_by_reason": _by_reason(result),
        "rates": _rates(result),
        "jerks": _jerks(result),
        "intervals": _intervals(result),
        "timing": timing_values(result.timing),
        "clusters": [_cluster(cluster, jerks) for cluster in result.clusters],
        "episodes": [_episode(episode) for episode in result.episodes],
        "review": _review(result.review),
        "quality_flags": [_flag(flag) for flag in recording.flags],
        "settings": plain(made.settings),
        "provenance": {
            "version": made.version,
            "algorithm": made.algorithm,
            "settings_fingerprint": made.settings_fingerprint,
            "model": {"name": made.model, "sha256": made.model_sha256} if made.model else None,
            "libraries": {name: made.libraries[name] for name in sorted(made.libraries)},
        },
    }


def _review(review: Review | None) -> dict[str, int] | None:
    if review is None:
        return None
    return {name: len(getattr(review, name)) for name in ("confirmed", "refused", "added", "dismissed")}


def file_name(path: str) -> str:
    """Return the last part of a path from any system; outputs omit folders, which may contain a person's name."""
    return re.split(r"[/\\]", path)[-1]


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "id": recording.id,
        "file": file_name(recording.path),
        "container": recording.container,
        "codec": recording.codec,
        "pixel_format": recording.pixel_format,
        "width": recording.width,
        "height": recording.height,
        "rotation_deg": recording.rotation_deg,
        "mirrored": recording.mirrored,
        "n_frames": recording.n_frames,
        "fps": rounded(recording.fps, 4),
        "variable_rate": recording.variable_rate,
        "start_s": rounded(recording.start_s, 6),
    }


def _time(result: Result) -> dict[str, Any]:
    time = result.recording.time
    claimed, masked, missing = (round(value, 3) for value in (time.claimed_s, time.masked_s, time.missing_s))
    return {
        "claimed_s": claimed,
        # from the rounded parts, so that the printed numbers also add up
        "analysed_s": max(0.0, round(claimed - masked - missing, 3)),
        "masked_s": masked,
        "missing_s": missing,
        "not_assessable_s": rounded(math.fsum(span.duration_s for span in union(result.not_assessable)), 3),
        "quiet_s": rounded(result.rates.quiet_h * 3600.0, 3),
        "masked_by_reason": _seconds_by_reason(time.masked),
        "missing_by_reason": _seconds_by_reason(time.missing),
        "not_assessable_by_reason": _seconds_by_reason(result.not_assessable),
        "masked": [_span(span) for span in time.masked],
        "missing": [_span(span) for span in time.missing],
        "not_assessable": [_span(span) for span in result.not_assessable],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"onset_s": rounded(span.onset_s, 3), "offset_s": rounded(span.offset_s, 3), "reason": span.reason}


def _seconds_by_reason(spans: Iterable[Span]) -> dict[str, float | None]:
    seconds: dict[str, list[float]] = {}
    for span in spans:
        seconds.setdefault(span.reason, []).append(span.duration_s)
    return {reason: rounded(math.fsum(seconds[reason]), 3) for reason in sorted(seconds)}


def _by_reason(result: Result) -> dict[str, int]:
    found = Counter(str(movement.reason) for movement in result.movements if movement.kind is Kind.REJECTED)
    return {reason: found[reason] for reason in sorted(found)}


def _rates(result: Result) -> dict[str, Any]:
    rates = result.rates
    time = result.recording.time
    loud = (*result.not_assessable, *time.masked, *time.missing)
    quiet = sum(not within(cluster.onset_s, loud) for cluster in result.clusters)
    return {
        "analysed_h": rounded(rates.analysed_h, 6),
        "quiet_h": rounded(rates.quiet_h, 6),
        "jerks_per_analysed_h": rounded(rates.per_analysed_h, 3),
        "jerks_per_analysed_h_low": rounded(rates.per_analysed_h_low, 3),
        "jerks_per_analysed_h_high": rounded(rates.per_analysed_h_high, 3),
        "jerks_per_quiet_h": rounded(rates.per_quiet_h, 3),
        "clusters_per_quiet_h": rounded(quiet / rates.quiet_h if rates.quiet_h > 0 else math.nan, 3),
        "interval": "95 %, exact Poisson (Garwood 1936); too narrow where jerks come in clusters",
    }


def _jerks(result: Result) -> dict[str, Any]:
    jerks = result.jerks
    return {
        "duration_s": _quartiles([jerk.duration_s for jerk in jerks], 3),
        "amplitude_px": _quartiles([jerk.amplitude_px for jerk in jerks], 2),
        "peak_speed_px_s": _quartiles([jerk.peak_speed_px_s for jerk in jerks], 1),
        "by_pattern": dict(sorted(Counter(str(jerk.pattern) for jerk in jerks).items())),
        "by_site": dict(sorted(Counter(jerk.site for jerk in jerks).items())),
        "by_side": dict(sorted(Counter(jerk.side for jerk in jerks).items())),
    }


def _intervals(result: Result) -> dict[str, Any]:
    intervals_s, in_cluster = jerk_intervals_s(result)
    return {
        "n": len(intervals_s),
        "n_in_clusters": int(in_cluster.sum()),
        "interval_s": _quartiles(intervals_s, 3),
        "interval_in_clusters_s": _quartiles(intervals_s[in_cluster], 3),
    }


def _quartiles(values: Sequence[float] | npt.NDArray[np.float64], decimals: int) -> dict[str, float | None]:
    """Return the quartiles (linear interpolation) of the finite values; None if there are none."""
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    quartiles = np.quantile(finite, (0.25, 0.5, 0.75)) if len(finite) else np.full(3, np.nan)
    names = ("quartile_1", "median", "quartile_3")
    return {name: rounded(value, decimals) for name, value in zip(names, quartiles.tolist(), strict=True)}


def _cluster(cluster: Cluster, known: Mapping[str, Movement]) -> dict[str, Any]:
    jerks = [known[name] for name in cluster.jerks if name in known]
    return {
        "id": cluster.id,
        "onset_s": rounded(cluster.onset_s, 3),
        "offset_s": rounded(cluster.offset_s, 3),
        "duration_s": rounded(cluster.duration_s, 3),
        "n_jerks": len(cluster.jerks),
        "rate_hz": rounded(cluster.rate_hz, 3),
        "interval_cv": rounded(cluster.interval_cv, 3),
        "amplitude_px": _quartiles([jerk.amplitude_px for jerk in jerks], 2)["median"],
        "sites": sorted({jerk.site for jerk in jerks} - {NOT_KNOWN}),
        "episode": None if cluster.episode == NOT_KNOWN else cluster.episode,
        "jerks": list(cluster.jerks),
    }


def _episode(episode: Episode) -> dict[str, Any]:
    return {
        "id": episode.id,
        "onset_s": rounded(episode.onset_s, 3),
        "offset_s": rounded(episode.offset_s, 3),
        "duration_s": rounded(episode.duration_s, 3),
        "n_clusters": len(episode.clusters),
        "n_jerks": len(episode.jerks),
        "clusters": list(episode.clusters),
    }


def _flag(flag: QualityFlag) -> dict[str, Any]:
    return {
        "code": flag.code,
        "severity": str(flag.severity),
        "message": flag.message,
        "value": rounded(flag.value, 4),
    }
