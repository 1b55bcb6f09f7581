"""Short clips of movements: which file shows which one, and when each of its frames was taken."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Clip"]


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
    choice : str
        Why it was chosen: ``certain``, ``large``, ``doubtful`` or ``all``; ``refused`` for what is no jerk, but nearly.
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
    choice: str
    strip_file: str = ""
    strip: bytes = field(default=b"", repr=False)
    pixelated: bool = False
