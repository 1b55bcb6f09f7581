"""How far a recording has come: what a callback for progress is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Progress", "Stage"]


class Stage(StrEnum):
    """What is being done of a recording; which stages come depends on what was asked for."""

    LOOK = "look"
    """In a study: the file is looked at, and compared with earlier results."""

    COPY = "copy"
    """In a study: the file is copied from where it cannot be read in place."""

    MOTION = "motion"
    """The video is read, which takes longest; `Progress.done_s` tells how far."""

    JOIN = "join"
    """In a study: the parts of a long recording are joined."""

    EVENTS = "events"
    """The events are found in the motion signal."""

    CLIPS = "clips"
    """Clips are cut from the video, and the results folder is written with them."""

    FILES = "files"
    """The results folder is written without new clips."""

    REPORT = "report"
    """The report in it is drawn."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recording has come.

    Attributes
    ----------
    stage : Stage
        What is being done.
    done_s, total_s : float
        Seconds of recording dealt with, and the claimed duration (an estimate; 0 where the file claims none).
    jerks : int
        Jerks found so far; a later look may still change it.
    seconds : Mapping of str to float
        At the end of a stage: wall-clock seconds spent on its parts.
    """

    stage: Stage
    done_s: float
    total_s: float
    jerks: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
