from __future__ import annotations

import numpy as np
import pytest

from detector.events.timing import EDGE, crossing
from tests.unit.events.tracks import smooth_step


def onset_errors_s(fps: float, rise_s: float) -> np.ndarray:
    """Errors of the moment of 12 % of a rise, for every phase of the frames."""
    true_s = float(np.interp(EDGE, smooth_step(np.linspace(0, 1, 1001)), np.linspace(0, rise_s, 1001)))
    errors = []
    for phase in np.linspace(0, 0.99, 34):
        time_s = (np.arange(-5, 20) + phase) / fps
        share = smooth_step(time_s / rise_s)
        errors.append(crossing(time_s, share, 0, len(share) - 1, EDGE) - true_s)
    return np.array(errors)


@pytest.mark.parametrize("rise_s", [0.06, 0.09, 0.15])
def test_two_frames_during_a_rise_give_its_clock(rise_s: float) -> None:
    errors = onset_errors_s(60.0, rise_s)
    assert np.abs(errors).max() < 0.006
    assert abs(errors.mean()) < 0.002


@pytest.mark.parametrize(("fps", "mean_s"), [(30.0, 0.005), (25.0, 0.006), (12.5, 0.015)])
def test_a_coarse_clock_is_still_right_on_average(fps: float, mean_s: float) -> None:
    errors = onset_errors_s(fps, 0.09)
    assert np.abs(errors).mean() < mean_s
    assert np.abs(errors).max() < 1 / fps


def test_it_is_the_last_rise_through_the_level() -> None:
    time_s = np.arange(8.0)
    share = np.array([0, 0.5, 0, 0, 0.06, 0.5, 0.9, 1])
    assert 4 < crossing(time_s, share, 0, 7, 0.12) < 5


def test_a_way_that_never_rises_begins_with_its_first_frame() -> None:
    assert crossing(np.arange(4.0), np.full(4, 0.5), 1, 3, 0.12) == 1.0
