"""Find time stamps in the wrong place; what follows tells them from clock changes and gaps.

After damage, a decoder hands out single pictures too late, and a damaged stream holds single wild time stamps. Neither
may shift the time of everything that follows, whereas a clock that was set back does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["REORDER", "Order"]

REORDER = 17  # H.264 and HEVC reorder at most 16 pictures, so the smallest of 17 time stamps is the next one

_ODD_STEP = 2.0
"""Times the step before: a longer one is odd and is held back. All others are handed on at once."""


class Order:
    """Tell which time stamps, in the order of decoded pictures, are in the wrong place.

    An odd time stamp (not after the one before, or far after it) waits for those that follow, at most `REORDER`:

    - It is earlier than the one before it, and a following one is later than that: it came late. If none is, the
      clock was set back, and it is handed on unchanged.
    - It is far ahead, and a following one lies in between: it was wrong, or came early. If none does, there is a gap.

    A time stamp that came late or early is handed on a usual step after its neighbour, or less if the next one follows
    sooner.

    Attributes
    ----------
    last : int or None
        Ticks of the newest time stamp in its place; None before the first.
    """

    def __init__(self) -> None:
        self.last: int | None = None
        self._usual = 0.0
        self._held: list[int] = []

    def push(self, tick: int) -> list[tuple[float, bool]]:
        """Take the next time stamp in ticks; return those that are settled now, and whether each was misplaced."""
        if not self._held and self.last is not None and 0 <= tick - self.last <= _ODD_STEP * self._usual:
            return [self._passed(tick)]
        return list(self._settled([tick], to_the_end=False))

    def finish(self) -> list[tuple[float, bool]]:
        """Return those that are still waiting."""
        return list(self._settled([], to_the_end=True))

    def _settled(self, new: Iterable[int], *, to_the_end: bool) -> Iterator[tuple[float, bool]]:
        for tick in new:
            yield from self._take(tick)
        while self._held and (to_the_end or len(self._held) >= REORDER):
            first, *rest = self._held
            self._held = []
            yield self._passed(first)
            for tick in rest:
                yield from self._take(tick)

    def _take(self, tick: int) -> Iterator[tuple[float, bool]]:
        if self.last is not None and self._held and self._misplaced(tick):
            yield from self._squeezed(self.last, tick)
        if self._held or (self.last is not None and self._odd(tick - self.last)):
            self._held.append(tick)
        else:
            yield self._passed(tick)

    def _odd(self, step: int) -> bool:
        return step < 0 or step > _ODD_STEP * self._usual > 0

    def _misplaced(self, tick: int) -> bool:
        """Return whether the held time stamps were in the wrong place, given that `tick` came next."""
        last, first = self.last or 0, self._held[0]
        return tick > last if first < last else last < tick < first

    def _squeezed(self, last: int, tick: int) -> Iterator[tuple[float, bool]]:
        step = min(self._usual, (tick - last) / (len(self._held) + 1))
        for number in range(1, len(self._held) + 1):
            yield last + number * step, True
        self._held = []

    def _passed(self, tick: int) -> tuple[float, bool]:
        if self.last is not None and tick > self.last:
            self._usual = tick - self.last
        self.last = tick
        return tick, False
