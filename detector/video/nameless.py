"""Bytes of an open file for the codec library: nameless, with retries on network disks, honest about failure."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from detector.errors import RecordingError
from detector.network_disk import again_if_shaky
from detector.video.doubled import PACKET, Doubled, is_transport_stream

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NamelessReader"]


class NamelessReader:
    """A file object without a name: no extension to trust, no folder to look around in.

    Attributes
    ----------
    failure : OSError or None
        Why a read failed for good; the codec library takes that for the end of the file.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._doubled: Doubled | None = None
        self.failure: OSError | None = None

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; if a network disk fails, try up to three more times.

        Raises
        ------
        OSError
            If they cannot be read.
        """
        try:
            return again_if_shaky(lambda: self._read(size))
        except OSError as error:
            self.failure = error
            raise

    def _read(self, size: int) -> bytes:
        place = self.tell()
        if self._doubled is None and place > 0:
            return os.read(self._descriptor, size)
        whole = size - (place + size) % PACKET  # up to the end of a packet
        data = os.read(self._descriptor, whole if whole > 0 else size)
        if place == 0 and is_transport_stream(data):
            self._doubled = Doubled()
        return data if self._doubled is None else self._doubled.emptied(data, place)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Return the new position; negative if it does not exist, as damaged files may request."""
        try:
            return os.lseek(self._descriptor, offset, whence)
        except OSError as error:
            return -(error.errno or errno.EINVAL)

    def tell(self) -> int:
        """Return the position in the file."""
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def refuse_failed(self, path: Path) -> None:
        """Refuse a file that the disk could not read in full: it would look like a short or damaged film.

        Raises
        ------
        RecordingError
            If a read failed (``unreadable``).
        """
        if self.failure is not None:
            raise RecordingError(
                path,
                f"its bytes could not be read from the disk ({self.failure.strerror or self.failure})",
                code="unreadable",
                advice="Check the disk or the network, and run again",
            ) from self.failure
