"""The tables and the page of a study, made anew from its receipts and reviews at any time."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from detector.batch.layout import receipts_of
from detector.batch.lock import hold_tables
from detector.batch.receipts import read_receipts
from detector.batch.study.cohort import write_tables
from detector.batch.study.page import render_study
from detector.errors import ResultError
from detector.results.atomic import write_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detector.batch.study.cohort import Row

__all__ = ["TABLES", "write_study"]

TABLES = ("cohort.tsv", "cohort.parquet", "cohort.json", "events.parquet", "failures.tsv", "paths.tsv", "study.html")
"""Files that are made from receipts and results; deleting them loses nothing."""


def write_study(
    study: Path, complain: Callable[[str], None] | None = None, waiting: Callable[[str], None] | None = None
) -> list[Row]:
    """Write all tables and ``study.html`` of a study; the same receipts and reviews give the same bytes.

    Parameters
    ----------
    study : Path
        Folder of the study.
    complain : callable or None
        Called with a message about each receipt, and about the events of each recording, that the tables lack.
    waiting : callable or None
        Called with a message while another process holds the tables, as `detector.batch.lock.hold_tables` does.

    Returns
    -------
    list of dict
        The rows of the cohort.

    Raises
    ------
    ResultError
        If there are no receipts, none of them can be read, or something cannot be written.
    """
    if not receipts_of(study).is_dir():
        raise ResultError(f"{study}: this is not a study: it holds no receipts. Run `sleepjerk batch` first")
    try:
        with hold_tables(study, waiting):
            rows = _tables(study, complain)
            write_file(study / "study.html", render_study(rows).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise ResultError(f"{study}: its tables cannot be written ({error.strerror or error})") from error
    return rows


def _tables(study: Path, complain: Callable[[str], None] | None) -> list[Row]:
    faults: list[str] = []
    receipts = read_receipts(study, faults.append)
    first = next(receipts, None)
    if first is None and faults:  # the existing tables are worth more than empty ones
        raise ResultError(
            f"{study}: none of its {len(faults)} receipts can be read, so its tables are left as they are. {faults[0]}"
        )
    rows = write_tables([] if first is None else chain([first], receipts), study, faults.append)
    if complain is not None:
        for fault in faults:
            complain(fault)
    return rows
