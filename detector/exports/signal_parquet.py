"""``signal.parquet``: the motion signal and the recording's facts, so that no second look needs the video.

One row per zone and frame; zone 0 is the whole picture (docs/reference/signal-parquet.md). Columns that do not apply to
a row are NULL; a value that is not defined is NaN. The same signal gives the same bytes with the same DuckDB.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from detector.errors import ResultError
from detector.exports.database import first_line, literal_path, memory_database, quoted
from detector.exports.recording_json import recording_from, recording_values
from detector.exports.signal_values import constant_columns, content_digest, track_columns
from detector.exports.stored_zones import FORMAT, KEY, StoredZones, open_stored, read_stored
from detector.native.memory import give_back
from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack
from detector.records.zone_table import ZoneStore, ZoneTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.recording import Recording

__all__ = ["FORMAT", "SIGNAL_BLOCKS", "StoredSignal", "read_signal", "write_signal"]

SIGNAL_BLOCKS = ("video", "motion")
"""Blocks of the settings that shape the motion signal; the others only shape what is found in it."""

_WORDS = 64  # measured values hardly repeat: larger dictionaries took 20 MB and a quarter of the time for nothing
_ROWS_A_GROUP = 61_440  # written down so that a new default does not change the bytes; more take memory, not less disk
_JOINED = "tracks JOIN constants USING (zone)"
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
    zones, picture = _with_frames(stored.signal.zones), stored.signal.picture
    known = zones if isinstance(zones, StoredZones) and zones.picture is picture else None
    facts = {
        "format": FORMAT,
        "version": stored.version,
        "algorithm": stored.algorithm,
        "motion_fingerprint": stored.motion_fingerprint,
        "width": stored.signal.width,
        "height": stored.signal.height,
        "n_frames": len(picture),
        "n_zone_rows": int(zones.starts[-1]),
        "content_sha256": known.facts["content_sha256"] if known is not None else content_digest(picture, zones),
        "recording": recording_values(stored.recording),
    }
    text = json.dumps(facts, allow_nan=False)
    try:
        if known is not None:
            _write_again(known, text, path)
            return
        if isinstance(zones, ZoneStore):
            _write_from_store(zones, picture, text, path)
            return
        with memory_database() as database:
            _register(database, zones)
            _copy(database, _JOINED, picture, text, path)
    except (duckdb.Error, OSError) as error:
        raise ResultError(
            f"{path}: the motion signal cannot be written ({first_line(error)}). "
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
    with open_stored(path) as (database, facts):
        zones = read_stored(database, facts, path)
        return StoredSignal(
            recording=recording_from(facts["recording"]),
            signal=MotionSignal(int(facts["width"]), int(facts["height"]), zones.picture, zones),
            motion_fingerprint=str(facts["motion_fingerprint"]),
            algorithm=str(facts["algorithm"]),
            version=str(facts["version"]),
        )


def _with_frames(zones: Sequence[ZoneTrack]) -> ZoneTable | ZoneStore:
    """Return the zones that have frames; those of a store all have some."""
    if isinstance(zones, ZoneStore) or (isinstance(zones, ZoneTable) and np.diff(zones.starts).all()):
        return zones
    return ZoneTable.of([zone for zone in zones if len(zone)])


def _register(database: duckdb.DuckDBPyConnection, zones: ZoneTable) -> None:
    """Give the database the zones as two tables, which `_JOINED` joins.

    They are joined while they are written: single values on every row would take twice the memory of all tracks. The
    tracks stay on the left, so that their rows keep their order, however few there are.
    """
    database.register("tracks", track_columns(zones))
    database.register("constants", constant_columns(zones))
    database.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")


def _write_from_store(zones: ZoneStore, picture: PictureTrack, facts: str, path: Path) -> None:
    """Write zones that take too much memory together: each stretch to a file, and all files as one."""
    with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as name:
        beside = Path(name)
        with memory_database(frugal_in=beside) as database:
            for n, table in enumerate(zones.stretches()):
                _register(database, table)
                file = quoted(str(beside / f"{n:06d}.parquet"))
                database.execute(f"COPY (FROM {_JOINED}) TO {file} (FORMAT parquet, ROW_GROUP_SIZE {_ROWS_A_GROUP})")
        give_back()
        with memory_database(frugal_in=beside) as database:
            files = quoted(literal_path(beside) + "/*.parquet")
            _copy(database, f"read_parquet({files}, hive_partitioning=false)", picture, facts, path)


def _write_again(zones: StoredZones, facts: str, path: Path) -> None:
    """Write the numbers of a file once more; where its facts are the same too, it is copied."""
    with open_stored(zones.path, zones.facts) as (database, known):
        part = path.with_name(f".{path.name}.part")  # it may be the file that is read
        if known == json.loads(facts):
            shutil.copyfile(zones.path, part)
        else:
            source = f"read_parquet({quoted(literal_path(zones.path))}, hive_partitioning=false)"
            _copy(database, source, zones.picture, facts, part)
    part.replace(path)


def _copy(database: duckdb.DuckDBPyConnection, zones: str, picture: PictureTrack, facts: str, path: Path) -> None:
    """Write the picture and the zones of a table, or of what takes the place of one in a query."""
    database.register("picture", {name: getattr(picture, name) for name in _PICTURE})
    columns = ", ".join(["0::INTEGER AS zone", *(_defined(name) for name in _PICTURE)])
    # DuckDB writes a column another way where it knows that nothing is missing, as it does of a file
    names = ", ".join(["nullif(zone, 0) AS zone", *(_defined(name) for name in (*_ZONE, *_CONSTANTS))])
    rows = f"SELECT {columns} FROM picture UNION ALL BY NAME SELECT {names} FROM {zones} WHERE zone > 0"  # noqa: S608  (our own names)
    database.execute(
        f"COPY ({rows}) TO {quoted(str(path.absolute()))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_A_GROUP}, DICTIONARY_SIZE_LIMIT {_WORDS}, "
        f"KV_METADATA {{'{KEY}': {quoted(facts)}}})"
    )


def _defined(name: str) -> str:
    """Return the expression of a column: DuckDB takes a NaN of NumPy for NULL, which here means "does not apply"."""
    kind = _WHOLE.get(name, "FLOAT")
    return f"{name}::BOOLEAN AS {name}" if kind == "BOOLEAN" else f"coalesce({name}, 'NaN')::{kind} AS {name}"
