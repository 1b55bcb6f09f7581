"""Read a film from its start with the clock of the analysis, for files whose time stamps cannot be used for seeking.

They cannot if times are not those of the file (`Recording.sought`): its clock jumps back, as in recordings joined end
to end, frames come out of order, or time stamps are guessed or missing.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, TypeVar

from detector.video.declared import timeline_of
from detector.video.decoding import Decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av.video.frame import VideoFrame

    from detector.config import VideoSettings
    from detector.video.container import OpenedFile

__all__ = ["timed_pictures"]

Picture = TypeVar("Picture")


def timed_pictures(
    opened: OpenedFile, settings: VideoSettings, keep: Callable[[VideoFrame], Picture]
) -> Iterator[tuple[float, Picture]]:
    """Yield the time of each frame, as in `VideoReader`, and the result of `keep` for the frame.

    Parameters
    ----------
    opened : OpenedFile
        The file, at its start.
    settings : VideoSettings
        As for `VideoReader`.
    keep : callable
        Called with each frame in turn; what it returns is held until its time is settled, for some 25 frames.
    """
    waiting: deque[Picture] = deque()
    timeline = None
    for number, (frame, _) in enumerate(Decoder(opened.container, opened.stream).pictures()):
        if number % settings.every:
            continue
        if timeline is None:
            timeline = timeline_of(opened, settings, timed=frame.pts is not None)
        waiting.append(keep(frame))
        for moment in timeline.push(frame.pts):
            yield moment.time_s, waiting.popleft()
    for moment in timeline.finish() if timeline is not None else ():
        yield moment.time_s, waiting.popleft()
