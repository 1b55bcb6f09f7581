"""``signal.parquet``: the motion signal and the recording's facts, so that no second look needs the video.

One row per zone and frame; zone 0 is the whole picture (docs/reference/signal-parquet.md). Columns that do not apply to
a row are NULL; a value that is not defined is NaN. The same signal gives the same bytes with the same DuckDB.
"""

from __future__ import annotations

import glob
import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from detector.errors import ResultError
from detector.exports.recording_json import recording_from, recording_values
from detector.exports.signal_values import content_digest, zone_columns
from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.recording import Recording

__all__ = ["FORMAT", "SIGNAL_BLOCKS", "StoredSignal", "memory_database", "read_signal", "write_signal"]

FORMAT = "2"
"""Version of the columns and metadata; another one is refused."""

SIGNAL_BLOCKS = ("video", "motion")
"""Blocks of the settings that shape the motion signal; the others only shape what is found in it."""

_KEY = "sleepjerk"
_ROWS_A_GROUP = 122_880  # DuckDB's own default, written down so that a new default does not change the bytes
_PICTURE = PictureTrack.columns()
_ZONE = ZoneTrack.columns()
_CONSTANTS = ZoneTrack.constants()
_WHOLE = {"time_s": "DOUBLE", "judged": "BOOLEAN"} | dict.fromkeys(_CONSTANTS, "DOUBLE")


@dataclass(frozen=True, slots=True)
class StoredSignal:
    """A motion signal that was read back.

    Attributes
    ----------
    recording : Recording
        The facts of the video; its path is the file's name without folders.
    signal : MotionSignal
        The same numbers that were written, bit for bit.
    motion_fingerprint : str
        ``Settings.fingerprint(*SIGNAL_BLOCKS)`` of the settings that made it.
    algorithm, version : str
        Versions of the algorithm and of the package that made it.
    """

    recording: Recording
    signal: MotionSignal
    motion_fingerprint: str
    algorithm: str
    version: str


def write_signal(stored: StoredSignal, path: Path) -> None:
    """Write a motion signal; zones without a single frame say nothing and are left out.

    Parameters
    ----------
    stored : StoredSignal
        Signal, recording and what made them. Folders in the recording's path are not written.
    path : Path
        File to write; what it holds is replaced.

    Raises
    ------
    ResultError
        If the file cannot be written.
    """
    zones = tuple(zone for zone in stored.signal.zones if len(zone))
    picture = stored.signal.picture
    facts = {
        "format": FORMAT,
        "version": stored.version,
        "algorithm": stored.algorithm,
        "motion_fingerprint": stored.motion_fingerprint,
        "width": stored.signal.width,
        "height": stored.signal.height,
        "n_frames": len(picture),
        "n_zone_rows": sum(len(zone) for zone in zones),
        "content_sha256": content_digest(picture, zones),
        "recording": recording_values(stored.recording),
    }
    try:
        with memory_database() as database:
            database.register("picture", {name: getattr(picture, name) for name in _PICTURE})
            database.register("zones", zone_columns(zones))
            database.execute(_copy_statement(path, json.dumps(facts, allow_nan=False)))
    except (duckdb.Error, OSError) as error:
        raise ResultError(
            f"{path}: the motion signal cannot be written ({_first_line(error)}). "
            "Check that the folder is writable and the disk has space"
        ) from None


def read_signal(path: Path) -> StoredSignal:
    """Read a motion signal back.

    Parameters
    ----------
    path : Path
        A ``signal.parquet``.

    Returns
    -------
    StoredSignal
        What was written.

    Raises
    ------
    ResultError
        If the file is missing, damaged, not one of ours, or of another format version.
    """
    if not path.is_file():
        raise ResultError(f"{path}: there is no such file. Analyse the video to make it")
    # a folder's name may hold signs that DuckDB takes for wildcards, or look like a Hive partition (zone=3)
    source = glob.escape(str(path.absolute()))
    try:
        with memory_database() as database:
            facts = _read_facts(database, source, path)
            picture = _read_picture(database, source)
            zones = _read_zones(database, source)
        if facts["content_sha256"] != content_digest(picture, zones):
            raise _damaged(path, "its numbers do not fit their checksum")
        return _stored(facts, picture, zones)
    except (duckdb.Error, KeyError, TypeError, ValueError, OSError) as error:
        if isinstance(error, ResultError):
            raise
        raise _damaged(path, _first_line(error)) from None


def _stored(facts: dict[str, Any], picture: PictureTrack, zones: tuple[ZoneTrack, ...]) -> StoredSignal:
    return StoredSignal(
        recording=recording_from(facts["recording"]),
        signal=MotionSignal(int(facts["width"]), int(facts["height"]), picture, zones),
        motion_fingerprint=str(facts["motion_fingerprint"]),
        algorithm=str(facts["algorithm"]),
        version=str(facts["version"]),
    )


