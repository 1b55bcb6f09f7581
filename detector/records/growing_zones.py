"""Zones that come window by window, and are one table in the end without having been there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detector.records.motion import ZoneTrack
from detector.records.zone_table import ZoneConstants, ZoneTable

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["GrowingZones"]


class GrowingZones:
    """Zones of windows, or of parts of a recording, in the order of `ZoneTable.joined`.

    A long night has half a gigabyte of them. Their columns grow in place; what a later window may still come before
    waits outside.
    """

    def __init__(self) -> None:
        self._columns = {name: bytearray() for name in ZoneTrack.columns()}
        self._values: list[npt.NDArray[np.float64]] = []
        self._lengths: list[npt.NDArray[np.int64]] = []
        self._waiting = ZoneTable.of(())
        self._settled_s = -np.inf

    def add(self, table: ZoneTable, settled_s: float) -> None:
        """Add zones.

        Parameters
        ----------
        table : ZoneTable
            In any order; none is without frames.
        settled_s : float
            No zone that is added later begins before this, in seconds.

        Raises
        ------
        ValueError
            If one begins before what was settled.
        BufferError
            If there are zones to be settled after `table` was called.
        """
        together = ZoneTable.joined([self._waiting, table])
        first_s = together.time_s[together.starts[:-1]]
        if first_s.min(initial=np.inf) < self._settled_s:
            raise ValueError(f"a zone begins at {first_s[0]:.3f} s; all before {self._settled_s:.3f} s were settled")
        settled, self._settled_s = int(np.searchsorted(first_s, settled_s)), settled_s
        ready, self._waiting = together.part(0, settled), together.part(settled, len(together))
        for name, column in self._columns.items():
            column.extend(getattr(ready, name).tobytes())
        self._values.append(ready.constants.values)
        self._lengths.append(np.diff(ready.starts))

    def table(self) -> ZoneTable:
        """Return all zones, numbered from 1; nothing can be added any more."""
        self.add(ZoneTable.of(()), np.inf)
        values = np.concatenate(self._values)
        starts = np.concatenate(([0], np.cumsum(np.concatenate(self._lengths))))
        arrays: dict[str, npt.NDArray[Any]] = {}
        for name, column in self._columns.items():
            arrays[name] = np.frombuffer(column, getattr(self._waiting, name).dtype)
            arrays[name].flags.writeable = False  # it is nobody else's, and needs no copy to be frozen
        return ZoneTable(ZoneConstants(np.arange(1, len(values) + 1), values), starts, **arrays)
