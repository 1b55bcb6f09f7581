"""The engine for one machine: worker processes, each with one unit at a time."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from detector.batch.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.batch.board import Board
    from detector.batch.limits import Limits

__all__ = ["work_off"]

_LOOK_EVERY_S = 0.25


def work_off(board: Board, *, workers: int, limits: Limits, tick: Callable[[dict[str, float]], None]) -> None:
    """Do all units of a board.

    Parameters
    ----------
    board : Board
        The units to do.
    workers : int
        Number of parallel processes.
    limits : Limits
        Limits on what a unit may take.
    tick : callable
        Called several times a second with the share done of each running unit; may raise to stop the run.

    Raises
    ------
    ResultError, OSError
        If nothing can be written any more.
    """
    words: SimpleQueue[tuple[Worker, dict[str, Any] | None]] = SimpleQueue()
    crew = [Worker(limits, words) for _ in range(workers)]
    try:
        while board.open:
            for worker in crew:
                if worker.unit is None and (unit := board.take()) is not None:
                    worker.give(unit)
            _hear(board, words)
            for worker in crew:
                if worker.unit is not None and (outcome := worker.overdue()) is not None:
                    unit, worker.unit = worker.unit, None
                    board.settle(unit, outcome)
            tick({w.unit.name: w.done_s / w.total_s for w in crew if w.unit is not None and w.total_s > 0})
    finally:
        for worker in crew:
            worker.stop()


def _hear(board: Board, words: SimpleQueue[tuple[Worker, dict[str, Any] | None]]) -> None:
    """Wait a moment for messages from the workers, and handle all that have arrived."""
    wait_s = _LOOK_EVERY_S
    while True:
        try:
            worker, said = words.get(timeout=wait_s)
        except Empty:
            return
        wait_s = 0.0
        unit, outcome = worker.unit, worker.hear(said)
        if unit is not None and outcome is not None:
            worker.unit = None
            board.settle(unit, outcome)
