"""Step from picture to picture in the compiled kernel."""

from __future__ import annotations

import ctypes
import weakref
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.grid import Grid

__all__ = ["PictureKernel"]


class _Numbers(ctypes.Structure):
    """Results of a step for the whole picture, as in detector/native/picture.c."""

    _fields_ = (
        *((name, ctypes.c_double) for name in ("brightness", "ratio", "shift_x", "shift_y", "change", "texture")),
        ("n_fast", ctypes.c_int),
    )
    brightness: float
    ratio: float
    shift_x: float
    shift_y: float
    change: float
    texture: float
    n_fast: int


class PictureKernel:
    """Block movement from picture to picture.

    Parameters
    ----------
    library : ctypes.CDLL
        From `load_kernel`.
    grid : Grid
        Blocks of the analysed picture; their side must be even.

    Attributes
    ----------
    quarters : bool
        Whether a step also writes the picture, two by two pixels a block.
    residue, texture : ndarray of float32
        As in `BlockMotion`; written by each step.
    numbers : object
        Results of the last step: ``brightness``, ``ratio`` of the light, ``shift_x`` and ``shift_y``, root mean squares
        of the residue (``change``) and of the texture, and ``n_fast``, the number of blocks that may have to be
        followed.
    """

    def __init__(self, library: ctypes.CDLL, grid: Grid) -> None:
        self._library, self._shape = library, (grid.height, grid.width)
        self._state = library.motion_new(grid.rows, grid.cols, grid.block_px)
        if not self._state:
            raise MemoryError(f"no memory for a picture of {grid.width} x {grid.height} px")
        weakref.finalize(self, library.motion_free, self._state)
        self.quarters = grid.block_px == 4
        self.residue, self.texture = np.zeros((2, grid.rows, grid.cols), np.float32)
        self.numbers = _Numbers()
        self._out = (self.residue.ctypes.data, self.texture.ctypes.data, ctypes.addressof(self.numbers))

    def step(self, luma: npt.NDArray[np.uint8], addresses: tuple[int, int, int, int], *, joined: bool) -> None:
        """Take the next picture, uint8 of the grid's size; compare it with itself unless it is `joined` to the last.

        `addresses` are those of a `detector.motion.held.Place` for this grid. All results are written there, the
        picture only if blocks are four pixels wide.
        """
        if luma.shape != self._shape or luma.dtype != np.uint8 or luma.strides[1] != 1:
            raise ValueError(f"a picture of {self._shape} uint8 was expected, got {luma.shape} {luma.dtype}")
        flow, energy, explained, picture = addresses
        self._library.motion_step(
            self._state, luma.ctypes.data, luma.strides[0], joined, flow, energy, explained, *self._out,
            picture if self.quarters else None,
        )  # fmt: skip
