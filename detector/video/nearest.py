"""Which frame shows a moment: the one rule for the strips of the report and of `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Nearest"]

Frame = TypeVar("Frame")


class Nearest(Generic[Frame]):
    """The frame nearest in time to each of several moments; of two equally near, the earlier.

    Nearest and not the last one before, because onset and peak are measured between frames: at 8 frames per second,
    the frame before the peak may be 0.12 s early, and show the limb still on its way.

    Parameters
    ----------
    moments_s : sequence of float
        The moments.

    Attributes
    ----------
    found : list of (float, object)
        Time and frame for each moment, of the frames seen so far; empty before the first.
    first_s : float
        Time of the first frame seen; infinite before it.
    """

    def __init__(self, moments_s: Sequence[float]) -> None:
        self._moments = tuple(moments_s)
        self.found: list[tuple[float, Frame]] = []
        self.first_s = float("inf")

    def see(self, time_s: float, frame: Frame) -> None:
        """Take the next frame; times increase."""
        if not self.found:
            self.first_s = time_s
            self.found = [(time_s, frame)] * len(self._moments)
        for k, moment in enumerate(self._moments):
            if abs(time_s - moment) < abs(self.found[k][0] - moment):
                self.found[k] = (time_s, frame)
