"""Reasons to refuse a recording after it was opened, because of its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.errors import DecodeError, RecordingError
from detector.video.timeline import LONGEST_STEP_S

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SHORTEST_STEP_S", "no_pictures", "refuse_unusable", "too_fast", "too_slow", "untimed"]

SHORTEST_STEP_S = 1e-4  # the quickest cameras that film for seconds take a picture in a millisecond

LARGEST_BAD_SHARE = 0.5  # of the packets; encrypted files decode to a few pictures of noise
LARGEST_MASKED_SHARE = 0.9  # of the decoded time


def no_pictures(path: Path, n_packets: int) -> DecodeError:
    """Return the error for a stream that gave no picture."""
    return DecodeError(
        path,
        f"no picture could be decoded from its {n_packets} video packets",
        code="no_pictures",
        advice="The recording may have been cut off, damaged or encrypted; copy it from the camera again",
    )


def untimed(path: Path) -> RecordingError:
    """Return the error for a stream without time stamps, for which no rate was given."""
    return RecordingError(
        path,
        "it has no time stamps, so nothing in it can be timed",
        code="no_timestamps",
        advice="Give the camera's frame rate as video.fps, or put the video into an MP4 or MKV file",
    )


def too_slow(path: Path, step_s: float) -> RecordingError:
    """Return the error for a recording without two frames within `LONGEST_STEP_S`, or whose clock says so."""
    return RecordingError(
        path,
        f"its frames are {step_s:.3g} s apart, so nothing brief can be seen (at most {LONGEST_STEP_S:g} s expected)",
        code="too_slow",
        advice="The file's clock may be wrong: convert it again, with the camera's frame rate",
    )


def too_fast(path: Path, rate_hz: float) -> RecordingError:
    """Return the error for a recording whose clock has no camera's rate."""
    return RecordingError(
        path,
        f"its clock says {rate_hz:.3g} frames per second, so nothing in it can be timed (at most "
        f"{1 / SHORTEST_STEP_S:.0f} Hz expected)",
        code="too_fast",
        advice="The file's clock is wrong: convert it again, with the camera's frame rate",
    )


def refuse_unusable(path: Path, *, n_frames: int, bad: float, masked: float) -> None:
    """Refuse a recording that has too little, or too much in doubt, to say anything.

    Parameters
    ----------
    path : Path
        The file.
    n_frames : int
        Number of pictures decoded.
    bad, masked : float
        Shares of the packets that are bad, and of the decoded time that is masked.

    Raises
    ------
    DecodeError
        ``one_frame`` or ``unusable``.
    """
    if n_frames < 2:
        raise DecodeError(
            path, "only one picture could be decoded", code="one_frame", advice="A movement needs two or more"
        )
    if bad > LARGEST_BAD_SHARE or masked > LARGEST_MASKED_SHARE:
        raise DecodeError(
            path,
            f"it is damaged or encrypted: {bad:.0%} of its packets are bad and {masked:.0%} of its time is uncertain",
            code="unusable",
            advice="Copy it from the camera again, or export it without encryption",
        )
