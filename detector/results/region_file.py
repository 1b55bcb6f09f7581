"""Region files: named polygons of one camera."""

from __future__ import annotations

import binascii
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from detector.config import Region, RegionSettings, Settings
from detector.errors import SettingsError
from detector.results.drift import Reference, reference_from
from detector.wrong_settings import explained

__all__ = ["RegionFile", "read_regions"]


@dataclass(frozen=True, slots=True)
class RegionFile:
    """Named parts of one camera's picture.

    Attributes
    ----------
    regions : RegionSettings
        The polygons, in the form used by the settings.
    reference : Reference or None
        The picture on which they were drawn; None if the file was written by hand.
    """

    regions: RegionSettings
    reference: Reference | None


def read_regions(path: Path | str) -> RegionFile:
    """Read a region file (docs/how-to/name-regions.md).

    Parameters
    ----------
    path : Path or str
        The file, as saved by `sleepjerk regions`.

    Returns
    -------
    RegionFile
        Input for `analyze_into`.

    Raises
    ------
    SettingsError
        If the file cannot be read, is not TOML, or defines a region incorrectly.
    """
    path = Path(path)
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))  # Notepad begins files with a byte order mark
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
        except ValidationError as error:  # here the region's name is known; later, only its number
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
