"""Replace a folder as a whole: a reader sees the old one or the new one, and a crash at any moment loses neither.

The new folder is made beside the old one under a hidden name, flushed to disk, and put in place by renaming. On systems
that can exchange two names at once (Linux), this is one step; elsewhere there is a moment between two renames, and the
next writer repairs what a crash in that moment leaves.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import re
import secrets
import shutil
import sys
import time
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["alive", "flush", "flush_names", "host_mark", "left_behind", "new_folder", "put_in_place", "sweep"]

_HIDDEN = re.compile(r"\.(?P<name>.+)\.(?P<what>new|old)-(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}", re.DOTALL)
_NONE: Mapping[str, str] = MappingProxyType({})
_OLD_S = 7 * 86_400.0  # for leftovers of another machine or of a reused process number: no writing takes that long
_HERE_FD, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


def new_folder(target: Path) -> Path:
    """Make an empty hidden folder beside `target`, to be filled and then to replace it."""
    folder = _hidden(target, "new")
    folder.mkdir()
    return folder


def flush(folder: Path) -> None:
    """Flush the files of `folder`, and its list of names, to disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            # Windows flushes only files that are open for writing
            descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    for path in sorted((folder, *(path for path in folder.rglob("*") if path.is_dir()))):
        flush_names(path)


def put_in_place(new: Path, target: Path, replaced: frozenset[str], renamed: Mapping[str, str] = _NONE) -> None:
    """Replace `target` by the folder `new`, but keep everything in `target` other than the names in `replaced`.

    The keys of `renamed`, names in `target` or paths in it with slashes, are kept under the new ones given as values.

    Raises
    ------
    OSError
        If the folder cannot be renamed; `target` is then unchanged.
    """
    flush(new)
    if not target.exists():
        new.rename(target)
        flush_names(target.parent)
        return
    keep(target, new, replaced, renamed)
    flush_names(new)
    old = _exchange(new, target)
    flush_names(target.parent)
    keep(old, target, replaced, renamed)  # files that arrived while the names changed
    shutil.rmtree(old, ignore_errors=True)


def keep(source: Path, target: Path, replaced: frozenset[str], renamed: Mapping[str, str] = _NONE) -> None:
    """Bring into `target` what `source` has and `target` lacks, except the top-level names in `replaced`.

    Files become hard links if the file system supports them, so that a program that still has one open writes to both.
    """
    for path in sorted(source.rglob("*")):
        inner = path.relative_to(source)
        first = renamed.get(inner.parts[0], inner.parts[0])
        goal = target / renamed.get(inner.as_posix(), "/".join((first, *inner.parts[1:])))
        if inner.parts[0] in replaced or os.path.lexists(goal):
            continue
        if path.is_dir() and not path.is_symlink():
            goal.mkdir(parents=True, exist_ok=True)
            continue
        try:
            os.link(path, goal, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(path, goal, follow_symlinks=False)


def sweep(
    parent: Path, replaced: frozenset[str], renaming: Callable[[Path, Path], Mapping[str, str]] = lambda *_: _NONE
) -> None:
    """Remove hidden folders that dead processes left in `parent`, and restore what they had moved aside.

    `renaming` returns, for the old folder and the one that replaced it, the `renamed` given to `put_in_place`.
    """
    for path in sorted(parent.iterdir()):
        match = _HIDDEN.fullmatch(path.name)
        if match is None or not path.is_dir() or not left_behind(path, match["host"], int(match["pid"])):
            continue
        target = parent / match["name"]
        if target.exists():
            keep(
                path, target, replaced, renaming(path, target)
            )  # an exchange gives the old folder the name of the new one
        elif match["what"] == "old":
            path.rename(target)
            continue
        shutil.rmtree(path, ignore_errors=True)


def _hidden(target: Path, what: str) -> Path:
    return target.parent / f".{target.name}.{what}-{host_mark()}-{os.getpid()}-{secrets.token_hex(4)}"


def host_mark() -> str:
    """Return a short hash of this machine's name: folders on a network disk may belong to another machine."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def left_behind(path: Path, host: str, pid: int) -> bool:
    """Return whether the unfinished file or folder at `path` belongs to a process that is gone."""
    try:
        aged = time.time() - path.stat().st_mtime > _OLD_S
    except OSError:  # another sweep was faster
        return False
    return aged or (host == host_mark() and not alive(pid))


def alive(pid: int) -> bool:
    """Return whether a process with this number runs on this machine; True where that cannot be checked."""
    if sys.platform == "win32":  # checking would end the process there, so age decides
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _exchange(new: Path, target: Path) -> Path:
    """Put `new` in the place of `target`; return the new path of the old folder."""
    if _exchange_at_once(new, target):
        return new
    old = _hidden(target, "old")
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    return old


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Exchange two names in one step; return False if the system or the file system cannot."""
    if sys.platform != "linux":
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return bool(rename(_HERE_FD, os.fsencode(one), _HERE_FD, os.fsencode(other), _EXCHANGE) == 0)


def flush_names(folder: Path) -> None:
    """Flush a folder's list of names to disk; Windows has no such handle, and some network disks refuse."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)
