"""Writing of frames with PyAV in the codecs and containers that cameras use."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

Array = np.ndarray


@dataclass
class CodecSpec:
    """Codec, container and how hard it presses."""

    codec: str
    suffix: str
    options: dict[str, str]
    gop: int
    bit_rate: int
    uneven: bool

    def loss(self) -> float:
        """Estimate the grey levels that quantisation hides, for judging what can still be seen."""
        if "crf" in self.options:
            return 1.0 + 0.3 * max(int(self.options["crf"]) - 24, 0)
        return 1.5 if self.codec == "mjpeg" else 2.0


def make_codec(rng: np.random.Generator, width: int, height: int, fps: float) -> CodecSpec:
    """Mostly H.264, from rich to starved; GOP 1 to 10 s."""
    codec = str(rng.choice(["libx264", "libx265", "mpeg4", "mjpeg"], p=[0.76, 0.06, 0.1, 0.08]))
    gop = max(int(fps * rng.uniform(1, 10)), 2)
    uneven = bool(codec in ("libx264", "libx265") and rng.random() < 0.18)
    if codec == "libx264":
        preset = "ultrafast" if rng.random() < 0.4 else "superfast"
        options = {"preset": preset, "crf": str(int(rng.integers(17, 35))), "threads": "1"}
        if rng.random() < 0.3:
            options["tune"] = "zerolatency"
        return CodecSpec(codec, str(rng.choice([".mp4", ".mp4", ".mkv"])), options, gop, 0, uneven)
    if codec == "libx265":
        options = {"preset": "ultrafast", "crf": str(int(rng.integers(20, 33)))}
        options["x265-params"] = "log-level=error:pools=1:frame-threads=1"
        return CodecSpec(codec, str(rng.choice([".mp4", ".mkv"])), options, gop, 0, uneven)
    rate = int(width * height * fps * rng.uniform(0.06, 0.25) * (4 if codec == "mjpeg" else 1))
    return CodecSpec(codec, str(rng.choice([".avi", ".mkv"])), {}, gop, rate, False)


def frame_times(rng: np.random.Generator, seconds: float, fps: float, uneven: bool) -> Array:
    """Return the times of the frames in seconds from the first; uneven: late frames, lost frames."""
    times = np.arange(int(seconds * fps)) / fps
    if uneven:
        times = times + np.abs(rng.normal(0, 0.12 / fps, len(times)))
        times = times[rng.random(len(times)) > 0.01]
    return np.round((times - times[0]) * 1000) / 1000 if uneven else times


class Writer:
    """A video file; frames are given with their times."""

    def __init__(self, path: Path, spec: CodecSpec, size: tuple[int, int], fps: float) -> None:
        self.spec = spec
        self.container = av.open(str(path), "w")
        rate = Fraction(fps).limit_denominator(1001)
        stream = self.container.add_stream(spec.codec, rate=rate, options=spec.options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if spec.codec == "mjpeg" else "yuv420p"
        stream.codec_context.gop_size = spec.gop
        stream.codec_context.thread_count = 1
        if spec.bit_rate:
            stream.bit_rate = spec.bit_rate
        self.base = Fraction(1, 1000) if spec.uneven else 1 / rate
        stream.codec_context.time_base = self.base
        self.stream, self.size = stream, size

    def write(self, grey: Array, colour: Array, time: float) -> None:
        """Encode one frame."""
        height, width = grey.shape
        planar = np.concatenate([grey.reshape(-1), colour.reshape(-1)]).reshape(height * 3 // 2, width)
        frame = av.VideoFrame.from_ndarray(planar, format=self.stream.pix_fmt)
        frame.pts, frame.time_base = round(time / float(self.base)), self.base
        for packet in self.stream.encode(frame):
            self.container.mux(packet)

    def close(self) -> None:
        """Flush and finish the file."""
        for packet in self.stream.encode():
            self.container.mux(packet)
        self.container.close()
