"""Find what follows the film that was read in a file: a second film, or an unreadable remainder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from detector.video.container import OpenedFile

__all__ = ["share_unread"]

_MOST_BEHIND = 0.25  # of a file; the index of a low-bitrate film takes a fifth
_MOST_BEHIND_FRAGMENT = 0.01  # of a file whose index comes in pieces, each with its own pictures
_LOOKS, _LOOK_BYTES = 64, 64  # samples of what lies behind; an index, and the padding of the last block, is in some


def share_unread(opened: OpenedFile, end_byte: int) -> float:
    """Return the share of a file behind the part that was read, 0-1; 0 if it is no more than usual.

    In MP4 it is the share of a second film, which has its own header, or of everything after the last picture if the
    chain of the file's boxes breaks: in a fragmented film, everything behind a damaged fragment is lost. In other
    formats it is the share of the bytes after the last picture, if that is more than an index takes and no sound goes
    on there. Empty space, such as the end of a file preallocated by a recorder, does not count. Call this when nothing
    more is read from the file.

    Parameters
    ----------
    opened : OpenedFile
        The file; if its disk fails to read, that is left to whoever computes the hash.
    end_byte : int
        End of the last packet in the file; 0 if the format does not tell.
    """
    size = opened.identity.size_bytes
    if not 0 < end_byte < size:
        return 0.0
    try:
        if "mp4" in opened.formats:
            return _behind_boxes(opened.descriptor, end_byte, size)
        share = 1 - end_byte / size
        alone = len(opened.container.streams) == 1
        return share if share > _MOST_BEHIND and alone and _holds_something(opened.descriptor, end_byte, size) else 0.0
    except OSError:
        return 0.0


def _behind_boxes(descriptor: int, end_byte: int, size: int) -> float:
    """Return the share of an MP4 file behind its film, 0-1."""
    boxes = _boxes(descriptor, size)
    if boxes.second_film:
        return 1 - boxes.end / size if end_byte <= boxes.end else 0.0
    begin = max(end_byte, boxes.end)
    share, usual = 1 - begin / size, _MOST_BEHIND_FRAGMENT if boxes.fragmented else _MOST_BEHIND
    return share if share > usual and _holds_something(descriptor, begin, size) else 0.0


class _Boxes(NamedTuple):
    """Where the chain of boxes of an MP4 file ends: at its end, at a second film, or where it breaks."""

    end: int
    second_film: bool
    fragmented: bool


def _boxes(descriptor: int, size: int) -> _Boxes:
    at = n_films = 0
    fragmented = False
    while at < size:
        head = _bytes_at(descriptor, at, 16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        length = int.from_bytes(head[8:], "big") if length == 1 else length
        length = size - at if length == 0 and kind == b"mdat" else length  # to the end of the file
        n_films += kind == b"ftyp"
        fragmented |= kind == b"moof"
        if n_films > 1 or length < 8 or at + length > size:
            return _Boxes(at, n_films > 1, fragmented)
        at += length
    return _Boxes(size, second_film=False, fragmented=fragmented)


def _holds_something(descriptor: int, begin: int, end: int) -> bool:
    """Return whether most of a stretch is not just zeros, judging by a few samples."""
    places = [begin + (end - begin) * look // _LOOKS for look in range(_LOOKS)]
    return sum(any(_bytes_at(descriptor, at, _LOOK_BYTES)) for at in places) > _LOOKS / 2


def _bytes_at(descriptor: int, at: int, n: int) -> bytes:
    os.lseek(descriptor, at, os.SEEK_SET)
    return os.read(descriptor, n)
