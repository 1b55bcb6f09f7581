"""Zones that come window by window, and are one table in the end without having been there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detector.records.motion import ZoneTrack
from detector.records.zone_table import ZoneConstants, ZoneTable

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["GrowingZones"]

_DTYPES = dict.fromkeys(ZoneTrack.columns(), np.float32) | {"time_s": np.float64}


class GrowingZones:
    """Zones of windows, or of parts of a recording, in the order of `ZoneTable.joined`.

    A long night has half a gigabyte of them. Their columns grow in place; what a later window may still come before
    waits outside.
    """

    def __init__(self) -> None:
        self._columns = {name: bytearray() for name in _DTYPES}
        self._values: list[npt.NDArray[Any]] = []
        self._lengths: list[npt.NDArray[Any]] = []
        self._waiting = ZoneTable.of(())

    def add(self, table: ZoneTable, settled_s: float) -> None:
        """Add zones; none that is added later may begin before `settled_s`, in seconds."""
        together = ZoneTable.joined([self._waiting, table])
        settled = int(np.searchsorted(together.time_s[together.starts[:-1]], settled_s))
        ready, self._waiting = together.part(0, settled), together.part(settled, len(together))
        for name in _DTYPES:
            self._columns[name] += getattr(ready, name).tobytes()
        self._values.append(ready.constants.values)
        self._lengths.append(np.diff(ready.starts))

    def table(self) -> ZoneTable:
        """Return all zones, numbered from 1; nothing can be added any more."""
        self.add(ZoneTable.of(()), np.inf)
        values = np.concatenate(self._values)
        starts = np.concatenate(([0], np.cumsum(np.concatenate(self._lengths))))
        arrays: dict[str, npt.NDArray[Any]] = {
            name: np.frombuffer(self._columns[name], dtype) for name, dtype in _DTYPES.items()
        }
        for array in arrays.values():
            array.flags.writeable = False  # it is nobody else's, and needs no copy to be frozen
        return ZoneTable(ZoneConstants(np.arange(1, len(values) + 1), values), starts, **arrays)
