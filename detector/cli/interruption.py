"""Ctrl-C and SIGTERM: the first asks the run to stop at its next safe place, a second Ctrl-C stops at once.

Raising out of a signal handler at any moment is not safe: the exception can fall between the making of a folder and
the ``try`` that removes it, become an error of a library's own (DuckDB), or be printed and lost (callbacks out of C).
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from detector.cli.console import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["exit_code_of_signal", "listening", "stop_if_asked"]

_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}
_HINT = b"\nsleepjerk: stopping at the next safe place; Ctrl-C again stops at once\n"
_received: list[ExitCode] = []


@contextmanager
def listening() -> Iterator[None]:
    """Take the two signals while the block runs."""
    before = {number: signal.signal(number, _take) for number in _CODES}
    try:
        yield
    finally:
        _received.clear()
        for number, handler in before.items():
            signal.signal(number, handler)


def _take(number: int, _frame: object) -> None:
    if _received and number == signal.SIGINT:
        raise KeyboardInterrupt
    _received.append(_CODES[signal.Signals(number)])
    if number == signal.SIGINT:
        os.write(2, _HINT)  # print() may be in the middle of a line of its own


def stop_if_asked() -> None:
    """Raise KeyboardInterrupt if a signal has come; called where nothing is half done."""
    if _received:
        raise KeyboardInterrupt


def exit_code_of_signal() -> ExitCode:
    """Return the exit code that the first signal asks for; `ExitCode.DONE` if none came."""
    return _received[0] if _received else ExitCode.DONE
