"""Frame times and the encoder."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def timing(rng: np.random.Generator, fps: float, seconds: float) -> tuple[np.ndarray, str]:
    """When each frame is shown and was taken (two columns), and how regular they are."""
    times = np.repeat(np.arange(int(seconds * fps))[:, None] / fps, 2, axis=1)
    manner = str(rng.choice(["steady", "variable", "dropped", "repeated"], p=[0.76, 0.1, 0.07, 0.07]))
    lost = np.flatnonzero(rng.random(len(times) - 2) < rng.uniform(0.005, 0.04)) + 1
    if manner == "variable":
        times[1:] += rng.uniform(-0.35, 0.35, (len(times) - 1, 1)) / fps
    elif manner == "dropped":
        times = np.delete(times, lost, axis=0)
    elif manner == "repeated":
        times[lost, 1] = times[lost - 1, 1]
    return times, manner


def pick_codec(rng: np.random.Generator, pixels: int, steady: bool) -> tuple[str, str, dict[str, str]]:
    """Encoder, container suffix and options, rich to starved."""
    name = str(rng.choice(["libx264", "libx265", "mjpeg"], p=[0.8, 0.1, 0.1]))
    if name == "mjpeg" or (name == "libx265" and pixels > 240000):
        return "mjpeg", ".avi" if steady and rng.random() < 0.6 else ".mkv", {"q": str(rng.integers(3, 16))}
    crf = rng.integers(*((15, 22), (22, 29), (29, 33))[rng.choice(3, p=[0.35, 0.45, 0.2])])
    options = {"crf": str(crf), "g": str(rng.choice([12, 25, 50, 100, 250])), "threads": "1"}
    options |= {"preset": "veryfast" if name == "libx264" else "ultrafast", "bf": str(rng.choice([0, 2]))}
    if name == "libx265":
        options["x265-params"] = "log-level=error:pools=1:frame-threads=1"
    return name, str(rng.choice([".mp4", ".mkv"], p=[0.75, 0.25])), options


def write(path: Path, size: tuple[int, int], frames: Iterable[tuple], fps: float, codec: tuple[str, str, dict]) -> None:
    """Encode (time, picture) pairs; grey pictures have one channel."""
    name, _, options = codec
    rate = Fraction(fps).limit_denominator(1001)
    base = rate if path.suffix == ".avi" else Fraction(90000)
    with av.open(str(path), "w") as box:
        stream = box.add_stream(name, rate=rate, options={key: text for key, text in options.items() if key != "q"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if name == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = 1 / base
        if name == "mjpeg":
            stream.codec_context.qmin = stream.codec_context.qmax = int(options["q"])
        for time, picture in frames:
            grey = picture.shape[2] == 1
            frame = av.VideoFrame.from_ndarray(picture[..., 0] if grey else picture, format="gray" if grey else "rgb24")
            frame = frame.reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = round(time * base), 1 / base
            box.mux(stream.encode(frame))
        box.mux(stream.encode())
