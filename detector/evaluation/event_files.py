"""Event files: BIDS tables with ``onset``, ``duration`` and ``trial_type``, ours or those that a lab labels."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.errors import TruthError
from detector.records.motion import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["DONT_CARE", "EventTable", "read_events"]

DONT_CARE = "dont_care"
"""``trial_type`` of a stretch in which nothing is scored as false."""

_NEEDED = ("onset", "duration", "trial_type")
_AMPLITUDE = "amplitude_px"
_NO_VALUE = ("n/a", "")
_ADVICE = "Tables are UTF-8 with tabs and the columns onset, duration (s) and trial_type: docs/reference/events-tsv.md"


@dataclass(frozen=True, slots=True, eq=False)
class EventTable:
    """Events by onset.

    Attributes
    ----------
    onset_s : ndarray of float64, shape (n,)
        Starts in seconds since the first frame, not decreasing.
    duration_s : ndarray of float64, shape (n,)
        Lengths in seconds; NaN where not known.
    trial_type : tuple of str, length n
        Kinds of event; ``dont_care`` marks stretches in which nothing is scored as false.
    amplitude_px : ndarray of float64, shape (n,)
        Largest excursions in pixels of the recording; NaN where not known.
    """

    onset_s: npt.NDArray[np.float64] = field(repr=False)
    duration_s: npt.NDArray[np.float64] = field(repr=False)
    trial_type: tuple[str, ...] = field(repr=False)
    amplitude_px: npt.NDArray[np.float64] = field(repr=False)

    def __post_init__(self) -> None:
        order = np.argsort(np.asarray(self.onset_s, dtype=np.float64), kind="stable")
        for name in ("onset_s", "duration_s", "amplitude_px"):
            column = np.asarray(getattr(self, name), dtype=np.float64)
            if column.shape != (len(self.trial_type),):
                raise ValueError(f"{name} has shape {column.shape}, ({len(self.trial_type)},) expected")
            object.__setattr__(self, name, frozen(column[order], "f8"))
        object.__setattr__(self, "trial_type", tuple(self.trial_type[row] for row in order))

    def __len__(self) -> int:
        return len(self.trial_type)

    def of(self, kind: str) -> EventTable:
        """Return the events of one kind."""
        rows = [row for row, name in enumerate(self.trial_type) if name == kind]
        return EventTable(self.onset_s[rows], self.duration_s[rows], (kind,) * len(rows), self.amplitude_px[rows])

    @property
    def offset_s(self) -> npt.NDArray[np.float64]:
        """Ends in seconds; the onset where no duration is known."""
        return self.onset_s + np.nan_to_num(self.duration_s, nan=0.0)


def read_events(path: Path) -> EventTable:
    """Read an event table; other columns than onset, duration, trial_type and amplitude_px are passed over.

    Parameters
    ----------
    path : Path
        A BIDS ``events.tsv``, or a truth file of the same form.

    Returns
    -------
    EventTable
        The events, by onset.

    Raises
    ------
    TruthError
        If the file cannot be read or a value is wrong; the message names file, line and column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter="\t", strict=True)
            columns = _columns(path, next(reader, []))
            rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except (OSError, UnicodeError, csv.Error) as error:
        raise TruthError(f"{path}: cannot be read as an event table ({error}). {_ADVICE}") from None
    kinds, numbers = [], []
    for line, row in rows:
        if len(row) != len(columns):
            raise TruthError(f"{path}, line {line}: {len(row)} columns, {len(columns)} expected. {_ADVICE}")
        cells = {name: cell.strip() for name, cell in zip(columns, row, strict=True)}
        kinds.append(cells["trial_type"])
        numbers.append(_numbers(cells, f"{path}, line {line}"))
    values = np.array(numbers, dtype=np.float64).reshape(-1, 3)
    return EventTable(values[:, 0], values[:, 1], tuple(kinds), values[:, 2])


def _columns(path: Path, header: list[str]) -> list[str]:
    columns = [name.strip() for name in header]
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise TruthError(f"{path}, line 1: no column {', '.join(missing)}. {_ADVICE}")
    twice = sorted({name for name in columns if columns.count(name) > 1 and name in (*_NEEDED, _AMPLITUDE)})
    if twice:
        raise TruthError(f"{path}, line 1: column {', '.join(twice)} stands there twice. {_ADVICE}")
    return columns


def _numbers(cells: Mapping[str, str], where: str) -> tuple[float, float, float]:
    """Return onset, duration and amplitude of one row."""
    onset_s = _number(cells, "onset", where)
    if math.isnan(onset_s):
        raise TruthError(f"{where}, column onset: there is no value; seconds since the first frame expected")
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
        raise TruthError(f"{where}, column {column}: {text!r} is no number; a number such as 12.345, or n/a, expected")
    return value
