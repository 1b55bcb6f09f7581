"""Region files: named polygons of one camera, with a faint reference by which a moved camera is noticed."""

from __future__ import annotations

import base64
import binascii
import math
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from pydantic import ValidationError

from detector.config import Region, RegionSettings, Settings, VideoSettings
from detector.errors import RecordingError, ResultError, SettingsError
from detector.records.recording import QualityFlag
from detector.report.regions_page import render_regions_page
from detector.results.atomic import write_file
from detector.video.clips import first_time_s, still_picture
from detector.video.container import open_file
from detector.video.pictures import jpeg
from detector.wrong_settings import explained

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from detector.records.study import Result

    Edges = npt.NDArray[np.uint8]

__all__ = [
    "DRIFT_CODE",
    "Reference",
    "RegionFile",
    "drift_flags",
    "read_regions",
    "reference_from",
    "reference_of",
    "regions_text",
    "write_regions_page",
]

DRIFT_CODE = "regions_moved"
_EDGES_PX = (64, 36)
"""Size of the reference: enough for a shift of two hundredths, too coarse for a face."""

_MOST_SHIFT = 0.03
"""Shift, in widths of the picture, from which regions no longer lie on the limbs: a third of an arm's width where the
infant fills the picture."""

_LEAST_LIKENESS = 0.35
"""Correlation of edges below which the scene is another one; a round number (scenes that were rendered)."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Edges of the picture on which regions were drawn, uint8, shape (36, 64), and the picture's width over height."""

    edges: Edges
    aspect: float

    def values(self) -> dict[str, Any]:
        """Return it as plain values; `reference_from` reads them back."""
        return {"aspect": self.aspect, "edges": base64.b64encode(self.edges.tobytes()).decode("ascii")}


@dataclass(frozen=True, slots=True)
class RegionFile:
    """Regions of one camera, and the reference they were drawn on (None where the file was written by hand)."""

    regions: RegionSettings
    reference: Reference | None


def read_regions(path: Path) -> RegionFile:
    """Read a region file (docs/how-to/name-regions.md).

    Raises
    ------
    SettingsError
        If the file cannot be read, is not TOML, or names a region wrongly.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))  # Notepad begins a file with a mark
    except (OSError, UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as a region file ({error})") from None
    reference = _reference(values.pop("reference", None), path)
    regions = _regions(values.pop("regions", {}), path)
    if values:
        raise SettingsError(
            f"{path}: unknown table {next(iter(values))!r}; a region file holds [regions] and [reference]"
        )
    if not regions.named:
        raise SettingsError(f"{path}: it names no region; add a table [[regions.named]] with name and points")
    return RegionFile(regions, reference)


def _regions(values: Any, path: Path) -> RegionSettings:
    named = values.get("named") if isinstance(values, dict) else None
    for number, region in enumerate(named if isinstance(named, list) else (), start=1):
        try:
            Region.model_validate(region)
        except ValidationError as error:  # here the region's name is at hand, of all settings only its number
            name = region.get("name") if isinstance(region, dict) else None
            wrong = explained(error, Region)
            raise SettingsError(f"{path}: region {number} ({name!r}): {wrong}", key=wrong.key) from None
    try:
        return Settings.from_mapping({"regions": values}).regions
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}", key=error.key) from None


def _reference(values: Any, path: Path) -> Reference | None:
    if values is None:
        return None
    try:
        return reference_from(values)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise SettingsError(f"{path}: its [reference] is damaged ({error}); draw the regions again") from None


def reference_from(values: Mapping[str, Any]) -> Reference:
    """Return the reference that `Reference.values` described.

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


def regions_text(regions: RegionSettings, reference: Reference | None) -> str:
    """Return a region file."""
    lines = ["# Corners are fractions of the upright picture's width and height.", "[regions]"]
    lines += [f"mirrored = {'true' if regions.mirrored else 'false'}", ""]
    for region in regions.named:
        corners = ", ".join(f"[{x:.4f}, {y:.4f}]" for x, y in region.points)
        lines += ["[[regions.named]]", f'name = "{region.name}"', f"points = [{corners}]", ""]
    if reference is not None:
        data = reference.values()["edges"]
        lines += ["# Edges of the picture they were drawn on, 64 x 36, by which a moved camera is noticed.",
                  "[reference]", f"aspect = {reference.aspect:.4f}", f'edges = "{data}"', ""]  # fmt: skip
    return "\n".join(lines)


def reference_of(picture: npt.NDArray[np.uint8]) -> Reference:
    """Return the reference of a picture, shape (height, width, 3)."""
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (0, 0), picture.shape[1] / 160)
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    strong = np.sqrt(np.hypot(across, down))
    small = cv2.resize(strong, _EDGES_PX, interpolation=cv2.INTER_AREA)
    top = float(np.quantile(small, 0.995)) or 1.0
    edges = np.clip(np.round(255 * small / top), 0, 255).astype(np.uint8)
    return Reference(edges, picture.shape[1] / picture.shape[0])


def drift_flags(reference: Reference, video: Path, result: Result, settings: Settings) -> tuple[QualityFlag, ...]:
    """Return a flag where the picture is no longer the one that the regions were drawn on.

    Parameters
    ----------
    reference : Reference
        Of the region file.
    video : Path
        The recording; one picture of its middle is looked at, or of its start where its time stamps lead nowhere.
    result : Result
        Its result.
    settings : Settings
        Limits for opening it.
    """
    middle_s = result.recording.time.claimed_s / 2
    try:
        with open_file(video, settings.video) as opened:
            start_s = result.recording.start_s
            picture = still_picture(opened, middle_s if result.recording.sought else 0.0, start_s=start_s)
    except RecordingError as error:
        text = f"Whether the regions still fit could not be checked ({error.code})."
        return (QualityFlag(DRIFT_CODE, "warning", text),)
    now = reference_of(picture)
    if abs(now.aspect / reference.aspect - 1) > 0.02:
        text = f"The regions were drawn on a picture of another shape ({reference.aspect:.2f}, now {now.aspect:.2f})."
        return (QualityFlag(DRIFT_CODE, "severe", text, now.aspect),)
    shift, likeness = _shift(reference.edges, now.edges)
    if not likeness >= _LEAST_LIKENESS:
        text = f"The picture is not like the one the regions were drawn on (likeness {likeness:.2f} of 1)."
        return (QualityFlag(DRIFT_CODE, "warning", text, likeness),)
    if shift > _MOST_SHIFT:
        text = f"The camera has moved by {100 * shift:.0f} % of the picture since the regions were drawn."
        return (QualityFlag(DRIFT_CODE, "warning", text, shift),)
    return ()


def _shift(before: Edges, now: Edges) -> tuple[float, float]:
    """Return how far the edges moved, in widths of the picture, and how alike they are there, -1 to 1.

    Where one has no edges, as a black picture has none, nothing is alike: 0.
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


def write_regions_page(video: Path, out: Path, *, at_s: float, language: str) -> None:
    """Write the page on which regions are drawn on a still of `video`.

    Raises
    ------
    RecordingError
        If the video cannot be opened, or has no picture at that time.
    ResultError
        If `out` is not a page by its name (.html), or cannot be written, or the picture shows nothing.
    """
    if out.suffix.lower() not in {".html", ".htm"}:
        raise ResultError(f"{out}: the page is an HTML file. Name it with --out, such as --out regions.html")
    with open_file(video, VideoSettings()) as opened:
        picture = still_picture(opened, at_s, start_s=first_time_s(opened), most_px=1280)
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
        raise ResultError(
            f"{out}: cannot be written ({error.strerror or error}). Choose another file with --out"
        ) from error
