"""The numbers of each figure as a table, for readers who cannot see it and for those who want to quote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.report.table import Column, Table

if TYPE_CHECKING:
    from detector.report.catalogue import Catalogue
    from detector.report.figures.plots import Plots
    from detector.report.figures.series import Histogram

__all__ = ["histogram", "motion", "rate", "stability", "survival"]

_MOTION_ROWS = 60
_SURVIVAL_S = (0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800)


def motion(plots: Plots) -> Table:
    """Return the largest share of the picture in motion in each sixtieth of the recording."""
    envelope, say = plots.motion, plots.say
    edges = np.linspace(0, plots.axis.length_s, _MOTION_ROWS + 1)
    slots = np.clip(np.searchsorted(edges, envelope.time_s, side="right") - 1, 0, _MOTION_ROWS - 1)
    largest = np.full(_MOTION_ROWS, np.nan)
    np.fmax.at(largest, slots, envelope.high)
    rows = tuple(
        (say.elapsed(float(start)), say.number(100 * float(top), 2))
        for start, top in zip(edges, largest, strict=False)
    )  # fmt: skip
    columns = (Column(say("bins.from_time")), Column(say("bins.largest")))
    return Table(say("bins.motion"), columns, rows)


def rate(plots: Plots) -> Table:
    """Return the numbers of jerks and light changes and the seconds of handling in each bin."""
    say, edges = plots.say, plots.rate.edges
    switches, _ = np.histogram(plots.switches_s, bins=edges)
    rows = tuple(
        (say.elapsed(float(start)), say.whole(int(amount)), say.whole(int(light)),
         say.fixed(sum(max(0.0, min(end, to) - max(start, at)) for at, to in plots.handling_s), 1))
        for start, end, amount, light in zip(edges, edges[1:], plots.rate.counts, switches, strict=False)
    )  # fmt: skip
    columns = (Column(say("bins.from_time")), Column(say("bins.jerks")), Column(say("bins.switches")),
               Column(say("bins.handling")))  # fmt: skip
    return Table(say("bins.over_time"), columns, rows)


def histogram(bins: Histogram, caption: str, label: str, what: str, say: Catalogue) -> Table:
    """Return the non-empty bins of a histogram; `label` names what is measured, `what` what is counted."""
    rows = tuple(
        (say.number(float(low)), say.number(float(high)), say.whole(int(amount)))
        for low, high, amount in zip(bins.edges, bins.edges[1:], bins.counts, strict=False)
        if amount
    )
    return Table(caption, (Column(say("bins.from", label=label)), Column(say("bins.to")), Column(what)), rows)


def survival(plots: Plots, caption: str) -> Table:
    """Return the share of intervals longer than each of some round times."""
    say, (times, share) = plots.say, plots.survival
    rows = []
    for limit in _SURVIVAL_S:
        at = int(np.searchsorted(times, limit, side="right")) - 1
        if len(times) and limit <= times[-1]:
            rows.append((say.plain(limit), say.percent(float(share[at]) if at >= 0 else 1.0, 1.0)))
    return Table(caption, (Column(say("bins.longer")), Column(say("bins.share"))), tuple(rows))


def stability(plots: Plots, caption: str) -> Table:
    """Return the number of jerks at each minimum confidence."""
    say = plots.say
    rows = tuple((say.plain(step.min_confidence), say.whole(step.jerks)) for step in plots.stability)
    return Table(caption, (Column(say("bins.least")), Column(say("bins.jerks"))), rows)
