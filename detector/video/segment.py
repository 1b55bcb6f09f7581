"""A stretch of a recording read on its own, so that one long file can be read by several processes, and after a kill.

Reading starts at a key frame some seconds before the stretch and goes on for some seconds after it. What is counted
is counted for the stretch alone. Two neighbours see the same frames around their border and leave a digest of them: if
the digests differ, the file cannot be divided, and is read as one. So is a file with any fault, as the marks that
damage leaves reach farther than a few seconds (docs/decisions/0031).
"""

from __future__ import annotations

import hashlib
import math
from array import array
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn

from detector.errors import DetectorError
from detector.records.recording import Span
from detector.video.container import DECODING_ERRORS, open_file, refuse_shortage
from detector.video.damage import DamageMask, Ledger
from detector.video.declared import nominal_step_s, time_base_of, timeline_of
from detector.video.decoding import Decoder
from detector.video.identity import refuse_changed
from detector.video.reader import VideoReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from detector.config import VideoSettings
    from detector.records.recording import Frame, Recording
    from detector.video.container import OpenedFile
    from detector.video.timeline import Moment

__all__ = ["IndivisibleError", "SegmentReader", "Stretch", "Tally", "plan_stretches", "recording_of"]

FORMATS = frozenset({"mov", "matroska"})
"""Containers whose index leads to a key frame; the others are read from the start to the end."""

_FARTHEST_KEY_S = 60.0  # a key frame farther back than this makes the way to a stretch too long
_BACK_S = (0.0, 5.0, 30.0)  # how far before the wanted time a key frame is asked for, in turn
_SLOWEST_STEP_S = 0.5  # slower recordings have too few frames in the warm-up to begin anew


