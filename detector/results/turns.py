"""Processes of one machine taking turns; nothing is left behind if one of them dies."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["turn"]


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Let one process of this machine at a time through for `path`; the system lets go of it if the process dies."""
    name = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]
    descriptor = _gate(name)
    try:
        if sys.platform == "win32":
            _wait_on_windows(descriptor)
        else:
            import fcntl  # noqa: PLC0415  (there is none on Windows)

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _wait_on_windows(descriptor: int) -> None:
    """Lock a gate; Windows gives up after ten tries in ten seconds, and another's turn may take longer than that."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  (there is none elsewhere)

        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except OSError as error:
                if error.errno != errno.EDEADLK:  # what it says after the last try
                    raise
            else:
                return


def _gate(name: str) -> int:
    """Open the file that processes of this machine lock in turn; users who share a study also share this file.

    If it cannot be opened, because its owner has closed it to others, a file of this user's own is used.
    """
    place = tempfile.gettempdir()
    try:
        return _open_gate(os.path.join(place, f"sleepjerk-{name}.gate"))  # noqa: PTH118
    except OSError:
        user = os.getuid() if sys.platform != "win32" else 0
        return _open_gate(os.path.join(place, f"sleepjerk-{name}-{user}.gate"))  # noqa: PTH118


def _open_gate(path: str) -> int:
    """Open a gate for reading, which every user may do and is enough to lock it; links and pipes are not followed."""
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
        os.fchmod(descriptor, 0o644)  # regardless of this user's umask
        return descriptor
    return os.open(path, flags)
