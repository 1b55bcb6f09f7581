"""Frames from a moment on, with their times, without reading what comes before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.errors import RecordingError
from detector.video.container import DECODING_ERRORS, refuse_shortage
from detector.video.declared import time_base_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.video.frame import VideoFrame

    from detector.video.container import OpenedFile

__all__ = ["frames_around"]

_LAST_TICK = 2**63 - 1
_UNTIMED = 16
"""So many frames without a time stamp, and none with one: the file has none (AVI leaves out single ones)."""


def frames_around(opened: OpenedFile, from_s: float, start_s: float) -> Iterator[tuple[float, VideoFrame]]:
    """Yield time and frame from the last key frame before `from_s` on, as far as the file's index can be trusted.

    Damage ends it; a frame that is no later than the one before, as damaged files have them, is left out.

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
        wanted = min(int((from_s + start_s) / tick), _LAST_TICK)
        opened.container.seek(wanted, stream=stream, backward=True)
        for packet in opened.container.demux(stream):
            for frame in packet.decode():
                if frame.pts is None:
                    untimed += 1
                    continue
                time_s = float(frame.pts * tick) - start_s
                if time_s > last_s:
                    last_s = time_s
                    yield time_s, frame
            if untimed >= _UNTIMED and np.isinf(last_s):
                break
    except DECODING_ERRORS as error:  # damage ends the stretch: what was decoded before it is shown
        refuse_shortage(error)
        untimed += isinstance(error, PermissionError)  # how a stream without any index answers to a search
    if untimed and np.isinf(last_s):
        raise RecordingError(
            opened.path, "its pictures have no time stamps, so none can be found by its time", code="no_timestamps",
            advice="Put the video into an MP4 or MKV file",
        )  # fmt: skip
