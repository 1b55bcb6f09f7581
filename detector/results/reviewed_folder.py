"""The folder with events and summary in the view of the person who reviewed the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.events.reviewed import reviewed
from detector.exports.events_tsv import write_events
from detector.exports.summary_json import write_summary
from detector.records.file_names import EVENTS, REVIEWED, SIDECAR, SUMMARY
from detector.results.stored import earlier_name

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result
    from detector.records.review import Review

__all__ = ["write_numbers", "write_reviewed"]


def write_reviewed(result: Result, review: Review, folder: Path) -> list[Path]:
    """Write events and summary in a person's view, or set the folder aside if no decisions remain.

    Parameters
    ----------
    result : Result
        What was found.
    review : Review
        The decisions on it.
    folder : Path
        Folder of the result.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    if review.begun:
        return write_numbers(reviewed(result, review), folder / REVIEWED)
    if (folder / REVIEWED).is_dir():
        (folder / REVIEWED).rename(folder / earlier_name(folder, REVIEWED))
    return []


def write_numbers(result: Result, place: Path) -> list[Path]:
    """Write events and summary into a folder, created if missing, and return the files.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    place.mkdir(exist_ok=True)
    table, sidecar, summary = (place / name for name in (EVENTS, SIDECAR, SUMMARY))
    write_events(result, table, sidecar)
    write_summary(result, summary)
    return [table, sidecar, summary]
