"""Open a video file for one pass over its pictures."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from detector.errors import ResultError
from detector.video.container import open_file
from detector.video.identity import sha256_of
from detector.video.reader import VideoReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detector.config import VideoSettings
    from detector.records.recording import Recording

__all__ = ["confirm_video", "open_recording"]


@contextmanager
def open_recording(path: Path, settings: VideoSettings) -> Iterator[VideoReader]:
    """Open a video file; close it at the end of the ``with`` block.

    Parameters
    ----------
    path : Path
        The file; it is opened by name only once, and never interpreted as an address.
    settings : VideoSettings
        Limits, and what to assume if the file does not say.

    Yields
    ------
    VideoReader
        Call its ``frames`` once, then its ``recording``.

    Raises
    ------
    RecordingError
        If the file is missing, is not a video that can be decoded, or has no time stamps; ``code`` says which.
    DecodeError
        If not one picture could be decoded.
    """
    path = Path(path)
    with open_file(path, settings) as opened:
        yield VideoReader(opened, settings)


def confirm_video(path: Path, recording: Recording, settings: VideoSettings) -> None:
    """Read all of a video file to confirm that it is the file of a recording.

    Raises
    ------
    RecordingError
        If it cannot be opened as a video.
    ResultError
        If it holds different bytes.
    """
    with open_file(path, settings) as opened:
        if sha256_of(opened.descriptor, opened.path) != recording.sha256:
            raise ResultError(
                f"{path}: this is not the video of {recording.id} (its content differs). Name the right one"
            )
