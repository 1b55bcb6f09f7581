"""One pass over the pictures of a recording, or of part of one, that produces a motion signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from detector.errors import RecordingError
from detector.motion.binning import binned
from detector.motion.extract import MotionExtractor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from detector.config import MotionSettings
    from detector.records.recording import Frame

__all__ = ["Pictures", "extractor_for", "frames_taken"]


class Pictures(Protocol):
    """Interface of a reader for a whole recording or part of one.

    Attributes
    ----------
    width, height : int
        Size of the upright picture, in pixels.
    step_s : float
        Usual interval between two frames according to the file, in seconds.
    """

    width: int
    height: int
    step_s: float

    def frames(self, width: int, height: int) -> Iterator[Frame]:
        """Decode all frames once, small and upright."""


def extractor_for(
    path: Path, pictures: Pictures, settings: MotionSettings, core_s: tuple[float, float] = (0.0, np.inf)
) -> MotionExtractor:
    """Return the extractor that turns the frames of a file into a motion signal.

    Parameters
    ----------
    path : Path
        The video file, for the error message.
    pictures : Pictures
        Reader of the file.
    settings : MotionSettings
        Settings of the motion stage.
    core_s : tuple of float
        As for `MotionExtractor`.

    Raises
    ------
    RecordingError
        If the picture is too small to find movement in (``too_small``).
    """
    try:
        return MotionExtractor(pictures.width, pictures.height, settings, core_s)
    except ValueError as error:
        raise RecordingError(path, str(error), code="too_small", advice="Use the camera's full picture") from None


def frames_taken(pictures: Pictures, extractor: MotionExtractor) -> Iterator[tuple[Frame, bool]]:
    """Pass all pictures to the extractor, averaging those of a fast camera.

    Yields
    ------
    (Frame, bool)
        Each frame once the extractor has taken it, and whether it completed a window. Errors are those of the reader.
    """
    for frame in binned(pictures.frames(extractor.grid.width, extractor.grid.height), pictures.step_s):
        yield frame, extractor.add(frame)
