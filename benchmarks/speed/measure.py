"""Runs commands one after the other, in turns, and notes what each cost."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.speed.contestants import command

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Cost:
    """What one run cost: milliseconds of processors and of the clock for each frame, and most memory held at once."""

    cpu_ms: float
    wall_ms: float
    peak_mb: float


def cost_of(words: list[str], n_frames: float) -> Cost:
    """Run a command to its end on a film of so many frames."""
    began = time.perf_counter()
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        error = process.stderr.read().decode(errors="replace") if process.stderr else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {error.strip()[-400:]}")
    cpu_s, wall_s = used.ru_utime + used.ru_stime, time.perf_counter() - began
    return Cost(1000 * cpu_s / n_frames, 1000 * wall_s / n_frames, used.ru_maxrss / 1024)


def in_turns(names: tuple[str, ...], films: Callable[[str], tuple[Path, float]], rounds: int) -> dict[str, list[Cost]]:
    """Run the contestants in turns, so that what else the machine does hits all alike; without those not installed.

    `films` gives for a contestant the film that it is measured on, and its number of frames.
    """
    costs: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for name in names:
            film, n_frames = films(name)
            out = Path(tempfile.mkdtemp(prefix="sleepjerk-bench-"))
            try:
                words = command(name, film, out)
                if words is not None:
                    costs.setdefault(name, []).append(cost_of(words, n_frames))
            finally:
                shutil.rmtree(out)
    return costs


def ratio(costs: dict[str, list[Cost]], name: str, to: str, what: str) -> float:
    """Return the median over rounds of what `name` cost, over what `to` cost in the same round."""
    pairs = zip(costs[name], costs[to], strict=True)
    return statistics.median(getattr(one, what) / getattr(other, what) for one, other in pairs)


def plain(costs: dict[str, list[Cost]]) -> dict[str, list[dict[str, float]]]:
    """Return the costs as JSON takes them."""
    return {name: [asdict(cost) for cost in runs] for name, runs in costs.items()}
