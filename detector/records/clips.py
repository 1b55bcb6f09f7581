"""Short clips of movements: which file shows which one, and when each of its frames was taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Clip", "ClipReason"]


class ClipReason(StrEnum):
    """Why a movement was chosen to be shown as a clip."""

    CERTAIN = "certain"
    """One of the most certain jerks."""

    LARGE = "large"
    """One of the largest."""

    DOUBTFUL = "doubtful"
    """One of the least certain."""

    ALL = "all"
    """Every jerk is shown."""

    REFUSED = "refused"
    """No jerk, but nearly one."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip beside the report.

    Attributes
    ----------
    movement : str
        Id of the jerk, or refused candidate, that it shows.
    file : str
        Name of the video file in the folder ``clips``.
    times_s : tuple of float
        Time of each frame in seconds since the recording's first frame, by order of display.
    end_s : float
        End of the last frame, in the same clock.
    choice : ClipReason
        Why it was chosen.
    strip_file : str
        Name of the picture with the filmstrip in the folder ``clips``; empty for none.
    strip : bytes
        Its JPEG; empty where it is not held in memory.
    pixelated : bool
        True when regions, or the whole picture, were made coarse.
    """

    movement: str
    file: str
    times_s: tuple[float, ...] = field(repr=False)
    end_s: float
    choice: ClipReason
    strip_file: str = ""
    strip: bytes = field(default=b"", repr=False)
    pixelated: bool = False
