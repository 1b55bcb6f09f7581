from __future__ import annotations

from dataclasses import replace

from detector.records.events import Kind, Reason
from detector.records.table import COLUMNS, LEAST_LISTED, TRIAL_TYPES, event_rows
from tests.factories import make_movement, make_result


def test_a_row_an_event_in_the_stated_columns() -> None:
    result = make_result()
    rows = event_rows(result)
    assert len(rows) == len(result.movements) + len(result.clusters) + len(result.episodes)
    assert all(list(row) == list(COLUMNS) for row in rows)
    assert list(COLUMNS)[:3] == ["onset", "duration", "trial_type"]
    assert {str(row["trial_type"]) for row in rows} <= set(TRIAL_TYPES)


def test_rows_are_sorted_by_onset_then_kind_then_id() -> None:
    rows = event_rows(make_result(n_jerks=60))
    keys = [(row["onset"], TRIAL_TYPES.index(str(row["trial_type"])), row["id"]) for row in rows]
    assert keys == sorted(keys)


def test_the_same_onset_puts_the_whole_before_its_parts() -> None:
    rows = event_rows(make_result(n_jerks=6))
    first = [row["trial_type"] for row in rows if row["onset"] == rows[-1]["onset"] or row["episode"] == "episode-001"]
    assert first[:2] == ["cluster", "jerk"]
    assert [row["trial_type"] for row in rows if row["trial_type"] in ("episode", "cluster")] == ["episode", "cluster"]


def test_order_of_the_movements_does_not_matter() -> None:
    result = make_result()
    turned = replace(result, movements=tuple(reversed(result.movements)))
    assert event_rows(turned) == event_rows(result)


def test_no_value_is_none() -> None:
    movement = make_movement(1, 1.0, confidence=float("nan"), amplitude_px=float("inf"), x=-0.00001)
    row = event_rows(replace(make_result(n_jerks=0), movements=(movement,)))[0]
    assert row["confidence"] is None
    assert row["amplitude_px"] is None
    assert row["site"] is row["cluster"] is row["reason"] is None
    assert str(row["x"]) == "0.0"  # not -0.0


def test_times_have_milliseconds() -> None:
    movement = make_movement(1, 1.23449, offset_s=1.50051)
    row = event_rows(replace(make_result(n_jerks=0), movements=(movement,)))[0]
    assert (row["onset"], row["duration"]) == (1.234, 0.266)


def test_rejected_rows_carry_their_reason() -> None:
    movement = make_movement(1, 1.0, kind=Kind.REJECTED, reason=Reason.PASSER_BY)
    row = event_rows(replace(make_result(n_jerks=0), movements=(movement,)))[0]
    assert (row["trial_type"], row["reason"]) == ("rejected", "passer_by")


def test_rows_make_a_data_frame() -> None:
    frame = make_result().events()
    assert list(frame.columns) == list(COLUMNS)
    assert (frame["trial_type"] == "jerk").sum() == 24


def test_refused_candidates_that_are_next_to_impossible_are_not_listed() -> None:
    near, far = (
        make_movement(i, 2.0 * i, kind=Kind.REJECTED, reason=Reason.NOISE, confidence=confidence)
        for i, confidence in enumerate((LEAST_LISTED, LEAST_LISTED / 2))
    )
    slow = make_movement(7, 9.0, kind=Kind.SLOW, confidence=0.0)
    result = replace(make_result(), movements=(near, far, slow), clusters=(), episodes=())
    assert [row["id"] for row in event_rows(result)] == [near.id, slow.id]
