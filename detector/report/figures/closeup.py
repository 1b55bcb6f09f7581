"""The clusters one below the other, each from its own start, to show rhythm and places at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.report.figures import canvas
from detector.report.figures.drawing import Figure
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from detector.report.figures.plots import Plots

__all__ = ["closeup"]

MOST_ROWS = 24


def closeup(plots: Plots) -> Figure:
    """Return a figure with a row for each cluster and its jerks from its start, each with the mark of its place.

    If there are more than 24 clusters, those with the most jerks are drawn.
    """
    say = plots.say
    title = say("figure.closeup.title")
    largest = sorted(plots.clusters, key=lambda cluster: -len(cluster.onsets_s))[:MOST_ROWS]
    shown = [cluster for cluster in plots.clusters if cluster in largest]
    with canvas.sheet(canvas.WIDE_IN, 0.65 + 0.2 * len(shown)) as figure:
        axes = figure.subplots()
        at = np.array([(onset_s, row) for row, cluster in enumerate(shown) for onset_s in cluster.onsets_s])
        marks = [mark for cluster in shown for mark in cluster.marks]
        axes.hlines(np.arange(len(shown)), 0, _longest(plots), color=canvas.FAINT, linewidth=0.6)
        height = np.tile([-0.34, 0.34, np.nan], len(at))  # all lines as one path: the page stays light
        axes.plot(np.repeat(at[:, 0], 3), np.repeat(at[:, 1], 3) + height, color=canvas.ACCENT, linewidth=1.2)
        for (onset_s, row), mark in zip(at, marks, strict=True):
            axes.annotate(mark, (onset_s, row), (2.5, 0), textcoords="offset points", fontsize=6,
                          va="center_baseline", color=canvas.MUTED)  # fmt: skip
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_yticks(range(len(shown)), [cluster.name for cluster in shown])
        axes.set_xlim(-0.02 * _longest(plots), 1.04 * _longest(plots))
        axes.set_xlabel(say("figure.closeup.axis"))
        canvas.localise(axes, say, which="x")
        canvas.plain_axes(axes, grid="x")
        words = say("figure.closeup.words", clusters=say.count("count.cluster", len(shown)))
        drawing = canvas.to_svg(figure, name="closeup", title=title, description=words)
    caption = say("figure.closeup.caption")
    if len(shown) < len(plots.clusters):
        caption += " " + say("figure.closeup.some", shown=say.whole(len(shown)), all=say.whole(len(plots.clusters)))
    rows = tuple((c.name, "; ".join(say.fixed(onset_s, 2) for onset_s in c.onsets_s)) for c in shown)
    columns = (Column(say("groups.cluster"), numeric=False), Column(say("figure.closeup.onsets"), numeric=False))
    return Figure("closeup", title, caption, drawing, Table(title, columns, rows))


def _longest(plots: Plots) -> float:
    return max(cluster.onsets_s[-1] for cluster in plots.clusters) or 1.0
