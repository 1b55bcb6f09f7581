"""What the study page says and shows, derived from the rows of the cohort; nothing is drawn here."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.batch.receipts import Status
from detector.batch.study import tables
from detector.batch.study.cohort import LATE_NOTE, USUAL_WEEKS
from detector.batch.study.makers import made_by_words, mixture
from detector.batch.study.reviews import begun, decided, in_view, looked
from detector.batch.study.words import count, length, number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.batch.study.cohort import Row
    from detector.report.table import Table

__all__ = ["Study", "Subject", "study_numbers"]

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
    reviewed : tuple of str
        ``yes`` if a person decided on every jerk (the values are then those in that person's view), ``none found`` if
        there was no jerk to decide on and nobody decided on anything, else ``no``.
    """

    name: str
    age_weeks: tuple[float, ...]
    rate: tuple[float, ...]
    clusters: tuple[float, ...]
    longest_s: tuple[float, ...]
    reviewed: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Everything that the page says.

    Attributes
    ----------
    headline, facts : str
        One sentence with the counts; one on the ages at recording.
    cautions : tuple of str
        What must be read first.
    cards : tuple of (str, str, str)
        Heading, number, and a line below it.
    names : tuple of str
        Recordings of the coverage figure, the least covered last.
    parts_h : dict of str to tuple of float
        Hours of each kind of time, one value per recording.
    rates, episode_s : tuple of float
        Jerks per quiet hour of each recording; longest episode of each, as found.
    subjects : tuple of Subject
        For the curves over age.
    recordings, reviews, subjects_table, missing, failures, outliers : Table
        Tables of the page.
    versions : str
        Versions, settings and classifiers that made the results.
    review : str
        What was decided in reviews, in a sentence or two; empty if nothing was decided.
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
    reviews: Table
    subjects_table: Table
    missing: Table
    failures: Table
    outliers: Table
    versions: str
    review: str
    usual_weeks: float = field(default=USUAL_WEEKS)


def study_numbers(rows: Sequence[Row]) -> Study:
    """Return what the page of a study says, from the rows of its cohort.

    Parameters
    ----------
    rows : sequence of dict
        Rows as `detector.batch.study.cohort.cohort_row` makes them; those without a result are only counted.
    """
    done = [row for row in rows if row["status"] == Status.DONE]
    subjects = _subjects(done)
    by_coverage = sorted(done, key=lambda row: (-(row["coverage"] or 0.0), row["id"]))
    return Study(
        headline=_headline(done),
        facts=_facts(done),
        cautions=_cautions(rows, done),
        cards=_cards(rows, done),
        names=tuple(row["id"] for row in by_coverage),
        parts_h={label: tuple(row[name] or 0.0 for row in by_coverage) for label, name in _PARTS.items()},
        rates=tuple(row["jerks_per_quiet_h"] for row in done if row["jerks_per_quiet_h"] is not None),
        episode_s=tuple(row["episode_longest_s"] for row in done if row["episode_longest_s"] is not None),
        subjects=subjects,
        recordings=tables.recordings_table(rows),
        reviews=tables.review_table(done),
        subjects_table=tables.subjects_table(rows),
        missing=tables.missing_table(rows, done),
        failures=tables.failures_table(rows),
        outliers=tables.outliers_table(done),
        versions=made_by_words(done),
        review=_review(done),
    )


def _total(rows: Sequence[Row], name: str) -> float:
    return math.fsum(row[name] or 0.0 for row in rows)


def _hours(value: float) -> str:
    return length(value * 3600.0)


def _people(rows: Sequence[Row]) -> set[str]:
    return {row["subject"] for row in rows if row["subject"]}


def _headline(done: Sequence[Row]) -> str:
    jerks = int(_total(done, "jerks"))
    people = _people(done)
    of = f" of {count(len(people), 'subject')}" if people else ""
    seen = f"{_hours(_total(done, 'analysed_h'))} of {_hours(_total(done, 'claimed_h'))} analysed"
    return f"{count(jerks, 'candidate jerk')} in {count(len(done), 'recording')}{of}; {seen}."


