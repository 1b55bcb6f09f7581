"""What an analysis costs by the length of the film and by what moves in it."""

from __future__ import annotations

import math
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib import rc_context
from matplotlib.figure import Figure

from benchmarks.speed.contestants import command
from benchmarks.speed.films import FPS
from benchmarks.speed.measure import cost_of
from detector.exports.signal_parquet import read_signal

if TYPE_CHECKING:
    from collections.abc import Sequence

INK, LIMIT = "#1f4e79", "#b03a2e"


@dataclass(frozen=True)
class Run:
    """One whole analysis: hours of film, processor seconds, most megabytes, and the zones that it found."""

    hours: float
    cpu_s: float
    peak_mb: float
    zones: int

    def __str__(self) -> str:
        cpu_ms = 1000 * self.cpu_s / (3600 * self.hours * FPS)
        took = f"{self.cpu_s:.0f} s CPU ({cpu_ms:.3f} ms a frame), peak {self.peak_mb:.0f} MB"
        return f"{self.hours:g} h: {took}, {self.zones} zones"


def analysed(film: Path, hours: float) -> Run:
    """Analyse a film of so many hours in a process of its own."""
    n_frames = 3600 * hours * FPS
    with tempfile.TemporaryDirectory(prefix="sleepjerk-bench-") as out:
        words = [sys.executable, "-m", "detector", "analyze", str(film), "--out", out, "--quiet"]
        cost = cost_of(words, n_frames)
        (signal,) = Path(out).glob("*/signal.parquet")
        zones = len(read_signal(signal).signal.zones)
    return Run(hours, cost.cpu_ms * n_frames / 1000, cost.peak_mb, zones)


def beyond_decoding(film: Path, hours: float) -> Run:
    """Return the same without what decoding alone takes, which differs between films."""
    words, n_frames = command("decode", film, film.parent), 3600 * hours * FPS
    decode_s = cost_of(words or [], n_frames).cpu_ms * n_frames / 1000
    run = analysed(film, hours)
    return replace(run, cpu_s=run.cpu_s - decode_s)


def zone_ms(still: Run, restless: Run) -> float:
    """Return processor milliseconds that another zone takes, flow and all, from films that differ in what moves.

    NaN where both have as many zones: a limb that hardly rests is one zone, however much it moves.
    """
    if restless.zones == still.zones:
        return math.nan
    return 1000 * (restless.cpu_s - still.cpu_s) / (restless.zones - still.zones)


def draw(runs: Sequence[Run], limit_mb: float, path: Path) -> None:
    """Draw processor time and memory over hours of film."""
    figure = Figure(figsize=(7.2, 2.8), layout="constrained")
    hours = [run.hours for run in runs]
    for axes, values, title in zip(
        figure.subplots(1, 2),
        ([run.cpu_s / 60 for run in runs], [run.peak_mb for run in runs]),
        ("processor time, minutes", "peak memory, MB"),
        strict=True,
    ):
        axes.plot(hours, values, "o-", color=INK, linewidth=1.4, markersize=4)
        axes.set_xlim(0, max(hours) * 1.05)
        axes.set_ylim(0, max(*values, limit_mb if "MB" in title else 0) * 1.15)
        axes.set_xlabel("hours of film")
        axes.set_title(title, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        if "MB" in title:
            axes.axhline(limit_mb, color=LIMIT, linewidth=1, linestyle="--")
            axes.text(0.1, limit_mb, "target", color=LIMIT, fontsize=8, va="bottom")
    with rc_context({"svg.hashsalt": "sleepjerk"}):  # the same runs give the same file
        figure.savefig(path, metadata={"Date": None})
