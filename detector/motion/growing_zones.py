"""Collect zones window by window, and put them in order without holding two copies.

The zones of a long night take half a gigabyte. Their tracks stay in memory while there are few, and then move to a
temporary file without a name, which disappears with its last user. If it cannot be written, they stay in memory.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.records.motion import ZoneTrack
from detector.records.zone_table import ROWS_A_STRETCH, ZoneConstants, ZoneStore, ZoneTable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO

    import numpy.typing as npt

__all__ = ["ROWS_IN_MEMORY", "GrowingZones", "SpooledZones"]

ROWS_IN_MEMORY = 8 * ROWS_A_STRETCH
"""Largest number of zone frames kept in memory: 32 MB."""

_ROW = np.dtype([(name, "f8" if name == "time_s" else "f4") for name in ZoneTrack.columns()])


class _Tracks:
    """Frames of zones in order of arrival, one row per frame: first those in the file, then those in memory."""

    def __init__(self) -> None:
        self._file: FileIO | None = None
        self._reading = threading.Lock()
        self._filed = 0  # bytes
        self._behind: list[bytes] = []  # not one long array, which would be copied as it grows
        self._patience = ROWS_IN_MEMORY * _ROW.itemsize  # bytes that may be in memory

    def append(self, table: ZoneTable) -> None:
        """Add the frames of `table`."""
        rows = np.empty(len(table.time_s), _ROW)
        for name in ZoneTrack.columns():
            rows[name] = getattr(table, name)
        self._behind.append(rows.tobytes())
        if sum(map(len, self._behind)) > self._patience:
            self._move()

    def _move(self) -> None:
        """Move what is in memory to the file; a full disk costs memory, not the night."""
        self._patience = 0
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (closed with its last user)
                weakref.finalize(self, self._file.close)
            self._file.seek(self._filed)
            while self._behind:
                if self._file.write(self._behind[0]) < len(self._behind[0]):
                    break
                self._filed += len(self._behind.pop(0))
        except OSError:
            pass
        if self._behind:
            self._patience = sys.maxsize

    def read(self, first: int, end: int) -> dict[str, npt.NDArray[Any]]:
        """Return the columns of the rows ``[first, end)``."""
        rows = np.frombuffer(b"".join(self._pieces(first * _ROW.itemsize, end * _ROW.itemsize)), _ROW)
        columns = {name: np.ascontiguousarray(rows[name]) for name in ZoneTrack.columns()}
        for column in columns.values():
            column.flags.writeable = False  # not shared, so it can be frozen without a copy
        return columns

    def _pieces(self, low: int, high: int) -> Iterator[bytes]:
        """Yield the bytes ``[low, high)``."""
        if self._file is not None and low < self._filed:
            with self._reading:  # all readers share one position in the file
                self._file.seek(low)
                yield self._file.read(min(high, self._filed) - low)
        begin = self._filed
        for part in self._behind:
            if begin < high and low < begin + len(part):
                yield part[max(low - begin, 0) : high - begin]
            begin += len(part)


class SpooledZones(ZoneStore):
    """Zones whose frames are in a temporary file; they are sent to other processes as a table."""

    def __init__(self, tracks: _Tracks, constants: ZoneConstants, starts: npt.NDArray[np.int64]) -> None:
        self._tracks, self.constants, self.starts = tracks, constants, starts

    def part(self, first: int, end: int) -> ZoneTable:
        """Return the zones ``[first, end)`` without reading others."""
        constants = ZoneConstants(self.constants.number[first:end], self.constants.values[first:end])
        columns = self._tracks.read(int(self.starts[first]), int(self.starts[end]))
        return ZoneTable(constants, self.starts[first : end + 1] - self.starts[first], **columns)

    def __reduce__(self) -> tuple[Any, ...]:
        table = ZoneTable.of(self)
        return ZoneTable, (table.constants, table.starts, *(getattr(table, name) for name in ZoneTrack.columns()))


class GrowingZones:
    """Zones of windows, or of parts of a recording, in the order of `ZoneTable.joined`.

    Zones that may still come after one of a later window are held back.
    """

    def __init__(self) -> None:
        self._tracks = _Tracks()
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
            Time before which no zone added later begins, in seconds.

        Raises
        ------
        ValueError
            If a zone begins before a time already settled.
        """
        together = ZoneTable.joined([self._waiting, table])
        first_s = together.time_s[together.starts[:-1]]
        if first_s.min(initial=np.inf) < self._settled_s:
            raise ValueError(f"a zone begins at {first_s[0]:.3f} s; all before {self._settled_s:.3f} s were settled")
        settled, self._settled_s = int(np.searchsorted(first_s, settled_s)), settled_s
        ready, self._waiting = together.part(0, settled), together.part(settled, len(together))
        self._tracks.append(ready)
        self._values.append(ready.constants.values)
        self._lengths.append(np.diff(ready.starts))

    def zones(self) -> ZoneTable | SpooledZones:
        """Return all zones, numbered from 1, as a table if there are few; nothing can be added after that."""
        self.add(ZoneTable.of(()), np.inf)
        values = np.concatenate(self._values)
        starts = np.concatenate(([0], np.cumsum(np.concatenate(self._lengths))))
        zones = SpooledZones(self._tracks, ZoneConstants(np.arange(1, len(values) + 1), values), starts)
        return zones if starts[-1] > ROWS_IN_MEMORY else ZoneTable.of(zones)
