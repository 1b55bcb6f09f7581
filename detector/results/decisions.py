"""A person's decisions on the movements of a result: the append-only ``decisions.tsv``, one decision per line."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import ResultError
from detector.records.file_names import DECISIONS, SUMMARY
from detector.records.review import Review
from detector.report.options import study_code
from detector.results.atomic import write_file
from detector.results.decision_file import SAVED, Said, read_decisions, read_lines
from detector.results.refusal import refusal
from detector.results.stored import SAME_ONSET_S, of_another_video

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.result import Result
    from detector.results.decision_file import Decision

__all__ = ["DECISIONS", "add_decisions", "decided", "read_review"]


def read_review(folder: Path | str, result: Result) -> Review:
    """Return a person's decisions on the movements of `result`; an empty review if there is no file.

    Confirming a movement that `result` does not count as a jerk adds it; rejecting one agrees with `result`. Decisions
    on movements that are not, or no longer, in `result` are counted as lost.

    Parameters
    ----------
    folder : Path or str
        Folder of the result; its ``decisions.tsv`` is read.
    result : Result
        What was found.

    Returns
    -------
    Review
        Input for `reviewed`.

    Raises
    ------
    ResultError
        If `folder` is not that of `result`, or if the file lacks a column or has an invalid line, which the message
        names.
    """
    folder = Path(folder)
    _refuse_other_folder(folder, result)
    last, disputed, lost = _last_decisions(folder, result)
    jerks = {jerk.id for jerk in result.jerks}

    def those(*, counted: bool, said: Said) -> tuple[str, ...]:
        return tuple(name for name, one in last.items() if (name in jerks) == counted and one.said is said)

    return Review(
        confirmed=those(counted=True, said=Said.CONFIRMED),
        refused=those(counted=True, said=Said.REJECTED),
        added=those(counted=False, said=Said.CONFIRMED),
        dismissed=those(counted=False, said=Said.REJECTED),
        lost=lost,
        disputed=disputed,
        at=tuple((name, one.at) for name, one in last.items()),
    )


def _refuse_other_folder(folder: Path, result: Result) -> None:
    """Refuse a folder that does not hold `result`: saying that nobody has decided on anything would be wrong."""
    if of_another_video(folder, result.recording.sha256):
        raise ResultError(f"{folder}: it holds results of another video than {result.recording.id}. Name the right one")
    if not any((folder / name).is_file() for name in (SUMMARY, DECISIONS)):
        raise ResultError(f"{folder}: it holds no result. Name a results folder, such as results/night")


def decided(folder: Path, result: Result) -> dict[str, bool]:
    """Return, by id, whether each movement of `result` that a person decided on was confirmed; empty without a file.

    The last line about a movement counts.

    Raises
    ------
    ResultError
        If the file lacks a column or has an invalid line, which the message names.
    """
    last, *_ = _last_decisions(folder, result)
    return {name: one.said is Said.CONFIRMED for name, one in last.items()}


def add_decisions(folder: Path, result: Result, decisions: Sequence[Decision]) -> int:
    """Add decisions saved by a report to those of a result; return how many were new.

    Existing lines are kept unchanged. A decision is not added if it is already there, or if the same person has since
    decided again. A file with a column ``recording`` says by study code which video it is about.

    Raises
    ------
    ResultError
        If a decision is about another video or names no movement, in which case none is added; or if the file cannot be
        read or written.
    """
    path, onsets = folder / DECISIONS, _onsets(result)
    there = path.is_file()
    known = [(_subject(one, onsets), one) for one in (read_decisions(path) if there else ())]
    n_known = len(known)
    for decision in decisions:
        _check(decision, result)
        subject = _subject(decision, onsets)
        if not any(of == subject and _stands_above(one, decision) for of, one in known):
            known.append((subject, decision))
    news = [decision for _, decision in known[n_known:]]
    if news:
        columns, lines = read_lines(path) if there else ([], "")
        columns += [name for name in SAVED if name not in columns]
        kept = [lines.rstrip("\r\n")] if lines.strip() else []
        added = ["\t".join(one.cells.get(name) or "n/a" for name in columns) for one in news]
        try:
            write_file(path, "\n".join(["\t".join(columns), *kept, *added, ""]).encode())
        except OSError as error:
            raise refusal(path, error, "work on a copy of the result elsewhere") from error
    return len(news)


def _check(decision: Decision, result: Result) -> None:
    ours = study_code(result.recording.sha256)
    if decision.recording and decision.recording != ours:
        raise ResultError(
            f"{decision.place}: it is about recording {decision.recording}, but this result is about {ours}. "
            "Name the right one"
        )
    if not decision.movement and decision.onset_s is None:
        raise ResultError(f"{decision.place}: it names no movement, by id or onset_s. Correct that line")


def _stands_above(one: Decision, other: Decision) -> bool:
    """Return whether `one` supersedes `other`, by the same person on the same movement: it is identical or later."""
    if (one.said, one.at) == (other.said, other.at):
        return True
    try:
        return datetime.fromisoformat(one.at) > datetime.fromisoformat(other.at)
    except (TypeError, ValueError):  # written by hand, or only one of them has a time zone
        return False


def _subject(decision: Decision, onsets: dict[str, float]) -> tuple[str, str]:
    """Return who decided on which movement; one not in the result is identified by its id and onset as written."""
    lost = f"{decision.movement} {decision.onset_s}"
    return decision.by, _named(decision, onsets) or lost


def _onsets(result: Result) -> dict[str, float]:
    return {movement.id: movement.onset_s for movement in (*result.jerks, *result.movements)}  # jerks come first


def _last_decisions(folder: Path, result: Result) -> tuple[dict[str, Decision], tuple[str, ...], int]:
    """Return the decisions that count, the ids that persons differ on, and the number of movements not in `result`."""
    path, onsets = folder / DECISIONS, _onsets(result)
    last: dict[str, Decision] = {}
    words: defaultdict[str, dict[str, Said]] = defaultdict(dict)
    lost: set[str | float] = set()
    for decision in read_decisions(path) if path.is_file() else ():
        name = _named(decision, onsets)
        if name:
            last[name] = decision
            words[name][decision.by] = decision.said
        else:
            lost.add(decision.movement if decision.onset_s is None else decision.onset_s)
    count = {name: one for name, one in last.items() if one.said is not Said.WITHDRAWN}
    disputed = (name for name in count if len(set(words[name].values()) - {Said.WITHDRAWN}) > 1)
    return count, tuple(disputed), len(lost)


def _named(decision: Decision, onsets: dict[str, float]) -> str:
    """Return the id of the movement meant, empty if there is none: one with the same onset, then id, then kind.

    The numbers in ids change with the thresholds, but onsets do not. Two limbs may still begin at once, one a jerk and
    one refused, so the id and kind decide between movements with the same onset.
    """
    if decision.onset_s is None:
        return decision.movement if decision.movement in onsets else ""
    wanted_s = decision.onset_s
    there = [name for name, onset_s in onsets.items() if abs(onset_s - wanted_s) < SAME_ONSET_S]
    kind = decision.movement.rpartition("-")[0]
    return min(there, key=lambda name: (name != decision.movement, name.rpartition("-")[0] != kind), default="")
