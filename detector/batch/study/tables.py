"""The tables of the study page: every cell is text that is ready to print."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from statistics import fmean, median
from typing import TYPE_CHECKING
from urllib.parse import quote

from detector.batch.reasons import REASONS
from detector.batch.receipts import Status
from detector.batch.study.cohort import LATE_NOTE
from detector.batch.study.reviews import begun, decided, in_view, looked
from detector.batch.study.words import IN_VIEW, length, number, percent, whole
from detector.records.result import SHORT_S
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from detector.batch.study.cohort import Row

__all__ = [
    "MOST_ROWS",
    "failures_table",
    "missing_table",
    "outliers_table",
    "recordings_table",
    "review_table",
    "subjects_table",
]

_FAR = 3.5  # robust z above which a value is called far from the others (Iglewicz & Hoaglin 1993)
_FEWEST = 8  # recordings needed before the median of the others says anything
_LOW_COVERAGE = 0.5
MOST_ROWS = 500
"""Most rows of a table of recordings: the page stays light, and ``cohort.tsv`` holds them all."""


def _too_short(row: Row) -> bool:
    """Return whether so little of a recording was analysed that a rate per hour is an extrapolation."""
    return row["status"] == Status.DONE and (row["analysed_h"] or 0.0) * 3600 < SHORT_S


def _cell(value: float | None) -> str:
    return "n/a" if value is None else number(float(value))


def _length(hours: float | None) -> str:
    return "n/a" if hours is None else length(hours * 3600.0)


def _count(value: int | None) -> str:
    return "n/a" if value is None else whole(value)


def recordings_table(rows: Sequence[Row]) -> Table:
    """Return the table with one row per input."""
    columns = (
        Column("Recording", numeric=False), Column("Code", numeric=False), Column("Subject", numeric=False),
        Column("Age (weeks)"), Column("Analysed"), Column("Coverage"), Column("Jerks"), Column("per quiet hour"),
        Column("Clusters"), Column("Episodes"), Column("Longest (s)"), Column("Flags", numeric=False),
    )  # fmt: skip
    made = []
    for row in rows[:MOST_ROWS]:
        flags = ", ".join(code for code in (row["severe_flags"], row["warning_flags"]) if code)
        state = flags if row["status"] == Status.DONE else f"{row['status']}: {row['reason']}"
        made.append((
            row["id"], row["code"] or "n/a", row["subject"] or "n/a", _cell(row["age_weeks"]),
            _length(row["analysed_h"]), "n/a" if row["coverage"] is None else percent(row["coverage"], 1.0),
            _count(row["jerks"]), _cell(row["jerks_per_quiet_h"]), _count(row["clusters"]), _count(row["episodes"]),
            _cell(row["episode_longest_s"]), state.replace("_", " ").replace(",", ", ").replace(",  ", ", "),
        ))  # fmt: skip
    notes = ["Code: the recording's name in its report."] if any(row["code"] for row in rows) else []
    notes += [f"The first {MOST_ROWS} of {len(rows)}; cohort.tsv holds all."] if len(rows) > MOST_ROWS else []
    notes += ["Jerks, clusters and episodes are as found."] if any(begun(row) for row in rows) else []
    if any(_too_short(row) for row in rows):
        notes.append("Where less than ten minutes were analysed, there is no rate.")
    links = _reports(row for row in rows if row["status"] == Status.DONE)
    return Table("Every recording", columns, tuple(made), " ".join(notes), links=links)


def _reports(done: Iterable[Row]) -> dict[str, str]:
    return {row["id"]: f"recordings/{quote(row['id'])}/report.html" for row in done}  # ids hold letters of any language


def review_table(done: Sequence[Row]) -> Table:
    """Return how far the review of each recording got and what remained; no rows if nobody decided on anything."""
    columns = (
        Column("Recording", numeric=False), Column("Jerks found"), Column("Decided"), Column("Confirmed"),
        Column("Rejected"), Column("Added"), Column("Jerks, reviewed"), Column("per quiet hour"), Column("Clusters"),
        Column("Episodes"), Column("Longest (s)"),
    )  # fmt: skip
    shown = [row for row in done if row["jerks"] or begun(row)] if any(begun(row) for row in done) else []
    made = []
    for row in sorted(shown, key=decided)[:MOST_ROWS]:  # recordings with jerks left to decide on come first
        theirs: tuple[str, ...] = ("",) * 8
        if begun(row):
            theirs = (
                whole(row["confirmed"]), whole(row["refused"]), whole(row["added"]), whole(row["reviewed_jerks"]),
                _cell(row["reviewed_jerks_per_quiet_h"]), _count(row["reviewed_clusters"]),
                _count(row["reviewed_episodes"]), _cell(row["reviewed_episode_longest_s"]),
            )  # fmt: skip
        made.append((row["id"], whole(row["jerks"]), "all" if decided(row) else whole(looked(row)), *theirs))
    note = (
        'From the column "Jerks, reviewed" on, jerks that nobody decided on count as jerks. Recordings with neither a '
        "found jerk nor a decision are left out."
    )
    if len(shown) > MOST_ROWS:
        note += f" The first {MOST_ROWS} of {len(shown)}; cohort.tsv holds all."
    return Table("Found, decided, and what is left", columns, tuple(made), note, links=_reports(shown))


def subjects_table(rows: Sequence[Row]) -> Table:
    """Return the table with one row per subject, with or without a result, and a note on jerks beyond the usual age."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["subject"]:
            groups[row["subject"]].append(row)
    columns = (
        Column("Subject", numeric=False), Column("Recordings"), Column("Ages (weeks)", numeric=False),
        Column("Jerks per quiet hour, first to last", numeric=False), Column("Note", numeric=False),
    )  # fmt: skip
    made = [_subject(name, groups[name]) for name in sorted(groups)]
    notes = [IN_VIEW] if any(begun(row) for row in rows) else []
    if any(0 < len(_done(group)) < len(group) for group in groups.values()):
        notes.append("Where only some inputs have a result, ages and rates are those of these.")
    if any(len(_done(group)) > 6 for group in groups.values()):
        notes.append("Of subjects with more than six recordings, the first three and the last three are shown.")
    return Table("Every subject", columns, tuple(made), " ".join(notes))


