"""Read a part of a recording on its own, so that several processes can share a long file, and resume after a kill.

Reading starts at a key frame some seconds before the part and goes on for some seconds after it. Counts are for the
part alone. Two neighbours see the same frames around their border and leave a digest of them: if the digests differ,
the file cannot be divided, and is read in one piece. So is a file with any fault, as the traces of damage reach farther
than a few seconds (docs/decisions/0031).
"""

from __future__ import annotations

import hashlib
import math
from array import array
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from detector.video.container import DECODING_ERRORS, open_file, refuse_shortage
from detector.video.declared import nominal_step_s
from detector.video.decoding import Decoder
from detector.video.film import Start, begin
from detector.video.identity import refuse_changed
from detector.video.joining import IndivisibleError, Tally
from detector.video.passage import Passage
from detector.video.unread import rest_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from detector.config import VideoSettings
    from detector.records.recording import Frame
    from detector.video.container import OpenedFile
    from detector.video.passage import Passed

__all__ = ["PartReader", "PartSpan", "plan_parts"]

FORMATS = frozenset({"mov", "matroska"})
"""Containers whose index leads to a key frame; others are read from start to end."""

_FARTHEST_KEY_S = 60.0  # a key frame farther back than this makes it too slow to reach a part
_BACK_S = (0.0, 5.0, 30.0)  # how far before the wanted time to ask for a key frame, in turn
_SLOWEST_STEP_S = 0.5  # slower recordings have too few frames in the warm-up to start afresh


class PartSpan(NamedTuple):
    """Half-open span of a part in seconds; `to_s` is infinity for the last one."""

    from_s: float
    to_s: float


def plan_parts(path: Path, settings: VideoSettings, part_s: float) -> tuple[PartSpan, ...]:
    """Return the parts in which to read a file, with borders at multiples of `part_s`; a single one if it is short.

    A file read in fast mode is not divided, as the frames it skips depend on where reading began.

    Raises
    ------
    RecordingError
        If the file cannot be used.
    """
    with open_file(path, settings) as opened:
        claimed_s = begin(opened, settings)[0].claimed_s
        fit = opened.formats & FORMATS and nominal_step_s(opened.stream) <= _SLOWEST_STEP_S
        if not (fit and math.isfinite(claimed_s) and settings.fps is None and not settings.fast):
            return (PartSpan(0.0, math.inf),)
    count = max(1, round(claimed_s / part_s))
    borders = [part_s * number for number in range(count)]
    return tuple(map(PartSpan, borders, [*borders[1:], math.inf]))


