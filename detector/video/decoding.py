"""Decode packets to pictures, to the end of a stream whatever it holds, and note what went wrong on the way."""

from __future__ import annotations

import heapq
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, cast

import av.error
from av.codec.context import CodecContext
from av.video.frame import VideoFrame  # noqa: TC002  (a field of a tuple)

from detector.video.chunks import ChunkTimes
from detector.video.container import DECODING_ERRORS, refuse_shortage
from detector.video.declared import MPEG_STREAMS, nominal_step_s, time_base_of
from detector.video.frame_numbers import FrameNumbers
from detector.video.untimed import UntimedStart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

__all__ = ["Decoded", "Decoder", "Signs"]


_SILENT = frozenset({"hevc"})
"""Codecs whose decoder (FFmpeg 8.1) silently skips what it cannot decode; one packet is one picture."""


class Signs(NamedTuple):
    """What is known of a picture from its decoding.

    Attributes
    ----------
    key : bool
        Whether it was coded without reference to others.
    hurt : bool
        Whether it is corrupt, or comes after a decoding error.
    lacks : bool
        Whether packets of earlier times gave no picture, which only some decoders do without an error.
    anew : bool
        Whether it is a key frame at which the file's time goes back (recordings joined end to end) and with which a
        new decoder began, so that no earlier damage can show in it.
    refresh : int
        Pictures that a gradual refresh takes which begins with it: at the start of the next one, all is whole. 0 if
        none does.
    """

    key: bool = False
    hurt: bool = False
    lacks: bool = False
    anew: bool = False
    refresh: int = 0

    def with_those_of(self, earlier: Signs) -> Signs:
        """Return the signs of a picture that also stands for a skipped one before it."""
        return Signs._make(one or other for one, other in zip(self, earlier, strict=True))


class Decoded(NamedTuple):
    """A decoded picture, as the decoder left it, and its signs."""

    frame: VideoFrame
    signs: Signs


