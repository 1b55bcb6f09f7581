"""Tables of ready texts, and the tables of events: jerks, others, rejected."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.records.events import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detector.records.study import Result
    from detector.report.catalogue import Catalogue

__all__ = ["MOST_ROWS", "Column", "Table", "cut", "jerks_table", "others_table", "rejected_table"]

MOST_ROWS = 250
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
    links : Mapping of str to str
        Where a row's heading leads, by heading.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    total: bool = False
    links: Mapping[str, str] = field(default_factory=dict)


def cut(rows: Sequence[tuple[str, ...]], say: Catalogue) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the first `MOST_ROWS` rows, and a note that says how many more there are and where."""
    more = len(rows) - MOST_ROWS
    shown, total, left = say.whole(MOST_ROWS), say.whole(len(rows)), say.whole(more)
    note = say("table.first_of", shown=shown, all=total, more=left) if more > 0 else ""
    return tuple(rows[:MOST_ROWS]), note


def jerks_table(result: Result, place_of: Mapping[str, str], say: Catalogue) -> Table:
    """Return one row a jerk; `place_of` gives the name of each jerk's place by id."""
    rows = [
        (j.id, say.elapsed(j.onset_s), say.number(j.duration_s, 2), place_of[j.id],
         say(f"pattern.{j.pattern}") if say.has(f"pattern.{j.pattern}") else j.pattern,
         say.number(j.amplitude_px), say.number(j.peak_speed_px_s), say.number(j.confidence, 2), j.cluster)
        for j in result.jerks
    ]  # fmt: skip
    shown, note = cut(rows, say)
    columns = (
        Column(say("jerks.jerk"), numeric=False), Column(say("groups.start")), Column(say("groups.length")),
        Column(say("groups.where"), numeric=False), Column(say("jerks.pattern"), numeric=False),
        Column(say("jerks.amplitude")), Column(say("jerks.speed")), Column(say("jerks.confidence")),
        Column(say("groups.cluster"), numeric=False),
    )  # fmt: skip
    return Table(say("jerks.caption"), columns, shown, note)


def others_table(result: Result, say: Catalogue) -> Table:
    """Return the number of movements of each class that is not counted as a jerk."""
    counts = result.counts()
    lengths = dict.fromkeys(counts, 0.0)
    for movement in result.movements:
        lengths[str(movement.kind)] += movement.duration_s if math.isfinite(movement.duration_s) else 0.0
    rows = tuple((words, say.whole(counts[kind]), say.fixed(lengths[kind], 1))
                 for kind, words in say.below("kind").items())  # fmt: skip
    columns = (Column(say("others.movement"), numeric=False), Column(say("others.number")),
               Column(say("others.together")))  # fmt: skip
    return Table(say("others.caption"), columns, rows, say("others.note"))


def rejected_table(result: Result, say: Catalogue) -> Table:
    """Return the number of rejected candidates by reason, the most frequent first."""
    reasons = Counter(str(m.reason) for m in result.movements if m.kind is Kind.REJECTED)
    order = sorted(reasons, key=lambda reason: (-reasons[reason], reason))
    words = say.below("reason")
    rows = tuple((words.get(reason, reason), say.whole(reasons[reason])) for reason in order)
    columns = (Column(say("others.why"), numeric=False), Column(say("others.candidates")))
    return Table(say("others.rejected"), columns, rows)
