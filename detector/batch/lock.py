"""One run at a time in a study's folder; shards of one division side by side.

A lock is a file made by ``O_CREAT | O_EXCL``, which holds on network disks too. It says who holds it. That of a dead
process on this machine is taken over; of another machine it is not known whether it is dead, so a person decides.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from detector.errors import ResultError
from detector.results.atomic import hidden_beside, write_new
from detector.results.swap import alive

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
            with _turn(other):
                if not _stale(other):
                    raise _held(other)
                other.unlink(missing_ok=True)
        yield
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def hold_tables(study: Path, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the lock of a study's tables during the block, and wait for it: shards that end together take turns.

    Parameters
    ----------
    study : Path
        Folder of the study.
    waiting : callable or None
        Called several times a second with words on what is waited for, once that takes longer than usual; may raise.

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
                    f"If it is gone for sure, delete {path}"
                )
            time.sleep(_LOOK_EVERY_S)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _others(study: Path, path: Path, shard: tuple[int, int] | None) -> list[Path]:
    """Return the locks that must not be held beside `path`: all but shards of the same division."""
    locks = [study / _RUN, *sorted(study.glob("shard-*.lock"))]
    friend = f"-of-{shard[1]}.lock" if shard else "\0"
    return [lock for lock in locks if lock != path and not lock.name.endswith(friend)]


def _take(path: Path) -> None:
    if _create(path):
        return
    with _turn(path):  # of several that find a dead lock, one after the other
        if not _stale(path):
            raise _held(path)
        path.unlink(missing_ok=True)
        if not _create(path):
            raise _held(path)


def _create(path: Path) -> bool:
    """Make the lock with its content in one step, as a crash between the two would leave a lock that names nobody."""
    text = json.dumps(_self()).encode()
    hidden = hidden_beside(path)
    try:
        write_new(hidden, text)
        os.link(hidden, path)
    except FileExistsError:
        return False
    except (PermissionError, NotImplementedError):  # a file system without hard links
        return _create_plainly(path, text)
    finally:
        hidden.unlink(missing_ok=True)
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
    """Return when a process began, in ticks since the machine started: numbers of processes are used again."""
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
    began = _started(pid)  # not to be had of another user's process where the machine hides them
    return not alive(pid) or (bool(began) and began != holder.get("started", ""))


def _held(path: Path) -> ResultError:
    return ResultError(
        f"{path.parent}: {_who(path)} is at work there. Wait until it has ended; if it is gone for sure, "
        f"delete {path.name}"
    )


def _who(path: Path) -> str:
    holder = _holder(path)
    return f"process {holder.get('pid')} on {holder.get('host')}" if holder else "another process"


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Let one process of this machine at a time through; the system lets go of it when the process dies."""
    name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]
    descriptor = _gate(name)
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  (there is none elsewhere)

            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            import fcntl  # noqa: PLC0415  (there is none on Windows)

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _gate(name: str) -> int:
    """Open the file that processes of this machine lock in turn: users who share a study share it too.

    Where one cannot be had, as its maker has closed it to others, it is one of this user's own.
    """
    place = tempfile.gettempdir()
    try:
        return _open_gate(os.path.join(place, f"sleepjerk-{name}.gate"))  # noqa: PTH118
    except OSError:
        user = os.getuid() if sys.platform != "win32" else 0
        return _open_gate(os.path.join(place, f"sleepjerk-{name}-{user}.gate"))  # noqa: PTH118


def _open_gate(path: str) -> int:
    """Open a gate to read it, which is enough to lock it and what every user may do; no link or pipe is followed."""
    if sys.platform == "win32":  # each user has a folder for temporary files
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    for _ in range(2):
        try:
            return os.open(path, flags)  # O_CREAT is refused for another user's file in a folder like /tmp
        except FileNotFoundError:
            pass
        try:
            descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError:
            continue
        os.fchmod(descriptor, 0o644)  # whatever this user's umask says
        return descriptor
    return os.open(path, flags)
