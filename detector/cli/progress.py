"""Progress on stderr: a bar where a person looks on, else one plain line now and then; and where the time went."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from detector.cli.console import printable
from detector.cli.interruption import stop_if_asked
from detector.records.plural import clock, plural
from detector.records.progress import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from detector.records.progress import Progress

__all__ = ["StageClock", "show_progress"]

LINE_EVERY_S = 30.0
"""Seconds between plain lines: often enough to see life in a cluster's log, seldom enough to read it."""


class StageClock:
    """Adds up wall-clock seconds by stage, from the progress reports."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._parts: dict[str, dict[str, float]] = {}
        self._stage = ""
        self._last_s = time.monotonic()

    def mark(self, stage: str) -> None:
        """Book the time since the last mark on the stage that ran, and go over to `stage`."""
        now_s = time.monotonic()
        ran = self._stage or stage
        self.seconds[ran] = self.seconds.get(ran, 0.0) + now_s - self._last_s
        self._stage, self._last_s = stage, now_s

    def split(self, stage: str, parts: Mapping[str, float]) -> None:
        """Note what a stage spent its time on."""
        if parts:
            self._parts[stage] = dict(parts)

    def lines(self, recording_s: float) -> list[str]:
        """Return one line a stage: seconds, and how many times faster than the recording's `recording_s` seconds."""
        self.mark(self._stage)
        total_s = sum(self.seconds.values())
        rows = []
        for stage, seconds in self.seconds.items():
            parts = self._parts.get(stage, {})
            rows += [*parts.items(), (f"other {stage}" if parts else stage, max(0.0, seconds - sum(parts.values())))]
        return [
            f"{stage:<14}{seconds:9.2f} s{recording_s / seconds if seconds else 0.0:10.1f} x real time"
            for stage, seconds in [*rows, ("all", total_s)]
        ]


@contextmanager
def show_progress(name: str, stages: StageClock, *, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """Yield the callback that shows the progress of the recording called `name`, and stops when a signal has come."""
    shown = printable(name)
    if quiet:
        yield _report(stages)
    elif sys.stderr.isatty():
        with _bar(shown) as update:
            yield _report(stages, update)
    else:
        yield _report(stages, _Lines(shown))


def _report(stages: StageClock, *updates: Callable[[Progress], None]) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        stop_if_asked()
        stages.mark(progress.stage)
        stages.split(progress.stage, progress.seconds)
        for update in updates:
            update(progress)

    return report


class _Lines:
    """Prints a plain line every half minute."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stage = ""
        self._stage_s = self._line_s = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        now_s = time.monotonic()
        if progress.stage != self._stage:
            self._stage, self._stage_s = progress.stage, now_s
        if now_s - self._line_s < LINE_EVERY_S:
            return
        self._line_s = now_s
        speed = progress.done_s / max(now_s - self._stage_s, 1e-9)
        parts = [f"{clock(progress.done_s)} done, {speed:.1f} x real time"]
        if progress.stage is Stage.MOTION:
            parts[0] += f", {plural(progress.jerks, 'jerk')} so far"
        if progress.total_s > 0 and speed > 0:
            left_s = max(0.0, progress.total_s - progress.done_s) / speed
            parts.insert(0, f"{min(1.0, progress.done_s / progress.total_s):.0%} of {clock(progress.total_s)}")
            parts.append(f"{clock(left_s)} left")
        print(f"{self._name}: {progress.stage}: {', '.join(parts)}", file=sys.stderr, flush=True)


@contextmanager
def _bar(name: str) -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console  # noqa: PLC0415  (only for a person at a terminal)
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[speed]}", markup=False),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[jerks]}", markup=False),
    )
    stage = ""
    started_s = time.monotonic()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None, speed="", jerks="")

        def update(progress: Progress) -> None:
            nonlocal stage, started_s
            if progress.stage != stage:
                stage, started_s = progress.stage, time.monotonic()
                bar.reset(task, description=f"{name}: {stage}", speed="", jerks="")
            speed = progress.done_s / max(time.monotonic() - started_s, 1e-9)
            bar.update(
                task,
                completed=progress.done_s,
                total=progress.total_s or None,
                # only reading the video takes its time by the second of recording
                speed=f"{speed:.1f} x real time" if progress.stage is Stage.MOTION and progress.done_s else "",
                jerks=plural(progress.jerks, "jerk") if progress.jerks else "",
            )

        yield update
