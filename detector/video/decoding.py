"""Packets to pictures: decode a stream to its end whatever it holds, and note what went wrong on the way."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import av.error

from detector.video.container import DECODING_ERRORS, refuse_shortage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["Decoder"]


class Decoder:
    """One pass over a stream.

    Attributes
    ----------
    n_packets, n_bad_packets : int
        Packets read, and those that are marked corrupt or could not be decoded.
    trimmed : bool
        The first packet was a key frame that is decoded and not shown: an edit list begins the film after it.
    stopped_early : bool
        Reading ended with an error, not at the end of the file.
    seconds : float
        Wall-clock seconds spent on reading and on waiting for the decoder.
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self.n_packets = self.n_bad_packets = 0
        self.trimmed = self.stopped_early = False
        self.seconds = 0.0
        self._container = container
        self._stream = stream
        self._hurt = False
        self._corrupt_pts: set[int] = set()  # of packets that are still in the decoder; a few at most

    def pictures(self) -> Iterator[tuple[VideoFrame, bool]]:
        """Yield each decoded frame in display order, and whether it is hurt: corrupt, or after a decoding error."""
        began = perf_counter()
        for packet in self._packets():
            for frame in self._decoded(packet):
                self.seconds += perf_counter() - began
                yield frame, self._is_hurt(frame)
                began = perf_counter()

    def _packets(self) -> Iterator[Packet[VideoStream] | None]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except DECODING_ERRORS as error:
                refuse_shortage(error)
                self.stopped_early = True
                yield None  # the decoder still holds the last frames
                return
            yield packet

    def _decoded(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        last = packet is None or packet.size == 0  # both tell the decoder to hand out what it holds
        if packet is not None and not last:
            self.n_packets += 1
            if self.n_packets == 1:
                self.trimmed = packet.is_keyframe and packet.is_discard
            if packet.is_corrupt:
                self.n_bad_packets += 1
                self._note_corrupt(packet.pts)
        try:
            return self._stream.codec_context.decode(None if last else packet)
        except av.error.EOFError:  # packets after the last one: nothing is lost
            return []
        except DECODING_ERRORS as error:
            refuse_shortage(error)
            self._hurt = True
            self.n_bad_packets += not last and packet is not None and not packet.is_corrupt
            return []

    def _note_corrupt(self, pts: int | None) -> None:
        if pts is None:
            self._hurt = True
        else:
            self._corrupt_pts.add(pts)

    def _is_hurt(self, frame: VideoFrame) -> bool:
        hurt = self._hurt or frame.is_corrupt
        self._hurt = False
        if self._corrupt_pts and frame.pts is not None:
            reached = {pts for pts in self._corrupt_pts if pts <= frame.pts}
            self._corrupt_pts -= reached
            hurt = hurt or bool(reached)
        return hurt
