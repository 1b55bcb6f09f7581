"""Checks: the rules applied to a movement, with its measured values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.events.verdicts import rules_for
from detector.records.events import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detector.records.events import Movement

__all__ = ["LONGEST", "Checked", "checks_of"]

LONGEST = "length_max_s"
"""Name of a movement's longest possible duration, in seconds: frames are samples, so it may last one interval more."""

_CLEARLY_SHORT_S = 0.02  # failing by this much is a clear failure

_UNITS = {"duration_s": "s", "rise_s": "s", LONGEST: "s", "speed": "w/s", "shift": "w"}
"""Units of the tested values; all others are shares and ratios. A w is the width of the picture."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One test of the rules, with the measured value.

    Attributes
    ----------
    feature, reason : str
        Name of the measured value, and what a movement that fails the test most likely is.
    value, limit : float
        In the feature's unit; NaN if it could not be measured.
    at_most : bool
        True if good values are at most `limit`.
    margin : float
        How clearly the test is passed: above 0 passed, 1 clearly, below 0 failed; NaN if not measured.
    """

    feature: str
    reason: str
    value: float
    limit: float
    at_most: bool
    margin: float

    @property
    def passed(self) -> bool:
        """Whether the value lies on the good side of the limit."""
        return self.margin >= 0

    @property
    def unit(self) -> str:
        """Unit of value and limit, ``w`` for the picture's width; empty for shares and ratios."""
        return _UNITS.get(self.feature, "")


def checks_of(movement: Movement, *, min_duration_s: float, max_duration_s: float) -> tuple[Checked, ...]:
    """Return every rule whose value was measured, in the order of the rules, then the least duration if it is not met.

    Parameters
    ----------
    movement : Movement
        Movement with its features.
    min_duration_s, max_duration_s : float
        Shortest and longest jerk of the run's settings, in seconds; NaN where they are not known.
    """
    values = _with_reported_duration(movement)
    checked = [
        Checked(rule.feature, str(rule.reason), values[rule.feature], rule.limit, rule.at_most, rule.margin(values))
        for rule in rules_for(max_duration_s)
        if rule.feature in values
    ]
    return (*checked, *_too_short(movement, min_duration_s))


def _with_reported_duration(movement: Movement) -> Mapping[str, float]:
    """Return the features as `verdicts.with_reported_duration` does: duration limits apply to the reported duration."""
    reported = {"duration_s": movement.duration_s} if "duration_s" in movement.features else {}
    return dict(movement.features) | reported


def _too_short(movement: Movement, least_s: float) -> list[Checked]:
    """Return the check of the least duration if it is not met: it overrides every rule, as in `verdicts.judge`."""
    longest_s = movement.duration_s + movement.features.get("interval_s", math.nan)
    margin = (longest_s - least_s) / _CLEARLY_SHORT_S
    if not margin < 0:  # so that NaN refuses nothing
        return []
    return [Checked(LONGEST, str(Reason.TOO_SHORT), longest_s, least_s, at_most=False, margin=margin)]
