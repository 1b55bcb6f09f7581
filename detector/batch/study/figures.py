"""The figures of the study page, each with a description in words and a table of its numbers."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from detector.batch.study.words import count, number
from detector.report.figures import canvas
from detector.report.figures.drawing import Figure
from detector.report.figures.series import histogram
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes

    from detector.batch.study.numbers import Study, Subject
    from detector.report.figures.series import Histogram

__all__ = ["draw_study"]

_NAMED = 30  # recordings up to which each bar of the coverage figure has its name
_LABELLED = 6  # subjects up to which each line has its name
_LOOKS: Mapping[str, dict[str, Any]] = {  # by kind of time: told apart without colour
    "quiet": {"color": canvas.ACCENT},
    "not assessable": {"color": canvas.FAINT, "edgecolor": canvas.MUTED, "hatch": "////"},
    "masked": {"color": canvas.GREY},
    "missing": {"color": "white", "edgecolor": canvas.MUTED},
}
_MARKS, _COLOURS = "osD^vP", ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#1b2530")  # Okabe & Ito 2008
_BINS = 20
_MOST_ROWS = 500


def draw_study(study: Study) -> dict[str, Figure]:
    """Return the figures by name; those without anything to show are left out."""
    makers: tuple[Callable[[Study], Figure | None], ...] = (_coverage, _ages, _rates, _episodes)
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
    caption = "Best covered first. In masked, missing and not assessable time a jerk would have been missed."
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
    """Return names without the hash at their end, which the tables show, but where two would look alike."""
    plain = [_seen(name[:-9]) for name in names]
    short = [one if len(one) <= 28 else f"{one[:27]}…" for one in plain]
    alike = {one for one in short if short.count(one) > 1}
    return [f"{one[:19]} {name[-8:]}" if one in alike else one for one, name in zip(short, names, strict=True)]


def _seen(name: str) -> str:
    """Return a name with a mark for each sign that cannot be drawn."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)


def _coverage_table(study: Study) -> Table:
    columns = (Column("Recording", numeric=False), *(Column(f"{label} (h)") for label in _LOOKS))
    rows = tuple(
        (name, *(number(study.parts_h[label][place]) for label in _LOOKS)) for place, name in enumerate(study.names)
    )
    note = "" if len(rows) <= _MOST_ROWS else f"The first {_MOST_ROWS} of {len(rows)}."
    return Table("Hours of each recording", columns, rows[:_MOST_ROWS], note)


_PANELS = (
    ("rate", "jerks per quiet hour"),
    ("clusters", "clusters per quiet hour"),
    ("longest_s", "longest episode (s)"),
)


def _ages(study: Study) -> Figure | None:
    if not study.subjects:
        return None
    title = "Over age, subject by subject"
    words = (
        f"Three panels over the age in weeks, a line for each of {count(len(study.subjects), 'subject')}: jerks per "
        "quiet hour, clusters per quiet hour, longest episode. A dashed line marks six months."
    )
    oldest = max(age for subject in study.subjects for age in subject.age_weeks)
    with canvas.sheet(canvas.WIDE_IN, 4.6) as figure:
        panels = figure.subplots(3, 1, sharex=True)
        for axes, (name, label) in zip(panels, _PANELS, strict=True):
            for place, subject in enumerate(study.subjects):
                _line(axes, subject, getattr(subject, name), place, len(study.subjects))
            _age_axes(axes, label, study.usual_weeks, oldest)
        panels[0].text(study.usual_weeks, 1.02, "six months ", transform=panels[0].get_xaxis_transform(),
                       ha="center", va="bottom", fontsize=7)  # fmt: skip
        panels[-1].set_xlabel("age at the recording (weeks)")
        if len(study.subjects) <= _LABELLED:
            lines, names = panels[0].get_legend_handles_labels()
            figure.legend(lines, names, loc="outside upper left", ncols=_LABELLED, frameon=False, fontsize=7)
        drawing = canvas.to_svg(figure, name="ages", title=title, description=words)
    return Figure("ages", title, _ages_caption(study), drawing, _ages_table(study))


def _ages_caption(study: Study) -> str:
    several = sum(len(subject.age_weeks) > 1 for subject in study.subjects)
    stops = any(math.isnan(rate) for subject in study.subjects for rate in subject.rate)
    why = "Where a line stops there is no rate: too little was analysed, or none of it was quiet. " if stops else ""
    return (
        f"A point is a recording, a line a subject ({several} with more than one recording); axes are logarithmic "
        f"above 1. No episode counts as 0 s. {why}Benign neonatal sleep myoclonus is expected to have gone by about "
        "six months. A recording beyond that age with jerks is a reason to discuss it with a paediatrician; it says "
        "nothing about the cause."
    )


def _line(axes: Axes, subject: Subject, values: Sequence[float], place: int, n: int) -> None:
    if n > _LABELLED:
        axes.plot(subject.age_weeks, values, "o-", color=canvas.MUTED, markersize=2.5, alpha=0.55, linewidth=0.9)
        return
    axes.plot(
        subject.age_weeks, values, marker=_MARKS[place % len(_MARKS)], color=_COLOURS[place % len(_COLOURS)],
        markersize=3.5, linewidth=0.9, clip_on=False, label=_seen(subject.name),
    )  # fmt: skip


def _age_axes(axes: Axes, label: str, usual_weeks: float, oldest: float) -> None:
    axes.set_yscale("symlog", linthresh=1.0, linscale=0.5)
    axes.set(ylabel=label, xlim=(0, max(usual_weeks * 1.15, oldest * 1.12)))
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.minorticks_off()
    axes.axvline(usual_weeks, color=canvas.INK, linewidth=0.8, linestyle=(0, (4, 2.5)))
    canvas.plain_axes(axes)


def _ages_table(study: Study) -> Table:
    columns = (Column("Subject", numeric=False), Column("Age (weeks)"), *(Column(label) for _, label in _PANELS))
    rows = tuple(
        (subject.name, number(age), *(_value(getattr(subject, name)[place]) for name, _ in _PANELS))
        for subject in study.subjects
        for place, age in enumerate(subject.age_weeks)
    )
    note = "" if len(rows) <= _MOST_ROWS else f"The first {_MOST_ROWS} of {len(rows)}; cohort.tsv holds all."
    return Table("Over age", columns, rows[:_MOST_ROWS], note)


def _value(value: float) -> str:
    return number(value) if math.isfinite(value) else "n/a"


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
    caption = f"{count(len(values), 'recording')}, in steps of {number(float(bins.edges[1] - bins.edges[0]))}."
    return Figure(name, title, caption, drawing, _bins_table(bins, title, label))


def _step(largest: float) -> float:
    """Return a round step that cuts 0 to `largest` into about twenty."""
    rough = max(largest, 1e-9) / _BINS
    unit = 10.0 ** math.floor(math.log10(rough))
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)


def _bins_table(bins: Histogram, title: str, label: str) -> Table:
    rows = tuple(
        (number(float(low)), number(float(high)), f"{int(amount):,}")
        for low, high, amount in zip(bins.edges, bins.edges[1:], bins.counts, strict=False)
        if amount
    )
    return Table(title, (Column(f"{label}, from"), Column("to below"), Column("Recordings")), rows)
