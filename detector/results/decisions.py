"""What a person decided on the movements of a result: ``decisions.tsv`` beside it, a line a decision, only added to."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.errors import ResultError
from detector.report.options import Review
from detector.results.stored import DECISIONS, SAME_ONSET_S

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from detector.records.study import Result

__all__ = ["DECISIONS", "decided", "read_review"]

_COLUMNS = ("id", "decision", "by", "at")
_CONFIRMED, _REJECTED = "confirmed", "rejected"


@dataclass(frozen=True, slots=True)
class _Decision:
    movement: str
    onset_s: float | None
    confirmed: bool


def read_review(folder: Path, result: Result) -> Review:
    """Return how many of the jerks of `result` a person has confirmed and rejected; none without a file.

    A confirmed movement that `result` does not count as a jerk is one that the person adds; a rejected one agrees with
    `result`. Decisions on what is not in `result` (any more) are counted as lost.

    Raises
    ------
    ResultError
        As in `decided`.
    """
    last, lost = _last_decisions(folder, result)
    jerks = {jerk.id for jerk in result.jerks}
    confirmed = sum(said for name, said in last.items() if name in jerks)
    refused = sum(not said for name, said in last.items() if name in jerks)
    added = sum(said for name, said in last.items() if name not in jerks)
    return Review(confirmed, refused, added, lost)


def decided(folder: Path, result: Result) -> dict[str, bool]:
    """Return whether each movement of `result` that a person decided on was confirmed, by its id; none without a file.

    The last line about a movement counts.

    Raises
    ------
    ResultError
        If the file lacks a column, or a line of it cannot be understood; the message names the line.
    """
    return _last_decisions(folder, result)[0]


def _last_decisions(folder: Path, result: Result) -> tuple[dict[str, bool], int]:
    """Return the decisions, and on how many movements there are some that are not in `result`."""
    path = folder / DECISIONS
    onsets = {movement.id: movement.onset_s for movement in (*result.jerks, *result.movements)}  # jerks come first
    last: dict[str, bool] = {}
    lost: set[str | float] = set()
    for decision in _decisions(path) if path.is_file() else ():
        name = _named(decision, onsets)
        if name:
            last[name] = decision.confirmed
        else:
            lost.add(decision.movement if decision.onset_s is None else decision.onset_s)
    return last, len(lost)


def _named(decision: _Decision, onsets: dict[str, float]) -> str:
    """Return the movement that is meant, or nothing: of those that begin then the one of that name, or of that kind.

    Numbers change when thresholds do, onsets do not; but two limbs may begin at once, one a jerk and one refused.
    """
    if decision.onset_s is None:
        return decision.movement if decision.movement in onsets else ""
    wanted_s = decision.onset_s
    there = [name for name, onset_s in onsets.items() if abs(onset_s - wanted_s) < SAME_ONSET_S]
    kind = decision.movement.rpartition("-")[0]
    return min(there, key=lambda name: (name != decision.movement, name.rpartition("-")[0] != kind), default="")


def _decisions(path: Path) -> Iterator[_Decision]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ResultError(f"{path}: cannot be read ({error}). Check its rights, and that it is text in UTF-8") from None
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise ResultError(f"{path}: it lacks the column {missing[0]!r}. Its first line must name {', '.join(_COLUMNS)}")
    try:
        for row in rows:
            yield _decision(row, f"{path}, line {rows.line_num}")
    except csv.Error as error:
        raise ResultError(f"{path}, line {rows.line_num + 1}: cannot be read ({error}). Correct that line") from None


def _decision(row: dict[str, str], place: str) -> _Decision:
    said = row["decision"]
    if said not in {_CONFIRMED, _REJECTED}:
        raise ResultError(
            f"{place}: the decision {said!r} is neither {_CONFIRMED!r} nor {_REJECTED!r}. Correct that line"
        )
    text = row.get("onset_s") or ""
    try:
        onset_s = float(text) if text not in {"", "n/a"} else None
    except ValueError:
        raise ResultError(f"{place}: the onset {text!r} is not a number of seconds. Correct that line") from None
    return _Decision(row["id"] or "", onset_s, said == _CONFIRMED)  # a short line has no id
