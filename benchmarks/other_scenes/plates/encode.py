"""Encoding: codec, container, quality, key frames and time stamps."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.other_scenes.plates.camera import Camera

Array = np.ndarray
TICKS = 60000
CODECS = {"libx264": (0.5, 0.64), "libx265": (0.18, 0.06), "mjpeg": (0.12, 0.12), "mpeg4": (0.2, 0.18)}
QUALITIES = {"rich": 0.35, "middle": 0.4, "starved": 0.25}


@dataclass
class Format:
    """How a clip is stored."""

    codec: str
    suffix: str
    quality: str
    bits: int | None = None
    options: dict[str, str] = field(default_factory=dict)


def is_large(camera: Camera) -> bool:
    """Whether pictures are so large that encoders must be fast."""
    return camera.width * camera.height > 500000


def make_format(rng: np.random.Generator, camera: Camera) -> Format:
    """Choose codec, container and quality; uneven frames go where time stamps can be kept."""
    chances = [pair[is_large(camera)] for pair in CODECS.values()]
    codec = str(rng.choice(list(CODECS), p=chances))
    others = {"mjpeg": ["avi", "mkv"], "mpeg4": ["avi", "mp4"]}
    suffix = str(rng.choice(others.get(codec, ["mp4", "mkv"])))
    if camera.uneven and suffix == "avi":
        suffix = "mkv" if codec == "mjpeg" else "mp4"
    quality = str(rng.choice(list(QUALITIES), p=list(QUALITIES.values())))
    return Format(codec, suffix, quality)


def set_quality(rng: np.random.Generator, form: Format, camera: Camera) -> None:
    """Draw bit rate or quality and the other options of the codec."""
    rate = camera.width * camera.height * camera.fps
    starved, rich = form.quality == "starved", form.quality == "rich"
    if form.codec == "mjpeg":
        form.bits = 10**8
    elif form.codec == "mpeg4":
        form.bits = int(rate * {"rich": 0.3, "middle": 0.12, "starved": 0.045}[form.quality])
    elif form.codec == "libx264":
        fast = is_large(camera)
        preset = "ultrafast" if fast else str(rng.choice(["ultrafast", "superfast", "veryfast"]))
        form.options = {"preset": preset, "g": str(int(camera.fps * rng.choice([1, 2, 4])))}
        if starved:
            form.bits = int(rate * rng.uniform(0.025, 0.05))
        else:
            form.options["crf"] = str(int(rng.integers(18, 24) if rich else rng.integers(25, 32)))
    else:
        params = f"log-level=none:pools=none:frame-threads=1:keyint={int(camera.fps * 2)}"
        form.options = {"preset": "ultrafast", "x265-params": params}
        if starved:
            form.bits = int(rate * rng.uniform(0.015, 0.035))
        else:
            form.options["crf"] = str(int(rng.integers(20, 25) if rich else rng.integers(26, 33)))


def frame_times(rng: np.random.Generator, camera: Camera) -> Array:
    """When frames are taken, in whole ticks; at uneven distances in some clips."""
    count = int(camera.seconds * camera.fps)
    times = np.arange(count) / camera.fps
    if camera.uneven:
        steps = 1 / camera.fps * np.exp(rng.normal(0, 0.18, count))
        times = np.concatenate([[0], np.cumsum(steps)[:-1]])
        times = times[times < camera.seconds]
    return np.round(times * TICKS) / TICKS


class Writer:
    """Writes planes to a video file."""

    def __init__(self, path: Path, form: Format, camera: Camera) -> None:
        fps = Fraction(camera.fps).limit_denominator(1000)
        self.counted = form.suffix == "avi"  # frames of such a file have numbers, no times
        self.container = av.open(str(path), "w")
        self.stream = self.container.add_stream(form.codec, rate=fps)
        self.stream.width, self.stream.height = camera.width, camera.height
        self.base = 1 / fps if self.counted else Fraction(1, TICKS)
        context = self.stream.codec_context
        self.stream.time_base = context.time_base = self.base
        context.thread_count = 1
        self.stream.pix_fmt = "yuvj420p" if form.codec == "mjpeg" else "yuv420p"
        if form.codec == "mjpeg":
            context.qmin = context.qmax = {"rich": 3, "middle": 8, "starved": 16}[form.quality]
        if form.bits is not None:
            self.stream.bit_rate = form.bits
        if form.options:
            context.options = form.options

    def write(self, planes: Array, index: int, t: float) -> None:
        """Encode the frame of that index, taken at `t`."""
        frame = av.VideoFrame.from_ndarray(planes, format=self.stream.pix_fmt)
        frame.pts = index if self.counted else round(t / float(self.base))
        frame.time_base = self.base
        for packet in self.stream.encode(frame):
            self.container.mux(packet)

    def close(self) -> None:
        """Flush and close."""
        for packet in self.stream.encode():
            self.container.mux(packet)
        self.container.close()
