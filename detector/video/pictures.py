"""Small colour pictures of a recording: upright, coarsened on request, side by side as a filmstrip."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from detector.errors import ResultError
from detector.video.arrows import draw_arrows, flow_arrows
from detector.video.nearest import Nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from av.video.frame import VideoFrame
    from av.video.reformatter import VideoReformatter

    from detector.video.frames import Orientation

    Picture = npt.NDArray[np.uint8]
    Corners = tuple[tuple[float, float], ...]

__all__ = [
    "coarse",
    "coarse_all",
    "filmstrip",
    "in_colour",
    "in_planes",
    "jpeg",
    "planes_of",
    "small_frame",
    "small_picture",
    "small_planes",
    "strip_moments",
]

_CELLS = 28
"""Cells across a coarsened picture, too few to recognise anyone: a face a third of its width has nine."""

_STRIP_PX, _STRIP_ROWS, _GAP_PX = 200, 2, 3
_BESIDE_S = 0.08
_PEAK = 3
_DIM, _BRIGHT, _MOST_GAIN = 128, 200, 4.0
_CROP = 0.45
"""Share of the picture's sides that a filmstrip shows around the movement."""


def small_picture(frame: VideoFrame, most_px: int, turn: Orientation) -> Picture:
    """Return a decoded frame as an upright picture, shape (height, width, 3), at most `most_px` wide, even sides.

    `turn` is that of the recording, determined once: frames whose side data was read stay in memory for long.
    """
    width, height = _small_sides(frame, most_px, turn)
    stored = frame.reformat(width, height, "bgr24", interpolation="AREA").to_ndarray()
    picture = stored[:, ::-1] if turn.mirrored else stored
    return np.ascontiguousarray(np.rot90(picture, -turn.rotation_deg // 90))


def small_frame(frame: VideoFrame, most_px: int, turn: Orientation, scaler: VideoReformatter) -> VideoFrame:
    """Return the same as `small_planes`, but as stored and in the scaler's own memory; it may be `frame` itself."""
    width, height = _small_sides(frame, most_px, turn)
    return scaler.reformat(
        frame,
        width,
        height,
        "yuv420p",
        interpolation="AREA",
        dst_colorspace=Colorspace.ITU601,
        dst_color_range=ColorRange.MPEG,
    )


def small_planes(frame: VideoFrame, most_px: int, turn: Orientation, scaler: VideoReformatter) -> Picture:
    """Return the same as `small_picture`, but as planes for an encoder, without conversion to colours.

    Parameters
    ----------
    frame, most_px, turn
        As in `small_picture`.
    scaler : VideoReformatter
        The same one for all frames of a film: making one costs as much as scaling two.

    Returns
    -------
    ndarray of uint8, shape (3 * height / 2, width)
        Y, and U and V at half size, one after the other (I420); ITU-R BT.601, limited range.
    """
    small = small_frame(frame, most_px, turn, scaler)
    width, height, stored = small.width, small.height, planes_of(small)
    if not turn.rotation_deg and not turn.mirrored:
        return stored
    parts = np.split(stored.ravel(), (width * height, width * height * 5 // 4))
    sides = ((height, width), (height // 2, width // 2), (height // 2, width // 2))
    upright = [turn.apply(part.reshape(side)) for part, side in zip(parts, sides, strict=True)]
    return np.concatenate([part.ravel() for part in upright]).reshape(-1, upright[0].shape[1])


def planes_of(frame: VideoFrame) -> Picture:
    """Return the planes of a frame in yuv420p, as in `small_planes`."""
    return cast("Picture", frame.to_ndarray())


def in_colour(planes: Picture) -> Picture:
    """Return planes of `small_planes` as blue-green-red, shape (height, width, 3)."""
    return cast("Picture", cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420))


def in_planes(picture: Picture) -> Picture:
    """Return a picture of even sides, shape (height, width, 3), blue-green-red, as planes like `small_planes`."""
    return cast("Picture", cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420))


def _small_sides(frame: VideoFrame, most_px: int, turn: Orientation) -> tuple[int, int]:
    """Return even width and height, as stored, of a picture that is at most `most_px` wide when upright."""
    across = frame.height if turn.swaps_sides else frame.width
    scale = min(1.0, most_px / across)
    return max(2, 2 * round(frame.width * scale / 2)), max(2, 2 * round(frame.height * scale / 2))


def coarse(picture: Picture, regions: Sequence[Corners]) -> Picture:
    """Return the picture with the inside of the polygons (corners in fractions of its sides) made coarse."""
    if not regions:
        return picture
    height, width = picture.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    for corners in regions:
        # one cell more on every side: a border that shows a chin gives away a face
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


def filmstrip(
    pictures: Sequence[tuple[float, Picture]],
    moments_s: tuple[float, float, float],
    x: float,
    y: float,
    hidden: Sequence[Corners] = (),
) -> bytes:
    """Return six pictures from just before a movement's start to just after its end, as a JPEG in two rows.

    The fourth shows the peak, with arrows from the positions at rest, twice as long as the shift.
    Dark pictures are brightened, all by the same factor.

    Parameters
    ----------
    pictures : sequence of (float, ndarray of uint8, shape (h, w, 3))
        Time in seconds, and picture.
    moments_s : tuple of float
        Onset, peak and offset of the movement, in the same clock.
    x, y : float
        Centre of the movement as a fraction of the picture; NaN shows the whole picture.
    hidden : sequence of polygons
        Areas that were made coarse: their cells jump even if nothing moves, so no arrow begins there.
    """
    chosen = _shown_in_strip([time for time, _ in pictures], moments_s)
    height, width = pictures[0][1].shape[:2]
    rows, columns = (_window(centre, side) for centre, side in ((y, height), (x, width)))
    high = max(2, round(_STRIP_PX * (rows.stop - rows.start) / (columns.stop - columns.start)))
    parts = [
        cast("Picture", cv2.resize(pictures[i][1][rows, columns], (_STRIP_PX, high), interpolation=cv2.INTER_AREA))
        for i in chosen
    ]
    parts = _lit(parts)
    arrows = flow_arrows(*(cast("Picture", cv2.cvtColor(parts[k], cv2.COLOR_BGR2GRAY)) for k in (0, _PEAK)))
    scale = (columns.stop - columns.start) / _STRIP_PX
    places = (arrows[:, :2] * scale + (columns.start, rows.start)) / (width, height)
    draw_arrows(parts[_PEAK], arrows[[not _covered(place, hidden) for place in places]])
    return jpeg(_sheet(parts))


def _shown_in_strip(times_s: Sequence[float], moments_s: tuple[float, float, float]) -> list[int]:
    """Return the indices of the pictures that a `filmstrip` shows, in order; one may come twice."""
    nearest = Nearest[int](strip_moments(*moments_s))
    for i, time_s in enumerate(times_s):
        nearest.see(time_s, i)
    return [i for _, i in nearest.found]


def strip_moments(onset_s: float, peak_s: float, offset_s: float) -> tuple[float, ...]:
    """Return the moments of a `filmstrip` in seconds: before, start, halfway, peak, way back, after."""
    peak_s = min(max(peak_s, onset_s), offset_s)
    back_s = (peak_s + offset_s) / 2
    return onset_s - _BESIDE_S, onset_s, (onset_s + peak_s) / 2, peak_s, back_s, offset_s + _BESIDE_S


def _lit(parts: list[Picture]) -> list[Picture]:
    """Return dark pictures brightened, all by the same factor: at night a strip would show nothing."""
    bright = float(np.quantile(np.concatenate([part.ravel() for part in parts]), 0.995))
    if bright >= _DIM:
        return parts
    gain = min(_MOST_GAIN, _BRIGHT / max(bright, 1.0))
    return [np.clip(gain * part.astype(np.float32), 0, 255).astype(np.uint8) for part in parts]


def _covered(place: npt.NDArray[np.float64], hidden: Sequence[Corners]) -> bool:
    point = (float(place[0]), float(place[1]))
    # as in `coarse`: the border is one cell wide
    return any(cv2.pointPolygonTest(np.array(one, np.float32), point, measureDist=True) > -1 / _CELLS for one in hidden)


def _sheet(parts: Sequence[Picture]) -> Picture:
    high, across = parts[0].shape[0], len(parts) // _STRIP_ROWS
    size = (_STRIP_ROWS * (high + _GAP_PX) - _GAP_PX, across * (_STRIP_PX + _GAP_PX) - _GAP_PX, 3)
    sheet = np.full(size, 255, np.uint8)
    for k, part in enumerate(parts):
        top, left = (k // across) * (high + _GAP_PX), (k % across) * (_STRIP_PX + _GAP_PX)
        sheet[top : top + high, left : left + _STRIP_PX] = part
    return sheet


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
