"""Found and known events of one recording, put side by side from files, or from a result in memory."""

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
    """What is known of the recording; NaN where nothing is."""

    hours: float = math.nan
    width_px: float = math.nan
    length_s: float = math.nan


def read_pair(predicted: Path | str | Result, truth: Path | str, *, condition: str = "", name: str = "") -> Pair:
    """Put found and known events of one recording side by side.

    Clusters and episodes that a file does not name are those that its jerks make. What is odd about the files and no
    error stands in `Pair.doubts`.

    Parameters
    ----------
    predicted : Path, str or Result
        What was found: a table as ``events.tsv`` is one, or a result. Analysed hours and the picture's width come from
        the result, or from the ``summary.json`` beside the table, if there is one.
    truth : Path or str
        A table of what is known, or of what a second rater saw.
    condition : str
        What the recording is counted under in `Scores.by_condition`.
    name : str
        What the recording is called in tables.

    Returns
    -------
    Pair
        To be given to `score`, alone or among those of other recordings.

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
    """Return the events of a result as those that are read from its ``events.tsv``."""
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
    """Return what the summary beside a table says, and what to say where there is none."""
    try:
        content = json.loads((predicted.parent / SUMMARY).read_text("utf-8"))
        time, width = content["time"], float(content["recording"]["width"])
        # not rates.analysed_h: hours rounded to 6 decimals make 3600.4 false an hour of what are 3600.0
        return _Facts(float(time["analysed_s"]) / 3600, width, float(time["claimed_s"])), []
    except FileNotFoundError:
        return _Facts(), [no_facts("is not there")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _Facts(), [no_facts("is damaged")]
