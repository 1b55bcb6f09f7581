"""Pictures of a fast camera are averaged in time, down to the rate that jerks need (docs/decisions/0014).

Two neighbours of a film of 60 Hz show half the movement of two at 30 Hz, and the same noise. Their mean shows what one
picture with twice the exposure would: the same movement from mean to mean, with less noise.
"""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.records.recording import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["LONGEST_BIN_S", "binned", "frames_per_bin"]

_LEAST_RATE_HZ = 25.0
"""Pictures a second that are left at least: most cameras send so many, and a rise of 80 ms is seen in two of them."""

_TOLERANCE = 0.01  # 49.95 Hz is 50 Hz

_LATE = 1.5
"""Steps: a frame that comes later than this is not of a film as fast as the file says (WebM may say 1000 Hz)."""

LONGEST_BIN_S = (1 + _TOLERANCE) / _LEAST_RATE_HZ
"""No bin is longer than this."""


def frames_per_bin(step_s: float) -> int:
    """Return how many neighbouring frames are averaged, for frames that are `step_s` seconds apart; 1 below 50 Hz."""
    return max(1, math.floor((1 + _TOLERANCE) / (step_s * _LEAST_RATE_HZ)))


def binned(frames: Iterable[Frame], step_s: float) -> Iterator[Frame]:
    """Average neighbouring frames in time.

    Parameters
    ----------
    frames : iterable of Frame
        In order of time.
    step_s : float
        What the file says is usual between two frames, in seconds. Bins lie on a grid of times, so that it does not
        matter where reading began. Pictures that do not come as fast are left as they are.

    Yields
    ------
    Frame
        One for each bin that is not empty: the mean picture (rounded) at the mean time. It is `clean` if all of its
        frames are, `joined` as its first; a frame that does not follow the one before begins a bin of its own.
    """
    count = frames_per_bin(step_s)
    if count == 1:
        yield from frames
        return
    held: list[Frame] = []
    place = 0
    for frame in frames:
        here = math.floor((frame.time_s / step_s + 0.5) / count)
        late = held and frame.time_s - held[-1].time_s > _LATE * step_s
        if held and (here != place or late or not frame.joined):
            yield _mean(held)
            held = []
        held.append(frame)
        place = here
    if held:
        yield _mean(held)


def _mean(frames: list[Frame]) -> Frame:
    first = frames[0]
    if len(frames) == 1:
        return first
    total = frames[0].luma.astype(np.uint16)
    for frame in frames[1:]:
        cv2.add(total, frame.luma, dst=total, dtype=cv2.CV_16U)
    luma = np.asarray(cv2.convertScaleAbs(total, alpha=1 / len(frames)), np.uint8)
    luma.setflags(write=False)
    return Frame(
        index=first.index,
        time_s=fmean(frame.time_s for frame in frames),
        luma=luma,
        joined=first.joined,
        clean=all(frame.clean for frame in frames),
    )
