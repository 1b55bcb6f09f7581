"""Encoding: codec, container, quality, key frames and time stamps."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TICKS = Fraction(1, 30000)


@dataclass
class Format:
    """How a clip is stored."""

    codec: str
    suffix: str
    bits: float
    starved: bool
    gop: int
    options: dict[str, str]
    even: bool


def make_format(rng: np.random.Generator, fps: float, size: tuple[int, int]) -> Format:
    """Choose codec, container and quality; H.264 in most clips."""
    kind = str(rng.choice(["h264", "hevc", "mpeg4", "mjpeg", "vp8"], p=[0.66, 0.08, 0.09, 0.1, 0.07]))
    starved = bool(rng.random() < 0.25)
    gop = int(max(fps * rng.uniform(1, 10), 2))
    per_pixel = rng.uniform(0.012, 0.035) if starved else np.exp(rng.uniform(np.log(0.04), np.log(0.3)))
    if size[0] * size[1] < 200_000:
        per_pixel *= 2  # small pictures hold more detail in each pixel
    bits = float(per_pixel * size[0] * size[1] * fps)
    if kind == "h264":
        suffix = str(rng.choice([".mp4", ".mkv"], p=[0.75, 0.25]))
        options = {"preset": str(rng.choice(["ultrafast", "superfast", "veryfast"], p=[0.4, 0.4, 0.2]))}
        if not starved and rng.random() < 0.6:
            options["crf"] = str(int(rng.integers(17, 30)))
        return Format("libx264", suffix, bits, starved, gop, options, even=False)
    if kind == "hevc":
        params = {"preset": "ultrafast", "x265-params": "log-level=none:pools=1:frame-threads=1"}
        return Format("libx265", ".mp4", bits, starved, gop, params, even=False)
    if kind == "mpeg4":
        return Format("mpeg4", str(rng.choice([".avi", ".mp4"])), bits * 2, starved, gop, {}, even=True)
    if kind == "mjpeg":
        quality = int(rng.integers(12, 22)) if starved else int(rng.integers(2, 9))
        options = {"qmin": str(quality), "qmax": str(quality)}
        return Format("mjpeg", str(rng.choice([".avi", ".mkv"])), bits * 8, starved, 1, options, even=True)
    fast = {"deadline": "realtime", "cpu-used": "8"}
    return Format("libvpx", str(rng.choice([".webm", ".mkv"])), bits * 1.5, starved, gop, fast, even=False)


@dataclass
class Writer:
    """Writes planes to a video file."""

    path: Path
    form: Format
    size: tuple[int, int]
    fps: Fraction

    def __post_init__(self) -> None:
        self.container = av.open(str(self.path), "w")
        self.stream = self.container.add_stream(self.form.codec, rate=self.fps, options=self.form.options)
        self.stream.width, self.stream.height = self.size
        self.stream.pix_fmt = "yuvj420p" if self.form.codec == "mjpeg" else "yuv420p"
        self.base = 1 / self.fps if self.form.even else TICKS
        self.stream.codec_context.time_base = self.base
        self.stream.time_base = self.base
        self.stream.codec_context.thread_count = 1
        self.stream.codec_context.gop_size = self.form.gop
        if "crf" not in self.form.options:
            self.stream.bit_rate = int(self.form.bits)
        self.last = -1

    def write(self, planes: NDArray[np.uint8], seconds: float) -> None:
        """Encode one frame (Y over U over V, as for yuv420p)."""
        frame = av.VideoFrame.from_ndarray(planes, format=self.stream.pix_fmt)
        self.last = max(round(seconds / self.base), self.last + 1)
        frame.pts, frame.time_base = self.last, self.base
        for packet in self.stream.encode(frame):
            self.container.mux(packet)

    def close(self) -> None:
        """Flush and close."""
        for packet in self.stream.encode():
            self.container.mux(packet)
        self.container.close()
