"""Limits on what one unit of work may take."""

from __future__ import annotations

import sys
from dataclasses import dataclass

__all__ = ["Limits", "limit_memory"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker process may take before it is stopped.

    Attributes
    ----------
    memory_bytes : int
        Address space, which is more than the memory in use; 0 for no limit. Windows and macOS do not enforce it.
    stalled_s : float
        Seconds without a progress report while pictures are read.
    silent_s : float
        The same for the other stages (hashing, joining, drawing), which do not report in between.
    """

    memory_bytes: int = 8 << 30
    stalled_s: float = 180.0
    silent_s: float = 1800.0


def limit_memory(n_bytes: int) -> None:
    """Limit the address space of this process if the system supports it; 0 leaves it unlimited."""
    if n_bytes <= 0 or sys.platform != "linux":
        return
    import resource  # noqa: PLC0415  (there is none on Windows)

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = n_bytes if hard == resource.RLIM_INFINITY else min(n_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
