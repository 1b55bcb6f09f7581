"""Writing a film: times of frames, codec, container."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

RATES, RATE_ODDS = (12.5, 15, 20, 24, 25, 30, 50, 60), (0.06, 0.12, 0.1, 0.1, 0.3, 0.22, 0.06, 0.04)
SIZES = ((320, 180), (480, 270), (640, 360), (640, 480), (848, 480), (1280, 720))
TIMINGS = ("steady", "wavering", "dropping", "repeating")


class Format:
    """Rate, size, codec and quality of a film."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rate = float(rng.choice(RATES, p=RATE_ODDS))
        self.size = SIZES[rng.choice(6, p=[0.1, 0.12, 0.48, 0.16, 0.08, 0.06])]
        self.inner = self.size if self.size[0] <= 640 else (640, 360)
        load = self.rate * self.size[0] * self.size[1]
        self.seconds = float(rng.uniform(12, np.clip(6e6 / load * 20, 12.5, 30)))
        self.codec = str(rng.choice(["libx264", "libx265" if load < 6e6 else "libx264", "mjpeg"], p=[0.75, 0.12, 0.13]))
        self.suffix = ".avi" if self.codec == "mjpeg" else str(rng.choice([".mp4", ".mkv"], p=[0.75, 0.25]))
        self.crf, self.gop = (
            int(rng.choice([19, 25, 32], p=[0.35, 0.45, 0.2]) + rng.integers(-3, 4)),
            int(rng.choice([12, 50, 250])),
        )
        self.timing = "steady" if self.codec == "mjpeg" else str(rng.choice(TIMINGS, p=[0.7, 0.1, 0.1, 0.1]))
        self.shutter = float(rng.uniform(0.05, 0.95))

    def times(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Times at which frames are shown, and times at which they were taken."""
        shown = np.arange(int(self.seconds * self.rate)) / self.rate
        odd = rng.random(len(shown)) < 0.06
        odd[0] = False
        if self.timing == "wavering":
            shown[1:] += rng.uniform(-0.3, 0.3, len(shown) - 1) / self.rate
        elif self.timing == "dropping":
            shown = shown[~odd]
        repeated = odd[1:] & (self.timing == "repeating")
        return shown, np.where(np.append(False, repeated)[: len(shown)], np.append(0, shown[:-1]), shown)


class Writer:
    """Encodes frames with their times into a file."""

    def __init__(self, path: Path, form: Format) -> None:
        self.box = av.open(str(path), "w", format={".mp4": "mp4", ".mkv": "matroska", ".avi": "avi"}[form.suffix])
        rate, kind = Fraction(form.rate).limit_denominator(1000), form.codec
        options = {
            "crf": str(form.crf),
            "preset": "superfast" if form.rate <= 25 and kind == "libx264" else "ultrafast",
            "g": str(form.gop),
        }
        if kind == "libx265":
            options["x265-params"] = f"keyint={form.gop}:log-level=error:pools=none:frame-threads=1"
        self.stream = self.box.add_stream(kind, rate=rate, options={} if kind == "mjpeg" else options)
        self.stream.width, self.stream.height = form.size
        self.stream.pix_fmt = "yuvj420p" if kind == "mjpeg" else "yuv420p"
        self.base = 1 / rate if kind == "mjpeg" else Fraction(1, 90000)
        context = self.stream.codec_context
        context.thread_count, context.time_base = 1, self.base
        if kind == "mjpeg":
            context.qmin = context.qmax = 2 + (form.crf - 14) // 2

    def write(self, image: np.ndarray, time: float) -> None:
        """Add one frame (h, w, 1 or 3)."""
        image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) if image.shape[2] == 1 else image
        frame = av.VideoFrame.from_ndarray(cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420), "yuv420p")
        frame = frame.reformat(format=self.stream.pix_fmt)
        frame.pts, frame.time_base = round(time / self.base), self.base
        self.box.mux(self.stream.encode(frame))

    def close(self) -> None:
        """Finish the file."""
        self.box.mux(self.stream.encode())
        self.box.close()
