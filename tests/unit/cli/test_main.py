"""Exit codes of the command line, in one process."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from detector.cli.main import main
from detector.config import Settings
from detector.errors import RecordingError, ResultError
from detector.records.progress import Progress, Stage
from detector.results import recording as batch_recording
from detector.results.recording import Written
from tests.unit.cli.results import a_result


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> dict[str, BaseException | None]:
    """Say by file name what analysing it shall raise; settings seen land under their own key."""
    plan: dict[str, BaseException | None] = {}

    def fake(path: Path, out: Path, *, settings: Settings, progress: object, **_: object) -> Written:
        error = plan.get(path.name)
        if error is not None:
            raise error
        return Written(a_result(path=str(path)), out / path.stem, reused=False)

    monkeypatch.setattr(batch_recording, "analyze_into", fake)
    return plan


def refused(name: str) -> RecordingError:
    return RecordingError(Path(name), "it is empty", code="empty", advice="Copy it again")


def test_all_done(outcomes: dict[str, BaseException | None], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "a.mp4", "b.mp4"]) == 0
    assert capsys.readouterr().out.count("per analysed hour") == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [(refused("a.mp4"), 3), (ResultError("disk full"), 2), (OSError(28, "no space"), 2), (KeyError("fault"), 70)],
)
def test_one_that_fails(
    error: Exception, code: int, outcomes: dict[str, BaseException | None], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes["a.mp4"] = error
    assert main(["analyze", "a.mp4"]) == code
    assert capsys.readouterr().out == ""


def test_one_of_several_that_fails_does_not_stop_the_others(
    outcomes: dict[str, BaseException | None], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes["a.mp4"] = refused("a.mp4")
    outcomes["b.mp4"] = KeyError("fault")
    assert main(["analyze", "a.mp4", "b.mp4", "c.mp4"]) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith("c.mp4\n")
    assert "sleepjerk: 2 of 3 recordings failed" in printed.err


class Full(io.StringIO):
    """A stream on a disk that takes no more bytes."""

    def write(self, _text: str, /) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_full_disk_behind_stdout_does_not_stop_the_others(
    outcomes: dict[str, BaseException | None], monkeypatch: pytest.MonkeyPatch, words: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    done: list[str] = []
    fake = batch_recording.analyze_into
    monkeypatch.setattr(
        batch_recording, "analyze_into", lambda path, *rest, **more: done.append(path.name) or fake(path, *rest, **more)
    )
    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["analyze", "a.mp4", "b.mp4", *words]) == 2
    assert done == ["a.mp4", "b.mp4"]
    assert capsys.readouterr().err.count("stdout cannot be written") == 1


def test_interrupt_stops_all(outcomes: dict[str, BaseException | None], capsys: pytest.CaptureFixture[str]) -> None:
    outcomes["a.mp4"] = KeyboardInterrupt()
    assert main(["analyze", "a.mp4", "b.mp4"]) == 130
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[-1].startswith("sleepjerk: interrupted")


def test_a_fault_outside_of_any_recording(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_path: Path) -> Settings:
        raise RuntimeError("broken")

    monkeypatch.setattr(Settings, "from_toml", broken)
    assert main(["analyze", "a.mp4", "--config", "x.toml", "-v"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["-v", "analyze", "a.mp4"], ["analyze", "a.mp4", "-v"]])
def test_the_place_of_a_fault_is_shown_wherever_it_is_asked_for(
    outcomes: dict[str, BaseException | None], capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    outcomes["a.mp4"] = KeyError("fault")
    assert main(words) == 70
    assert "Traceback" in capsys.readouterr().err


def test_settings_file_then_assignments(
    outcomes: dict[str, BaseException | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[Settings] = []

    def fake(path: Path, out: Path, *, settings: Settings, progress: object, **_: object) -> Written:
        seen.append(settings)
        return Written(a_result(), out, reused=False)

    monkeypatch.setattr(batch_recording, "analyze_into", fake)
    (tmp_path / "s.toml").write_text("[jerks]\nmax_duration_s = 0.6\nmin_confidence = 0.7\n")
    assert main(["analyze", "a", "-q", "--config", str(tmp_path / "s.toml"), "--set", "jerks.min_confidence=0.8"]) == 0
    assert (seen[0].jerks.max_duration_s, seen[0].jerks.min_confidence) == (0.6, 0.8)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("error", [None, ResultError("Query interrupted")])
def test_a_signal_lets_what_is_being_written_be_finished(
    number: signal.Signals, code: int, error: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    before = signal.getsignal(number)

    def fake(path: Path, out: Path, *, settings: Settings, progress: object, **_: object) -> Written:
        signal.raise_signal(number)
        seen.append(path.name)
        if error is not None:
            raise error
        return Written(a_result(), out, reused=False)

    monkeypatch.setattr(batch_recording, "analyze_into", fake)
    assert main(["analyze", "a.mp4", "b.mp4"]) == code
    assert seen == ["a.mp4"]
    assert signal.getsignal(number) == before


@pytest.mark.parametrize("quiet", [[], ["-q"]])
def test_a_signal_stops_the_pass_over_the_pixels(quiet: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(path: Path, out: Path, *, settings: Settings, progress: Any, **_: object) -> Written:
        signal.raise_signal(signal.SIGINT)
        for second in range(100):
            progress(Progress(Stage.MOTION, float(second), 100.0))
        raise AssertionError("went on")

    monkeypatch.setattr(batch_recording, "analyze_into", fake)
    assert main(["analyze", "a.mp4", *quiet]) == 130


def test_a_second_interrupt_stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fake(path: Path, out: Path, *, settings: Settings, progress: object, **_: object) -> Written:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("went on")

    monkeypatch.setattr(batch_recording, "analyze_into", fake)
    assert main(["analyze", "a.mp4"]) == 130


@pytest.mark.parametrize(("words", "most"), [([], 12), (["--clips", "3"], 3), (["--clips", "all"], None)])
def test_clips_are_asked_for(monkeypatch: pytest.MonkeyPatch, words: list[str], most: int | None) -> None:
    asked: list[Any] = []

    def fake(path: Path, out: Path, *, settings: Settings, clips: Any, **_: object) -> Written:
        asked.append(clips)
        return Written(a_result(path=str(path)), out / path.stem, reused=False)

    monkeypatch.setattr("detector.results.recording.analyze_into", fake)
    assert main(["analyze", "a.mp4", *words]) == 0
    assert [choice.most for choice in asked] == [most]


def test_odd_options_of_the_report_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = {
        ("analyze", "a.mp4", "--clips", "many"): "neither a number",
        ("report", str(tmp_path), "--deidentify", "--show-names"): "cannot be combined",
        ("report", str(tmp_path), "--start", "yesterday"): "is not a date with time and offset from UTC, such as 2026-",
        ("report", str(tmp_path), "--start", "9:30"): "offset from UTC, such as 2026-03-29T09:30+01:00",
        ("report", str(tmp_path), "--start", "9999-12-31T23:59+00:00"): "is in the year 9999; one from 1900 to 2999",
        (
            "report",
            str(tmp_path),
            "--start",
            "2026-03-29T00:30",
        ): "add one, such as 2026-03-29T00:30+01:00",
        ("report", str(tmp_path), "--start", "2026-03-29"): "add one, such as 2026-03-29T00:30+01:00",
        ("report", str(tmp_path)): "summary.json",
    }
    for words, message in cases.items():
        assert main(list(words)) == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("gib", ["0.01", "0.99"])
def test_less_memory_than_a_worker_starts_with_is_refused(
    gib: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batch", str(tmp_path), "--memory", gib, "--out", str(tmp_path / "study")]) == 2
    assert f"--memory {gib}: no worker starts with less than 1 GiB" in capsys.readouterr().err
    assert not (tmp_path / "study").exists()


def test_memory_without_end_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["batch", str(tmp_path), "--memory", "inf", "--out", str(tmp_path / "study")]) == 2
    assert "--memory inf: give a number of GiB, or 0 for no limit" in capsys.readouterr().err


def test_a_dry_run_tells_which_inputs_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"film of " + name.encode())
        os.utime(tmp_path / name, (1.6e9, 1.6e9))
    table = tmp_path / "participants.tsv"
    table.write_text("file\tsubject\na.mp4\t1\nb.mp4\t2\nc.mp4\t3\n", "utf-8")
    assert main(["batch", "--table", str(table), "--dry-run", "--out", str(tmp_path / "study")]) == 0
    printed = capsys.readouterr().out
    assert "c.mp4: no receipt yet; it is not there, or may not be read" in printed
    assert "3 of 3 recordings would be analysed, and 1 of them would fail; nothing was written" in printed
