"""From a video file to a result: the only module that knows the order of the stages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ALGORITHM", "Progress"]

ALGORITHM = "1"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass has come.

    Attributes
    ----------
    stage : str
        ``fingerprint``, ``motion`` or ``events``.
    done_s, total_s : float
        Seconds of recording dealt with, and the claimed duration (an estimate; 0 where the file claims none).
    jerks : int
        Jerks found so far; a later look may still change it.
    """

    stage: str
    done_s: float
    total_s: float
    jerks: int = 0


if TYPE_CHECKING:
    OnProgress = Callable[[Progress], None]
