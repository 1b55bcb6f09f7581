"""One pass over a video file: small upright frames on a clean clock, then the facts of the recording."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from detector.video.film import begin
from detector.video.identity import refuse_changed
from detector.video.passage import Passage
from detector.video.refusals import SHORTEST_STEP_S, refuse_unusable, too_fast, too_slow
from detector.video.timeline import LONGEST_GAP_S, LONGEST_STEP_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detector.config import VideoSettings
    from detector.records.recording import Frame, Recording
    from detector.video.container import OpenedFile

__all__ = ["VideoReader"]


class VideoReader:
    """Read one opened file; made by `detector.video.source.open_recording`.

    Attributes
    ----------
    width, height : int
        Size of the upright picture in pixels.
    claimed_s : float
        Duration that the file claims, from its first picture on, in seconds; NaN if it claims none.
    step_s : float
        Step between frames handed out, as the file (or the setting ``video.fps``) declares it, in seconds.
    """

    def __init__(self, opened: OpenedFile, settings: VideoSettings) -> None:
        self._film, self._start = begin(opened, settings)
        self._passage = Passage(self._film, self._start)
        self._begun = self._done = False
        self.width, self.height = self._film.size
        self.claimed_s, self.step_s = self._film.claimed_s, self._film.step_s

    def position_s(self) -> float:
        """Return the time of the newest frame handed out, in seconds; 0 before the first."""
        newest_s = self._passage.ledger.last_s
        return 0.0 if math.isnan(newest_s) else newest_s

    def seconds(self) -> dict[str, float]:
        """Return the wall-clock seconds spent on waiting for the decoder (``decode``) and on ``scale``."""
        return {"decode": self._start.decoder.seconds, "scale": self._passage.scale_s}

    def frames(self, width: int, height: int) -> Iterator[Frame]:
        """Decode the whole recording, once; every decoded frame comes out exactly once, in display order.

        Parameters
        ----------
        width, height : int
            Size of the upright small picture in pixels; at most the reader's own.

        Yields
        ------
        Frame
            See `detector.video.scaling` for the meaning of its grey levels. `joined` is also False in damaged stretches
            and at their ends.

        Raises
        ------
        DecodeError
            At the end, if too little could be decoded to say anything (``one_frame``, ``unusable``).
        RecordingError
            At the end, if the file was changed meanwhile (``changed``).
        ValueError
            If the size is not within that of the picture, or the frames were already read.
        """
        if not (0 < width <= self.width and 0 < height <= self.height):
            raise ValueError(f"the size must be within 1 x 1 and {self.width} x {self.height}, not {width} x {height}")
        if self._begun:
            raise ValueError("the frames of a recording can be read only once; open it again")
        self._begun = True
        return self._frames(width, height)

    def _frames(self, width: int, height: int) -> Iterator[Frame]:
        for passed in self._passage.frames(width, height):
            yield passed.frame
        self._check()
        self._done = True

    def _check(self) -> None:
        """Refuse a file that was changed while it was read, or gave too little to say anything."""
        opened, passage, counts = self._film.opened, self._passage, self._passage.counts()
        refuse_changed(opened.path, opened.identity)
        time = self._film.account(passage.timeline, passage.ledger)
        self._check_rate()
        refuse_unusable(
            opened.path,
            n_frames=counts.n_frames,
            bad=counts.bad_share,
            masked=time.masked_s / (time.claimed_s - time.missing_s),
        )

    def _check_rate(self) -> None:
        """Refuse a clock by which no camera films."""
        timeline, n_steps = self._passage.timeline, self._passage.counts().n_frames - 1
        if timeline.steps:
            step_s = median(timeline.steps)
            if step_s < SHORTEST_STEP_S:
                raise too_fast(self._film.opened.path, 1 / step_s)
        elif timeline.leaps:
            raise too_slow(self._film.opened.path, LONGEST_GAP_S)
        elif self._passage.ledger.last_s > LONGEST_STEP_S:
            raise too_slow(self._film.opened.path, self._passage.ledger.last_s / n_steps)

    def recording(self) -> Recording:
        """Return the facts of the recording; reads the file once more for its hash.

        Raises
        ------
        RecordingError
            If the file was changed since it was opened (``changed``).
        ValueError
            If `frames` was not yet read to its end.
        """
        if not self._done:
            raise ValueError("the facts of a recording are known only after its frames were read to the end")
        passage = self._passage
        return self._film.recording(passage.counts(), passage.timeline, passage.ledger)
