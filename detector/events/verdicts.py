"""The verdict on one candidate, and the reason when it is refused.

Each test is one physical property with its limit and the name of what fails it. Tests are evidence; whether a
candidate is a jerk is decided by its confidence. A refused candidate is given the reason of the test that it fails
most clearly, so that a reviewer reads why, in words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.records.events import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detector.config import JerkSettings
    from detector.events.candidates import Candidate

__all__ = ["TESTS", "Test", "Verdict", "judge", "margins", "rule_confidence"]


@dataclass(frozen=True, slots=True)
class Test:
    """One property of a jerk: ``feature`` lies on the good side of ``limit``.

    Attributes
    ----------
    feature : str
        Name in `candidates.FEATURES`.
    limit : float
        Its limit, in the feature's unit.
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

    def margin(self, features: Mapping[str, float]) -> float:
        """Return how clearly the test is passed: above 0 passed, 1 clearly, below 0 failed."""
        away = (self.limit - features[self.feature]) / self.scale
        return away if self.at_most else -away


TESTS = (
    Test("unjudged", 0.34, 0.3, at_most=True, reason=Reason.GAP),
    Test("shift", 0.002, 0.001, at_most=True, reason=Reason.CAMERA),
    Test("light", 0.10, 0.05, at_most=True, reason=Reason.LIGHT),
    Test("activity", 0.45, 0.15, at_most=True, reason=Reason.GROSS),
    Test("activity_around", 0.15, 0.05, at_most=True, reason=Reason.GROSS),
    Test("edge", 0.35, 0.15, at_most=True, reason=Reason.PASSER_BY),
    Test("rise_s", 0.22, 0.06, at_most=True, reason=Reason.SLOW),
    Test("duration_s", 1.0, 0.2, at_most=True, reason=Reason.TOO_LONG),
    Test("before", 0.45, 0.15, at_most=True, reason=Reason.SLOW),
    Test("coherence", 0.40, 0.15, at_most=False, reason=Reason.INCOHERENT),
    Test("strength", 3.0, 1.0, at_most=False, reason=Reason.NOISE),
    Test("snr", 8.0, 3.0, at_most=False, reason=Reason.NOISE),
    Test("speed", 0.025, 0.008, at_most=False, reason=Reason.TOO_WEAK),
    Test("area", 0.0011, 0.0005, at_most=False, reason=Reason.NOISE),
)  # fmt: skip
"""What holds of jerks (docs/decisions/0004 and 0007 give the source of each limit)."""

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


@dataclass(frozen=True, slots=True)
class Verdict:
    """Class, reason and confidence of one candidate."""

    kind: Kind
    reason: Reason
    confidence: float


def margins(features: Mapping[str, float]) -> dict[Reason, float]:
    """Return the smallest margin of the tests of each reason."""
    smallest: dict[Reason, float] = {}
    for test in TESTS:
        smallest[test.reason] = min(smallest.get(test.reason, float("inf")), test.margin(features))
    return smallest


def judge(candidate: Candidate, confidence: float, kind: Kind | None, settings: JerkSettings) -> Verdict:
    """Return the verdict on `candidate`.

    Parameters
    ----------
    candidate : Candidate
        With its features.
    confidence : float
        How safely it is a jerk, 0-1.
    kind : Kind or None
        What it looks like if it is no jerk; None where only the tests can tell.
    settings : JerkSettings
        Least confidence, shortest and longest jerk, and whether twitches are a class of their own.
    """
    duration_s = candidate.offset_s - candidate.onset_s
    if duration_s > settings.max_duration_s:
        return Verdict(Kind.SLOW, Reason.TOO_LONG, confidence)
    if confidence >= settings.min_confidence:
        # frames are samples: a movement within one interval may have lasted all of it
        if duration_s + candidate.features["interval_s"] < settings.min_duration_s:
            return Verdict(Kind.REJECTED, Reason.TOO_SHORT, confidence)
        return Verdict(Kind.JERK, Reason.NONE, confidence)
    if kind in _REASON_OF:
        off = kind is Kind.TWITCH and not settings.twitches
        return Verdict(Kind.REJECTED if off else kind, _REASON_OF[kind], confidence)
    reason, margin = min(margins(candidate.features).items(), key=lambda item: item[1])
    if margin >= 0:
        reason = Reason.TOO_WEAK
    return Verdict(Kind.REJECTED if kind else _KIND_OF.get(reason, Kind.REJECTED), reason, confidence)


def rule_confidence(features: Mapping[str, float]) -> float:
    """Return 0-1 from the tests alone: 0.5 at the limit of the test passed worst, 0.95 when all are clearly passed."""
    return 1 / (1 + math.exp(-3 * max(-30.0, min(margins(features).values()))))
