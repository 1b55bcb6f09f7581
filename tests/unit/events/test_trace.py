"""The motion around a movement that a person is shown."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detector.events.bursts import path_of
from detector.events.trace import trace_of
from tests.unit.events.tracks import both, jerk, make_zone


def test_a_trace_is_the_zones_speed_along_its_axis() -> None:
    zone = make_zone(jerk(1.0, 12))
    trace = trace_of(zone, 0.5, 2.0)
    near = (zone.time_s >= 0.5) & (zone.time_s <= 2.0)
    assert trace.time_s == pytest.approx(zone.time_s[near])
    assert trace.speed == pytest.approx(path_of(zone).speed[near])
    assert np.all(np.abs(trace.along) <= trace.speed + 1e-9)
    assert trace.along.max() > 10 * max(trace.noise, 1.0)
    assert trace.along.min() < 0


def test_slow_movement_is_not_in_it() -> None:
    def sway(time_s):
        return 40 * np.exp(1j * 0.0) * np.sin(2 * np.pi * 0.2 * time_s)

    zone = make_zone(both(jerk(2.0, 12), sway))
    trace = trace_of(zone, 0.0, 1.5)
    slow = np.abs(zone.along[zone.time_s <= 1.5]).max()
    assert np.abs(trace.along).max() < 0.5 * slow


def test_no_zone_no_motion() -> None:
    for zone in (None, make_zone(jerk(1.0, 12))):
        trace = trace_of(zone, 90.0, 91.0)
        assert len(trace.time_s) == len(trace.along) == len(trace.speed) == 0
    assert math.isnan(trace_of(None, 0.0, 1.0).noise)
