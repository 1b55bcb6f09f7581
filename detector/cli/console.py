"""What the terminal sees: safe text, one line an error, and the exit code that goes with it."""

from __future__ import annotations

import io
import os
import sys
import traceback
from enum import IntEnum

from detector.errors import DetectorError, RecordingError

__all__ = ["ExitCode", "fail", "printable", "say", "soften_streams", "unsaid"]

_unsaid: list[str] = []


class ExitCode(IntEnum):
    """Exit codes of the command (docs/reference/cli.md)."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    REFUSED = 3
    UNEXPECTED = 70
    INTERRUPTED = 130
    TERMINATED = 143


def soften_streams() -> None:
    r"""Let odd characters print as ``\xNN``, and let there be no stream at all, instead of ending the program."""
    _unsaid.clear()
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def printable(text: object) -> str:
    r"""Return `text` fit for a terminal: bytes that are no text, and control characters, as ``\xNN``.

    File names and metadata come from strangers; an escape sequence in them must not reach the terminal.
    """
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in str(text))


def _escaped(sign: str) -> str:
    if "\udc80" <= sign <= "\udcff":  # how Python carries a byte of a file name that is no text
        return f"\\x{ord(sign) - 0xDC00:02x}"
    return sign.encode("unicode_escape").decode("ascii")


def say(text: str) -> None:
    """Print what a recording came to. Where stdout takes no more (a closed pipe, a full disk), stderr says so once.

    The recordings that follow are still done, for what counts is in their folders.
    """
    try:
        print(text, flush=True)
    except OSError as error:
        _line(f"sleepjerk: error: stdout cannot be written ({error.strerror}); results still go to their folders")
        sys.stdout = io.StringIO()  # else the interpreter tries again when it ends
        _unsaid.append(text)


def unsaid() -> bool:
    """Return whether something could not be printed since `soften_streams`."""
    return bool(_unsaid)


def fail(error: BaseException, *, verbose: bool = False) -> ExitCode:
    """Print `error` as one line on stderr and return the exit code for it."""
    expected = isinstance(error, (DetectorError, OSError))
    if expected:
        _line(f"sleepjerk: error: {printable(error)}")
    else:
        _line(
            f"sleepjerk: error: unexpected {type(error).__name__}: {printable(error)}. This is a fault in sleepjerk, "
            "not in your video: please report it with the output of `sleepjerk doctor` and of this command, run as "
            "`sleepjerk -v ...`"
        )
    if verbose and not expected:
        traceback.print_exception(error, file=sys.stderr)
    if isinstance(error, RecordingError):
        return ExitCode.REFUSED
    return ExitCode.USAGE if expected else ExitCode.UNEXPECTED


def _line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
