"""Rows of candidates as they are measured, zone after zone, until they can be put in order of onset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.events.candidate_table import TIMES_AND_SIZES, Candidates
from detector.records.zone_table import ZoneConstants

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.events.measure_kernel import ZoneMeasure
    from detector.records.zone_table import ZoneTable

    FloatArray = npt.NDArray[np.float64]

__all__ = ["CandidateRows"]


class CandidateRows:
    """Collects rows.

    Parameters
    ----------
    n_columns : int
        Numbers of a row.
    """

    rows_a_block = 98_304  # so many that the system gets the memory of a block back as soon as it is let go

    def __init__(self, n_columns: int) -> None:
        self._n_columns = n_columns
        self._full: list[FloatArray] = []
        self._full_zone: list[npt.NDArray[np.int64]] = []
        self._constants: list[ZoneConstants] = []
        self._n_zones = 0
        self._begin_block(0)

    def fill(self, zones: ZoneTable, first: int, kernel: ZoneMeasure) -> int:
        """Let the kernel measure `zones` from `first` on; return the first one that it cannot do, or their number."""
        while True:
            rows, zone = self._rows[self._used :], self._zone[self._used :]
            found, first, unable = kernel.fill(zones, first, rows, zone)
            zone[:found] += self._n_zones
            self._used += found
            if unable or first == len(zones):
                return first
            self._end_block()
            self._begin_block(int(np.diff(zones.starts).max()))

    def add(self, zone: int, rows: Sequence[Sequence[float]]) -> None:
        """Add the rows of one zone: the number of that zone among those that `end` will tell of."""
        if self._used + len(rows) > len(self._rows):
            self._end_block()
            self._begin_block(len(rows))
        if rows:
            self._rows[self._used : self._used + len(rows)] = rows
            self._zone[self._used : self._used + len(rows)] = self._n_zones + zone
            self._used += len(rows)

    def end(self, zones: ZoneConstants) -> None:
        """Say which zones the rows since the last call are of."""
        self._constants.append(zones)
        self._n_zones += len(zones)

    def sorted(self, names: tuple[str, ...]) -> Candidates:
        """Return all rows, by onset and number of the zone, and let go of them; `names`: of the features."""
        self._end_block()
        zones, zone = ZoneConstants.joined(self._constants), np.concatenate(self._full_zone)
        onset_s = np.concatenate([block[:, TIMES_AND_SIZES.index("onset_s")] for block in self._full])
        order = np.lexsort((zones.number[zone], onset_s))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        values = np.empty((len(order), self._n_columns))
        done = 0
        while self._full:
            block = self._full.pop(0)
            values[place[done : done + len(block)]] = block
            done += len(block)
        return Candidates.without_views(names, values, zone[order], zones)

    def _begin_block(self, least: int) -> None:
        n = max(self.rows_a_block, least)
        self._rows, self._zone, self._used = np.empty((n, self._n_columns)), np.empty(n, np.int64), 0

    def _end_block(self) -> None:
        self._full.append(self._rows[: self._used])
        self._full_zone.append(self._zone[: self._used])
