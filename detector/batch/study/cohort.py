"""The tables of a study: functions of its receipts, of the event files that they certify, and of its reviews."""

from __future__ import annotations

import json
import math
from statistics import median
from typing import TYPE_CHECKING, Any

import duckdb

from detector.batch.layout import recordings_of
from detector.batch.receipts import Status
from detector.batch.study.cohort_columns import COHORT, EVENTS, FAILURES, PATHS
from detector.batch.study.reviews import in_view, review_columns
from detector.errors import ResultError
from detector.exports.database import first_line, literal_path, memory_database, quoted
from detector.exports.events_tsv import cell
from detector.records import file_names
from detector.records.recording import Severity
from detector.records.result import CAVEAT, SHORT_S
from detector.records.table import COLUMNS
from detector.report.options import study_code
from detector.results.atomic import put_file, write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from detector.batch.receipts import Receipt
    from detector.batch.study.cohort_columns import Column

__all__ = ["LATE_NOTE", "USUAL_WEEKS", "Row", "cohort_row", "failure_row", "write_tables"]

Row = dict[str, Any]

USUAL_WEEKS = 26.0
"""Six months: before that age benign neonatal sleep myoclonus had ended in 95 % of the infants of one review
(https://www.pediatricneurologybriefs.com/articles/10.15844/pedneurbriefs-24-5-2/)."""

LATE_NOTE = "beyond the usual age range, discuss with a paediatrician"


def cohort_row(receipt: Receipt, review: Mapping[str, Any] | None = None) -> Row:
    """Return the row of a recording in the cohort.

    Parameters
    ----------
    receipt : Receipt
        The outcome of the recording, whether it was analysed or not.
    review : mapping or None
        Columns that say what a person decided on it (`detector.batch.study.reviews`); receipts do not hold them.

    Returns
    -------
    dict
        A value for each column of `detector.batch.study.cohort_columns.COHORT`, in its unit; None if there is none.
    """
    source, made = receipt.source, receipt.made_by
    row: Row = {column.name: None for column in COHORT} | {
        "id": source.id,
        "subject": source.subject or None,
        "session": source.session or None,
        "age_weeks": source.age_weeks,
        "start_clock": source.start_clock or None,
        "zone": source.zone or None,
        "status": receipt.status,
        "reason": receipt.reason or None,
        "code": study_code(receipt.sha256) if receipt.sha256 else None,
        "sha256": receipt.sha256 or None,
        "settings": made.settings,
        "algorithm": made.algorithm,
        "version": made.version,
        "model": made.model or None,
    }
    if receipt.status is Status.DONE:
        row |= _found(receipt.summary) | dict(review or {})
        late = source.age_weeks is not None and source.age_weeks > USUAL_WEEKS
        row["note"] = LATE_NOTE if late and in_view(row, "jerks") else None
    return row


def _found(summary: Mapping[str, Any]) -> Row:
    time, counts, rates, facts = (summary[name] for name in ("time", "counts", "rates", "recording"))
    episodes = [value for value in summary["episode_s"] if value is not None]
    hours = {f"{name}_h": _hours(time[f"{name}_s"]) for name in ("claimed", "masked", "missing", "not_assessable")}
    quiet_h = rates["quiet_h"]
    if time["analysed_s"] < SHORT_S:  # from so little, a rate per hour is an extrapolation: give none
        rates = dict.fromkeys(rates)
    flags = summary["quality_flags"]
    return hours | {
        "analysed_h": _hours(time["analysed_s"]),
        "quiet_h": None if quiet_h is None else round(quiet_h, 6),
        "coverage": round(time["analysed_s"] / time["claimed_s"], 4) if time["claimed_s"] else None,
        "jerks": counts["jerk"],
        "jerks_per_analysed_h": rates["jerks_per_analysed_h"],
        "jerks_per_analysed_h_low": rates["jerks_per_analysed_h_low"],
        "jerks_per_analysed_h_high": rates["jerks_per_analysed_h_high"],
        "jerks_per_quiet_h": rates["jerks_per_quiet_h"],
        "clusters": counts["cluster"],
        "clusters_per_quiet_h": rates.get("clusters_per_quiet_h"),  # receipts of schema 1.1 have none
        "episodes": counts["episode"],
        "isolated_jerks": counts["isolated"],
        "episode_median_s": round(median(episodes), 3) if episodes else None,
        "episode_longest_s": max(episodes, default=None),
        "interval_in_clusters_s": summary["intervals"]["interval_in_clusters_s"]["median"],
        "jerk_duration_s": summary["jerks"]["duration_s"]["median"],
        "jerk_amplitude_px": summary["jerks"]["amplitude_px"]["median"],
        "slow": counts["slow"],
        "gross": counts["gross"],
        "rejected": counts["rejected"],
        "fps": facts["fps"],
        "width": facts["width"],
        "height": facts["height"],
        "severe_flags": _codes(flags, Severity.SEVERE),
        "warning_flags": _codes(flags, Severity.WARNING),
    }


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 3600.0, 6)


