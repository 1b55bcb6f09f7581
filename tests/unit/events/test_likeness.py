from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.events.bursts import path_of
from detector.events.likeness import LIKENESS_FEATURES, likeness_of
from tests.unit.events.tracks import both, jerk, make_zone, still, train

if TYPE_CHECKING:
    from tests.unit.events.tracks import Times, Way


def likeness(way: Way, onset_s: float = 2.0, offset_s: float = 2.24, *, length_s: float = 4.0) -> dict[str, float]:
    zone = make_zone(way, length_s=length_s)
    values = likeness_of(path_of(zone), way(zone.time_s), onset_s, offset_s)
    return dict(zip(LIKENESS_FEATURES, values.tolist(), strict=True))


def swing(time_s: Times) -> np.ndarray:
    return (4 * np.sin(2 * np.pi * 4 * time_s)).astype(complex)


def test_a_jerk_is_away_and_back_and_stands_alone() -> None:
    found = likeness(jerk(2.0))
    assert found["away_snr"] == pytest.approx(20)
    assert found["away_before"] == 0
    assert found["away_after"] == 0
    assert found["away_share"] < 0.2
    assert found["away_alone"] == 20
    assert found["away_fit"] > 0.9


def test_what_stays_out_was_unlike_before_it_went() -> None:
    found = likeness(jerk(1.0, returned=0.0), 1.0, 1.1)
    assert found["away_before"] > 0.9
    assert found["away_after"] < 0.1


def test_an_incomplete_return_is_half_away() -> None:
    found = likeness(jerk(2.4, 4, returned=0.5), 2.4, 2.64)
    assert found["away_before"] == 0
    assert 0.3 < found["away_after"] < 0.7


def test_a_swing_does_not_stand_alone() -> None:
    found = likeness(swing)
    assert found["away_alone"] == pytest.approx(1, abs=0.1)
    assert found["away_share"] > 0.7


def test_a_train_shares_its_rest() -> None:
    found = likeness(train(2.0, 4), 2.0, 2.24)
    assert found["away_before"] < 0.1
    assert found["away_alone"] == pytest.approx(1, abs=0.2)


def test_noise_does_not_follow_the_sum_of_speeds() -> None:
    noise = np.random.default_rng(2).normal(size=400)
    found = likeness(both(still, lambda time_s: 0.01 * noise[: len(time_s)].astype(complex)))
    assert found["away_snr"] < 1


def test_a_track_of_one_frame_says_nothing() -> None:
    found = likeness(still, 0.0, 0.0, length_s=0.07)
    assert all(np.isfinite(list(found.values())))
