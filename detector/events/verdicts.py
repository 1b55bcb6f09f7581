"""The verdict on one candidate, and the reason when it is refused.

Each test is one physical property with its limit and the name of what fails it. Tests are evidence; confidence decides
whether a candidate is a jerk. A refused candidate gets the reason of the test that it fails most clearly, so that a
reviewer reads why, in words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from detector.events.overlay import on_a_clock
from detector.records.events import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detector.config import JerkSettings
    from detector.events.candidate_table import Candidates

__all__ = [
    "KINDS",
    "REASONS",
    "TESTS",
    "Rule",
    "Verdicts",
    "are_jerks",
    "judge",
    "margins",
    "rule_confidence",
    "rules_for",
    "with_reported_duration",
]

FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]
_Values = TypeVar("_Values", float, FloatArray)

KINDS, REASONS = tuple(Kind), tuple(Reason)
_KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
_REASON_CODES = {reason: code for code, reason in enumerate(REASONS)}


@dataclass(frozen=True, slots=True)
class Rule:
    """One property of a jerk: ``feature`` lies on the good side of ``limit``.

    Attributes
    ----------
    feature : str
        Name in `candidates.FEATURES`.
    limit : float
        Limit in the feature's unit.
    scale : float
        How far from the limit counts as clearly passed or failed, in the feature's unit.
    at_most : bool
        True when good values are at most `limit`, False when at least.
    reason : Reason
        What a candidate that fails it most likely is.
    """

    feature: str
    limit: float
    scale: float
    at_most: bool
    reason: Reason

    def margin(self, features: Mapping[str, _Values]) -> _Values:
        """Return how clearly the test is passed: above 0 passed, 1 clearly, below 0 failed; for a value or a column."""
        away = (self.limit - features[self.feature]) / self.scale
        return away if self.at_most else -away


_MOST_UNJUDGED = 0.34  # share of the frames: one in a rise of three

TESTS = (
    Rule("unjudged", _MOST_UNJUDGED, 0.3, at_most=True, reason=Reason.GAP),
    Rule("shift", 0.002, 0.001, at_most=True, reason=Reason.CAMERA),
    Rule("light", 0.10, 0.05, at_most=True, reason=Reason.LIGHT),
    Rule("activity", 0.45, 0.15, at_most=True, reason=Reason.GROSS),
    Rule("activity_around", 0.15, 0.05, at_most=True, reason=Reason.GROSS),
    Rule("edge", 0.35, 0.15, at_most=True, reason=Reason.PASSER_BY),
    Rule("rise_s", 0.22, 0.06, at_most=True, reason=Reason.SLOW),
    Rule("duration_s", 1.0, 0.2, at_most=True, reason=Reason.TOO_LONG),
    Rule("before", 0.45, 0.15, at_most=True, reason=Reason.SLOW),
    Rule("coherence", 0.40, 0.15, at_most=False, reason=Reason.INCOHERENT),
    Rule("strength", 3.0, 1.0, at_most=False, reason=Reason.NOISE),
    Rule("snr", 8.0, 3.0, at_most=False, reason=Reason.NOISE),
    Rule("speed", 0.025, 0.008, at_most=False, reason=Reason.TOO_WEAK),
    Rule("area", 0.0011, 0.0005, at_most=False, reason=Reason.NOISE),
)  # fmt: skip
"""Properties of jerks (docs/decisions/0004 and 0007 give the source of each limit)."""


def rules_for(max_duration_s: float) -> tuple[Rule, ...]:
    """Return `TESTS` for jerks of at most `max_duration_s` seconds; unchanged if that is not known (NaN)."""
    if math.isnan(max_duration_s):
        return TESTS
    return tuple(replace(test, limit=max_duration_s) if test.reason is Reason.TOO_LONG else test for test in TESTS)


_KIND_OF = {
    Reason.SLOW: Kind.SLOW,
    Reason.TOO_LONG: Kind.SLOW,
    Reason.GROSS: Kind.GROSS,
    Reason.RHYTHMIC: Kind.RHYTHMIC,
}
_REASON_OF = {
    Kind.SLOW: Reason.SLOW,
    Kind.GROSS: Reason.GROSS,
    Kind.RHYTHMIC: Reason.RHYTHMIC,
    Kind.HANDLING: Reason.HANDLING,
    Kind.TWITCH: Reason.NO_RETURN,
}


@dataclass(slots=True, eq=False)
class Verdicts:
    """Class, reason and confidence of candidates.

    `judge` looks at each alone; `jerks.find_movements` then changes some because of what moves with them.

    Attributes
    ----------
    kind, reason : int8, shape (n,)
        Indices in `KINDS` and `REASONS`.
    confidence : float64, shape (n,)
        Confidence that each is a jerk, 0-1.
    """

    kind: CodeArray = field(repr=False)
    reason: CodeArray = field(repr=False)
    confidence: FloatArray = field(repr=False)

    def give(self, which: BoolArray | Sequence[int], kind: Kind, reason: Reason) -> None:
        """Give these candidates this class and reason, whatever they had."""
        self.kind[which], self.reason[which] = _KIND_CODES[kind], _REASON_CODES[reason]


def margins(features: Mapping[str, _Values], tests: Sequence[Rule] = TESTS) -> dict[Reason, _Values]:
    """Return the smallest margin among the tests of each reason, for one candidate or for columns."""
    smallest: dict[Reason, Any] = {}
    for test in tests:
        smallest[test.reason] = np.fmin(smallest.get(test.reason, np.inf), test.margin(features))
    return smallest


def judge(
    candidates: Candidates, confidence: FloatArray, kinds: Sequence[Kind | None], settings: JerkSettings
) -> Verdicts:
    """Return the verdicts on candidates.

    Parameters
    ----------
    candidates : Candidates
        Candidates with their features.
    confidence : ndarray of float64, shape (n,)
        Confidence that each is a jerk, 0-1.
    kinds : sequence of Kind or None
        Kind that each looks like if it is not a jerk; None if only the tests can tell.
    settings : JerkSettings
        Least confidence, shortest and longest jerk, and whether twitches are a class of their own.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    if not len(candidates) == len(confidence) == len(kinds):
        raise ValueError(f"{len(candidates)} candidates, {len(confidence)} confidences and {len(kinds)} kinds")
    if not len(candidates):
        return Verdicts(np.zeros(0, np.int8), np.zeros(0, np.int8), np.zeros(0))
    sure = confidence >= settings.min_confidence
    unlike_any = np.array([like is None for like in kinds])
    long = _duration_s(candidates) > settings.max_duration_s
    cases = (  # the first that holds counts; if none does, the kind it looks like or the test it fails
        (long & (sure | unlike_any), Kind.SLOW, Reason.TOO_LONG),
        (are_jerks(candidates, confidence, settings), Kind.JERK, Reason.NONE),
        (sure & ~_seen(candidates), Kind.REJECTED, Reason.GAP),
        (on_a_clock(candidates, sure), Kind.REJECTED, Reason.OVERLAY),
        (sure, Kind.REJECTED, Reason.TOO_SHORT),
    )
    verdicts = Verdicts(*_refused(with_reported_duration(candidates), kinds, settings), confidence)
    for which, kind, reason in reversed(cases):
        verdicts.give(which, kind, reason)
    return verdicts


