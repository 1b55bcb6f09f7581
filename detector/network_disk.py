"""Disks behind a network: what fails once is often there on the next try."""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["again_if_shaky"]

_SHAKY = {errno.EIO, errno.EINTR, getattr(errno, "ESTALE", errno.EIO)}
_PAUSES_S = (0.1, 0.5, 2.0)

_Made = TypeVar("_Made")


def again_if_shaky(work: Callable[[], _Made]) -> _Made:
    """Return what `work` does, which is called up to three times more where a network disk hiccups.

    Raises
    ------
    OSError
        As `work`: at once what is no hiccup (EIO, ESTALE, EINTR), else the last one.
    """
    for pause_s in _PAUSES_S:
        try:
            return work()
        except OSError as error:
            if error.errno not in _SHAKY:
                raise
            time.sleep(pause_s)
    return work()
