"""Tell which way up a picture is, and whether it equals another."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    from av.buffer import Buffer
    from av.video.frame import VideoFrame

__all__ = ["Orientation", "orientation_of", "orientation_of_frame", "same_picture"]


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a stored picture is made upright: mirrored left to right first (if at all), then turned.

    Attributes
    ----------
    rotation_deg : int
        Clockwise turn: 0, 90, 180 or 270.
    mirrored : bool
        Whether it is mirrored before the turn.
    """

    rotation_deg: int = 0
    mirrored: bool = False

    @property
    def swaps_sides(self) -> bool:
        """Whether width and height change places."""
        return self.rotation_deg in {90, 270}

    def apply(self, luma: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Return the picture upright, as a contiguous array."""
        if not self.rotation_deg and not self.mirrored:
            return np.ascontiguousarray(luma)
        if self.mirrored:
            luma = luma[:, ::-1]
        return np.ascontiguousarray(np.rot90(luma, -self.rotation_deg // 90))


def orientation_of(matrix: bytes) -> Orientation:
    """Read a display matrix (nine 32 bit integers in the machine's byte order, as FFmpeg hands them out).

    The stored picture's right points to (a, b) of the upright picture and its down to (c, d); turns are rounded to 90
    degrees. Bytes that are not such a matrix mean "upright".
    """
    if len(matrix) < 36:
        return Orientation()
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix[:36])
    determinant = a * d - b * c
    if determinant == 0:
        return Orientation()
    sign = 1 if determinant > 0 else -1
    turns = round(math.atan2(sign * b, sign * a) / (math.pi / 2))
    return Orientation(rotation_deg=turns % 4 * 90, mirrored=determinant < 0)


def orientation_of_frame(frame: VideoFrame) -> Orientation:
    """Return how `frame` is made upright, from its display matrix; without one, it is left unchanged."""
    matrix = cast("Buffer | None", frame.side_data.get("DISPLAYMATRIX"))
    return Orientation() if matrix is None else orientation_of(bytes(matrix))


_SAMPLED = 8  # every this many lines are compared first: if a sleeper lies still, a single line is often equal


def same_picture(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> bool:
    """Return whether two pictures are equal; if they are not, a few of their lines nearly always show it."""
    return one[::_SAMPLED].tobytes() == other[::_SAMPLED].tobytes() and np.array_equal(one, other)
