"""The numbers of each figure as a table, for readers who cannot see it and for those who want to quote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.report.tables import Column, Table
from detector.report.words import NOT_MEASURED, elapsed, number, percent

if TYPE_CHECKING:
    from detector.report.plots import Plots
    from detector.report.series import Histogram

__all__ = ["histogram", "intervals", "motion", "raster", "rate"]

_MOTION_ROWS = 60


def raster(plots: Plots) -> Table:
    """Return the places with their position in the picture and their number of jerks."""
    total = len(plots.onsets_s)
    rows = tuple(
        (place.name, f"{len(place.jerks):,}", percent(len(place.jerks), total), _share(place.x), _share(place.y))
        for place in plots.places
    )
    columns = (
        Column("Place", numeric=False), Column("Jerks"), Column("Share"), Column("From the left edge"),
        Column("From the top edge"),
    )  # fmt: skip
    return Table("Places in the picture", columns, rows)


def _share(value: float) -> str:
    return f"{100 * value:.0f} %" if np.isfinite(value) else NOT_MEASURED


def motion(plots: Plots) -> Table:
    """Return the largest share of the picture in motion in each sixtieth of the recording."""
    trace = plots.trace
    edges = np.linspace(0, plots.axis.length_s, _MOTION_ROWS + 1)
    slots = np.clip(np.searchsorted(edges, trace.time_s, side="right") - 1, 0, _MOTION_ROWS - 1)
    largest = np.full(_MOTION_ROWS, np.nan)
    np.fmax.at(largest, slots, trace.high)
    rows = tuple(
        (elapsed(float(start)), number(100 * float(top), 2)) for start, top in zip(edges, largest, strict=False)
    )
    columns = (Column("From (h:mm:ss)"), Column("Largest share in motion (%)"))
    return Table("Motion in sixty equal parts of the recording", columns, rows)


def rate(plots: Plots) -> Table:
    """Return the jerks of each bin."""
    rows = tuple(
        (elapsed(float(start)), f"{int(amount):,}")
        for start, amount in zip(plots.rate.edges, plots.rate.counts, strict=False)
    )
    return Table("Jerks over time", (Column("From (h:mm:ss)"), Column("Jerks")), rows)


def intervals(plots: Plots) -> Table:
    """Return the intervals of each bin that holds any."""
    return histogram(plots.intervals, "Time from one jerk to the next", "interval (s)", what="Intervals")


def histogram(bins: Histogram, caption: str, label: str, *, what: str = "Jerks") -> Table:
    """Return the bins of a histogram that hold any value."""
    rows = tuple(
        (number(float(low)), number(float(high)), f"{int(amount):,}")
        for low, high, amount in zip(bins.edges, bins.edges[1:], bins.counts, strict=False)
        if amount
    )
    return Table(caption, (Column(f"{label}, from"), Column("to below"), Column(what)), rows)
