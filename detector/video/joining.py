"""Joining: the tally of each part of a recording, and the facts of the whole recording."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from detector.errors import DetectorError
from detector.records.recording import Span
from detector.video.container import open_file
from detector.video.damage import Ledger
from detector.video.film import Counts, begin

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence
    from pathlib import Path

    from detector.config import VideoSettings
    from detector.records.recording import Recording

__all__ = ["IndivisibleError", "Tally", "joined_recording"]


class IndivisibleError(DetectorError):
    """The file cannot be read in parts with the same result as in one."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts of one part.

    Attributes
    ----------
    n_frames, copies, interlaced : int
        Frames; exact copies of the one before; interlaced frames.
    steps_s : array of float
        Steps to each frame that is neither the first nor after a gap, in seconds.
    gaps_s : tuple of (float, float)
        Where nothing was recorded.
    last_s : float
        Time of the last frame.
    head, tail : str
        Digests of the frames around the two borders; empty at the ends of the recording.
    """

    n_frames: int
    copies: int
    interlaced: int
    steps_s: array[float]
    gaps_s: tuple[tuple[float, float], ...]
    last_s: float
    head: str
    tail: str


def joined_recording(path: Path, settings: VideoSettings, tallies: Sequence[Tally]) -> Recording:
    """Return the facts of a recording that was read in parts, equal to those from a single pass.

    Parameters
    ----------
    path : Path
        The file; its first picture is decoded and its bytes are hashed.
    settings : VideoSettings
        Settings used for the parts.
    tallies : sequence of Tally
        Tallies of all parts, in order.

    Raises
    ------
    IndivisibleError
        If neighbours saw different frames around their border.
    RecordingError
        If the file cannot be used.
    """
    for left, right in pairwise(tallies):
        if left.tail != right.head:
            raise IndivisibleError("decoding it from the middle gives other pictures")
    with open_file(path, settings) as opened:
        film, _ = begin(opened, settings)
        timeline = film.timeline(from_its_middle=True)  # which knows where the film begins
        for tally in tallies:
            timeline.steps.extend(tally.steps_s)
            timeline.gaps += len(tally.gaps_s)
        counts = Counts(
            n_frames=sum(tally.n_frames for tally in tallies),
            copies=sum(tally.copies for tally in tallies),
            interlaced=sum(tally.interlaced for tally in tallies),
        )
        ledger = Ledger.of([Span(*gap, "gap") for tally in tallies for gap in tally.gaps_s], tallies[-1].last_s)
        return film.recording(counts, timeline, ledger)
