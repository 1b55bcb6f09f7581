"""Identity of a file: its hash, and whether it is still the one that was opened."""

from __future__ import annotations

import hashlib
import io
import os
from typing import TYPE_CHECKING, NamedTuple

from detector.errors import RecordingError
from detector.network_disk import again_if_shaky

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Identity", "identity_of", "refuse_changed", "sha256_of"]


class Identity(NamedTuple):
    """Values that change when a file is written to or replaced."""

    size_bytes: int
    changed_ns: int
    inode: int


def identity_of(status: os.stat_result) -> Identity:
    """Return the part of a file's status that changes with it."""
    return Identity(status.st_size, status.st_mtime_ns, status.st_ino)


def refuse_changed(path: Path, identity: Identity) -> None:
    """Raise RecordingError (``changed``) if the file at `path` is no longer the one that was opened."""
    try:
        unchanged = identity_of(path.stat()) == identity
    except OSError:
        unchanged = False
    if not unchanged:
        raise RecordingError(
            path,
            "it was changed, replaced or removed while it was read",
            code="changed",
            advice="Wait until the recording or copying has ended, and try again",
        )


def sha256_of(descriptor: int, path: Path) -> str:
    """Return the hex digest of an open file, read from its beginning; `path` is its name.

    Raises
    ------
    RecordingError
        If the disk cannot give all of it (``unreadable``).
    """

    def digest() -> str:
        os.lseek(descriptor, 0, os.SEEK_SET)
        with io.FileIO(descriptor, closefd=False) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    try:
        return again_if_shaky(digest)
    except OSError as error:
        raise RecordingError(
            path,
            f"its bytes could not be read from the disk ({error.strerror or error})",
            code="unreadable",
            advice="Check the disk or the network, and run again",
        ) from error
