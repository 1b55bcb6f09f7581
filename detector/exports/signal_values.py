"""The numbers of a motion signal as one long table of zones, and as one checksum."""

from __future__ import annotations

import ctypes
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.native.library import load_kernel
from detector.records.motion import PictureTrack, ZoneTrack
from detector.records.zone_table import stretches_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.records.zone_table import ZoneTable

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.int64]

__all__ = ["ContentDigest", "constant_columns", "content_digest", "track_columns", "zone_columns"]

_ZONE = ZoneTrack.columns()
_CONSTANTS = ZoneTrack.constants()


def zone_columns(zones: ZoneTable) -> dict[str, npt.NDArray[np.generic]]:
    """Return the zones as one long table, their constants repeated on every row."""
    constants = constant_columns(zones)
    del constants["zone"]
    lengths = np.diff(zones.starts)
    return track_columns(zones) | {name: np.repeat(column, lengths) for name, column in constants.items()}


def track_columns(zones: ZoneTable) -> dict[str, npt.NDArray[np.generic]]:
    """Return the tracks of the zones as one long table, the zone's number on every row."""
    numbers = np.repeat(zones.constants.number.astype(np.int32), np.diff(zones.starts))
    return {"zone": numbers} | {name: getattr(zones, name) for name in _ZONE}


def constant_columns(zones: ZoneTable) -> dict[str, npt.NDArray[np.generic]]:
    """Return number and single values of the zones, one row a zone."""
    numbers = zones.constants.number.astype(np.int32)
    return {"zone": numbers} | {name: zones.constants.column(name) for name in _CONSTANTS}


class ContentDigest:
    """The SHA-256 of all numbers of a signal, whatever the bits of a NaN; zones are added a stretch at a time.

    Of each zone come its tracks, one after the other, then its number and single values.

    Parameters
    ----------
    picture : PictureTrack
        The picture's track.
    """

    def __init__(self, picture: PictureTrack) -> None:
        self._digest = hashlib.sha256()
        for name in PictureTrack.columns():
            self._digest.update(_plain_nan(getattr(picture, name)).data)

    def add(self, table: ZoneTable) -> None:
        """Add zones, after those before them."""
        single = np.column_stack((table.constants.number.astype(np.float64), table.constants.values))
        tracks = [_plain_nan(getattr(table, name)) for name in _ZONE]
        content = np.empty(4 * len(table.time_s) + single.size)
        library = load_kernel()
        if library is None:
            _lay_out(tracks, _plain_nan(single), table.starts, content)
        else:
            _lay_out_by(library, tracks, _plain_nan(single), table.starts, content)
        self._digest.update(content.data)

    def hexdigest(self) -> str:
        """Return it."""
        return self._digest.hexdigest()


def _lay_out_by(
    library: ctypes.CDLL, tracks: list[npt.NDArray[Any]], single: FloatArray, starts: IndexArray, content: FloatArray
) -> None:
    """Do as `_lay_out` in the kernel."""
    places = (ctypes.c_void_p * (len(tracks) - 1))(*(track.ctypes.data for track in tracks[1:]))
    arrays = (single.ctypes.data, starts.ctypes.data, len(single), content.ctypes.data)
    library.lay_out_zones(tracks[0].ctypes.data, places, *arrays)


def _lay_out(tracks: list[npt.NDArray[Any]], single: FloatArray, starts: IndexArray, content: FloatArray) -> None:
    """Write each zone's times and other tracks, one after the other, and then its single values."""
    lengths, width = np.diff(starts), single.shape[1]
    end = 4 * starts[1:] + width * np.arange(1, len(single) + 1)
    content[end[:, None] - width + np.arange(width)] = single
    begin, frame = end - width - 4 * lengths, np.arange(starts[-1])
    content[frame + np.repeat(begin - starts[:-1], lengths)] = tracks[0]
    at = frame + np.repeat(2 * begin + 2 * lengths - starts[:-1], lengths)
    for track in tracks[1:]:
        content.view(np.float32)[at] = track
        at += np.repeat(lengths, lengths)


def content_digest(picture: PictureTrack, zones: Sequence[ZoneTrack]) -> str:
    """Return the SHA-256 of all numbers, as `ContentDigest`."""
    digest = ContentDigest(picture)
    for table in stretches_of(zones):
        digest.add(table)
    return digest.hexdigest()


def _plain_nan(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return `column`, each NaN with the bits of NumPy's own."""
    blank = np.isnan(column)
    return np.where(blank, column.dtype.type(np.nan), column) if blank.any() else column
