"""A table of recordings: whose file each is, at what age and from what time of day (``participants.tsv``)."""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import math
import os
import re
import zoneinfo
from typing import TYPE_CHECKING

from detector.batch.remote import is_remote
from detector.batch.sources import Source, source_of
from detector.errors import ResultError
from detector.records.plural import plural

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["COLUMNS", "read_participants"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "path": ("path", "file", "video", "filename"),
    "subject": ("subject", "subject_id", "participant_id", "participant"),
    "session": ("session", "session_id"),
    "age_weeks": ("age_weeks", "age_in_weeks"),
    "age_days": ("age_days", "age_in_days"),
    "date_of_birth": ("date_of_birth", "birth_date", "dob"),
    "start": ("start", "start_time", "acq_time"),
    "zone": ("zone", "time_zone", "timezone"),
}
"""Columns that are read, each with the names it may have in the form given by `_folded`; others are ignored."""

_AGES = ("age_weeks", "age_days", "date_of_birth")
_ALIKE = 0.85  # difflib ratio: subjct is alike, session_no is not
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_EMPTY = {"", "n/a", "na", "nan", "none"}
_OLDEST_WEEKS = 1000.0
_MOST_APART_WEEKS = 1.0  # completed weeks do not contradict exact days
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)
_OFFSET = re.compile(r"[+-](0\d|1[0-3]):[0-5]\d|\+14:00", re.ASCII)
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_participants(table: Path) -> list[Source]:
    """Return the inputs in a table, one per row, sorted by path.

    Parameters
    ----------
    table : Path
        UTF-8 text separated by tabs (``.tsv``) or commas (any other name), with a line of headings. If the headings are
        clearly separated by another of tab, comma and semicolon, so are the rows. Paths are relative to the table's
        folder; addresses on remote storage are used unchanged. ``start`` is an ISO time (``2026-03-29T22:41:00+01:00``)
        or a time of day (``22:41``). The age is ``age_weeks`` or ``age_days``, or follows from ``date_of_birth`` and
        the date of ``start``. The dates themselves are not kept.

    Raises
    ------
    ResultError
        If the table cannot be read, has no column ``path``, has a row whose length differs from the headings, or names
        a file twice, or if a value makes no sense or contradicts another; the message names the line.
    """
    try:
        lines = table.read_text("utf-8-sig").split("\n")  # not splitlines(), which cuts at U+2028 and \x0c as well
    except (OSError, UnicodeDecodeError) as error:
        raise ResultError(f"{table}: the table cannot be read ({error}). It must be UTF-8 text") from None
    separator = _separator(lines[0], table)
    headings = _cells(lines[0], separator, f"{table}, line 1")
    names = _names(headings, table)
    sources: dict[str, Source] = {}
    for number, text in enumerate(lines[1:], start=2):
        line = f"{table}, line {number}"
        cells = _cells(text, separator, line)
        if not any(cells):
            continue
        if len(cells) != len(headings):
            raise ResultError(
                f"{line}: {plural(len(cells), 'cell')}, {len(headings)} expected (one per heading), separated by "
                f"{_SEPARATORS[separator]}. Write n/a where nothing is known, a decimal point (3.5) in numbers, and "
                'quotes ("a, b.mp4") around cells that hold one of these signs'
            )
        source = _source({name: cells[column] for name, column in names.items()}, table, line)
        if source.key in sources:
            raise ResultError(f"{line}: {source.path} is named twice. A recording has one row")
        sources[source.key] = source
    if not sources:
        raise ResultError(f"{table}: the table has no rows")
    return sorted(sources.values(), key=lambda source: os.fsencode(source.path))


def _separator(heading: str, table: Path) -> str:
    """Return the cell separator: the one for the table's name or, if that yields no `path`, one that does."""
    usual = "\t" if table.suffix.lower() == ".tsv" else ","
    for separator in (usual, *_SEPARATORS):
        if not set(COLUMNS["path"]).isdisjoint(_folded(cell) for cell in heading.split(separator)):
            return separator
    return usual


def _cells(text: str, separator: str, line: str) -> list[str]:
    """Return the cells of one line.

    Each line is read on its own: an unclosed quote must not swallow the rows after it.
    """
    try:
        cells = next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error as error:
        raise ResultError(
            f"{line}: cannot be read as cells ({error}). A cell that begins with a quote must end with one in the same "
            "line, and no cell may be longer than 131,072 characters"
        ) from None
    return [cell.strip() for cell in cells]


def _folded(heading: str) -> str:
    """Return a heading in the form used by `COLUMNS`: ``Age (weeks)`` becomes ``age_weeks``."""
    return re.sub(r"[\W_]+", "_", heading.lower()).strip("_")


def _names(headings: list[str], table: Path) -> dict[str, int]:
    """Return the position of each known column in the table."""
    folded = [_folded(heading) for heading in headings]
    names: dict[str, int] = {}
    for name, aliases in COLUMNS.items():
        places = [place for place, heading in enumerate(folded) if heading in aliases]
        if len(places) > 1:
            twice = " and ".join(f"`{headings[place]}`" for place in places)
            raise ResultError(f"{table}, line 1: the columns {twice} both mean `{name}`. Rename or delete all but one")
        if places:
            names[name] = places[0]
    if "path" not in names:
        found = ", ".join(heading for heading in headings if heading) or "none"
        raise ResultError(
            f"{table}, line 1: there is no column `path`, which names the video. Columns found: {found}. "
            "Headings are separated by tabs in .tsv and by commas in other files"
        )
    unread = {folded[place]: headings[place] for place in range(len(headings)) if place not in names.values()}
    other = [heading for name, heading in unread.items() if name.split("_")[0] in {"age", "ages"}]
    if other and names.keys().isdisjoint(_AGES):
        raise ResultError(
            f"{table}, line 1: the column `{other[0]}` does not say the age in weeks or days. Name it age_weeks or "
            "age_days, whichever its numbers are"
        )
    _refuse_misspelt(unread, names, table)
    return names


