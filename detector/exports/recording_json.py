"""A `Recording` as plain JSON values and back, for the metadata of ``signal.parquet``."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from detector.records.recording import QualityFlag, Recording, Severity, Span, TimeAccount
from detector.records.summary import file_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["recording_from", "recording_values"]


def recording_values(recording: Recording) -> dict[str, Any]:
    """Return the recording as dicts, lists and plain values: no folder of the path, None for NaN."""
    values = asdict(recording)
    values["path"] = file_name(recording.path)
    values["fps"] = _none(recording.fps)
    for flag in values["flags"]:
        flag["value"] = _none(flag["value"])
    return values


def recording_from(values: Mapping[str, Any]) -> Recording:
    """Return the recording that `recording_values` described.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a value is missing or of the wrong type.
    """
    time = values["time"]
    account = TimeAccount(
        claimed_s=float(time["claimed_s"]),
        masked=tuple(Span(**span) for span in time["masked"]),
        missing=tuple(Span(**span) for span in time["missing"]),
    )
    flags = tuple(
        QualityFlag(**(flag | {"severity": Severity(flag["severity"]), "value": _nan(flag["value"])}))
        for flag in values["flags"]
    )
    return Recording(**(dict(values) | {"fps": _nan(values["fps"]), "time": account, "flags": flags}))


def _none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _nan(value: float | None) -> float:
    return math.nan if value is None else float(value)
