"""One pass over the pictures of a film from its decoder's position: small upright frames on a clean clock."""

from __future__ import annotations

from collections import deque
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from av.video.frame import PictureType

from detector.records.recording import Frame
from detector.video.damage import DamageMask, Ledger
from detector.video.declared import MPEG_STREAMS
from detector.video.decoding import Signs
from detector.video.film import Counts
from detector.video.frames import same_picture
from detector.video.scaling import LumaScaler

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt
    from av.video.frame import VideoFrame

    from detector.video.film import Film, Start
    from detector.video.timeline import Moment

__all__ = ["Passage", "Passed"]


class Passed(NamedTuple):
    """A frame, its time, and what is counted of it."""

    frame: Frame
    moment: Moment
    copy: bool
    interlaced: bool


class _Waiting(NamedTuple):
    """A picture whose time is not settled yet."""

    luma: npt.NDArray[np.uint8]
    signs: Signs
    resized: bool
    between: bool  # a B-frame: it may build on the picture after it
    interlaced: bool


class Passage:
    """Hand out every decoded frame exactly once, in display order.

    Parameters
    ----------
    film : Film
        The film.
    start : Start
        Its decoder with the first picture: that of the film, or a later key frame.
    from_its_middle : bool
        Whether that is a later key frame. Times count from the film's first picture even then.

    Attributes
    ----------
    timeline, ledger : Timeline, Ledger
        The clock of the frames, and the account of time until the newest one.
    scale_s : float
        Wall-clock seconds spent on scaling.
    """

    def __init__(self, film: Film, start: Start, *, from_its_middle: bool = False) -> None:
        self.timeline, self.ledger, self.scale_s = film.timeline(from_its_middle=from_its_middle), Ledger(), 0.0
        self._start, self._every, self._turn = start, film.settings.every, film.orientation
        self._lossy = bool(film.opened.formats & MPEG_STREAMS)
        self._mask = DamageMask(after_key=start.decoder.trimmed and not from_its_middle)
        self._waiting: deque[_Waiting] = deque()
        self._before: Frame | None = None
        self._size, self._joint = film.stored_size, False
        self._n_frames = self._copies = self._interlaced = self._size_changes = 0

    def counts(self) -> Counts:
        """Return the counts of the frames handed out and of the packets read."""
        decoder = self._start.decoder
        return Counts(
            n_frames=self._n_frames,
            copies=self._copies,
            interlaced=self._interlaced,
            size_changes=self._size_changes,
            guesses=decoder.n_guessed,
            bad_share=decoder.n_bad_packets / max(1, decoder.n_packets),
            end_byte=decoder.end_byte,
            stopped_early=decoder.stopped_early,
        )

    def frames(self, width: int, height: int) -> Iterator[Passed]:
        """Yield the frames, small and upright (`detector.video.scaling`); call it only once."""
        scaler = LumaScaler(*((height, width) if self._turn.swaps_sides else (width, height)))
        signs = Signs()
        for number, (frame, signs_here) in enumerate(chain([self._start.first], self._start.following)):
            signs = signs_here.with_those_of(signs) if self._every > 1 else signs_here
            if number % self._every:  # what a skipped frame says about the next one is kept
                continue
            self._wait_for(frame, signs, scaler)
            signs = Signs()
            for moment in self.timeline.push(frame.pts):
                yield self._released(moment)
        for moment in self.timeline.finish():
            yield self._released(moment)

    def _wait_for(self, frame: VideoFrame, signs: Signs, scaler: LumaScaler) -> None:
        resized = (frame.width, frame.height) != self._size
        if resized:
            self._size = frame.width, frame.height
            self._size_changes += 1
        began = perf_counter()
        luma = self._turn.apply(scaler.small(frame))
        self.scale_s += perf_counter() - began
        luma.setflags(write=False)
        if signs.hurt:
            self._spread_hurt()
        between = frame.pict_type == PictureType.B
        self._waiting.append(_Waiting(luma, signs, resized, between, frame.interlaced_frame))

    def _spread_hurt(self) -> None:
        """Mark the B-frames right before a hurt picture: they were decoded after it and from it."""
        for place in reversed(range(len(self._waiting))):
            if not self._waiting[place].between:
                return
            waiting = self._waiting[place]
            self._waiting[place] = waiting._replace(signs=waiting.signs._replace(hurt=True))

    def _released(self, moment: Moment) -> Passed:
        picture, before = self._waiting.popleft(), self._before
        torn = moment.jumped or moment.gap
        signs = picture.signs
        hurt = self._hurt(signs, moment)
        clean = self._mask.step(key=signs.key, hurt=hurt, anew=signs.anew, refresh=signs.refresh)
        both = before is not None and before.clean and clean
        self.ledger.add(moment, clean=clean)
        copy = both and before is not None and same_picture(before.luma, picture.luma)
        joined = both and not torn and not picture.resized
        self._before = Frame(self._n_frames, moment.time_s, picture.luma, joined, clean)
        self._n_frames += 1
        self._copies += copy
        self._interlaced += picture.interlaced
        return Passed(self._before, moment, copy, picture.interlaced)

    def _hurt(self, signs: Signs, moment: Moment) -> bool:
        """Return whether something went wrong between the picture before and this one."""
        undecoded = moment.gap and signs.lacks  # there was a packet, but no picture came of it
        self._joint = signs.anew or (self._joint and moment.jumped)  # the end of one and the start of the next film
        lost = self._lossy and (moment.jumped or moment.gap) and not self._joint
        return signs.hurt or undecoded or lost
