"""Tiny films with known content and known faults, made on the spot: no file of anyone's is needed."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

WIDTH, HEIGHT = 160, 120
BITS = 8  # a picture's number stands in its top row as black and white squares
SQUARE = 16


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """A grey picture, soft in the middle with a moving square, that carries its number."""
    rows, columns = np.mgrid[0:height, 0:width]
    grey = (90 + 40 * np.sin(rows / 17) * np.cos(columns / 23)).astype(np.uint8)
    left = 8 + 3 * number % (width - 40)
    grey[height // 2 : height // 2 + 16, left : left + 16] = 200
    for bit in range(BITS):
        grey[:SQUARE, bit * SQUARE : (bit + 1) * SQUARE] = 235 if number >> bit & 1 else 16
    return grey


def number_of(luma: np.ndarray) -> int:
    """Read the number of an upright picture of any size."""
    square = luma.shape[1] * SQUARE // WIDTH
    inside = slice(square // 4, square - square // 4)
    row = luma[inside]
    bits = [row[:, bit * square + square // 4 : (bit + 1) * square - square // 4].mean() > 125 for bit in range(BITS)]
    return sum(1 << bit for bit, white in enumerate(bits) if white)


def write_film(
    path: Path,
    n_frames: int = 50,
    *,
    times: Sequence[int] | None = None,
    time_base: Fraction = Fraction(1, 1000),
    fps: int = 25,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    container: str | None = None,
    rotation: tuple[float, bool] | None = None,
    make: Callable[[int], np.ndarray] = picture,
) -> Path:
    """Write a film; `times` are presentation times in ticks of `time_base`, else the frames follow at `fps`."""
    chosen = {"preset": "ultrafast", "g": "10", "bf": "0", "sc_threshold": "0"} if codec == "libx264" else {}
    with av.open(str(path), "w", format=container, container_options=container_options or {}) as output:
        stream = output.add_stream(codec, rate=fps, options=chosen | (options or {}))
        stream.height, stream.width = make(0).shape
        stream.pix_fmt = pixel_format
        stream.codec_context.thread_count = 1
        if times is not None:
            stream.time_base = stream.codec_context.time_base = time_base
        if rotation is not None:
            stream.set_display_rotation(rotation[0], hflip=rotation[1])
        for number in range(n_frames):
            grey = make(number)
            frame = av.VideoFrame.from_ndarray(grey, "gray").reformat(
                format=pixel_format, src_color_range="MPEG", dst_color_range="MPEG"
            )
            frame.pts = number if times is None else times[number]
            frame.time_base = Fraction(1, fps) if times is None else time_base
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def trim(source: Path, path: Path, *, n_frames: int) -> Path:
    """Copy an MP4 so that its first frames are decoded but not shown: an edit list begins the film after them."""
    with av.open(str(source)) as film, av.open(str(path), "w") as output:
        stream = film.streams.video[0]
        copied = output.add_stream_from_template(stream)
        shift = int(n_frames / (stream.average_rate * stream.time_base))
        for packet in film.demux(stream):
            if packet.dts is None:
                continue
            packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, copied
            output.mux(packet)
    return path


def side_by_side(films: Sequence[Path], path: Path) -> Path:
    """Put films into one file, a stream each."""
    with ExitStack() as stack:
        out = stack.enter_context(av.open(str(path), "w"))
        sources = [stack.enter_context(av.open(str(film))) for film in films]
        streams = [out.add_stream_from_template(source.streams.video[0]) for source in sources]
        for source, stream in zip(sources, streams, strict=True):
            for packet in source.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
    return path


def earlier(source: Path, path: Path, *, n_frames: int) -> Path:
    """Copy an MP4 with its times moved so that its first frames lie before zero."""
    options = {"avoid_negative_ts": "disabled"}
    with av.open(str(source)) as film, av.open(str(path), "w", container_options=options) as output:
        stream = film.streams.video[0]
        copied = output.add_stream_from_template(stream)
        first, shift = stream.start_time, int(n_frames / (stream.average_rate * stream.time_base))
        for packet in film.demux(stream):
            if packet.dts is not None:
                moved = first + shift
                packet.pts, packet.dts, packet.stream = packet.pts - moved, packet.dts - moved, copied
                output.mux(packet)
    return path


def cut(source: Path, path: Path, share: float) -> Path:
    """Keep only the first part of a file's bytes."""
    data = source.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def lose(source: Path, path: Path, lost: Collection[int], *, late: bool = True) -> Path:
    """Copy a film's packets but for some, as a recorder does whose network lost them; `late`: their time stays."""
    with av.open(str(source)) as film, av.open(str(path), "w") as output:
        stream = film.streams.video[0]
        copied = output.add_stream_from_template(stream)
        step = int(1 / (stream.average_rate * stream.time_base))
        earlier = 0
        for number, packet in enumerate(film.demux(stream)):
            if packet.dts is None:
                continue
            if number in lost:
                earlier += 0 if late else step
                continue
            packet.pts, packet.dts, packet.stream = packet.pts - earlier, packet.dts - earlier, copied
            output.mux(packet)
    return path


def rotted(source: Path, path: Path, *, start: float, stop: float, n_bytes: int, seed: int = 1) -> Path:
    """Change bytes at random places between two shares of a file's length."""
    data = bytearray(source.read_bytes())
    random = np.random.default_rng(seed)
    for place in random.integers(int(len(data) * start), int(len(data) * stop), n_bytes):
        data[place] ^= int(random.integers(1, 256))
    path.write_bytes(data)
    return path


def write_sound(path: Path, length_s: int = 1, *, film: Path | None = None) -> Path:
    """A file with sound, and the pictures of `film` or none."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=16000, layout="mono")
        if film is not None:
            with av.open(str(film)) as source:
                copied = output.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(source.streams.video[0]):
                    if packet.dts is not None:
                        packet.stream = copied
                        output.mux(packet)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16000 * length_s), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path
