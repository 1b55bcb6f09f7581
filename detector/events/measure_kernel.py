"""Measure excursions in the compiled kernel."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

from detector.native.library import load_kernel

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from detector.records.motion import PictureTrack
    from detector.records.zone_table import ZoneTable

__all__ = ["ZoneMeasure"]

_TRACKS = ("time_s", "along", "across", "strength", "explained", "share", "away")


class _Zones(ctypes.Structure):
    """As Zones in detector/native/measure.c."""

    _fields_ = (*((name, ctypes.c_void_p) for name in (*_TRACKS, "starts", "constants")), ("n", ctypes.c_int))


class _Picture(ctypes.Structure):
    """As Picture in detector/native/excursion.h."""

    _fields_ = (
        ("n", ctypes.c_int),
        *((name, ctypes.c_void_p) for name in ("time_s", "activity", "light", "shift_x", "shift_y", "judged")),
        ("width", ctypes.c_int),
    )


class ZoneMeasure:
    """Measure zones of one recording.

    Parameters
    ----------
    library : ctypes.CDLL
        From `load_kernel`.
    picture : PictureTrack
        The picture's track of the recording.
    width : int
        Width of the recording in pixels.
    least_px_s : float
        Least peak speed of a burst, in pixels of the recording per second.
    """

    def __init__(self, library: ctypes.CDLL, picture: PictureTrack, width: int, least_px_s: float) -> None:
        names = ("time_s", "activity", "light", "shift_x", "shift_y", "judged")
        self._library, self._kept, self._least_px_s = library, picture, least_px_s
        self._picture = _Picture(len(picture), *(getattr(picture, name).ctypes.data for name in names), width)

    @classmethod
    def where_possible(cls, picture: PictureTrack, width: int, least_px_s: float, n_columns: int) -> ZoneMeasure | None:
        """Return a measure if there is a kernel, and it measures `n_columns` numbers; else None."""
        library = load_kernel()
        if library is None or library.measured_columns() != n_columns or len(picture) == 0:
            return None
        return cls(library, picture, width, least_px_s)

    def fill(
        self, zones: ZoneTable, first: int, rows: npt.NDArray[np.float64], zone: npt.NDArray[np.int64]
    ) -> tuple[int, int]:
        """Measure the excursions of zones, in order, starting with zone `first`.

        Parameters
        ----------
        zones : ZoneTable
            The zones.
        first : int
            Index of the zone to begin with.
        rows : ndarray of float64, shape (room, number of columns)
            Filled with as many excursions as there is room for; all or none of each zone's.
        zone : ndarray of int64, shape (room,)
            Filled with the index in `zones` of each excursion's zone.

        Returns
        -------
        (int, int)
            Number of excursions, and the first zone that was not measured.

        Raises
        ------
        MemoryError
            If a zone needs more memory than there is.
        """
        constants = zones.constants.values
        tracks = [getattr(zones, name).ctypes.data for name in _TRACKS]
        table = _Zones(*tracks, zones.starts.ctypes.data, constants.ctypes.data, len(zones))
        following = ctypes.c_int(first)
        found = self._library.measure_zones(
            ctypes.byref(table), ctypes.byref(self._picture), self._least_px_s, rows.ctypes.data, zone.ctypes.data,
            len(rows), ctypes.byref(following),
        )  # fmt: skip
        if found < 0:
            raise MemoryError(f"no memory for the movement of zone {zones.constants.number[following.value]}")
        return int(found), following.value
