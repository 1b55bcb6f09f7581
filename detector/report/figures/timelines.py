"""What happened when: the raster, the motion trace and the jerks per stretch of time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from detector.report.figures import canvas, figure_tables
from detector.report.figures.drawing import Figure
from detector.report.places import places_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from matplotlib.axes import Axes

    from detector.report.catalogue import Catalogue
    from detector.report.figures.plots import Plots
    from detector.report.figures.series import TimeAxis
    from detector.report.places import Place

__all__ = ["motion_trace", "raster", "rate"]

_HATCHES = {
    "masked": ("#eceff1", "//////", canvas.GREY),
    "missing": ("#c3cad0", "xxxxxx", "#ffffff"),
    "not_assessable": ("#f7f8f9", "\\\\\\\\\\\\", canvas.GREY),
}
"""Fill, hatch and hatch colour, distinguishable without colour."""

_LEVELS = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Shares of the picture that get a grid line."""


def _time_axis(axes: Axes, axis: TimeAxis, say: Catalogue) -> None:
    axes.set_xlim(0, axis.length_s / axis.unit_s)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=10, steps=[1, 2, 3, 5, 6, 10], integer=axis.length_s > 5))
    canvas.localise(axes, say, which="x")
    axes.set_xlabel(say("axis.elapsed", unit=say(f"unit.{axis.unit}")))


def _hide(axes: Axes, plots: Plots) -> None:
    """Hatch the time in which nothing could be counted; stretches too thin to see are widened just enough."""
    thin = plots.axis.length_s / 900
    for name, spans in plots.hidden_s.items():
        if not spans:
            continue
        edges = np.array(_joined(spans, thin)) / plots.axis.unit_s
        start, end = edges.T
        low, high = np.zeros_like(start), np.ones_like(start)
        # One path for all stretches of a kind: browsers repaint the hatch for each path, and print it as a picture.
        x = np.stack([start, end, end, start, start], axis=1).ravel()
        y = np.stack([low, low, high, high, low], axis=1).ravel()
        codes = np.tile([Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY], len(start))
        fill, hatch, colour = _HATCHES[name]
        shape = Path(np.column_stack([x, y]), codes)
        patch = PathPatch(shape, linewidth=0, zorder=0.5, facecolor=fill, hatch=hatch, edgecolor=colour)
        patch.set_transform(axes.get_xaxis_transform())
        axes.add_patch(patch)


def _joined(spans: Sequence[tuple[float, float]], thin: float) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, max(end, start + thin)))
    return out


def _legend(axes: Axes, plots: Plots, *, down: float) -> None:
    """Name the hatches that occur, below the axes."""
    used = [_swatch(name, plots.say(f"hidden.{name}")) for name, spans in plots.hidden_s.items() if spans]
    if used:
        axes.legend(
            handles=used, loc="upper right", bbox_to_anchor=(1.0, down), ncols=3, frameon=False, fontsize=7,
            handlelength=2.2, handleheight=1.0, borderaxespad=0, labelcolor=canvas.MUTED, columnspacing=1.4,
        )  # fmt: skip


def _swatch(name: str, label: str) -> Patch:
    fill, hatch, colour = _HATCHES[name]
    return Patch(label=label, linewidth=0, facecolor=fill, hatch=hatch, edgecolor=colour)


def _ticks(
    axes: Axes, times: npt.NDArray[np.float64], middle: float, half: float, *, colour: str, width: float
) -> None:
    """Draw short upright lines, all as one path."""
    x = np.repeat(times, 3)
    y = np.tile([middle - half, middle + half, np.nan], len(times))
    axes.plot(x, y, color=colour, linewidth=width, solid_capstyle="butt")


def _blocks(axes: Axes, spans: Sequence[tuple[float, float]], middle: float, plots: Plots, *, colour: str) -> None:
    axis = plots.axis
    joined = _joined(spans, axis.length_s / 500)
    pieces = [(start / axis.unit_s, (end - start) / axis.unit_s) for start, end in joined]
    axes.broken_barh(pieces, (middle - 0.16, 0.32), facecolor=colour, linewidth=0)


