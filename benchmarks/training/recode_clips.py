"""Copy clips as another recorder would have kept them: smaller, toned, cleaned of noise, in another codec.

    python benchmarks/training/recode_clips.py CLIPS OUT [--every 2] [--workers 2]

What happens in a copy is what happens in the clip: truth and recipe are copied along, under the same name. What a
network recorder, a messenger or an export makes of a video is drawn anew for each clip, always alike. Copies are
trained on beside their clips (``train_classifier.py CLIPS --copies OUT``); nothing is scored on them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from detector.batch.sources import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Luma = npt.NDArray[np.uint8]

KINDS = {"x264": 0.35, "steady": 0.25, "x265": 0.15, "mpeg4": 0.1, "mjpeg": 0.05, "vp8": 0.1}
CODECS = {"x264": "libx264", "steady": "libx264", "x265": "libx265", "vp8": "libvpx"}
GOPS = (12, 25, 50, 100, 250)
SCALERS = (cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
CLOCK = Fraction(1, 90_000)
CLOCK_OF_MPEG4 = Fraction(1, 10_000)  # it allows no more than 65,535 ticks a second
KEEPS = 8.0  # grey levels: a denoiser leaves larger changes alone


@dataclass(frozen=True)
class Recorder:
    """What is done to a clip; drawn from its name."""

    width: int
    height: int
    scaler: int
    contrast: float
    gamma: float
    noise: float
    denoise: float
    every: int
    kind: str
    gop: int
    bit_rate: int = 0
    options: dict[str, str] = field(default_factory=dict)

    @classmethod
    def drawn(cls, name: str, size: tuple[int, int], fps: float) -> Recorder:
        """Draw what the clip `name`, of this size and rate, is kept as."""
        rng = np.random.default_rng([77, *name.encode()])
        scale = float(rng.uniform(0.4, 0.85)) if size[0] >= 440 and rng.random() < 0.7 else 1.0
        width = max(240, int(size[0] * scale)) // 2 * 2
        height = round(size[1] * width / size[0]) // 2 * 2
        scaler = SCALERS[int(rng.integers(4))]
        contrast = float(rng.uniform(0.45, 1.15)) if rng.random() < 0.5 else 1.0
        gamma = float(rng.uniform(0.7, 1.4)) if rng.random() < 0.4 else 1.0
        noise = float(rng.uniform(0.5, 4)) if rng.random() < 0.35 else 0.0
        denoise = float(rng.uniform(0.3, 0.7)) if rng.random() < 0.35 else 0.0
        every = 2 if fps >= 24 and rng.random() < (0.4 if fps >= 45 else 0.12) else 1
        kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
        gop = int(rng.choice(GOPS))
        bit_rate, options = _encoding(kind, width * height * fps / every, rng)
        return cls(width, height, scaler, contrast, gamma, noise, denoise, every, kind, gop, bit_rate, options)

    @property
    def codec(self) -> str:
        """FFmpeg's name of the codec."""
        return CODECS.get(self.kind, self.kind)

    @property
    def ending(self) -> str:
        """Of the container."""
        return ".mkv" if self.kind in {"mjpeg", "vp8"} else ".mp4"


def _encoding(kind: str, pixels: float, rng: np.random.Generator) -> tuple[int, dict[str, str]]:
    """Return bit rate (0: as the quality needs) and options, for so many pixels a second."""
    if kind == "x264":
        presets = ["ultrafast", "superfast", "veryfast", "faster"]
        return 0, {"crf": str(int(rng.integers(20, 32))), "preset": str(rng.choice(presets))}
    if kind == "steady":
        rate = int(pixels * rng.uniform(0.03, 0.12))
        preset = str(rng.choice(["ultrafast", "superfast", "veryfast"]))
        buffer = str(int(rate * rng.uniform(0.3, 2)))
        return rate, {"preset": preset, "tune": "zerolatency", "maxrate": str(rate), "bufsize": buffer}
    if kind == "x265":
        crf, preset = str(int(rng.integers(22, 33))), str(rng.choice(["ultrafast", "superfast"]))
        return 0, {"crf": crf, "preset": preset, "x265-params": "log-level=none:pools=1"}
    low, high = {"mpeg4": (0.06, 0.25), "mjpeg": (0.5, 1.6), "vp8": (0.03, 0.1)}[kind]
    live = {"deadline": "realtime", "cpu-used": "8", "undershoot-pct": "100", "error-resilient": "0"}
    return int(pixels * rng.uniform(low, high)), live if kind == "vp8" else {}


