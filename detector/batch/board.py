"""The board of units: what is to be done, what is in progress, and what follows from each outcome."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detector.batch.orders import Outcome, OutcomeKind, Unit, UnitKind
from detector.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Board", "Waiting"]

_TRIES = 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting unit; with `alone`, it starts only when nothing else runs (it took too much memory before)."""

    unit: Unit
    alone: bool = False


class Board:
    """Hand out units and take their outcomes; the board knows nothing about processes.

    Parameters
    ----------
    units : iterable of Unit
        One whole unit per recording.
    commit : callable
        Called with a unit and its outcome when a recording is finished but has no receipt yet (it was lost twice).

    Attributes
    ----------
    n_all, n_done, n_failed : int
        Numbers of all recordings, of those analysed, and of those that failed.
    reasons : Counter
        Reason codes of the failed recordings.
    examples : dict of str to str
        By reason code, the path of the first recording that failed for it.
    """

    def __init__(self, units: Iterable[Unit], commit: Callable[[Unit, Outcome], None]) -> None:
        self._waiting = deque(Waiting(unit) for unit in units)
        self._commit = commit
        self._running: dict[str, Waiting] = {}
        self._tries: Counter[str] = Counter()
        self._parts: dict[str, int] = {}  # number of parts of each divided recording
        self._parts_left: dict[str, set[int]] = {}
        self._open = {waiting.unit.source.key: max(1, waiting.unit.stamp.size_bytes) for waiting in self._waiting}
        self._all_bytes = sum(self._open.values())
        self.n_all, self.n_done, self.n_failed = len(self._open), 0, 0
        self.reasons: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    @property
    def open(self) -> bool:
        """Whether anything is left to do."""
        return bool(self._waiting or self._running)

    def take(self) -> Unit | None:
        """Return the next unit, which then counts as running; None if no unit may start now."""
        if not self._waiting or any(waiting.alone for waiting in self._running.values()):
            return None
        if self._waiting[0].alone and self._running:
            return None
        waiting = self._waiting.popleft()
        self._running[waiting.unit.name] = waiting
        return waiting.unit

    def settle(self, unit: Unit, outcome: Outcome) -> None:
        """Take the outcome of a unit.

        Raises
        ------
        ResultError
            If nothing can be written any more, so that the run cannot continue.
        OSError
            If a receipt cannot be written.
        """
        self._running.pop(unit.name, None)
        key = unit.source.key
        if key not in self._open:  # a part of a recording that has failed in the meantime
            return
        if outcome.kind is OutcomeKind.LOST:
            self._lost(unit, outcome)
        elif outcome.kind is OutcomeKind.DIVIDE:
            self._divide(unit, outcome)
        elif outcome.kind is OutcomeKind.WHOLE:
            self._drop_parts(key)
            self._waiting.appendleft(Waiting(_whole(unit)))
        elif outcome.kind is OutcomeKind.PART:
            self._part_done(unit)
        else:
            self._close(unit, outcome)

    def _lost(self, unit: Unit, outcome: Outcome) -> None:
        if unit.kind is UnitKind.JOIN and outcome.reason == "not_written" and self._tries[unit.name] == 0:
            self._tries[unit.name] += 1  # a part may have been damaged: look at all of them again
            self._waiting.appendleft(Waiting(_whole(unit)))
            return
        self._tries[unit.name] += 1
        if self._tries[unit.name] < _TRIES:
            alone = outcome.reason == "out_of_memory"
            self._waiting.append(Waiting(unit, alone))
            return
        if outcome.reason == "not_written":
            raise ResultError(outcome.message)
        self._commit(unit, outcome)
        self._close(unit, replace(outcome, kind=OutcomeKind.FAILED))

    def _divide(self, unit: Unit, outcome: Outcome) -> None:
        count = len(outcome.spans)
        self._parts[unit.source.key] = count
        self._parts_left[unit.source.key] = set(range(count))
        made = [replace(unit, kind=UnitKind.PART, index=i, spans=outcome.spans) for i in range(count)]
        self._waiting.extendleft(Waiting(part) for part in reversed(made))

    def _part_done(self, unit: Unit) -> None:
        left = self._parts_left.get(unit.source.key)
        if left is None:  # in the meantime, the recording is to be read as one
            return
        left.discard(unit.index)
        if not left:
            del self._parts_left[unit.source.key]
            self._waiting.appendleft(Waiting(replace(unit, kind=UnitKind.JOIN, index=0)))

    def _close(self, unit: Unit, outcome: Outcome) -> None:
        del self._open[unit.source.key]
        self._drop_parts(unit.source.key)
        if outcome.kind is OutcomeKind.DONE:
            self.n_done += 1
        else:
            self.n_failed += 1
            self.reasons[outcome.reason] += 1
            self.examples.setdefault(outcome.reason, str(unit.source.path))

    def _drop_parts(self, key: str) -> None:
        self._parts.pop(key, None)
        self._parts_left.pop(key, None)
        self._waiting = deque(waiting for waiting in self._waiting if waiting.unit.source.key != key)

    def share(self, begun: dict[str, float]) -> float:
        """Return the share of the work done, 0-1, by bytes; `begun` is the share of each running unit by name."""
        left = 0.0
        for key, size in self._open.items():
            left += size * (1.0 - self._share_of(key, begun))
        return 1.0 - left / self._all_bytes if self._all_bytes else 1.0

    def _share_of(self, key: str, begun: dict[str, float]) -> float:
        running = [waiting.unit for waiting in self._running.values() if waiting.unit.source.key == key]
        done = sum(begun.get(unit.name, 0.0) for unit in running if unit.kind is not UnitKind.JOIN)
        count = self._parts.get(key, 1)
        if key in self._parts:
            done += count - len(self._parts_left.get(key, ()))
        return min(1.0, done / count)


def _whole(unit: Unit) -> Unit:
    return replace(unit, kind=UnitKind.WHOLE, index=0, spans=())
