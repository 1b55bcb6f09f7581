"""Block movement of the frames that a window still needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.grid import Grid

    FloatArray = npt.NDArray[np.float32]

__all__ = ["HeldFrames"]


class HeldFrames:
    """Arrays that grow with the frames added and are used again when frames are let go.

    Parameters
    ----------
    grid : Grid
        Blocks of the analysed picture.
    """

    def __init__(self, grid: Grid) -> None:
        self._n, room = 0, 256  # frames; doubled when it is full, and never given back
        self._time_s = np.empty(room, np.float64)
        self._shift_px = np.empty(room, np.float32)
        self._flow = np.empty((room, grid.rows, grid.cols, 2), np.float32)
        self._energy = np.empty((room, grid.rows, grid.cols), np.float32)
        self._picture = np.empty((room, 2 * grid.rows, 2 * grid.cols), np.uint8)

    def __len__(self) -> int:
        return self._n

    @property
    def time_s(self) -> npt.NDArray[np.float64]:
        """Frame times, shape (n,). Like all arrays here, a view that `add` and `let_go` change."""
        return self._time_s[: self._n]

    @property
    def shift_px(self) -> FloatArray:
        """Length of the whole picture's shift in pixels of the analysed picture, shape (n,)."""
        return self._shift_px[: self._n]

    @property
    def flow(self) -> npt.NDArray[np.complex64]:
        """Shift of each block, right + i down, shape (n, rows, cols)."""
        return self._flow[: self._n].view(np.complex64)[..., 0]

    @property
    def energy(self) -> FloatArray:
        """Motion energy in grey levels, shape (n, rows, cols)."""
        return self._energy[: self._n]

    @property
    def picture(self) -> npt.NDArray[np.uint8]:
        """The pictures, two by two pixels a block, shape (n, 2 rows, 2 cols)."""
        return self._picture[: self._n]

    def next_place(self) -> tuple[FloatArray, FloatArray, npt.NDArray[np.uint8]]:
        """Return where flow, energy and picture of the next frame belong, to be filled before `add` is told of it."""
        if self._n == len(self._time_s):
            self._double()
        return self._flow[self._n], self._energy[self._n], self._picture[self._n]

    def add(self, time_s: float, shift_px: float) -> None:
        """Keep what `next_place` was filled with: what was found between a frame and the one before."""
        self._time_s[self._n] = time_s
        self._shift_px[self._n] = shift_px
        self._n += 1

    def let_go(self, before_s: float) -> None:
        """Forget the frames before a time in seconds."""
        first = int(np.searchsorted(self.time_s, before_s))
        left = self._n - first
        for array in (self._time_s, self._shift_px, self._flow, self._energy, self._picture):
            array[:left] = array[first : self._n]  # NumPy copies first where they overlap
        self._n = left

    def _double(self) -> None:
        for name in ("_time_s", "_shift_px", "_flow", "_energy", "_picture"):
            old = getattr(self, name)
            new = np.empty((2 * len(old), *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)
