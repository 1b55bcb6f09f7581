"""One pass over a video file: small upright frames on a clean clock, then the facts of the recording."""

from __future__ import annotations

import math
from collections import deque
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from av.video.frame import PictureType

from detector.records.names import safe_name
from detector.records.recording import Frame, Recording
from detector.video.damage import DamageMask, Ledger
from detector.video.declared import (
    MPEG_STREAMS,
    claim_tolerance_s,
    claimed_end_s,
    start_s,
    step_of,
    time_base_of,
    timeline_of,
)
from detector.video.decoding import Decoded, Decoder, Signs
from detector.video.frames import orientation_of_frame, same_picture
from detector.video.identity import refuse_changed, sha256_of
from detector.video.quality import Observations, flags_for, rate_of
from detector.video.refusals import no_pictures, refuse_unusable, too_slow, untimed
from detector.video.scaling import LumaScaler
from detector.video.timeline import LONGEST_STEP_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from av.video.frame import VideoFrame

    from detector.config import VideoSettings
    from detector.records.recording import TimeAccount
    from detector.video.container import OpenedFile
    from detector.video.timeline import Moment

__all__ = ["VideoReader"]


class _Waiting(NamedTuple):
    """A picture whose time is not settled yet."""

    luma: npt.NDArray[np.uint8]
    signs: Signs
    resized: bool
    between: bool  # a B-frame: it may build on the picture after it
    interlaced: bool


