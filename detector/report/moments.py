"""Times within the recording as text: since the first picture, and by the clock if the start is known."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detector.report.options import ReportOptions
from detector.report.table import Column

if TYPE_CHECKING:
    from detector.report.catalogue import Catalogue

__all__ = ["Moments"]

_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Moments:
    """How a report gives times: elapsed time is the key, and the clock time a label beside it.

    Attributes
    ----------
    say : Catalogue
        The language.
    options : ReportOptions
        Options with the clock time of the first picture, if it is known.
    """

    say: Catalogue
    options: ReportOptions = field(default_factory=ReportOptions)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The table columns that hold a time."""
        start = Column(self.say("groups.start"))
        return (start,) if self.options.start is None else (start, Column(self.say("groups.clock")))

    def cells(self, time_s: float) -> tuple[str, ...]:
        """Return a time as cells of these columns."""
        elapsed = self.say.elapsed(time_s)
        return (elapsed,) if self.options.start is None else (elapsed, self._clock(time_s))

    def words(self, time_s: float) -> str:
        """Return a time as text, with the clock time in brackets."""
        elapsed, *clock = self.cells(time_s)
        return f"{elapsed} ({clock[0]})" if clock else elapsed

    def _clock(self, time_s: float) -> str:
        """Return the time of day, with the date after a whole day, and with the offset if the clocks were changed."""
        if not math.isfinite(time_s):
            return self.say("word.not_measured")
        date, clock, offset = self.options.clock(time_s).split(" ")
        shown = [date] if time_s >= _DAY_S else []
        return " ".join([*shown, clock, *([offset] if offset != self.options.clock(0.0).split(" ")[2] else [])])
