"""Progress over all recordings of a study: one bar where a person looks on, else one plain line a minute."""

from __future__ import annotations

import math
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from detector.cli.console import printable
from detector.cli.interruption import stop_if_asked
from detector.records.plural import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detector.batch.run import BatchProgress

__all__ = ["line_of", "show_batch", "show_waiting"]

LINE_EVERY_S = 60.0
_START_S = 5.0  # the first line comes soon: it tells that the run has begun


@contextmanager
def show_batch(*, quiet: bool) -> Iterator[Callable[[BatchProgress], None]]:
    """Yield the callback that shows the progress of a study, and stops the run when a signal has come."""
    if quiet:
        yield _checked(_show_nothing)
    elif sys.stderr.isatty():
        with _bar() as update:
            yield _checked(update)
    else:
        yield _checked(_Lines())


def _checked(update: Callable[[BatchProgress], None]) -> Callable[[BatchProgress], None]:
    def report(progress: BatchProgress) -> None:
        stop_if_asked()
        update(progress)

    return report


def _show_nothing(_progress: BatchProgress) -> None:
    """Take no interest in progress."""


def line_of(progress: BatchProgress) -> str:
    """Return the progress as one line."""
    parts = [f"{progress.n_done + progress.n_failed} of {progress.n_all} recordings"]
    if progress.n_failed:
        parts.append(f"{progress.n_failed} failed")
    parts.append(f"{progress.share:.0%} of the work, {clock(progress.elapsed_s)} elapsed")
    if math.isfinite(progress.left_s):
        parts.append(f"about {clock(progress.left_s)} left")
    return ", ".join(parts)


def show_waiting() -> Callable[[str], None]:
    """Return what says once what is waited for, however quiet the run is, and stops it when a signal has come."""
    said = ""

    def tell(words: str) -> None:
        nonlocal said
        stop_if_asked()
        if words != said:
            said = words
            print(f"sleepjerk: {printable(words)}", file=sys.stderr, flush=True)

    return tell


class _Lines:
    """Prints a plain line a minute."""

    def __init__(self) -> None:
        self._next_s = time.monotonic() + _START_S

    def __call__(self, progress: BatchProgress) -> None:
        if time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + LINE_EVERY_S
            print(f"sleepjerk batch: {line_of(progress)}", file=sys.stderr, flush=True)


@contextmanager
def _bar() -> Iterator[Callable[[BatchProgress], None]]:
    from rich.console import Console  # noqa: PLC0415  (only for a person at a terminal)
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (BarColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("looking at the inputs", total=None)

        def update(progress: BatchProgress) -> None:
            bar.update(task, description=line_of(progress), completed=progress.share, total=1.0)

        yield update
