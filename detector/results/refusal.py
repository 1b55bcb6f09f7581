"""Errors for what cannot be written to disk, with advice on what to do."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from detector.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["refusal"]

_ELSEWHERE = "choose another folder with --out"
_CLOSED = "Give yourself the right to write there and close programs that have files in it open, or {elsewhere}"
_ADVICE: Mapping[int, str] = {
    errno.ENOSPC: "The disk is full: free some space and run again",
    errno.EDQUOT: "Your share of the disk is used up: free some space and run again",
    errno.EROFS: "The disk is read-only: {elsewhere}",
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.ENOTDIR: "A part of that path is a file: {elsewhere}",
    errno.EEXIST: "A file has the name of the folder: move it, or {elsewhere}",
}


def refusal(target: Path, error: OSError, elsewhere: str = _ELSEWHERE) -> ResultError:
    """Return the error for a file or folder that cannot be written.

    Parameters
    ----------
    target : Path
        What was to be written.
    error : OSError
        The error from the system.
    elsewhere : str
        How to make the command write to another place.
    """
    advice = _ADVICE.get(error.errno or 0, "Check the disk, and that the folder is writable")
    return ResultError(f"{target}: cannot be written ({error.strerror or error}). {advice.format(elsewhere=elsewhere)}")
