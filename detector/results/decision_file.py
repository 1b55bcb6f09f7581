"""The lines of ``decisions.tsv`` and of the decision files saved by reports: read and checked, never changed."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from detector.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["SAVED", "Decision", "Said", "read_decisions", "read_lines"]

_COLUMNS = ("id", "decision", "by", "at")

SAVED = ("id", "onset_s", "decision", "by", "at", "recording")
"""The columns of a decision file saved by a report."""

_NOTHING = {"", "n/a"}


class Said(StrEnum):
    """A person's verdict on a movement; `WITHDRAWN` takes back their earlier one."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of a decision file.

    Attributes
    ----------
    movement : str
        Id of the movement; empty if not given.
    onset_s : float or None
        Its onset in seconds; None if not given.
    said : Said
        What was decided.
    by, at, recording : str
        Who decided and when, and the study code of the recording, as written; empty if not given.
    place : str
        File and line, for messages.
    cells : mapping of str to str
        The line as written, by column.
    """

    movement: str
    onset_s: float | None
    said: Said
    by: str
    at: str
    recording: str
    place: str
    cells: Mapping[str, str] = field(repr=False)


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Return the decisions in a file, in the order of its lines; empty lines are skipped.

    Raises
    ------
    ResultError
        If it cannot be read, lacks a column, or has an invalid line, which the message names.
    """
    return tuple(_decision(row, place) for row, place in _rows(path))


def read_lines(path: Path) -> tuple[list[str], str]:
    """Return the column names of a file, and the rest of its text as written.

    Raises
    ------
    ResultError
        If it cannot be read.
    """
    head, _, lines = _text(path).partition("\n")
    return head.rstrip("\r").split("\t"), lines


def _rows(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    lines = (line.rstrip("\r") for line in _text(path).split("\n"))  # not splitlines: a note may hold a form feed
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise ResultError(
            f"{path}: it lacks the column {missing[0]!r}. Its first line must name {', '.join(_COLUMNS)}, with tabs "
            "between them"
        )
    try:
        for row in rows:
            cells = {name: cell or "" for name, cell in row.items() if isinstance(name, str)}  # drop surplus cells
            if any(cell.strip() for cell in cells.values()):
                yield cells, f"{path}, line {rows.line_num}"
    except csv.Error as error:
        raise ResultError(f"{path}, line {rows.line_num + 1}: cannot be read ({error}). Correct that line") from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ResultError(f"{path}: there is no such file. Check the spelling and the folder") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ResultError(
            f"{path}: cannot be read ({_why(error)}). Check its rights, and that it is text in UTF-8"
        ) from None


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _decision(row: dict[str, str], place: str) -> Decision:
    try:
        said = Said(row["decision"].strip().lower())
    except ValueError:
        choices = ", ".join(map(repr, map(str, Said)))
        raise ResultError(
            f"{place}: the decision {row['decision']!r} is not one of {choices}. Correct that line"
        ) from None
    text = row.get("onset_s", "").strip()
    try:
        onset_s = None if text in _NOTHING else float(text.replace("_", " "))
    except ValueError:
        onset_s = math.nan
    if onset_s is not None and not math.isfinite(onset_s):
        raise ResultError(f"{place}: the onset {text!r} is not a number of seconds. Correct that line")
    given = {name: "" if row.get(name, "") in _NOTHING else row[name].strip() for name in SAVED}
    return Decision(
        given["id"], onset_s, said, given["by"], given["at"], given["recording"], place, row
    )  # a short line has no id
