"""The numbers of a motion signal as one long table of zones, and as one checksum."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.records.motion import PictureTrack, ZoneTrack
from detector.records.zone_table import stretches_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.records.zone_table import ZoneTable

__all__ = ["ContentDigest", "content_digest", "zone_columns"]

_ZONE = ZoneTrack.columns()
_CONSTANTS = ZoneTrack.constants()


def zone_columns(zones: Sequence[ZoneTrack]) -> dict[str, npt.NDArray[np.generic]]:
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
        lengths, words = np.diff(table.starts), 2 * (1 + len(_CONSTANTS))
        before = (len(_ZONE) + 1) * table.starts + words * np.arange(len(table) + 1)  # 4 bytes each; a time takes two
        content = np.empty(int(before[-1]), np.uint32)
        constants = np.column_stack((table.constants.number.astype(np.float64), table.constants.values))
        content[before[1:, None] - words + np.arange(words)] = _plain_nan(constants).view(np.uint32)
        frame = np.arange(len(table.time_s))
        at = frame + np.repeat(before[:-1] // 2 - table.starts[:-1], lengths)
        content.view(np.uint64)[at] = _plain_nan(table.time_s).view(np.uint64)
        at = frame + np.repeat(before[:-1] - table.starts[:-1] + 2 * lengths, lengths)
        step = np.repeat(lengths, lengths)
        for name in _ZONE[1:]:
            content[at] = _plain_nan(getattr(table, name)).view(np.uint32)
            at += step
        self._digest.update(content.data)

    def hexdigest(self) -> str:
        """Return it."""
        return self._digest.hexdigest()


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