class Decoder:
    """One pass over a stream.

    Attributes
    ----------
    n_packets, n_bad_packets : int
        Number of packets read, and of those marked corrupt or impossible to decode.
    end_byte : int
        End of the packets read so far, in bytes from the start of the file; 0 if the format does not tell.
    trimmed : bool
        Whether the first packet was a key frame that is decoded but not shown: an edit list begins the film after it.
    stopped_early : bool
        Whether reading ended with an error, not at the end of the file.
    seconds : float
        Wall-clock seconds spent on reading and on waiting for the decoder.
    """

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self.n_packets = self.n_bad_packets = self.end_byte = 0
        self.trimmed = self.stopped_early = False
        self.seconds = 0.0
        self._container = container
        self._stream = stream
        self._context: VideoCodecContext = stream.codec_context
        self._options = dict(stream.codec_context.options)  # largest picture, no loop filter: lost once it decodes
        self._hurt = self._anew = False
        self._corrupt_pts: set[int] = set()  # of packets still in the decoder, or after a lost one; a few
        self._refreshes: dict[int | None, int] = {}  # by the time (pts) of packets still in the decoder
        formats = set(container.format.name.split(","))
        self._may_join = bool(formats & MPEG_STREAMS)
        self._before: tuple[int | None, bool] = None, False  # of the packet before: time (dts), whether corrupt
        self._inside = _Inside() if stream.codec_context.name in _SILENT else None
        self._numbers = FrameNumbers.where_told(stream.codec_context)
        self._start = UntimedStart(round(nominal_step_s(stream) / time_base_of(stream)))
        self._chunks = ChunkTimes(stream.index_entries) if "avi" in formats else None

    @property
    def n_guessed(self) -> int:
        """Number of pictures before the first one with a time stamp, which got one that was guessed."""
        return self._start.n_guessed

    def pictures(self) -> Iterator[Decoded]:
        """Yield each decoded frame in display order."""
        for packet in self._start.passed(self._packets()):
            if packet is not None and self._may_join and self._is_joint(packet):
                yield from self._described(None)  # the decoder still holds pictures of the recording before
                self._begin_anew()
            yield from self._described(packet)

    def _described(self, packet: Packet[VideoStream] | None) -> Iterator[Decoded]:
        began = perf_counter()
        for frame in self._decoded(packet):
            self.seconds += perf_counter() - began
            self._start.give_time(frame)
            yield Decoded(frame, self._signs_of(frame))
            began = perf_counter()

    def _signs_of(self, frame: VideoFrame) -> Signs:
        key = bool(frame.key_frame)
        anew, self._anew = self._anew and key, self._anew and not key
        lacks = self._inside is not None and frame.pts is not None and self._inside.lacks(frame.pts)
        return Signs(key, self._is_hurt(frame), lacks, anew, self._refreshes.pop(frame.pts, 0))

    def _is_joint(self, packet: Packet[VideoStream]) -> bool:
        """Return whether time goes back at a key frame, after an intact packet; call it for each packet."""
        (dts, corrupt), self._before = self._before, (packet.dts, packet.is_corrupt)
        back = dts is not None and packet.dts is not None and packet.dts < dts
        return back and packet.is_keyframe and not corrupt

    def _begin_anew(self) -> None:
        """Switch to a fresh decoder: one that was only flushed was seen to spoil the pictures that follow."""
        old = self._context
        self._context = new = cast("VideoCodecContext", CodecContext.create(old.codec, "r"))
        new.extradata, new.options = old.extradata, dict(self._options)
        new.thread_type, new.thread_count = old.thread_type, old.thread_count
        self._hurt, self._anew = False, True
        self._corrupt_pts.clear()
        self._refreshes.clear()
        self._numbers = FrameNumbers.where_told(new)
        if self._inside is not None:
            self._inside = _Inside()

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
        last = packet is None or packet.size == 0  # both flush the decoder
        if packet is not None and not last:
            self._enter(packet)
        try:
            return self._context.decode(None if last else packet)
        except av.error.EOFError:  # packets after the last one: nothing is lost
            return []
        except DECODING_ERRORS as error:
            refuse_shortage(error)
            self._hurt = True
            self.n_bad_packets += not last and packet is not None and not packet.is_corrupt
            return []

    def _enter(self, packet: Packet[VideoStream]) -> None:
        """Note what is known of a packet before it is decoded."""
        self.n_packets += 1
        self.end_byte = max(self.end_byte, packet.pos + packet.size if packet.pos else 0)
        if self.n_packets == 1:
            self.trimmed = packet.is_keyframe and packet.is_discard
        if self._chunks is not None:
            self._chunks.put_right(packet)
        if self._inside is not None and packet.pts is not None and not packet.is_discard:
            self._inside.enter(packet.pts, key=packet.is_keyframe)
        lost = self._numbers is not None and self._numbers.lost(packet)
        if self._numbers is not None and self._numbers.refresh and packet.pts is not None:
            self._refreshes[packet.pts] = self._numbers.refresh
        self.n_bad_packets += packet.is_corrupt
        if lost or packet.is_corrupt:
            if packet.pts is None:
                self._hurt = True
            else:
                self._corrupt_pts.add(packet.pts)

    def _is_hurt(self, frame: VideoFrame) -> bool:
        hurt = self._hurt or frame.is_corrupt
        self._hurt = False
        if self._corrupt_pts and frame.pts is not None:
            reached = {pts for pts in self._corrupt_pts if pts <= frame.pts}
            self._corrupt_pts -= reached
            hurt = hurt or bool(reached)
        return hurt


class _Inside:
    """Time stamps of those packets in a decoder that must give pictures."""

    def __init__(self) -> None:
        self._heap: list[int] = []
        self._key: int | None = None

    def enter(self, pts: int, *, key: bool) -> None:
        """Take the next packet; those leading up to a key frame need give none: their references may be missing."""
        self._key = pts if key else self._key
        if self._key is not None and pts >= self._key:
            heapq.heappush(self._heap, pts)

    def lacks(self, pts: int) -> bool:
        """Return whether packets of earlier times than a picture's gave no picture."""
        lacks = False
        while self._heap and self._heap[0] <= pts:
            lacks |= heapq.heappop(self._heap) < pts
        return lacks
