from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from detector.config import JerkSettings
from detector.events.candidate_table import Candidate, Candidates
from detector.events.candidates import FEATURES
from detector.events.context import CONTEXT_FEATURES
from detector.events.verdicts import KINDS, REASONS, TESTS, Rule, judge, margins, rule_confidence, rules_for
from detector.records.events import Kind, Reason
from tests.unit.events.tracks import GOOD, make_candidate

SETTINGS = JerkSettings()
IDS = [f"{rule.feature}-{rule.reason}" for rule in TESTS]
OTHER_KINDS = {
    Reason.SLOW: Kind.SLOW, Reason.TOO_LONG: Kind.SLOW, Reason.GROSS: Kind.GROSS, Reason.RHYTHMIC: Kind.RHYTHMIC,
}  # fmt: skip


def with_margin(rule: Rule, margin: float) -> dict[str, float]:
    """Features of a textbook jerk, but with this margin in one test."""
    value = rule.limit + (-margin if rule.at_most else margin) * rule.scale
    return GOOD | {rule.feature: value}


class Verdict(NamedTuple):
    kind: Kind
    reason: Reason
    confidence: float


def verdict_on(candidate: Candidate, confidence: float, kind: Kind | None, settings: JerkSettings) -> Verdict:
    found = judge(Candidates.of([candidate]), np.array([confidence]), [kind], settings)
    return Verdict(KINDS[found.kind[0]], REASONS[found.reason[0]], float(found.confidence[0]))


def sure_of(features: dict[str, float]) -> float:
    return float(rule_confidence(features)[0])


def test_the_tests_look_at_features_that_are_measured() -> None:
    assert {rule.feature for rule in TESTS} <= {*FEATURES, *CONTEXT_FEATURES}
    assert all(rule.scale > 0 and rule.reason is not Reason.NONE for rule in TESTS)


@pytest.mark.parametrize("rule", TESTS, ids=IDS)
def test_a_margin_is_zero_at_the_limit_and_one_a_scale_inside(rule: Rule) -> None:
    inside = rule.limit - rule.scale if rule.at_most else rule.limit + rule.scale
    assert rule.margin({rule.feature: rule.limit}) == 0
    assert rule.margin({rule.feature: inside}) == pytest.approx(1)
    assert rule.margin({rule.feature: 2 * rule.limit - inside}) == pytest.approx(-1)


def test_at_most_and_at_least_are_opposite() -> None:
    rule = Rule("speed", 0.5, 0.1, at_most=True, reason=Reason.NOISE)
    assert rule.margin({"speed": 0.3}) == pytest.approx(2)
    assert replace(rule, at_most=False).margin({"speed": 0.3}) == pytest.approx(-2)


def test_margins_of_a_reason_are_those_of_its_worst_test() -> None:
    found = margins(GOOD)
    assert set(found) == {rule.reason for rule in TESTS}
    for reason, margin in found.items():
        assert margin == min(rule.margin(GOOD) for rule in TESTS if rule.reason is reason)


def test_a_textbook_jerk_passes_all_tests_clearly() -> None:
    assert min(margins(GOOD).values()) > 0
    assert sure_of(GOOD) > 0.9
    verdict = verdict_on(make_candidate(), sure_of(GOOD), None, SETTINGS)
    assert (verdict.kind, verdict.reason) == (Kind.JERK, Reason.NONE)


@pytest.mark.parametrize("rule", TESTS, ids=IDS)
def test_failing_one_test_clearly_gives_its_reason(rule: Rule) -> None:
    features = with_margin(rule, -4.0)
    candidate = replace(make_candidate(duration_s=features["duration_s"]), features=features)
    verdict = verdict_on(candidate, sure_of(features), None, SETTINGS)
    assert verdict.reason is rule.reason
    assert verdict.kind is OTHER_KINDS.get(rule.reason, Kind.REJECTED)
    assert verdict.confidence < SETTINGS.min_confidence


@pytest.mark.parametrize(("limits", "kind"), [
    ({"max_duration_s": 0.2}, Kind.SLOW), ({"max_duration_s": 0.4}, Kind.JERK), ({"min_duration_s": 0.1}, Kind.JERK),
])  # fmt: skip
def test_duration_limits_apply_to_the_reported_duration(limits: dict[str, float], kind: Kind) -> None:
    sinking = replace(make_candidate(1.0, duration_s=0.03), end_s=1.37)  # it was seen to move for 0.03 s
    assert verdict_on(sinking, 0.9, None, JerkSettings(**limits)).kind is kind


@pytest.mark.parametrize("rule", TESTS, ids=IDS)
def test_confidence_grows_with_each_margin_and_is_a_half_at_the_limit(rule: Rule) -> None:
    steps = [-50.0, -3.0, -1.0, -0.3, 0.0, 0.3, 1.0, 3.0, 50.0]
    found = [sure_of(with_margin(rule, margin)) for margin in steps]
    assert found == sorted(found)
    assert found[steps.index(0.0)] == pytest.approx(0.5)
    assert found[0] < 0.01
    assert found[1] < found[2] < found[3] < 0.5
    assert all(0 <= value <= 1 for value in found)


