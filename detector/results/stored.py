"""What a result folder holds: to which video it belongs, and which events its motion signal gives.

`analyze`, `batch` and all code that loads a result rely on this module, so that they cannot disagree
(docs/decisions/0005).
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from detector.errors import ResultError
from detector.exports.signal_parquet import SIGNAL_BLOCKS, StoredSignal, read_signal
from detector.exports.summary_json import read_summary
from detector.pipeline import ALGORITHM
from detector.records.file_names import (
    CLIPS,
    DECISIONS,
    EVENTS,
    FILES,
    ON_REQUEST,
    REVIEWED,
    SIGNAL,
    SUMMARY,
    WANTED,
)
from detector.records.names import recording_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detector.config import Settings
    from detector.records.motion import MotionSignal
    from detector.records.recording import Recording
    from detector.records.result import Result

__all__ = [
    "NO_CLIPS_CODE", "SAME_ONSET_S", "earlier_name", "folder_name", "found_again", "load_signal",
    "of_another_video", "outdated", "set_aside", "video_in", "with_clips",
]  # fmt: skip

NO_CLIPS_CODE = "no_clips"
"""Code of the flag that an analysis raises if clips could not be made."""

SAME_ONSET_S = 0.002
"""Onset tolerance for matching clips and decisions to jerks: ids change with the settings, times do not."""

_OF_ITS_VIDEO = (DECISIONS, CLIPS, WANTED, REVIEWED, *ON_REQUEST)
"""Files kept from run to run that do not apply to another video replacing the first one."""

_OF_ITS_EVENTS = (REVIEWED, *ON_REQUEST)
"""Files made on request, showing numbers that a new analysis may change."""


def folder_name(path: Path, out: Path, sha256: str) -> str:
    """Return the name of a video's result folder inside `out`.

    It is never the folder of another video's results, nor one that has files with such names but is not a result.

    Parameters
    ----------
    path : Path
        The video as the user gave it.
    out : Path
        Folder of the result folders; need not exist.
    sha256 : str
        Hex digest of the video's bytes: a folder with results of the same bytes belongs to this video.
    """
    taken: set[str] = set()
    while True:
        name = recording_id(path, taken)
        if video_in(out / name) in ("", sha256) and not _of_others(out / name):
            return name
        taken.add(name)


def _of_others(folder: Path) -> bool:
    """Return whether a folder not made by an analysis has files named like a result's, such as hand-made labels."""
    ours = any((folder / name).exists() for name in (SUMMARY, SIGNAL))
    return not ours and any(os.path.lexists(folder / name) for name in FILES)


def video_in(folder: Path) -> str:
    """Return the SHA-256 of the video whose results `folder` holds; empty if it holds no readable results."""
    try:
        return str(read_summary(folder / SUMMARY).get("input", {}).get("sha256", ""))
    except (ResultError, AttributeError):
        return ""


def of_another_video(folder: Path, sha256: str) -> bool:
    """Return whether `folder` holds results of a video with different bytes."""
    return video_in(folder) not in {"", sha256}


def set_aside(folder: Path, sha256: str) -> dict[str, str]:
    """Return new names for files that must not pass to another video, such as decisions on jerks.

    Parameters
    ----------
    folder : Path
        A result folder; need not exist.
    sha256 : str
        SHA-256 of the video whose results take its place; empty if not known.

    Returns
    -------
    dict
        Old to new name, none of which is taken in `folder`; empty if it holds results of the same video, or none.
    """
    if not sha256 or not of_another_video(folder, sha256):
        return {}
    mark = f"-of-{video_in(folder)[:8]}"
    return {name: _free(folder, name, mark) for name in _OF_ITS_VIDEO}


def outdated(folder: Path, new: Path) -> dict[str, str]:
    """Return new names for files that show other events than the new results do.

    Parameters
    ----------
    folder : Path
        A result folder; need not exist.
    new : Path
        The folder whose files replace those in `folder`.

    Returns
    -------
    dict
        Old to new name, none of which is taken in `folder`; empty if it holds the same events, or none.
    """
    before, now = folder / EVENTS, new / EVENTS
    if not (before.is_file() and now.is_file()) or before.read_bytes() == now.read_bytes():
        return {}
    return {name: earlier_name(folder, name) for name in _OF_ITS_EVENTS}


def earlier_name(folder: Path, name: str) -> str:
    """Return an unused name for a file that shows earlier events."""
    return _free(folder, name, "-earlier")


def _free(folder: Path, name: str, mark: str) -> str:
    stem, suffix = os.path.splitext(name)  # noqa: PTH122  (a name, not a path)
    free, number = f"{stem}{mark}{suffix}", 1
    while os.path.lexists(folder / free):
        number += 1
        free = f"{stem}{mark}-{number}{suffix}"
    return free


def load_signal(folder: Path, *, motion_fingerprint: str, algorithm: str, sha256: str | None = None) -> StoredSignal:
    """Return the motion signal of a result folder, if a new pass over the video would give the same one.

    Parameters
    ----------
    folder : Path
        A result folder.
    motion_fingerprint : str
        ``Settings.fingerprint(*SIGNAL_BLOCKS)`` of the current settings.
    algorithm : str
        Current version of the algorithm.
    sha256 : str or None
        Hex digest of the video's bytes; None if there is no video to compare with.

    Raises
    ------
    ResultError
        If there is no signal, if it is damaged, or if it was made from another video, with other settings in the blocks
        video and motion, or by another version of the algorithm.
    """
    stored = read_signal(folder / SIGNAL)
    checks = (
        ("video (sha256)", stored.recording.sha256, sha256),
        ("settings of the blocks video and motion", stored.motion_fingerprint, motion_fingerprint),
        ("algorithm", stored.algorithm, algorithm),
    )
    for what, found, wanted in checks:
        if wanted is not None and found != wanted:
            raise ResultError(
                f"{folder}: its motion signal was made with another {what}: {found[:16]}, not {wanted[:16]}. "
                "Analyse the video again to remake it"
            )
    return stored


def with_clips(recording: Recording) -> Recording:
    """Return the facts of a recording that has clips, without a flag that the analysis could not make them."""
    return replace(recording, flags=tuple(flag for flag in recording.flags if flag.code != NO_CLIPS_CODE))


def found_again(
    folder: Path, sha256: str, settings: Settings, find: Callable[[Recording, MotionSignal], Result]
) -> Result | None:
    """Return the result found in the stored motion signal of a result folder; None if the video must be read.

    Parameters
    ----------
    folder : Path
        A result folder; need not exist.
    sha256 : str
        SHA-256 of the video's current bytes.
    settings : Settings
        Settings of the analysis to be made.
    find : callable
        Finds the events in the stored signal; called only if a new pass over the video would give the same one.
    """
    fingerprint = settings.fingerprint(*SIGNAL_BLOCKS)
    try:
        stored = load_signal(folder, motion_fingerprint=fingerprint, algorithm=ALGORITHM, sha256=sha256)
        return find(stored.recording, stored.signal)
    except ResultError:  # damage may show only when the zones are read
        return None
