"""The zones of a ``signal.parquet``, read a stretch at a time: memory does not grow with the night."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from detector.errors import ResultError
from detector.exports.database import first_line, literal_path, memory_database
from detector.exports.signal_values import ContentDigest
from detector.records.motion import PictureTrack, ZoneTrack
from detector.records.zone_table import ZoneConstants, ZoneStore, ZoneTable, stretch_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["FORMAT", "KEY", "StoredZones", "damaged", "open_stored", "read_stored"]

FORMAT = "3"
"""Version of the columns and metadata; another one is refused."""

KEY = "sleepjerk"
"""Name of our entry among the metadata of the file."""

_PICTURE = PictureTrack.columns()
_ZONE = ZoneTrack.columns()
_CONSTANTS = ZoneTrack.constants()
_ROWS = "FROM read_parquet(?, hive_partitioning=false)"  # a folder may be called zone=3


@dataclass(frozen=True, slots=True, eq=False)
class StoredZones(ZoneStore):
    """Zones of a file.

    Attributes
    ----------
    path : Path
        The file.
    facts : dict
        What stands in its metadata.
    picture : PictureTrack
        The picture's track in it.
    constants : ZoneConstants
        Number and single values of each zone.
    starts : int64, shape (k + 1,)
        Where the frames of each begin, counted from the first zone's.
    """

    path: Path
    facts: dict[str, Any] = field(repr=False)
    picture: PictureTrack = field(repr=False)
    constants: ZoneConstants
    starts: npt.NDArray[np.int64] = field(repr=False)

    def stretches(self) -> Iterator[ZoneTable]:
        """Yield all zones in order, and look at the checksum in the end.

        Raises
        ------
        ResultError
            If the file cannot be read any more, was replaced by another, or its numbers do not fit their checksum.
        """
        digest = ContentDigest(self.picture)
        with open_stored(self.path, self.facts) as (database, _), ThreadPoolExecutor(1) as reader:

            def read(part: tuple[int, int]) -> ZoneTable:
                table = self._table(database, *part)
                digest.add(table)
                return table

            ahead: Future[ZoneTable] | None = None  # read while the one before is worked on
            for part in stretch_bounds(self.starts):
                ready, ahead = ahead, reader.submit(read, part)
                if ready:
                    yield ready.result()
            if ahead:
                yield ahead.result()
        if digest.hexdigest() != self.facts["content_sha256"]:
            raise damaged(self.path, "its numbers do not fit their checksum")

    def part(self, first: int, end: int) -> ZoneTable:
        """Return some of the zones; the checksum, which is of all, is not looked at.

        Raises
        ------
        ResultError
            If the file cannot be read any more, or was replaced by another.
        """
        with open_stored(self.path, self.facts) as (database, _):
            return self._table(database, first, end)

    def picked(self, places: Iterable[int]) -> tuple[ZoneTrack, ...]:
        """Return some of the zones; errors as of `part`."""
        with open_stored(self.path, self.facts) as (database, _):
            return tuple(self._table(database, i, i + 1)[0] for i in places)

    def _table(self, database: duckdb.DuckDBPyConnection, first: int, end: int) -> ZoneTable:
        constants = ZoneConstants(self.constants.number[first:end], self.constants.values[first:end])
        if not len(constants):
            return ZoneTable.of(())
        starts = self.starts[first : end + 1] - self.starts[first]
        numbers = constants.number[[0, -1]].tolist()
        return ZoneTable(constants, starts, **_columns(database, self.path, _ZONE, *numbers))


@contextmanager
def open_stored(
    path: Path, known: dict[str, Any] | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Any]]]:
    """Open a ``signal.parquet`` and yield a database and its facts.

    Parameters
    ----------
    path : Path
        The file.
    known : dict, optional
        Its facts, where it has been open before.

    Raises
    ------
    ResultError
        If the file is damaged, not one of ours, of another format version, or not the one that is known; also for
        whatever DuckDB finds wrong with it inside the ``with`` block.
    """
    try:
        with memory_database() as database:
            facts = _facts(database, path)
            if known is not None and facts["content_sha256"] != known["content_sha256"]:
                raise ResultError(f"{path}: it was replaced while it was in use. Run again")
            yield database, facts
    except (duckdb.Error, KeyError, TypeError, ValueError, OSError) as error:
        if isinstance(error, ResultError):
            raise
        raise damaged(path, first_line(error)) from None


def read_stored(database: duckdb.DuckDBPyConnection, facts: dict[str, Any], path: Path) -> StoredZones:
    """Return the zones of an open file, with the picture's track; of the zones' frames none is read."""
    # a column at a time: DuckDB holds all of an answer twice
    columns = {name: _columns(database, path, (name,), 0, 0)[name] for name in _PICTURE}
    picture = PictureTrack(**columns)
    # once a zone, not once a row: a long night has millions of them
    firsts = ", ".join(f"first({name}) AS {name}" for name in _CONSTANTS)
    select = f"SELECT zone, count(*) AS frames, {firsts} {_ROWS} WHERE zone > 0 GROUP BY zone ORDER BY zone"
    table = _fetch(database, select, [literal_path(path)])
    starts = np.concatenate(([0], np.cumsum(table["frames"], dtype=np.int64)))
    expected, found = (facts["n_frames"], facts["n_zone_rows"]), (len(picture), int(starts[-1]))
    if found != expected:
        raise damaged(path, f"{expected} rows expected, {found} found")
    constants = ZoneConstants(table["zone"], np.column_stack([table[name] for name in _CONSTANTS]))
    return StoredZones(path, facts, picture, constants, starts)


def damaged(path: Path, what: str) -> ResultError:
    """Return the error for a file that cannot be used."""
    return ResultError(f"{path}: damaged, or no motion signal ({what}). Delete it and analyse the video again")


def _facts(database: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Any]:
    rows = database.execute("SELECT key, value FROM parquet_kv_metadata(?)", [literal_path(path)]).fetchall()
    values = {bytes(key).decode(): value for key, value in rows}
    if KEY not in values:
        raise ResultError(f"{path}: this Parquet file was not written by sleepjerk. Analyse the video to make one")
    facts = json.loads(bytes(values[KEY]))
    if facts["format"] != FORMAT:
        raise ResultError(
            f"{path}: format {facts['format']!r} of the motion signal, {FORMAT!r} expected. Analyse the video again"
        )
    return dict(facts)


def _columns(
    database: duckdb.DuckDBPyConnection, path: Path, names: tuple[str, ...], first: int, last: int
) -> dict[str, npt.NDArray[Any]]:
    """Return columns of the zones with numbers from `first` to `last`; zone 0 is the picture."""
    statement = f"SELECT {', '.join(names)} {_ROWS} WHERE zone BETWEEN ? AND ?"
    columns = _fetch(database, statement, [literal_path(path), first, last])
    for column in columns.values():
        column.flags.writeable = False
    return columns


def _fetch(database: duckdb.DuckDBPyConnection, statement: str, values: list[Any]) -> dict[str, npt.NDArray[Any]]:
    table = database.execute(statement, values).fetchnumpy()
    if any(np.ma.is_masked(column) for column in table.values()):
        raise ValueError("values are missing")
    return {name: np.asarray(column) for name, column in table.items()}