class VideoReader:
    """Reads one opened file, or a part of it (`detector.video.source`, `detector.video.segment`).

    Attributes
    ----------
    width, height : int
        Upright picture in pixels.
    claimed_s : float
        Duration that the file claims, from its first picture on, in seconds; NaN when it claims none.
    step_s : float
        Step between two of the frames that are handed out, as the file (or the setting ``video.fps``) declares it, in
        seconds.
    """

    def __init__(self, opened: OpenedFile, settings: VideoSettings) -> None:
        self._opened = opened
        self._decoder = Decoder(opened.container, opened.stream)
        self._pictures = self._decoder.pictures()
        self._every = settings.every
        self._lossy = opened.formats & MPEG_STREAMS
        self._ledger = Ledger()
        self._pending: deque[_Waiting] = deque()
        self._previous: Frame | None = None
        self._scale_s = 0.0
        self._n_frames = self._interlaced = self._copies = self._size_changes = 0
        self._done = self._joint = False
        self._first: Decoded | None = self._first_picture()
        self._mask = DamageMask(after_key=self._decoder.trimmed)
        self._describe(self._first.frame, settings)

    def _first_picture(self) -> Decoded:
        for picture in self._pictures:
            return picture
        raise no_pictures(self._opened.path, self._decoder.n_packets)

    def _describe(self, frame: VideoFrame, settings: VideoSettings) -> None:
        """Take from the first picture what holds for all of them."""
        stream = self._opened.stream
        self._given_fps = settings.fps if frame.pts is None else None
        if frame.pts is None and settings.fps is None:
            raise untimed(self._opened.path)
        self._pixel_format = frame.format.name
        self._stored_size = frame.width, frame.height
        self._orientation = orientation_of_frame(frame)
        self.width, self.height = self._stored_size[:: -1 if self._orientation.swaps_sides else 1]
        tick = time_base_of(stream)
        self._tick_s = float(tick)
        self.step_s = step_of(self._opened, settings, timed=self._given_fps is None)
        self._timeline = timeline_of(self._opened, settings, timed=self._given_fps is None)
        first_s = math.nan if frame.pts is None else float(frame.pts * tick)
        self._late_s = first_s - start_s(self._opened)
        self.claimed_s = claimed_end_s(self._opened) - first_s

    def position_s(self) -> float:
        """Return the time of the newest frame that was handed out, in seconds; 0 before the first."""
        return 0.0 if math.isnan(self._ledger.last_s) else self._ledger.last_s

    def seconds(self) -> dict[str, float]:
        """Return the wall-clock seconds spent on waiting for the decoder (``decode``) and on ``scale``."""
        return {"decode": self._decoder.seconds, "scale": self._scale_s}

    def frames(self, width: int, height: int) -> Iterator[Frame]:
        """Decode the whole recording, once; every decoded frame comes out exactly once, in order of display.

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
            At the end, when too little could be decoded to say anything (``one_frame``, ``unusable``).
        RecordingError
            At the end, when the file was changed meanwhile (``changed``).
        ValueError
            If the size is not within that of the picture, or the frames were already read.
        """
        if not (0 < width <= self.width and 0 < height <= self.height):
            raise ValueError(f"the size must be within 1 x 1 and {self.width} x {self.height}, not {width} x {height}")
        if self._first is None:
            raise ValueError("the frames of a recording can be read only once; open it again")
        first, self._first = self._first, None
        return self._stream(first, LumaScaler(*((height, width) if self._orientation.swaps_sides else (width, height))))

    def _stream(self, first: Decoded, scaler: LumaScaler) -> Iterator[Frame]:
        signs = Signs()
        for number, (frame, signs_here) in enumerate(chain([first], self._pictures)):
            signs = signs_here.with_those_of(signs) if self._every > 1 else signs_here
            if number % self._every:  # what a frame that is left out says of the next one is kept
                continue
            self._wait_for(frame, signs, scaler)
            signs = Signs()
            for moment in self._timeline.push(frame.pts):
                yield self._released(moment)
        for moment in self._timeline.finish():
            yield self._released(moment)
        self._finish()

    def _wait_for(self, frame: VideoFrame, signs: Signs, scaler: LumaScaler) -> None:
        resized = (frame.width, frame.height) != self._stored_size
        if resized:
            self._stored_size = frame.width, frame.height
            self._size_changes += 1
        began = perf_counter()
        luma = self._orientation.apply(scaler.small(frame))
        self._scale_s += perf_counter() - began
        luma.setflags(write=False)
        if signs.hurt:
            self._spread_hurt()
        between = frame.pict_type == PictureType.B
        self._pending.append(_Waiting(luma, signs, resized, between, frame.interlaced_frame))

    def _spread_hurt(self) -> None:
        """Mark the B-frames right before a hurt picture: they were decoded after it, from it."""
        for place in reversed(range(len(self._pending))):
            if not self._pending[place].between:
                return
            waiting = self._pending[place]
            self._pending[place] = waiting._replace(signs=waiting.signs._replace(hurt=True))

    def _released(self, moment: Moment) -> Frame:
        picture, before = self._pending.popleft(), self._previous
        torn = moment.jumped or moment.gap
        clean = self._mask.step(key=picture.signs.key, hurt=self._hurt(picture.signs, moment), anew=picture.signs.anew)
        joined = before is not None and before.clean and clean and not torn and not picture.resized
        self._ledger.add(moment, clean=clean)
        self._interlaced += picture.interlaced
        if before is not None and before.clean and clean and same_picture(before.luma, picture.luma):
            self._copies += 1
        self._previous = Frame(self._n_frames, moment.time_s, picture.luma, picture.signs.key, joined, clean)
        self._n_frames += 1
        return self._previous

    def _hurt(self, signs: Signs, moment: Moment) -> bool:
        """Return whether something went wrong between the picture before and this one."""
        undecoded = moment.gap and signs.lacks  # there was a packet, but no picture came of it
        self._joint = signs.anew or (self._joint and moment.jumped)  # the end of the one and the start of the next
        lost = bool(self._lossy) and (moment.jumped or moment.gap) and not self._joint
        return signs.hurt or undecoded or lost

    def _finish(self) -> None:
        path = self._opened.path
        refuse_changed(path, self._opened.identity)
        time, decoder = self._time_account(), self._decoder
        if not self._timeline.steps and self._ledger.last_s > LONGEST_STEP_S:
            raise too_slow(path, self._ledger.last_s / (self._n_frames - 1))
        refuse_unusable(
            path,
            n_frames=self._n_frames,
            bad=decoder.n_bad_packets / max(1, decoder.n_packets),
            masked=time.masked_s / (time.claimed_s - time.missing_s),
        )
        self._done = True

    def _time_account(self) -> TimeAccount:
        steps = self._timeline.steps
        step_s = float(np.median(np.frombuffer(steps, np.float64))) if steps else self.step_s
        tolerance_s = claim_tolerance_s(self._opened, step_s)
        return self._ledger.account(last_step_s=step_s, claimed_s=self.claimed_s, tolerance_s=tolerance_s)

    def recording(self, record_id: str | None = None) -> Recording:
        """Return the facts of the recording; reads the file once more for its hash.

        Parameters
        ----------
        record_id : str or None
            Name of its result folder; None makes it from the file's name.

        Raises
        ------
        RecordingError
            When the file was changed since it was opened (``changed``).
        ValueError
            Before `frames` was read to its end.
        """
        if not self._done:
            raise ValueError("the facts of a recording are known only after its frames were read to the end")
        opened, timeline = self._opened, self._timeline
        time, rate = self._time_account(), rate_of(timeline.steps, self._tick_s)
        digest = sha256_of(opened.descriptor, opened.path)
        refuse_changed(opened.path, opened.identity)
        return Recording(
            id=record_id or safe_name(opened.path.stem),
            path=str(opened.path),
            sha256=digest,
            size_bytes=opened.identity.size_bytes,
            container=opened.container.format.name,
            codec=opened.stream.codec_context.codec.canonical_name,
            pixel_format=self._pixel_format,
            width=self.width,
            height=self.height,
            rotation_deg=self._orientation.rotation_deg,
            mirrored=self._orientation.mirrored,
            n_frames=self._n_frames,
            fps=rate.fps,
            variable_rate=rate.variable,
            start_s=0.0 if self._given_fps is not None else timeline.start_s,
            time=time,
            flags=flags_for(self._observations(), rate, time),
        )

    def _observations(self) -> Observations:
        timeline = self._timeline
        return Observations(
            n_frames=self._n_frames,
            duplicates=timeline.duplicates,
            guesses=timeline.guesses,
            reordered=timeline.reordered,
            misplaced=timeline.misplaced,
            jumps=timeline.jumps,
            gaps=timeline.gaps,
            interlaced=self._interlaced,
            copies=self._copies,
            size_changes=self._size_changes,
            n_streams=self._opened.n_streams,
            stopped_early=self._decoder.stopped_early,
            given_fps=self._given_fps,
            rotation_deg=self._orientation.rotation_deg,
            mirrored=self._orientation.mirrored,
            late_s=self._late_s,
            bad_share=self._decoder.n_bad_packets / max(1, self._decoder.n_packets),
            fast=self._every > 1,
        )
