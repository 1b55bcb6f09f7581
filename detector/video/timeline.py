"""Turn time stamps into seconds: a clean clock from the presentation times that a file happens to hold.

Pure arithmetic on numbers; nothing here involves pictures. Time stamps go in as the decoder hands out frames, and clean
times come out a few frames later (`LOOKAHEAD`), because only what follows a gap tells it from a change of rate.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from detector.video.order import REORDER, Order

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["LONGEST_GAP_S", "LONGEST_STEP_S", "LOOKAHEAD", "Moment", "Timeline"]

LOOKAHEAD = 8  # frames on each side that define the usual step; a third of a second at 25 Hz
LONGEST_STEP_S = 100.0  # between successive pictures: slower than any camera that films
LONGEST_GAP_S = 100 * 3600.0  # in a recording; a longer leap is one of its clock, as where that of FLV starts over
_ROUNDING = 1e-3  # ticks; time stamps differ by whole ones
LONGEST_RUN = 64  # frames that may share one time stamp before the clock counts as stopped; bounds memory

_SAME_S = 1e-3
"""Two frames within this time, and within an eighth of the usual step, share a time stamp: no camera that films at tens
of pictures a second takes two so close together. A muxer that may not repeat a time stamp adds one tick to the last."""

_CROWD = 3
"""Frames that share a time stamp of a clock that was set back, if it goes on too soon for so many."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The clean time of one frame.

    Attributes
    ----------
    time_s : float
        Seconds since the first frame; strictly larger than that of the frame before.
    gap_from_s : float
        End of the frame before, in seconds, if nothing was recorded between it and this frame; else NaN.
    jumped : bool
        Whether the file's clock was set back or leapt ahead here, or this frame or the one before came out of order:
        its time is a guess, or its picture does not directly follow the one before.
    """

    time_s: float
    gap_from_s: float = math.nan
    jumped: bool = False

    @property
    def gap(self) -> bool:
        """Whether there is a stretch without pictures before this frame."""
        return not math.isnan(self.gap_from_s)


class Timeline:
    """Clean a stream of time stamps: one `Moment` out for each time stamp in, in order.

    Time stamps are put in order (`sort`), unwrapped, spread if several frames share one (or all but one), put after the
    frame before if a single one is in the wrong place (`Order`), and carried on if the clock is set back, stands still
    while frames come in, or leaps more than `LONGEST_GAP_S` ahead; the first becomes zero. A step is a gap if it is
    longer than `gap_factor` times both the median of the steps before it and the median of the steps after it: at a
    change of the frame rate one of the two fits, in a gap neither does. Any step above `LONGEST_STEP_S` is a gap.

    Parameters
    ----------
    time_base : Fraction
        Seconds of one tick.
    gap_factor : float
        See above.
    nominal_step_s : float
        The step that is assumed until one has been seen, in seconds.
    fps : float or None
        Frame rate in Hz for files without time stamps; if given, time stamps are ignored.
    sort : bool
        Whether the time stamps are the right numbers in the wrong order (AVI and ASF with B-frames).
    wrap_ticks : int or None
        Tick at which the file's clock starts over (2**33 in MPEG streams, after 26.5 h).
    origin : int or None
        The time stamp that becomes zero, in ticks, if the first one given is not the recording's first.

    Attributes
    ----------
    start_s : float
        The first frame's time in the file's own clock, in seconds; NaN before the first frame.
    steps : array of float
        Every step between frames that is neither gap nor jump, in seconds: 8 bytes a frame.
    duplicates, guesses, reordered, misplaced, jumps, leaps, gaps : int
        Frames that shared a time stamp with the one before, had none, had one that was sorted (only with `sort`), came
        too late or too early, came after the clock was set back or stood still or leapt ahead, after it leapt, came
        after a gap.
    """

    def __init__(
        self,
        time_base: Fraction,
        *,
        gap_factor: float,
        nominal_step_s: float = 0.04,
        fps: float | None = None,
        sort: bool = False,
        wrap_ticks: int | None = None,
        origin: int | None = None,
    ) -> None:
        self.start_s = math.nan if origin is None else float(origin * time_base)
        self.steps = array("d")
        self.duplicates = self.guesses = self.reordered = self.misplaced = self.jumps = self.leaps = self.gaps = 0
        self._base, self._tick_s = time_base, float(time_base)
        self._factor = gap_factor
        self._fps = fps
        self._wrap = wrap_ticks
        self._depth = REORDER if sort else 1
        self._heap: list[int] = []
        self._newest: int | None = None  # last raw time stamp, unwrapped
        self._order = Order()
        self._origin = origin or 0  # ticks
        self._torn = False  # the newest one was misplaced
        self._run: list[bool] = []  # frames waiting that share one time stamp; True at a jump
        self._run_tick = self._run_end = 0.0  # clean ticks since the origin, of its first and last frame
        self._stands = False  # the clock has for longer than a run
        self._shift = 0.0  # ticks added since the clock jumped
        self._usual: deque[float] = deque([nominal_step_s / float(time_base)], maxlen=LOOKAHEAD)
        self._fresh = True  # the usual step is still the nominal one
        self._ahead: deque[tuple[float, bool]] = deque()  # (seconds, jumped), not yet released
        self._behind: deque[float] = deque(maxlen=LOOKAHEAD)  # steps before the next release
        self._last_s = math.nan
        self._count = 0

    def push(self, pts: int | None) -> list[Moment]:
        """Take the next frame's time stamp in ticks (None: it has none); return the moments that are settled now."""
        if self._fps is not None:
            self._ahead.append((self._count / self._fps, False))
        else:
            heapq.heappush(self._heap, self._unwrapped(pts))
            if len(self._heap) >= self._depth:
                self._settle(heapq.heappop(self._heap))
        self._count += 1
        return self._release(keep=LOOKAHEAD)

    def finish(self) -> list[Moment]:
        """Return the moments of all frames that are still waiting."""
        while self._heap:
            self._settle(heapq.heappop(self._heap))
        for place, misplaced in self._order.finish():
            self._put(place, misplaced=misplaced)
        self._empty_run(self._step())
        return self._release(keep=0)

    def _unwrapped(self, pts: int | None) -> int:
        if pts is None:
            self.guesses += 1
            pts = 0 if self._newest is None else self._newest + max(1, round(self._step()))
        elif self._wrap and self._order.last is not None:  # not relative to the newest one, which may be wild
            pts += self._wrap * round((self._order.last + self._origin - pts) / self._wrap)
        if self._depth > 1 and self._newest is not None and pts < self._newest:
            self.reordered += 1
        self._newest = pts
        return pts

    def _settle(self, tick: int) -> None:
        if not math.isfinite(self.start_s):
            self._origin = tick
            self.start_s = float(tick * self._base)
        for place, misplaced in self._order.push(tick - self._origin):
            self._put(place, misplaced=misplaced)

    def _put(self, place: float, *, misplaced: bool) -> None:
        clean = place + self._shift
        self.misplaced += misplaced
        shares = self._shares(clean)
        if not self._run:
            self._begin_run(clean, torn=False)
        elif shares and len(self._run) < LONGEST_RUN:
            self._run.append(False)
            self._run_end = max(self._run_end, clean)
        elif (clean - self._run_tick) * self._tick_s > LONGEST_GAP_S:
            self.leaps += 1
            self._carry_on(clean)
        elif shares or clean < self._run_end or self._stood(clean):
            self._carry_on(clean)
        else:
            self._advance(clean, torn=misplaced or self._torn)
        self._torn = misplaced

    def _begin_run(self, clean: float, *, torn: bool) -> None:
        self._run, self._run_tick, self._run_end = [torn], clean, clean

    def _shares(self, clean: float) -> bool:
        """Return whether a frame has the time stamp of the one before, or hardly a later one."""
        step = clean - self._run_end
        if abs(step) < _ROUNDING:
            return True
        same = max(1.0, _SAME_S / self._tick_s) + _ROUNDING
        sure = not self._fresh or len(self._run) == 1  # what a file declares of its rate is believed for one step
        return sure and 0 < step <= same < self._step() / 8

    def _stood(self, clean: float) -> bool:
        """Return whether the clock stood still while the frames of the run came in, as where it had been set back.

        Then they take up far less time than so many frames do, although none before them was late: frames that were
        held up and came all at once follow a long step.
        """
        if self._fresh or len(self._run) < _CROWD:
            return False
        taken = len(self._run) * self._step() / 2
        return clean - self._run_tick < taken and max(self._usual) < taken

    def _advance(self, clean: float, *, torn: bool) -> None:
        step = (clean - self._run_tick) / len(self._run)
        spread = step if len(self._run) == 1 else min(step, self._step())
        self._empty_run(spread)
        if not torn:
            if self._fresh:
                self._usual.clear()
                self._fresh = False
            self._usual.append(step)
        self._stands = False
        self._begin_run(clean, torn=torn)

    def _carry_on(self, clean: float) -> None:
        step = self._step()
        resumed = self._run_tick + len(self._run) * step
        self.jumps += not self._stands
        self._stands = len(self._run) == LONGEST_RUN
        self._empty_run(step)
        self._shift += resumed - clean
        self._begin_run(resumed, torn=True)

    def _empty_run(self, spread: float) -> None:
        later = max(0, len(self._run) - 1)
        if abs(self._run_end - self._run_tick - later * spread) > _ROUNDING:  # else they had been evenly spaced
            self.duplicates += later
        for number, jumped in enumerate(self._run):
            self._ahead.append(((self._run_tick + number * spread) * self._tick_s, jumped))
        self._run = []

    def _step(self) -> float:
        return median(self._usual)

    def _release(self, *, keep: int) -> list[Moment]:
        moments = []
        while len(self._ahead) > keep:
            time_s, jumped = self._ahead.popleft()
            moments.append(self._moment(time_s, jumped=jumped))
            self._last_s = time_s
        return moments

    def _moment(self, time_s: float, *, jumped: bool) -> Moment:
        if math.isnan(self._last_s):
            return Moment(time_s)
        step = time_s - self._last_s
        # the usual step is at least the shortest of those before, so the medians are seldom needed
        short = bool(self._behind) and step <= self._factor * min(self._behind)
        usual = step if short else self._usual_around(time_s, step)
        if not jumped:
            self._behind.append(step)
        if (not short and step > self._factor * usual) or step > LONGEST_STEP_S:
            self.gaps += 1
            return Moment(time_s, gap_from_s=self._last_s + min(usual, LONGEST_STEP_S / 2), jumped=jumped)
        if jumped:
            return Moment(time_s, jumped=True)
        self.steps.append(step)
        return Moment(time_s)

    def _usual_around(self, time_s: float, step: float) -> float:
        """Return the larger median of the steps before and after this one; the step itself if there are no others."""
        after, last = [], time_s
        for ahead_s, torn in self._ahead:
            if not torn:
                after.append(ahead_s - last)
            last = ahead_s
        sides = [median(steps) for steps in (self._behind, after) if steps]
        return max(sides) if sides else step