def seen_by(recorder: Recorder, pictures: Iterator[Luma], seed: bytes) -> Iterator[Luma]:
    """Yield the pictures as the recorder keeps them, before they are encoded."""
    rng = np.random.default_rng([78, *seed])
    levels = (((np.arange(256) - 128) * recorder.contrast + 128).clip(0, 255) / 255) ** recorder.gamma * 255
    tones, held = levels.clip(0, 255).astype(np.float32), None
    for picture in pictures:
        size = (recorder.width, recorder.height)
        same = picture.shape[::-1] == size
        luma = cv2.LUT(picture if same else cv2.resize(picture, size, interpolation=recorder.scaler), tones)
        if recorder.noise:
            luma = luma + rng.normal(0, recorder.noise, luma.shape).astype(np.float32)
        if recorder.denoise:
            if held is not None:
                change = luma - held
                luma = held + change * (1 - recorder.denoise * np.exp(-((change / KEEPS) ** 2)))
            held = luma
        yield np.clip(np.rint(luma), 0, 255).astype(np.uint8)


def recode(clip: Path, out: Path) -> Path:
    """Write a copy of `clip` to the folder `out`, with its truth and recipe; return it."""
    with av.open(str(clip)) as source:
        shown = source.streams.video[0]
        fps, size = Fraction(shown.average_rate or 25), (shown.codec_context.width, shown.codec_context.height)
        recorder = Recorder.drawn(clip.stem, size, float(fps))
        path = out / f"{clip.stem}{recorder.ending}"
        with av.open(str(path), "w") as target:
            stream = target.add_stream(recorder.codec, rate=fps / recorder.every, options=recorder.options)
            _set_up(stream, recorder)
            times_s: list[float] = []
            pictures = _shown(source.decode(shown), recorder.every, times_s)
            for picture in seen_by(recorder, pictures, clip.stem.encode()):
                kept = av.VideoFrame.from_ndarray(picture, format="gray").reformat(format=stream.pix_fmt)
                kept.time_base = stream.codec_context.time_base
                kept.pts = round((times_s[-1] - times_s[0]) / kept.time_base)
                target.mux(stream.encode(kept))
            target.mux(stream.encode())
    for beside in (clip.with_name(f"{clip.stem}{ending}") for ending in (".toml", ".truth.tsv", ".places.json")):
        if beside.exists():
            shutil.copy(beside, out / beside.name)
    return path


def _set_up(stream: av.VideoStream, recorder: Recorder) -> None:
    stream.width, stream.height, stream.thread_count = recorder.width, recorder.height, 1
    stream.pix_fmt = "yuvj420p" if recorder.kind == "mjpeg" else "yuv420p"
    stream.codec_context.time_base = CLOCK_OF_MPEG4 if recorder.kind == "mpeg4" else CLOCK
    stream.codec_context.gop_size = recorder.gop
    if recorder.bit_rate:
        stream.bit_rate = recorder.bit_rate


def _shown(frames: Iterator[av.VideoFrame], every: int, times_s: list[float]) -> Iterator[Luma]:
    """Yield every so many pictures, and note the time of each."""
    for k, frame in enumerate(frames):
        if k % every == 0:
            times_s.append(frame.time or 0.0)
            yield frame.to_ndarray(format="gray")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, help="folder of clips with truth beside them")
    parser.add_argument("out", type=Path, help="folder of the copies; what is there already is kept")
    parser.add_argument("--every", type=int, default=2, help="copy every so many clips, by name")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    clips = sorted(path for path in args.clips.iterdir() if path.suffix.lower() in SUFFIXES)[:: args.every]
    missing = [clip for clip in clips if not (args.out / f"{clip.stem}.truth.tsv").exists()]
    with ProcessPoolExecutor(args.workers) as workers:
        for number, copy in enumerate(workers.map(recode, missing, [args.out] * len(missing)), start=1):
            print(f"{number}/{len(missing)} {copy.name}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
