"""Why an input gave no result: a closed list of codes for tables (docs/reference/reason-codes.md)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AGAIN", "AWAY", "LEFT_OUT", "REASONS"]

REASONS: Mapping[str, str] = MappingProxyType({
    "not_found": "There is no such file.",
    "not_a_file": "It is a folder, pipe, socket or device.",
    "empty": "It has no bytes.",
    "no_permission": "There is no permission to read it.",
    "unreadable": "Its bytes could not be read from the disk.",
    "not_video": "It is not a video file of a known format, or it is a list of other files.",
    "truncated_index": "An MP4 or MOV file without a usable index, as when the recording was cut off.",
    "no_video_stream": "It holds no video, or lacks the stream that was asked for.",
    "unsupported_codec": "Its codec is unknown, or not one of those that are decoded.",
    "too_large": "Its picture has more pixels than video.max_pixels.",
    "too_small": "Its picture is too small to be analysed.",
    "no_timestamps": "It has no time stamps, and video.fps is not set.",
    "too_slow": "No two of its frames are within 100 s of each other, or its clock says so.",
    "too_fast": "Its clock says more than 10,000 frames per second.",
    "no_pictures": "No picture could be decoded.",
    "one_frame": "Only one picture could be decoded.",
    "unusable": "So much of it is damaged or encrypted that nothing can be said.",
    "out_of_memory": "It needed more memory than is allowed, twice; the second time it ran alone.",
    "crashed": "The process that read it died, twice.",
    "timeout": "The process that read it made no progress, twice.",
    "changed": "It was changed, replaced or removed while it was read.",
    "not_written": "Its results could not be written.",
    "unexpected": "A fault in sleepjerk.",
    "growing": "It was written to a moment ago; recording or copying may not have ended.",
    "duplicate": "Another input has the same bytes; that one is analysed.",
})  # fmt: skip
"""Code and meaning; a code never changes its meaning."""

AGAIN = frozenset({
    "not_found", "no_permission", "unreadable", "out_of_memory", "crashed", "timeout", "changed", "not_written",
    "unexpected", "growing",
})  # fmt: skip
"""Reasons that may be due to the machine or the moment: the next run tries these inputs again."""

AWAY = frozenset({"not_found", "no_permission", "unreadable"})
"""Reasons that only mean that the video is out of reach: an earlier result is kept."""

LEFT_OUT = frozenset({"growing", "duplicate"})
"""Reasons for which an input is left out rather than counted as failed."""
