from __future__ import annotations

from math import log

import numpy as np
import pytest

from detector.events.candidate_table import Candidates
from detector.events.neighbours import NEIGHBOUR_FEATURES, neighbours_of
from tests.unit.events.tracks import make_candidate

HERE, THERE = 0.1, 0.8


def told(which: int, *rows: tuple[float, float, float], **options: float) -> dict[str, float]:
    """Return the features of one of some candidates, each given by onset, place and odds."""
    made = [make_candidate(onset_s, number=k, x=x, **options) for k, (onset_s, x, _) in enumerate(rows, 1)]
    odds = np.array([row[2] for row in rows])
    values = neighbours_of(Candidates.of(made), odds, np.array([which]))
    return dict(zip(NEIGHBOUR_FEATURES, values[0].tolist(), strict=True))


def test_nobody_asked_no_rows() -> None:
    shape = (0, len(NEIGHBOUR_FEATURES))
    assert neighbours_of(Candidates.of([]), np.zeros(0), np.zeros(0, np.intp)).shape == shape
    assert neighbours_of(Candidates.of([make_candidate(1.0)]), np.zeros(1), np.zeros(0, np.intp)).shape == shape


def test_alone_it_has_only_its_own_odds() -> None:
    alone = told(0, (5.0, HERE, -0.7))
    nobody = {name: -8.0 for name in NEIGHBOUR_FEATURES if name.startswith(("odds_", "best_", "usual_"))}
    far = dict.fromkeys(("since_s", "until_s", "since_here_s", "until_here_s"), 5.0)
    assert alone == {"odds": -0.7, "unlikely_here": 0, "unlikely_elsewhere": 0, **nobody, **far}


def test_the_same_moment_is_told_apart_from_before_and_after() -> None:
    found = told(2, (9.7, HERE, 1.0), (9.95, THERE, 2.0), (10.0, HERE, 0.0), (10.05, HERE, 3.0), (10.3, THERE, 4.0))
    assert found["odds_at_once"] == 3.0
    assert (found["odds_before_here"], found["odds_before_elsewhere"]) == (1.0, -8.0)
    assert (found["odds_after_here"], found["odds_after_elsewhere"]) == (-8.0, 4.0)


def test_what_is_not_soon_is_neither_before_nor_after_but_among_the_best() -> None:
    found = told(1, (7.0, HERE, 1.0), (10.0, HERE, 0.0), (12.0, THERE, 2.0), (12.5, THERE, 1.0))
    assert {found[name] for name in NEIGHBOUR_FEATURES if name.startswith(("odds_before", "odds_after"))} == {-8.0}
    assert (found["best_here"], found["best_elsewhere"]) == (1.0, 2.0)
    assert (found["usual_here"], found["usual_elsewhere"]) == (1.0, 1.5)


def test_likely_ones_end_the_wait_anywhere_and_possible_ones_here() -> None:
    found = told(2, (8.0, THERE, 0.5), (9.0, HERE, -1.0), (10.0, HERE, 0.0), (11.0, THERE, -1.0), (14.0, HERE, 0.1))
    assert (found["since_s"], found["until_s"]) == pytest.approx((2.0, 4.0))
    assert (found["since_here_s"], found["until_here_s"]) == pytest.approx((1.0, 4.0))


def test_unlikely_ones_are_counted_near_by() -> None:
    rows = [(6.0, HERE, -3.0), (8.0, HERE, -3.0), (9.0, THERE, -2.5), (10.0, HERE, 0.0), (11.0, THERE, -1.9)]
    found = told(3, *rows, (19.0, THERE, -5.0))
    assert (found["unlikely_here"], found["unlikely_elsewhere"]) == pytest.approx((log(3), log(2)))


def test_specks_are_not_like_it() -> None:
    speck, heavy = make_candidate(9.0, number=1, speed=0.001), make_candidate(10.0, number=2, speed=1.0)
    odds, both = np.array([-3.0, 0.0]), Candidates.of([speck, heavy])
    of_speck, of_heavy = (
        dict(zip(NEIGHBOUR_FEATURES, row, strict=True)) for row in neighbours_of(both, odds, np.array([0, 1])).tolist()
    )
    assert (of_heavy["unlikely_here"], of_heavy["usual_here"], of_heavy["best_here"]) == (0.0, -8.0, -3.0)
    assert of_speck["usual_here"] == 0.0


def test_what_began_before_and_is_not_over_is_under_way() -> None:
    rows = [(9.8, HERE, 2.0), (10.0, HERE, 0.0)]
    assert told(1, *rows, duration_s=0.4)["odds_under_way"] == 2.0
    assert told(1, *rows, duration_s=0.1)["odds_under_way"] == -8.0


def test_ten_seconds_are_looked_at() -> None:
    found = told(1, (1.0, HERE, 1.0), (12.0, HERE, 0.0), (23.0, THERE, 1.0))
    assert (found["best_here"], found["best_elsewhere"]) == (-8.0, -8.0)


def test_when_it_happens_does_not_matter() -> None:
    rows = [(10.0 + 0.3 * k, HERE if k % 2 else THERE, k - 4.0) for k in range(9)]
    shifted = [(onset_s + 7.25, x, odds) for onset_s, x, odds in rows]
    assert told(4, *shifted) == pytest.approx(told(4, *rows))
