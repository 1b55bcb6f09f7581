"""Correct the times of AVI chunks by the index: the format counts chunks, so a lost one shifts all later times."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.index import IndexEntries
    from av.packet import Packet
    from av.video.stream import VideoStream

__all__ = ["ChunkTimes"]

_HEADER = 8  # bytes of a chunk's name and length: the index points to these, a packet to the data after them


class ChunkTimes:
    """Correct the time stamps of packets, in the order in which they are read."""

    def __init__(self, index: IndexEntries) -> None:
        self._index = index
        self._next = 0  # number of the chunk expected next
        self._lost = 0  # ticks

    def put_right(self, packet: Packet[VideoStream]) -> None:
        """Add the time lost before a packet to its time stamps; if not in the index, as for the one before."""
        number = self._number_at(packet.pos - _HEADER) if packet.pos is not None else None
        if number is not None and packet.dts is not None:
            self._lost, self._next = self._index[number].timestamp - packet.dts, number + 1
        if self._lost:
            packet.dts = None if packet.dts is None else packet.dts + self._lost
            packet.pts = None if packet.pts is None else packet.pts + self._lost

    def _number_at(self, place: int) -> int | None:
        index, expected = self._index, self._next
        if expected < len(index) and index[expected].pos == place:
            return expected
        number = bisect_left(index, place, key=lambda entry: entry.pos)
        return number if number < len(index) and index[number].pos == place else None
