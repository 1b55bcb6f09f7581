"""The measures of excursions in the compiled kernel."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np

from detector.native.library import load_kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.records.motion import PictureTrack, ZoneTrack

__all__ = ["ZoneMeasure"]

_CONSTANTS = ("area", "extent", "edge", "coherence", "texture", "reach")
_TRACKS = ("time_s", "along", "across", "strength", "active", "share")


class _Picture(ctypes.Structure):
    """As Picture in detector/native/excursion.h."""

    _fields_ = (
        ("n", ctypes.c_int),
        *((name, ctypes.c_void_p) for name in ("time_s", "activity", "light", "shift_x", "shift_y", "judged")),
        ("width", ctypes.c_int),
    )


class ZoneMeasure:
    """Measures zones of one recording.

    Parameters
    ----------
    library : ctypes.CDLL
        From `load_kernel`.
    picture : PictureTrack
        The picture's track of the recording.
    width : int
        Width of the recording in pixels.
    """

    def __init__(self, library: ctypes.CDLL, picture: PictureTrack, width: int) -> None:
        names = ("time_s", "activity", "light", "shift_x", "shift_y", "judged")
        self._library, self._kept = library, picture
        self._picture = _Picture(len(picture), *(getattr(picture, name).ctypes.data for name in names), width)
        self._n_columns = int(library.measured_columns())
        self._room = np.empty((0, self._n_columns))

    @classmethod
    def where_possible(cls, picture: PictureTrack, width: int, n_columns: int) -> ZoneMeasure | None:
        """Return one if there is a kernel, and it measures as many numbers as are asked for."""
        library = load_kernel()
        if library is None or library.measured_columns() != n_columns or len(picture) == 0:
            return None
        return cls(library, picture, width)

    def rows(self, zone: ZoneTrack, least_px_s: float) -> npt.NDArray[np.float64] | None:
        """Return onset, peak, offset, amplitude, peak speed and features of the zone's excursions, in order.

        Parameters
        ----------
        zone : ZoneTrack
            The zone.
        least_px_s : float
            Least peak speed of a burst, in pixels of the recording per second.

        Returns
        -------
        ndarray of float64, shape (n, 5 + number of features), or None
            Overwritten by the next call. None where the kernel cannot do it.
        """
        n = len(zone)
        if n > len(self._room):
            self._room = np.empty((2 * n, self._n_columns))
        tracks = [getattr(zone, name).ctypes.data for name in _TRACKS]
        constants = (ctypes.c_double * len(_CONSTANTS))(*(getattr(zone, name) for name in _CONSTANTS))
        found = self._library.measure_zone(
            *tracks, n, constants, ctypes.byref(self._picture), least_px_s, self._room.ctypes.data
        )
        return None if found < 0 else self._room[:found]
