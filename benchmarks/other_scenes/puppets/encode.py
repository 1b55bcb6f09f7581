"""Writing video files with given frame times."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.video.stream import VideoStream

CODECS = {"h264": "libx264", "hevc": "libx265", "mjpeg": "mjpeg", "vp9": "libvpx-vp9"}


class Writer:
    """A video file being written; times in seconds."""

    def __init__(self, path: Path, codec: str, size: tuple[int, int], rate: float, quality: float, gop: int) -> None:
        self.box = av.open(str(path), "w", options={"fflags": "+bitexact"})
        self.base = Fraction(rate).limit_denominator(1001) ** -1 if path.suffix == ".avi" else Fraction(1, 90000)
        stream = self.box.add_stream(CODECS[codec], rate=Fraction(rate).limit_denominator(1001))
        if not isinstance(stream, VideoStream):
            raise TypeError(codec)
        self.stream = stream
        self.stream.width, self.stream.height = size
        self.stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        self.stream.codec_context.time_base = self.base
        self.stream.codec_context.thread_count = 1
        self.stream.codec_context.gop_size = gop
        if path.suffix == ".avi":
            self.stream.codec_context.max_b_frames = 0
        if codec == "mjpeg":
            self.stream.codec_context.qmin = self.stream.codec_context.qmax = int(2 + 10 * quality)
        self.stream.codec_context.options = self.options(codec, quality, gop)

    @staticmethod
    def options(codec: str, quality: float, gop: int) -> dict[str, str]:
        """Encoder options for a quality from 0 (good) to 1 (starved)."""
        if codec == "h264":
            return {"crf": f"{19 + 16 * quality:.1f}", "preset": "veryfast"}
        if codec == "hevc":
            text = f"crf={22 + 14 * quality:.1f}:keyint={gop}:log-level=none:pools=1:frame-threads=1"
            return {"x265-params": text, "preset": "ultrafast"}
        if codec == "vp9":
            return {"crf": f"{int(28 + 24 * quality)}", "b": "0", "deadline": "realtime", "cpu-used": "8"}
        return {}

    def add(self, picture: np.ndarray, t: float) -> None:
        """Add a frame of RGB bytes."""
        frame = av.VideoFrame.from_ndarray(picture, "rgb24")
        frame.pts, frame.time_base = round(t / self.base), self.base
        self.box.mux(self.stream.encode(frame))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.box.mux(self.stream.encode(None))
        self.box.close()