def test_confidence_is_that_of_the_worst_test() -> None:
    weak, long = (next(rule for rule in TESTS if rule.feature == name) for name in ("speed", "duration_s"))
    together = with_margin(weak, -1.0) | {long.feature: with_margin(long, -2.0)[long.feature]}
    assert sure_of(together) == pytest.approx(sure_of(with_margin(long, -2.0)))
    assert sure_of(together) == pytest.approx(1 / (1 + math.exp(6)))


def test_the_clearest_failure_names_the_reason() -> None:
    light, weak = (next(rule for rule in TESTS if rule.feature == name) for name in ("light", "speed"))
    features = with_margin(light, -3.0) | {weak.feature: with_margin(weak, -1.0)[weak.feature]}
    verdict = verdict_on(replace(make_candidate(), features=features), 0.1, None, SETTINGS)
    assert verdict.reason is light.reason


def test_refused_though_it_passes_every_test_is_too_weak() -> None:
    verdict = verdict_on(make_candidate(), 0.2, None, SETTINGS)
    assert (verdict.kind, verdict.reason, verdict.confidence) == (Kind.REJECTED, Reason.TOO_WEAK, 0.2)


@pytest.mark.parametrize("least", [0.2, 0.5, 0.8])
def test_the_least_confidence_is_a_setting_and_is_enough_itself(least: float) -> None:
    settings = JerkSettings(min_confidence=least)
    assert verdict_on(make_candidate(), least, None, settings).kind is Kind.JERK
    assert verdict_on(make_candidate(), least - 0.01, None, settings).kind is not Kind.JERK


@pytest.mark.parametrize("longest_s", [0.5, 1.0])
def test_longer_than_the_longest_jerk_is_slow_however_safe(longest_s: float) -> None:
    settings = JerkSettings(max_duration_s=longest_s)
    verdict = verdict_on(make_candidate(0.0, duration_s=longest_s + 0.01), 0.99, None, settings)
    assert (verdict.kind, verdict.reason) == (Kind.SLOW, Reason.TOO_LONG)
    assert verdict_on(make_candidate(0.0, duration_s=longest_s), 0.99, None, settings).kind is Kind.JERK


@pytest.mark.parametrize("kind", [Kind.HANDLING, Kind.GROSS, Kind.RHYTHMIC])
def test_what_is_refused_anyway_keeps_its_kind_however_long(kind: Kind) -> None:
    verdict = verdict_on(make_candidate(0.0, duration_s=1.6), 0.1, kind, SETTINGS)
    assert verdict.kind is kind
    assert verdict_on(make_candidate(0.0, duration_s=1.6), 0.9, kind, SETTINGS).reason is Reason.TOO_LONG


def test_the_longest_jerk_of_the_settings_is_that_of_the_rules() -> None:
    features, tests = GOOD | {"duration_s": 1.3}, rules_for(2.0)
    assert sure_of(features) < 0.05
    assert float(rule_confidence(features, tests)[0]) > 0.5
    assert margins(features, tests)[Reason.TOO_LONG] == pytest.approx(0.7 / 0.2)
    assert rules_for(math.nan) == rules_for(1.0) == TESTS
    longer = replace(make_candidate(0.0, duration_s=1.5), features=GOOD | {"duration_s": 1.5, "speed": 0.024})
    assert verdict_on(longer, 0.1, None, JerkSettings(max_duration_s=2.0)).reason is Reason.TOO_WEAK


def test_shorter_than_the_shortest_jerk_is_refused() -> None:
    """A movement within one frame interval may have lasted all of it, so the interval is added before it is refused."""
    settings = JerkSettings(min_duration_s=0.1)
    verdict = verdict_on(make_candidate(0.0, duration_s=0.05, interval_s=0.04), 0.9, None, settings)
    assert (verdict.kind, verdict.reason, verdict.confidence) == (Kind.REJECTED, Reason.TOO_SHORT, 0.9)
    assert verdict_on(make_candidate(0.0, duration_s=0.07, interval_s=0.04), 0.9, None, settings).kind is Kind.JERK


@pytest.mark.parametrize(("unjudged", "kind"), [(0.0, Kind.JERK), (0.33, Kind.JERK), (0.5, Kind.REJECTED)])
def test_what_lies_in_time_that_cannot_be_judged_is_no_jerk_however_safe(unjudged: float, kind: Kind) -> None:
    verdict = verdict_on(make_candidate(0.0, unjudged=unjudged), 0.99, None, SETTINGS)
    assert verdict.kind is kind
    assert (verdict.reason is Reason.GAP) == (kind is Kind.REJECTED)
