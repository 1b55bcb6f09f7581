"""The figures of the page, drawn from `Plots` alone, each with a description in words and a table of its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from detector.report import canvas, figure_tables, timelines
from detector.report.canvas import Figure
from detector.report.words import count, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from detector.report.plots import Plots
    from detector.report.series import Histogram

__all__ = ["draw_all"]


def draw_all(plots: Plots) -> dict[str, Figure]:
    """Return every figure by name."""
    makers: tuple[Callable[[Plots], Figure], ...] = (
        timelines.raster, timelines.motion_trace, timelines.rate, _intervals, _durations, _amplitudes,
    )  # fmt: skip
    return {figure.name: figure for figure in (make(plots) for make in makers)}


_TICKS_S = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)


def _intervals(plots: Plots) -> Figure:
    bins = plots.intervals
    title = "Time from one jerk to the next"
    total = count(int(bins.counts.sum()), "interval")
    words = f"Histogram of {total} on a logarithmic axis, with the gaps of clusters and episodes marked."
    with canvas.sheet(canvas.WIDE_IN, 1.9) as figure:
        axes = figure.subplots()
        axes.set_xscale("log")
        canvas.bars(axes, bins, gap=0.0)
        for patch in axes.patches:
            patch.set(linewidth=0.5, edgecolor="white")
        axes.set_xlim(bins.edges[0], bins.edges[-1])
        axes.xaxis.set_major_locator(FixedLocator([t for t in _TICKS_S if bins.edges[0] <= t <= bins.edges[-1]]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axes.set(xlabel="interval from one jerk to the next (s)", ylabel="intervals")
        _mark(axes, plots.cluster_gap_s, "cluster gap", side="right")
        _mark(axes, plots.episode_gap_s, "episode gap", side="left")
        drawing = canvas.to_svg(figure, name="intervals", title=title, description=words)
    caption = (
        f"{total}, start to start, on a logarithmic axis. Left of the first dashed line jerks follow "
        "each other closely enough for a cluster; right of the second an episode ends."
    )
    if bins.left_out:
        caption += f" {count(bins.left_out, 'interval')} across masked or missing time left out."
    return Figure("intervals", title, caption, drawing, figure_tables.intervals(plots))


def _mark(axes: Axes, gap_s: float, label: str, *, side: Literal["left", "right"]) -> None:
    """Draw a dashed line at a gap of the settings, with its name on the given side of the text's anchor."""
    if math.isfinite(gap_s):
        axes.axvline(gap_s, color=canvas.INK, linewidth=0.8, linestyle=(0, (4, 2.5)))
        axes.text(
            gap_s, 1.0, f" {label} {gap_s:g} s ", transform=axes.get_xaxis_transform(), ha=side, va="bottom", fontsize=7
        )


def _durations(plots: Plots) -> Figure:
    return _small(plots.durations, name="durations", title="How long the jerks last", unit="s", label="length (s)")


def _amplitudes(plots: Plots) -> Figure:
    return _small(plots.amplitudes, name="amplitudes", title="How far they move", unit="px", label="amplitude (px)")


def _small(bins: Histogram, *, name: str, title: str, unit: str, label: str) -> Figure:
    with canvas.sheet(canvas.HALF_IN, 1.6) as figure:
        axes = figure.subplots()
        canvas.bars(axes, bins)
        axes.set(xlabel=label, ylabel="jerks", xlim=(0, float(bins.edges[-1])))
        words = f"Histogram of {count(int(bins.counts.sum()), 'jerk')} by {label}."
        drawing = canvas.to_svg(figure, name=name, title=title, description=words)
    caption = f"In steps of {plain(float(bins.edges[1] - bins.edges[0]))} {unit}."
    if bins.left_out:
        caption += f" {count(bins.left_out, 'jerk')} not measured."
    return Figure(name, title, caption, drawing, figure_tables.histogram(bins, title, label))
