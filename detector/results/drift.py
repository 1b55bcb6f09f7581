"""Check that a camera still sees what it saw when its regions were drawn: a faint reference, and a flag if not."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from detector.config import Settings
from detector.errors import RecordingError
from detector.records.recording import QualityFlag, Severity
from detector.video.container import open_file
from detector.video.stills import still_picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from detector.records.result import Result

    Edges = npt.NDArray[np.uint8]

__all__ = ["DRIFT_CODE", "Reference", "drift_flags", "reference_from", "reference_of"]

DRIFT_CODE = "regions_moved"
_EDGES_PX = (64, 36)
"""Size of the reference: fine enough for a shift of two hundredths, too coarse to show a face."""

_MOST_SHIFT = 0.03
"""Shift, in picture widths, beyond which regions no longer lie on the limbs: a third of an arm's width if the infant
fills the picture."""

_LEAST_LIKENESS = 0.35
"""Correlation of edges below which the scene is a different one; a round number, from rendered scenes."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Edges of the picture on which regions were drawn, uint8, shape (36, 64), and the picture's aspect ratio."""

    edges: Edges
    aspect: float

    def values(self) -> dict[str, Any]:
        """Return the reference as plain values, which `reference_from` reads back."""
        return {"aspect": self.aspect, "edges": base64.b64encode(self.edges.tobytes()).decode("ascii")}


def reference_from(values: Mapping[str, Any]) -> Reference:
    """Return the reference described by `Reference.values`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the values are not those of a reference.
    """
    width, height = _EDGES_PX
    edges = np.frombuffer(base64.b64decode(values["edges"], validate=True), np.uint8).reshape(height, width)
    aspect = float(values["aspect"])
    if not 0 < aspect < math.inf:
        raise ValueError(f"aspect = {aspect:g} is not the ratio of two sides")
    return Reference(edges, aspect)


def reference_of(picture: npt.NDArray[np.uint8]) -> Reference:
    """Return the reference of a picture, shape (height, width, 3)."""
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (0, 0), picture.shape[1] / 160)
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    strong = np.sqrt(np.hypot(across, down))
    small = cv2.resize(strong, _EDGES_PX, interpolation=cv2.INTER_AREA)
    top = float(np.quantile(small, 0.995)) or 1.0
    edges = np.clip(np.round(255 * small / top), 0, 255).astype(np.uint8)
    return Reference(edges, picture.shape[1] / picture.shape[0])


def drift_flags(reference: Reference, video: Path, result: Result) -> tuple[QualityFlag, ...]:
    """Return a flag if the picture no longer matches the one on which the regions were drawn.

    Parameters
    ----------
    reference : Reference
        From the region file.
    video : Path
        The recording; one picture from its middle is checked, or from its start if its time stamps cannot be used.
    result : Result
        The result of the recording.
    """
    middle_s = result.recording.time.claimed_s / 2
    try:
        with open_file(video, Settings.of_run(result.provenance).video) as opened:
            start_s = result.recording.start_s
            picture = still_picture(opened, middle_s if result.recording.sought else 0.0, start_s=start_s)
    except RecordingError as error:
        text = f"Whether the regions still fit could not be checked ({error.code})."
        return (QualityFlag(DRIFT_CODE, Severity.WARNING, text),)
    now = reference_of(picture)
    if abs(now.aspect / reference.aspect - 1) > 0.02:
        text = f"The regions were drawn on a picture of another shape ({reference.aspect:.2f}, now {now.aspect:.2f})."
        return (QualityFlag(DRIFT_CODE, Severity.SEVERE, text, now.aspect),)
    shift, likeness = _shift(reference.edges, now.edges)
    if not likeness >= _LEAST_LIKENESS:
        text = f"The picture does not match the one the regions were drawn on (likeness {likeness:.2f} of 1)."
        return (QualityFlag(DRIFT_CODE, Severity.WARNING, text, likeness),)
    if shift > _MOST_SHIFT:
        text = f"The camera has moved by {100 * shift:.0f} % of the picture since the regions were drawn."
        return (QualityFlag(DRIFT_CODE, Severity.WARNING, text, shift),)
    return ()


def _shift(before: Edges, now: Edges) -> tuple[float, float]:
    """Return how far the edges moved, in picture widths, and their correlation after that shift, -1 to 1.

    The correlation is 0 if either has no edges, as in a black picture.
    """
    one, other = (edges.astype(np.float32) - float(edges.mean()) for edges in (before, now))
    window = cv2.createHanningWindow(_EDGES_PX, cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(one, other, window)
    move = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
    back = cv2.warpAffine(other, move, _EDGES_PX)
    inner = np.s_[6:-6, 8:-8]
    still, moved = _likeness(one[inner], other[inner]), _likeness(one[inner], back[inner])
    if not moved > still + 0.02:
        return 0.0, still
    return float(np.hypot(dx, dy * _EDGES_PX[1] / _EDGES_PX[0])) / _EDGES_PX[0], moved


def _likeness(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
    if not (one.std() > 0 and other.std() > 0):
        return 0.0
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])
