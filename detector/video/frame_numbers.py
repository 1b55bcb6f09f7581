"""Frame numbers of H.264 pictures: they reveal lost pictures that a decoder does not report.

A recorder that saves a network stream as it comes loses packets now and then. FFmpeg uses an earlier picture instead of
the lost one without an error; pictures that build on it are wrong until the next key frame, where everything moves at
once, like a jerk.
"""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.stream import VideoStream

__all__ = ["FrameNumbers"]

_SLICE, _KEY_SLICE, _INFORMATION, _PARAMETERS = 1, 5, 6, 7  # types of units (ITU-T H.264, table 7-1)
_RECOVERY = 6  # type of information: pictures are whole again some pictures later (annex D.1.8)
_WITH_CHROMA = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}  # profiles (7.3.2.1.1)
_HEAD, _SLICE_HEAD = 512, 48  # bytes of a unit that are read: more than its numbers need
_SEARCHED = 4096  # bytes of a packet in which its first slice must begin
_LATE = 1.5  # usual steps: if a number is missing but no time, the camera counts in a way of its own
_USUAL = 9  # packets whose steps define the usual one
_APART = 16  # packets: with B-frames in between, Matroska's times (FFmpeg's guess) show it a few packets later


class _Parameters(NamedTuple):
    """Needed values of a sequence parameter set: bits of a frame number, and of the plane's name before it."""

    bits: int
    plane_bits: int


class FrameNumbers:
    """Follow the numbers of a stream's packets.

    Parameters
    ----------
    extradata : bytes
        Stream data held by the container; empty if they are in the stream itself.

    Attributes
    ----------
    refresh : int
        Pictures that a gradual refresh takes which begins with the newest packet, 0 if none does: the parts of the
        picture are coded without reference to others in turn (cameras with an even bit rate have no key frames).
    """

    def __init__(self, extradata: bytes) -> None:
        packed = len(extradata) > 6 and extradata[0] == 1  # as in MP4 and MKV: units preceded by their lengths
        self._length = (extradata[4] & 3) + 1 if packed else 0
        self._parameters: _Parameters | None = None
        self._known, self.refresh = True, 0
        self._before: int | None = None  # the number of the last picture that others build on
        self._dts: int | None = None  # of the packet before
        self._steps: deque[int] = deque(maxlen=_USUAL - 1)  # of time, between earlier packets
        self._since_number = self._since_time = _APART + 1  # packets since a number or time was missing
        if packed:
            self._learn_all(extradata)
        elif extradata:
            self._number(memoryview(extradata))

    @classmethod
    def where_told(cls, context: VideoCodecContext) -> FrameNumbers | None:
        """Return one for a stream whose pictures carry numbers, else None."""
        return cls(context.extradata or b"") if context.name == "h264" else None

    def lost(self, packet: Packet[VideoStream]) -> bool:
        """Return whether a picture that others build on is missing before this packet; call it for each packet in turn.

        It is missing if both its number and its time are.
        """
        self.refresh = 0
        self._since_number = 0 if self._lacks_number(packet) else self._since_number + 1
        self._since_time = 0 if self._late(packet.dts) else self._since_time + 1
        lost = max(self._since_number, self._since_time) <= _APART
        if lost:
            self._since_number = self._since_time = _APART + 1
        return lost

    def _lacks_number(self, packet: Packet[VideoStream]) -> bool:
        if packet.has_sidedata("new_extradata"):  # the container restarts, in a way of its own
            self._known = False
        found = self._number(memoryview(packet)) if self._known else None
        if found is None or self._parameters is None:
            self._before = None
            return False
        number, key, built_on = found
        before, most = self._before, 1 << self._parameters.bits
        if built_on:
            self._before = number
        begins = (
            key or packet.is_keyframe
        )  # its own, or the start of an open group: hardly anything builds on earlier pictures
        return not begins and before is not None and number not in {before, (before + 1) % most}

    def _late(self, dts: int | None) -> bool:
        """Return whether the time of at least one packet is missing before this one."""
        before, self._dts = self._dts, dts
        if dts is None or before is None:
            self._steps.clear()
            return False
        step, steps = dts - before, list(self._steps)
        self._steps.append(step)
        # the usual step is at least the shortest, so the median is seldom needed
        return bool(steps) and step > _LATE * min(steps) and step > _LATE * median(steps) > 0

    def _number(self, data: memoryview) -> tuple[int, bool, bool] | None:
        """Return the number of a packet's picture, whether it is a key frame of its own, and whether others need it."""
        for at in self._packed(data) if self._length else _marked(data):
            kind, needed = data[at] & 31, bool(data[at] & 96)
            if kind == _PARAMETERS:
                self._learn(bytes(data[at + 1 : at + 1 + _HEAD]))
            elif kind == _INFORMATION:
                self.refresh = self.refresh or _recovers_in(bytes(data[at + 1 : at + 1 + _HEAD]))
            elif kind in {_SLICE, _KEY_SLICE}:
                if self._parameters is None:
                    return None
                bits = _Bits(bytes(data[at + 1 : at + 1 + _SLICE_HEAD]))
                for _ in range(3):  # its start, its type, its picture parameter set
                    bits.golomb()
                bits.take(self._parameters.plane_bits)
                number = bits.take(self._parameters.bits)
                return None if bits.ended else (number, kind == _KEY_SLICE, needed)
        return None

    def _packed(self, data: memoryview) -> Iterator[int]:
        """Yield the starts of units preceded by their lengths, as in MP4 and MKV."""
        at = 0
        while at + self._length < len(data):
            size = int.from_bytes(data[at : at + self._length], "big")
            yield at + self._length
            at += self._length + size

    def _learn_all(self, extradata: bytes) -> None:
        """Read the parameter sets in the container (ISO/IEC 14496-15, 5.3.3.1)."""
        at = 6
        for _ in range(extradata[5] & 31):
            size = int.from_bytes(extradata[at : at + 2], "big")
            self._learn(extradata[at + 3 : at + 2 + size])
            at += 2 + size

    def _learn(self, head: bytes) -> None:
        """Read a sequence parameter set (7.3.2.1.1); if two differ, it is not tracked which one applies."""
        bits = _Bits(head)
        profile = bits.take(8)
        bits.take(16)
        bits.golomb()
        plane_bits = 0
        if profile in _WITH_CHROMA:
            chroma = bits.golomb()
            plane_bits = 2 if chroma == 3 and bits.take(1) else 0
            bits.golomb()
            bits.golomb()
            bits.take(1)
            if bits.take(1):
                _pass_matrices(bits, 12 if chroma == 3 else 8)
        read = _Parameters(bits.golomb() + 4, plane_bits)
        order = bits.golomb()
        if order == 1:
            bits.take(1)
            bits.golomb()
            bits.golomb()
        for _ in range(min(255, bits.golomb()) if order == 1 else order == 0):
            bits.golomb()
        bits.golomb()
        skips = bits.take(1)  # numbers may be missing where nothing is
        differs = self._parameters is not None and read != self._parameters
        self._known = self._known and not (skips or differs or bits.ended or read.bits > 16)
        self._parameters = read


