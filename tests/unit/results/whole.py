"""Whether a result folder is whole, whatever happened while it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.errors import ResultError
from detector.exports.summary_json import read_summary
from detector.records.file_names import FILES, REPORT, SUMMARY

if TYPE_CHECKING:
    from pathlib import Path


def is_whole(folder: Path) -> bool:
    """Return whether `folder` holds a result with all its files, of which the report alone may be left out."""
    try:
        read_summary(folder / SUMMARY)
    except ResultError:
        return False
    return all((folder / name).is_file() for name in FILES if name != REPORT)
