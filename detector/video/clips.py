"""Short H.264 clips that keep the original frame times exactly, without sound and without metadata.

Each frame of the stretch is encoded again (never copied: a copy begins at the key frame before), small enough for a
page, in a clock of 90 kHz, so that a variable frame rate survives. The exact times stand beside the clip.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import av
import av.error
import numpy as np
from av.codec.codec import UnknownCodecError
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import VideoReformatter

from detector.errors import RecordingError
from detector.native.memory import give_back
from detector.records.clips import Clip
from detector.video.frames import Orientation, orientation_of_frame
from detector.video.pictures import (
    coarse,
    filmstrip,
    in_colour,
    in_planes,
    planes_of,
    small_frame,
    small_picture,
    small_planes,
    strip_moments,
)
from detector.video.seeking import frames_around

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from detector.video.container import OpenedFile

    Picture = npt.NDArray[np.uint8]
    Corners = tuple[tuple[float, float], ...]

__all__ = ["ClipRequest", "cut_clips", "encode_clip", "first_time_s", "still_picture"]

_CLOCK = Fraction(1, 90_000)
_MOST_PX = 640
"""Width of a clip: more than a page shows, less than a face needs."""

_LEADS_S = (0.0, 10.0, 60.0)
"""How much earlier to seek when the file's index led past the wanted frame; at last, the whole way from the start."""

_QUICK = "me=dia:subme=0:partitions=none:trellis=0"
"""A quarter of the time less for 4 % more bytes, as sharp: -0.15 to +0.06 dB on clips of 360p and 1080p films."""

_X264 = {"preset": "veryfast", "crf": "23", "bf": "0", "g": "15", "threads": "1", "x264-params": _QUICK}
"""No B-frames and a key frame every 15, so that a browser steps fast; one thread, so that the bytes are the same."""


@dataclass(frozen=True, slots=True)
class ClipRequest:
    """A stretch of a recording that a clip should show.

    Attributes
    ----------
    jerk, choice : str
        Id of the jerk, and why it was chosen.
    from_s, to_s : float
        Stretch in seconds since the recording's first frame, both ends within.
    onset_s, peak_s, offset_s : float
        The jerk, for the filmstrip.
    x, y : float
        Its centre as a fraction of the picture; NaN shows the whole picture in the filmstrip.
    """

    jerk: str
    choice: str
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
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Clip, ...]:
    """Write a clip and a filmstrip for each request.

    Parameters
    ----------
    opened : OpenedFile
        The video; its owner opens it once for all that is looked at, as the index of a night takes 90 MB each time.
    requests : sequence of ClipRequest
        What to show; in order of time is fastest.
    folder : Path
        Existing folder for the files.
    start_s : float
        Time of the recording's first frame in the file's own clock, in seconds.
    pixelate : sequence of polygons
        Parts to be made coarse, as corners in fractions of the upright picture.
    progress : callable, optional
        Called with the number of clips done and of all.

    Returns
    -------
    tuple of Clip
        Those of which at least two frames could be decoded.

    Raises
    ------
    RecordingError
        If the video has no time stamps (``no_timestamps``).
    OSError
        If a file cannot be written.
    """
    clips = []
    scaler = VideoReformatter()
    for done, request in enumerate(requests):
        pictures = _pictures(_stretch(opened, request, start_s), pixelate, scaler)
        clips.append(_written(opened.path, request, pictures, folder, pixelate))
        give_back()  # what encoders leave behind adds up
        if progress:
            progress(done + 1, len(requests))
    return tuple(clip for clip in clips if clip is not None)


def first_time_s(opened: OpenedFile) -> float:
    """Return the time of the first picture in the file's own clock, in seconds; 0 where none can be decoded.

    Raises
    ------
    RecordingError
        If the video has no time stamps (``no_timestamps``).
    """
    return next((time for time, _ in frames_around(opened, 0.0, 0.0)), 0.0)


def still_picture(opened: OpenedFile, at_s: float, *, start_s: float, most_px: int = 960) -> Picture:
    """Return the upright picture at a time, shape (height, width, 3), blue-green-red, at most `most_px` wide.

    Raises
    ------
    RecordingError
        If the video has no time stamps (``no_timestamps``) or no picture there (``no_pictures``).
    """
    for _, frame in _from(opened, at_s, start_s):
        return small_picture(frame, most_px, orientation_of_frame(frame))
    raise RecordingError(
        opened.path, f"it has no picture at {at_s:.1f} s", code="no_pictures", advice="Choose another time"
    )


