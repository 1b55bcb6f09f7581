from __future__ import annotations

import numpy as np
import pytest

from detector.records.growing_zones import GrowingZones
from detector.records.motion import ZoneTrack
from detector.records.zone_table import ZoneTable
from tests.unit.events.tracks import jerk, make_zone


def zone_from(first_s: float, x: float, n: int) -> ZoneTrack:
    return make_zone(jerk(first_s + 0.2), times_s=first_s + np.arange(n) / 25, x=x)


@pytest.mark.parametrize("window_s", [1.0, 3.0, 100.0])
def test_zones_by_windows_are_the_table_of_all_at_once(window_s: float) -> None:
    rng = np.random.default_rng(3)
    begin_s = np.round(rng.uniform(0, 12, 60), 1)  # some begin together
    zones = [
        zone_from(float(at), float(x), int(n)) for at, x, n in np.c_[begin_s, rng.random(60), rng.integers(2, 30, 60)]
    ]
    moving_s = begin_s + 0.5 * rng.random(60)  # a zone belongs to the window in which it moves, and begins before
    growing = GrowingZones()
    for low in np.arange(0, 13, window_s):
        inside = np.flatnonzero((moving_s >= low) & (moving_s < low + window_s))
        growing.add(ZoneTable.of([zones[i] for i in inside]), low + window_s - 0.5)
    found, expected = growing.table(), ZoneTable.joined([ZoneTable.of(zones)])
    assert len(found) == 60
    assert np.array_equal(found.constants.number, expected.constants.number)
    assert np.array_equal(found.constants.values, expected.constants.values)
    for name in ("starts", *ZoneTrack.columns()):
        assert np.array_equal(getattr(found, name), getattr(expected, name))
        assert not getattr(found, name).flags.writeable


def test_nothing_in_an_empty_table_out() -> None:
    assert len(GrowingZones().table()) == 0


def test_what_comes_too_late_to_be_in_order_is_refused() -> None:
    growing = GrowingZones()
    growing.add(ZoneTable.of([zone_from(1.0, 0.5, 10)]), 5.0)
    with pytest.raises(ValueError, match=r"begins at 4\.900 s; all before 5\.000 s"):
        growing.add(ZoneTable.of([zone_from(4.9, 0.5, 10)]), 9.0)


def test_a_table_that_was_handed_out_does_not_change() -> None:
    growing = GrowingZones()
    growing.add(ZoneTable.of([zone_from(1.0, 0.5, 10)]), 5.0)
    assert len(growing.table()) == 1
    with pytest.raises(ValueError, match="settled"):
        growing.add(ZoneTable.of([zone_from(6.0, 0.5, 10)]), 9.0)
