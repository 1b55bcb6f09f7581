"""The figures of the study page, each with a description in words and a table of its numbers."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from detector.batch.study.ages import draw_ages
from detector.batch.study.tables import MOST_ROWS
from detector.batch.study.words import count, number, printable
from detector.report.figures import canvas
from detector.report.figures.drawing import Figure
from detector.report.figures.series import histogram
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from detector.batch.study.numbers import Study
    from detector.report.figures.series import Histogram

__all__ = ["draw_study"]

_NAMED = 30  # up to this many recordings, each bar of the coverage figure has its name
_LOOKS: Mapping[str, dict[str, Any]] = {  # by kind of time: distinguishable without colour
    "quiet": {"color": canvas.ACCENT},
    "not assessable": {"color": canvas.FAINT, "edgecolor": canvas.MUTED, "hatch": "////"},
    "masked": {"color": canvas.GREY},
    "missing": {"color": "white", "edgecolor": canvas.MUTED},
}
_BINS = 20


def draw_study(study: Study) -> dict[str, Figure]:
    """Return the figures by name; those with nothing to show are left out."""
    makers: tuple[Callable[[Study], Figure | None], ...] = (_coverage, draw_ages, _rates, _episodes)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # text stays text: the reader's fonts draw it
        return {figure.name: figure for make in makers if (figure := make(study)) is not None}


def _coverage(study: Study) -> Figure | None:
    n = len(study.names)
    if n == 0:
        return None
    named = n <= _NAMED
    title = "How much of each recording could be judged"
    words = f"Stacked bars of {count(n, 'recording')}: time that is quiet, not assessable, masked and missing."
    with canvas.sheet(canvas.WIDE_IN, 0.6 + 0.19 * n if named else 2.2) as figure:
        axes = figure.subplots()
        place, below = np.arange(n), np.zeros(n)
        unit, of_an_hour = ("minutes", 60.0) if max(_lengths_h(study)) < 1 else ("hours", 1.0)
        for label, look in _LOOKS.items():
            part = np.array(study.parts_h[label]) * of_an_hour
            if named:
                axes.barh(place, part, height=0.72, left=below, linewidth=0.4, label=label, **look)
            else:
                axes.bar(place, part, width=1.0, bottom=below, linewidth=0.0, label=label, **look)
            below += part
        _coverage_axes(axes, study, unit, named=named)
        figure.legend(loc="outside upper left", ncols=4, frameon=False, fontsize=7, handlelength=1.4)
        drawing = canvas.to_svg(figure, name="coverage", title=title, description=words)
    caption = "Best covered first. In masked, missing and not assessable time, a jerk would have been missed."
    return Figure("coverage", title, caption, drawing, _coverage_table(study))


def _lengths_h(study: Study) -> list[float]:
    return [math.fsum(parts) for parts in zip(*study.parts_h.values(), strict=True)]


def _coverage_axes(axes: Axes, study: Study, unit: str, *, named: bool) -> None:
    n = len(study.names)
    if named:
        axes.set_yticks(range(n), _shorts(study.names))
        axes.set(xlabel=unit, ylim=(n - 0.4, -0.6))
        canvas.plain_axes(axes, grid="x")
    else:
        axes.set(ylabel=unit, xlabel=f"{n:,} recordings, the best covered first", xlim=(-0.5, n - 0.5))
        axes.set_xticks([])
        canvas.plain_axes(axes)


def _shorts(names: Sequence[str]) -> list[str]:
    """Return names without the hash at their end, which the tables show, except where two would look alike."""
    plain = [printable(name[:-9]) for name in names]
    short = [one if len(one) <= 28 else f"{one[:27]}…" for one in plain]
    alike = {one for one in short if short.count(one) > 1}
    return [f"{one[:19]} {name[-8:]}" if one in alike else one for one, name in zip(short, names, strict=True)]


def _coverage_table(study: Study) -> Table:
    columns = (Column("Recording", numeric=False), *(Column(f"{label} (h)") for label in _LOOKS))
    rows = tuple(
        (name, *(number(study.parts_h[label][place]) for label in _LOOKS)) for place, name in enumerate(study.names)
    )
    note = "" if len(rows) <= MOST_ROWS else f"The first {MOST_ROWS} of {len(rows)}."
    return Table("Hours of each recording", columns, rows[:MOST_ROWS], note)


def _rates(study: Study) -> Figure | None:
    return _small(study.rates, "rates", "Jerks per quiet hour", "jerks per quiet hour")


def _episodes(study: Study) -> Figure | None:
    return _small(study.episode_s, "episodes", "Longest episode of each recording", "length (s)")


def _small(values: Sequence[float], name: str, title: str, label: str) -> Figure | None:
    if not values:
        return None
    bins = histogram(np.array(values, dtype=float), step=_step(max(values)))
    with canvas.sheet(canvas.HALF_IN, 1.7) as figure:
        axes = figure.subplots()
        canvas.bars(axes, bins)
        axes.set(xlabel=label, ylabel="recordings", xlim=(0, float(bins.edges[-1])))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        words = f"Histogram of {count(len(values), 'recording')} by {label}."
        drawing = canvas.to_svg(figure, name=name, title=title, description=words)
    caption = (
        f"{count(len(values), 'recording')}, as found, in steps of {number(float(bins.edges[1] - bins.edges[0]))}."
    )
    return Figure(name, title, caption, drawing, _bins_table(bins, title, label))


def _step(largest: float) -> float:
    """Return a round step that divides 0 to `largest` into about twenty."""
    rough = max(largest, 1e-9) / _BINS
    unit = 10.0 ** math.floor(math.log10(rough))
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)


def _bins_table(bins: Histogram, title: str, label: str) -> Table:
    rows = tuple(
        (number(float(low)), number(float(high)), f"{int(amount):,}")
        for low, high, amount in zip(bins.edges, bins.edges[1:], bins.counts, strict=False)
        if amount
    )
    return Table(title, (Column(f"{label}, from"), Column("below"), Column("Recordings")), rows)
