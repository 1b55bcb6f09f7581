"""Inputs on remote storage (``s3://bucket/night.mp4``) via fsspec: find them, inspect them, and copy them for reading.

A decoder seeks, and the bytes hashed must be the bytes decoded. A remote file is therefore first copied as a whole to a
private temporary file, which is removed after reading (decisions/0034).
"""

from __future__ import annotations

import importlib
import posixpath
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from detector.errors import DetectorError, MissingPackageError, RecordingError, ResultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

__all__ = ["file_or_below", "is_remote", "local_copy", "open_input", "plain_name", "remote_stamp"]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")  # at least two characters: C:// is a disk
_QUERY = re.compile(r"(://[^\s'\"?]*)\?[^\s'\"]*")
_BLOCK_BYTES = 1 << 22


def is_remote(name: str) -> bool:
    """Return whether `name` is an address such as ``s3://bucket/night.mp4`` and not a path."""
    return _ADDRESS.match(name) is not None


def plain_name(address: str) -> str:
    """Return the canonical form of an address, the same for all its spellings.

    Raises
    ------
    MissingPackageError
        If fsspec, or its package for this kind of storage, is not installed.
    ResultError
        If the kind of storage is unknown, or the address holds a password or a query.
    """
    system, path = _system(address)
    return str(system.unstrip_protocol(path))


def file_or_below(address: str, suffixes: frozenset[str]) -> Iterator[str]:
    """Yield the address of a file, or those of the files with `suffixes` below a folder or matching a pattern.

    Raises
    ------
    MissingPackageError, ResultError
        As `plain_name`; also ResultError if the storage cannot be queried.
    """
    system, path = _system(address)
    try:
        for found in _matches(system, path):
            if not system.isdir(found):
                yield str(system.unstrip_protocol(found))
                continue
            for below in sorted(system.find(found)):
                parts = below.removeprefix(found).split("/")
                hidden = any(part.startswith(".") for part in parts)
                if not hidden and posixpath.splitext(below)[1].lower() in suffixes:
                    yield str(system.unstrip_protocol(below))
    except DetectorError:
        raise
    except Exception as error:  # each kind of storage raises its own
        raise ResultError(
            f"{address}: cannot be listed ({_told(error)}). Check the address and your credentials"
        ) from error


def _matches(system: Any, path: str) -> list[str]:
    """Return the matches of a pattern, without hidden names as elsewhere; anything else is returned unchanged."""
    if not any(sign in path for sign in "*?[") or system.exists(path):
        return [path]
    return sorted(found for found in system.glob(path) if not posixpath.basename(found).startswith("."))


def remote_stamp(address: str) -> tuple[int, int]:
    """Return the size in bytes and the time of the last change in ns (0: unknown); -1 and -1 if unavailable."""
    system, path = _system(address)
    try:
        system.invalidate_cache(posixpath.dirname(path))  # do not trust an old listing
        size_bytes = int(system.info(path)["size"])
    except Exception:  # noqa: BLE001  (each kind of storage raises its own; copying it tells why)
        return -1, -1
    try:
        changed: datetime = system.modified(path)
    except Exception:  # noqa: BLE001  (some keep no dates)
        return size_bytes, 0
    return size_bytes, int(changed.timestamp() * 1e6) * 1000


@contextmanager
def open_input(name: str) -> Iterator[BinaryIO]:
    """Open a local or remote file to read its bytes.

    Raises
    ------
    OSError
        If it cannot be read; any error of a remote storage is raised as this.
    """
    if not is_remote(name):
        with Path(name).open("rb") as file:
            yield file
        return
    system, path = _system(name)
    try:
        with system.open(path, "rb") as file:
            yield file
    except (OSError, DetectorError):
        raise
    except Exception as error:
        raise OSError(f"{name}: {_told(error)}") from error


@contextmanager
def local_copy(name: str, tell: Callable[[], None]) -> Iterator[Path]:
    """Yield a local file itself, or a copy of a remote file that only this user can read and that is removed after.

    Parameters
    ----------
    name : str
        Path or address.
    tell : callable
        Called after each copied block.

    Raises
    ------
    RecordingError
        If a remote file cannot be read (``not_found``, ``no_permission`` or ``unreadable``).
    OSError
        If the copy cannot be written.
    """
    if not is_remote(name):
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="sleepjerk-") as place:
        copy = Path(place) / "video"
        with copy.open("wb") as file:
            for block in _blocks(name):
                file.write(block)
                tell()
        yield copy


def _blocks(name: str) -> Iterator[bytes]:
    """Yield the bytes of a remote file; errors in here are due to the storage, not to the local disk."""
    try:
        with open_input(name) as file:
            while block := file.read(_BLOCK_BYTES):
                yield block
    except FileNotFoundError as error:
        advice = "Check the address"
        raise RecordingError(Path(name), "there is no such file", code="not_found", advice=advice) from error
    except PermissionError as error:
        advice = "Check your credentials"
        reason = "there is no permission to read it"
        raise RecordingError(Path(name), reason, code="no_permission", advice=advice) from error
    except OSError as error:
        reason = f"its bytes could not be read from the storage ({_told(error)})"
        advice = "Check the connection, and run again"
        raise RecordingError(Path(name), reason, code="unreadable", advice=advice) from error


def _refuse_secrets(address: str) -> None:
    """Refuse an address that may contain a password, token or signature: addresses appear in receipts and tables."""
    parts = urlsplit(address)
    kind = parts.scheme
    if parts.password or (kind in {"http", "https"} and parts.username):
        held = "a password"
    elif "=" in parts.query or "=" in parts.fragment:  # a pattern has a question mark, and no equals sign behind it
        held = "a query (?name=value), as signed links do,"
    else:
        return
    raise ResultError(
        f"{kind}://...: the address holds {held} which would appear in every table. "
        "Give credentials in the environment or in fsspec's own configuration, or download the file first"
    )


def _told(error: Exception) -> str:
    """Return the error text of a storage without the query strings of addresses, which may be signed."""
    return _QUERY.sub(r"\1?...", str(error))


def _system(address: str) -> tuple[Any, str]:
    """Return the file system of an address and the path within it."""
    _refuse_secrets(address)
    try:
        core: Any = importlib.import_module("fsspec.core")  # an optional package
    except ImportError as error:
        raise MissingPackageError(
            f"{address}: reading from remote storage needs fsspec, which is not installed; "
            "try `pip install 'sleepjerk[remote]'`"
        ) from error
    try:
        system, path = core.url_to_fs(address)
    except ImportError as error:
        raise MissingPackageError(f"{address}: this kind of storage needs a package of its own ({error})") from error
    except ValueError as error:
        raise ResultError(f"{address}: this kind of storage is not known ({error})") from error
    return system, str(path)
