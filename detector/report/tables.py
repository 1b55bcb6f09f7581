"""The tables of the page: every cell is text that is ready to print."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detector.config import Settings
from detector.records.events import Kind
from detector.report.words import KINDS, NOT_MEASURED, REASONS, count, elapsed, number, percent, places, span_reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detector.records.recording import Span
    from detector.records.study import Result

__all__ = [
    "MOST_ROWS",
    "Column",
    "Table",
    "clusters_table",
    "episodes_table",
    "jerks_table",
    "libraries_table",
    "others_table",
    "rejected_table",
    "settings_table",
    "spans_table",
    "time_table",
]

MOST_ROWS = 500
"""Rows of a list of events; the page stays light and ``events.tsv`` holds them all."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and whether it holds numbers (set flush right)."""

    label: str
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; the first cell of a row is its heading.

    Attributes
    ----------
    caption : str
        What the table holds.
    columns : tuple of Column
        Headings.
    rows : tuple of tuple of str
        One text a column.
    note : str
        What stands below the table; empty for nothing.
    total : bool
        True when the last row is the sum of the others.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    total: bool = False


def _cut(rows: Sequence[tuple[str, ...]], what: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the first `MOST_ROWS` rows, and a note that says how many more there are and where."""
    more = len(rows) - MOST_ROWS
    note = f"The first {MOST_ROWS:,} of {len(rows):,}; the other {count(more, what)} are in events.tsv."
    return tuple(rows[:MOST_ROWS]), note if more > 0 else ""


def _where(jerk_ids: Sequence[str], place_of: Mapping[str, str]) -> str:
    return places(sorted({place_of[name] for name in jerk_ids if name in place_of}))


def episodes_table(result: Result, place_of: Mapping[str, str]) -> Table:
    """Return one row an episode; `place_of` gives the place of each jerk by id."""
    rows = [
        (e.id, elapsed(e.onset_s), number(e.duration_s), f"{len(e.jerks):,}", f"{len(e.clusters):,}",
         _where(e.jerks, place_of))
        for e in result.episodes
    ]  # fmt: skip
    shown, note = _cut(rows, "episode")
    columns = (
        Column("Episode", numeric=False), Column("Start (h:mm:ss)"), Column("Length (s)"), Column("Jerks"),
        Column("Clusters"), Column("Where", numeric=False),
    )  # fmt: skip
    return Table("Episodes, in order of time", columns, shown, note)


def clusters_table(result: Result, place_of: Mapping[str, str]) -> Table:
    """Return one row a cluster; `place_of` gives the place of each jerk by id."""
    rows = [
        (c.id, elapsed(c.onset_s), number(c.duration_s), f"{len(c.jerks):,}", number(c.rate_hz, 2),
         number(c.interval_cv, 2), c.episode, _where(c.jerks, place_of))
        for c in result.clusters
    ]  # fmt: skip
    shown, note = _cut(rows, "cluster")
    columns = (
        Column("Cluster", numeric=False), Column("Start (h:mm:ss)"), Column("Length (s)"), Column("Jerks"),
        Column("Rate (Hz)"), Column("Interval CV"), Column("Episode", numeric=False), Column("Where", numeric=False),
    )  # fmt: skip
    return Table("Clusters, in order of time", columns, shown, note)


def jerks_table(result: Result, place_of: Mapping[str, str]) -> Table:
    """Return one row a jerk; `place_of` gives the place of each jerk by id."""
    rows = [
        (j.id, elapsed(j.onset_s), number(j.duration_s, 2), place_of.get(j.id, "unknown"), j.pattern,
         number(j.amplitude_px), number(j.peak_speed_px_s), number(j.confidence, 2), j.cluster)
        for j in result.jerks
    ]  # fmt: skip
    shown, note = _cut(rows, "jerk")
    columns = (
        Column("Jerk", numeric=False), Column("Start (h:mm:ss)"), Column("Length (s)"), Column("Where", numeric=False),
        Column("Pattern", numeric=False), Column("Amplitude (px)"), Column("Speed (px/s)"), Column("Confidence"),
        Column("Cluster", numeric=False),
    )  # fmt: skip
    return Table("Candidate jerks, in order of time", columns, shown, note)


def others_table(result: Result) -> Table:
    """Return the number of movements of each class that is not counted as a jerk."""
    counts = result.counts()
    lengths = dict.fromkeys(counts, 0.0)
    for movement in result.movements:
        lengths[str(movement.kind)] += movement.duration_s if math.isfinite(movement.duration_s) else 0.0
    rows = tuple((words, f"{counts[kind]:,}", f"{lengths[kind]:,.1f}") for kind, words in KINDS.items())
    columns = (Column("Movement", numeric=False), Column("Number"), Column("Together (s)"))
    return Table("Other movements: kept in the output, never counted as jerks", columns, rows)


def rejected_table(result: Result) -> Table:
    """Return the number of rejected candidates by reason, the most frequent first."""
    reasons = Counter(str(m.reason) for m in result.movements if m.kind is Kind.REJECTED)
    order = sorted(reasons, key=lambda reason: (-reasons[reason], reason))
    rows = tuple((REASONS.get(reason, reason), f"{reasons[reason]:,}") for reason in order)
    columns = (Column("Why it was not counted", numeric=False), Column("Candidates"))
    return Table("Rejected candidates, by reason", columns, rows)


def time_table(result: Result) -> Table:
    """Return where the recording's time went; the rows add up to the last one, as shown."""
    time = result.recording.time
    claimed = round(10 * time.claimed_s) if math.isfinite(time.claimed_s) else 0
    parts: list[tuple[str, int]] = []
    for label, spans in (("Masked", time.masked), ("Missing", time.missing)):
        for reason, seconds in _seconds_by_reason(spans):
            parts.append((f"{label}: {span_reason(reason)}", round(10 * seconds)))
    # Each row is rounded by itself; the analysed time takes the rest, so that the column adds up as printed.
    parts.insert(0, ("Analysed", claimed - sum(tenths for _, tenths in parts)))
    rows = [(label, elapsed(tenths / 10), percent(tenths, claimed)) for label, tenths in parts]
    rows.append(("The whole recording", elapsed(claimed / 10), percent(claimed, claimed)))
    note = "" if parts[0][1] >= 0 else "The parts are longer than the duration the file claims: do not trust its times."
    columns = (Column("Time", numeric=False), Column("h:mm:ss"), Column("Share"))
    return Table("Where the time of the recording went", columns, tuple(rows), note, total=True)


def _seconds_by_reason(spans: Sequence[Span]) -> list[tuple[str, float]]:
    seconds: dict[str, float] = {}
    for span in spans:
        seconds[span.reason] = seconds.get(span.reason, 0.0) + span.duration_s
    return sorted(seconds.items(), key=lambda item: (-item[1], item[0]))


def spans_table(result: Result) -> Table:
    """Return the stretches in which nothing was, or could be, counted."""
    time = result.recording.time
    kinds = (("masked", time.masked), ("missing", time.missing), ("not assessable", result.not_assessable))
    spans = sorted((span.onset_s, span.offset_s, kind, span.reason) for kind, group in kinds for span in group)
    rows = [(elapsed(start), elapsed(end), kind, span_reason(reason)) for start, end, kind, reason in spans]
    note = f"The first {MOST_ROWS:,} of {len(rows):,}." if len(rows) > MOST_ROWS else ""
    columns = (Column("From (h:mm:ss)"), Column("To"), Column("Time is", numeric=False), Column("Why", numeric=False))
    return Table("Time in which nothing was, or could be, counted", columns, tuple(rows[:MOST_ROWS]), note)


def settings_table(settings: Mapping[str, Any]) -> tuple[Table, tuple[str, ...]]:
    """Return every setting with its default and meaning, and the names of those that differ from their default."""
    rows, changed = [], []
    usual = Settings()
    for block, values in settings.items():
        known = getattr(usual, block, None)
        fields = type(known).model_fields if known is not None else {}
        for key, value in dict(values).items() if hasattr(values, "items") else [("", values)]:
            name = f"{block}.{key}" if key else block
            default = getattr(known, key) if key in fields else NOT_MEASURED
            differs = key not in fields or value != default
            if differs:
                changed.append(f"{name} = {_setting(value)}")
            meaning = (fields[key].description or "") if key in fields else "not known to this version"
            rows.append((name, _setting(value) + (" *" if differs else ""), _setting(default), meaning))
    columns = (
        Column("Setting", numeric=False), Column("Value"), Column("Default"), Column("Meaning", numeric=False)
    )  # fmt: skip
    return Table("Every setting of this run (* differs from its default)", columns, tuple(rows)), tuple(changed)


def _setting(value: object) -> str:
    if value is None:
        return "none"
    return f"{value:,.10g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def libraries_table(result: Result) -> Table:
    """Return the versions of the libraries that touched the pixels or the numbers."""
    rows = tuple((name, version) for name, version in sorted(result.provenance.libraries.items()))
    return Table("Libraries", (Column("Library", numeric=False), Column("Version", numeric=False)), rows)
