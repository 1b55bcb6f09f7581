"""Turn the luma of a decoded frame into a small grey array.

The range is left as coded: limited range stays limited (16-235), full range stays full (0-255). Only differences within
one recording matter here, and a range conversion would cost as much as decoding. Pictures without a separate luma plane
(RGB, palettes, packed formats) are converted to full-range grey.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import cv2
import numpy as np

from detector.native.library import MOST_HALVINGS, load_kernel

if TYPE_CHECKING:
    import numpy.typing as npt
    from av.video.format import VideoFormat
    from av.video.frame import VideoFrame

    Picture = npt.NDArray[np.uint8]

_Sample = TypeVar("_Sample", np.uint8, np.uint16)

__all__ = ["LumaScaler"]

_AT_ONCE = 16
"""Number of pictures to allocate at once, so that their addresses are asked for together."""


class LumaScaler:
    """Scale the luma of successive frames to one size by area averaging, as stored (not upright).

    Pictures are halved as often as possible: OpenCV scales 1080p in 0.16 ms this way, and in 0.64 ms in one step. The
    rest, less than a half, is interpolated: each pixel is the mean of the two by two around it, with almost the weights
    of an area average (3/4 and 1/4 instead of 2/3 and 1/3 at 2:3), in a fifth of the time. The kernel does all
    halvings, and 2:3, in one go. What frames have in common is looked up once.

    Parameters
    ----------
    width, height : int
        Wanted size in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        self._kernel = load_kernel()
        self._kind = ("", 0, 0)
        self._halvings, self._thirds = 0, False  # what the kernel does with such frames; 0 halvings: nothing
        self._room: list[tuple[Picture, int]] = []
        self._scratch = np.empty(0, np.uint16)
        self._scratch_at = 0

    def small(self, frame: VideoFrame) -> Picture:
        """Return the luma of a frame of any pixel format, shape (height, width); more than 8 bits are rounded to 8.

        The result is a copy, never a view of the decoder's memory.
        """
        kind = (frame.format.name, frame.width, frame.height)
        if kind != self._kind:
            self._kind = kind
            self._prepare(frame)
        if self._kernel is None or not self._halvings:
            return _plainly(frame, *self._size)
        if not self._room:
            self._make_room()
        small, address = self._room.pop()
        luma = frame.planes[0]
        self._kernel.shrink_picture(
            luma.buffer_ptr, luma.line_size, *kind[1:], self._halvings, self._thirds, address, self._scratch_at
        )
        return small if small.shape[::-1] == self._size else _interpolated(small, *self._size)

    def _prepare(self, frame: VideoFrame) -> None:
        """Determine what the kernel does with frames like this one."""
        halvings, self._thirds = _way(frame.height, frame.width, *self._size)
        self._halvings = halvings if _luma_depth(frame.format) == 8 and halvings <= MOST_HALVINGS else 0
        self._room = []
        self._scratch = np.empty(4 * frame.width, np.uint16)
        self._scratch_at = self._scratch.ctypes.data

    def _make_room(self) -> None:
        _, wide, high = self._kind
        wide, high = wide >> self._halvings, high >> self._halvings
        shape = (2 * high // 3, 2 * wide // 3) if self._thirds else (high, wide)
        room = np.empty((_AT_ONCE, *shape), np.uint8)
        address = room.ctypes.data
        self._room = [(picture, address + k * picture.size) for k, picture in enumerate(room)]


def _plainly(frame: VideoFrame, width: int, height: int) -> Picture:
    """Do the same as `LumaScaler` without the kernel."""
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
    """Return the bits of a pixel's luma; None if it has no plane of its own."""
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
    levels, _ = _way(luma.shape[0], luma.shape[1], width, height)
    for _ in range(levels):
        luma = _resized(luma, luma.shape[1] >> 1, luma.shape[0] >> 1)
    if luma.shape != (height, width):
        return _interpolated(luma, width, height)
    return luma if luma.base is None else luma.copy()


def _way(rows: int, columns: int, width: int, height: int) -> tuple[int, bool]:
    """Return how often to halve a picture on the way to `width` x `height`, and whether 2:3 remains."""
    levels = 0
    while (columns >> levels) >= 2 * width and (rows >> levels) >= 2 * height and not (rows | columns) >> levels & 1:
        levels += 1
    return levels, 2 * (columns >> levels) == 3 * width and 2 * (rows >> levels) == 3 * height


def _interpolated(luma: npt.NDArray[_Sample], width: int, height: int) -> npt.NDArray[_Sample]:
    within = luma.shape[0] <= 2 * height and luma.shape[1] <= 2 * width
    return _resized(luma, width, height, cv2.INTER_LINEAR if within else cv2.INTER_AREA)


def _resized(luma: npt.NDArray[_Sample], width: int, height: int, how: int = cv2.INTER_AREA) -> npt.NDArray[_Sample]:
    return cast("npt.NDArray[_Sample]", cv2.resize(luma, (width, height), interpolation=how))
