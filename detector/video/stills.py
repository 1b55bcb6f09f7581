"""Get single upright pictures of a recording at given moments, without reading what comes before where possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from detector.errors import DecodeError, RecordingError
from detector.video.container import open_file
from detector.video.frames import orientation_of_frame
from detector.video.from_start import timed_pictures
from detector.video.nearest import Nearest
from detector.video.pictures import small_picture
from detector.video.seeking import frames_around, frames_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from av.video.frame import VideoFrame

    from detector.config import VideoSettings
    from detector.video.container import OpenedFile

    Picture = npt.NDArray[np.uint8]

__all__ = ["first_time_s", "still_from_start", "still_picture", "stills_at"]

Frame = TypeVar("Frame")

_LEADS_S = (2.0, 12.0, 60.0)
"""How far back to seek for a key frame, in turn; enough for most files. As a last resort, read from the start."""
_SLACK_S = 1e-4


def stills_at(
    path: Path, times_s: Sequence[float], *, start_s: float, settings: VideoSettings, sought: bool = True
) -> list[tuple[float, npt.NDArray[np.uint8]]]:
    """Return, for each moment, the picture nearest in time, with its own time.

    Parameters
    ----------
    path : Path
        The video.
    times_s : sequence of float
        Moments in seconds since the first frame, not decreasing.
    start_s : float
        Time stamp of the first frame, as in `Recording.start_s`.
    settings : VideoSettings
        Limits for opening the file.
    sought : bool
        Whether time stamps can be used for seeking (`Recording.sought`); if not, the film is read from its start.

    Returns
    -------
    list of (float, ndarray of uint8, shape (height, width))
        As many as `times_s`; a moment before the first picture gets the first one.

    Raises
    ------
    RecordingError
        If the file cannot be opened as a video or has no time stamps; `DecodeError` if no picture could be decoded
        there.
    """
    with open_file(path, settings) as opened:
        if not sought:
            return _pick(timed_pictures(opened, settings, _upright), times_s).found
        for lead_s in (*_LEADS_S, float("inf")):
            from_s = max(0.0, times_s[0] - lead_s)
            picked = _pick(frames_around(opened, from_s, start_s), times_s)
            # a seek with a poor index may land too late: then begin earlier
            if picked.found and (picked.first_s <= times_s[0] + _SLACK_S or from_s == 0.0):
                return [(time_s, _upright(frame)) for time_s, frame in picked.found]
    raise DecodeError(
        path, f"no picture could be decoded around {times_s[0]:.2f} s", code="no_picture", advice="Check the file"
    )


def first_time_s(opened: OpenedFile) -> float:
    """Return the time of the first picture in the file's own clock, in seconds; 0 if none can be decoded.

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
    for _, frame in frames_from(opened, at_s, start_s):
        return small_picture(frame, most_px, orientation_of_frame(frame))
    raise _none_at(opened, at_s)


def still_from_start(opened: OpenedFile, settings: VideoSettings, at_s: float, *, most_px: int = 960) -> Picture:
    """Return the picture of `still_picture` from a file that cannot be sought; all that comes before is decoded.

    Parameters
    ----------
    opened : OpenedFile
        The file, at its start.
    settings : VideoSettings
        As for `VideoReader`.
    at_s : float
        Seconds since the first picture.
    most_px : int
        Largest width.

    Raises
    ------
    RecordingError
        If it has no picture there (``no_pictures``).
    """
    frames = timed_pictures(opened, settings, lambda frame: frame)
    for time_s, frame in frames:
        if time_s >= at_s - _SLACK_S:
            return small_picture(frame, most_px, orientation_of_frame(frame))
    raise _none_at(opened, at_s)


def _none_at(opened: OpenedFile, at_s: float) -> RecordingError:
    return RecordingError(
        opened.path, f"it has no picture at {at_s:.1f} s", code="no_pictures", advice="Choose another time"
    )


def _pick(frames: Iterator[tuple[float, Frame]], times_s: Sequence[float]) -> Nearest[Frame]:
    """Return the frame nearest to each moment; none after the first beyond the last moment is decoded."""
    nearest = Nearest[Frame](times_s)
    for time_s, frame in frames:
        nearest.see(time_s, frame)
        if time_s >= times_s[-1]:
            break
    return nearest


def _upright(frame: VideoFrame) -> npt.NDArray[np.uint8]:
    return orientation_of_frame(frame).apply(np.asarray(frame.to_ndarray(format="gray"), np.uint8))
