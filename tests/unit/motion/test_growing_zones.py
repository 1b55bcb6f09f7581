from __future__ import annotations

import errno
import gc
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor

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


def test_several_threads_may_read_one_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing_zones, "ROWS_IN_MEMORY", 5)
    night = grown([zone_from(float(at), 0.5, 20) for at in range(200)])
    expected = ZoneTable.of(night)

    def read(place: int) -> bool:
        return np.array_equal(night[place].time_s, expected[place].time_s)

    with ThreadPoolExecutor(4) as readers:
        assert all(readers.map(read, np.random.default_rng(1).integers(0, 200, 4000).tolist()))


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


def test_the_file_is_closed_with_the_last_who_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, make = [], tempfile.TemporaryFile
    monkeypatch.setattr(growing_zones, "ROWS_IN_MEMORY", 5)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **options: opened.append(make(**options)) or opened[-1])
    zones = grown([zone_from(float(at), 0.5, 10) for at in range(4)])
    (file,) = opened
    gc.collect()
    assert not file.closed
    del zones
    gc.collect()
    assert file.closed


class FullDisk:
    """A file on a disk that takes so many rows, and then a part of one."""

    def __init__(self, rows: int) -> None:
        self._room, self._content, self._at = rows * 32, bytearray(), 0

    def seek(self, place: int) -> None:
        self._at = place

    def write(self, content: bytes) -> int:
        room = self._room - self._at
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._content[self._at : self._at + room] = content[:room]
        return min(room, len(content))

    def read(self, n: int) -> bytes:
        return bytes(self._content[self._at : self._at + n])

    def close(self) -> None:
        pass


@pytest.mark.parametrize("rows", [0, 7, 20, 33])
def test_a_full_disk_costs_memory_and_no_zone(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(growing_zones, "ROWS_IN_MEMORY", 5)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: FullDisk(rows))
    made = [zone_from(float(at), 0.5, 10) for at in range(6)]
    zones, expected = grown(made), ZoneTable.of(made)
    assert isinstance(zones, SpooledZones)
    for first, end in ((0, 6), (0, 2), (1, 4), (3, 6), (5, 6), (2, 2)):
        np.testing.assert_array_equal(zones.part(first, end).away, expected.part(first, end).away)


def test_without_a_temporary_folder_all_stays_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(growing_zones, "ROWS_IN_MEMORY", 5)
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert len(grown([zone_from(1.0, 0.5, 10), zone_from(2.0, 0.5, 10)])) == 2