class IndivisibleError(DetectorError):
    """The file cannot be read in stretches with the same result as in one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open stretch of a recording in seconds; `to_s` is infinity for the last one."""

    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What was counted in one stretch.

    Attributes
    ----------
    n_frames, copies, interlaced : int
        Frames; exact copies of the one before; interlaced frames.
    steps_s : array of float
        Steps to each frame that is not the first and not behind a gap, in seconds.
    gaps_s : tuple of (float, float)
        Where nothing was recorded.
    last_s : float
        Time of the last frame.
    head, tail : str
        Digests of the frames around the two borders; empty at the ends of the recording.
    """

    n_frames: int
    copies: int
    interlaced: int
    steps_s: array[float]
    gaps_s: tuple[tuple[float, float], ...]
    last_s: float
    head: str
    tail: str


def plan_stretches(path: Path, settings: VideoSettings, segment_s: float) -> tuple[tuple[float, float], ...]:
    """Return the stretches that a file is read in: borders at multiples of `segment_s`; a single one if it is short.

    What is read fast is not divided: which frames are left out follows from where reading began.

    Raises
    ------
    RecordingError
        If the file cannot be used.
    """
    whole = ((0.0, math.inf),)
    with open_file(path, settings) as opened:
        reader = VideoReader(opened, settings)
        claimed_s = reader.claimed_s
        fit = opened.formats & FORMATS and nominal_step_s(opened.stream) <= _SLOWEST_STEP_S
        if not (fit and math.isfinite(claimed_s) and settings.fps is None and not settings.fast):
            return whole
    count = max(1, round(claimed_s / segment_s))
    borders = [segment_s * number for number in range(count)]
    return tuple(zip(borders, [*borders[1:], math.inf], strict=True))


class SegmentReader(VideoReader):
    """Reads one stretch of an opened file.

    Parameters
    ----------
    opened : OpenedFile
        The file, not yet read from.
    settings : VideoSettings
        As for `VideoReader`.
    stretch : Stretch
        What to answer for.
    warm_up_s, context_s : float
        Seconds that are also read before and after it; neighbours compare `context_s` on either side of a border.
    """

    def __init__(
        self, opened: OpenedFile, settings: VideoSettings, stretch: Stretch, *, warm_up_s: float, context_s: float
    ) -> None:
        super().__init__(opened, settings)
        self._stretch = stretch
        self._from_s, self._to_s = stretch.from_s - warm_up_s, stretch.to_s + context_s
        self._context_s = context_s
        self._steps, self._gap_spans = array("d"), list[tuple[float, float]]()
        self._core = {"n_frames": 0, "copies": 0, "interlaced": 0}
        self._last_core_s = self._seen_s = math.nan
        self._head, self._tail = hashlib.blake2b(digest_size=16), hashlib.blake2b(digest_size=16)
        if stretch.from_s > 0:
            self._jump(settings)

    def _jump(self, settings: VideoSettings) -> None:
        """Go to the last key frame before the warm-up."""
        first = self._first.frame.pts if self._first else None
        if first is None:
            _refuse("its frames have no time stamps")
        tick_s = float(time_base_of(self._opened.stream))
        for back_s in _BACK_S:
            wanted = first + math.floor((self._from_s - back_s) / tick_s)
            if wanted <= first:
                break
            found = self._first_at(wanted)
            latest = first + math.floor(self._from_s / tick_s)
            if found is not None and found <= latest:
                if (latest - found) * tick_s > _FARTHEST_KEY_S:
                    _refuse("its key frames are too far apart")
                self._timeline = timeline_of(self._opened, settings, timed=True, origin=first)
                self._mask, self._ledger = DamageMask(), Ledger()
                return
        _refuse("no key frame was found where its index has one")

    def _first_at(self, tick: int) -> int | None:
        """Start anew at the last key frame before `tick`; return the time stamp of the first picture from there."""
        stream, container = self._opened.stream, self._opened.container
        try:
            container.seek(tick, stream=stream, backward=True, any_frame=False)
        except DECODING_ERRORS as error:
            refuse_shortage(error)
            return None
        stream.codec_context.flush_buffers()
        self._decoder = Decoder(container, stream)
        self._pictures = self._decoder.pictures()
        self._first = next(self._pictures, None)
        if self._first is None or not self._first.frame.key_frame:
            return None
        return self._first.frame.pts

    def frames(self, width: int, height: int) -> Iterator[Frame]:
        """Decode the stretch with its warm-up and what follows it, once; see `VideoReader.frames`.

        Raises
        ------
        IndivisibleError
            If anything is found that the rest of the recording would have to know of.
        RecordingError
            If the file was changed meanwhile.
        """
        ended = False
        for frame in super().frames(width, height):
            if not frame.clean:
                _refuse("it is damaged")
            if frame.time_s >= self._from_s:
                self._watch_start(frame)
                yield frame
            if frame.time_s >= self._to_s:
                ended = True
                break
        if not ended and math.isfinite(self._to_s):
            _refuse("it ends earlier than it claims")
        self._check()

    def _watch_start(self, frame: Frame) -> None:
        """Refuse a first frame that comes too late to be only there for warming up."""
        first = math.isnan(self._seen_s) and self._stretch.from_s > 0
        if first and frame.joined and frame.time_s > self._from_s + 1.0:
            _refuse("its frames are too far apart")
        self._seen_s = frame.time_s

    def _released(self, moment: Moment) -> Frame:
        copies, interlaced, before_s = self._copies, self._interlaced, self._ledger.last_s
        frame = super()._released(moment)
        time_s, stretch = frame.time_s, self._stretch
        if abs(time_s - stretch.from_s) <= self._context_s:
            _enter(self._head, frame)
        if abs(time_s - stretch.to_s) <= self._context_s:
            _enter(self._tail, frame)
        if stretch.from_s <= time_s < stretch.to_s:
            self._core["n_frames"] += 1
            self._core["copies"] += self._copies - copies
            self._core["interlaced"] += self._interlaced - interlaced
            if moment.gap:
                self._gap_spans.append((moment.gap_from_s, time_s))
            elif not math.isnan(before_s):
                self._steps.append(time_s - before_s)
            self._last_core_s = time_s
        return frame

    def _finish(self) -> None:
        """Do nothing at the end of the file: `_check` follows at the end of the stretch."""

    def _check(self) -> None:
        timeline = self._timeline
        if self._decoder.n_bad_packets or self._decoder.stopped_early:
            _refuse("it is damaged or cut off")
        if timeline.duplicates or timeline.guesses or timeline.reordered or timeline.misplaced or timeline.jumps:
            _refuse("its time stamps are not in order")
        if self._size_changes:
            _refuse("its picture changes its size")
        if self._core["n_frames"] < 2:
            _refuse("a stretch of it holds no frames")
        refuse_changed(self._opened.path, self._opened.identity)

    def tally(self) -> Tally:
        """Return what was counted; call it after `frames`."""
        first, last = self._stretch.from_s <= 0, math.isinf(self._stretch.to_s)
        return Tally(
            **self._core,
            steps_s=self._steps,
            gaps_s=tuple(self._gap_spans),
            last_s=self._last_core_s,
            head="" if first else self._head.hexdigest(),
            tail="" if last else self._tail.hexdigest(),
        )

    def recording_of(self, tallies: Sequence[Tally]) -> Recording:
        """Return the facts of the whole recording, put together from all its stretches in order."""
        timeline = self._timeline
        timeline.start_s = (
            float((self._first.frame.pts or 0) * time_base_of(self._opened.stream)) if self._first else 0.0
        )
        for tally in tallies:
            timeline.steps.extend(tally.steps_s)
            timeline.gaps += len(tally.gaps_s)
            self._n_frames += tally.n_frames
            self._copies += tally.copies
            self._interlaced += tally.interlaced
        self._ledger = Ledger.of([Span(*gap, "gap") for tally in tallies for gap in tally.gaps_s], tallies[-1].last_s)
        self._done = True
        return self.recording()


def _enter(digest: hashlib.blake2b, frame: Frame) -> None:
    digest.update(f"{frame.time_s!r} {frame.joined} {frame.clean}".encode())
    digest.update(frame.luma.tobytes())


def _refuse(why: str) -> NoReturn:
    raise IndivisibleError(why)


def recording_of(path: Path, settings: VideoSettings, tallies: Sequence[Tally]) -> Recording:
    """Return the facts of a recording that was read in stretches, as one pass over it would give them.

    Parameters
    ----------
    path : Path
        The file; its first picture is decoded and its bytes are hashed.
    settings : VideoSettings
        As they were for the stretches.
    tallies : sequence of Tally
        Of all stretches, in order.

    Raises
    ------
    IndivisibleError
        If neighbours saw different frames around their border.
    RecordingError
        If the file cannot be used.
    """
    for left, right in pairwise(tallies):
        if left.tail != right.head:
            _refuse("decoding it from the middle gives other pictures")
    with open_file(path, settings) as opened:
        reader = SegmentReader(opened, settings, Stretch(0.0, math.inf), warm_up_s=0.0, context_s=0.0)
        return reader.recording_of(tallies)