def _refuse_misspelt(unread: Mapping[str, str], names: Mapping[str, int], table: Path) -> None:
    """Refuse a heading close to that of a column missing from the table: its values would be silently lost."""
    lacking = {alias: name for name, aliases in COLUMNS.items() if name not in names for alias in aliases}
    for folded, heading in unread.items():
        meant = difflib.get_close_matches(folded, lacking, n=1, cutoff=_ALIKE)
        if meant:
            raise ResultError(
                f"{table}, line 1: the column `{heading}` would not be read; did you mean `{meant[0]}`? Rename it; if "
                "it is something else, choose a less similar name"
            )


def _source(row: dict[str, str], table: Path, line: str) -> Source:
    values = {name: "" if text.lower() in _EMPTY else text for name, text in row.items()}
    path = values["path"]
    if not path:
        raise ResultError(f"{line}: the column `path` is empty. Name the video, or delete the row")
    moment, clock, offset = _start(values.get("start", ""), line)
    zone = _zone(values.get("zone", ""), line)
    if zone and clock and moment is not None:
        _refuse_skipped(moment, zone, line)
    if zone and offset and moment is not None and offset not in _offsets(zone, moment):
        raise ResultError(
            f"{line}: start has the offset {offset}, but zone {zone} has {' or '.join(_offsets(zone, moment))} then. "
            "Write the time of day where the infant was, and delete what is wrong: the offset, or the zone"
        )
    return source_of(
        path if is_remote(path) else table.parent / path,
        subject=values.get("subject", "").removeprefix("sub-"),
        session=values.get("session", "").removeprefix("ses-"),
        age_weeks=_age_weeks(values, moment, line),
        start_clock=clock,
        zone=zone or offset,
    )


def _start(text: str, line: str) -> tuple[dt.datetime | None, str, str]:
    """Return the moment, time of day and offset of a start; any that is not given is None or empty."""
    if not text:
        return None, "", ""
    if _CLOCK.fullmatch(text):
        return None, dt.time.fromisoformat(text.zfill(len(text) + (text.index(":") == 1))).isoformat(), ""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ResultError(f"{line}: start {text!r} is not a time. Write 22:41, or 2026-03-29T22:41:00+01:00") from None
    clock = moment.time().replace(microsecond=0).isoformat() if len(text) > len("2026-03-29") else ""
    return moment, clock, _zone(_offset(moment), line)


def _offset(moment: dt.datetime) -> str:
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}" if text else ""


def _refuse_skipped(moment: dt.datetime, zone: str, line: str) -> None:
    """Refuse a local time that no clock in the zone showed, because the clocks were put forward over it."""
    if _OFFSET.fullmatch(zone) or not dt.MINYEAR < moment.year < dt.MAXYEAR:  # at these ends there is no UTC for it
        return
    there = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=0)
    shown = there.astimezone(dt.UTC).astimezone(there.tzinfo)
    if shown.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ResultError(
            f"{line}: start {moment:%Y-%m-%dT%H:%M} does not exist in {zone}: the clocks were put forward over it. If "
            f"the camera's clock was not, write {shown:%Y-%m-%dT%H:%M}; otherwise correct the time, date or zone"
        )


def _offsets(zone: str, moment: dt.datetime) -> list[str]:
    """Return the UTC offsets of a zone at a local time: two in the hour that the clocks pass twice."""
    if _OFFSET.fullmatch(zone):
        return [zone]
    there = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    return sorted({_offset(there.replace(fold=fold)) for fold in (0, 1)})


def _zone(text: str, line: str) -> str:
    if not text or _OFFSET.fullmatch(text):
        return text
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ResultError(f"{line}: zone {text!r} is unknown. Write Europe/Berlin, or +01:00") from None
    return text


def _age_weeks(values: dict[str, str], moment: dt.datetime | None, line: str) -> float | None:
    """Return the age from the first column of the age that gives it; any other column of the age must agree."""
    ages = {
        name: _weeks(values[name], days, f"{line}: {name}")
        for name, days in (("age_weeks", 7.0), ("age_days", 1.0))
        if values.get(name)
    }
    born = values.get("date_of_birth", "")
    if born:
        try:
            birth = dt.date.fromisoformat(born)
        except ValueError:
            raise ResultError(f"{line}: date_of_birth {born!r} is not a date. Write 2026-01-31") from None
        if moment is not None:
            days = (moment.date() - birth).days
            ages["date_of_birth"] = _weeks(str(days), 1.0, f"{line}: the age in days from date_of_birth")
        elif not ages:
            raise ResultError(f"{line}: the age needs a date in `start` as well as date_of_birth, or `age_weeks`")
    if not ages:
        return None
    if round(max(ages.values()) - min(ages.values()), 2) > _MOST_APART_WEEKS:
        said = ", ".join(f"{name} {weeks:g}" for name, weeks in ages.items())
        raise ResultError(
            f"{line}: the columns of the age contradict each other (in weeks: {said}). Correct or empty what is wrong"
        )
    return next(iter(ages.values()))


def _weeks(text: str, days: float, what: str) -> float:
    weeks = float(text) * days / 7.0 if _NUMBER.fullmatch(text) else math.nan
    if not 0 <= weeks <= _OLDEST_WEEKS:
        raise ResultError(f"{what} {text!r} is not an age (0 to {_OLDEST_WEEKS:g} weeks, with a decimal point)")
    return round(weeks, 2)