def _pass_matrices(bits: _Bits, count: int) -> None:
    """Skip the scaling matrices (7.3.2.1.1.1)."""
    for which in range(count):
        last = following = 8
        for _ in range((16 if which < 6 else 64) * bits.take(1)):
            if following:
                step = bits.golomb()
                following = (last + (step + 1) // 2 * (1 if step % 2 else -1)) % 256
            last = following or last


def _recovers_in(data: bytes) -> int:
    """Return the number of pictures after which a unit of information says they are whole again (7.3.2.3.1); or 0."""
    at = 0
    while at + 2 <= len(data):
        kind, size = data[at], data[at + 1]
        if kind == _RECOVERY:
            return _Bits(data[at + 2 : at + 2 + size]).golomb()
        if 255 in {kind, size}:  # longer than a byte tells: nothing that is needed
            return 0
        at += 2 + size
    return 0


def _marked(data: memoryview) -> Iterator[int]:
    """Yield the starts of units preceded by a mark, as in MPEG streams."""
    head = bytes(data[:_SEARCHED])
    at = head.find(b"\0\0\1")
    while 0 <= at < len(head) - 3:
        yield at + 3
        at = head.find(b"\0\0\1", at + 3)


class _Bits:
    """Read bits in turn; beyond the end they are 0, and `ended` is set.

    Attributes
    ----------
    ended : bool
        Whether more bits were requested than there are.
    """

    def __init__(self, data: bytes) -> None:
        plain = data.replace(b"\0\0\3", b"\0\0")  # a 3 keeps data from looking like a mark (7.4.1)
        self._value, self._left = int.from_bytes(plain, "big"), 8 * len(plain)
        self.ended = False

    def take(self, n: int) -> int:
        """Return the next n bits as a number."""
        if n > self._left:
            self.ended, self._left = True, 0
            return 0
        self._left -= n
        return (self._value >> self._left) & ((1 << n) - 1)

    def golomb(self) -> int:
        """Return the next number in Exp-Golomb code (9.1)."""
        zeros = self._left - (self._value & ((1 << self._left) - 1)).bit_length()
        self.take(zeros + 1)
        return (1 << zeros) - 1 + self.take(zeros)
