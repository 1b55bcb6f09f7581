"""The error tree: every error that the package raises on purpose for its caller.

::

    DetectorError
    ├── RecordingError (OSError)          the video cannot be used: .path, .reason, .advice
    │   └── DecodeError                   it opened, but nothing usable came out
    ├── SettingsError (ValueError)        a setting is unknown or out of range: .key
    ├── ResultError (ValueError)          a result folder or one of its files cannot be read or written
    ├── TruthError (ValueError)           an annotation or truth file cannot be read
    ├── MissingPackageError (ImportError) an optional package is needed for what was asked
    └── ResourceError (FileNotFoundError) a file that ships with the package is missing or altered

Each also inherits the matching builtin, so that an ordinary ``except OSError`` works. Poor but usable video is never an
error: it is a quality flag in the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "DecodeError",
    "DetectorError",
    "MissingPackageError",
    "RecordingError",
    "ResourceError",
    "ResultError",
    "SettingsError",
    "TruthError",
]


class DetectorError(Exception):
    """Base of every error that this package raises on purpose."""


class RecordingError(DetectorError, OSError):
    """A video file cannot be used.

    Attributes
    ----------
    path : Path
        The file as the caller named it.
    reason : str
        What is wrong, in words, with the value that was found.
    code : str
        The same as one of a closed list of short codes (``empty``, ``not_a_file``, ``not_video``, ...), for tables.
    advice : str
        What to try.
    """

    def __init__(self, path: Path, reason: str, *, code: str, advice: str) -> None:
        super().__init__(f"{path}: {reason}. {advice}")
        self.path = path
        self.reason = reason
        self.code = code
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}. {self.advice}"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_recording_error, (type(self), self.path, self.reason, self.code, self.advice))


class DecodeError(RecordingError):
    """A video file opened, but too little of it could be decoded to say anything."""


def _rebuild_recording_error(
    kind: type[RecordingError], path: Path, reason: str, code: str, advice: str
) -> RecordingError:
    """Make the error again on the other side of a process border (OSError's own pickling loses the fields)."""
    return kind(path, reason, code=code, advice=advice)


class SettingsError(DetectorError, ValueError):
    """A setting is unknown, of the wrong type, or out of its range."""

    def __init__(self, message: str, *, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class ResultError(DetectorError, ValueError):
    """A result folder, or a file in it, cannot be read or written."""


class TruthError(DetectorError, ValueError):
    """A truth or annotation file cannot be read."""


class MissingPackageError(DetectorError, ImportError):
    """An optional package is needed for what was asked; the message gives the install line."""


class ResourceError(DetectorError, FileNotFoundError):
    """A model or sample that ships with the package is missing, or its hash does not fit."""
