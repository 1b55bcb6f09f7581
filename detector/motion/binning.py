"""Average the pictures of a fast camera in time, down to the rate that jerks need (docs/decisions/0014).

Two neighbouring frames at 60 Hz show half the movement of two at 30 Hz, with the same noise. Their mean is like one
picture with twice the exposure: from mean to mean the movement is the same as at 30 Hz, with less noise.
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
"""Lowest rate after averaging. Most cameras reach it, and a rise of 80 ms spans two pictures."""

_TOLERANCE = 0.01  # 49.95 Hz is 50 Hz

_LATE = 1.5
"""In steps. If a frame comes later than this, the film is slower than the file says (WebM may say 1000 Hz)."""

LONGEST_BIN_S = (1 + _TOLERANCE) / _LEAST_RATE_HZ
"""No bin is longer than this."""


def frames_per_bin(step_s: float) -> int:
    """Return how many neighbouring frames to average when frames are `step_s` seconds apart; 1 below 50 Hz."""
    return max(1, math.floor((1 + _TOLERANCE) / (step_s * _LEAST_RATE_HZ)))


def binned(frames: Iterable[Frame], step_s: float) -> Iterator[Frame]:
    """Average neighbouring frames in time.

    Parameters
    ----------
    frames : iterable of Frame
        In order of time.
    step_s : float
        Usual interval between frames according to the file, in seconds. Bins lie on a fixed grid of times, so it does
        not matter where reading began. Frames that come more slowly are left unchanged.

    Yields
    ------
    Frame
        One for each non-empty bin: the mean picture (rounded) at the mean time. It is `clean` if all of its frames are,
        and `joined` if its first frame is; a frame that does not follow the one before begins a new bin.
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
