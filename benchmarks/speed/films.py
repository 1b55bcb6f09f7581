"""Films to measure speed on: a still sleeper with noise and breathing, and one who moves in a fifth of the frames.

Half a minute is rendered and encoded; longer films repeat its packets, so that an hour costs no more than a copy. The
scene is flat patches of cloth, sensor noise and a breathing chest; what matters here is how a decoder and the motion
stage are kept busy, not how an infant looks (for that there is ``detector.synthetic``).
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    Picture = npt.NDArray[np.float32]

LOOP_S, FPS = 30.0, 30
NOISE = 2.5  # grey levels in 1080p: an infrared camera at night; smaller pictures are scaled from it, and so is noise
BREATH_S = 2.0
KBPS = {360: 600, 720: 1500, 1080: 2000}  # what cameras for the home write
ENCODERS = {
    "h264": ("libx264", {"preset": "veryfast", "g": "60", "bf": "0"}),
    "hevc": ("libx265", {"preset": "ultrafast", "x265-params": "keyint=60:bframes=0:log-level=none"}),
}


@dataclass(frozen=True)
class Film:
    """One kind of film."""

    codec: str
    width: int
    height: int
    restless: bool = False

    @property
    def name(self) -> str:
        return f"{self.codec}-{self.height}p30-{'restless' if self.restless else 'still'}"


FILMS = (
    Film("h264", 1920, 1080),
    Film("hevc", 1920, 1080),
    Film("h264", 1280, 720),
    Film("h264", 640, 360),
    Film("h264", 1920, 1080, restless=True),
    Film("h264", 640, 360, restless=True),
)


def make(film: Film, folder: Path, length_s: float) -> Path:
    """Return a film of at least `length_s` seconds, made unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    loop = folder / f"{film.name}-loop.mp4"
    if not loop.exists():
        part = loop.with_suffix(".part.mp4")
        # in a process of its own: the peak memory of one that is measured begins at that of the one that starts it
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            other.submit(_encode, film, part).result()
        part.rename(loop)
    path = folder / f"{film.name}-{length_s:.0f}s.mp4"
    if not path.exists():
        part = path.with_suffix(".part.mp4")
        repeat(loop, part, length_s)
        part.rename(path)
    return path


def repeat(source: Path, target: Path, length_s: float) -> None:
    """Write the packets of `source` again and again, until `length_s` seconds are reached."""
    with av.open(str(source)) as film, av.open(str(target), "w") as out:
        stream = film.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [packet for packet in film.demux(stream) if packet.size]
        first, step = min(packet.pts for packet in packets), max(packet.duration or 0 for packet in packets)
        length = max(packet.pts for packet in packets) - first + step
        rounds = max(1, round(length_s / float(length * stream.time_base)))
        for number in range(rounds):
            for packet in packets:
                again = av.Packet(bytes(packet))
                again.pts, again.dts = packet.pts + number * length, packet.dts + number * length
                again.duration, again.is_keyframe = step, packet.is_keyframe
                again.time_base, again.stream = stream.time_base, copy
                out.mux(again)


def _encode(film: Film, path: Path) -> None:
    codec, options = ENCODERS[film.codec]
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=FPS, options=options)
        stream.bit_rate = KBPS[film.height] * 1000
        stream.width, stream.height, stream.pix_fmt = film.width, film.height, "yuv420p"
        for picture in _pictures(film):
            frame = av.VideoFrame.from_ndarray(picture, "gray").reformat(format="yuv420p")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _pictures(film: Film) -> Iterator[npt.NDArray[np.uint8]]:
    rng = np.random.default_rng(7)
    width, height = film.width, film.height
    ground = _cloth(rng, width, height, 100, 28)
    chest, limb = (_cloth(rng, width // 4, height // 4, level, 30) for level in (120, 135))
    noise = [rng.normal(0, NOISE * height / 1080, (height, width)).astype(np.float32) for _ in range(5)]
    picture = np.empty_like(ground)
    for number in range(round(LOOP_S * FPS)):
        time_s = number / FPS
        np.copyto(picture, ground)
        breath = 0.0008 * width * np.sin(2 * np.pi * time_s / BREATH_S)
        _lay(picture, chest, (0.4 * width, 0.4 * height + breath))
        _lay(picture, limb, (0.68 * width + _way(time_s, restless=film.restless) * width, 0.65 * height))
        dirty = noise[int(rng.integers(len(noise)))]
        picture += np.roll(dirty, int(rng.integers(height)), axis=0)
        yield np.clip(picture + 0.5, 16, 235).astype(np.uint8)


def _way(time_s: float, *, restless: bool) -> float:
    """Return how far the limb is away from rest, in widths: one jerk in the loop, or a fifth of its time in motion."""
    out = 0.008 * _bump(time_s - 12.0, 0.3)
    if restless:
        out += sum(0.012 * _bump(time_s - onset - k * 0.5, 0.4) for onset in (3.0, 19.0, 25.0) for k in range(5))
    return float(out)


def _bump(time_s: float, length_s: float) -> float:
    return float(np.sin(np.pi * time_s / length_s) ** 2) if 0 < time_s < length_s else 0.0


def _cloth(rng: np.random.Generator, width: int, height: int, level: float, contrast: float) -> Picture:
    """Return texture with detail of many sizes."""
    cloth = np.zeros((height, width), np.float32)
    for share in (6, 20, 60):
        small = rng.normal(0, 1, (max(3, height * share // 180), max(3, width * share // 180))).astype(np.float32)
        cloth += cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(level + contrast * cloth / 3, np.float32)


def _lay(picture: Picture, patch: Picture, corner: tuple[float, float]) -> None:
    """Draw a patch with its corner between pixels."""
    x, y = int(corner[0]), int(corner[1])
    shift = np.array([[1, 0, corner[0] - x], [0, 1, corner[1] - y]], np.float32)
    height, width = patch.shape
    moved = cv2.warpAffine(patch, shift, (width, height), borderMode=cv2.BORDER_REPLICATE)
    picture[y : y + height, x : x + width] = moved
