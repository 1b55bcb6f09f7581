"""Candidates are the same as rows of a table and one by one."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from detector.config import Settings
from detector.events.candidate_rows import CandidateRows
from detector.events.candidate_table import TIMES_AND_SIZES, Candidates
from detector.events.candidates import FEATURES, N_COLUMNS, measure_candidates
from detector.native.library import FILE
from detector.records import zone_table
from detector.records.motion import ZoneTrack
from tests.unit.events.tracks import jerk, make_candidate, make_signal, make_zone, still, train


def test_a_table_of_candidates_gives_them_back() -> None:
    views = (make_zone(still, x=0.3), make_zone(still, x=0.7))
    given = [make_candidate(1.0, number=4), replace(make_candidate(2.0, number=5, speed=0.7), views=views)]
    table = Candidates.of(given)
    assert len(table) == 2
    for one, other in zip(table, given, strict=True):
        assert [getattr(one, name) for name in TIMES_AND_SIZES] == [getattr(other, name) for name in TIMES_AND_SIZES]
        assert one.features == other.features
        assert one.zone.number == other.zone.number
        assert [view.x for view in one.views] == [view.x for view in other.views]
    assert [candidate.onset_s for candidate in table[-1:]] == [2.0]
    with pytest.raises(IndexError):
        table[2]


def test_columns_have_a_value_for_each() -> None:
    table = Candidates.of([make_candidate(1.0, x=0.2, area=0.5), make_candidate(2.0, x=0.4, speed=2.0)])
    assert table.column("onset_s").tolist() == [1.0, 2.0]
    assert table.features["speed"].tolist() == [0.3, 2.0]
    assert table.zone_value("x").tolist() == [0.2, 0.4]
    assert table.weight.tolist() == [0.5 * 0.3 * 0.95, 0.02 * 2.0 * 0.95]
    more = table.extended(("likes",), np.array([[7.0], [8.0]]))
    assert [candidate.features["likes"] for candidate in more] == [7.0, 8.0]
    assert len(Candidates.of([]).weight) == 0


def test_rows_of_one_zone_are_of_that_zone() -> None:
    one, same = make_candidate(1.0), make_zone(still)
    table = Candidates.of([replace(one, zone=same), one, replace(one, zone=same)])
    assert table.zone.tolist() == [0, 1, 0]


def test_candidates_are_put_in_order_with_their_views() -> None:
    views = [make_zone(still, x=0.1 * k) for k in range(4)]
    given = [
        replace(make_candidate(3.0, number=1), views=tuple(views[:2])),
        make_candidate(1.0, number=5),
        replace(make_candidate(1.0, number=2), views=tuple(views[2:])),
    ]
    table = Candidates.of(given).by_onset()
    assert [each.zone.number for each in table] == [2, 5, 1], "at one onset by the zone's number"
    assert [[round(view.x, 1) for view in each.views] for each in table] == [[0.2, 0.3], [], [0.0, 0.1]]
    again = Candidates.joined([table.taken(np.array([0])), table.taken(np.array([1, 2]))])
    assert [(each.onset_s, each.views) for each in again] == [(each.onset_s, each.views) for each in table]


def test_rows_are_kept_with_their_zone() -> None:
    rows = CandidateRows(2)
    rows.add(0, [[3.0, 0.0], [1.0, 1.0]])
    rows.add(1, [])
    rows.add(2, [[2.0, 2.0]])
    values, zone = rows.take()
    assert values.tolist() == [[3.0, 0.0], [1.0, 1.0], [2.0, 2.0]]
    assert zone.tolist() == [0, 0, 2]


@pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")
@pytest.mark.parametrize("rows_a_block", [1, 2, 7])
def test_blocks_and_stretches_change_nothing(rows_a_block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    zones = [make_zone(train(1.0, 3, onset_s=onset), seed=k) for k, onset in enumerate((1.2, 0.8, 1.0, 1.1), 1)]
    signal = make_signal(*zones)
    whole = measure_candidates(signal, Settings())
    monkeypatch.setattr(CandidateRows, "rows_a_block", rows_a_block)
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", 1)
    parts = measure_candidates(signal, Settings())
    assert len(whole) == 12
    np.testing.assert_array_equal(parts.values, whole.values)
    assert [each.zone for each in parts] == [each.zone for each in whole]


@pytest.mark.parametrize("rows_a_stretch", [1, 10**6])
def test_zones_out_of_order_are_refused(rows_a_stretch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    late, early = make_zone(jerk(5.0), times_s=4 + np.arange(90) / 30), make_zone(jerk(1.0))
    signal = make_signal(late, early)
    monkeypatch.setattr(zone_table, "ROWS_A_STRETCH", rows_a_stretch)
    with pytest.raises(ValueError, match="sorted by the time of their first frame"):
        measure_candidates(signal, Settings())


@pytest.mark.parametrize("plain", [True, False])
def test_a_zone_without_frames_is_passed_over(plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if plain:
        monkeypatch.setattr("detector.events.measure_kernel.load_kernel", lambda: None)
    zone = make_zone(jerk(1.0))
    blank = replace(zone, **{name: getattr(zone, name)[:0] for name in ZoneTrack.columns()})
    found = measure_candidates(make_signal(zone, blank, zone), Settings())
    assert [each.zone.number for each in found] == [1, 3]
    assert found.names == FEATURES
    assert found.values.shape == (2, N_COLUMNS + 1)


@pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")
def test_memory_that_is_not_there_is_said_with_the_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    signal, n_columns = make_signal(make_zone(jerk(1.0))), N_COLUMNS
    library = SimpleNamespace(measured_columns=lambda: n_columns, measure_zones=lambda *_: -1)
    monkeypatch.setattr("detector.events.measure_kernel.load_kernel", lambda: library)
    with pytest.raises(MemoryError, match="no memory for the movement of zone 1"):
        measure_candidates(signal, Settings())
