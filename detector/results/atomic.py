"""Atomic writing of one small file: a reader finds either the old content or the new."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from detector.network_disk import again_if_shaky
from detector.results.swap import flush_names, host_mark, left_behind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["hidden_beside", "put_file", "sweep_files", "write_file", "write_new"]

_HIDDEN = re.compile(r"\..+\.(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}\.tmp", re.DOTALL)


def write_file(path: Path, data: bytes) -> None:
    """Write `data` to the file `path` and flush it to disk; after a crash, either it or the old file is there, whole.

    Raises
    ------
    OSError
        If it cannot be written; the old file is then unchanged and nothing is left beside it.
    """
    again_if_shaky(lambda: _write_once(path, data))


def _write_once(path: Path, data: bytes) -> None:
    with put_file(path) as hidden:
        write_new(hidden, data)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, and flush it to disk.

    Raises
    ------
    FileExistsError
        If it exists.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hidden_beside(path: Path) -> Path:
    """Return a name beside `path` for a file being written, which `sweep_files` recognizes."""
    name = path.name[:80].encode(errors="ignore")[:120].decode(errors="ignore")  # file systems take 255 bytes
    return path.with_name(f".{name}.{host_mark()}-{os.getpid()}-{secrets.token_hex(4)}.tmp")


@contextmanager
def put_file(path: Path) -> Iterator[Path]:
    """Yield a hidden name for a new file, which replaces `path` at the end of the block.

    Raises
    ------
    OSError
        If it cannot be flushed or renamed.
    """
    hidden = hidden_beside(path)
    try:
        yield hidden
        descriptor = os.open(hidden, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        hidden.replace(path)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise
    flush_names(path.parent)


def sweep_files(folder: Path) -> None:
    """Remove hidden files that dead processes left in `folder`."""
    for path in sorted(folder.iterdir()):
        match = _HIDDEN.fullmatch(path.name)
        if match is not None and left_behind(path, match["host"], int(match["pid"])):
            path.unlink(missing_ok=True)
