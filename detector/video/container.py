"""Open a file safely: which files are let in, and plain words for those that are not.

The file is opened here, never by the codec library, which reads a name like ``http:x.mp4`` as an address. After
opening, it is checked to be a regular file (a pipe would block for ever); it is handed over without its name, and may
open no other file: otherwise, a playlist named ``.mp4`` would play its neighbours or fetch from the network.
"""

from __future__ import annotations

import math
import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import av
import av.error
import numpy as np

from detector.errors import DetectorError, RecordingError
from detector.video.declared import length_s
from detector.video.identity import Identity, identity_of
from detector.video.nameless import NamelessReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream

    from detector.config import VideoSettings

__all__ = ["CODECS", "DECODING_ERRORS", "FORMATS", "OpenedFile", "open_file", "refuse_shortage"]

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,h264,hevc"
"""Container formats to try: those that cameras, phones and recorders write. No playlists, still pictures or text."""

CODECS = frozenset({
    "h264", "hevc", "av1", "vp8", "vp9", "mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v2", "msmpeg4v3", "mjpeg",
    "h263", "h263p", "flv1", "cinepak", "wmv1", "wmv2", "wmv3", "vc1", "dvvideo", "ffv1", "huffyuv", "ffvhuff",
    "prores", "rawvideo",
})  # fmt: skip
"""Codecs that are decoded, by canonical name; each additional one is attack surface."""

DECODING_ERRORS = (av.error.FFmpegError, OSError, EOFError, ValueError, LookupError, MemoryError)
"""Errors that the codec library raised on 3,480 altered files; FFmpegError alone is not enough."""

COVER_ART = 0x400  # AV_DISPOSITION_ATTACHED_PIC
THREADS = 4  # a fixed number, not the machine's, so that a damaged file's end is the same everywhere
READ_BYTES = 1 << 18  # each read takes the interpreter lock once
_SHORTEST = 0.1  # of the longest stream: anything shorter is a preview, whatever its size
_SPARE_BYTES = 256 << 20  # twenty pictures of 3840 x 2160: 16 references and one per thread; requested, never touched
PATIENCE_S = 60.0  # one read on a sleeping network disk may take this long

