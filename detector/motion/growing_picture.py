"""The picture's track as it grows: one row per frame while a window is open, columns once it is finished."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.native.memory import give_back
from detector.records.motion import PictureTrack

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["GrowingPicture"]

_KINDS = {
    "time_s": "d", "change": "f", "light": "f", "brightness": "f", "sharpness": "f", "shift_x": "f", "shift_y": "f",
    "judged": "?",
}  # fmt: skip
"""Values noted of every frame, in the order of a row, with their types."""

_ROW = Struct("=" + "".join(_KINDS.values()))
_ROWS = np.dtype(list(_KINDS.items()))
_DTYPES = {name: np.dtype(kind) for name, kind in (_KINDS | {"activity": "f"}).items()}


class GrowingPicture:
    """Pack rows with one call per frame instead of one per column; never hold two copies of settled frames."""

    def __init__(self) -> None:
        self._rows = bytearray()
        self._windows: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in _DTYPES}
        self._settled = 0

    def note(self, *values: float) -> None:
        """Add a frame: the values that `_KINDS` names, in its order."""
        self._rows += _ROW.pack(*values)

    def settle(self, activity: npt.NDArray[np.float32]) -> None:
        """Settle the oldest open frames, as many as `activity` (see `PictureTrack`) has values."""
        rows = np.frombuffer(bytes(self._rows[: len(activity) * _ROW.size]), _ROWS)
        for name in _KINDS:
            self._windows[name].append(np.ascontiguousarray(rows[name]))
        self._windows["activity"].append(activity)
        self._settled += len(activity)
        del self._rows[: rows.nbytes]

    def __len__(self) -> int:
        """Return the number of settled frames."""
        return self._settled

    def newest(self) -> PictureTrack:
        """Return the last two finished windows."""
        return PictureTrack(**{name: _joined(name, windows[-2:]) for name, windows in self._windows.items()})

    def track(self) -> PictureTrack:
        """Return all settled frames and release them; nothing can be settled after that."""
        columns = {}
        for name in _DTYPES:
            columns[name] = _joined(name, self._windows.pop(name))
            give_back()  # else a column's windows of a whole night stay until the last column is joined
        return PictureTrack(**columns)


def _joined(name: str, windows: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    whole = np.concatenate([np.empty(0, _DTYPES[name]), *windows])
    whole.flags.writeable = False  # not shared, so it can be frozen without a copy
    return whole
