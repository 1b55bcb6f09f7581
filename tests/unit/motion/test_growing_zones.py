from __future__ import annotations

import errno
import gc
import pickle
from pathlib import Path
from tempfile import SpooledTemporaryFile

import numpy as np
import pytest

from detector.motion import growing_zones
from detector.motion.growing_zones import GrowingZones, SpooledZones
from detector.records.motion import ZoneTrack
from detector.records.zone_table import ZoneTable
from tests.unit.events.tracks import jerk, make_zone


def zone_from(first_s: float, x: float, n: int) -> ZoneTrack:
    return make_zone(jerk(first_s + 0.2), times_s=first_s + np.arange(n) / 25, x=x)


@pytest.fixture(params=["in memory", "in a file"])
def spooled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param == "in a file":
        monkeypatch.setattr(growing_zones, "ROWS_IN_MEMORY", 5)
    return request.param == "in a file"


def grown(zones: list[ZoneTrack]) -> ZoneTable | SpooledZones:
    growing = GrowingZones()
    for zone in zones:
        growing.add(ZoneTable.of([zone]), float(zone.time_s[0]))
    return growing.zones()


@pytest.mark.parametrize("window_s", [1.0, 3.0, 100.0])
def test_zones_by_windows_are_the_table_of_all_at_once(window_s: float, spooled: bool) -> None:
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
    grown, expected = growing.zones(), ZoneTable.joined([ZoneTable.of(zones)])
    assert len(grown) == 60
    assert isinstance(grown, SpooledZones) == spooled
    found = ZoneTable.of(grown)
    assert np.array_equal(found.constants.number, expected.constants.number)
    assert np.array_equal(found.constants.values, expected.constants.values)
    for name in ("starts", *ZoneTrack.columns()):
        assert np.array_equal(getattr(found, name), getattr(expected, name))
        assert not getattr(found, name).flags.writeable


def test_nothing_in_an_empty_table_out() -> None:
    assert len(GrowingZones().zones()) == 0


def test_what_comes_too_late_to_be_in_order_is_refused() -> None:
    growing = GrowingZones()
    growing.add(ZoneTable.of([zone_from(1.0, 0.5, 10)]), 5.0)
    with pytest.raises(ValueError, match=r"begins at 4\.900 s; all before 5\.000 s"):
        growing.add(ZoneTable.of([zone_from(4.9, 0.5, 10)]), 9.0)


def test_a_table_that_was_handed_out_does_not_change() -> None:
    growing = GrowingZones()
    growing.add(ZoneTable.of([zone_from(1.0, 0.5, 10)]), 5.0)
    assert len(growing.zones()) == 1
    with pytest.raises(ValueError, match="settled"):
        growing.add(ZoneTable.of([zone_from(6.0, 0.5, 10)]), 9.0)


def test_zones_in_a_file_go_to_another_process_as_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_zones, "ROWS_IN_MEMORY", 5)
    zones = grown([zone_from(float(at), 0.5, 10) for at in range(4)])
    assert isinstance(zones, SpooledZones)
    there = pickle.loads(pickle.dumps(zones))
    assert isinstance(there, ZoneTable)
    assert there.constants.number.tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(there.along, ZoneTable.of(zones).along)


def test_the_file_is_gone_with_the_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_zones, "ROWS_IN_MEMORY", 5)
    gc.collect()
    before = open_files()
    zones = grown([zone_from(float(at), 0.5, 10) for at in range(4)])
    assert len(open_files() - before) == 1
    del zones
    gc.collect()
    assert open_files() == before


def open_files() -> set[str]:
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("no /proc here to count open files in")
    return {path.name for path in folder.iterdir() if path.exists() or path.is_symlink()}


def test_a_full_disk_is_told_with_the_folder_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SpooledTemporaryFile, "write", refuse)
    with pytest.raises(OSError, match=r"No space left on device; the zones .* TMPDIR: '.+'") as caught:
        grown([zone_from(1.0, 0.5, 10)])
    assert caught.value.errno == errno.ENOSPC
