"""Zones in long arrays are the same zones."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.records import zone_table
from detector.records.motion import ZoneTrack
from detector.records.zone_table import (
    ZoneConstants,
    ZonePlace,
    ZoneStore,
    ZoneTable,
    constants_of,
    stretches_of,
    zones_numbered,
)
from tests.factories import make_result

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.fixture(scope="module")
def zones() -> Sequence[ZoneTrack]:
    return make_result(n_jerks=36, hours=0.2).signal.zones


class Shelf(ZoneStore):
    """A store that tells what was taken from it."""

    def __init__(self, zones: Sequence[ZoneTrack]) -> None:
        self.zones, self.taken = zones, 0
        self.constants, self.starts = ZoneConstants.of(zones), ZoneTable.of(zones).starts

    def part(self, first: int, end: int) -> ZoneTable:
        self.taken += end - first
        return ZoneTable.of(self.zones[first:end])


def assert_same(found: Sequence[ZoneTrack], wanted: Sequence[ZoneTrack]) -> None:
    assert [zone.number for zone in found] == [zone.number for zone in wanted]
    for one, other in zip(found, wanted, strict=True):
        for name in (*ZoneTrack.constants(), *ZoneTrack.columns()):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), strict=True)


def test_a_table_holds_the_zones_in_order_as_views(zones: Sequence[ZoneTrack]) -> None:
    table = ZoneTable.of(zones)
    assert len(table) == len(zones) > 3
    assert_same(table, zones)
    assert_same(table[1:3], zones[1:3])
    assert_same([table[-1]], [zones[-1]])
    for name in ZoneTrack.columns():
        track = getattr(table[1], name)
        assert np.shares_memory(track, getattr(table, name))
        assert not track.flags.writeable
    with pytest.raises(IndexError):
        table[len(zones)]


def test_a_zone_without_frames_keeps_its_place(zones: Sequence[ZoneTrack]) -> None:
    blank = ZoneTrack(99, *[0.5] * 9, *[np.empty(0)] * 7)
    assert_same(ZoneTable.of((zones[0], blank, zones[1])), (zones[0], blank, zones[1]))
    assert len(ZoneTable.of(())) == 0


def test_arrays_that_are_not_those_of_the_zones_are_refused(zones: Sequence[ZoneTrack]) -> None:
    constants = ZoneConstants.of(zones[:1])
    with pytest.raises(ValueError, match="frames of its zones"):
        ZoneTable(constants, np.array([0, 3]), *[np.zeros(2)] * 7)


def test_constants_are_there_by_name_and_by_zone(zones: Sequence[ZoneTrack]) -> None:
    constants = constants_of(zones)
    assert constants_of(Shelf(zones)).number.tolist() == constants.number.tolist()
    assert constants.column("reach").tolist() == [zone.reach for zone in zones]
    assert constants[1] == ZonePlace(2, *(getattr(zones[1], name) for name in ZoneTrack.constants()))
    assert ZonePlace._fields == ("number", *ZoneTrack.constants())
    assert len(constants_of(())) == 0


def test_stretches_hold_all_zones_in_order(zones: Sequence[ZoneTrack], monkeypatch: pytest.MonkeyPatch) -> None:
    (whole,) = stretches_of(zones)
    assert_same(whole, zones)
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", 2 * len(zones[0]))
    parts = list(stretches_of(zones))
    assert len(parts) > 2
    assert_same([zone for part in parts for zone in part], zones)
    assert list(stretches_of(())) == []


def test_a_table_is_taken_as_it_is_and_in_parts(zones: Sequence[ZoneTrack], monkeypatch: pytest.MonkeyPatch) -> None:
    table = ZoneTable.of(zones)
    assert ZoneTable.of(table) is table
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", 2 * len(zones[0]))
    parts = list(stretches_of(table))
    assert len(parts) > 2
    assert_same([zone for part in parts for zone in part], zones)
    assert all(np.shares_memory(part.along, table.along) for part in parts)
    assert list(stretches_of(ZoneTable.of(()))) == []


def test_tables_are_joined_in_order_of_time_and_place(zones: Sequence[ZoneTrack]) -> None:
    above = dataclasses.replace(zones[1], y=zones[1].y / 2)
    leftmost = dataclasses.replace(zones[1], x=zones[1].x / 2)
    mixed = [ZoneTable.of([zones[3], zones[1]]), ZoneTable.of(()), ZoneTable.of([zones[0], leftmost, above])]
    wanted = [zones[0], above, leftmost, zones[1], zones[3]]
    numbered = [dataclasses.replace(zone, number=number) for number, zone in enumerate(wanted, start=1)]
    assert_same(ZoneTable.joined(mixed), numbered)
    assert len(ZoneTable.joined([])) == 0


def test_a_store_is_a_sequence_and_gives_what_is_asked_for(
    zones: Sequence[ZoneTrack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", 2 * len(zones[0]))
    shelf = Shelf(zones)
    assert_same(list(shelf), zones)
    assert_same(ZoneTable.of(shelf), zones)
    assert_same([zone for part in stretches_of(shelf) for zone in part], zones)
    shelf.taken = 0
    assert_same([shelf[-1]], [zones[-1]])
    assert_same(shelf[1:3], zones[1:3])
    assert_same(zones_numbered(shelf, [4, 2, 2, 77]), (zones[1], zones[3]))
    assert shelf.taken == 3 + 2
    assert_same(zones_numbered(zones, [4, 2]), (zones[1], zones[3]))
    with pytest.raises(IndexError):
        shelf[len(zones)]
