"""Stretches of a film in order of time: pictures that several of them show are decoded once."""

from __future__ import annotations

import math
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Stretches"]

Picture = TypeVar("Picture")


class Stretches(Generic[Picture]):
    """Hand out stretches of timed pictures, none of which may begin before the last one requested.

    Parameters
    ----------
    pictures : iterator of (float, Picture)
        Times in seconds and pictures.

    Attributes
    ----------
    first : Picture or None
        The very first picture; None if there is none.
    reached_s : float
        Time of the newest picture taken, in seconds; minus infinity if there is none.
    ended : bool
        Whether all pictures were taken.
    """

    def __init__(self, pictures: Iterator[tuple[float, Picture]]) -> None:
        self._kept = deque(islice(pictures, 1))
        self._pictures = pictures
        self.first: Picture | None = None
        self.reached_s, self.ended = -math.inf, not self._kept
        if self._kept:
            self.reached_s, self.first = self._kept[0]

    def stretch(self, from_s: float, to_s: float, following_s: float) -> Iterator[tuple[float, Picture]]:
        """Yield the pictures from one time to another, both included; those that the next stretch also shows are kept.

        Parameters
        ----------
        from_s, to_s : float
            The stretch, in seconds.
        following_s : float
            Start of the next stretch, at or after `from_s`; infinity after the last.
        """
        while self._kept and self._kept[0][0] < from_s:
            self._kept.popleft()
        for time_s, picture in self._kept:
            if time_s > to_s:
                return
            yield time_s, picture
        for time_s, picture in self._pictures:
            self.reached_s = time_s
            if time_s >= min(following_s, to_s):
                self._kept.append((time_s, picture))
            if time_s > to_s:
                return
            if time_s >= from_s:
                yield time_s, picture
        self.ended = True
