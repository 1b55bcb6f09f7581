"""Tables of ready-made texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.records.file_names import EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detector.report.catalogue import Catalogue

__all__ = ["MOST_ROWS", "Column", "Table", "cut"]

MOST_ROWS = 250
"""Most rows in a list of events, to keep the page light; ``events.tsv`` holds them all."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and whether it holds numbers (aligned right)."""

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
        One text per column.
    note : str
        Text below the table; empty for none.
    total : bool
        True if the last row is the sum of the others.
    links : Mapping of str to str
        Link targets of row headings, by heading.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    total: bool = False
    links: Mapping[str, str] = field(default_factory=dict)


def cut(
    rows: Sequence[tuple[str, ...]], say: Catalogue, *, file: str = EVENTS
) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the first `MOST_ROWS` rows, and a note on how many more there are and which file holds them."""
    more = len(rows) - MOST_ROWS
    shown, total, left = say.whole(MOST_ROWS), say.whole(len(rows)), say.whole(more)
    note = say("table.first_of", shown=shown, all=total, more=left, file=file) if more > 0 else ""
    return tuple(rows[:MOST_ROWS]), note
