from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.config import BurstSettings
from detector.events.bursts import find_bursts, path_of
from detector.events.pairing import pair_bursts
from detector.events.waveform import WAVEFORM_FEATURES, waveform_of
from tests.unit.events.tracks import WIDTH, jerk, make_zone, train

if TYPE_CHECKING:
    from tests.unit.events.tracks import Times, Way


def waveform(way: Way, which: int = 0, **options: float) -> dict[str, float]:
    zone = make_zone(way, fps=30, noise_px_s=0.2, **options)
    path = path_of(zone)
    excursion = pair_bursts(find_bursts(zone, path, WIDTH, BurstSettings()), path, zone.strength)[which]
    position = path.position - path.position[max(excursion.out.first - 1, 0)]
    top = abs(excursion.out.shift)
    return dict(zip(WAVEFORM_FEATURES, waveform_of(excursion, path, position, top).tolist(), strict=True))


def swing(rate_hz: float, size_px: float) -> Way:
    def way(time_s: Times) -> np.ndarray:
        on = np.clip((time_s - 1) * 4, 0, 1) * np.clip((3.5 - time_s) * 4, 0, 1)
        return (size_px * on * np.sin(2 * np.pi * rate_hz * (time_s - 1))).astype(complex)

    return way


def test_a_jerk_leaves_rest_to_one_side_and_rests_again() -> None:
    found = waveform(jerk(2.0))
    assert found["skew"] > 1
    assert found["rest_share"] > 0.7
    assert found["back_speed"] == pytest.approx(0.7, abs=0.15)  # back takes 1.4 times as long
    assert found["beyond"] < 0.1
    assert found["swings"] <= 1


def test_a_step_that_stays_does_not_come_back() -> None:
    found = waveform(jerk(2.0, returned=0.0))
    assert found["back_speed"] == 0
    assert abs(found["skew"]) < 0.6


def test_a_swing_to_both_sides_never_rests() -> None:
    found = waveform(swing(6.0, 4.0), which=4)
    assert found["rest_share"] < 0.3
    assert abs(found["skew"]) < 0.4
    assert found["swings"] > 9  # twelve turns a second, less what frames of 30 Hz miss


def test_a_train_of_jerks_rests_between_them() -> None:
    found = waveform(train(2.5, 5), which=2)
    assert found["rest_share"] > 0.3
    assert found["skew"] > 0.5