_PLAIN_ADVICE = "Play it in a video player; if that works, convert it to MP4 (H.264) and try again"


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An open file with the stream that will be decoded.

    Attributes
    ----------
    path : Path
        Path as the caller gave it.
    descriptor : int
        The open file; `open_file` closes it.
    container : InputContainer
        The demuxer.
    stream : VideoStream
        The chosen stream, ready to be decoded.
    identity : Identity
        Identity of the file when it was opened.
    n_streams : int
        Number of video streams in the file, not counting cover pictures.
    """

    path: Path
    descriptor: int
    container: InputContainer
    stream: VideoStream
    identity: Identity
    n_streams: int

    @property
    def formats(self) -> frozenset[str]:
        """Names of the container format, such as ``mov`` and ``mp4``."""
        return frozenset(self.container.format.name.split(","))


def refuse_shortage(error: BaseException) -> None:
    """Raise `error` again if memory is truly short.

    A damaged packet may ask for more memory than there is, and is then merely damaged. But a decoder that gets too
    little makes intact packets look damaged, and jerks would be lost silently.

    Raises
    ------
    MemoryError
        If `error` is a `MemoryError`, and 256 MB cannot be allocated.
    """
    if isinstance(error, MemoryError):
        try:
            np.empty(_SPARE_BYTES, np.uint8)
        except MemoryError:
            raise error from None


class _NestedFileError(DetectorError, PermissionError):
    """The file wanted to open another one."""


def _refuse_nested(*_: object, **__: object) -> NoReturn:
    raise _NestedFileError("a video file must not open other files")


@contextmanager
def open_file(path: Path, settings: VideoSettings) -> Iterator[OpenedFile]:
    """Open a video file and choose its stream; close it at the end of the ``with`` block.

    Raises
    ------
    RecordingError
        If it is not a video file that can be decoded; its ``code`` says why.
    """
    descriptor = _open_regular(path)
    source = NamelessReader(descriptor)
    try:
        with _demuxer(path, descriptor, source) as container:
            streams = _video_streams(path, container)
            stream = _chosen(path, streams, settings.stream)
            _check(path, stream, settings.max_pixels)
            stream.codec_context.options = {"max_pixels": str(settings.max_pixels)} | (
                {"skip_loop_filter": "all"} if settings.fast else {}
            )
            stream.codec_context.thread_type = "AUTO"
            stream.codec_context.thread_count = THREADS
            identity = identity_of(os.fstat(descriptor))
            yield OpenedFile(path, descriptor, container, stream, identity, len(streams))
        source.refuse_failed(path)
    except RecordingError:
        source.refuse_failed(path)
        raise
    finally:
        os.close(descriptor)


def _open_regular(path: Path) -> int:
    if path.is_dir():  # Windows would say "permission denied"
        raise RecordingError(path, "it is a folder", code="not_a_file", advice="Name a video file in it")
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError as error:
        raise RecordingError(
            path, "there is no such file", code="not_found", advice="Check the spelling and the folder"
        ) from error
    except PermissionError as error:
        raise RecordingError(
            path, "there is no permission to read it", code="no_permission", advice="Ask for permission, or copy it"
        ) from error
    except (OSError, ValueError) as error:
        raise RecordingError(
            path, f"it cannot be opened ({error})", code="unreadable", advice="Check the disk, or copy it and try again"
        ) from error
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size > 0:
        return descriptor
    os.close(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise RecordingError(
            path, "it is not a regular file but a pipe, socket or device", code="not_a_file", advice="Save it as a file"
        )
    raise RecordingError(path, "it is empty (0 bytes)", code="empty", advice="Copy it from the camera again")


def _demuxer(path: Path, descriptor: int, source: NamelessReader) -> InputContainer:
    options: dict[str, Any] = {}
    if int(av.__version__.split(".")[0]) < 19:  # later versions never fail on odd characters in tags
        options["metadata_errors"] = "replace"
    try:
        container: InputContainer = av.open(
            source,
            "r",
            options={"format_whitelist": FORMATS, "protocol_whitelist": "none"},
            io_open=_refuse_nested,
            timeout=PATIENCE_S,
            buffer_size=READ_BYTES,
            **options,
        )
        return container  # noqa: TRY300
    except _NestedFileError as error:
        raise _not_video(path, "it is a list of other files") from error
    except MemoryError as error:
        raise RecordingError(
            path, "opening it took more memory than is allowed", code="out_of_memory", advice="The file may be damaged"
        ) from error
    except DECODING_ERRORS as error:
        source.refuse_failed(path)
        if _looks_like_mp4(descriptor):
            raise RecordingError(
                path,
                "it is an MP4 or MOV file whose index is missing or damaged, as when the recording was cut off",
                code="truncated_index",
                advice="Copy it from the camera again, or repair it with a tool such as untrunc",
            ) from error
        raise _not_video(path, "it is not a video file of a known format") from error


def _not_video(path: Path, reason: str) -> RecordingError:
    return RecordingError(path, reason, code="not_video", advice=_PLAIN_ADVICE)


def _looks_like_mp4(descriptor: int) -> bool:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 12)[4:8] in {b"ftyp", b"moov", b"mdat"}


def _video_streams(path: Path, container: InputContainer) -> list[VideoStream]:
    seen = [stream for stream in container.streams.video if not int(stream.disposition) & COVER_ART]
    if not seen:
        raise RecordingError(
            path, "it holds no video, at most sound or a cover picture", code="no_video_stream", advice=_PLAIN_ADVICE
        )
    known = [stream for stream in seen if _has_decoder(stream)]
    if not known:
        raise RecordingError(
            path, "its video has an unknown codec or is cut off", code="unsupported_codec", advice=_PLAIN_ADVICE
        )
    return known


def _has_decoder(stream: VideoStream) -> bool:
    context: object = stream.codec_context  # None for unknown codecs, contrary to its type
    return context is not None


def _chosen(path: Path, streams: list[VideoStream], wanted: int | None) -> VideoStream:
    """Return the stream asked for, else the largest picture; of several as large, the longest."""
    if wanted is None:
        lengths = [length_s(stream) for stream in streams]
        least = _SHORTEST * max((length for length in lengths if not math.isnan(length)), default=0.0)
        long = [(stream, length) for stream, length in zip(streams, lengths, strict=True) if not length < least]
        return max(long, key=lambda one: (one[0].width * one[0].height, np.nan_to_num(one[1])))[0]
    if wanted < len(streams):
        return streams[wanted]
    raise RecordingError(
        path,
        f"video stream {wanted} was asked for, but it has only {len(streams)}",
        code="no_video_stream",
        advice=f"Choose a stream from 0 to {len(streams) - 1}, or none for the largest picture",
    )


def _check(path: Path, stream: VideoStream, max_pixels: int) -> None:
    codec = stream.codec_context.codec.canonical_name
    if codec not in CODECS:
        raise RecordingError(
            path, f"its video has the codec {codec}", code="unsupported_codec", advice="Convert it to MP4 (H.264)"
        )
    pixels = stream.width * stream.height
    if pixels > max_pixels:
        raise RecordingError(
            path,
            f"its picture has {pixels} pixels ({stream.width} x {stream.height}), more than the {max_pixels} allowed",
            code="too_large",
            advice="Raise video.max_pixels if the file can be trusted, or scale it down",
        )
