"""How the jerks follow each other, in sentences and two tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.records.summary import jerk_intervals_s
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from detector.records.result import Result
    from detector.report.catalogue import Catalogue

__all__ = ["measures_table", "quartile_lines", "series_table"]


def quartile_lines(result: Result, say: Catalogue) -> tuple[str, ...]:
    """Return the measured properties of the jerks as sentences, with the median and interquartile range of each."""
    jerks = result.jerks
    values = (
        ("duration", np.array([j.duration_s for j in jerks])),
        ("amplitude", np.array([j.amplitude_px for j in jerks])),
        ("interval", jerk_intervals_s(result)[0]),
        ("rate", np.array([c.rate_hz for c in result.clusters])),
    )
    out = []
    for name, measured in values:
        good = measured[np.isfinite(measured)] if len(measured) else measured
        label, unit = say(f"timing.{name}"), say(f"timing.unit_{name}")
        if len(good) >= 3:
            low, middle, high = (say.number(float(q), 2) for q in np.quantile(good, (0.25, 0.5, 0.75)))
            out.append(say("timing.quartiles", label=label, middle=middle, unit=unit, low=low, high=high))
        elif len(good):
            out.append(say("timing.values", label=label, values=", ".join(say.number(float(v), 2) for v in good),
                           unit=unit))  # fmt: skip
    return tuple(out)


def measures_table(result: Result, say: Catalogue) -> Table:
    """Return the measures of rhythm and clustering, each with what it means."""
    timing = result.timing
    values = (
        ("valley", timing.valley_s), ("fano", timing.fano), ("cv2", timing.cv2), ("periodicity", timing.periodicity),
    )  # fmt: skip
    rows = tuple((say(f"timing.{name}"), say.number(value), say(f"timing.{name}_means")) for name, value in values)
    columns = (Column(say("timing.measure"), numeric=False), Column(say("timing.value")),
               Column(say("timing.meaning"), numeric=False))  # fmt: skip
    return Table(say("timing.measures"), columns, rows)


def series_table(result: Result, say: Catalogue) -> Table:
    """Return the video-derived series by rule, without a rate if little time was analysed."""
    short = result.too_short_for_rates
    rows = tuple(
        (say(f"timing.{profile.rule}"), f"{say.plain(profile.least_s)}-{say.number(profile.most_s, 2)}",
         say.whole(profile.n_series), say.whole(profile.n_movements),
         say("card.rate_missing") if short else say.number(profile.per_analysed_h))
        for profile in result.timing.profiles
    )  # fmt: skip
    columns = (
        Column(say("timing.rule"), numeric=False), Column(say("timing.interval_rule")), Column(say("timing.n_series")),
        Column(say("timing.n_movements")), Column(say("timing.per_hour")),
    )  # fmt: skip
    return Table(say("timing.series"), columns, rows, say("timing.series_note"))
