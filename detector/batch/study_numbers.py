"""What the study page says and draws, decided from the rows of the cohort; nothing is drawn here."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from detector.batch.cohort import LATE_NOTE, USUAL_WEEKS
from detector.batch.reasons import REASONS
from detector.report.tables import Column, Table
from detector.report.words import count, length, number, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detector.batch.cohort import Row

__all__ = ["Study", "Subject", "study_numbers"]

_FAR = 3.5  # robust z above which a value is called far from the others (Iglewicz & Hoaglin 1993)
_FEWEST = 8  # recordings from which on the middle of the others says anything
_LOW_COVERAGE = 0.5
_MOST_ROWS = 500

_PARTS = {label: label.replace(" ", "_") + "_h" for label in ("quiet", "not assessable", "masked", "missing")}


@dataclass(frozen=True, slots=True)
class Subject:
    """The recordings of one subject that have an age and a result, by age.

    Attributes
    ----------
    name : str
        As in the table of recordings.
    age_weeks, rate, clusters, longest_s : tuple of float
        Age; jerks and clusters per quiet hour; longest episode in seconds. NaN where there is no value.
    """

    name: str
    age_weeks: tuple[float, ...]
    rate: tuple[float, ...]
    clusters: tuple[float, ...]
    longest_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """All that the page says.

    Attributes
    ----------
    headline, facts : str
        One sentence with the counts; what was analysed and how.
    cautions : tuple of str
        What must be read first.
    cards : tuple of (str, str, str)
        Heading, number, and a line below it.
    names : tuple of str
        Recordings of the coverage figure, the least covered last.
    parts_h : dict of str to tuple of float
        Hours of each kind of time, one a recording.
    rates, episode_s : tuple of float
        Jerks per quiet hour of each recording; longest episode of each.
    subjects : tuple of Subject
        For the curves over age.
    recordings, subjects_table, missing, failures, outliers : Table
        Tables of the page.
    versions : str
        What made the results.
    """

    headline: str
    facts: str
    cautions: tuple[str, ...]
    cards: tuple[tuple[str, str, str], ...]
    names: tuple[str, ...]
    parts_h: dict[str, tuple[float, ...]]
    rates: tuple[float, ...]
    episode_s: tuple[float, ...]
    subjects: tuple[Subject, ...]
    recordings: Table
    subjects_table: Table
    missing: Table
    failures: Table
    outliers: Table
    versions: str
    usual_weeks: float = field(default=USUAL_WEEKS)


def study_numbers(rows: Sequence[Row]) -> Study:
    """Return what the page of a study says, from the rows of its cohort."""
    done = [row for row in rows if row["status"] == "done"]
    subjects = _subjects(done)
    by_coverage = sorted(done, key=lambda row: (-(row["coverage"] or 0.0), row["id"]))
    return Study(
        headline=_headline(rows, done),
        facts=_facts(done),
        cautions=_cautions(rows, done),
        cards=_cards(rows, done),
        names=tuple(row["id"] for row in by_coverage),
        parts_h={label: tuple(row[name] or 0.0 for row in by_coverage) for label, name in _PARTS.items()},
        rates=tuple(row["jerks_per_quiet_h"] for row in done if row["jerks_per_quiet_h"] is not None),
        episode_s=tuple(row["episode_longest_s"] for row in done if row["episode_longest_s"] is not None),
        subjects=subjects,
        recordings=_recordings(rows),
        subjects_table=_subjects_table(done),
        missing=_missing(rows, done),
        failures=_failures(rows),
        outliers=_outliers(done),
        versions=_versions(done),
    )


def _total(rows: Sequence[Row], name: str) -> float:
    return math.fsum(row[name] or 0.0 for row in rows)


def _hours(value: float) -> str:
    return length(value * 3600.0)


def _headline(rows: Sequence[Row], done: Sequence[Row]) -> str:
    jerks = int(_total(done, "jerks"))
    people = {row["subject"] for row in rows if row["subject"]}
    of = f" of {count(len(people), 'subject')}" if people else ""
    seen = f"{_hours(_total(done, 'analysed_h'))} analysed of {_hours(_total(done, 'claimed_h'))}"
    return f"{count(jerks, 'candidate jerk')} in {count(len(done), 'recording')}{of}; {seen}."


def _facts(done: Sequence[Row]) -> str:
    ages = [row["age_weeks"] for row in done if row["age_weeks"] is not None]
    if not ages:
        return "No ages are given: see the table of recordings in the documentation to add them."
    span = f"{number(min(ages), 2)} to {number(max(ages), 2)} weeks"
    return f"Age at recording: {span}, {count(len(ages), 'recording')} with an age."


def _cautions(rows: Sequence[Row], done: Sequence[Row]) -> tuple[str, ...]:
    out = []
    failed = sum(row["status"] == "failed" for row in rows)
    if failed:
        out.append(
            f"{failed} of {count(len(rows), 'recording')} could not be analysed; they are in no number but these."
        )
    growing = sum(row["reason"] == "growing" for row in rows)
    if growing:
        out.append(f"{count(growing, 'file')} may still be recorded or copied and were left out: run the study again.")
    severe = sum(row["severe_flags"] is not None for row in done)
    if severe:
        out.append(f"{count(severe, 'recording')} carry a severe quality flag: their counts are not to be trusted.")
    if len({(row["settings"], row["algorithm"], row["version"]) for row in done}) > 1:
        out.append(
            "The recordings were analysed with different settings or versions and must not be compared: "
            "run the study again."
        )
    return tuple(out)


def _cards(rows: Sequence[Row], done: Sequence[Row]) -> tuple[tuple[str, str, str], ...]:
    rates = [row["jerks_per_quiet_h"] for row in done if row["jerks_per_quiet_h"] is not None]
    people = {row["subject"] for row in rows if row["subject"]}
    with_none = sum(row["jerks"] == 0 for row in done)
    middle = "n/a"
    spread = "no quiet time"
    if rates:
        low, mid, high = np.quantile(rates, (0.25, 0.5, 0.75)).tolist()
        middle, spread = number(mid), f"middle half {number(low)} to {number(high)}"
    late = sum(row["note"] is not None for row in done)
    named = "named in the table of recordings" if people else "no table of recordings"
    analysed = percent(_total(done, "analysed_h"), _total(done, "claimed_h"))
    return (
        ("Recordings", f"{len(done):,}", f"of {count(len(rows), 'input')}"),
        ("Subjects", f"{len(people):,}" if people else "n/a", named),
        ("Jerks per quiet hour", middle, f"median of recordings; {spread}"),
        ("Without any jerk", f"{with_none:,}", f"of {count(len(done), 'recording')}"),
        ("Analysed", analysed, f"{late:,} beyond the usual age with jerks" if late else "of the claimed time"),
    )


def _subjects(done: Sequence[Row]) -> tuple[Subject, ...]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in done:
        if row["age_weeks"] is not None:
            groups[row["subject"] or row["id"]].append(row)
    made = []
    for name in sorted(groups):
        rows = sorted(groups[name], key=lambda row: (row["age_weeks"], row["id"]))
        age, rate, clusters = (
            tuple(math.nan if row[key] is None else float(row[key]) for row in rows)
            for key in ("age_weeks", "jerks_per_quiet_h", "clusters_per_quiet_h")
        )
        longest_s = tuple(float(row["episode_longest_s"] or 0.0) for row in rows)  # no episode: nothing that lasted
        made.append(Subject(name, age, rate, clusters, longest_s))
    return tuple(made)


def _cell(value: float | None, digits: int = 3) -> str:
    return "n/a" if value is None else number(float(value), digits)


def _recordings(rows: Sequence[Row]) -> Table:
    columns = (
        Column("Recording", numeric=False), Column("Subject", numeric=False), Column("Age (weeks)"),
        Column("Analysed (h)"), Column("Coverage"), Column("Jerks"), Column("per quiet hour"), Column("Clusters"),
        Column("Episodes"),
        Column("Longest (s)"), Column("Flags", numeric=False),
    )  # fmt: skip
    made = []
    for row in rows[:_MOST_ROWS]:
        flags = ", ".join(code for code in (row["severe_flags"], row["warning_flags"]) if code)
        state = flags if row["status"] == "done" else f"{row['status']}: {row['reason']}"
        made.append((
            row["id"], row["subject"] or "n/a", _cell(row["age_weeks"]), _cell(row["analysed_h"]),
            "n/a" if row["coverage"] is None else percent(row["coverage"], 1.0), _cell(row["jerks"]),
            _cell(row["jerks_per_quiet_h"]), _cell(row["clusters"]), _cell(row["episodes"]),
            _cell(row["episode_longest_s"]), state.replace("_", " ").replace(",", ", ").replace(",  ", ", "),
        ))  # fmt: skip
    note = "" if len(rows) <= _MOST_ROWS else f"The first {_MOST_ROWS} of {len(rows)}; cohort.tsv holds all."
    return Table("Every recording", columns, tuple(made), note)


def _subjects_table(done: Sequence[Row]) -> Table:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in done:
        if row["subject"]:
            groups[row["subject"]].append(row)
    columns = (
        Column("Subject", numeric=False), Column("Recordings"), Column("Ages (weeks)", numeric=False),
        Column("Jerks per quiet hour, first to last", numeric=False), Column("Note", numeric=False),
    )  # fmt: skip
    made = []
    for name in sorted(groups):
        rows = sorted(groups[name], key=lambda row: (row["age_weeks"] is None, row["age_weeks"] or 0.0, row["id"]))
        ages = [row["age_weeks"] for row in rows if row["age_weeks"] is not None]
        span = "n/a" if not ages else " to ".join(dict.fromkeys(number(age) for age in (ages[0], ages[-1])))
        rates = " → ".join(
            _cell(row["jerks_per_quiet_h"]) for row in (rows if len(rows) <= 6 else [*rows[:3], *rows[-3:]])
        )
        late = [row["age_weeks"] for row in rows if row["note"] is not None]
        note = f"Jerks at {' and '.join(number(age) for age in late)} weeks: {LATE_NOTE}." if late else ""
        made.append((name, str(len(rows)), span, rates, note))
    note = "Of subjects with more than six recordings the first three and the last three are shown."
    return Table("Every subject", columns, tuple(made), note if any(len(rows) > 6 for rows in groups.values()) else "")


def _missing(rows: Sequence[Row], done: Sequence[Row]) -> Table:
    named = (
        ("age", [row for row in rows if row["age_weeks"] is None]),
        ("subject", [row for row in rows if not row["subject"]]),
        ("time of day", [row for row in rows if not row["start_clock"]]),
        ("result", [row for row in rows if row["status"] != "done"]),
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


def _failures(rows: Sequence[Row]) -> Table:
    found = Counter(row["reason"] for row in rows if row["status"] != "done")
    made = tuple(
        (reason, REASONS.get(reason, ""), f"{number_of:,}")
        for reason, number_of in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )
    columns = (Column("Reason", numeric=False), Column("Meaning", numeric=False), Column("Recordings"))
    return Table(
        "Inputs without a result", columns, made, "failures.tsv names each file and says what to try." if made else ""
    )


def _outliers(done: Sequence[Row]) -> Table:
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
        "amplitudes on a logarithmic scale). It is a reason to look, no more."
    )
    return Table("Recordings far from the others", columns, tuple(sorted(made)), note)


def _far(values: Sequence[tuple[str, float]], *, ratio: bool) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Yield the recordings whose value lies far from the others, with the cells to print."""
    if len(values) < _FEWEST:
        return
    scaled = [math.log1p(value) if ratio else value for _, value in values]
    middle = median(scaled)
    spread = 1.4826 * median(abs(value - middle) for value in scaled)
    usual = number(median(value for _, value in values))
    for (who, value), at in zip(values, scaled, strict=True):
        if spread > 0 and abs(at - middle) > _FAR * spread:
            yield who, (number(value), usual, number(abs(at - middle) / spread, 2))


def _versions(done: Sequence[Row]) -> str:
    made = sorted({(row["version"], row["algorithm"], row["settings"]) for row in done})
    return "; ".join(
        f"sleepjerk {version}, algorithm {algorithm}, settings {settings}" for version, algorithm, settings in made
    )
