"""Leave out the packets of an MPEG transport stream that were sent or saved twice.

The standard lets a sender repeat a packet (ISO 13818-1, 2.4.3.3), and a recorder may save each datagram of a network
twice. FFmpeg takes the second one for a loss and calls the whole film corrupt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["PACKET", "Doubled", "is_transport_stream"]

PACKET, _HEAD = 188, 4  # bytes
_NULL = 0x1FFF  # number of a stream that carries nothing
_MEMORY = 14  # packets: fewer than the 16 after which a stream's count starts over; a datagram holds 7


def is_transport_stream(head: bytes) -> bool:
    """Return whether a file that begins with these bytes is a row of packets of an MPEG transport stream."""
    return len(head) >= 3 * PACKET and head[: 3 * PACKET : PACKET] == b"GGG"


class Doubled:
    """Turn repeated packets into empty ones, so that no byte of the file changes its place."""

    def __init__(self) -> None:
        self._last = np.empty((0, PACKET), np.uint8)
        self._next = 0

    def emptied(self, data: bytes, place: int) -> bytes:
        """Return bytes of the file without repeated packets.

        Parameters
        ----------
        data : bytes
            Bytes that end where a packet does, or the file.
        place : int
            Where they begin in the file.
        """
        first = -place % PACKET
        n_new = (len(data) - first) // PACKET
        if n_new < 1:
            return data
        new = np.frombuffer(data, np.uint8, n_new * PACKET, first).reshape(n_new, PACKET)
        rows = np.concatenate([self._last, new]) if place == self._next else new
        self._next, self._last = place + len(data), rows[-_MEMORY:].copy()
        again = np.flatnonzero(_repeated(rows)[len(rows) - n_new :])
        if not again.size:
            return data
        out = bytearray(data)
        for at in first + PACKET * again:
            out[at + 1 : at + 3] = _NULL.to_bytes(2, "big")
        return bytes(out)


def _repeated(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return which packets are equal to one of the last before them; most have a count of their own in their head."""
    heads = np.ascontiguousarray(rows[:, :_HEAD]).view(np.uint32).ravel()
    repeated = np.zeros(len(rows), np.bool_)
    for back in range(1, min(_MEMORY, len(rows) - 1) + 1):
        here = np.flatnonzero((heads[back:] == heads[:-back]) & (rows[back:, 0] == ord("G"))) + back
        repeated[here] |= (rows[here] == rows[here - back]).all(axis=1)
    return repeated
