"""Short H.264 clips that keep the original frame times exactly, without sound and without metadata.

Each frame of the stretch is re-encoded (never copied: a copy would begin at the key frame before), small enough for a
page, with a clock of 90 kHz, so that a variable frame rate survives. The exact times are given beside the clip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av.error
import numpy as np
from av.codec.codec import UnknownCodecError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from detector.errors import RecordingError
from detector.native.memory import give_back
from detector.records.clips import Clip
from detector.video.encoding import encode_clip
from detector.video.frames import Orientation, orientation_of_frame
from detector.video.from_start import timed_pictures
from detector.video.nearest import Nearest
from detector.video.pictures import (
    coarse,
    filmstrip,
    in_colour,
    in_planes,
    planes_of,
    small_frame,
    small_planes,
    strip_moments,
)
from detector.video.seeking import SAME_S, frames_from
from detector.video.stretches import Stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.config import VideoSettings
    from detector.records.clips import ClipReason
    from detector.video.container import OpenedFile

    Picture = npt.NDArray[np.uint8]
    Corners = tuple[tuple[float, float], ...]

__all__ = ["ClipRequest", "cut_clips", "planes_from_start"]

_MOST_PX = 640
"""Largest width of a clip: more than a page shows, less than a face needs."""

_NEAR_S = 1.0
"""A stretch this soon after the last decoded frame is reached by decoding on: a seek would go back to a key frame."""


@dataclass(frozen=True, slots=True)
class ClipRequest:
    """A stretch of a recording that a clip should show.

    Attributes
    ----------
    movement : str
        Id of the movement.
    choice : ClipReason
        Why it was chosen.
    from_s, to_s : float
        Stretch in seconds since the recording's first frame, both ends within.
    onset_s, peak_s, offset_s : float
        The movement, for the filmstrip.
    x, y : float
        Centre of the movement as a fraction of the picture; NaN shows the whole picture in the filmstrip.
    """

    movement: str
    choice: ClipReason
    from_s: float
    to_s: float
    onset_s: float
    peak_s: float
    offset_s: float
    x: float
    y: float


def cut_clips(
    opened: OpenedFile,
    requests: Sequence[ClipRequest],
    folder: Path,
    *,
    start_s: float,
    pixelate: Sequence[Corners] = (),
    from_start: Stretches[Picture] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Clip, ...]:
    """Write a clip and a filmstrip for each request.

    Parameters
    ----------
    opened : OpenedFile
        The video; its owner opens it once for everything, as the index of a night takes 90 MB each time.
    requests : sequence of ClipRequest
        Stretches to show, in order of their start; pictures that several of them show are decoded once.
    folder : Path
        Existing folder for the files.
    start_s : float
        Time of the recording's first frame in the file's own clock, in seconds.
    pixelate : sequence of polygons
        Areas to pixelate, as corners in fractions of the upright picture.
    from_start : Stretches, optional
        Result of `planes_from_start`, if the file's time stamps cannot be used for seeking.
    progress : callable, optional
        Called with the number of clips done and the total.

    Returns
    -------
    tuple of Clip
        The clips of which at least two frames could be decoded, with the peak of the movement between them.

    Raises
    ------
    RecordingError
        If the video has no time stamps (``no_timestamps``).
    OSError
        If a file cannot be written.
    """
    clips = []
    sought = _Sought(opened, start_s, pixelate) if from_start is None else None
    for done, request in enumerate(requests):
        following_s = requests[done + 1].from_s if done + 1 < len(requests) else math.inf
        if sought is not None:
            pictures = sought.stretch(request.from_s, request.to_s, following_s)
        elif from_start is not None:
            pictures = (
                (time, _ready(planes, pixelate))
                for time, planes in from_start.stretch(request.from_s, request.to_s, following_s)
            )
        clips.append(_written(opened.path, request, pictures, folder, pixelate))
        give_back()  # memory left behind by encoders adds up
        if progress:
            progress(done + 1, len(requests))
    return tuple(clip for clip in clips if clip is not None)


def planes_from_start(opened: OpenedFile, settings: VideoSettings) -> Stretches[Picture]:
    """Return one pass over a film for `cut_clips`, in small upright planes (`small_planes`)."""
    scaler, turns = VideoReformatter(), list[Orientation]()

    def keep(frame: VideoFrame) -> Picture:
        turns[:] = turns or [orientation_of_frame(frame)]
        return small_planes(frame, _MOST_PX, turns[0], scaler)

    return Stretches(timed_pictures(opened, settings, keep))


def _pictures(
    frames: Iterator[tuple[float, VideoFrame]], pixelate: Sequence[Corners], scaler: VideoReformatter
) -> Iterator[tuple[float, VideoFrame]]:
    """Yield times and frames as an encoder takes them (`small_planes`), without copies if nothing is changed."""
    turn = None
    for time, frame in frames:
        turn = turn or orientation_of_frame(frame)
        if not pixelate and turn == Orientation():
            yield time, small_frame(frame, _MOST_PX, turn, scaler)
        else:
            yield time, _ready(small_planes(frame, _MOST_PX, turn, scaler), pixelate)


def _ready(planes: Picture, pixelate: Sequence[Corners]) -> VideoFrame:
    """Return planes of `small_planes` as a frame, with the given areas made coarse."""
    shown = in_planes(coarse(in_colour(planes), pixelate)) if pixelate else planes
    return VideoFrame.from_numpy_buffer(shown, format="yuv420p")


class _Sought:
    """Stretches of a film that can be sought by time stamp; neighbouring ones are decoded once."""

    def __init__(self, opened: OpenedFile, start_s: float, pixelate: Sequence[Corners]) -> None:
        self._opened, self._start_s, self._pixelate = opened, start_s, pixelate
        self._scaler = VideoReformatter()
        self._stretches = Stretches[VideoFrame](iter(()))
        self._kept_from_s = 0.0

    def stretch(self, from_s: float, to_s: float, following_s: float) -> Iterator[tuple[float, VideoFrame]]:
        """Yield the pictures from one time to another; those that the next stretch also shows are kept for it."""
        reached = self._kept_from_s <= from_s <= self._stretches.reached_s + _NEAR_S
        self._kept_from_s = max(from_s, following_s)
        if self._stretches.ended or not reached:
            frames = frames_from(self._opened, from_s, self._start_s)
            self._stretches = Stretches(_pictures(frames, self._pixelate, self._scaler))
        return self._stretches.stretch(from_s - SAME_S, to_s, following_s - SAME_S)


def _written(
    path: Path,
    request: ClipRequest,
    pictures: Iterator[tuple[float, VideoFrame]],
    folder: Path,
    hidden: Sequence[Corners],
) -> Clip | None:
    try:
        return _write(request, pictures, folder, hidden)
    except OSError:
        raise
    except (av.error.FFmpegError, UnknownCodecError) as error:  # the latter: an FFmpeg built without x264
        raise RecordingError(
            path,
            f"a clip of {request.movement} could not be encoded ({error})",
            code="no_clips",
            advice="Use --clips none",
        ) from error


def _write(
    request: ClipRequest, pictures: Iterator[tuple[float, VideoFrame]], folder: Path, hidden: Sequence[Corners]
) -> Clip | None:
    """Write a clip as its pictures come, holding no more of them than its strip shows; None if they miss the peak."""
    name, moments_s = f"{request.movement}.mp4", (request.onset_s, request.peak_s, request.offset_s)
    seen = _Seen(pictures, moments_s)
    encode_clip(folder / name, seen)
    times = tuple(seen.times_s)
    if len(times) < 2 or not times[0] <= request.peak_s <= times[-1]:  # of another moment: worse than none
        (folder / name).unlink(missing_ok=True)
        return None
    shown = [(time, in_colour(planes_of(frame))) for time, frame in seen.nearest]
    strip = filmstrip(shown, moments_s, request.x, request.y, hidden)
    (folder / f"{request.movement}.jpg").write_bytes(strip)
    end_s = times[-1] + float(np.median(np.diff(times)))
    return Clip(request.movement, name, times, end_s, request.choice, f"{request.movement}.jpg", strip, bool(hidden))


class _Seen:
    """Pass pictures on, and keep their times and the pictures that a filmstrip shows (`strip_moments`).

    Attributes
    ----------
    times_s : list of float
        Times of all pictures passed on.
    nearest : list of (float, VideoFrame)
        Time and picture nearest to each moment of the strip.
    """

    def __init__(self, pictures: Iterator[tuple[float, VideoFrame]], moments_s: tuple[float, float, float]) -> None:
        self._pictures, self._strip = pictures, Nearest[VideoFrame](strip_moments(*moments_s))
        self.times_s: list[float] = []

    @property
    def nearest(self) -> list[tuple[float, VideoFrame]]:
        return self._strip.found

    def __iter__(self) -> Iterator[tuple[float, VideoFrame]]:
        for time, frame in self._pictures:
            self.times_s.append(time)
            self._strip.see(time, frame)
            yield time, frame
