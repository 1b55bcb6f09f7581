"""A result in a few lines for the terminal, and as one JSON object for machines."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from detector.cli.console import printable
from detector.records.file_names import REPORT
from detector.records.plural import clock, plural

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result
    from detector.results.recording import Written

__all__ = ["failure_json", "written_json", "written_lines"]

OTHER_KINDS = ("twitch", "slow", "gross", "rhythmic", "handling", "rejected")


def written_lines(written: Written, *, n_kept: int = 0) -> list[str]:
    """Return the summary a person reads after a run; ASCII only, so that it prints everywhere.

    `n_kept` is the number of clips that an earlier run left in the folder.
    """
    result = written.result
    counts = result.counts()
    others = ", ".join(f"{counts[kind]} {kind}" for kind in OTHER_KINDS if counts[kind]) or "none"
    clusters, episodes = plural(counts["cluster"], "cluster"), plural(counts["episode"], "episode")
    rows = [
        ("jerks", _jerks(result)),
        ("grouped", f"{clusters} in {episodes}, {counts['isolated']} isolated"),
        ("not counted", others),
        ("analysed", _time(result)),
        *(("note", f"{flag.severity}: {printable(flag.message)}") for flag in result.recording.flags),
        ("report", printable(written.folder / REPORT)),
    ]
    if n_kept:
        kept = (
            f"{plural(n_kept, 'clip')} of an earlier run kept; `sleepjerk clips RESULT VIDEO --clips none` removes them"
        )
        rows.insert(-1, ("clips", kept))
    if written.reused:
        rows.insert(-1, ("pixels", "not read again: the stored motion signal fits these settings"))
    return [printable(result.recording.path), *(f"  {label:<12}{text}" for label, text in rows)]


def _jerks(result: Result) -> str:
    rates = result.rates
    count = str(len(result.jerks))
    if math.isnan(rates.per_analysed_h):
        return f"{count} (no time could be judged: no rate)"
    if result.too_short_for_rates:
        return f"{count} (too short a time for a rate per hour)"
    text = (
        f"{count} = {rates.per_analysed_h:.1f} per analysed hour "
        f"(95 % interval {rates.per_analysed_h_low:.1f} to {rates.per_analysed_h_high:.1f})"
    )
    return text if math.isnan(rates.per_quiet_h) else f"{text}, {rates.per_quiet_h:.1f} per quiet hour"


def _time(result: Result) -> str:
    time = result.recording.time
    share = f" ({time.analysed_s / time.claimed_s:.0%})" if time.claimed_s > 0 else ""
    lost = [
        f"{clock(seconds)} {label}"
        for label, seconds in (("masked", time.masked_s), ("missing", time.missing_s))
        if seconds > 0
    ]
    return "; ".join([f"{clock(time.analysed_s)} of {clock(time.claimed_s)}{share}", *lost])


def written_json(written: Written) -> str:
    """Return one line of JSON: where the files are, and the content of ``summary.json``."""
    return _json(
        {
            "status": "done",
            "path": written.result.recording.path,
            "folder": str(written.folder),
            "reused_signal": written.reused,
            "summary": written.result.summary(),
        }
    )


def failure_json(path: Path, error: Exception) -> str:
    """Return one line of JSON for a recording that gave no result."""
    code = getattr(error, "code", "")
    return _json(
        {
            "status": "failed",
            "path": str(path),
            "error": {"type": type(error).__name__, "code": str(code), "message": str(error)},
        }
    )


def _json(values: dict[str, object]) -> str:
    return json.dumps(values, allow_nan=False)
