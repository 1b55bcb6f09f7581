"""The JSON Schema of ``summary.json`` (draft 2020-12), published as docs/reference/summary.schema.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detector.records.events import Kind, Reason
from detector.records.recording import Severity
from detector.records.result import SCHEMA_VERSION
from detector.records.timing import EndingKind

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["summary_schema"]

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer", "minimum": 0}
_NUMBER = {"type": ["number", "null"]}
_POSITIVE = {"type": ["number", "null"], "minimum": 0}
_OR_NULL = {"type": ["object", "null"]}
_YES_NO = {"type": "boolean"}
_SHARES = {"type": "object", "additionalProperties": _POSITIVE}
_TALLY = {"type": "object", "additionalProperties": _WHOLE}


def summary_schema() -> dict[str, Any]:
    """Return the schema; every key that is listed is always present, and no other."""
    schema = _record(
        {
            "schema_version": {"const": SCHEMA_VERSION},
            "caveat": _TEXT,
            "recording": _recording(),
            "input": _record({"sha256": {"type": "string", "pattern": "^[0-9a-f]*$"}, "size_bytes": _WHOLE}),
            "time": _time(),
            "counts": _record(dict.fromkeys((*map(str, Kind), "cluster", "episode", "isolated"), _WHOLE)),
            "rejected_by_reason": _TALLY | {"propertyNames": {"enum": [str(reason) for reason in Reason]}},
            "rates": _rates(),
            "jerks": _record(
                dict.fromkeys(("duration_s", "amplitude_px", "peak_speed_px_s"), _quartiles())
                | dict.fromkeys(("by_pattern", "by_site", "by_side"), _TALLY)
            ),
            "intervals": _record(
                dict.fromkeys(("n", "n_in_clusters"), _WHOLE)
                | dict.fromkeys(("interval_s", "interval_in_clusters_s"), _quartiles())
            ),
            "timing": _timing(),
            "clusters": _list(_cluster()),
            "episodes": _list(_episode()),
            "review": _record(dict.fromkeys(("confirmed", "refused", "added", "dismissed"), _WHOLE)) | _OR_NULL,
            "quality_flags": _list(_flag()),
            "settings": {"type": "object", "description": "Every setting, by block."},
            "provenance": _provenance(),
        }
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sleepjerk summary",
        "description": "Times in s since the first frame (names end in _s), hours in _h, rates in Hz in _hz; "
        "null where a value is not defined.",
    } | schema


def _record(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(keys), "required": list(keys), "additionalProperties": False}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


def _quartiles() -> dict[str, Any]:
    return _record(dict.fromkeys(("quartile_1", "median", "quartile_3"), _NUMBER))


def _recording() -> dict[str, Any]:
    return _record(
        dict.fromkeys(("id", "file", "container", "codec", "pixel_format"), _TEXT)
        | dict.fromkeys(("width", "height"), _WHOLE)
        | {
            "rotation_deg": {"enum": [0, 90, 180, 270]},
            "mirrored": _YES_NO,
            "n_frames": _WHOLE,
            "fps": _POSITIVE,
            "variable_rate": _YES_NO,
            "start_s": _NUMBER,
        }
    )


def _time() -> dict[str, Any]:
    span = _record({"onset_s": _NUMBER, "offset_s": _NUMBER, "reason": _TEXT})
    seconds = ("claimed_s", "analysed_s", "masked_s", "missing_s", "not_assessable_s", "quiet_s")
    reasons = ("masked_by_reason", "missing_by_reason", "not_assessable_by_reason")
    spans = ("masked", "missing", "not_assessable")
    return _record(
        dict.fromkeys(seconds, _POSITIVE) | dict.fromkeys(reasons, _SHARES) | dict.fromkeys(spans, _list(span))
    )


def _rates() -> dict[str, Any]:
    names = (
        "analysed_h", "quiet_h", "jerks_per_analysed_h", "jerks_per_analysed_h_low", "jerks_per_analysed_h_high",
        "jerks_per_quiet_h", "clusters_per_quiet_h",
    )  # fmt: skip
    return _record(dict.fromkeys(names, _POSITIVE) | {"interval": _TEXT})


def _timing() -> dict[str, Any]:
    series = _record(
        {"rule": _TEXT}
        | dict.fromkeys(("interval_least_s", "interval_most_s"), _POSITIVE)
        | dict.fromkeys(("n_series", "n_movements"), _WHOLE)
        | {"movements_per_analysed_h": _POSITIVE}
    )
    return _record(
        dict.fromkeys(("interval_valley_s", "periodicity_index", "fano_factor_60s", "interval_cv2"), _POSITIVE)
        | {"video_derived_series": _list(series)}
        | {"cluster_endings": _record(dict.fromkeys(map(str, EndingKind), _WHOLE))}
        | {"jerks_by_min_confidence": _list(_record({"min_confidence": _POSITIVE, "n_jerks": _WHOLE}))}
    )


def _cluster() -> dict[str, Any]:
    return _record(
        _group()
        | {
            "rate_hz": _POSITIVE,
            "interval_cv": _POSITIVE,
            "amplitude_px": _POSITIVE,
            "sites": _list(_TEXT),
            "episode": {"type": ["string", "null"]},
            "jerks": _list(_TEXT),
        }
    )


def _episode() -> dict[str, Any]:
    return _record(_group() | {"n_clusters": _WHOLE, "clusters": _list(_TEXT)})


def _group() -> dict[str, Any]:
    return {"id": _TEXT} | dict.fromkeys(("onset_s", "offset_s", "duration_s"), _NUMBER) | {"n_jerks": _WHOLE}


def _flag() -> dict[str, Any]:
    severity = {"enum": [str(severity) for severity in Severity]}
    return _record({"code": _TEXT, "severity": severity, "message": _TEXT, "value": _NUMBER})


def _provenance() -> dict[str, Any]:
    return _record(
        dict.fromkeys(("version", "algorithm", "settings_fingerprint"), _TEXT)
        | {"model": _record(dict.fromkeys(("name", "sha256"), _TEXT)) | {"type": ["object", "null"]}}
        | {"libraries": {"type": "object", "additionalProperties": _TEXT}}
    )