def _codes(flags: Iterable[Mapping[str, Any]], severity: Severity) -> str | None:
    return ",".join(sorted({flag["code"] for flag in flags if flag["severity"] == severity})) or None


def failure_row(receipt: Receipt) -> Row:
    """Return the row of an input that gave no result.

    Parameters
    ----------
    receipt : Receipt
        A failed or skipped one.

    Returns
    -------
    dict
        A value for each column of `detector.batch.study.cohort_columns.FAILURES`; None if there is none.
    """
    source = receipt.source
    return {
        "id": source.id,
        "subject": source.subject or None,
        "session": source.session or None,
        "status": receipt.status,
        "reason": receipt.reason,
        "message": receipt.message,
        "path": source.path,
    }


def write_tables(receipts: Iterable[Receipt], study: Path, complain: Callable[[str], None] | None = None) -> list[Row]:
    """Write ``cohort.tsv``, ``.parquet`` and ``.json``, ``failures.tsv``, ``paths.tsv`` and ``events.parquet``.

    Parameters
    ----------
    receipts : iterable of Receipt
        Of all inputs, by id; each is released once its row is made.
    study : Path
        Folder of the study.
    complain : callable or None
        Called with a message about each recording whose events are missing or differ from those that its receipt
        certifies; the table of events is written without them.

    Returns
    -------
    list of dict
        The rows of the cohort.

    Raises
    ------
    ResultError, OSError
        If a table cannot be written; its old version then stays whole.
    """
    rows, paths, failures, sound = [], [], [], []
    for receipt in receipts:
        source = receipt.source
        theirs = review_columns(recordings_of(study) / source.id, receipt) if receipt.status is Status.DONE else None
        rows.append(cohort_row(receipt, theirs))
        paths.append({"id": source.id, "status": receipt.status, "path": source.path})
        if receipt.status is not Status.DONE:
            failures.append(failure_row(receipt))
        elif not (fault := receipt.fault(study)):
            sound.append(rows[-1])
        elif complain is not None:
            advice = "Run `sleepjerk batch` on its video again, or delete its receipt"
            kept = "It is counted from its receipt, but its events are not in events.parquet"
            complain(f"{recordings_of(study) / source.id}: {fault}. {kept}. {advice} receipts/{source.key}.json")
    failures.sort(key=lambda row: (row["status"] == Status.SKIPPED, row["reason"], row["id"]))
    write_file(study / "cohort.tsv", _text(COHORT, rows))
    write_file(study / "failures.tsv", _text(FAILURES, failures))
    write_file(study / "paths.tsv", _text(PATHS, paths))
    write_file(study / "cohort.json", _sidecar())
    _write_parquet(study / "cohort.parquet", rows)
    _write_events(study, sound)
    return rows


def _text(columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    lines = ["\t".join(column.name for column in columns)]
    lines += ["\t".join(cell(row[column.name], column.decimals) for column in columns) for row in rows]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def _sidecar() -> bytes:
    columns = {
        column.name: {"Description": column.meaning} | ({"Units": column.unit} if column.unit else {})
        for column in COHORT
    }
    return (json.dumps({"sleepjerk_caveat": CAVEAT} | columns, indent=2) + "\n").encode()


def _write_parquet(path: Path, rows: Sequence[Row]) -> None:
    columns = ", ".join(f"{column.name} {column.kind}" for column in COHORT)
    with memory_database() as database:
        database.execute(f"CREATE TABLE cohort ({columns})")
        if rows:
            marks = ", ".join("?" for _ in COHORT)
            values = [[_stored(row[column.name]) for column in COHORT] for row in rows]
            database.executemany(f"INSERT INTO cohort VALUES ({marks})", values)  # noqa: S608  (marks only)
        _copy(database, "cohort", path)


def _stored(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _write_events(study: Path, rows: Sequence[Row]) -> None:
    """Write one table of the events of all recordings, holding one recording at a time in memory."""
    kinds = {name: "VARCHAR" if decimals is None else "DOUBLE" for name, decimals in COLUMNS.items()}
    kinds = {("event" if name == "id" else name): kind for name, kind in kinds.items()}
    columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
    with memory_database() as database:
        database.execute(
            f"CREATE TABLE events (id VARCHAR, subject VARCHAR, session VARCHAR, age_weeks DOUBLE, {columns})"
        )
        for row in rows:
            path = recordings_of(study) / str(row["id"]) / file_names.EVENTS
            names = [_stored(row[name]) for name in EVENTS]
            described = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
            database.execute(
                "INSERT INTO events SELECT ?, ?, ?, ?::DOUBLE, * FROM "  # noqa: S608  (our own names)
                "read_csv(?, delim='\t', header=false, skip=1, auto_detect=false, "
                f"quote='', escape='', nullstr='n/a', columns={{{described}}})",
                [*names, literal_path(path)],
            )
        _copy(database, "events", study / "events.parquet")


def _copy(database: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    with put_file(path) as hidden:
        target = quoted(str(hidden.absolute()))
        try:
            database.execute(f"COPY {table} TO {target} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")
        except duckdb.Error as error:
            raise ResultError(f"{path}: cannot be written ({first_line(error)})") from None
