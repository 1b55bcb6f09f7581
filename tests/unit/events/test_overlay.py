from __future__ import annotations

import numpy as np
import pytest

from detector.config import JerkSettings
from detector.events.candidate_table import Candidate, Candidates
from detector.events.overlay import on_a_clock
from detector.events.verdicts import KINDS, REASONS, are_jerks, judge
from detector.records.events import Kind, Reason
from tests.unit.events.tracks import make_candidate

MOMENTS_S = (0.18, 0.5, 0.7)  # of each second, at which large digits of milliseconds change at 25 frames a second


def digits(length_s: int = 20, moments_s: tuple[float, ...] = MOMENTS_S, **options: float) -> list[Candidate]:
    """Movements at the same moments of every second, in one place."""
    where = {"x": 0.3, "y": 0.9, "duration_s": 0.08, "interval_s": 1 / 25} | options
    return [make_candidate(second + at_s, **where) for second in range(length_s) for at_s in moments_s]


def found(candidates: list[Candidate]) -> list[bool]:
    table = Candidates.of(sorted(candidates, key=lambda one: one.onset_s))
    return on_a_clock(table, np.ones(len(table), np.bool_)).tolist()


def test_digits_of_a_clock_lie_on_it() -> None:
    assert all(found(digits()))
    assert all(found(digits(y=0.1)))


def test_a_moment_that_repeats_less_lies_on_the_clock_beside_it() -> None:
    now_and_then = [make_candidate(second + 0.94, x=0.32, y=0.92) for second in (3, 8, 15)]
    assert all(found([*digits(), *now_and_then]))


def test_a_jerk_elsewhere_does_not() -> None:
    jerks = [make_candidate(second + 0.3, x=0.6, y=0.5) for second in (3, 8, 15)]
    assert sum(found([*digits(), *jerks])) == 60
    close = [make_candidate(second + 0.33, x=0.3, y=0.75) for second in (3, 8, 15)]
    assert sum(found([*digits(), *close])) == 60


@pytest.mark.parametrize("moments_s", [(0.3,), (0.3, 0.86)])
def test_a_train_of_a_jerk_a_second_is_no_clock(moments_s: tuple[float, ...]) -> None:
    """A crafted train may be as exact as a clock; nothing else as heavy moves in between, or not in each second."""
    train = digits(moments_s=(0.3,))
    other = [make_candidate(second + at_s, x=0.3, y=0.9) for second in (4, 9) for at_s in moments_s[1:]]
    assert not any(found([*train, *other]))


def test_a_train_that_strays_as_limbs_do_is_no_clock() -> None:
    rng = np.random.default_rng(3)
    onsets_s = np.cumsum(rng.normal(0.5, 0.05, 40))
    assert not any(found([make_candidate(onset_s, x=0.3, y=0.9) for onset_s in onsets_s.tolist()]))


def test_amid_the_picture_nothing_is_a_clock() -> None:
    assert not any(found(digits(y=0.5)))


def test_a_busy_place_keeps_no_time_by_chance() -> None:
    rng = np.random.default_rng(4)
    onsets_s = np.sort(rng.uniform(0, 60, 600))
    assert not any(found([make_candidate(onset_s, x=0.3, y=0.9) for onset_s in onsets_s.tolist()]))


def test_some_seconds_prove_no_clock() -> None:
    assert not any(found(digits(length_s=8)))
    assert all(found(digits(length_s=10)))


def test_nothing_asked_nothing_found() -> None:
    table = Candidates.of(digits())
    assert not on_a_clock(table, np.zeros(len(table), np.bool_)).any()
    assert on_a_clock(Candidates.of([]), np.zeros(0, np.bool_)).shape == (0,)


def test_what_lies_on_a_clock_is_no_jerk_whatever_its_confidence() -> None:
    """A burnt-in clock with milliseconds gave 31 false jerks in 20 s."""
    jerk = make_candidate(3.3, x=0.6, y=0.5)
    table = Candidates.of(sorted([*digits(), jerk], key=lambda one: one.onset_s))
    confidence = np.full(len(table), 0.9)
    assert are_jerks(table, confidence, JerkSettings()).sum() == 1
    verdicts = judge(table, confidence, [None] * len(table), JerkSettings())
    kinds = [KINDS[code] for code in verdicts.kind]
    assert kinds.count(Kind.JERK) == 1
    assert {REASONS[code] for code in verdicts.reason} == {Reason.NONE, Reason.OVERLAY}
