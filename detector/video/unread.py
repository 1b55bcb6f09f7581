"""Find what a file holds besides the film that was read: a second film, or an unreadable remainder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detector.video.container import OpenedFile

__all__ = ["NO_REST", "Rest", "rest_of"]

_MOST_BEHIND = 0.25  # of a file; the index of a low-bitrate film takes a fifth
_MOST_BEHIND_FRAGMENT = 0.01  # of a file whose index comes in pieces, each with its own pictures
_LOOKS, _LOOK_BYTES = 64, 64  # samples of what lies behind; an index, and the padding of the last block, is in some
_MOST_HEAD = 1 << 20  # bytes of the head of a film in fragments, or of the head of one


class Rest(NamedTuple):
    """What a file holds besides the film that was read.

    Attributes
    ----------
    unread : float
        Share of the file behind the part that was read, 0-1; 0 if it is no more than usual.
    joined : float
        Share of an MP4 file in fragments from the head of another film on, 0-1, though it was read: FFmpeg takes its
        fragments for those of the first film. 0 if there is none, or if it continues the first film.
    """

    unread: float = 0.0
    joined: float = 0.0


NO_REST = Rest()


def rest_of(opened: OpenedFile, end_byte: int) -> Rest:
    """Return what a file holds besides the film that was read.

    In MP4 what is unread is a second film, which has its own header, or everything after the last picture if the
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
        return NO_REST
    try:
        if "mp4" in opened.formats:
            return _behind_boxes(opened.descriptor, end_byte, size)
        share = 1 - end_byte / size
        alone = len(opened.container.streams) == 1
        much = share > _MOST_BEHIND and alone and _holds_something(opened.descriptor, end_byte, size)
        return Rest(unread=share if much else 0.0)
    except OSError:
        return NO_REST


def _behind_boxes(descriptor: int, end_byte: int, size: int) -> Rest:
    boxes = _boxes(descriptor, size)
    if boxes.second_film:
        share = 1 - boxes.end / size
        return Rest(unread=share) if end_byte <= boxes.end else Rest(joined=share)
    begin = max(end_byte, boxes.end)
    share, usual = 1 - begin / size, _MOST_BEHIND_FRAGMENT if boxes.fragmented else _MOST_BEHIND
    return Rest(unread=share if share > usual and _holds_something(descriptor, begin, size) else 0.0)


class _Boxes(NamedTuple):
    """Where the chain of boxes of an MP4 file ends: at its end, at a second film, or where it breaks."""

    end: int
    second_film: bool
    fragmented: bool


def _boxes(descriptor: int, size: int) -> _Boxes:
    at, fragmented, heads = 0, False, set[bytes]()
    for at, kind, length in _chain(descriptor, 0, size):
        fragmented |= kind == b"moof"
        another = kind in heads and (kind == b"ftyp" or (kind == b"moov" and fragmented))
        if another and not (fragmented and _continues(descriptor, at, size)):
            return _Boxes(at, second_film=True, fragmented=fragmented)
        heads.add(kind)
        at += length  # noqa: PLW2901  (behind the last one)
    return _Boxes(at, second_film=False, fragmented=fragmented)


def _chain(descriptor: int, at: int, size: int) -> Iterator[tuple[int, bytes, int]]:
    """Yield place, kind and length of the boxes of an MP4 file, up to its end or to where they break."""
    while at < size:
        head = _bytes_at(descriptor, at, 16)
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        length = int.from_bytes(head[8:], "big") if length == 1 else length
        length = size - at if length == 0 and kind == b"mdat" else length  # to the end of the file
        if length < 8 or at + length > size:
            return
        yield at, kind, length
        at += length


def _continues(descriptor: int, at: int, size: int) -> bool:
    """Return whether the head at a place only repeats the first one, and the fragments behind it are later."""
    (first, first_time), (second, second_time) = (_head_at(descriptor, place, size) for place in (0, at))
    return first == second and first_time < second_time


def _head_at(descriptor: int, at: int, size: int) -> tuple[bytes, int]:
    """Return the index of the film that begins at a place, and the time of its first fragment; -1 without one."""
    index = b""
    for place, kind, length in _chain(descriptor, at, size):
        if kind == b"moov":
            index = _bytes_at(descriptor, place, min(length, _MOST_HEAD))
        elif kind == b"moof":
            head = _bytes_at(descriptor, place, min(length, _MOST_HEAD))
            _, there, time = head.partition(b"tfdt")
            end = (
                12 if time[:1] > b"\0" else 8
            )  # behind a byte of version and three of flags (ISO/IEC 14496-12, 8.8.12)
            return index, int.from_bytes(time[4:end], "big") if there else -1
    return index, -1


def _holds_something(descriptor: int, begin: int, end: int) -> bool:
    """Return whether most of a stretch is not just zeros, judging by a few samples."""
    places = [begin + (end - begin) * look // _LOOKS for look in range(_LOOKS)]
    return sum(any(_bytes_at(descriptor, at, _LOOK_BYTES)) for at in places) > _LOOKS / 2


def _bytes_at(descriptor: int, at: int, n: int) -> bytes:
    os.lseek(descriptor, at, os.SEEK_SET)
    return os.read(descriptor, n)
