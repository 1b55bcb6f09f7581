"""Rows of the candidates of a stretch, collected zone by zone as they are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.events.measure_kernel import ZoneMeasure
    from detector.records.zone_table import ZoneTable

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["CandidateRows"]


class CandidateRows:
    """Collect rows, and the zone of the stretch that each belongs to.

    Parameters
    ----------
    n_columns : int
        Number of values in a row.
    """

    rows_a_block = 8192

    def __init__(self, n_columns: int) -> None:
        self._rows = np.empty((self.rows_a_block, n_columns))
        self._zone = np.empty(self.rows_a_block, np.int64)
        self._done: list[tuple[FloatArray, npt.NDArray[np.int64]]] = []

    def fill(self, zones: ZoneTable, kernel: ZoneMeasure) -> None:
        """Let the kernel measure `zones`."""
        first = 0
        while first < len(zones):
            found, first = kernel.fill(zones, first, self._rows, self._zone)
            self._done.append((self._rows[:found].copy(), self._zone[:found].copy()))
            if not found and first < len(zones):  # a zone with more excursions than there is room for
                longest = int(np.diff(zones.starts).max())
                self._rows, self._zone = np.empty((longest, self._rows.shape[1])), np.empty(longest, np.int64)

    def add(self, zone: int, rows: Sequence[Sequence[float]]) -> None:
        """Add the rows of one zone."""
        values = np.array(rows, np.float64).reshape(-1, self._rows.shape[1])
        self._done.append((values, np.full(len(values), zone, np.int64)))

    def take(self) -> tuple[FloatArray, IndexArray]:
        """Return all rows and the zone of each, and start afresh."""
        done, self._done = self._done, []
        return np.concatenate([rows for rows, _ in done]), np.concatenate([zone for _, zone in done])
