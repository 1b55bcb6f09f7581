"""Event files: BIDS tables with ``onset``, ``duration`` and ``trial_type``, written by this package or by a lab."""

from __future__ import annotations

import csv
import difflib
import io
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import TruthError
from detector.records.motion import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["DONT_CARE", "EventTable", "read_events"]

DONT_CARE = "dont_care"
"""``trial_type`` of a stretch in which nothing is scored as false."""

_NEEDED = ("onset", "duration", "trial_type")
_AMPLITUDE = "amplitude_px"
_WORDS = ("site", "side", "reason")
_NO_VALUE = ("n/a", "")
_OTHER_SIGNS = {",": "commas", ";": "semicolons"}  # what spreadsheets and R write unless told otherwise
_UNIT = re.compile(r"[\s_]+[(\[]?(?:s|secs?|seconds?)[)\]]?$")
_LEAST_LIKENESS = 0.85  # `onsets` passes for onset, but `offset` does not, and `duration_ms` does not pass for duration
_ADVICE = "Tables are UTF-8 with tabs and the columns onset, duration (s) and trial_type: docs/reference/events-tsv.md"


@dataclass(frozen=True, slots=True, eq=False)
class EventTable:
    """Events, sorted by onset.

    Attributes
    ----------
    onset_s : ndarray of float64, shape (n,)
        Starts in seconds since the first frame, not decreasing.
    duration_s : ndarray of float64, shape (n,)
        Lengths in seconds; NaN where not known.
    trial_type : tuple of str, length n
        Kinds of event, in lower case if read from a file; ``dont_care`` marks stretches in which nothing is scored as
        false.
    amplitude_px : ndarray of float64, shape (n,)
        Largest excursions in pixels of the recording; NaN where not known.
    site, side : tuple of str, length n
        Site on the body, and the infant's side; several are joined by commas, empty where not known.
    reason : tuple of str, length n
        Why a movement was refused; empty if it was not.
    line : tuple of int, length n
        Line number of each event in its file, counted from 1; 0 if it was not read from a file.
    """

    onset_s: npt.NDArray[np.float64] = field(repr=False)
    duration_s: npt.NDArray[np.float64] = field(repr=False)
    trial_type: tuple[str, ...] = field(repr=False)
    amplitude_px: npt.NDArray[np.float64] = field(repr=False)
    site: tuple[str, ...] = field(default=(), repr=False)
    side: tuple[str, ...] = field(default=(), repr=False)
    reason: tuple[str, ...] = field(default=(), repr=False)
    line: tuple[int, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        order = np.argsort(np.asarray(self.onset_s, dtype=np.float64), kind="stable")
        for name in ("onset_s", "duration_s", "amplitude_px"):
            column = np.asarray(getattr(self, name), dtype=np.float64)
            if column.shape != (len(self.trial_type),):
                raise ValueError(f"{name} has shape {column.shape}, ({len(self.trial_type)},) expected")
            object.__setattr__(self, name, frozen(column[order], "f8"))
        for name in ("trial_type", *_WORDS):
            words = getattr(self, name) or ("",) * len(order)
            object.__setattr__(self, name, tuple(words[row] for row in order))
        lines = self.line or (0,) * len(order)
        object.__setattr__(self, "line", tuple(lines[row] for row in order))

    def __len__(self) -> int:
        return len(self.trial_type)

    def of(self, kind: str) -> EventTable:
        """Return the events of one kind."""
        rows = [row for row, name in enumerate(self.trial_type) if name == kind]
        words = {name: tuple(getattr(self, name)[row] for row in rows) for name in _WORDS}
        return EventTable(
            self.onset_s[rows],
            self.duration_s[rows],
            (kind,) * len(rows),
            self.amplitude_px[rows],
            **words,
            line=tuple(self.line[row] for row in rows),
        )

    @property
    def offset_s(self) -> npt.NDArray[np.float64]:
        """Ends in seconds; equal to the onset where the duration is not known."""
        return self.onset_s + np.nan_to_num(self.duration_s, nan=0.0)


def read_events(path: Path) -> EventTable:
    """Read an event table.

    The columns onset, duration and trial_type are required. The columns amplitude_px, site, side, reason and limb are
    used if present (``limb``, such as ``left_arm,right_leg``, gives site and side at once); all others are ignored.

    Parameters
    ----------
    path : Path
        A BIDS ``events.tsv``, or a truth file of the same format.

    Returns
    -------
    EventTable
        The events, by onset.

    Raises
    ------
    TruthError
        If the file cannot be read or a value is invalid; the message names the file, line and column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
            _refuse_other_signs(path, text.partition("\n")[0])
            reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
            columns = _columns(path, next(reader, []))
            rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except (OSError, UnicodeError, csv.Error) as error:
        raise TruthError(f"{path}: cannot be read as an event table ({error}). {_ADVICE}") from None
    kinds, numbers, words = [], [], []
    for line, row in rows:
        if len(row) != len(columns):
            raise TruthError(f"{path}, line {line}: {len(row)} columns, {len(columns)} expected. {_ADVICE}")
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
        kinds.append(cells["trial_type"].lower())
        numbers.append(_numbers(cells, f"{path}, line {line}"))
        words.append(_places(cells))
    values = np.array(numbers, dtype=np.float64).reshape(-1, 3)
    named = {name: tuple(row[name] for row in words) for name in _WORDS}
    lines = tuple(line for line, _ in rows)
    return EventTable(values[:, 0], values[:, 1], tuple(kinds), values[:, 2], **named, line=lines)


def _places(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the site, side and reason of one row in lower case, empty where not known."""
    values = {name: _word(cells.get(name, "")) for name in _WORDS}
    limbs = [limb for limb in _word(cells.get("limb", "")).split(",") if limb.split(" ")[0] in {"left", "right"}]
    if limbs:
        values["site"] = values["site"] or ",".join(limbs)
        sides = {limb.split(" ")[0] for limb in limbs}
        values["side"] = values["side"] or (sides.pop() if len(sides) == 1 else "both")
    return values


def _word(text: str) -> str:
    text = text.strip().lower().replace("_", " ")
    return "" if text in _NO_VALUE else text


def _refuse_other_signs(path: Path, header: str) -> None:
    """Refuse a table whose first line names its columns but does not separate them by tabs.

    This is checked before the cells are read: quotes, as R writes them, would be an error of their own without tabs.
    """
    for sign, name in _OTHER_SIGNS.items():
        cells = [cell.strip(' "\r').lower() for cell in header.split(sign)]
        if "\t" not in header and len(cells) > 1 and any(_near(wanted, cells) for wanted in _NEEDED):
            raise TruthError(f"{path}, line 1: separated by {name}; tabs are needed. {_ADVICE}")


def _near(wanted: str, columns: Sequence[str]) -> str:
    """Return the column whose name is close to `wanted`, such as ``Onset (s)``; empty if there is none."""
    plain = {_UNIT.sub("", name.lower()): name for name in columns}
    found = difflib.get_close_matches(wanted, plain, n=1, cutoff=_LEAST_LIKENESS)
    return plain[found[0]] if found else ""


def _columns(path: Path, header: list[str]) -> list[str]:
    columns = [name.strip() for name in header]
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        others = [name for name in columns if name not in _NEEDED]
        near = [f"{name} by {column!r}" for name in missing if (column := _near(name, others))]
        meant = f"; did you mean {', '.join(near)}?" if near else "."
        raise TruthError(f"{path}, line 1: no column {', '.join(missing)}{meant} {_ADVICE}")
    twice = sorted({name for name in columns if columns.count(name) > 1 and name in (*_NEEDED, _AMPLITUDE)})
    if twice:
        raise TruthError(f"{path}, line 1: column {', '.join(twice)} appears twice. {_ADVICE}")
    return columns


def _numbers(cells: Mapping[str, str], where: str) -> tuple[float, float, float]:
    """Return the onset, duration and amplitude of one row."""
    onset_s = _number(cells, "onset", where)
    if math.isnan(onset_s):
        raise TruthError(f"{where}, column onset: there is no value; seconds since the first frame expected")
    if onset_s < 0:
        raise TruthError(f"{where}, column onset: {onset_s} s lies before the first frame; at least 0 s expected")
    duration_s = _number(cells, "duration", where)
    if duration_s < 0:
        raise TruthError(f"{where}, column duration: {duration_s} s, at least 0 s expected")
    return onset_s, duration_s, _number(cells, _AMPLITUDE, where)


def _number(cells: Mapping[str, str], column: str, where: str) -> float:
    text = cells.get(column, "")
    if text.lower() in _NO_VALUE:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise TruthError(f"{where}, column {column}: {text!r} is not a number; one such as 12.345, or n/a, expected")
    return value
