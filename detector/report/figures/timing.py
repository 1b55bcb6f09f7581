"""How the jerks follow each other, how long and large they are, and how much their count depends on the threshold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from detector.report.figures import canvas, figure_tables
from detector.report.figures.drawing import Figure
from detector.report.figures.series import drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from detector.report.figures.plots import Plots
    from detector.report.figures.series import Histogram

__all__ = ["amplitudes", "cluster_rates", "durations", "intervals", "stability", "survival"]

_TICKS_S = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)


def _log_axis(axes: Axes, low: float, high: float, plots: Plots) -> None:
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in _TICKS_S if low <= tick <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    canvas.localise(axes, plots.say, which="x")


def intervals(plots: Plots) -> Figure:
    """Return the histogram of intervals on a logarithmic axis, with the gaps and its valley."""
    say, bins = plots.say, plots.intervals
    title = say("figure.intervals.title")
    total = say.count("count.interval", int(bins.counts.sum()))
    words = say("figure.intervals.words", intervals=total)
    with canvas.sheet(canvas.WIDE_IN, 1.9) as figure:
        axes = figure.subplots()
        canvas.bars(axes, bins, gap=0.0)
        for patch in axes.patches:
            patch.set(linewidth=0.5, edgecolor="white")
        _log_axis(axes, float(bins.edges[0]), float(bins.edges[-1]), plots)
        canvas.localise(axes, say, which="y")
        axes.set(xlabel=say("figure.intervals.axis"), ylabel=say("figure.intervals.count"))
        _mark(axes, plots.cluster_gap_s, say("figure.intervals.cluster_gap"), plots, side="right")
        _mark(axes, plots.episode_gap_s, say("figure.intervals.episode_gap"), plots, side="left")
        if math.isfinite(plots.valley_s):
            axes.axvline(plots.valley_s, color=canvas.MUTED, linewidth=1.1, linestyle=(0, (1, 1.6)))
        drawing = canvas.to_svg(figure, name="intervals", title=title, description=words)
    caption = [say("figure.intervals.caption", intervals=total)]
    if math.isfinite(plots.valley_s):
        caption.append(say("figure.intervals.valley", valley=say.number(plots.valley_s, 2)))
    else:
        caption.append(say("figure.intervals.no_valley"))
    if bins.left_out:
        caption.append(say("figure.intervals.left_out", intervals=say.count("count.interval", bins.left_out)))
    table = figure_tables.histogram(bins, title, say("figure.intervals.axis"), say("figure.intervals.count"), say)
    return Figure("intervals", title, " ".join(caption), drawing, table)


def _mark(axes: Axes, gap_s: float, label: str, plots: Plots, *, side: Literal["left", "right"]) -> None:
    """Draw a dashed line at a gap from the settings, with its name on the given side of the text's anchor."""
    if math.isfinite(gap_s):
        axes.axvline(gap_s, color=canvas.INK, linewidth=0.8, linestyle=(0, (4, 2.5)))
        text = f" {label} {plots.say.plain(gap_s)} {plots.say('unit.s')} "
        axes.text(gap_s, 1.0, text, transform=axes.get_xaxis_transform(), ha=side, va="bottom", fontsize=7)


def survival(plots: Plots) -> Figure:
    """Return the share of intervals that are longer than a given time."""
    say, (times, share) = plots.say, drawn(plots.survival)
    title = say("figure.survival.title")
    with canvas.sheet(canvas.HALF_IN, 1.6) as figure:
        axes = figure.subplots()
        low = min(0.1, float(times[0])) if len(times) else 0.1
        high = max(20.0, float(times[-1]) * 1.2) if len(times) else 20.0
        axes.step([low, *times], [1.0, *share], where="post", color=canvas.ACCENT, linewidth=1.3)
        _log_axis(axes, low, high, plots)
        axes.set(ylim=(0, 1.02), xlabel=say("figure.survival.axis"), ylabel=say("figure.survival.count"))
        axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
        canvas.plain_axes(axes)
        drawing = canvas.to_svg(figure, name="survival", title=title, description=say("figure.survival.words"))
    return Figure("survival", title, say("figure.survival.caption"), drawing, figure_tables.survival(plots, title))


def cluster_rates(plots: Plots) -> Figure:
    """Return the rate of jerks inside each cluster."""
    amount = plots.say.count("count.cluster", int(plots.cluster_rates.counts.sum()))
    return _small(plots, plots.cluster_rates, "rates", count=plots.say("figure.rates.count"), clusters=amount)


def durations(plots: Plots) -> Figure:
    """Return how long the jerks last."""
    amount = plots.say.count("count.jerk", int(plots.durations.counts.sum()))
    return _small(plots, plots.durations, "durations", count=plots.say("bins.jerks"), jerks=amount)


def amplitudes(plots: Plots) -> Figure:
    """Return how far the jerks move."""
    amount = plots.say.count("count.jerk", int(plots.amplitudes.counts.sum()))
    return _small(plots, plots.amplitudes, "amplitudes", count=plots.say("bins.jerks"), jerks=amount)


def _small(plots: Plots, bins: Histogram, name: str, *, count: str, **amount: str) -> Figure:
    say = plots.say
    title, label = say(f"figure.{name}.title"), say(f"figure.{name}.axis")
    with canvas.sheet(canvas.HALF_IN, 1.6) as figure:
        axes = figure.subplots()
        canvas.bars(axes, bins)
        axes.set(xlabel=label, ylabel=count.lower() if say.code == "en" else count, xlim=(0, float(bins.edges[-1])))
        canvas.localise(axes, say)
        words = say(f"figure.{name}.words", **amount)
        drawing = canvas.to_svg(figure, name=name, title=title, description=words)
    caption = say(f"figure.{name}.caption", step=say.plain(float(bins.edges[1] - bins.edges[0])))
    return Figure(name, title, caption, drawing, figure_tables.histogram(bins, title, label, count, say))


def stability(plots: Plots) -> Figure:
    """Return the number of jerks at each minimum confidence tried."""
    say, steps = plots.say, plots.stability
    title = say("figure.stability.title")
    low, high = (say.plain(step.min_confidence) for step in (steps[0], steps[-1]))
    with canvas.sheet(canvas.HALF_IN, 1.7) as figure:
        axes = figure.subplots()
        x, y = [step.min_confidence for step in steps], [step.jerks for step in steps]
        axes.plot(x, y, color=canvas.ACCENT, linewidth=1.3, marker="o", markersize=4.5)
        for at, amount in zip(x, y, strict=True):
            axes.annotate(say.whole(amount), (at, amount), (0, 6), textcoords="offset points", ha="center", fontsize=7)
        axes.set(xlabel=say("figure.stability.axis"), ylabel=say("figure.stability.count"), xticks=x)
        axes.set_ylim(0, 1.25 * max(1, *y))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
        canvas.localise(axes, say)
        canvas.plain_axes(axes)
        words = say("figure.stability.words", n=say.whole(len(steps)), low=low, high=high)
        drawing = canvas.to_svg(figure, name="stability", title=title, description=words)
    caption = say("figure.stability.caption", used=say.plain(plots.min_confidence))
    return Figure("stability", title, caption, drawing, figure_tables.stability(plots, title))
