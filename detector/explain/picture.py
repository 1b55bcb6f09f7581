"""The evidence as one picture: video frames, the zone's movement, each test with value and limit, the neighbours."""

from __future__ import annotations

import io
import math
import textwrap
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.patches import Ellipse, Rectangle

from detector.explain.evidence import NEIGHBOURS_S
from detector.records.events import Kind
from detector.records.plural import plural
from detector.report.figures.canvas import ACCENT, FAINT, GREY, INK, MUTED, plain_axes, sheet, to_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

    from detector.explain.evidence import Evidence
    from detector.explain.strip import Strip
    from detector.records.events import Movement

__all__ = ["explanation_png", "explanation_svg", "neighbours_shown", "number"]

_WIDE_IN = 9.5
_FAILED = "#D55E00"
_CAPTIONS = ("before", "onset", "going out", "peak", "coming back", "after")
_MOST_TESTS = 16
_LINE = 125  # letters that fit across the picture at the size of its heading
_LEGEND_HIGH = 0.2  # room above the trace that its legend takes, as a share of the trace's height
_NAME_S, _NAME_HIGH = 1.6, 0.18  # room that a neighbour's name takes: seconds and confidence


def explanation_svg(evidence: Evidence, strip: Strip | None = None, *, name: str = "explain") -> str:
    """Return the explanation of a movement's verdict as a standalone SVG; the same evidence gives the same text.

    Parameters
    ----------
    evidence : Evidence
        Evidence for the movement.
    strip : Strip, optional
        Pictures of the movement, from `strip_of`; without them, only the numbers are drawn.
    name : str
        Prefix of every id in the SVG, so that several can be on one page.

    Returns
    -------
    str
        The SVG.
    """
    movement = evidence.movement
    with sheet(_WIDE_IN, _height_in(strip)) as figure:
        _draw(figure, evidence, strip)
        words = f"{movement.id} at {movement.onset_s:.3f} s: {evidence.decided_by}."
        svg = to_svg(figure, name=name, title=f"Why {movement.id}", description=words).svg
    font = "<style>text{font-family:'DejaVu Sans',Verdana,sans-serif}</style>"
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" style="background:white" ', 1)
    return svg.replace("</title>", f"</title>{font}", 1) + "\n"


def explanation_png(evidence: Evidence, strip: Strip | None = None, *, dpi: int = 130) -> bytes:
    """Return the picture of `explanation_svg` as a PNG.

    Parameters
    ----------
    evidence : Evidence
        As in `explanation_svg`.
    strip : Strip, optional
        As in `explanation_svg`.
    dpi : int
        Dots per inch; the picture is 9.5 inches wide.

    Returns
    -------
    bytes
        The file's content.
    """
    buffer = io.BytesIO()
    with sheet(_WIDE_IN, _height_in(strip)) as figure:
        _draw(figure, evidence, strip)
        with mpl.rc_context():
            figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def _height_in(strip: Strip | None) -> float:
    return 4.6 if strip is None else 6.4


def _draw(figure: Sheet, evidence: Evidence, strip: Strip | None) -> None:
    movement = evidence.movement
    figure.suptitle(
        f"{movement.id}   {movement.onset_s:.3f} s to {movement.offset_s:.3f} s\n"
        f"{textwrap.fill(evidence.decided_by, _LINE)}",
        fontsize=9, x=0.01, ha="left",
    )  # fmt: skip
    rows = figure.add_gridspec(1 if strip is None else 2, 1, height_ratios=[1.0] if strip is None else [0.5, 1.0])
    if strip is not None:
        _draw_strip(figure, rows[0], evidence, strip)
    lower = rows[-1].subgridspec(2, 2, width_ratios=[1.35, 1.0], height_ratios=[1.0, 0.42])
    _draw_trace(figure.add_subplot(lower[0, 0]), evidence)
    _draw_neighbours(figure.add_subplot(lower[1, 0]), evidence)
    _draw_tests(figure.add_subplot(lower[:, 1]), evidence)


def _draw_strip(figure: Sheet, place: object, evidence: Evidence, strip: Strip) -> None:
    cells = place.subgridspec(1, 1 + len(strip.parts), width_ratios=[1.5, *([1.0] * len(strip.parts))])  # type: ignore[attr-defined]
    whole = figure.add_subplot(cells[0])
    _show(whole, strip.whole, "whole picture, zone")
    height, width = strip.whole.shape
    left, top, wide, high = strip.window
    whole.add_patch(Rectangle((left * width, top * height), wide * width, high * height, fill=False, ec=GREY, lw=0.8))
    if evidence.zone is not None:
        zone, radius = evidence.zone, 1.4 * evidence.zone.extent * math.hypot(width, height)
        whole.add_patch(
            Ellipse((zone.x * width, zone.y * height), 2 * radius, 2 * radius, fill=False, ec=_FAILED, lw=1.0)
        )
    for number, (part, time_s) in enumerate(zip(strip.parts, strip.times_s, strict=True)):
        axes = figure.add_subplot(cells[number + 1])
        _show(axes, part, f"{_CAPTIONS[number]}\n{time_s:.3f} s")
        if number == 3 and len(strip.arrows):
            x, y, right, down = strip.arrows.T
            axes.quiver(x, y, right, down, color=_FAILED, angles="xy", scale_units="xy", scale=0.5, width=0.01)


