"""The figures of the page, drawn from `Plots` alone, each with a description in words and a table of its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.report.figures import closeup, timelines, timing, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.report.figures.drawing import Figure
    from detector.report.figures.plots import Plots

__all__ = ["draw_all"]


def draw_all(plots: Plots) -> dict[str, Figure]:
    """Return all figures by name; those about jerks, intervals and clusters only if there are any."""
    makers: list[Callable[[Plots], Figure]] = [timelines.raster, timelines.motion_trace, timelines.rate]
    if plots.intervals.counts.sum():
        makers += [timing.intervals, timing.survival]
    if plots.cluster_rates.counts.sum():
        makers += [closeup.closeup, timing.cluster_rates]
    if len(plots.onsets_s):
        makers += [timing.durations, timing.amplitudes, where.where]
    if plots.stability:
        makers.append(timing.stability)
    return {figure.name: figure for figure in (make(plots) for make in makers)}
