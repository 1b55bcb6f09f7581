"""Found and known events of one recording side by side, from files or from a result in memory."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detector.evaluation.doubts import another_recording, beyond_the_end, given_twice, no_facts, unknown_kinds
from detector.evaluation.event_files import EventTable, read_events
from detector.evaluation.groups import with_groups
from detector.evaluation.tally import Pair
from detector.records.file_names import SUMMARY
from detector.records.result import Result

__all__ = ["events_of", "read_pair"]


class _Facts(NamedTuple):
    """Known facts of the recording; NaN where not known."""

    hours: float = math.nan
    width_px: float = math.nan
    length_s: float = math.nan


def read_pair(predicted: Path | str | Result, truth: Path | str, *, condition: str = "", name: str = "") -> Pair:
    """Read the found and known events of one recording as a pair.

    If a file lists no clusters or episodes, they are formed from its jerks. Oddities in the files that are not errors
    are listed in `Pair.doubts`.

    Parameters
    ----------
    predicted : Path, str or Result
        The found events: a table in the format of ``events.tsv``, or a result. Analysed hours and the picture's width
        come from the result, or from the ``summary.json`` beside the table if there is one.
    truth : Path or str
        A table of the known events, or of those seen by a second rater.
    condition : str
        Condition under which the recording is counted in `Scores.by_condition`.
    name : str
        Name of the recording in tables.

    Returns
    -------
    Pair
        Input for `score`, alone or together with the pairs of other recordings.

    Raises
    ------
    TruthError
        If an event file cannot be read.
    """
    truth = Path(truth)
    known = read_events(truth)
    doubts: list[str]
    beside: list[str] = []
    if isinstance(predicted, Result):
        found, facts, doubts = events_of(predicted), _facts_of(predicted), []
    else:
        predicted = Path(predicted)
        found, (facts, doubts) = read_events(predicted), _facts_beside(predicted)
        beside = another_recording(predicted, truth)
    for side, table in (("found", found), ("known", known)):
        doubts += [*unknown_kinds(table, side), *beyond_the_end(table, side, facts.length_s)]
    doubts += [*given_twice(known), *beside]
    return Pair(
        with_groups(found),
        with_groups(known),
        hours=facts.hours,
        width_px=facts.width_px,
        condition=condition,
        name=name,
        doubts=tuple(doubts),
    )


def events_of(result: Result) -> EventTable:
    """Return the events of a result as if read from its ``events.tsv``."""
    rows = [row for row in result.rows() if row["onset"] is not None]

    def numbers(name: str) -> np.ndarray:
        return np.array([math.nan if row[name] is None else row[name] for row in rows], dtype=np.float64)

    def words(name: str) -> tuple[str, ...]:
        return tuple("" if row[name] in {None, "n/a"} else str(row[name]) for row in rows)

    return EventTable(
        numbers("onset"),
        numbers("duration"),
        tuple(str(row["trial_type"]) for row in rows),
        numbers("amplitude_px"),
        site=words("site"),
        side=words("side"),
        reason=words("reason"),
    )


def _facts_of(result: Result) -> _Facts:
    time = result.recording.time
    return _Facts(time.analysed_s / 3600, float(result.recording.width), time.claimed_s)


def _facts_beside(predicted: Path) -> tuple[_Facts, list[str]]:
    """Return the facts from the summary beside a table, and warnings if it cannot be used."""
    try:
        content = json.loads((predicted.parent / SUMMARY).read_text("utf-8"))
        time, width = content["time"], float(content["recording"]["width"])
        # not rates.analysed_h: with hours rounded to 6 decimals, 3600.0 false positives per hour become 3600.4
        return _Facts(float(time["analysed_s"]) / 3600, width, float(time["claimed_s"])), []
    except FileNotFoundError:
        return _Facts(), [no_facts("is not there")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _Facts(), [no_facts("is damaged")]
