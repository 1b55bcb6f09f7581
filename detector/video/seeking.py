"""Yield frames from a given time on, with their times, without reading what comes before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.video.container import DECODING_ERRORS, refuse_shortage
from detector.video.declared import MPEG_STREAMS, time_base_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from detector.video.container import OpenedFile

__all__ = ["SAME_S", "frames_around", "frames_from"]

_LEADS_S = (0.0, 10.0, 60.0)
"""How much earlier to seek if the file's index led past the wanted frame; as a last resort, reading starts at 0 s."""

_LAST_TICK = 2**63 - 1
SAME_S = 1e-6
"""Times that differ by less belong to the same frame, as times get rounded."""

_UNTIMED = 16
"""If this many frames have no time stamp, and none has one, the file has none (AVI leaves out single ones)."""


def frames_around(opened: OpenedFile, from_s: float, start_s: float) -> Iterator[tuple[float, VideoFrame]]:
    """Yield times and frames from the last key frame before `from_s` on, if the file's index can be trusted.

    Damage ends the stretch; frames no later than the one before, as found in damaged files, are left out.

    Parameters
    ----------
    opened : OpenedFile
        The file.
    from_s : float
        Seconds since the recording's first frame.
    start_s : float
        Time of that frame in the file's own clock, in seconds.

    Raises
    ------
    RecordingError
        If the frames have no time stamps (``no_timestamps``).
    """
    stream, tick = opened.stream, time_base_of(opened.stream)
    last_s, untimed = -np.inf, 0
    try:
        _go_to(opened, from_s, start_s)
        for packet in opened.container.demux(stream):
            for frame in _decoded(packet, begun=not np.isinf(last_s)):
                if frame.pts is None:
                    untimed += 1
                    continue
                time_s = float(frame.pts * tick) - start_s
                if time_s > last_s:
                    last_s = time_s
                    yield time_s, frame
            if untimed >= _UNTIMED and np.isinf(last_s):
                break
    except DECODING_ERRORS as error:  # damage ends the stretch: frames decoded before it are shown
        refuse_shortage(error)
        untimed += isinstance(error, PermissionError)  # how a stream without any index responds to a seek
    if untimed and np.isinf(last_s):
        raise RecordingError(
            opened.path, "its pictures have no time stamps, so none can be found by its time", code="no_timestamps",
            advice="Put the video into an MP4 or MKV file",
        )  # fmt: skip


def _go_to(opened: OpenedFile, from_s: float, start_s: float) -> None:
    """Go to the last key frame before a time, or to the start of the file."""
    if from_s <= 0 and opened.formats & MPEG_STREAMS:
        opened.container.seek(0, unsupported_byte_offset=True)  # by time, its first group of pictures is passed over
        return
    wanted = min(int((from_s + start_s) / time_base_of(opened.stream)), _LAST_TICK)
    opened.container.seek(wanted, stream=opened.stream, backward=True)


def _decoded(packet: Packet[VideoStream], *, begun: bool) -> list[VideoFrame]:
    """Decode a packet; until the first picture came, one that builds on what was passed over is let go."""
    try:
        return packet.decode()
    except DECODING_ERRORS as error:
        refuse_shortage(error)
        if begun:
            raise
        return []


def frames_from(opened: OpenedFile, from_s: float, start_s: float) -> Iterator[tuple[float, VideoFrame]]:
    """Yield times and frames, starting with the first frame at or after `from_s`.

    Parameters and errors are those of `frames_around`.
    """
    for lead_s in (*_LEADS_S, from_s + 1.0):
        begun = False
        for time, frame in frames_around(opened, max(0.0, from_s - lead_s), start_s):
            if not begun and time > from_s + SAME_S and lead_s < from_s:
                break  # the index led past it: seek earlier
            begun = True
            if time >= from_s - SAME_S:
                yield time, frame
        if begun:
            return
