"""The picture's track as it comes: a row a frame while a window is open, and long columns from then on."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.records.motion import PictureTrack

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["GrowingPicture"]

_KINDS = {
    "time_s": "d", "change": "f", "light": "f", "brightness": "f", "sharpness": "f", "shift_x": "f", "shift_y": "f",
    "judged": "?",
}  # fmt: skip
"""What is noted of every frame, in the order of a row, and its kind."""

_ROW = Struct("=" + "".join(_KINDS.values()))
_ROWS = np.dtype(list(_KINDS.items()))
_DTYPES = {name: np.dtype(kind) for name, kind in (_KINDS | {"activity": "f"}).items()}


class GrowingPicture:
    """Rows are packed, one call a frame instead of one a column; columns grow in place, and are never there twice."""

    def __init__(self) -> None:
        self._rows = bytearray()
        self._columns = {name: bytearray() for name in _DTYPES}
        self._newest_from = [0, 0]  # where the last two finished windows begin

    def note(self, *values: float) -> None:
        """Add a frame: what `_KINDS` names, in its order."""
        self._rows += _ROW.pack(*values)

    def settle(self, activity: npt.NDArray[np.float32]) -> None:
        """Finish a window: the first frames not yet settled, as many as there are values of `PictureTrack.activity`."""
        self._newest_from = [self._newest_from[1], len(self)]
        rows = np.frombuffer(bytes(self._rows[: len(activity) * _ROW.size]), _ROWS)
        for name in _KINDS:
            self._columns[name] += rows[name].tobytes()
        self._columns["activity"] += activity.astype(np.float32).tobytes()
        del self._rows[: rows.nbytes]

    def __len__(self) -> int:
        """Return the number of settled frames."""
        return len(self._columns["judged"])

    def newest(self) -> PictureTrack:
        """Return a copy of the last two finished windows."""
        first = self._newest_from[0]
        sizes = {name: dtype.itemsize for name, dtype in _DTYPES.items()}
        return _track({name: bytes(column[first * sizes[name] :]) for name, column in self._columns.items()})

    def track(self) -> PictureTrack:
        """Return all that is settled; nothing can be settled any more."""
        return _track(self._columns)


def _track(columns: dict[str, Any]) -> PictureTrack:
    arrays = {name: np.frombuffer(column, _DTYPES[name]) for name, column in columns.items()}
    for array in arrays.values():
        array.flags.writeable = False  # it is nobody else's, and needs no copy to be frozen
    return PictureTrack(**arrays)
