"""The engine for many machines: Dask distributed (extra ``[dask]``).

Every task is one unit: it reads, writes its file atomically and returns a short answer, so that a lost task can be
repeated anywhere. Its key is a hash, because dashboards show keys and file names can contain patients' names.
"""

from __future__ import annotations

import dataclasses
import importlib
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from detector.batch.dask_task import do_unit
from detector.batch.orders import Outcome, OutcomeKind, outcome_from
from detector.errors import MissingPackageError, ResultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detector.batch.board import Board
    from detector.batch.limits import Limits
    from detector.batch.orders import Unit

__all__ = ["work_off"]

_LOOK_EVERY_S = 0.5
_AHEAD = 4  # units handed over at a time per thread of the cluster: enough that none waits, few to take back
_CONNECT_S = 30


def work_off(
    board: Board, *, workers: int, scheduler: str, limits: Limits, tick: Callable[[dict[str, float]], None]
) -> None:
    """Do all units of a board on a Dask cluster.

    Parameters
    ----------
    board : Board
        The units to do.
    workers : int
        Number of processes on this machine if no scheduler is given.
    scheduler : str
        Address such as ``tcp://10.0.0.1:8786``, or a scheduler's JSON file; empty for a cluster on this machine, which
        listens only to itself and has no dashboard.
    limits : Limits
        Limits on what a unit may take.
    tick : callable
        Called several times a second; may raise to stop the run.

    Raises
    ------
    MissingPackageError
        If Dask distributed is not installed.
    ResultError, OSError
        If the scheduler does not answer, or nothing can be written any more.
    """
    ended: SimpleQueue[tuple[Unit, Any]] = SimpleQueue()
    with _client(workers, scheduler) as client:
        handed, count = 0, 0
        while board.open:
            threads = sum(client.nthreads().values()) or 1
            while handed < _AHEAD * threads and (unit := board.take()) is not None:
                count += 1  # a second try is a new task
                key, values = f"unit-{unit.name}-{count}", unit.values()
                future = client.submit(do_unit, values, dataclasses.asdict(limits), key=key, pure=False, retries=0)
                future.add_done_callback(lambda done, unit=unit: ended.put((unit, done)))
                handed += 1
            try:
                unit, future = ended.get(timeout=_LOOK_EVERY_S)
            except Empty:
                pass
            else:
                handed -= 1
                outcome = _outcome(future)
                future.release()
                board.settle(unit, outcome)
            tick({})


def _outcome(future: Any) -> Outcome:
    try:
        values: dict[str, Any] = future.result()
    except Exception as error:  # noqa: BLE001  (killed and lost workers come as errors of many kinds)
        return Outcome(OutcomeKind.LOST, "crashed", f"The worker that did it was lost ({type(error).__name__}).")
    return outcome_from(values)


@contextmanager
def _client(workers: int, scheduler: str) -> Iterator[Any]:
    try:
        distributed: Any = importlib.import_module("distributed")  # an optional package
    except ImportError as error:
        raise MissingPackageError(
            "--engine dask needs Dask distributed, which is not installed; try `pip install 'sleepjerk[dask]'`"
        ) from error
    if scheduler:
        made = _connected(distributed, scheduler)
        with made:
            yield made
        return
    cluster = distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        memory_limit=0, silence_logs=50,
    )  # fmt: skip
    with cluster, distributed.Client(cluster) as client:
        yield client


def _connected(distributed: Any, scheduler: str) -> Any:
    where = {"scheduler_file": scheduler} if scheduler.endswith(".json") else {"address": scheduler}
    try:
        return distributed.Client(**where, timeout=_CONNECT_S)
    except (OSError, TimeoutError) as error:
        raise ResultError(f"the Dask scheduler at {scheduler} does not answer ({error}). Check its address") from error
