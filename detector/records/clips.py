"""Short clips of movements: which file shows which movement, and when each frame was taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Clip", "ClipReason"]


class ClipReason(StrEnum):
    """Why a movement was chosen to be shown as a clip."""

    CERTAIN = "certain"
    """One of the most certain jerks."""

    LARGE = "large"
    """One of the largest jerks."""

    DOUBTFUL = "doubtful"
    """One of the least certain jerks."""

    ALL = "all"
    """Every jerk is shown."""

    REFUSED = "refused"
    """Not a jerk, but nearly one."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip stored beside the report.

    Attributes
    ----------
    movement : str
        Id of the jerk or refused candidate that the clip shows.
    file : str
        Name of the video file in the folder ``clips``.
    times_s : tuple of float
        Time of each frame in seconds since the recording's first frame, in display order.
    end_s : float
        End of the last frame, on the same clock.
    choice : ClipReason
        Why the movement was chosen.
    strip_file : str
        Name of the filmstrip image in the folder ``clips``; empty if there is none.
    strip : bytes
        The filmstrip as JPEG; empty if it is not held in memory.
    pixelated : bool
        True if regions, or the whole picture, were pixelated.
    """

    movement: str
    file: str
    times_s: tuple[float, ...] = field(repr=False)
    end_s: float
    choice: ClipReason
    strip_file: str = ""
    strip: bytes = field(default=b"", repr=False)
    pixelated: bool = False
