"""Finds the compiled library.

It is made when the package is installed, if there is a C compiler (docs/decisions/0011). Without it everything works as
well, only slower. Set ``SLEEPJERK_PLAIN=1`` to leave it aside.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from pathlib import Path

__all__ = ["COLUMNS_AT_ONCE", "FILE", "LONGEST_LINE", "MOST_HALVINGS", "PLAIN", "kernel_state", "load_kernel"]

VERSION = 17  # as KERNEL_VERSION in kernel.h
PLAIN = "SLEEPJERK_PLAIN"
FILE = Path(__file__).with_name({"win32": "_kernel.dll", "darwin": "_kernel.dylib"}.get(sys.platform, "_kernel.so"))

COLUMNS_AT_ONCE = 64  # sorted together in order.c
LONGEST_LINE = 1024  # blocks: window.c holds a line as bits
MOST_HALVINGS = 4  # of a picture at once in scale.c


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
    library.motion_step.argtypes = (pointer, pointer, ctypes.c_ssize_t, number, *(pointer,) * 7)
    library.shrink_picture.restype = None
    library.shrink_picture.argtypes = (pointer, ctypes.c_ssize_t, *(number,) * 4, pointer, pointer)
    library.column_ranks.argtypes = (pointer, ctypes.c_ssize_t, number, number, pointer, number, pointer, pointer)
    library.strength_rows.argtypes = (*(pointer,) * 5, number, number, pointer)
    library.excess_of_rows.argtypes = (pointer, number, number, ctypes.c_float, pointer, pointer)
    library.find_tubes.argtypes = (pointer, *(number,) * 4, pointer, ctypes.c_float, *(pointer,) * 3)
    library.add_trees.restype = None
    library.add_trees.argtypes = (pointer, number, number, pointer, pointer, number, pointer)
    library.add_layer.restype = None
    library.add_layer.argtypes = (pointer, number, number, pointer, number, pointer)
    library.measure_zones.argtypes = (pointer, pointer, ctypes.c_double, pointer, pointer, number, pointer)
    library.curve_rows.restype = None
    library.curve_rows.argtypes = (*(pointer,) * 4, number, *(pointer,) * 3)
    library.split_tube.argtypes = (pointer, pointer, ctypes.c_float, pointer, pointer)
    library.read_blocks.restype = None
    library.read_blocks.argtypes = (
        *(pointer,) * 3, number, number, pointer, pointer, number, ctypes.c_float, ctypes.c_float, *(pointer,) * 6,
    )  # fmt: skip
    library.unlike_rest.restype = None
    library.unlike_rest.argtypes = (pointer, number, number, pointer, number, pointer, number, pointer, pointer)
    library.give_back.restype = None
    library.give_back.argtypes = ()
    library.lay_out_zones.restype = None
    library.lay_out_zones.argtypes = (*(pointer,) * 4, number, pointer)
    library.context_rows.argtypes = (pointer, number, pointer)
    library.neighbour_rows.restype = None
    library.neighbour_rows.argtypes = (pointer, number, pointer, number, pointer)
    library.find_leaders.restype = None
    library.find_leaders.argtypes = (pointer, number, pointer, pointer, ctypes.c_double, pointer)
    library.row_ranks.argtypes = (pointer, *(number,) * 3, ctypes.c_float, number, pointer, pointer)


@functools.cache
def load_kernel() -> ctypes.CDLL | None:
    """Return the library; None where there is none, or where the environment asks to do without (looked up once)."""
    library = _library()
    return None if isinstance(library, str) or os.environ.get(PLAIN, "0") not in {"", "0"} else library


def kernel_state() -> str:
    """Return ``compiled``, or ``plain`` and why."""
    library = _library()
    if isinstance(library, str):
        return f"plain: {library}"
    return "compiled" if load_kernel() else f"plain: {PLAIN} is set"
