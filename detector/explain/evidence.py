"""The numbers behind one movement: its tests with value and limit, its zone's trace, and its neighbours."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.classify.predict import Look
from detector.config import Settings
from detector.errors import ResultError
from detector.events.checks import checks_of
from detector.events.trace import trace_of
from detector.records.events import Kind, Reason
from detector.records.zone_table import zones_numbered
from detector.report.catalogue import catalogue

if TYPE_CHECKING:
    from detector.config import JerkSettings
    from detector.events.checks import Checked
    from detector.events.trace import Trace
    from detector.records.events import Movement
    from detector.records.motion import ZoneTrack
    from detector.records.result import Result

__all__ = ["NEIGHBOURS_S", "Evidence", "evidence_for"]

AROUND_S = 1.5
"""The trace is shown from this many seconds before the onset until this many after the offset."""

NEIGHBOURS_S = 5.0
_MOST_NEIGHBOURS = 8

_LOOKS = {Look.MEASURES: "from its measures alone", Look.CURVE: "with its curve too"}
"""The classifier's looks before its last one (at the neighbours), and what they saw."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Why a movement got its verdict.

    Attributes
    ----------
    movement : Movement
        The movement.
    tests : tuple of Checked
        Every rule whose value was measured, failed ones first, the worst at the top. A limit on the time from onset to
        offset is among them if it is not met.
    decided_by : str
        Basis of the verdict, in words.
    trace : Trace
        Trace of its main zone, around the movement; empty if the signal does not hold that zone.
    least_peak_px_s : float
        Least peak speed of a burst in the settings, pixels of the recording per second.
    zone : ZoneTrack or None
        Its main zone.
    neighbours : tuple of Movement
        Other movements within 5 s, by onset. If there are more than 8, jerks at the same time are kept first, then
        other jerks, then the most jerk-like.
    features : dict of str to float
        Every measured value.
    n_near : int
        Number of other movements within 5 s.
    """

    movement: Movement
    tests: tuple[Checked, ...]
    decided_by: str
    trace: Trace
    least_peak_px_s: float
    zone: ZoneTrack | None = field(repr=False)
    neighbours: tuple[Movement, ...] = field(repr=False)
    features: dict[str, float] = field(repr=False)
    n_near: int = 0


def evidence_for(result: Result, event: str) -> Evidence:
    """Return the evidence for one movement of a result.

    Parameters
    ----------
    result : Result
        From `analyze`, `find_events` or a results folder.
    event : str
        Id of a movement, such as ``jerk-0012`` or ``rejected-0007``.

    Returns
    -------
    Evidence
        Each test with its value and limit, the trace and the neighbours.

    Raises
    ------
    ResultError
        If there is no such movement.
    """
    movement = _movement(result, event)
    settings = Settings.of_run(result.provenance)
    near = _near(result, movement)
    zone = next(iter(zones_numbered(result.signal.zones, movement.zones[:1])), None)
    return Evidence(
        movement=movement,
        tests=_tests(movement, settings.jerks),
        decided_by=_decision(movement, settings),
        trace=trace_of(zone, movement.onset_s - AROUND_S, movement.offset_s + AROUND_S),
        least_peak_px_s=settings.bursts.min_peak_speed * result.signal.width,
        zone=zone,
        neighbours=_likeliest(near, movement),
        features=dict(movement.features),
        n_near=len(near),
    )


def _movement(result: Result, event: str) -> Movement:
    by_id = {movement.id: movement for movement in result.movements}
    if event in by_id:
        return by_id[event]
    groups = {cluster.id: cluster.jerks for cluster in result.clusters}
    groups |= {episode.id: episode.jerks for episode in result.episodes}
    if event in groups:
        raise ResultError(f"{event} is a group of jerks; explain one of them: {', '.join(groups[event][:6])}")
    close = difflib.get_close_matches(event, by_id, n=3)
    offer = f"Did you mean {' or '.join(close)}?" if close else "The ids stand in the column id of events.tsv"
    raise ResultError(f"{result.recording.id}: there is no movement {event!r}. {offer}")


def _tests(movement: Movement, jerks: JerkSettings) -> tuple[Checked, ...]:
    checked = checks_of(movement, min_duration_s=jerks.min_duration_s, max_duration_s=jerks.max_duration_s)
    return tuple(sorted(checked, key=lambda one: -math.inf if math.isnan(one.margin) else one.margin))


def _decision(movement: Movement, settings: Settings) -> str:
    jerks = settings.jerks
    sure = _certainty(movement, jerks)
    if movement.reason is Reason.REVIEWER:
        return f"not counted: a person who looked at it called it no jerk; {sure}"
    if movement.kind is Kind.JERK and movement.confidence < jerks.min_confidence:
        return f"counted as a jerk: a person who looked at it called it one; {sure}"
    if movement.kind is Kind.JERK:
        return f"counted as a jerk: {sure}"
    if movement.confidence >= jerks.min_confidence:
        over = {
            Reason.EXCLUDED: f"it lies in the region {movement.site}, where nothing is counted",
            Reason.GAP: "too many of its frames cannot be judged",
            Reason.OVERLAY: "it keeps time like the digits of a clock in the picture",
            Reason.TOO_LONG: f"it lasts longer than jerks.max_duration_s = {jerks.max_duration_s:g} s",
            Reason.TOO_SHORT: f"it is shorter than jerks.min_duration_s = {jerks.min_duration_s:g} s, even with the "
            "time to the next frame added",
        }.get(movement.reason, "a far heavier jerk at the same moment shook it")
        return f"not counted: {over} ({_class(movement)}), although {sure}"
    return f"not counted: {_reason(movement)} ({_class(movement)}); {sure}"


def _certainty(movement: Movement, jerks: JerkSettings) -> str:
    """Return the confidence, how much is needed, and where it comes from."""
    least = jerks.min_confidence
    # 0.497 is not to stand there as 0.50 where 0.5 is needed
    digits = next(
        (n for n in (2, 3, 4) if (round(movement.confidence, n) >= least) == (movement.confidence >= least)), 6
    )
    by = (
        "by the rules alone: the test that is passed least clearly decides"
        if jerks.judge == "rules"
        else f"by the trained classifier{_looks(movement, digits)}"
    )
    return f"confidence {movement.confidence:.{digits}f}, at least {least:g} needed ({by})"


def _reason(movement: Movement) -> str:
    """Return why a movement is no jerk, as worded in the report, to go on with in a sentence."""
    words = catalogue()(f"reason.{movement.reason}")
    return words[:1].lower() + words[1:]


def _class(movement: Movement) -> str:
    """Return the class of a movement that is not a jerk, and the reason, as they stand in ``events.tsv``."""
    named = dict.fromkeys((str(movement.kind), str(movement.reason)))  # gross movement has the reason gross
    return ", ".join(name for name in named if name != Reason.NONE)


def _looks(movement: Movement, digits: int) -> str:
    """Return what the classifier said at each of its looks; empty if it looks only once."""
    said = [
        f"{movement.features[look]:.{digits}f} {seen}" for look, seen in _LOOKS.items() if look in movement.features
    ]
    last = "with its neighbours too" if Look.CURVE in movement.features else "with all that it looks at"
    return f": {', '.join(said)}, {movement.confidence:.{digits}f} {last}" if said else ""


def _near(result: Result, movement: Movement) -> list[Movement]:
    return [
        other
        for other in result.movements
        if other.id != movement.id and abs(other.onset_s - movement.onset_s) <= NEIGHBOURS_S
    ]


def _likeliest(others: list[Movement], movement: Movement) -> tuple[Movement, ...]:
    def rank(other: Movement) -> tuple[bool, bool, float]:
        jerk = other.kind is Kind.JERK
        # what was refused is often a part, or the shaking, of a jerk at the same time
        at_once = other.onset_s <= movement.offset_s and movement.onset_s <= other.offset_s
        return not (jerk and at_once), not jerk, -other.confidence

    likely = sorted(others, key=rank)[:_MOST_NEIGHBOURS]
    return tuple(sorted(likely, key=lambda other: (other.onset_s, other.id)))
