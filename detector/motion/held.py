"""Block movement of the frames that a window still needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.grid import Grid

    FloatArray = npt.NDArray[np.float32]

__all__ = ["HeldFrames", "Place"]


class Place(NamedTuple):
    """Where the results for one frame are written.

    Attributes
    ----------
    flow : float32, shape (rows, cols, 2)
        Shift of each block.
    energy : float32, shape (rows, cols)
        Motion energy of each block.
    explained : uint8, shape (rows, cols)
        Share of each block's difference that its shift explains, in 255ths.
    picture : uint8, shape (2 rows, 2 cols)
        The picture, two by two pixels a block.
    addresses : tuple of int
        Memory addresses of the four arrays, for the kernel: asking an array for its address is slow compared with the
        rest of a step.
    """

    flow: FloatArray
    energy: FloatArray
    explained: npt.NDArray[np.uint8]
    picture: npt.NDArray[np.uint8]
    addresses: tuple[int, int, int, int]


class HeldFrames:
    """Arrays that grow as frames are added and are reused when frames are dropped.

    Parameters
    ----------
    grid : Grid
        Blocks of the analysed picture.
    room : int
        Initial capacity in frames: 50 s at 40 Hz, so that it is seldom doubled. It takes no memory until it is written
        to, and is never given back.
    """

    def __init__(self, grid: Grid, room: int = 2048) -> None:
        self._n = 0
        self._time_s = np.empty(room, np.float64)
        self._shift_px = np.empty(room, np.float32)
        self._flow = np.empty((room, grid.rows, grid.cols, 2), np.float32)
        self._energy = np.empty((room, grid.rows, grid.cols), np.float32)
        self._explained = np.empty((room, grid.rows, grid.cols), np.uint8)
        self._picture = np.empty((room, 2 * grid.rows, 2 * grid.cols), np.uint8)
        self._note_addresses()

    def _note_addresses(self) -> None:
        written = (self._flow, self._energy, self._explained, self._picture)
        self._begin, self._step = zip(*((array.ctypes.data, array.strides[0]) for array in written), strict=True)

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
    def explained(self) -> npt.NDArray[np.uint8]:
        """Share of each block's difference that its shift explains, in 255ths, shape (n, rows, cols)."""
        return self._explained[: self._n]

    @property
    def picture(self) -> npt.NDArray[np.uint8]:
        """The pictures, two by two pixels a block, shape (n, 2 rows, 2 cols)."""
        return self._picture[: self._n]

    def next_place(self) -> Place:
        """Return the place for the next frame's results, to be filled before calling `add` for it."""
        n = self._n
        if n == len(self._time_s):
            self._double()
        (flow, energy, explained, picture), steps = self._begin, self._step
        addresses = (flow + n * steps[0], energy + n * steps[1], explained + n * steps[2], picture + n * steps[3])
        return Place(self._flow[n], self._energy[n], self._explained[n], self._picture[n], addresses)

    def add(self, time_s: float, shift_px: float) -> None:
        """Keep the results written to `next_place`: the movement between a frame and the one before."""
        self._time_s[self._n] = time_s
        self._shift_px[self._n] = shift_px
        self._n += 1

    def let_go(self, before_s: float) -> None:
        """Forget the frames before a time in seconds."""
        first = int(np.searchsorted(self.time_s, before_s))
        left = self._n - first
        for array in (self._time_s, self._shift_px, self._flow, self._energy, self._explained, self._picture):
            array[:left] = array[first : self._n]  # NumPy copies first if they overlap
        self._n = left

    def _double(self) -> None:
        for name in ("_time_s", "_shift_px", "_flow", "_energy", "_explained", "_picture"):
            old = getattr(self, name)
            new = np.empty((2 * len(old), *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)
        self._note_addresses()
