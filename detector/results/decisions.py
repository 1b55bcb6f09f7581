"""What a person decided on the movements of a result: ``decisions.tsv`` beside it, a line a decision, only added to."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from detector.errors import ResultError
from detector.records.review import Review
from detector.report.options import study_code
from detector.results.atomic import write_file
from detector.results.stored import DECISIONS, SAME_ONSET_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from detector.records.study import Result

__all__ = ["DECISIONS", "add_decisions", "decided", "read_review"]

_COLUMNS = ("id", "decision", "by", "at")
_SAVED = ("id", "onset_s", "decision", "by", "at", "recording")  # as a report saves them
_CONFIRMED, _REJECTED = "confirmed", "rejected"


@dataclass(frozen=True, slots=True)
class _Decision:
    movement: str
    onset_s: float | None
    confirmed: bool


def read_review(folder: Path, result: Result) -> Review:
    """Return which of the jerks of `result` a person has confirmed and rejected; none without a file.

    A confirmed movement that `result` does not count as a jerk is one that the person adds; a rejected one agrees with
    `result`. Decisions on what is not in `result` (any more) are counted as lost.

    Raises
    ------
    ResultError
        As in `decided`.
    """
    last, lost = _last_decisions(folder, result)
    jerks = {jerk.id for jerk in result.jerks}
    return Review(
        confirmed=tuple(name for name, said in last.items() if name in jerks and said),
        refused=tuple(name for name, said in last.items() if name in jerks and not said),
        added=tuple(name for name, said in last.items() if name not in jerks and said),
        dismissed=tuple(name for name, said in last.items() if name not in jerks and not said),
        lost=lost,
    )


def decided(folder: Path, result: Result) -> dict[str, bool]:
    """Return whether each movement of `result` that a person decided on was confirmed, by its id; none without a file.

    The last line about a movement counts.

    Raises
    ------
    ResultError
        If the file lacks a column, or a line of it cannot be understood; the message names the line.
    """
    return _last_decisions(folder, result)[0]


def add_decisions(folder: Path, result: Result, files: Sequence[Path]) -> int:
    """Add the decisions in other files, as a report saves them, to those of a result; return how many were new.

    What the file says already stays as it is. A line that is there, or that the same person decided anew since, is not
    added again. With a column ``recording`` a file tells which video it is about, by its study code.

    Raises
    ------
    ResultError
        If a file cannot be read or understood, or is about another video; nothing is added then. Or if the folder
        cannot be written.
    """
    path = folder / DECISIONS
    known = [row for row, _ in _checked(path)] if path.is_file() else []
    head, _, lines = (_text(path) if path.is_file() else "\t".join(_SAVED)).partition("\n")
    columns = head.rstrip("\r").split("\t")
    columns += [name for name in _SAVED if name not in columns]
    news: list[dict[str, str]] = []
    for file in files:
        for row, place in _checked(file):
            _check_recording(row, place, result)
            if not any(_as_late(one, row) for one in (*known, *news)):
                news.append(row)
    if news:
        added = ["\t".join(row.get(name) or "n/a" for name in columns) for row in news]
        kept = [lines.rstrip("\r\n")] if lines.strip() else []
        try:
            write_file(path, "\n".join(["\t".join(columns), *kept, *added, ""]).encode())
        except OSError as error:
            raise ResultError(f"{path}: cannot be written ({error.strerror or error}). Check its rights") from error
    return len(news)


def _checked(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    for row, place in _rows(path):
        _decision(row, place)
        yield row, place


def _check_recording(row: dict[str, str], place: str, result: Result) -> None:
    about, ours = row.get("recording") or "n/a", study_code(result.recording.sha256)
    if about not in {"n/a", ours}:
        raise ResultError(f"{place}: it is about recording {about}, and this result about {ours}. Name the right one")


def _as_late(one: dict[str, str], other: dict[str, str]) -> bool:
    """Return whether a line says the same as another one, or is what the same person decided there since."""
    if _subject(one) != _subject(other):
        return False
    try:
        return datetime.fromisoformat(one["at"]) >= datetime.fromisoformat(other["at"])
    except (TypeError, ValueError):  # hand-made, or only one of them with a zone
        return (one["decision"], one["at"]) == (other["decision"], other["at"])


def _subject(row: dict[str, str]) -> tuple[str, str]:
    """Return who decided on which movement: the one with this onset, or of this id where none is told."""
    onset = row.get("onset_s") or ""
    return row["by"] or "", row["id"] if onset in {"", "n/a"} else f"{float(onset):.3f}"


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
    for row, place in _rows(path):
        yield _decision(row, place)


def _rows(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Yield each line of a file of decisions by the names of its columns, and where it stands."""
    rows = csv.DictReader(_text(path).splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise ResultError(f"{path}: it lacks the column {missing[0]!r}. Its first line must name {', '.join(_COLUMNS)}")
    try:
        for row in rows:
            yield row, f"{path}, line {rows.line_num}"
    except csv.Error as error:
        raise ResultError(f"{path}, line {rows.line_num + 1}: cannot be read ({error}). Correct that line") from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ResultError(f"{path}: cannot be read ({error}). Check its rights, and that it is text in UTF-8") from None


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
