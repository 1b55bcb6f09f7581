"""Candidates are the same as rows of a table and one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detector.events.candidate_rows import CandidateRows
from detector.events.candidate_table import TIMES_AND_SIZES, Candidates
from tests.unit.events.tracks import make_candidate, make_zone, still


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
    assert table.place("x").tolist() == [0.2, 0.4]
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
