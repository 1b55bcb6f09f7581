"""What a file claims about its own time before a picture is decoded, to be compared with what is found."""

from __future__ import annotations

import math
import os
import re
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from detector.video.timeline import LONGEST_GAP_S, Timeline

if TYPE_CHECKING:
    from av.video.stream import VideoStream

    from detector.config import VideoSettings
    from detector.video.container import OpenedFile

__all__ = [
    "MPEG_STREAMS", "claim_tolerance_s", "claimed_s", "length_s", "nominal_step_s", "start_s", "step_of",
    "time_base_of", "timeline_of",
]  # fmt: skip

MPEG_CLOCK_TICKS = 2**33  # ISO 13818-1: time stamps of 33 bits
MPEG_STREAMS = frozenset({"mpegts", "mpeg"})  # made for channels that lose packets

_DECODING_TIMES = frozenset({"avi", "asf"})  # give decoding times: the right times in another order

_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")  # of the file (ASF specification, section 3.2)
_HEAD_BYTES = 1 << 16  # of an ASF file, in which they stand
_TAGGED = re.compile(r"(\d{1,9}):(\d{1,2}):(\d{1,2}(?:\.\d*)?)", re.ASCII)  # 00:00:20.003000000


def time_base_of(stream: VideoStream) -> Fraction:
    """Return the duration of one tick of the stream's clock in seconds; one microsecond if it does not say."""
    return stream.time_base or Fraction(1, 1_000_000)


def nominal_step_s(stream: VideoStream) -> float:
    """Return the step between frames that the stream declares, in seconds; 0.04 s if that makes no sense."""
    rate = float(stream.average_rate or stream.guessed_rate or 0)
    return 1 / rate if 0.01 <= rate <= 1000 else 0.04


def step_of(opened: OpenedFile, settings: VideoSettings, *, timed: bool) -> float:
    """Return the step between frames used, in seconds, as declared by the file or (if not `timed`) the setting."""
    step_s = nominal_step_s(opened.stream) if timed or settings.fps is None else 1 / settings.fps
    return settings.every * step_s


def timeline_of(opened: OpenedFile, settings: VideoSettings, *, timed: bool, origin: int | None = None) -> Timeline:
    """Return the clock of a file whose frames have time stamps (`timed`), or get them from the setting ``video.fps``.

    `origin` is the time stamp of the recording's first frame in ticks, if reading begins elsewhere.
    """
    step_s = step_of(opened, settings, timed=timed)
    return Timeline(
        time_base_of(opened.stream),
        gap_factor=settings.gap_factor,
        nominal_step_s=step_s,
        fps=None if timed else 1 / step_s,
        sort=bool(opened.formats & _DECODING_TIMES),
        wrap_ticks=MPEG_CLOCK_TICKS if opened.formats & MPEG_STREAMS else None,
        origin=origin,
    )


def claimed_s(opened: OpenedFile, first_s: float) -> float:
    """Return the length that the headers claim, from the first picture on, in seconds; NaN without a claim.

    More than 100 h is none: a recorder that does not know the length yet may write any large number.

    Parameters
    ----------
    opened : OpenedFile
        The file.
    first_s : float
        Time of the first picture in the stream's own clock, in seconds; NaN if it has none.
    """
    length = _claimed_end_s(opened) - first_s
    return length if length < LONGEST_GAP_S else math.nan


def _claimed_end_s(opened: OpenedFile) -> float:
    """Return the end of the video that the headers claim, in the stream's own clock, in seconds; NaN without a claim.

    The stream's own claim comes first, as sound may go on for longer. The container's is used if it is shorter (an edit
    list that trims), or if the stream says nothing. Matroska counts from zero, other formats from the start. AVI and
    ASF say how much they were meant to hold, even if the file was cut and FFmpeg goes by its size.
    """
    stream, container = opened.stream, opened.container
    claims = [own for own in (length_s(stream),) if not math.isnan(own)]
    if container.duration is not None and (not claims or "mp4" in opened.formats):
        claims.append(container.duration / 1e6)
    if not claims and "asf" in opened.formats:
        return _asf_end_s(opened.descriptor)
    if not claims or min(claims) <= 0:
        return math.nan
    planned_s = stream.frames * float(time_base_of(stream))
    if "avi" in opened.formats and planned_s < LONGEST_GAP_S:
        claims = [max(*claims, planned_s)]
    start = 0 if "matroska" in opened.formats else stream.start_time or 0
    return min(claims) + float(start * time_base_of(stream))


def _asf_end_s(descriptor: int) -> float:
    """Return the end that the header of an ASF file declares, in seconds of its clock; NaN for a broadcast.

    FFmpeg does not believe it if the file has another size than the header says.
    """
    place = os.lseek(descriptor, 0, os.SEEK_CUR)  # where the demuxer goes on reading
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        head = os.read(descriptor, _HEAD_BYTES)
    except OSError:  # the demuxer's to report
        return math.nan
    finally:
        os.lseek(descriptor, place, os.SEEK_SET)
    at = head.find(_PROPERTIES)
    if at < 0 or len(head) < at + 92 or head[at + 88] & 1:
        return math.nan
    played, _, preroll_ms = (int.from_bytes(head[at + byte : at + byte + 8], "little") for byte in (64, 72, 80))
    end_s = played / 1e7 - preroll_ms / 1e3
    return end_s if 0 < end_s < LONGEST_GAP_S else math.nan


def length_s(stream: VideoStream) -> float:
    """Return the length that a stream declares, in seconds; NaN if it declares none.

    In Matroska it is in a tag, if the writer added one; for the first stream, FFmpeg gives the length of the whole
    file.
    """
    found = _TAGGED.fullmatch(stream.metadata.get("DURATION", "").strip())
    if found is not None:
        return 3600.0 * int(found[1]) + 60.0 * int(found[2]) + float(found[3])
    return math.nan if stream.duration is None else float(stream.duration * time_base_of(stream))


def claim_tolerance_s(opened: OpenedFile, step_s: float) -> float:
    """Return how far, in seconds, a claim may exceed the frames before pictures count as missing.

    Three frames or 0.1 s, whichever is longer, for rounding and for pictures that a decoder never hands out; 0.5 s
    instead of 0.1 s if the claim is that of the whole file, in which the sound may go on for longer; no limit in MPEG
    streams with sound, whose claim is only what FFmpeg found of either stream at the end.
    """
    several = len(opened.container.streams) > 1
    if several and opened.formats & MPEG_STREAMS and opened.stream.duration is None:
        return math.inf
    exact = not math.isnan(length_s(opened.stream)) or not several
    return max(3 * step_s, 0.1 if exact else 0.5)


def start_s(opened: OpenedFile) -> float:
    """Return the start of the file (of its earliest stream), in seconds."""
    start = cast("int | None", opened.container.start_time)  # may be None, contrary to its type
    return 0.0 if start is None else start / 1e6
