"""Progress of an analysis, as passed to a progress callback."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Progress", "Stage"]


class Stage(StrEnum):
    """A step of the work on a recording; which stages occur depends on what was requested."""

    LOOK = "look"
    """In a study: the file is inspected and compared with earlier results."""

    COPY = "copy"
    """In a study: the file is copied, because it cannot be read in place."""

    MOTION = "motion"
    """The video is read, the longest stage; `Progress.done_s` shows how far it has come."""

    JOIN = "join"
    """In a study: the parts of a long recording are joined."""

    EVENTS = "events"
    """The events are found in the motion signal."""

    CLIPS = "clips"
    """Clips are cut from the video and written with the results folder."""

    FILES = "files"
    """The results folder is written without new clips."""

    REPORT = "report"
    """The report in the results folder is drawn."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a recording has come.

    Attributes
    ----------
    stage : Stage
        The current stage.
    done_s, total_s : float
        Seconds of recording processed, and the claimed duration (an estimate; 0 if the file claims none).
    jerks : int
        Number of jerks found so far; it may still change.
    seconds : Mapping of str to float
        At the end of a stage, the wall-clock seconds spent on each of its parts.
    """

    stage: Stage
    done_s: float
    total_s: float
    jerks: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