def raster(plots: Plots) -> Figure:
    """Return the jerks of the whole recording, one row per place, over the time that could not be judged."""
    say = plots.say
    rows = [place.name if len(place.name) <= 18 else place.name[:17] + "…" for place in plots.places]
    rows = rows or [say("figure.trace.jerks")]
    n_lanes = len(rows) + 2
    title = say("figure.raster.title")
    jerks = say.count("count.jerk", len(plots.onsets_s))
    words = say("figure.raster.words", jerks=jerks, length=say.length(plots.axis.length_s),
                places=say.count("count.place", len(plots.places)))  # fmt: skip
    located = [place for place in plots.places if np.isfinite(place.x + place.y)]
    with canvas.sheet(canvas.WIDE_IN, 1.05 + 0.3 * n_lanes) as figure:
        if located:
            main, side = figure.subplots(1, 2, width_ratios=[5.4, 1])
            _picture_map(side, located, plots)
        else:
            main = figure.subplots()
        _raster_rows(main, plots, rows)
        _legend(main, plots, down=-0.56 / (0.3 * n_lanes + 0.35))
        drawing = canvas.to_svg(figure, name="raster", title=title, description=words)
    parts = [say("figure.raster.caption")] if len(plots.onsets_s) else []
    parts += [say("figure.raster.refused")] if plots.refused.any() else []
    parts += [say("figure.raster.places")] if located else []
    return Figure("raster", title, " ".join(parts), drawing, places_table(plots.places, say))


def _raster_rows(axes: Axes, plots: Plots, rows: list[str]) -> None:
    _hide(axes, plots)
    for row, place in enumerate(plots.places):
        which = np.array(place.jerks, np.intp)
        width = 0.9 if len(which) < 400 else 0.6
        for refused, half, colour in ((False, 0.36, canvas.ACCENT), (True, 0.14, canvas.MUTED)):
            times = plots.onsets_s[which[plots.refused[which] == refused]]
            _ticks(axes, times / plots.axis.unit_s, row, half, colour=colour, width=width)
    _blocks(axes, plots.episodes_s, len(rows), plots, colour=canvas.INK)
    _blocks(axes, plots.others_s, len(rows) + 1, plots, colour=canvas.MUTED)
    axes.axhline(len(rows) - 0.5, color=canvas.GREY, linewidth=0.6)
    lanes = [*rows, plots.say("figure.raster.episodes"), plots.say("figure.raster.others")]
    axes.set_ylim(len(lanes) - 0.45, -0.55)
    axes.set_yticks(range(len(lanes)), lanes)
    axes.tick_params(axis="y", labelcolor=canvas.INK, pad=5)
    canvas.plain_axes(axes, grid="")
    _time_axis(axes, plots.axis, plots.say)


def _picture_map(axes: Axes, places: Sequence[Place], plots: Plots) -> None:
    """Draw the picture's frame with each place at its position: its number, or the initials of its name."""
    width, height = plots.picture_px
    ratio = height / width if width > 0 and height > 0 else 0.5625
    axes.set(xlim=(0, 1), ylim=(ratio, 0), aspect="equal", xticks=[], yticks=[])
    axes.set_title(plots.say("figure.raster.map"), fontsize=7, color=canvas.MUTED, pad=4)
    for spine in axes.spines.values():
        spine.set(visible=True, color=canvas.GREY, linewidth=0.8)
    for place in places:
        if not math.isfinite(place.x):
            continue
        x, y = place.x, place.y * ratio
        axes.plot(x, y, "o", markersize=8.5, color=canvas.ACCENT, markeredgewidth=0, clip_on=False)
        axes.text(x, y, place.mark, color="white", fontsize=6.5, weight="bold", ha="center", va="center_baseline")


def motion_trace(plots: Plots) -> Figure:
    """Return the share of the picture in motion over time, with the jerks below."""
    envelope, unit_s, say = plots.motion, plots.axis.unit_s, plots.say
    with canvas.sheet(canvas.WIDE_IN, 1.95) as figure:
        motion, marks = figure.subplots(2, 1, sharex=True, height_ratios=[9, 1])
        _hide(motion, plots)
        low, high = (100 * np.sqrt(np.clip(values, 0, 1) / 100) for values in (envelope.low, envelope.high))
        binned = envelope.low is not envelope.high
        motion.fill_between(
            envelope.time_s / unit_s, low if binned else 0, high, color=canvas.GREY, alpha=0.55, linewidth=0
        )
        motion.plot(envelope.time_s / unit_s, high, color=canvas.MUTED, linewidth=0.5)
        top = max(0.05, float(np.nanmax(envelope.high, initial=0.0)))
        levels = [level for level in _LEVELS if 0.008 * top <= level <= 1.05 * top]
        motion.set_yticks(
            [10 * np.sqrt(level) for level in levels], [f"{say.plain(100 * level)} %" for level in levels]
        )
        motion.set_ylim(0, 10.4 * np.sqrt(top))
        motion.set_ylabel(say("figure.trace.axis"))
        motion.tick_params(axis="x", length=0, labelbottom=False)
        canvas.plain_axes(motion)
        _ticks(marks, plots.onsets_s / unit_s, 0.5, 0.5, colour=canvas.ACCENT, width=0.7)
        marks.set(ylim=(0, 1), yticks=[0.5], yticklabels=[say("figure.trace.jerks")])
        canvas.plain_axes(marks, grid="")
        _time_axis(marks, plots.axis, say)
        title, words = say("figure.trace.title"), say("figure.trace.words")
        drawing = canvas.to_svg(figure, name="trace", title=title, description=words)
    caption = say("figure.trace.caption")
    if binned:
        caption += " " + say("figure.trace.binned", step=say.number(plots.axis.length_s / len(envelope.time_s), 2))
    return Figure("trace", title, caption, drawing, figure_tables.motion(plots))