def are_jerks(candidates: Candidates, confidence: FloatArray, settings: JerkSettings) -> BoolArray:
    """Return which are jerks: sure enough, seen, neither too short nor too long, and no digits of a clock."""
    if not len(candidates):
        return np.zeros(0, np.bool_)
    duration_s = _duration_s(candidates)
    # frames are samples: a movement within one interval may have lasted all of it
    longest_s = duration_s + candidates.features["interval_s"]
    fits = (duration_s <= settings.max_duration_s) & (longest_s >= settings.min_duration_s)
    fine = np.asarray((confidence >= settings.min_confidence) & fits & _seen(candidates))
    return fine & ~on_a_clock(candidates, fine)


def _seen(candidates: Candidates) -> BoolArray:
    return np.asarray(candidates.features["unjudged"] <= _MOST_UNJUDGED)


def _duration_s(candidates: Candidates) -> FloatArray:
    """Return the reported durations, which may end later than the movement that was seen."""
    return np.asarray(candidates.column("end_s") - candidates.column("onset_s"))


def with_reported_duration(candidates: Candidates) -> dict[str, FloatArray]:
    """Return the features as rules read them: duration limits apply to the reported duration."""
    return candidates.features | {"duration_s": _duration_s(candidates)}


def _refused(
    features: Mapping[str, FloatArray], kinds: Sequence[Kind | None], settings: JerkSettings
) -> tuple[CodeArray, CodeArray]:
    """Return kind and reason of candidates that are not jerks: what they look like, or the test they fail worst."""
    worst = margins(features, rules_for(settings.max_duration_s))
    reasons = np.array([_REASON_CODES[reason] for reason in worst], np.int8)
    table = np.stack(list(worst.values()))
    place = table.argmin(axis=0)
    failed = table[place, np.arange(table.shape[1])] < 0
    reason = np.where(failed, reasons[place], _REASON_CODES[Reason.TOO_WEAK]).astype(np.int8)
    kind = np.array([_KIND_CODES[_KIND_OF.get(each, Kind.REJECTED)] for each in REASONS], np.int8)[reason]
    for like in {each for each in kinds if each is not None}:
        where = np.array([each is like for each in kinds])
        off = like not in _REASON_OF or (like is Kind.TWITCH and not settings.twitches)
        kind[where] = _KIND_CODES[Kind.REJECTED if off else like]
        if like in _REASON_OF:
            reason[where] = _REASON_CODES[_REASON_OF[like]]
    return kind, reason


def rule_confidence(features: Mapping[str, _Values], tests: Sequence[Rule] = TESTS) -> FloatArray:
    """Return 0-1 from the tests alone: 0.5 at the limit of the test passed worst, 0.95 when all are clearly passed."""
    worst = np.minimum.reduce(list(margins(features, tests).values()))
    return np.array([1 / (1 + math.exp(-3 * max(-30.0, margin))) for margin in np.atleast_1d(worst).tolist()])
