"""A film read from its start, for stretches asked for in order of time: where its time stamps lead to no moment.

That is so where times are not those of the file (`Recording.sought`): its clock jumps back, as in recordings one
behind the other, frames come out of order, time stamps are guessed or missing.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from detector.video.declared import timeline_of
from detector.video.decoding import Decoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from av.video.frame import VideoFrame

    from detector.config import VideoSettings
    from detector.video.container import OpenedFile

__all__ = ["Passing", "timed_pictures"]

Picture = TypeVar("Picture")


def timed_pictures(
    opened: OpenedFile, settings: VideoSettings, keep: Callable[[VideoFrame], Picture]
) -> Iterator[tuple[float, Picture]]:
    """Yield the time of each frame, as `VideoReader` has it, and what `keep` makes of the frame.

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


class Passing(Generic[Picture]):
    """Hands out stretches of timed pictures, none of which begins before the one asked for last.

    Parameters
    ----------
    pictures : iterator of (float, Picture)
        Times in seconds and pictures.

    Attributes
    ----------
    first : Picture or None
        The first picture of all; None where there is none.
    reached_s : float
        Time of the newest picture that was taken, in seconds; minus infinity where there is none.
    ended : bool
        All pictures were taken.
    """

    def __init__(self, pictures: Iterator[tuple[float, Picture]]) -> None:
        self._kept = deque(islice(pictures, 1))
        self._pictures = pictures
        self.first: Picture | None = None
        self.reached_s, self.ended = -math.inf, not self._kept
        if self._kept:
            self.reached_s, self.first = self._kept[0]

    def stretch(self, from_s: float, to_s: float, following_s: float) -> Iterator[tuple[float, Picture]]:
        """Yield the pictures from a time on to another, both within; what the stretch after it shows, too, is kept.

        Parameters
        ----------
        from_s, to_s : float
            The stretch, in seconds.
        following_s : float
            Where the next one begins, at or after `from_s`; infinity after the last.
        """
        while self._kept and self._kept[0][0] < from_s:
            self._kept.popleft()
        for time_s, picture in self._kept:
            if time_s > to_s:
                return
            yield time_s, picture
        for time_s, picture in self._pictures:
            self.reached_s = time_s
            if time_s >= min(following_s, to_s):
                self._kept.append((time_s, picture))
            if time_s > to_s:
                return
            if time_s >= from_s:
                yield time_s, picture
        self.ended = True
