"""Code run by a Dask worker: one unit in a process of its own, so that a crash or hang costs only that unit."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from detector.batch.limits import Limits
from detector.batch.orders import unit_from
from detector.batch.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detector.batch.orders import Outcome, Unit

__all__ = ["do_unit"]

_LOOK_EVERY_S = 1.0
_idle = threading.local()  # each thread of a Dask worker keeps its process from one task to the next


def do_unit(unit: Mapping[str, Any], limits: Mapping[str, Any]) -> dict[str, Any]:
    """Do the unit described by `Unit.values`; return its outcome as plain values."""
    return _do(unit_from(unit), Limits(**limits)).values()


def _do(unit: Unit, limits: Limits) -> Outcome:
    words: SimpleQueue[tuple[Worker, dict[str, Any] | None]]
    kept, worker, words = getattr(_idle, "worker", None) or _new(limits)
    if kept != limits:  # left from an earlier study on the same scheduler
        worker.stop()
        kept, worker, words = _new(limits)
    _idle.worker = (kept, worker, words)
    worker.give(unit)
    while True:
        try:
            said = words.get(timeout=_LOOK_EVERY_S)[1]
        except Empty:
            outcome = worker.overdue()
        else:
            outcome = worker.hear(said)
        if outcome is not None:
            worker.unit = None
            return outcome


def _new(limits: Limits) -> tuple[Limits, Worker, SimpleQueue[tuple[Worker, dict[str, Any] | None]]]:
    words: SimpleQueue[tuple[Worker, dict[str, Any] | None]] = SimpleQueue()
    return limits, Worker(limits, words), words
