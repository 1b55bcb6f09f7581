"""The tables and the page of a study, made anew from its receipts at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.batch.lock import hold_tables
from detector.batch.receipts import read_receipts
from detector.batch.study.cohort import write_tables
from detector.batch.study.page import render_study
from detector.errors import ResultError
from detector.results.atomic import write_file

if TYPE_CHECKING:
    from pathlib import Path

    from detector.batch.study.cohort import Row

__all__ = ["TABLES", "write_study"]

TABLES = ("cohort.tsv", "cohort.parquet", "cohort.json", "events.parquet", "failures.tsv", "study.html")
"""What is made from the receipts; deleting them loses nothing."""


def write_study(study: Path) -> list[Row]:
    """Write all tables and ``study.html`` of a study; the same receipts give the same bytes.

    Parameters
    ----------
    study : Path
        Folder of the study.

    Returns
    -------
    list of dict
        The rows of the cohort.

    Raises
    ------
    ResultError
        If there are no receipts, or something cannot be written.
    """
    if not (study / "receipts").is_dir():
        raise ResultError(f"{study}: this is no study: it holds no receipts. Run `sleepjerk batch` first")
    try:
        with hold_tables(study):
            rows = write_tables(read_receipts(study), study)
            write_file(study / "study.html", render_study(rows).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise ResultError(f"{study}: its tables cannot be written ({error.strerror or error})") from error
    return rows
