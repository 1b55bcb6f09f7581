"""Bars, plain lines and the clock of the stages."""

from __future__ import annotations

import sys
import time

import pytest

from detector.cli import progress as module
from detector.cli.progress import LINE_EVERY_S, StageClock, show_progress
from detector.records.progress import Progress, Stage


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module.time, "monotonic", clock)
    return clock


def test_stage_clock_books_time_on_the_stage_that_ran(clock: Clock) -> None:
    stages = StageClock()
    for stage, passed_s in (("motion", 2.0), ("motion", 6.0), ("events", 1.0), ("files", 0.0)):
        clock.now_s += passed_s
        stages.mark(stage)
    clock.now_s += 1.0
    lines = stages.lines(recording_s=100.0)
    assert stages.seconds == {"motion": 9.0, "events": 0.0, "files": 1.0}
    assert lines[-1].split() == ["all", "10.00", "s", "10.0", "x", "real", "time"]


def test_plain_lines_come_seldom_and_say_everything(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("night\x1b.mp4", StageClock(), quiet=False) as report:
        for _ in range(61):
            report(Progress(Stage.MOTION, (clock.now_s - 1000) * 20, 3600.0, 1))
            clock.now_s += 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 60 // LINE_EVERY_S
    assert lines[0] == (
        "night\\x1b.mp4: motion: 17% of 1 h 0 min, 10 min 0 s done, 20.0 x real time, 1 jerk so far, 2 min 30 s left"
    )


def test_plain_line_without_a_claimed_length(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("night.mp4", StageClock(), quiet=False) as report:
        report(Progress(Stage.MOTION, 0.0, 0.0))
        clock.now_s += LINE_EVERY_S
        report(Progress(Stage.MOTION, 60.0, 0.0))
    assert capsys.readouterr().err == "night.mp4: motion: 1 min 0 s done, 2.0 x real time, 0 jerks so far\n"


def test_jerks_are_counted_only_while_the_video_is_read(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress("night.mp4", StageClock(), quiet=False) as report:
        report(Progress(Stage.CLIPS, 0.0, 0.0))
        clock.now_s += LINE_EVERY_S
        report(Progress(Stage.CLIPS, 60.0, 0.0))
    assert capsys.readouterr().err == "night.mp4: clips: 1 min 0 s done, 2.0 x real time\n"


def test_quiet_prints_nothing_but_keeps_the_time(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    stages = StageClock()
    with show_progress("night.mp4", stages, quiet=True) as report:
        clock.now_s += 100
        report(Progress(Stage.MOTION, 60.0, 60.0))
    assert capsys.readouterr().err == ""
    assert stages.seconds == {"motion": 100.0}


def test_a_person_at_a_terminal_sees_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with show_progress("[night].mp4", StageClock(), quiet=False) as report:
        for done_s in (0.0, 1800.0):
            report(Progress(Stage.MOTION, done_s, 3600.0, 7))
        time.sleep(1.0)  # the bar is drawn ten times a second; a busy machine may take longer
        report(Progress(Stage.EVENTS, 3600.0, 3600.0, 7))
    shown = capsys.readouterr().err
    assert "[night].mp4: events" in shown
    assert "x real time" not in shown.rpartition("events")[2]
    assert "100%" in shown
    assert "7 jerks" in shown
    assert "x real time" in shown
