"""Memory that was let go goes back to the system."""

from __future__ import annotations

from detector.native.library import load_kernel

__all__ = ["give_back"]


def give_back() -> None:
    """Give back what was let go of but is kept for later use, where the C library can be asked to (glibc).

    After the pass over ten hours that is a third of all memory (docs/decisions/0013).
    """
    library = load_kernel()
    if library is not None:
        library.give_back()
