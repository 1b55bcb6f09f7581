"""A table of recordings: which file is whose, at what age, from what time of day on (``participants.tsv``)."""

from __future__ import annotations

import csv
import datetime as dt
import math
import os
import re
import zoneinfo
from typing import TYPE_CHECKING

from detector.batch.remote import is_remote
from detector.batch.sources import Source, source_of
from detector.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["COLUMNS", "read_participants"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "path": ("path", "file", "video", "filename"),
    "subject": ("subject", "participant_id", "participant"),
    "session": ("session", "session_id"),
    "age_weeks": ("age_weeks",),
    "age_days": ("age_days",),
    "date_of_birth": ("date_of_birth", "birth_date", "dob"),
    "start": ("start", "start_time", "acq_time"),
    "zone": ("zone", "time_zone", "timezone"),
}
"""Columns that are read, each with the names it may have; others are left alone."""

_EMPTY = {"", "n/a", "na", "nan", "none"}
_OLDEST_WEEKS = 1000.0
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


def read_participants(table: Path) -> list[Source]:
    """Return the inputs of a table, one a row, by path.

    Parameters
    ----------
    table : Path
        Text with tabs (``.tsv``) or commas (anything else), UTF-8, with a line of headings. Paths are relative to the
        table's folder; addresses on remote storage are taken as they are. ``start`` is an ISO time
        (``2026-03-29T22:41:00+01:00``) or a time of day (``22:41``). The age is ``age_weeks``, or ``age_days``, or
        follows from ``date_of_birth`` and the date of ``start``. The dates themselves are not kept.

    Raises
    ------
    ResultError
        If the table cannot be read, has no column ``path``, names a file twice, or a value makes no sense; the message
        names the line.
    """
    try:
        text = table.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ResultError(f"{table}: the table cannot be read ({error}). It must be UTF-8 text") from None
    reader = csv.DictReader(text.splitlines(), delimiter="\t" if table.suffix.lower() == ".tsv" else ",")
    names = _names([name for name in reader.fieldnames or [] if name])
    if "path" not in names:
        found = ", ".join(reader.fieldnames or []) or "none"
        raise ResultError(f"{table}: there is no column `path`, which names the video. Columns found: {found}")
    sources: dict[str, Source] = {}
    for row in reader:
        line = f"{table}, line {reader.line_num}"
        source = _source({name: (row.get(column) or "").strip() for name, column in names.items()}, table, line)
        if source.key in sources:
            raise ResultError(f"{line}: {source.path} is named twice. A recording has one row")
        sources[source.key] = source
    if not sources:
        raise ResultError(f"{table}: the table has no rows")
    return sorted(sources.values(), key=lambda source: os.fsencode(source.path))


def _names(headings: list[str]) -> dict[str, str]:
    """Return the heading of each known column that the table has."""
    folded = {heading.strip().lower().replace(" ", "_"): heading for heading in headings}
    return {
        name: next(folded[alias] for alias in aliases if alias in folded)
        for name, aliases in COLUMNS.items()
        if any(alias in folded for alias in aliases)
    }


def _source(row: dict[str, str], table: Path, line: str) -> Source:
    values = {name: "" if text.lower() in _EMPTY else text for name, text in row.items()}
    path = values["path"]
    if not path:
        raise ResultError(f"{line}: the column `path` is empty. Name the video, or delete the row")
    date, clock, offset = _start(values.get("start", ""), line)
    return source_of(
        path if is_remote(path) else table.parent / path,
        subject=values.get("subject", "").removeprefix("sub-"),
        session=values.get("session", "").removeprefix("ses-"),
        age_weeks=_age_weeks(values, date, line),
        start_clock=clock,
        zone=_zone(values.get("zone", ""), line) or offset,
    )


def _start(text: str, line: str) -> tuple[dt.date | None, str, str]:
    """Return date, time of day and offset of a start; what is not said is None or empty."""
    if not text:
        return None, "", ""
    if _CLOCK.fullmatch(text):
        return None, dt.time.fromisoformat(text.zfill(len(text) + (text.index(":") == 1))).isoformat(), ""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ResultError(f"{line}: start {text!r} is no time. Write 22:41, or 2026-03-29T22:41:00+01:00") from None
    offset = moment.strftime("%z")
    clock = moment.time().replace(microsecond=0).isoformat() if len(text) > len("2026-03-29") else ""
    return moment.date(), clock, f"{offset[:3]}:{offset[3:5]}" if offset else ""


def _zone(text: str, line: str) -> str:
    if not text or re.fullmatch(r"[+-]\d\d:\d\d", text):
        return text
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ResultError(f"{line}: zone {text!r} is unknown. Write Europe/Berlin, or +01:00") from None
    return text


def _age_weeks(values: dict[str, str], date: dt.date | None, line: str) -> float | None:
    for name, days in (("age_weeks", 7.0), ("age_days", 1.0)):
        if values.get(name):
            return _weeks(values[name], days, f"{line}: {name}")
    born = values.get("date_of_birth", "")
    if not born:
        return None
    try:
        birth = dt.date.fromisoformat(born)
    except ValueError:
        raise ResultError(f"{line}: date_of_birth {born!r} is no date. Write 2026-01-31") from None
    if date is None:
        raise ResultError(f"{line}: the age needs the date in `start` beside date_of_birth, or `age_weeks`")
    return _weeks(str((date - birth).days), 1.0, f"{line}: the age in days from date_of_birth")


def _weeks(text: str, days: float, what: str) -> float:
    try:
        weeks = float(text) * days / 7.0
    except ValueError:
        weeks = math.nan
    if not 0 <= weeks <= _OLDEST_WEEKS:
        raise ResultError(f"{what} {text!r} is no age (0 to {_OLDEST_WEEKS:g} weeks)")
    return round(weeks, 2)
