"""The motion stage's arithmetic in C, where it was built: the same results as with NumPy and OpenCV, many times faster.

The library is made when the package is installed, if there is a C compiler (``native/``, docs/decisions/0011). Without
it everything works as well, only slower. Set ``SLEEPJERK_PLAIN=1`` to leave it aside.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.grid import Grid

__all__ = ["FILE", "PLAIN", "PictureKernel", "kernel_state", "load_kernel"]

VERSION = 1  # as KERNEL_VERSION in native/kernel.h
PLAIN = "SLEEPJERK_PLAIN"
FILE = Path(__file__).with_name({"win32": "_kernel.dll", "darwin": "_kernel.dylib"}.get(sys.platform, "_kernel.so"))


class _Numbers(ctypes.Structure):
    """What a step says of the picture as a whole: as in native/picture.c."""

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


@functools.cache
def _library() -> ctypes.CDLL | str:
    """Return the library, or why there is none."""
    if not FILE.exists():
        return "it was not built; install sleepjerk again where there is a C compiler"
    try:
        library = ctypes.CDLL(str(FILE))
        version = int(library.kernel_version())
    except (OSError, AttributeError) as error:
        return f"{FILE.name} cannot be loaded ({error})"
    if version != VERSION:
        return f"{FILE.name} has version {version}, {VERSION} is needed; install sleepjerk again"
    _declare(library)
    return library


def _declare(library: ctypes.CDLL) -> None:
    pointer, number = ctypes.c_void_p, ctypes.c_int
    library.motion_new.restype, library.motion_new.argtypes = pointer, (number, number, number)
    library.motion_free.restype, library.motion_free.argtypes = None, (pointer,)
    library.motion_step.restype = None
    library.motion_step.argtypes = (pointer, pointer, ctypes.c_ssize_t, number, *(pointer,) * 5)
    library.column_ranks.argtypes = (pointer, ctypes.c_ssize_t, number, number, pointer, number, pointer, pointer)
    library.strength_rows.argtypes = (*(pointer,) * 5, number, number, pointer)
    library.excess_of_rows.argtypes = (pointer, number, number, ctypes.c_float, pointer, pointer)
    library.find_tubes.argtypes = (pointer, *(number,) * 4, pointer, ctypes.c_float, *(pointer,) * 3)
    library.row_ranks.argtypes = (pointer, number, number, number, pointer, pointer)


def load_kernel() -> ctypes.CDLL | None:
    """Return the library; None where there is none, or where the environment asks to do without."""
    library = _library()
    return None if isinstance(library, str) or os.environ.get(PLAIN, "0") not in {"", "0"} else library


def kernel_state() -> str:
    """Return ``compiled``, or ``plain`` and why."""
    library = _library()
    if isinstance(library, str):
        return f"plain: {library}"
    return "compiled" if load_kernel() else f"plain: {PLAIN} is set"


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
    flow, energy, residue, texture : ndarray of float32
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
        self.flow = np.zeros((grid.rows, grid.cols, 2), np.float32)
        self.energy, self.residue, self.texture = np.zeros((3, grid.rows, grid.cols), np.float32)
        self.numbers = _Numbers()
        results = (array.ctypes.data for array in (self.flow, self.energy, self.residue, self.texture))
        self._out = (*results, ctypes.addressof(self.numbers))

    def step(self, luma: npt.NDArray[np.uint8], *, joined: bool) -> None:
        """Take the next picture, uint8 of the grid's size; compare it with itself unless it is `joined` to the last."""
        if luma.shape != self._shape or luma.dtype != np.uint8 or luma.strides[1] != 1:
            raise ValueError(f"a picture of {self._shape} uint8 was expected, got {luma.shape} {luma.dtype}")
        self._library.motion_step(self._state, luma.ctypes.data, luma.strides[0], joined, *self._out)
