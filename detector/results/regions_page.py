"""Write the page on which the regions of one camera are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.config import VideoSettings
from detector.errors import RecordingError, ResultError
from detector.report.regions_page import render_regions_page
from detector.results.atomic import write_file
from detector.results.drift import reference_of
from detector.results.refusal import refusal
from detector.video.container import open_file
from detector.video.pictures import jpeg
from detector.video.stills import first_time_s, still_from_start, still_picture

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

__all__ = ["write_regions_page"]

_MOST_PX = 1280


def write_regions_page(video: Path, out: Path, *, at_s: float, language: str) -> None:
    """Write the page on which regions are drawn on a still of `video`.

    Raises
    ------
    RecordingError
        If the video cannot be opened, or has no picture at that time.
    ResultError
        If the name of `out` does not end in .html, it cannot be written, or the picture shows nothing.
    """
    if out.suffix.lower() not in {".html", ".htm"}:
        raise ResultError(f"{out}: the page is an HTML file. Name it with --out, such as --out regions.html")
    picture = _still(video, at_s)
    reference = reference_of(picture)
    if not reference.edges.std() > 0:
        raise ResultError(
            f"{video}: the picture at {at_s:g} s shows nothing (it is all of one shade), so that regions cannot be "
            "drawn on it. Choose another time with --at, such as --at 60"
        )
    edges = reference.values()["edges"]
    page = render_regions_page(jpeg(picture, 85), edges, reference.aspect, language=language)
    try:
        write_file(out, page.encode("utf-8"))
    except OSError as error:
        raise refusal(out, error, "choose another file with --out") from error


def _still(video: Path, at_s: float) -> npt.NDArray[np.uint8]:
    settings = VideoSettings()
    try:
        with open_file(video, settings) as opened:
            return still_picture(opened, at_s, start_s=first_time_s(opened), most_px=_MOST_PX)
    except RecordingError as error:
        if error.code != "no_timestamps":
            raise
    assumed = VideoSettings(fps=25)  # a bare stream: which moment is shown hardly matters for drawing
    with open_file(video, assumed) as opened:
        return still_from_start(opened, assumed, at_s, most_px=_MOST_PX)