def _review(done: Sequence[Row]) -> str:
    if not any(begun(row) for row in done):
        return ""
    jerks, confirmed, refused, added = (int(_total(done, name)) for name in ("jerks", "confirmed", "refused", "added"))
    some = [row for row in done if row["jerks"]]
    whole, part = sum(decided(row) for row in some), sum(0 < looked(row) < row["jerks"] for row in some)
    more = f" {count(added, 'other movement')} {'was' if added == 1 else 'were'} added." if added else ""
    return (
        f"Reviewed: {confirmed + refused:,} of {count(jerks, 'candidate jerk')} ({confirmed:,} confirmed, "
        f"{refused:,} rejected); of {count(len(some), 'recording')} with jerks, {whole:,} fully and {part:,} "
        f"partly.{more}"
    )


def _facts(done: Sequence[Row]) -> str:
    ages = [row["age_weeks"] for row in done if row["age_weeks"] is not None]
    if not ages:
        return "No ages are given; to add them, see the table of recordings in the documentation."
    span = f"{number(min(ages), 3)} to {number(max(ages), 3)} weeks"
    return f"Age at recording: {span}, {count(len(ages), 'recording')} with an age.{_late(done)}"


def _late(done: Sequence[Row]) -> str:
    """Return the sentence on jerks at an age when they are not expected; it is no verdict, and empty without any."""
    late = [row for row in done if row["note"] is not None]
    if not late:
        return ""
    left = " left after review" if all(begun(row) and decided(row) for row in late) else ""
    be = "is" if len(late) == 1 else "are"
    return f" {count(len(late), 'recording')} with jerks{left} {be} {LATE_NOTE}."


def _cautions(rows: Sequence[Row], done: Sequence[Row]) -> tuple[str, ...]:
    out = []
    failed = sum(row["status"] == Status.FAILED for row in rows)
    if failed:
        out.append(
            f"{failed} of {count(len(rows), 'recording')} could not be analysed and "
            f"{'is' if failed == 1 else 'are'} left out of the counts and rates."
        )
    growing = sum(row["reason"] == "growing" for row in rows)
    if growing:
        was = "was" if growing == 1 else "were"
        out.append(
            f"{count(growing, 'file')} may not have been fully recorded or copied yet and {was} left out: "
            "run the study again."
        )
    severe = sum(row["severe_flags"] is not None for row in done)
    if severe:
        carry, their = ("carries", "its") if severe == 1 else ("carry", "their")
        out.append(f"{count(severe, 'recording')} {carry} a severe quality flag: do not trust {their} counts.")
    if mixed := mixture(done):
        out.append(mixed)
    return tuple(out)


def _cards(rows: Sequence[Row], done: Sequence[Row]) -> tuple[tuple[str, str, str], ...]:
    rates = [row["jerks_per_quiet_h"] for row in done if row["jerks_per_quiet_h"] is not None]
    people, lost = _people(rows), len(_people(rows) - _people(done))
    with_none = sum(row["jerks"] == 0 for row in done)
    middle = "n/a"
    spread = "no recording long enough for a rate"
    if rates:
        low, mid, high = np.quantile(rates, (0.25, 0.5, 0.75)).tolist()
        middle, spread = number(mid), f"middle half {number(low)} to {number(high)}"
    named = "named in the table of recordings" if people else "no table of recordings"
    whose = f"{lost:,} of them without a result" if lost else named
    analysed = percent(_total(done, "analysed_h"), _total(done, "claimed_h"))
    return (
        ("Recordings", f"{len(done):,}", f"of {count(len(rows), 'input')}"),
        ("Subjects", f"{len(people):,}" if people else "n/a", whose),
        ("Per quiet hour", middle, f"jerks, median of recordings; {spread}"),
        ("Without any jerk", f"{with_none:,}", f"of {count(len(done), 'recording')}"),
        ("Analysed", analysed, "of the claimed time"),
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
            tuple(math.nan if value is None else float(value) for value in values)
            for values in (
                [row["age_weeks"] for row in rows],
                [in_view(row, "jerks_per_quiet_h") for row in rows],
                [in_view(row, "clusters_per_quiet_h") for row in rows],
            )
        )
        # without any episode the length is 0, as the caption says
        longest_s = tuple(in_view(row, "episode_longest_s") or 0.0 for row in rows)
        made.append(Subject(name, age, rate, clusters, longest_s, tuple(_reviewed(row) for row in rows)))
    return tuple(made)


def _reviewed(row: Row) -> str:
    if not decided(row):
        return "no"
    return "yes" if begun(row) else "none found"