def _pictures(
    frames: Iterator[tuple[float, VideoFrame]], pixelate: Sequence[Corners], scaler: VideoReformatter
) -> Iterator[tuple[float, VideoFrame]]:
    """Yield times and frames as an encoder takes them (`small_planes`); without copies where nothing is changed."""
    turn = None
    for time, frame in frames:
        turn = turn or orientation_of_frame(frame)
        if pixelate:
            planes = in_planes(coarse(in_colour(small_planes(frame, _MOST_PX, turn, scaler)), pixelate))
            yield time, VideoFrame.from_numpy_buffer(planes, format="yuv420p")
        elif turn == Orientation():
            yield time, small_frame(frame, _MOST_PX, turn, scaler)
        else:
            planes = small_planes(frame, _MOST_PX, turn, scaler)
            yield time, VideoFrame.from_numpy_buffer(planes, format="yuv420p")


def _stretch(opened: OpenedFile, request: ClipRequest, start_s: float) -> Iterator[tuple[float, VideoFrame]]:
    for time, frame in _from(opened, request.from_s, start_s):
        if time > request.to_s:
            return
        yield time, frame


def _from(opened: OpenedFile, from_s: float, start_s: float) -> Iterator[tuple[float, VideoFrame]]:
    """Yield the frames from a time on with their times; the first is the first one at or after it."""
    for lead_s in (*_LEADS_S, from_s + 1.0):
        first = True
        for time, frame in frames_around(opened, max(0.0, from_s - lead_s), start_s):
            if first and time > from_s + 1e-6 and lead_s <= from_s:
                break  # the index led past it: seek earlier
            first = False
            if time >= from_s - 1e-6:
                yield time, frame
        else:
            return


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
    except (av.error.FFmpegError, UnknownCodecError) as error:  # the latter: an FFmpeg that was built without x264
        raise RecordingError(
            path, f"a clip of {request.jerk} could not be encoded ({error})", code="no_clips", advice="Use --clips none"
        ) from error


def _write(
    request: ClipRequest, pictures: Iterator[tuple[float, VideoFrame]], folder: Path, hidden: Sequence[Corners]
) -> Clip | None:
    """Write a clip as its pictures come, and hold no more of them than its strip shows; None for less than two."""
    name, moments_s = f"{request.jerk}.mp4", (request.onset_s, request.peak_s, request.offset_s)
    seen = _Seen(pictures, moments_s)
    encode_clip(folder / name, seen)
    times = tuple(seen.times_s)
    if len(times) < 2:
        (folder / name).unlink(missing_ok=True)
        return None
    shown = [(time, in_colour(planes_of(frame))) for time, frame in seen.nearest]
    strip = filmstrip(shown, moments_s, request.x, request.y, hidden)
    (folder / f"{request.jerk}.jpg").write_bytes(strip)
    end_s = times[-1] + float(np.median(np.diff(times)))
    return Clip(request.jerk, name, times, end_s, request.choice, f"{request.jerk}.jpg", strip, bool(hidden))


class _Seen:
    """Passes pictures on, and keeps their times and those that a filmstrip shows (`strip_moments`).

    Attributes
    ----------
    times_s : list of float
        Of all pictures that were passed on.
    nearest : list of (float, VideoFrame)
        Time and picture nearest to each moment of the strip.
    """

    def __init__(self, pictures: Iterator[tuple[float, VideoFrame]], moments_s: tuple[float, float, float]) -> None:
        self._pictures, self._moments = pictures, strip_moments(*moments_s)
        self.times_s: list[float] = []
        self.nearest: list[tuple[float, VideoFrame]] = []

    def __iter__(self) -> Iterator[tuple[float, VideoFrame]]:
        for time, frame in self._pictures:
            self.times_s.append(time)
            if not self.nearest:
                self.nearest = [(time, frame)] * len(self._moments)
            for k, moment in enumerate(self._moments):
                if abs(time - moment) < abs(self.nearest[k][0] - moment):
                    self.nearest[k] = (time, frame)
            yield time, frame


def encode_clip(path: Path, pictures: Iterable[tuple[float, VideoFrame]]) -> None:
    """Write frames of one size (yuv420p) as H.264 at their own times in seconds; their time stamps are changed.

    No file is made where there are none.
    """
    following = iter(pictures)
    start = next(following, None)
    if start is None:
        return
    zero, first = start
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as out:
        stream = out.add_stream("libx264", rate=30, options=dict(_X264))
        stream.width, stream.height, stream.pix_fmt = first.width, first.height, "yuv420p"
        stream.codec_context.time_base = _CLOCK
        for time, frame in chain([start], following):
            frame.pts, frame.time_base = round((time - zero) / _CLOCK), _CLOCK
            frame.pict_type = PictureType.NONE  # the encoder's to choose, also where the decoder's own frame is shown
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
