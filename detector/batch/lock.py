"""Locks that allow one run at a time in a study's folder, or shards of the same division side by side.

A lock is a file made by ``O_CREAT | O_EXCL``, which also works on network disks. It says who holds it. The lock of a
dead process on this machine is taken over; whether a process on another machine is dead is unknown, so a person
decides.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from detector.errors import ResultError
from detector.results.atomic import hidden_beside, write_new
from detector.results.swap import alive
from detector.results.turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["hold", "hold_tables"]

_RUN = "run.lock"
_TABLES = "tables.lock"
_LOOK_EVERY_S = 0.2
_SILENT_S = 2.0
_PATIENCE_S = 600.0  # writing the tables of a large study on a slow disk takes minutes


@contextmanager
def hold(study: Path, shard: tuple[int, int] | None = None) -> Iterator[None]:
    """Hold the lock of a study, or of one shard of it, during the block.

    Raises
    ------
    ResultError
        If another process holds it; the message says which.
    OSError
        If the lock cannot be written.
    """
    path = study / (_RUN if shard is None else f"shard-{shard[0]}-of-{shard[1]}.lock")
    _take(path)
    try:
        for other in _others(study, path, shard):
            with turn(other):
                if not _stale(other):
                    raise _held(other)
                other.unlink(missing_ok=True)
        yield
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def hold_tables(study: Path, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Wait for the lock of a study's tables and hold it during the block: shards that end together take turns.

    Parameters
    ----------
    study : Path
        Folder of the study.
    waiting : callable or None
        Called several times a second, once waiting takes longer than usual, with a text on what is awaited; may raise.

    Raises
    ------
    ResultError
        If another process holds it for ten minutes.
    OSError
        If the lock cannot be written.
    """
    path, began_s = study / _TABLES, time.monotonic()
    while True:
        try:
            _take(path)
            break
        except ResultError:
            waited_s = time.monotonic() - began_s
            if waited_s > _PATIENCE_S:
                raise
            if waiting is not None and waited_s > _SILENT_S:
                waiting(
                    f"waiting up to {_PATIENCE_S / 60:.0f} min for {_who(path)}, which holds the tables of {study}. "
                    f"If you are sure it is gone, delete {path}"
                )
            time.sleep(_LOOK_EVERY_S)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _others(study: Path, path: Path, shard: tuple[int, int] | None) -> list[Path]:
    """Return the locks that must not be held together with `path`: all except shards of the same division."""
    locks = [study / _RUN, *sorted(study.glob("shard-*.lock"))]
    friend = f"-of-{shard[1]}.lock" if shard else "\0"
    return [lock for lock in locks if lock != path and not lock.name.endswith(friend)]


def _take(path: Path) -> None:
    if _create(path):
        return
    with turn(path):  # processes that find a dead lock proceed one by one
        if not _stale(path):
            raise _held(path)
        path.unlink(missing_ok=True)
        if not _create(path):
            raise _held(path)


def _create(path: Path) -> bool:
    """Create the lock with its content in one step: a crash between two steps would leave a lock naming nobody."""
    text = json.dumps(_self()).encode()
    hidden = hidden_beside(path)
    try:
        write_new(hidden, text)  # a full disk ends it here, before there is a lock
        return _link(hidden, path, text)
    finally:
        hidden.unlink(missing_ok=True)


def _link(hidden: Path, path: Path, text: bytes) -> bool:
    try:
        os.link(hidden, path)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):  # no hard links there: each file system has its own error for it
        return _create_plainly(path, text)
    return True


def _create_plainly(path: Path, text: bytes) -> bool:
    try:
        write_new(path, text)
    except FileExistsError:
        return False
    return True


def _self() -> dict[str, Any]:
    return {"host": platform.node(), "pid": os.getpid(), "started": _started(os.getpid())}


def _started(pid: int) -> str:
    """Return when a process began, in ticks since the machine started, because process numbers are reused."""
    if sys.platform != "linux":
        return ""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _holder(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_bytes() or b"{}")
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _stale(path: Path) -> bool:
    """Return whether nobody holds the lock any more."""
    if not path.exists():
        return True
    holder = _holder(path)
    pid = holder.get("pid")
    if holder.get("host") != platform.node() or not isinstance(pid, int):
        return False
    began = _started(pid)  # unknown for another user's process if the machine hides those
    return not alive(pid) or (bool(began) and began != holder.get("started", ""))


def _held(path: Path) -> ResultError:
    return ResultError(
        f"{path.parent}: {_who(path)} is at work there. Wait until it has ended; if you are sure it is gone, "
        f"delete {path.name}"
    )


def _who(path: Path) -> str:
    holder = _holder(path)
    return f"process {holder.get('pid')} on {holder.get('host')}" if holder else "another process"
