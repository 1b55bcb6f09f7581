"""What a person and a machine read after a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detector.cli.words import failure_json, written_json, written_lines
from detector.errors import RecordingError
from detector.results.recording import Written
from tests.unit.cli.results import a_result


def said(label: str, lines: list[str]) -> str:
    return next(line for line in lines if line.startswith(f"  {label} "))


def test_lines_hold_every_number_a_reader_needs() -> None:
    lines = written_lines(Written(a_result(), Path("results/night"), reused=True))
    assert lines[0] == "night.mp4"
    assert "3 = 1.5 per analysed hour (95 % interval 0.5 to 4.4), 1.5 per quiet hour" in said("jerks", lines)
    assert "0 clusters in 0 episodes, 3 isolated" in said("grouped", lines)
    assert "2 rejected" in said("not counted", lines)
    assert "1 h 58 min of 2 h 0 min (98%); 1 min 40 s masked; 50.0 s missing" in said("analysed", lines)
    assert "info: the frame rate varies\\x1b[2J" in said("note", lines)
    assert "not read again" in said("pixels", lines)
    assert str(Path("results/night/report.html")) in said("report", lines)
    assert all(line.isascii() and line.isprintable() for line in lines)


@pytest.mark.parametrize(("claimed_s", "words"), [(5.0, "too short a time"), (0.0, "no time could be judged")])
def test_no_rate_where_there_is_no_time_for_one(claimed_s: float, words: str) -> None:
    lines = written_lines(Written(a_result(claimed_s=claimed_s), Path("results/night"), reused=False))
    assert words in said("jerks", lines)
    assert "per analysed hour" not in said("jerks", lines)


def test_json_of_a_result_holds_its_summary() -> None:
    result = a_result(path="odd\udcff.mp4")
    values = json.loads(written_json(Written(result, Path("results/night"), reused=False)))
    assert values["status"] == "done"
    assert values["path"] == "odd\udcff.mp4"
    assert values["summary"] == result.summary()


def test_json_of_a_failure_holds_the_code() -> None:
    error = RecordingError(Path("x.mp4"), "it is empty", code="empty", advice="Copy it again")
    values = json.loads(failure_json(Path("x.mp4"), error))
    assert values["error"] == {
        "type": "RecordingError",
        "code": "empty",
        "message": "x.mp4: it is empty. Copy it again",
    }
    assert json.loads(failure_json(Path("x.mp4"), KeyError("a")))["error"]["code"] == ""
