"""Renders recipes and writes them as video files, byte for byte the same each time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from detector.errors import ResultError
from detector.synthetic.scene import Scene
from detector.synthetic.sensor import Chip
from detector.synthetic.truth import Truth, clip_truth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

    from detector.synthetic.recipe import Camera, Codec, Recipe

__all__ = ["frame_times", "render", "write_clip"]

# Ticks per second: exact for 12.5, 15, 20, 25, 29.97, 30, 50 and 60 Hz; MPEG-4 allows at most 65535.
_CLOCK = 60_000

_LEVELS = np.arange(256.0)
_NARROWED = np.rint(16 + _LEVELS * (219 / 255)).astype(np.uint8)
_WIDE_LUMA = np.clip(np.rint((_LEVELS - 16) * (255 / 219)), 0, 255).astype(np.uint8)
_WIDE_CHROMA = np.clip(np.rint(128 + (_LEVELS - 128) * (255 / 224)), 0, 255).astype(np.uint8)


def frame_times(camera: Camera, seed: int) -> npt.NDArray[np.float64]:
    """Return the increasing time stamps in seconds, from 0, with jitter, wander and dropped pictures."""
    rng = np.random.default_rng([seed, 31])
    count = round(camera.duration_s * camera.fps)
    steps = np.full(count, 1.0)
    if camera.wander:
        knots = rng.uniform(-1, 1, count // 40 + 3)
        steps *= 1 + camera.wander * np.interp(np.arange(count) / 40.0, np.arange(len(knots)), knots)
    times = np.concatenate([[0.0], np.cumsum(steps)[:-1]]) / camera.fps
    if camera.jitter:
        times[1:] += rng.uniform(-camera.jitter, camera.jitter, count - 1) / camera.fps
        times = np.maximum.accumulate(times)
    keep = rng.random(count) >= camera.drop_share
    keep[0] = True
    times = times[keep]
    times = times[times < camera.duration_s]
    ticks = np.round(times * _CLOCK).astype(np.int64)
    return np.asarray(ticks[np.concatenate([[True], np.diff(ticks) > 0])] / _CLOCK)


def render(recipe: Recipe) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    """Yield each picture with its time in seconds: uint8, shape (h, w), or (h, w, 3) as blue, green, red."""
    camera = recipe.camera
    scene = Scene(recipe)
    shape = (camera.height, camera.width, 3) if camera.colour else (camera.height, camera.width)
    chip = Chip(recipe.sensor, shape, recipe.seed)
    rng = np.random.default_rng([recipe.seed, 37])
    last: npt.NDArray[np.uint8] | None = None
    for time_s in frame_times(camera, recipe.seed):
        if last is None or rng.random() >= camera.repeat_share:
            last = scene.expose(chip, float(time_s))
        yield float(time_s), last


def write_clip(recipe: Recipe, out: Path) -> Truth:
    """Render a recipe to a video, with its truth and recipe beside it.

    Parameters
    ----------
    recipe : Recipe
        What to render.
    out : Path
        The video; its suffix is set to the recipe's container. ``.truth.tsv`` and ``.toml`` are written beside it.

    Returns
    -------
    Truth
        What happens in the clip.

    Raises
    ------
    ResultError
        If the folder does not exist, or this build of PyAV lacks the encoder.
    """
    if not out.parent.is_dir():
        raise ResultError(f"cannot write {out}: the folder {out.parent} does not exist; make it first")
    truth = clip_truth(recipe)
    video = out.with_suffix(f".{recipe.codec.container}")
    partial = video.with_name(f".{video.name}.part")
    try:
        _encode(recipe, partial)
        partial.replace(video)
    finally:
        partial.unlink(missing_ok=True)
    truth.save(out.with_suffix(".truth.tsv"))
    recipe.save(out.with_suffix(".toml"))
    return truth


def _encode(recipe: Recipe, path: Path) -> None:
    camera, codec = recipe.camera, recipe.codec
    form = {"mp4": "mp4", "mkv": "matroska"}[codec.container]
    options = {"fflags": "+bitexact"}
    with av.open(str(path), "w", format=form, options=options) as file:
        try:
            stream = file.add_stream(codec.name, rate=Fraction(camera.fps).limit_denominator(1001))
        except (av.FFmpegError, ValueError) as error:
            raise ResultError(
                f"this build of PyAV cannot encode {codec.name}: {error}; choose another codec"
            ) from error
        stream.width, stream.height = camera.width, camera.height
        stream.pix_fmt = "yuvj420p" if codec.name == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = Fraction(1, _CLOCK)
        stream.codec_context.gop_size = codec.gop
        stream.codec_context.thread_count = 1
        stream.codec_context.options = _options(codec)
        if codec.bitrate_kbps:
            stream.codec_context.bit_rate = codec.bitrate_kbps * 1000
        for time_s, picture in render(recipe):
            frame = av.VideoFrame.from_ndarray(_planes(picture, full=codec.name == "mjpeg"), format=stream.pix_fmt)
            frame.pts = round(time_s * _CLOCK)
            frame.time_base = Fraction(1, _CLOCK)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def _planes(picture: npt.NDArray[np.uint8], *, full: bool) -> npt.NDArray[np.uint8]:
    """Return luma over chroma (4:2:0), shape (3/2 h, w), of a grey or BGR picture; luma 16-235, or 0-255 if `full`.

    FFmpeg's own scaler rounds differently from run to run, depending on where a picture lies in memory.
    """
    height, width = picture.shape[:2]
    if picture.ndim == 3:
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        if full:  # luma by 255/219 about black, chroma by 255/224 about the middle
            planes[:height] = cv2.LUT(planes[:height], _WIDE_LUMA)
            planes[height:] = cv2.LUT(planes[height:], _WIDE_CHROMA)
        return planes
    planes = np.full((height * 3 // 2, width), 128, np.uint8)
    planes[:height] = picture if full else cv2.LUT(picture, _NARROWED)
    return planes


def _options(codec: Codec) -> dict[str, str]:
    if codec.name in {"mpeg4", "mjpeg"}:
        quality = str(int(np.clip(codec.crf // 2, 2, 31)))
        return (
            {"flags": "+bitexact"}
            if codec.bitrate_kbps
            else {"flags": "+qscale+bitexact", "global_quality": str(118 * int(quality))}
        )
    options: dict[str, str] = {"preset": codec.preset}
    if codec.name == "libx264":
        options |= {"x264-params": f"keyint={codec.gop}:min-keyint=1:threads=1:lookahead-threads=1"}
    else:
        options |= {"x265-params": f"keyint={codec.gop}:pools=none:frame-threads=1:log-level=error"}
    if not codec.bitrate_kbps:
        options["crf"] = str(codec.crf)
    return options