def memory_database() -> duckdb.DuckDBPyConnection:
    """Open a database in memory: one thread and fixed order for stable bytes, no extension fetched from anywhere."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(":memory:", config=settings)


def _copy_statement(path: Path, facts: str) -> str:
    picture = ", ".join(["0::INTEGER AS zone", *(_defined(name) for name in _PICTURE)])
    zones = ", ".join(["zone", *(_defined(name) for name in (*_ZONE, *_CONSTANTS))])
    rows = f"SELECT {picture} FROM picture UNION ALL BY NAME SELECT {zones} FROM zones"  # noqa: S608  (our own names)
    return (
        f"COPY ({rows}) TO {_quoted(str(path.absolute()))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_A_GROUP}, "
        f"KV_METADATA {{'{_KEY}': {_quoted(facts)}}})"
    )


def _defined(name: str) -> str:
    """Return the expression of a column: DuckDB takes a NaN of NumPy for NULL, which here means "does not apply"."""
    kind = _WHOLE.get(name, "FLOAT")
    return f"{name}::BOOLEAN AS {name}" if kind == "BOOLEAN" else f"coalesce({name}, 'NaN')::{kind} AS {name}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _read_facts(database: duckdb.DuckDBPyConnection, source: str, path: Path) -> dict[str, Any]:
    rows = database.execute("SELECT key, value FROM parquet_kv_metadata(?)", [source]).fetchall()
    values = {bytes(key).decode(): value for key, value in rows}
    if _KEY not in values:
        raise ResultError(f"{path}: this Parquet file was not written by sleepjerk. Analyse the video to make one")
    facts = json.loads(bytes(values[_KEY]))
    if facts["format"] != FORMAT:
        raise ResultError(
            f"{path}: format {facts['format']!r} of the motion signal, {FORMAT!r} expected. Analyse the video again"
        )
    counts = database.execute(
        "SELECT count(*) FILTER (zone = 0), count(*) FILTER (zone > 0) FROM read_parquet(?, hive_partitioning=false)",
        [source],
    ).fetchone()
    if counts != (facts["n_frames"], facts["n_zone_rows"]):
        expected = (facts["n_frames"], facts["n_zone_rows"])
        raise _damaged(path, f"{expected} rows expected, {counts} found")
    return dict(facts)


def _read_picture(database: duckdb.DuckDBPyConnection, source: str) -> PictureTrack:
    table = _fetch(database, source, f"SELECT {', '.join(_PICTURE)}", "WHERE zone = 0")
    return PictureTrack(**{name: table[name] for name in _PICTURE})


def _read_zones(database: duckdb.DuckDBPyConnection, source: str) -> tuple[ZoneTrack, ...]:
    table = _fetch(database, source, f"SELECT zone, {', '.join(_ZONE)}", "WHERE zone > 0")
    # the constants once a zone, not once a row: a long night has a million rows
    firsts = ", ".join(f"first({name}) AS {name}" for name in _CONSTANTS)
    constants = _fetch(database, source, f"SELECT zone, {firsts}", "WHERE zone > 0 GROUP BY zone")
    place = {int(number): row for row, number in enumerate(constants["zone"])}
    numbers = table["zone"]
    borders = np.append(np.flatnonzero(np.diff(numbers, prepend=0)), len(numbers))
    zones = []
    for start, stop in pairwise(borders.tolist()):
        number = int(numbers[start])
        values: dict[str, Any] = {name: float(constants[name][place[number]]) for name in _CONSTANTS}
        values |= {name: table[name][start:stop] for name in _ZONE}  # no copies: a night has a million of them
        zones.append(ZoneTrack(number=number, **values))
    return tuple(zones)


def _fetch(database: duckdb.DuckDBPyConnection, source: str, select: str, where: str) -> dict[str, Any]:
    statement = f"{select} FROM read_parquet(?, hive_partitioning=false) {where}"
    table = database.execute(statement, [source]).fetchnumpy()
    if any(np.ma.is_masked(column) for column in table.values()):
        raise ValueError("values are missing")
    columns = {name: np.asarray(column) for name, column in table.items()}
    for column in columns.values():
        column.flags.writeable = False
    return columns


def _damaged(path: Path, what: str) -> ResultError:
    return ResultError(f"{path}: damaged, or no motion signal ({what}). Delete it and analyse the video again")


def _first_line(error: BaseException) -> str:
    if "No space left on device" in str(error):  # DuckDB wraps it in pages of its own
        return "No space left on device"
    return (str(error).splitlines() or [type(error).__name__])[0]
