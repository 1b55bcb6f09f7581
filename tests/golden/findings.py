"""What the samples give, in the few numbers that a person can read as a diff."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.evaluation.event_files import EventTable, read_events
from detector.evaluation.tally import Pair
from detector.pipeline import analyze
from detector.records.rounding import rounded
from detector.resources import sample, sample_path

if TYPE_CHECKING:
    from detector.records.result import Result

EXPECTED = Path(__file__).parent / "expected"


@functools.cache
def result_of(name: str) -> Result:
    """Analyze a sample with the default settings, once a process."""
    return analyze(sample_path(name))


def findings(name: str) -> dict[str, Any]:
    """Return what was found in a sample, rounded."""
    result = result_of(name)
    return {
        "counts": {kind: count for kind, count in result.counts().items() if count},
        "analysed_s": rounded(result.recording.time.analysed_s, 3),
        "flags": sorted({flag.code for flag in result.recording.flags}),
        "jerks": [
            {
                "onset_s": rounded(jerk.onset_s, 3),
                "offset_s": rounded(jerk.offset_s, 3),
                "x": rounded(jerk.x, 3),
                "y": rounded(jerk.y, 3),
                "amplitude_px": rounded(jerk.amplitude_px, 1),
                "confidence": rounded(jerk.confidence, 2),
                "pattern": jerk.pattern,
                "cluster": jerk.cluster,
            }
            for jerk in result.jerks
        ],
        "clusters": [
            {
                "onset_s": rounded(cluster.onset_s, 3),
                "offset_s": rounded(cluster.offset_s, 3),
                "jerks": len(cluster.jerks),
                "rate_hz": rounded(cluster.rate_hz, 2),
            }
            for cluster in result.clusters
        ],
    }


def pair_of(name: str) -> Pair:
    """Return what was found in a sample beside its exact truth."""
    result, entry = result_of(name), sample(name)
    rows = [row for row in result.rows() if row["trial_type"] in {"jerk", "cluster"}]
    found = EventTable(
        [row["onset"] for row in rows],
        [row["duration"] for row in rows],
        tuple(str(row["trial_type"]) for row in rows),
        [float("nan") if row["amplitude_px"] is None else row["amplitude_px"] for row in rows],
    )
    hours = result.recording.time.analysed_s / 3600
    return Pair(found, read_events(entry.truth), hours=hours, width_px=result.recording.width, condition=name)


def as_text(values: dict[str, Any]) -> str:
    """Return findings as JSON with a line an event, so that a diff shows which one changed."""
    parts = []
    for key, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n".join(f"    {json.dumps(row)}" for row in value)
            parts.append(f"  {json.dumps(key)}: [\n{rows}\n  ]")
        else:
            parts.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
