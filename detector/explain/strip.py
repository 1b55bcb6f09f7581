"""What the camera saw: pictures from before the onset until after the offset, and the flow from rest to the peak."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.config import Settings
from detector.errors import ResultError
from detector.video.arrows import flow_arrows
from detector.video.pictures import strip_moments
from detector.video.stills import stills_at

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.explain.evidence import Evidence
    from detector.records.result import Result

    Picture = npt.NDArray[np.uint8]

__all__ = ["Strip", "strip_of"]

_LEAST_SIDE = 0.22  # share of the picture's width: less shows too little of the limb
_FULL_PX, _PART_PX = 320, 240


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Pictures of one movement.

    Attributes
    ----------
    whole : ndarray of uint8, shape (h, w)
        The whole picture at the onset, 320 px wide.
    window : tuple of float
        Left, top, width and height of the area that the parts show, as fractions of the picture.
    times_s : tuple of float
        Times of the parts.
    parts : tuple of ndarray of uint8, shape (h, w)
        The window before the onset, at the onset, halfway, at the peak, on the way back, and after the offset.
    arrows : ndarray of float64, shape (n, 4)
        Where the picture moved from rest to the peak: x, y, and the shift in x and y, in pixels of a part.
    """

    whole: Picture = field(repr=False)
    window: tuple[float, float, float, float]
    times_s: tuple[float, ...]
    parts: tuple[Picture, ...] = field(repr=False)
    arrows: npt.NDArray[np.float64] = field(repr=False)


def strip_of(evidence: Evidence, result: Result, video: Path | str) -> Strip:
    """Return the pictures of a movement, read from its video.

    Parameters
    ----------
    evidence : Evidence
        Evidence for the movement.
    result : Result
        Result that it belongs to.
    video : Path or str
        The file that `result` was made from; its length is compared, its content is not.

    Returns
    -------
    Strip
        Pictures for `explanation_svg` and `explanation_png`.

    Raises
    ------
    RecordingError
        If the video cannot be read.
    ResultError
        If its length in bytes differs from that of the file `result` was made from.
    """
    video, recording = Path(video), result.recording
    if video.is_file() and recording.size_bytes not in {0, video.stat().st_size}:  # 0: de-identified
        raise ResultError(f"{video}: this is not the video of {recording.id} (its length differs). Name the right one")
    movement = evidence.movement
    moments = strip_moments(movement.onset_s, movement.peak_s, movement.offset_s)
    settings = Settings.of_run(result.provenance).video
    stills = stills_at(video, moments, start_s=recording.start_s, settings=settings, sought=recording.sought)
    whole = stills[1][1]
    window = _window(evidence, whole.shape)
    parts = tuple(_part(picture, window) for _, picture in stills)
    height, width = whole.shape
    small = cv2.resize(whole, (_FULL_PX, max(2, round(_FULL_PX * height / width))), interpolation=cv2.INTER_AREA)
    return Strip(
        np.asarray(small, np.uint8), window, tuple(time for time, _ in stills), parts, flow_arrows(parts[0], parts[3])
    )


def _window(evidence: Evidence, shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    """Return the part of the picture around the zone, as fractions, inside the picture."""
    movement, zone = evidence.movement, evidence.zone
    height, width = shape[:2]
    diagonal = float(np.hypot(width, height))
    side_px = max(_LEAST_SIDE * width, 5.0 * (zone.extent if zone is not None else 0.0) * diagonal)
    wide, high = min(1.0, side_px / width), min(1.0, side_px / height)
    x = movement.x if np.isfinite(movement.x) else 0.5
    y = movement.y if np.isfinite(movement.y) else 0.5
    return float(np.clip(x - wide / 2, 0, 1 - wide)), float(np.clip(y - high / 2, 0, 1 - high)), wide, high


def _part(picture: Picture, window: tuple[float, float, float, float]) -> Picture:
    height, width = picture.shape
    left, top, wide, high = window
    rows = slice(int(top * height), max(int(top * height) + 2, round((top + high) * height)))
    columns = slice(int(left * width), max(int(left * width) + 2, round((left + wide) * width)))
    part = picture[rows, columns]
    size = (_PART_PX, max(2, round(_PART_PX * part.shape[0] / part.shape[1])))
    return np.asarray(
        cv2.resize(part, size, interpolation=cv2.INTER_AREA if part.shape[1] > _PART_PX else cv2.INTER_CUBIC)
    )
