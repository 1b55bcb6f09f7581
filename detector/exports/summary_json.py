"""``summary.json``: counts, rates, groups, time account, flags and settings (docs/reference/summary-json.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from detector.errors import ResultError
from detector.records.result import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result

__all__ = ["read_summary", "summary_text", "write_summary"]


def write_summary(result: Result, path: Path) -> None:
    """Write the summary of `result` as JSON.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path.write_text(summary_text(result), encoding="utf-8", newline="\n")


def summary_text(result: Result) -> str:
    """Return the content of ``summary.json`` in ASCII; the same result gives the same text."""
    return json.dumps(result.summary(), indent=2, allow_nan=False) + "\n"


def read_summary(path: Path) -> dict[str, Any]:
    """Return the content of a ``summary.json``.

    Raises
    ------
    ResultError
        If the file is missing, damaged, no summary, or of a schema that this version does not know.
    """
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ResultError(
            f"{path}: cannot be read as a summary ({error}). Analyse the recording again to replace it"
        ) from None
    version = content.get("schema_version") if isinstance(content, dict) else None
    if not isinstance(version, str) or version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise ResultError(
            f"{path}: schema version {version!r} found, {SCHEMA_VERSION!r} expected. Analyse the recording again, "
            "or read the file with the version of sleepjerk that wrote it"
        )
    return dict(content)
