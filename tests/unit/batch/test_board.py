from __future__ import annotations

import json
from dataclasses import replace

import pytest

from detector.batch.board import Board
from detector.batch.orders import Outcome, OutcomeKind, Unit, UnitKind, outcome_from, unit_from
from detector.batch.receipts import FileStamp, MadeBy
from detector.batch.sources import source_of
from detector.errors import ResultError
from detector.results.clips import ClipChoice
from detector.video.part import PartSpan

SPANS = (PartSpan(0.0, 60.0), PartSpan(60.0, 120.0), PartSpan(120.0, float("inf")))


def units(n: int = 1) -> list[Unit]:
    made = MadeBy("1", "1", "f")
    return [Unit(UnitKind.WHOLE, "/study", source_of(f"/v/{i}.mp4"), FileStamp(100, 1), made, {}) for i in range(n)]


@pytest.fixture
def lost() -> list[tuple[Unit, Outcome]]:
    return []


def board_of(n: int, lost: list[tuple[Unit, Outcome]]) -> Board:
    return Board(units(n), lambda unit, outcome: lost.append((unit, outcome)))


def take(board: Board) -> Unit:
    unit = board.take()
    assert unit is not None
    return unit


def test_units_and_outcomes_travel_as_plain_values() -> None:
    unit = replace(units()[0], kind=UnitKind.JOIN, spans=SPANS, clips=ClipChoice(24, ("face",)))
    outcome = Outcome(OutcomeKind.DIVIDE, "", "long", SPANS)
    read = unit_from(json.loads(json.dumps(unit.values())))
    assert (read, read.kind) == (unit, UnitKind.JOIN)
    said = outcome_from(json.loads(json.dumps(outcome.values())) | {"pid": 7})
    assert (said, said.kind) == (outcome, OutcomeKind.DIVIDE)
    assert {type(values["kind"]) for values in (unit.values(), outcome.values())} == {str}


def test_names_of_units_say_nothing_of_the_file() -> None:
    assert units()[0].name.isalnum()
    assert len({unit.name for unit in units(5)}) == 5


def test_a_recording_is_divided_and_joined(lost: list[tuple[Unit, Outcome]]) -> None:
    board = board_of(2, lost)
    board.settle(take(board), Outcome(OutcomeKind.DIVIDE, spans=SPANS))
    parts = [take(board) for _ in range(3)]
    assert [(unit.kind, unit.index) for unit in parts] == [("part", 0), ("part", 1), ("part", 2)]
    for unit in reversed(parts):
        board.settle(unit, Outcome(OutcomeKind.PART))
    join = take(board)
    assert join.kind == "join"
    assert join.source == parts[0].source
    board.settle(join, Outcome(OutcomeKind.DONE))
    board.settle(take(board), Outcome(OutcomeKind.DONE))
    assert not board.open
    assert (board.n_done, board.n_failed, lost) == (2, 0, [])


def test_a_recording_that_cannot_be_divided_is_done_in_one(lost: list[tuple[Unit, Outcome]]) -> None:
    board = board_of(1, lost)
    board.settle(take(board), Outcome(OutcomeKind.DIVIDE, spans=SPANS))
    first, second = take(board), take(board)
    board.settle(second, Outcome(OutcomeKind.WHOLE))
    whole = take(board)
    assert (whole.kind, whole.spans) == ("whole", ())
    board.settle(first, Outcome(OutcomeKind.PART))
    assert board.take() is None
    board.settle(whole, Outcome(OutcomeKind.DONE))
    assert not board.open


def test_what_is_lost_is_tried_once_more_and_then_reported(lost: list[tuple[Unit, Outcome]]) -> None:
    board = board_of(2, lost)
    crash = Outcome(OutcomeKind.LOST, "crashed", "signal 9")
    poison = take(board)
    board.settle(poison, crash)
    board.settle(take(board), Outcome(OutcomeKind.DONE))
    assert take(board) == poison
    board.settle(poison, crash)
    assert not board.open
    assert lost == [(poison, crash)]
    assert (board.n_done, board.n_failed, board.reasons["crashed"]) == (1, 1, 1)


def test_a_lost_part_costs_its_recording_and_no_other(lost: list[tuple[Unit, Outcome]]) -> None:
    board = board_of(2, lost)
    board.settle(take(board), Outcome(OutcomeKind.DIVIDE, spans=SPANS))
    part = take(board)
    board.settle(part, Outcome(OutcomeKind.LOST, "timeout", ""))
    others = [take(board), take(board), take(board)]
    assert [unit.kind for unit in others] == ["part", "part", "whole"]
    assert take(board) == part
    board.settle(part, Outcome(OutcomeKind.LOST, "timeout", ""))
    for unit in others:
        board.settle(unit, Outcome(OutcomeKind.PART if unit.kind is UnitKind.PART else OutcomeKind.DONE))
    assert not board.open
    assert (board.n_done, board.n_failed) == (1, 1)


def test_what_took_too_much_memory_is_tried_again_alone(lost: list[tuple[Unit, Outcome]]) -> None:
    board = board_of(3, lost)
    hungry, other = take(board), take(board)
    board.settle(hungry, Outcome(OutcomeKind.LOST, "out_of_memory", ""))
    third = take(board)
    assert third != hungry
    assert board.take() is None
    board.settle(other, Outcome(OutcomeKind.DONE))
    assert board.take() is None
    board.settle(third, Outcome(OutcomeKind.DONE))
    assert take(board) == hungry
    assert board.take() is None


def test_when_nothing_can_be_written_the_run_ends(lost: list[tuple[Unit, Outcome]]) -> None:
    board = board_of(2, lost)
    full = Outcome(OutcomeKind.LOST, "not_written", "the disk is full")
    unit = take(board)
    board.settle(unit, full)
    board.settle(take(board), Outcome(OutcomeKind.DONE))
    with pytest.raises(ResultError, match="the disk is full"):
        board.settle(take(board), full)


def test_the_share_grows_from_nothing_to_all(lost: list[tuple[Unit, Outcome]]) -> None:
    board = board_of(2, lost)
    shares = [board.share({})]
    first = take(board)
    board.settle(first, Outcome(OutcomeKind.DIVIDE, spans=SPANS))
    parts = [take(board), take(board)]
    shares.append(board.share({parts[0].name: 0.5}))
    for unit in parts:
        board.settle(unit, Outcome(OutcomeKind.PART))
        shares.append(board.share({}))
    board.settle(take(board), Outcome(OutcomeKind.PART))
    board.settle(take(board), Outcome(OutcomeKind.DONE))
    shares.append(board.share({}))
    second = take(board)
    shares.append(board.share({second.name: 0.5}))
    board.settle(second, Outcome(OutcomeKind.DONE))
    shares.append(board.share({}))
    assert shares == [0.0, *(pytest.approx(each) for each in (1 / 12, 1 / 6, 1 / 3)), 0.5, 0.75, 1.0]


def test_a_board_without_units_is_done(lost: list[tuple[Unit, Outcome]]) -> None:
    assert board_of(0, lost).share({}) == 1
    assert not board_of(0, lost).open
