"""Small colour pictures of a recording: upright, coarsened where wanted, side by side as a filmstrip."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from detector.errors import ResultError
from detector.video.frames import Orientation, orientation_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from av.buffer import Buffer
    from av.video.frame import VideoFrame

    Picture = npt.NDArray[np.uint8]
    Corners = tuple[tuple[float, float], ...]

__all__ = ["coarse", "coarse_all", "filmstrip", "jpeg", "small_picture"]

_CELLS = 28
"""Cells across a picture in which nobody is recognised: a face of a third of its width has nine."""

_STRIP_PX, _STRIP_PICTURES, _STRIP_ROWS, _GAP_PX = 200, 6, 2, 3
_CROP = 0.55
"""Share of the picture's sides that a filmstrip shows around the movement."""


def small_picture(frame: VideoFrame, most_px: int) -> Picture:
    """Return a decoded frame as an upright picture, shape (height, width, 3), at most `most_px` wide, even sides."""
    matrix = cast("Buffer | None", frame.side_data.get("DISPLAYMATRIX"))
    turn = Orientation() if matrix is None else orientation_of(bytes(matrix))
    across = frame.height if turn.swaps_sides else frame.width
    scale = min(1.0, most_px / across)
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (frame.width, frame.height))
    stored = frame.reformat(width, height, "bgr24", interpolation="AREA").to_ndarray()
    picture = stored[:, ::-1] if turn.mirrored else stored
    return np.ascontiguousarray(np.rot90(picture, -turn.rotation_deg // 90))


def coarse(picture: Picture, regions: Sequence[Corners]) -> Picture:
    """Return the picture with the inside of the polygons (corners in fractions of its sides) made coarse."""
    if not regions:
        return picture
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    for corners in regions:
        # one cell further on every side: a border that leaks a chin leaks a face
        points = np.round(np.array(corners) * (width - 1, height - 1)).astype(np.int32)
        cv2.fillPoly(mask, [points], 255)
    mask = cast("Picture", cv2.dilate(mask, np.ones((2 * (width // _CELLS) + 1,) * 2, np.uint8)))
    return np.where(mask[..., None] > 0, coarse_all(picture), picture)


def coarse_all(picture: Picture) -> Picture:
    """Return the whole picture in cells of one colour each."""
    height, width = picture.shape[:2]
    cells = (min(_CELLS, width), max(1, round(_CELLS * height / width)))
    small = cv2.resize(picture, cells, interpolation=cv2.INTER_AREA)
    return cast("Picture", cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST))


def filmstrip(pictures: Sequence[tuple[float, Picture]], onset_s: float, offset_s: float, x: float, y: float) -> bytes:
    """Return six pictures from just before a movement's start to just after its end, as a JPEG in two rows."""
    times = np.array([time for time, _ in pictures])
    wanted = np.linspace(onset_s - 0.08, offset_s + 0.08, _STRIP_PICTURES)
    chosen = [int(np.argmin(np.abs(times - moment))) for moment in wanted]
    height, width = pictures[0][1].shape[:2]
    rows, columns = (_window(centre, side) for centre, side in ((y, height), (x, width)))
    high = max(2, round(_STRIP_PX * (rows.stop - rows.start) / (columns.stop - columns.start)))
    across = _STRIP_PICTURES // _STRIP_ROWS
    size = (_STRIP_ROWS * (high + _GAP_PX) - _GAP_PX, across * (_STRIP_PX + _GAP_PX) - _GAP_PX, 3)
    sheet = np.full(size, 255, np.uint8)
    for k, i in enumerate(chosen):
        part = cv2.resize(pictures[i][1][rows, columns], (_STRIP_PX, high), interpolation=cv2.INTER_AREA)
        top, left = (k // across) * (high + _GAP_PX), (k % across) * (_STRIP_PX + _GAP_PX)
        sheet[top : top + high, left : left + _STRIP_PX] = part
    return jpeg(sheet)


def _window(centre: float, side: int) -> slice:
    if not np.isfinite(centre):
        return slice(0, side)
    size = max(2, round(_CROP * side))
    start = min(max(0, round(centre * side - size / 2)), side - size)
    return slice(start, start + size)


def jpeg(picture: Picture, quality: int = 72) -> bytes:
    """Return a picture as a JPEG without metadata."""
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ResultError("a picture of the recording could not be encoded as JPEG; check `sleepjerk doctor`")
    return data.tobytes()
