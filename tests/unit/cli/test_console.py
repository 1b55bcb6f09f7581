"""Safe text, error lines and exit codes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from detector.cli.console import ExitCode, fail, printable, soften_streams
from detector.errors import DecodeError, RecordingError, ResultError, SettingsError


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("night.mp4", "night.mp4"),
        ("bad\udcff.mp4", "bad\\xff.mp4"),
        ("red\x1b[31m", "red\\x1b[31m"),
        ("two\nlines", "two\\nlines"),
        ("turned\u202e4pm", "turned\\u202e4pm"),
        ("夜.mp4", "夜.mp4"),
        (Path("a") / "b", str(Path("a") / "b")),
    ],
)
def test_printable(text: object, shown: str) -> None:
    assert printable(text) == shown


def test_printable_survives_lone_halves() -> None:
    """A lone UTF-16 half, as Windows names can hold, is no text either."""
    assert printable("x\ud800y").startswith("x")


def test_a_closed_stream_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    soften_streams()
    assert fail(SettingsError("unknown")) == ExitCode.USAGE
    for stream in (sys.stdout, sys.stderr):
        assert stream.write("nobody reads this")
        stream.close()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RecordingError(Path("a"), "empty", code="empty", advice="Try b"), ExitCode.REFUSED),
        (DecodeError(Path("a"), "cut", code="cut", advice="Try b"), ExitCode.REFUSED),
        (SettingsError("unknown"), ExitCode.USAGE),
        (ResultError("disk full"), ExitCode.USAGE),
        (PermissionError(13, "not allowed", "results"), ExitCode.USAGE),
        (RuntimeError("what?"), ExitCode.UNEXPECTED),
    ],
)
def test_each_error_is_one_line_with_its_code(
    error: Exception, code: ExitCode, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail(error) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("sleepjerk: error: ")
    assert printed.err.count("\n") == 1
    assert ("please report it" in printed.err) == (code == ExitCode.UNEXPECTED)


def test_a_fault_shows_its_traceback_only_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    fail(RuntimeError("what?"), verbose=True)
    assert "RuntimeError: what?\n" in capsys.readouterr().err.split("\n", 1)[1]
    fail(SettingsError("unknown"), verbose=True)
    assert capsys.readouterr().err == "sleepjerk: error: unknown\n"
