"""Decisions that were saved from reports, put beside the results that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.errors import ResultError
from detector.records.file_names import ON_REQUEST, SIGNAL, SUMMARY
from detector.report.options import study_code
from detector.results.decision_file import read_decisions
from detector.results.decisions import add_decisions, read_review
from detector.results.load import load_result
from detector.results.report import ReportRequest, write_reports
from detector.results.stored import video_in
from detector.results.turns import turn
from detector.results.wanted import kept_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from detector.records.review import Review
    from detector.results.decision_file import Decision

__all__ = ["TakenIn", "take_in_decisions"]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of decisions for one result.

    Attributes
    ----------
    folder : Path
        Of the result.
    new : int
        Number of decisions that were not there before.
    jerks : int
        Number of jerks in the result.
    review : Review
        All that is decided by now.
    files : tuple of Path
        Files written with it.
    stale : tuple of str
        Names of what is there and was not made again.
    """

    folder: Path
    new: int
    jerks: int
    review: Review
    files: tuple[Path, ...]
    stale: tuple[str, ...]


def take_in_decisions(place: Path, files: Sequence[Path]) -> Iterator[TakenIn]:
    """Put decisions beside the results they are about, and make the report of each again as it was asked for.

    Parameters
    ----------
    place : Path
        A result folder; or a folder of some, as of a study: then each decision finds its result by the study code of
        its recording. Of two results of one video both get it.
    files : sequence of Path
        Files that reports saved; of one recording or several.

    Yields
    ------
    TakenIn
        One a result, when it is done.

    Raises
    ------
    ResultError
        If there is no result, a file cannot be read, or is about a video without one: nothing is written then.
        If a line names no movement, or something cannot be written: results before that one are done.
    """
    decisions = [decision for file in files for decision in read_decisions(file)]
    for folder, theirs in _by_result(place, decisions).items():
        result = load_result(folder)
        with turn(folder):
            new = add_decisions(folder, result, theirs)
        written = write_reports(folder, ReportRequest(kept_options(folder)))
        stale = tuple(name for name in ON_REQUEST if (folder / name).exists())
        yield TakenIn(folder, new, len(result.jerks), read_review(folder, result), written, stale)


def _by_result(place: Path, decisions: Sequence[Decision]) -> dict[Path, list[Decision]]:
    """Return the decisions on each result in `place`, or on the one that it is."""
    if (place / SUMMARY).exists() or not place.is_dir():
        return {place: list(decisions)}
    found = sorted(path.parent for path in place.rglob(SUMMARY) if (path.parent / SIGNAL).is_file())
    if not found:
        raise ResultError(f"{place}: there is no result in it. Name a results folder, such as results/night")
    code_of = {folder: study_code(video_in(folder)) for folder in found}
    for decision in decisions:
        if decision.recording not in code_of.values():
            about = f"recording {decision.recording}" if decision.recording else "a recording that it does not name"
            raise ResultError(
                f"{decision.place}: it is about {about}, of which {place} holds no result. Name the right one"
            )
    given = {folder: [one for one in decisions if one.recording == code] for folder, code in code_of.items()}
    return {folder: theirs for folder, theirs in given.items() if theirs}
