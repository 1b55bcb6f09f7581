"""A drawing surface in one style, and its export to the page as an SVG with the same bytes every time.

Text stays text (it can be selected and searched), takes the page's own font, and every id carries the figure's name so
that several drawings can share one page.
"""

from __future__ import annotations

import html
import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Sheet
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from detector.report.figures.drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from detector.report.catalogue import Catalogue
    from detector.report.figures.series import Histogram

__all__ = [
    "ACCENT",
    "FAINT",
    "GREY",
    "HALF_IN",
    "INK",
    "MUTED",
    "WIDE_IN",
    "bars",
    "localise",
    "plain_axes",
    "sheet",
    "to_svg",
]

INK, MUTED, GREY, FAINT = "#1b2530", "#55606b", "#9aa4ad", "#e6eaed"
ACCENT = "#0072B2"
"""The blue of Okabe and Ito (2008), distinguishable with all common forms of colour vision; 5.2:1 on white."""

WIDE_IN, HALF_IN = 7.5, 3.65
"""Widths in inches of a figure across the page and of one of half that width; both have text of the same size."""

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same layout on every machine
    "font.size": 7.5,
    "text.parse_math": False,  # a name with $ in it is a name
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 3,
    "xtick.minor.size": 1.5,
    "ytick.major.size": 0,
    "xtick.major.width": 0.6,
    "xtick.minor.width": 0.5,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 0.8,
    "path.simplify": False,
    "svg.fonttype": "none",
}


@contextmanager
def sheet(width_in: float, height_in: float) -> Iterator[Sheet]:
    """Yield an empty figure in the report's style, without a window, a global figure or the user's matplotlibrc."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield Sheet(figsize=(width_in, height_in), layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.03))


def plain_axes(axes: Axes, *, grid: str = "y") -> None:
    """Keep only the axis line at the bottom, with a faint grid."""
    axes.spines["left"].set_visible(False)
    if grid:
        axes.grid(axis=grid, which="major")  # type: ignore[arg-type]


def bars(axes: Axes, bins: Histogram, *, scale: float = 1.0, gap: float = 0.06) -> None:
    """Draw the bins that are not empty as bars; `scale` is the unit of the axis in units of the edges."""
    edges = bins.edges / scale
    widths = np.diff(edges)
    used = bins.counts > 0
    axes.bar(edges[:-1][used] + gap / 2 * widths[used], bins.counts[used], width=(1 - gap) * widths[used],
             align="edge", color=ACCENT, linewidth=0)  # fmt: skip
    axes.set_ylim(0, max(1.0, 1.08 * float(bins.counts.max(initial=1))))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    plain_axes(axes)


def localise(axes: Axes, say: Catalogue, *, which: str = "both") -> None:
    """Format the numbers on the axes as the language requires."""
    chosen = {"x": (axes.xaxis,), "y": (axes.yaxis,), "both": (axes.xaxis, axes.yaxis)}[which]
    for axis in chosen:
        axis.set_major_formatter(FuncFormatter(lambda value, _: say.plain(value)))


def to_svg(figure: Sheet, *, name: str, title: str, description: str) -> Drawing:
    """Return `figure` as an inline SVG with a role, a title and a description; call it inside `sheet`."""
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "sleepjerk"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'(\sid="|url\(#|xlink:href="#)', rf"\g<1>{name}-", text).replace("xlink:href", "href")
    text = re.sub(r"font: ([\d.]+)px 'DejaVu Sans'", r"font-size: \1px", text)  # older versions of matplotlib
    text = re.sub(r"font-family: 'DejaVu Sans'; ", "", text)
    text = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", text)
    view = re.search(r'viewBox="([^"]*)"', text)
    head = (
        f'<svg viewBox="{view.group(1) if view else ""}" role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(description)}</desc>'
    )
    return Drawing(re.sub(r"\n\s*", "\n", head + text[text.index(">") + 1 :]).strip())