def _show(axes: Axes, picture: np.ndarray, title: str) -> None:
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set_title(title, fontsize=6.5, color=MUTED)
    axes.set_axis_off()


def _draw_trace(axes: Axes, evidence: Evidence) -> None:
    movement, trace = evidence.movement, evidence.trace
    end_s = max(movement.offset_s, movement.onset_s + 1e-3)
    axes.axvspan(movement.onset_s, end_s, color=ACCENT, alpha=0.12, lw=0, label="from onset to offset")
    axes.axhline(0, color=GREY, lw=0.5)
    if len(trace.time_s):
        axes.plot(
            trace.time_s, trace.along, color=ACCENT, lw=1.1, marker=".", ms=2.5, label="speed along the zone's axis"
        )
        for sign in (-1, 1):
            axes.axhline(sign * evidence.least_peak_px_s, color=_FAILED, lw=0.8, ls=(0, (4, 2.5)),
                         label="least peak of a burst" if sign > 0 else None)  # fmt: skip
        axes.axhspan(-3 * trace.noise, 3 * trace.noise, color=FAINT, lw=0, label="three times its noise at rest")
        low, high = axes.get_ylim()
        axes.set_ylim(low, high + _LEGEND_HIGH * (high - low))
        axes.legend(loc="upper left", ncols=2, fontsize=6, facecolor="white", edgecolor="none", framealpha=0.85)
        axes.set_xlim(float(trace.time_s[0]), float(trace.time_s[-1]) + 1e-3)
    axes.set(xlabel="time (s)", ylabel="px/s", title="How the zone moved: out is one sign, back the other")
    axes.title.set(fontsize=7.5, color=INK)


def _draw_neighbours(axes: Axes, evidence: Evidence) -> None:
    everyone = sorted((*evidence.neighbours, evidence.movement), key=lambda one: one.onset_s)
    for one, height in zip(everyone, _heights(everyone), strict=True):
        own = one is evidence.movement
        jerk = one.kind is Kind.JERK
        colour = ACCENT if jerk else GREY
        axes.plot(
            [one.onset_s, max(one.offset_s, one.onset_s + 0.02)],
            [one.confidence] * 2,
            color=colour,
            lw=3.5 if own else 2,
        )
        axes.annotate(one.id, (one.onset_s, height), fontsize=5.5, xytext=(0, 3), textcoords="offset points",
                      color=INK if own else MUTED, fontweight="bold" if own else "normal")  # fmt: skip
    middle_s = evidence.movement.onset_s
    beside = neighbours_shown(evidence) if evidence.neighbours else "its neighbours within 5 s"
    axes.set(xlim=(middle_s - NEIGHBOURS_S, middle_s + NEIGHBOURS_S + 1.0), ylim=(-0.05, 1.6), yticks=[0, 0.5, 1],
             xlabel="time (s)", ylabel="confidence",
             title=f"It and {beside} (blue: jerks)")  # fmt: skip
    axes.title.set(fontsize=7.5, color=INK)
    plain_axes(axes)


def _heights(movements: Sequence[Movement]) -> list[float]:
    """Return the confidence at which to write the name of each movement (sorted by onset), so that no names overlap."""
    heights: list[float] = []
    for k, one in enumerate(movements):
        near = [h for h, other in zip(heights, movements[:k], strict=True) if one.onset_s - other.onset_s < _NAME_S]
        height = one.confidence
        while any(abs(height - other) < _NAME_HIGH for other in near):
            height += _NAME_HIGH / 2
        heights.append(height)
    return heights


def _draw_tests(axes: Axes, evidence: Evidence) -> None:
    tests = evidence.tests[:_MOST_TESTS]
    for row, test in enumerate(tests):
        margin = 0.0 if math.isnan(test.margin) else float(np.clip(test.margin, -2, 2))
        axes.barh(-row, margin, color=ACCENT if test.passed else _FAILED, height=0.55)
        sign = "<=" if test.at_most else ">="
        words = f"{test.feature} {number(test.value)} {sign} {number(test.limit)} {test.unit}".rstrip()
        axes.text(-2.1, -row, words, ha="right", va="center", fontsize=6.5, color=INK if test.passed else _FAILED)
    axes.axvline(0, color=INK, lw=0.7)
    axes.set(xlim=(-2, 2), ylim=(-len(tests) + 0.4, 0.6), yticks=[], xticks=[-1, 0, 1],
             xlabel="w: width of the picture", title="Tests: value and limit; bar: how clearly passed")  # fmt: skip
    axes.set_xticklabels(["failed", "limit", "passed"])
    axes.title.set(fontsize=7.5, color=INK)
    axes.spines["left"].set_visible(False)


def neighbours_shown(evidence: Evidence) -> str:
    """Return in words which neighbours are shown."""
    shown, near = len(evidence.neighbours), plural(evidence.n_near, "neighbour")
    return f"{shown} of {near} within 5 s, the likeliest" if shown < evidence.n_near else f"{near} within 5 s"


def number(value: float) -> str:
    """Return a measured value in at most four digits; a dash if there is none."""
    return "-" if math.isnan(value) else f"{value:.3g}"
