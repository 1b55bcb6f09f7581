"""The figure of a study by age: one line per subject, in panels for jerks, clusters and the longest episode."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FuncFormatter

from detector.batch.study.tables import MOST_ROWS
from detector.batch.study.words import IN_VIEW, count, number, printable
from detector.report.figures import canvas
from detector.report.figures.drawing import Figure
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from detector.batch.study.numbers import Study, Subject

__all__ = ["draw_ages"]

_LABELLED = 6  # up to this many subjects, each line has its name
_MARKS, _COLOURS = "osD^vP", ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#1b2530")  # Okabe & Ito 2008
_PANELS = (
    ("rate", "jerks per quiet hour"),
    ("clusters", "clusters per quiet hour"),
    ("longest_s", "longest episode (s)"),
)


def draw_ages(study: Study) -> Figure | None:
    """Return the figure, or None if no recording has an age."""
    if not study.subjects:
        return None
    title = "By age, subject by subject"
    shown = [(name, label) for name, label in _PANELS if _any_value(study, name)]
    words = (
        f"By age in weeks, one line for each of {count(len(study.subjects), 'subject')}: "
        f"{', '.join(label for _, label in shown)}. A dashed line marks six months."
    )
    oldest = max(age for subject in study.subjects for age in subject.age_weeks)
    with canvas.sheet(canvas.WIDE_IN, 1.0 + 1.2 * len(shown)) as figure:
        panels = figure.subplots(len(shown), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (name, label) in zip(panels, shown, strict=True):
            for place, subject in enumerate(study.subjects):
                _line(axes, subject, getattr(subject, name), place, study)
            _axes(axes, label, study.usual_weeks, oldest)
        panels[0].text(study.usual_weeks, 1.02, "six months ", transform=panels[0].get_xaxis_transform(),
                       ha="center", va="bottom", fontsize=7)  # fmt: skip
        panels[-1].set_xlabel("age at recording (weeks)")
        if len(study.subjects) <= _LABELLED:
            lines, names = panels[0].get_legend_handles_labels()
            figure.legend(lines, names, loc="outside upper left", ncols=_LABELLED, frameon=False, fontsize=7)
        drawing = canvas.to_svg(figure, name="ages", title=title, description=words)
    return Figure("ages", title, _caption(study), drawing, _table(study))


def _any_value(study: Study, name: str) -> bool:
    return any(math.isfinite(value) for subject in study.subjects for value in getattr(subject, name))


def _caption(study: Study) -> str:
    several = sum(len(subject.age_weeks) > 1 for subject in study.subjects)
    stops = any(math.isnan(rate) for subject in study.subjects for rate in subject.rate)
    none = "Where a line stops, there is no rate" if _any_value(study, "rate") else "No recording here has a rate"
    why = f"{none}: too little was analysed, or none of it was quiet. " if stops else ""
    seen = f"{IN_VIEW} Hollow points show values as found: jerks are left to decide on. {_undecidable(study)}"
    reviewed = seen if study.review else ""
    return (
        f"Each point is a recording, each line a subject ({several} with more than one recording); axes are "
        f"logarithmic above 1. Without any episode, the length is 0 s. {why}{reviewed}Benign neonatal sleep myoclonus "
        "is expected to have resolved by about six months. A recording with jerks beyond that age is a reason to "
        "discuss it with a paediatrician; it says nothing about the cause."
    )


def _undecidable(study: Study) -> str:
    """Return why points are filled that nobody looked at, if there are any."""
    if not any("none found" in subject.reviewed for subject in study.subjects):
        return ""
    return (
        "Where no jerk was found and nobody decided on anything, nothing is left to decide: these points are filled. "
    )


def _line(axes: Axes, subject: Subject, values: Sequence[float], place: int, study: Study) -> None:
    """Draw the recordings of one subject; if the study has reviews, those not fully reviewed are hollow."""
    many = len(study.subjects) > _LABELLED
    colour = canvas.MUTED if many else _COLOURS[place % len(_COLOURS)]
    look: dict[str, Any] = {"color": colour, "markersize": 2.5 if many else 3.5, "linewidth": 0.9}
    look |= {"alpha": 0.55} if many else {"clip_on": False}
    mark = "o" if many else _MARKS[place % len(_MARKS)]
    axes.plot(subject.age_weeks, values, marker=mark, label=printable(subject.name), **look)
    open_ = [at for at, reviewed in enumerate(subject.reviewed) if reviewed == "no"]
    if study.review and open_:  # drawing an empty line would break the layout of the sheet
        ages, found = ([numbers[at] for at in open_] for numbers in (subject.age_weeks, values))
        axes.plot(ages, found, mark, markerfacecolor="white", **look | {"alpha": 1.0})


def _axes(axes: Axes, label: str, usual_weeks: float, oldest: float) -> None:
    axes.set_yscale("symlog", linthresh=1.0, linscale=0.5)
    axes.set(ylabel=label, xlim=(0, max(usual_weeks * 1.15, oldest * 1.12)))
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.minorticks_off()
    axes.axvline(usual_weeks, color=canvas.INK, linewidth=0.8, linestyle=(0, (4, 2.5)))
    canvas.plain_axes(axes)


def _table(study: Study) -> Table:
    whose = (Column("Reviewed", numeric=False),) if study.review else ()
    panels = (Column(label) for _, label in _PANELS)
    columns = (Column("Subject", numeric=False), Column("Age (weeks)"), *panels, *whose)
    rows = tuple(
        (
            subject.name,
            number(age),
            *(_value(getattr(subject, name)[place]) for name, _ in _PANELS),
            *(subject.reviewed[place] for _ in whose),
        )
        for subject in study.subjects
        for place, age in enumerate(subject.age_weeks)
    )
    note = "" if len(rows) <= MOST_ROWS else f"The first {MOST_ROWS} of {len(rows)}; cohort.tsv holds all."
    return Table("By age", columns, rows[:MOST_ROWS], note)


def _value(value: float) -> str:
    return number(value) if math.isfinite(value) else "n/a"
