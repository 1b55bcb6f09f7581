"""DuckDB in memory, as the Parquet files are written and read with it."""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["first_line", "literal_path", "memory_database", "quoted"]


def memory_database(frugal_in: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open a database in memory: one thread and fixed order for stable bytes, no extension fetched from anywhere.

    Parameters
    ----------
    frugal_in : Path, optional
        Folder for what does not fit in 64 MB; without it there is no such limit.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "preserve_insertion_order": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if frugal_in:
        settings |= {"memory_limit": "64MB", "temp_directory": str(frugal_in)}
    database = duckdb.connect(":memory:", config=settings)
    database.execute("SET parquet_metadata_cache = true")  # a night is read in a hundred parts, its footer once
    return database


def quoted(text: str) -> str:
    """Return `text` as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def literal_path(path: Path) -> str:
    """Return where `path` is; a folder's name may hold signs that DuckDB takes for wildcards."""
    return glob.escape(str(path.absolute()))


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says."""
    if "No space left on device" in str(error):  # DuckDB wraps it in pages of its own
        return "No space left on device"
    return (str(error).splitlines() or [type(error).__name__])[0]