def rate(plots: Plots) -> Figure:
    """Return the jerks in equal stretches of the recording, above a band of motion, changes of light and handling."""
    say, unit_s = plots.say, plots.axis.unit_s
    each = _each(float(plots.rate.edges[1] - plots.rate.edges[0]), say)
    with canvas.sheet(canvas.WIDE_IN, 2.15) as figure:
        axes, band, marks = figure.subplots(3, 1, sharex=True, height_ratios=[7, 1.3, 2.6])
        _hide(axes, plots)
        canvas.bars(axes, plots.rate, scale=unit_s, gap=0.12)
        axes.set_ylabel(say("figure.rate.axis"))
        axes.tick_params(axis="x", length=0, labelbottom=False)
        canvas.localise(axes, say, which="y")
        _motion_band(band, plots)
        _light_and_handling(marks, plots)
        title = say("figure.rate.title", each=each)
        busiest = say.count("count.jerk", int(plots.rate.counts.max(initial=0)))
        words = say("figure.rate.words", each=each, jerks=busiest)
        drawing = canvas.to_svg(figure, name="rate", title=title, description=words)
    caption = f"{say('figure.rate.caption', each=each, jerks=busiest)} {say('figure.rate.ribbon')}"
    return Figure("rate", title, caption, drawing, figure_tables.rate(plots))


def _motion_band(axes: Axes, plots: Plots) -> None:
    """Shade each epoch by how much of the picture moved: dark for a quarter of it or more."""
    shade = np.sqrt(np.clip(plots.epochs.share / 0.25, 0, 1))
    axes.imshow(
        np.ma.masked_invalid(shade[None, :]), cmap="Greys", vmin=0, vmax=1.15, aspect="auto", origin="lower",
        extent=(0, len(shade) * plots.epochs.step_s / plots.axis.unit_s, 0, 1), interpolation="nearest",
    )  # fmt: skip
    axes.set(ylim=(0, 1), yticks=[0.5], yticklabels=[plots.say("figure.rate.activity")])
    axes.tick_params(axis="x", length=0, labelbottom=False)
    canvas.plain_axes(axes, grid="")


def _light_and_handling(axes: Axes, plots: Plots) -> None:
    """Draw one row of light changes and one of handling; an empty row says so."""
    say, unit_s = plots.say, plots.axis.unit_s
    if len(plots.switches_s):
        axes.plot(plots.switches_s / unit_s, np.zeros(len(plots.switches_s)), "^", markersize=4.5, color="white",
                  markeredgecolor=canvas.INK, markeredgewidth=0.8)  # fmt: skip
    _blocks(axes, plots.handling_s, 1, plots, colour=canvas.INK)
    for row, found in enumerate((len(plots.switches_s), len(plots.handling_s))):
        if not found:
            axes.text(0, row, f" {say('word.none')}", fontsize=7, va="center_baseline", color=canvas.MUTED)
    axes.set_ylim(1.5, -0.5)
    axes.set_yticks([0, 1], [say("figure.rate.switches"), say("figure.rate.handling")])
    canvas.plain_axes(axes, grid="")
    _time_axis(axes, plots.axis, say)


def _each(width_s: float, say: Catalogue) -> str:
    amount, unit = (width_s / 60, "minute") if width_s >= 60 else (width_s, "second")
    return say(f"figure.rate.each_{unit}") if amount == 1 else say(f"figure.rate.each_{unit}s", n=say.plain(amount))
