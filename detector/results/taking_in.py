"""Put decisions saved from reports beside the results they are about."""

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
    """Outcome of taking in decisions for one result.

    Attributes
    ----------
    folder : Path
        Folder of the result.
    new : int
        Number of decisions that were not there before.
    jerks : int
        Number of jerks in the result.
    review : Review
        All decisions so far.
    files : tuple of Path
        Files written.
    stale : tuple of str
        Names of existing files that were not made again.
    """

    folder: Path
    new: int
    jerks: int
    review: Review
    files: tuple[Path, ...]
    stale: tuple[str, ...]


def take_in_decisions(place: Path, files: Sequence[Path]) -> Iterator[TakenIn]:
    """Put decisions beside the results they are about, and remake the report of each as it was last requested.

    Parameters
    ----------
    place : Path
        A result folder, or a folder of several, such as a study's: each decision is then assigned to its result by the
        study code of its recording. If a video has two results, both get the decision.
    files : sequence of Path
        Files saved by reports, for one recording or several.

    Yields
    ------
    TakenIn
        One per result, when it is done.

    Raises
    ------
    ResultError
        If there is no result, or a file cannot be read or is about a video without a result: nothing is written.
        If a line names no movement, or something cannot be written: earlier results are already done.
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
    """Return the decisions for each result in `place`, or for `place` itself if it is a result."""
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
