"""Times of AVI chunks: the format counts them, so one that is lost moves all that follow; its index knows better."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.index import IndexEntries
    from av.packet import Packet
    from av.video.stream import VideoStream

__all__ = ["ChunkTimes"]

_HEADER = 8  # bytes of a chunk's name and length: the index tells where they stand, a packet where its data begin


class ChunkTimes:
    """Put the time stamps of packets right, in the order in which they are read."""

    def __init__(self, index: IndexEntries) -> None:
        self._index = index
        self._next = 0  # number of the chunk that is expected
        self._lost = 0  # ticks

    def put_right(self, packet: Packet[VideoStream]) -> None:
        """Add to the packet's time stamps what was lost before it; where the index does not know it, as before it."""
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
