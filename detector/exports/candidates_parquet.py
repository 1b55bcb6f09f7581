"""``candidates.parquet``: every movement, refused ones too, with the measured values its verdict rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from detector.errors import ResultError
from detector.exports.database import first_line, memory_database, quoted
from detector.records.events import Reason
from detector.records.feature_row import table_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from detector.records.events import Movement

__all__ = ["TEXTS", "VALUES", "write_candidates"]

TEXTS = ("id", "kind", "reason", "pattern")
VALUES = (
    "onset_s", "peak_s", "offset_s", "confidence", "x", "y", "area", "amplitude_px", "peak_speed_px_s", "direction_deg",
)  # fmt: skip
_ROWS_A_GROUP = 20_480  # all columns of so many are in memory before they are written
_FEATURE = "f_"  # some features are called as values are: area of the zone, area of the movement


def write_candidates(movements: Sequence[Movement], path: Path) -> None:
    """Write one row a movement, by onset: the columns of `TEXTS` and `VALUES`, its main zone, and its features as f_*.

    Parameters
    ----------
    movements : sequence of Movement
        Of one recording.
    path : Path
        File to write; what it holds is replaced. The same movements give the same bytes with the same DuckDB.

    Raises
    ------
    ResultError
        If the file cannot be written.
    """
    features = list(dict.fromkeys(name for movement in movements for name in movement.features))
    columns: dict[str, Any] = {name: np.array([_text(getattr(m, name)) for m in movements], object) for name in TEXTS}
    columns |= {name: np.array([getattr(m, name) for m in movements], np.float64) for name in VALUES}
    columns["zone"] = np.array([m.zones[0] if m.zones else 0 for m in movements], np.int64)
    table = table_of([movement.features for movement in movements], features)
    columns |= {f"{_FEATURE}{name}": column for name, column in zip(features, table.T, strict=True)}
    kinds = {**dict.fromkeys(TEXTS, "VARCHAR"), **dict.fromkeys(VALUES, "DOUBLE"), "zone": "INTEGER"}
    select = ", ".join(f'"{name}"::{kinds.get(name, "FLOAT")} AS "{name}"' for name in columns)
    try:
        with memory_database() as database:
            database.register("movements", columns)
            options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_A_GROUP}"
            database.execute(f"COPY (SELECT {select} FROM movements) TO {quoted(str(path.absolute()))} ({options})")  # noqa: S608  (our own names)
    except (duckdb.Error, OSError) as error:
        raise ResultError(
            f"{path}: the candidates cannot be written ({first_line(error)}). "
            "Check that the folder is writable and the disk has space"
        ) from None


def _text(value: str) -> str | None:
    """Return a text, or NULL for what `events.tsv` calls n/a: as in every other table of ours in Parquet."""
    return None if value == Reason.NONE else str(value)
