"""The step from picture to picture in the compiled kernel."""

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
    """What a step says of the picture as a whole: as in detector/native/picture.c."""

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
    """Block movement of picture after picture.

    Parameters
    ----------
    library : ctypes.CDLL
        From `load_kernel`.
    grid : Grid
        Blocks of the analysed picture; their side must be even.

    Attributes
    ----------
    residue, texture : ndarray of float32
        As in `BlockMotion`; written by each step.
    numbers : object
        Of the last step: ``brightness``, ``ratio`` of the light, ``shift_x`` and ``shift_y``, root mean squares of the
        residue (``change``) and of the texture, and ``n_fast``, the number of blocks that may have to be followed.
    """

    def __init__(self, library: ctypes.CDLL, grid: Grid) -> None:
        self._library, self._shape = library, (grid.height, grid.width)
        self._state = library.motion_new(grid.rows, grid.cols, grid.block_px)
        if not self._state:
            raise MemoryError(f"no memory for a picture of {grid.width} x {grid.height} px")
        weakref.finalize(self, library.motion_free, self._state)
        self._blocks = grid.rows, grid.cols
        self.residue, self.texture = np.zeros((2, grid.rows, grid.cols), np.float32)
        self.numbers = _Numbers()
        self._out = (self.residue.ctypes.data, self.texture.ctypes.data, ctypes.addressof(self.numbers))

    def step(
        self,
        luma: npt.NDArray[np.uint8],
        flow: npt.NDArray[np.float32],
        energy: npt.NDArray[np.float32],
        quarters: npt.NDArray[np.uint8] | None = None,
        *,
        joined: bool,
    ) -> None:
        """Take the next picture, uint8 of the grid's size; compare it with itself unless it is `joined` to the last.

        `flow` and `energy`, float32 of shapes (rows, cols, 2) and (rows, cols) and contiguous, are written, and so is
        `quarters`, uint8 of shape (2 rows, 2 cols), if it is given: blocks must be of four pixels then.
        """
        if flow.shape != (*self._blocks, 2) or energy.shape != self._blocks or not flow.flags.c_contiguous:
            raise ValueError(f"room for blocks of {self._blocks} was expected, got {flow.shape} and {energy.shape}")
        if luma.shape != self._shape or luma.dtype != np.uint8 or luma.strides[1] != 1:
            raise ValueError(f"a picture of {self._shape} uint8 was expected, got {luma.shape} {luma.dtype}")
        if quarters is not None and (2 * quarters.shape[0], 2 * quarters.shape[1]) != self._shape:
            raise ValueError(f"room for half of {self._shape} was expected, got {quarters.shape}")
        places = (flow.ctypes.data, energy.ctypes.data, *self._out)
        half = None if quarters is None else quarters.ctypes.data
        self._library.motion_step(self._state, luma.ctypes.data, luma.strides[0], joined, *places, half)
