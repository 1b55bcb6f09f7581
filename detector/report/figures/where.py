"""Positions of the jerks in the picture: one dot each, over the regions, and over a pixelated still if there is one."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import numpy as np

from detector.report.figures import canvas
from detector.report.figures.drawing import Drawing, Figure
from detector.report.places import places_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from detector.report.figures.plots import Plots

__all__ = ["where"]

_SINGLE = 400  # jerks that are a dot each
_BESIDE = 17  # points from the middle of a zone to its number


def where(plots: Plots) -> Figure:
    """Return the map of the jerks."""
    say = plots.say
    title = say("figure.where.title")
    words = say("figure.where.words", places=", ".join(place.name for place in plots.places))
    width, height = plots.picture_px
    ratio = height / width if width > 0 and height > 0 else 0.5625
    across = min(5.0, 3.4 / ratio)
    with canvas.sheet(across, across * ratio) as figure:
        figure.set_layout_engine("none")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1), ylim=(1, 0), xticks=[], yticks=[])
        axes.patch.set_alpha(0)
        figure.patch.set_alpha(0)
        for spine in axes.spines.values():
            spine.set(visible=True, color=canvas.GREY, linewidth=1.2)
        _regions(axes, plots)
        _dots(axes, plots)
        drawing = canvas.to_svg(figure, name="where", title=title, description=words)
    if plots.still:
        drawing = _over(drawing, plots.still)
    many = len(plots.points) > _SINGLE
    plain = "figure.where.caption_many" if many else "figure.where.caption"
    caption = say("figure.where.caption_named" if plots.regions else plain)
    if plots.still:
        caption += " " + say("figure.where.still")
    return Figure("where", title, caption, drawing, places_table(plots.places, say))


def _regions(axes: Axes, plots: Plots) -> None:
    for name, corners in plots.regions:
        closed = np.array([*corners, corners[0]])
        axes.plot(closed[:, 0], closed[:, 1], color="white" if plots.still else canvas.INK, linewidth=2.0)
        axes.plot(closed[:, 0], closed[:, 1], color=canvas.INK, linewidth=1.0, linestyle=(0, (4, 2)))
        middle = closed[:-1].mean(axis=0)
        axes.text(
            float(middle[0]), float(middle[1]), name.replace("_", " "), fontsize=7, ha="center", va="center",
            color=canvas.INK, bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1.5},
        )  # fmt: skip


def _dots(axes: Axes, plots: Plots) -> None:
    """Draw all dots as one path, so that two thousand of them take little space; crowded places appear darker."""
    points = plots.points[np.isfinite(plots.points).all(axis=1)]
    if len(points) > _SINGLE:  # one dot per cell of a fine grid, larger for more jerks
        cells, amounts = np.unique(np.round(points * 48).astype(int), axis=0, return_counts=True)
        sizes = 5 + 60 * amounts / amounts.max()
        axes.scatter(cells[:, 0] / 48, cells[:, 1] / 48, s=sizes, color=canvas.ACCENT, alpha=0.75, linewidths=0)
    else:
        axes.scatter(points[:, 0], points[:, 1], s=16, color=canvas.ACCENT, alpha=0.7, edgecolors="white",
                     linewidths=0.5)  # fmt: skip
    for place in plots.places:
        if np.isfinite(place.x + place.y) and not plots.regions:
            beside = (-_BESIDE if place.x > 0.5 else _BESIDE, -_BESIDE if place.y > 0.5 else _BESIDE)  # covers no dot
            axes.annotate(
                place.mark, (place.x, place.y), xytext=beside, textcoords="offset points", fontsize=8, weight="bold",
                ha="center", va="center", color=canvas.INK, arrowprops={"arrowstyle": "-", "linewidth": 0.6},
                bbox={"facecolor": "white", "alpha": 0.9, "linewidth": 0.6, "edgecolor": canvas.INK,
                      "boxstyle": "circle,pad=0.25"},
            )  # fmt: skip


def _over(drawing: Drawing, still: bytes) -> Drawing:
    """Put the still behind the drawing, as the first element of its SVG."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing.svg)
    if box is None:
        return drawing
    data = base64.b64encode(still).decode("ascii")
    picture = (
        f'<image width="{box[1]}" height="{box[2]}" preserveAspectRatio="none" opacity="0.8" '
        f'href="data:image/jpeg;base64,{data}"/>'
    )
    head = drawing.svg.index("</desc>") + len("</desc>")
    return Drawing(drawing.svg[:head] + picture + drawing.svg[head:])
