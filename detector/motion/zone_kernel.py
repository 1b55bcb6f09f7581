"""Split tubes and read the blocks of zones in the compiled kernel."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detector.native.library import load_kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.tubes import Tube, Window

    FloatArray = npt.NDArray[np.float32]

__all__ = ["BlockReadings", "ZoneKernel"]


class BlockReadings(NamedTuple):
    """Readings of some blocks (m) over some frames (n).

    Attributes
    ----------
    velocity : complex64, shape (n, m)
        Pixels of the recording per second.
    peak, explained : float32, shape (n,)
        Largest strength; and the share of the difference that shifts explain, 0-1, each block weighted by its excess
        above 1.
    moved : float64, shape (n,)
        Excess of the blocks above 1, summed.
    edge : float
        The same for the blocks in the outermost two rings, summed over all frames.
    """

    velocity: npt.NDArray[np.complex64]
    peak: FloatArray
    explained: FloatArray
    moved: npt.NDArray[np.float64]
    edge: float


class _Part(ctypes.Structure):
    """As Part in detector/native/zones.c."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("rows", "cols", "first", "row", "col", "frames", "high", "wide")),
        ("flow", ctypes.c_void_p),
        ("strength", ctypes.c_void_p),
    )


class ZoneKernel:
    """Split and read the tubes of one window.

    Parameters
    ----------
    library : ctypes.CDLL
        From `load_kernel`.
    window : Window
        Block movement; its arrays are contiguous.
    """

    def __init__(self, library: ctypes.CDLL, window: Window) -> None:
        self._library, self._window = library, window
        self._shape = window.strength.shape[1:]
        self._addresses = window.flow.ctypes.data, window.strength.ctypes.data
        self._explained = window.explained.ctypes.data

    @classmethod
    def where_possible(cls, window: Window) -> ZoneKernel | None:
        """Return a kernel for the window, or None if there is none that can take its arrays."""
        arrays = ((window.flow, np.complex64), (window.strength, np.float32), (window.explained, np.uint8))
        fit = all(array.dtype == kind and array.flags.c_contiguous for array, kind in arrays)
        library = load_kernel() if fit else None
        return cls(library, window) if library else None

    def _part(self, tube: Tube, first: int, last: int) -> _Part:
        high, wide = tube.mask.shape[1:]
        place = (first, tube.rows.start, tube.cols.start)
        return _Part(*self._shape, *place, last - first, high, wide, *self._addresses)

    def labels(self, tube: Tube, seed: float) -> tuple[npt.NDArray[np.intc], int]:
        """Return each block's zone number (-1 for none), in the shape of the tube; and the number of zones."""
        mask = np.ascontiguousarray(tube.mask)
        frames, high, wide = mask.shape
        blocks = high * wide
        labels = np.empty((high, wide), np.intc)
        scratch = np.empty(blocks * (2 * frames + 7) + 2 * frames, np.float32)
        part = self._part(tube, tube.first, tube.last)
        count = self._library.split_tube(
            ctypes.byref(part), mask.ctypes.data, seed, labels.ctypes.data, scratch.ctypes.data
        )
        return labels, int(count)

    def read(
        self,
        frames: slice,
        blocks: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
        ring: npt.NDArray[np.bool_],
        scales: tuple[float, float],
        rate_hz: npt.NDArray[np.float64],
    ) -> BlockReadings:
        """Read blocks of the window over some frames.

        Parameters
        ----------
        frames : slice
            Frames of the window.
        blocks : tuple of ndarray of int, shape (m,)
            Their rows and columns.
        ring : ndarray of bool, shape (m,)
            Which of them lie in the outermost two rings of the picture.
        scales : tuple of float
            Pixels of the recording per pixel of the analysed picture, across and down.
        rate_hz : ndarray of float64, shape (n,)
            One over the seconds since the frame before.
        """
        n, m = frames.stop - frames.start, len(ring)
        at = (blocks[0] * self._shape[1] + blocks[1]).astype(np.intc)
        velocity, edge = np.empty((n, m), np.complex64), ctypes.c_double()
        peak, explained = np.empty((2, n), np.float32)
        moved = np.empty(n)
        size = self._shape[0] * self._shape[1]
        first = frames.start * size
        flow, strength = (address + first * each for address, each in zip(self._addresses, (8, 4), strict=True))
        out = (array.ctypes.data for array in (velocity, peak, explained, moved))
        self._library.read_blocks(
            flow, strength, self._explained + first, n, size, at.ctypes.data, ring.ctypes.data, m, *scales,
            rate_hz.ctypes.data, *out, ctypes.byref(edge),
        )  # fmt: skip
        return BlockReadings(velocity, peak, explained, moved, edge.value)