def _done(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["status"] == Status.DONE]


def _subject(name: str, theirs: Sequence[Row]) -> tuple[str, ...]:
    """Return the cells of one subject; of one without a result there are no rates, which is not a rate of zero."""
    rows = sorted(_done(theirs), key=lambda row: (row["age_weeks"] is None, row["age_weeks"] or 0.0, row["id"]))
    number_of = str(len(rows)) if len(rows) == len(theirs) else f"{len(rows)} of {len(theirs)}"
    ages = sorted(row["age_weeks"] for row in rows or theirs if row["age_weeks"] is not None)
    span = "n/a" if not ages else " to ".join(dict.fromkeys(number(age) for age in (ages[0], ages[-1])))
    if not rows:
        return name, number_of, span, "n/a", "No recording has a result."
    rates = " → ".join(
        _cell(in_view(row, "jerks_per_quiet_h")) for row in (rows if len(rows) <= 6 else [*rows[:3], *rows[-3:]])
    )
    late = [row["age_weeks"] for row in rows if row["note"] is not None]
    note = f"Jerks at {' and '.join(number(age) for age in late)} weeks: {LATE_NOTE}." if late else ""
    return name, number_of, span, rates, note


def missing_table(rows: Sequence[Row], done: Sequence[Row]) -> Table:
    """Return what recordings lack."""
    named = (
        ("age", [row for row in rows if row["age_weeks"] is None]),
        ("subject", [row for row in rows if not row["subject"]]),
        ("time of day", [row for row in rows if not row["start_clock"]]),
        ("result", [row for row in rows if row["status"] != Status.DONE]),
        ("any quiet time", [row for row in done if not row["quiet_h"]]),
        ("half of its time", [row for row in done if (row["coverage"] or 0.0) < _LOW_COVERAGE]),
        ("any episode (so no episode length)", [row for row in done if not row["episodes"]]),
    )
    made = tuple(
        (f"Without {what}", f"{len(some):,}", percent(len(some), len(rows)) if rows else "n/a") for what, some in named
    )
    return Table(
        "What is missing", (Column("Recordings", numeric=False), Column("Number"), Column("Share of all")), made
    )


def failures_table(rows: Sequence[Row]) -> Table:
    """Return the reasons for which inputs have no result."""
    found = Counter(row["reason"] for row in rows if row["status"] != Status.DONE)
    made = tuple(
        (reason, REASONS.get(reason, ""), f"{number_of:,}")
        for reason, number_of in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )
    columns = (Column("Reason", numeric=False), Column("Meaning", numeric=False), Column("Recordings"))
    return Table(
        "Inputs without a result", columns, made, "failures.tsv names each file and says what to try." if made else ""
    )


def outliers_table(done: Sequence[Row]) -> Table:
    """Return the values that lie far from those of the other recordings."""
    checks = (
        ("jerks_per_quiet_h", "jerks per quiet hour", True),
        ("jerk_amplitude_px", "median amplitude (px)", True),
        ("jerk_duration_s", "median length of a jerk (s)", False),
        ("coverage", "coverage", False),
        ("fps", "frame rate (Hz)", False),
    )
    made = []
    for name, label, ratio in checks:
        values = [(row["id"], float(row[name])) for row in done if row[name] is not None]
        made += [(who, label, *cells) for who, cells in _far(values, ratio=ratio)]
    columns = (
        Column("Recording", numeric=False), Column("Value", numeric=False), Column("Here"), Column("Median of all"),
        Column("Robust z"),
    )  # fmt: skip
    note = (
        f"A value is listed when it lies more than {_FAR} robust standard deviations from the median (rates and "
        "amplitudes on a logarithmic scale). This is only a reason to look."
    )
    note += " Values are as found." if any(begun(row) for row in done) else ""
    return Table("Recordings far from the others", columns, tuple(sorted(made)), note)


def _far(values: Sequence[tuple[str, float]], *, ratio: bool) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Yield the recordings whose value lies far from the others, with the cells to print."""
    if len(values) < _FEWEST:
        return
    scaled = [math.log1p(value) if ratio else value for _, value in values]
    middle = median(scaled)
    away = [abs(value - middle) for value in scaled]
    # where more than half are alike, as frame rates are, the mean stands in for the median (Iglewicz & Hoaglin 1993)
    spread = 1.4826 * median(away) or 1.2533 * fmean(away)
    usual = number(median(value for _, value in values))
    for (who, value), at in zip(values, scaled, strict=True):
        if spread > 0 and abs(at - middle) > _FAR * spread:
            yield who, (number(value), usual, number(abs(at - middle) / spread, 2))
