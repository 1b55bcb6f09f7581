"""The numbers of a motion signal as one long table of zones, and as one checksum."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from detector.records.motion import PictureTrack, ZoneTrack

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["content_digest", "zone_columns"]

_ZONE = ZoneTrack.columns()
_CONSTANTS = ZoneTrack.constants()


def zone_columns(zones: tuple[ZoneTrack, ...]) -> dict[str, npt.NDArray[np.generic]]:
    """Return the zones as one long table, their constants repeated on every row."""
    lengths = np.array([len(zone) for zone in zones], dtype=np.int64)
    table: dict[str, npt.NDArray[np.generic]] = {
        "zone": np.repeat(np.array([zone.number for zone in zones], dtype=np.int32), lengths)
    }
    for name in _ZONE:
        kind = np.float64 if name == "time_s" else np.float32
        table[name] = np.concatenate([np.empty(0, kind), *(getattr(zone, name) for zone in zones)], dtype=kind)
    for name in _CONSTANTS:
        table[name] = np.repeat(np.array([getattr(zone, name) for zone in zones], dtype=np.float64), lengths)
    return table


def content_digest(picture: PictureTrack, zones: tuple[ZoneTrack, ...]) -> str:
    """Return the SHA-256 of all numbers, whatever the bits of a NaN."""
    digest = hashlib.sha256()
    columns = [getattr(picture, name) for name in PictureTrack.columns()]
    for zone in zones:
        columns += [getattr(zone, name) for name in _ZONE]
        columns.append(np.array([zone.number, *(getattr(zone, name) for name in _CONSTANTS)], dtype=np.float64))
    for column in columns:
        digest.update(np.where(np.isnan(column), column.dtype.type(np.nan), column).tobytes())
    return digest.hexdigest()
