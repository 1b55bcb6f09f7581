"""Pictures: from a decoded frame to a small, upright, grey array.

Luma is left as it was coded: limited range stays limited (16-235), full range stays full (0-255). Only differences
within one recording matter here, and a range conversion would cost as much as decoding. Pictures without a luma plane
of their own (RGB, palettes, packed formats) are turned into full-range grey.
"""

from __future__ import annotations

import functools
import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import cv2
import numpy as np

from detector.native.library import MOST_HALVINGS, load_kernel

if TYPE_CHECKING:
    import ctypes

    import numpy.typing as npt
    from av.buffer import Buffer
    from av.video.format import VideoFormat
    from av.video.frame import VideoFrame

_Sample = TypeVar("_Sample", np.uint8, np.uint16)

__all__ = ["Orientation", "orientation_of", "orientation_of_frame", "same_picture", "small_luma"]


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

    The stored picture's right goes to (a, b) and its down to (c, d) of the upright picture; turns are rounded to 90
    degrees. Bytes that are no such matrix say "upright".
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
    """Return how `frame` is made upright, from the display matrix that it carries; as it is without one."""
    matrix = cast("Buffer | None", frame.side_data.get("DISPLAYMATRIX"))
    return Orientation() if matrix is None else orientation_of(bytes(matrix))


def small_luma(frame: VideoFrame, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Scale a frame's luma to `width` x `height` pixels by area averaging, as stored (not upright).

    Parameters
    ----------
    frame : VideoFrame
        Any pixel format; more than 8 bits are rounded to 8.
    width, height : int
        Wanted size in pixels.

    Returns
    -------
    ndarray of uint8, shape (height, width)
        A copy, never a view of the decoder's memory.
    """
    depth = _luma_depth(frame.format)
    if depth is None:
        return _lines(frame.reformat(width, height, "gray", interpolation="AREA", threads=1), bytes_each=1).copy()
    if depth == 8:
        return _shrink(_lines(frame, bytes_each=1), width, height)
    order = ">u2" if frame.format.is_big_endian else "<u2"
    deep = np.ascontiguousarray(_lines(frame, bytes_each=2)).view(order).astype(np.uint16, copy=False)
    rounded = (_shrink(deep, width, height).astype(np.uint32) + (1 << (depth - 9))) >> (depth - 8)
    small: npt.NDArray[np.uint8] = np.minimum(rounded, 255).astype(np.uint8)
    return small


def _luma_depth(form: VideoFormat) -> int | None:
    """Return the bits of a pixel's luma; None where it has no plane of its own."""
    known = _DEPTHS.get(form.name, 0)
    if known == 0:
        components = form.components
        depth = components[0].bits
        in_plane = sum(component.plane == 0 for component in components)
        apart = not form.is_rgb and not form.has_palette and in_plane == 1 and 8 <= depth <= 16
        known = _DEPTHS[form.name] = depth if apart else None
    return known


_DEPTHS: dict[str, int | None] = {}  # by pixel format: asked for with every frame


def _lines(frame: VideoFrame, *, bytes_each: int) -> npt.NDArray[np.uint8]:
    """View the bytes of the first plane, shape (height, width * bytes_each); its lines may be longer than that."""
    plane = frame.planes[0]
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return lines[: frame.height, : frame.width * bytes_each]


def _shrink(luma: npt.NDArray[_Sample], width: int, height: int) -> npt.NDArray[_Sample]:
    """Area averages, by halves as far as that goes: OpenCV does 1080p so in 0.16 ms, in one step in 0.64 ms.

    The rest, less than a half, is interpolated: each pixel is then a mean of two by two that lie around it, almost as
    an area would weigh them (3/4 and 1/4 instead of 2/3 and 1/3 at 2:3), at a fifth of the time. The kernel takes the
    halves at once, and 2:3 along with them.
    """
    levels, thirds = _way(*luma.shape, width, height)
    if luma.dtype == np.uint8 and luma.strides[1] == 1 and 0 < levels <= MOST_HALVINGS:
        library = load_kernel()
        if library is not None:
            luma = _shrunk(library, luma, levels, thirds=thirds)
            levels = 0
    for _ in range(levels):
        luma = _resized(luma, luma.shape[1] >> 1, luma.shape[0] >> 1)
    rows, columns = luma.shape
    if (rows, columns) != (height, width):
        within = rows <= 2 * height and columns <= 2 * width
        return _resized(luma, width, height, cv2.INTER_LINEAR if within else cv2.INTER_AREA)
    return luma if luma.base is None else luma.copy()


@functools.lru_cache(maxsize=16)
def _way(rows: int, columns: int, width: int, height: int) -> tuple[int, bool]:
    """Return how often a picture is to be halved on its way to `width` x `height`, and whether 2:3 is left then."""
    levels = 0
    while (columns >> levels) >= 2 * width and (rows >> levels) >= 2 * height and not (rows | columns) >> levels & 1:
        levels += 1
    return levels, 2 * (columns >> levels) == 3 * width and 2 * (rows >> levels) == 3 * height


def _shrunk(library: ctypes.CDLL, luma: npt.NDArray[_Sample], levels: int, *, thirds: bool) -> npt.NDArray[_Sample]:
    rows, columns = luma.shape
    high, wide = rows >> levels, columns >> levels
    out = np.empty((2 * high // 3, 2 * wide // 3) if thirds else (high, wide), luma.dtype)
    scratch = np.empty(4 * columns, np.uint16)
    library.shrink_picture(
        luma.ctypes.data, luma.strides[0], columns, rows, levels, thirds, out.ctypes.data, scratch.ctypes.data
    )
    return out


def _resized(luma: npt.NDArray[_Sample], width: int, height: int, how: int = cv2.INTER_AREA) -> npt.NDArray[_Sample]:
    return cast("npt.NDArray[_Sample]", cv2.resize(luma, (width, height), interpolation=how))


def same_picture(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> bool:
    """Return whether two pictures are equal; their middle lines nearly always tell that they are not."""
    middle = len(one) // 2
    return one[middle].tobytes() == other[middle].tobytes() and np.array_equal(one, other)
