"""Packets to pictures: decode a stream to its end whatever it holds, and note what went wrong on the way."""

from __future__ import annotations

import heapq
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import av.error
from av.video.frame import VideoFrame  # noqa: TC002  (a field of a tuple)

from detector.video.chunks import ChunkTimes
from detector.video.container import DECODING_ERRORS, refuse_shortage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

__all__ = ["Decoded", "Decoder", "Signs"]


_JUMP_S = 1.0  # farther than pictures that follow each other lie apart


class Signs(NamedTuple):
    """What is known of a picture before it is looked at.

    Attributes
    ----------
    key : bool
        It was coded without reference to others.
    hurt : bool
        It is corrupt, or comes after a decoding error.
    lacks : bool
        Packets of earlier times, after that of the picture before, gave no picture: they could not be decoded, or held
        none (half pictures, hidden ones).
    anew : bool
        It is a key frame at which the file's time jumps (recordings one behind the other), and with which the decoder
        began anew: no damage before it can show in it.
    """

    key: bool = False
    hurt: bool = False
    lacks: bool = False
    anew: bool = False

    def with_those_of(self, earlier: Signs) -> Signs:
        """Return the signs of a picture that also stands for one before it that is left out."""
        return Signs(*(one or other for one, other in zip(self, earlier, strict=True)))


class Decoded(NamedTuple):
    """A decoded picture, as the decoder left it, and its signs."""

    frame: VideoFrame
    signs: Signs


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
        self._inside: list[int] = []  # time stamps of the packets that are still in the decoder, as a heap
        self._begun = self._anew = False
        self._last_dts: int | None = None
        self._chunks = ChunkTimes(stream.index_entries) if "avi" in container.format.name.split(",") else None

    def pictures(self) -> Iterator[Decoded]:
        """Yield each decoded frame in display order."""
        began = perf_counter()
        for packet in self._packets():
            for frame in self._decoded(packet):
                self.seconds += perf_counter() - began
                yield Decoded(frame, self._signs_of(frame))
                began = perf_counter()

    def _signs_of(self, frame: VideoFrame) -> Signs:
        key = bool(frame.key_frame)
        if self._anew and key:
            self._anew = self._hurt = False
            self._corrupt_pts.clear()
            return Signs(key, frame.is_corrupt, self._lacks(frame), anew=True)
        return Signs(key, self._is_hurt(frame), self._lacks(frame))

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
        before = self._begin_anew() if packet is not None and self._jumps(packet) else []
        return before + self._decode(packet)

    def _jumps(self, packet: Packet[VideoStream]) -> bool:
        """Return whether a key frame begins at another time than the packet before it ends; asked of each packet."""
        if packet.dts is None or packet.time_base is None:
            return False
        step = 0 if self._last_dts is None else packet.dts - self._last_dts
        self._last_dts = packet.dts
        return packet.is_keyframe and not 0 <= step * packet.time_base <= _JUMP_S

    def _begin_anew(self) -> list[VideoFrame]:
        """Return what the decoder still holds, and empty it."""
        held = self._decode(None)
        self._stream.codec_context.flush_buffers()
        self._inside.clear()
        self._anew = True
        return held

    def _decode(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        last = packet is None or packet.size == 0  # both tell the decoder to hand out what it holds
        if packet is not None and not last:
            self.n_packets += 1
            if self._chunks is not None:
                self._chunks.put_right(packet)
            if self.n_packets == 1:
                self.trimmed = packet.is_keyframe and packet.is_discard
            if packet.pts is not None and not packet.is_discard:
                heapq.heappush(self._inside, packet.pts)
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

    def _lacks(self, frame: VideoFrame) -> bool:
        inside, lacks = self._inside, False
        while frame.pts is not None and inside and inside[0] <= frame.pts:
            lacks |= heapq.heappop(inside) < frame.pts
        lacks, self._begun = lacks and self._begun, True  # what leads to the first picture builds on what is not there
        return lacks

    def _is_hurt(self, frame: VideoFrame) -> bool:
        hurt = self._hurt or frame.is_corrupt
        self._hurt = False
        if self._corrupt_pts and frame.pts is not None:
            reached = {pts for pts in self._corrupt_pts if pts <= frame.pts}
            self._corrupt_pts -= reached
            hurt = hurt or bool(reached)
        return hurt