class PartReader:
    """Read one part of an opened file.

    Parameters
    ----------
    opened : OpenedFile
        The file, not yet read from.
    settings : VideoSettings
        As for `VideoReader`.
    span : PartSpan
        Span of the part.
    warm_up_s, context_s : float
        Seconds also read before and after the part; neighbours compare `context_s` on either side of a border.

    Attributes
    ----------
    width, height, claimed_s, step_s
        As in `VideoReader`.

    Raises
    ------
    IndivisibleError
        If reading cannot begin before the part.
    """

    def __init__(
        self, opened: OpenedFile, settings: VideoSettings, span: PartSpan, *, warm_up_s: float, context_s: float
    ) -> None:
        self._film, start = begin(opened, settings)
        self._span, self._context_s = span, context_s
        self._from_s, self._to_s = span.from_s - warm_up_s, span.to_s + context_s
        start = start if span.from_s <= 0 else self._start_before()
        self._passage = Passage(self._film, start, from_its_middle=span.from_s > 0)
        self._steps, self._gap_spans = array("d"), list[tuple[float, float]]()
        self._n_frames = self._copies = self._interlaced = 0
        self._last_s = math.nan
        self._head, self._tail = hashlib.blake2b(digest_size=16), hashlib.blake2b(digest_size=16)
        self.width, self.height = self._film.size
        self.claimed_s, self.step_s = self._film.claimed_s, self._film.step_s

    def _start_before(self) -> Start:
        """Go to the last key frame before the warm-up."""
        first, tick_s = self._film.first_pts, self._film.tick_s
        if first is None:
            _refuse("its frames have no time stamps")
        for back_s in _BACK_S:
            wanted = first + math.floor((self._from_s - back_s) / tick_s)
            if wanted <= first:
                break
            start = self._start_at(wanted)
            latest = first + math.floor(self._from_s / tick_s)
            found = start.first.frame.pts if start else None
            if start and found is not None and found <= latest:
                if (latest - found) * tick_s > _FARTHEST_KEY_S:
                    _refuse("its key frames are too far apart")
                return start
        raise IndivisibleError("no key frame was found where its index has one")

    def _start_at(self, tick: int) -> Start | None:
        """Restart at the last key frame before `tick`; None if no key frame comes out first."""
        stream, container = self._film.opened.stream, self._film.opened.container
        try:
            container.seek(tick, stream=stream, backward=True, any_frame=False)
        except DECODING_ERRORS as error:
            refuse_shortage(error)
            return None
        stream.codec_context.flush_buffers()
        start = Start.of(Decoder(container, stream))
        return start if start and start.first.frame.key_frame else None

    def frames(self, width: int, height: int) -> Iterator[Frame]:
        """Decode the part with its warm-up and context, once.

        Parameters
        ----------
        width, height : int
            As for `VideoReader.frames`.

        Yields
        ------
        Frame
            Frames from the warm-up on.

        Raises
        ------
        IndivisibleError
            If anything is found that would affect the rest of the recording.
        RecordingError
            If the file was changed meanwhile.
        """
        seen_s = before_s = math.nan
        for passed in self._passage.frames(width, height):
            frame = passed.frame
            self._count(passed, before_s)
            before_s = frame.time_s
            if not frame.clean:
                _refuse("it is damaged")
            if frame.time_s >= self._from_s:
                self._watch_start(frame, seen_s)
                seen_s = frame.time_s
                yield frame
            if frame.time_s >= self._to_s:
                break
        else:
            if math.isfinite(self._to_s):
                _refuse("it ends earlier than it claims")
        self._check()

    def _watch_start(self, frame: Frame, seen_s: float) -> None:
        """Refuse a first frame that is too late to be part of the warm-up only."""
        first = math.isnan(seen_s) and self._span.from_s > 0
        if first and frame.joined and frame.time_s > self._from_s + 1.0:
            _refuse("its frames are too far apart")

    def _count(self, passed: Passed, before_s: float) -> None:
        """Count a frame that belongs to the part, and add those around its borders to the digests."""
        time_s, moment, span = passed.frame.time_s, passed.moment, self._span
        if abs(time_s - span.from_s) <= self._context_s:
            _enter(self._head, passed.frame)
        if abs(time_s - span.to_s) <= self._context_s:
            _enter(self._tail, passed.frame)
        if span.from_s <= time_s < span.to_s:
            self._n_frames += 1
            self._copies += passed.copy
            self._interlaced += passed.interlaced
            if moment.gap:
                self._gap_spans.append((moment.gap_from_s, time_s))
            elif not math.isnan(before_s):
                self._steps.append(time_s - before_s)
            self._last_s = time_s

    def _check(self) -> None:
        timeline, counts = self._passage.timeline, self._passage.counts()
        if counts.bad_share or counts.stopped_early:
            _refuse("it is damaged or cut off")
        if math.isinf(self._span.to_s) and any(rest_of(self._film.opened, counts.end_byte)):
            _refuse("it holds more than a film")
        guesses = timeline.guesses or counts.guesses
        if timeline.duplicates or guesses or timeline.reordered or timeline.misplaced or timeline.jumps:
            _refuse("its time stamps are not in order")
        if counts.size_changes:
            _refuse("its picture changes its size")
        if self._n_frames < 2:
            _refuse("a part of it holds no frames")
        refuse_changed(self._film.opened.path, self._film.opened.identity)

    def tally(self) -> Tally:
        """Return the counts; call it after `frames`."""
        first, last = self._span.from_s <= 0, math.isinf(self._span.to_s)
        return Tally(
            n_frames=self._n_frames,
            copies=self._copies,
            interlaced=self._interlaced,
            steps_s=self._steps,
            gaps_s=tuple(self._gap_spans),
            last_s=self._last_s,
            head="" if first else self._head.hexdigest(),
            tail="" if last else self._tail.hexdigest(),
        )


def _enter(digest: hashlib.blake2b, frame: Frame) -> None:
    digest.update(f"{frame.time_s!r} {frame.joined} {frame.clean}".encode())
    digest.update(frame.luma.tobytes())


def _refuse(why: str) -> NoReturn:
    raise IndivisibleError(why)
