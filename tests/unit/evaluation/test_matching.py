from __future__ import annotations

import numpy as np
import pytest

from detector.evaluation.matching import match_intervals, match_onsets


def _pairs(predicted: list[float], truth: list[float], tolerance_s: float = 0.1) -> list[tuple[int, int]]:
    matches = match_onsets(predicted, truth, tolerance_s)
    return list(zip(matches.predicted.tolist(), matches.truth.tolist(), strict=True))


def test_most_pairs_come_before_the_closest() -> None:
    # the closest pair (1.08, 1.09) alone would leave two events single
    assert _pairs([1.08, 1.18], [1.0, 1.09]) == [(0, 0), (1, 1)]


def test_the_closest_of_equally_many() -> None:
    assert _pairs([1.0, 1.05], [1.06]) == [(1, 0)]
    assert _pairs([1.06], [1.0, 1.05]) == [(0, 1)]


def test_order_does_not_matter() -> None:
    assert _pairs([5.0, 1.0], [1.02, 4.95, 9.0]) == [(0, 1), (1, 0)]


def test_the_tolerance_belongs_to_it() -> None:
    assert _pairs([1.3], [1.2]) == [(0, 0)]  # 1.3 - 1.2 is a little more than 0.1 in binary
    assert _pairs([1.301], [1.2]) == []
    assert _pairs([1.0], [1.0], 0.0) == [(0, 0)]


@pytest.mark.parametrize(("predicted", "truth"), [([], []), ([1.0], []), ([], [1.0]), ([1.0], [2.0])])
def test_nothing_to_match(predicted: list[float], truth: list[float]) -> None:
    assert _pairs(predicted, truth) == []


@pytest.mark.parametrize("tolerance_s", [-0.1, float("nan")])
def test_a_wrong_tolerance(tolerance_s: float) -> None:
    with pytest.raises(ValueError, match="at least 0 s"):
        match_onsets([1.0], [1.0], tolerance_s)


def test_many_events_in_one_long_train_are_matched() -> None:
    rng = np.random.default_rng(3)
    truth = np.cumsum(rng.uniform(0.12, 0.25, 3000))
    predicted = np.sort(np.concatenate([truth + rng.normal(0, 0.04, 3000), rng.uniform(0, truth[-1], 300)]))
    assert len(match_onsets(predicted, truth, 0.2)) == 3000  # in some tens of ms; by brute force it would never end


def test_intervals_by_overlap() -> None:
    on, off = np.array([0.0, 10.0, 20.0]), np.array([4.0, 14.0, 21.0])
    truth = (np.array([1.0, 10.0, 30.0]), np.array([4.0, 18.0, 31.0]))
    matches = match_intervals((on, off), truth, 0.5)
    assert list(zip(matches.predicted, matches.truth, strict=True)) == [(0, 0), (1, 1)]


def test_intervals_without_length_do_not_match() -> None:
    point = (np.array([1.0]), np.array([1.0]))
    assert len(match_intervals(point, point, 0.5)) == 0
