"""One result folder a recording: written whole or not at all, and read back (docs/decisions/0005)."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING

from detector.config import Settings
from detector.errors import ResultError
from detector.exports.candidates_parquet import write_candidates
from detector.exports.events_tsv import write_events
from detector.exports.signal_parquet import SIGNAL_BLOCKS, StoredSignal, read_signal, write_signal
from detector.exports.summary_json import read_summary, write_summary
from detector.native.memory import give_back
from detector.records.names import recording_id, safe_name
from detector.records.rounding import plain
from detector.results.refusal import refusal
from detector.results.swap import new_folder, put_in_place, sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detector.records.study import Result

__all__ = [
    "FILES",
    "check_place",
    "finished",
    "folder_name",
    "load_signal",
    "make_place",
    "recording_id",
    "write_folder",
]

FILES = ("events.tsv", "events.json", "summary.json", "signal.parquet", "candidates.parquet", "report.html")
"""What a result folder holds; everything else in it belongs to the user and is kept."""

_ALWAYS = FILES[:5]


def write_folder(result: Result, report: Callable[[], str] | None, out: Path) -> Path:
    """Write all files of a result into ``out/<recording id>/``.

    A reader sees the old folder or the new one, never a mixture; on any error the old one stays as it was. Files that
    the user put there (a reviewer's decisions, clips) are kept.

    Parameters
    ----------
    result : Result
        What was found.
    report : callable or None
        Makes the text of ``report.html``; called when all else is written, so that what drawing takes is not held
        meanwhile. None writes none, and removes an old one, which would show other numbers.
    out : Path
        Folder of the result folders; made if there is none.

    Returns
    -------
    Path
        The result folder.

    Raises
    ------
    ResultError
        If something cannot be written; the message names the folder and what to do.
    """
    name = safe_name(result.recording.id)
    if name != result.recording.id:
        result = replace(result, recording=replace(result.recording, id=name))
    target = out / name
    new: Path | None = None
    try:
        out.mkdir(parents=True, exist_ok=True)
        sweep(out, frozenset(FILES))
        if target.exists() and not target.is_dir():
            raise FileExistsError(errno.EEXIST, "a file of this name exists", str(target))
        new = new_folder(target)
        _fill(new, result, report)
        put_in_place(new, target, frozenset(FILES))
    except ResultError as error:
        raise ResultError(str(error).replace(str(new), str(target))) from None
    except OSError as error:
        raise refusal(target, error) from error
    finally:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)
    return target


def check_place(out: Path, name: str = "") -> None:
    """Refuse a folder that results could not be written to: cheap, and asked before hours of decoding.

    A hidden folder with a file in it is made in `out`, or in its nearest parent that exists, and removed again.

    Parameters
    ----------
    out : Path
        Folder of the result folders; need not exist.
    name : str, optional
        Name of a result folder below it, which must not be a file.

    Raises
    ------
    ResultError
        If something cannot be written there; the message names the folder and what to do.
    """
    target = out / name
    try:
        if os.path.lexists(target) and not target.is_dir():
            raise FileExistsError(errno.EEXIST, "a file of this name exists", str(target))
        with (
            tempfile.TemporaryDirectory(prefix=".sleepjerk-probe-", dir=_nearest(out.absolute())) as probe,
            tempfile.TemporaryFile(dir=probe) as file,
        ):
            file.write(b"sleepjerk")
    except OSError as error:
        raise refusal(target, error) from error


def make_place(out: Path) -> None:
    """Make a folder that results are written into, with those above it.

    Raises
    ------
    ResultError
        If it cannot be made or written to; the message names it and what to do.
    """
    check_place(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refusal(out, error) from error


def _nearest(folder: Path) -> Path:
    """Return `folder`, or its nearest parent that exists."""
    while folder != folder.parent:
        try:
            folder.lstat()
        except FileNotFoundError:
            folder = folder.parent
        else:
            break
    return folder


def _fill(folder: Path, result: Result, report: Callable[[], str] | None) -> None:
    give_back()  # what finding the events let go of
    write_events(result, folder / "events.tsv", folder / "events.json")
    write_summary(result, folder / "summary.json")
    made = result.provenance
    settings = Settings.from_mapping(plain(made.settings))
    stored = StoredSignal(
        recording=result.recording,
        signal=result.signal,
        motion_fingerprint=settings.fingerprint(*SIGNAL_BLOCKS),
        algorithm=made.algorithm,
        version=made.version,
    )
    write_signal(stored, folder / "signal.parquet")
    write_candidates(result.movements, folder / "candidates.parquet")
    if report is not None:
        give_back()  # what writing the tables let go of
        # a file name that is not valid Unicode may stand in the report
        (folder / "report.html").write_bytes(report().encode("utf-8", "backslashreplace"))


def finished(folder: Path) -> bool:
    """Return whether `folder` holds a whole result that this version can read."""
    try:
        read_summary(folder / "summary.json")
    except ResultError:
        return False
    return all((folder / name).is_file() for name in _ALWAYS)


def folder_name(path: Path, out: Path, sha256: str) -> str:
    """Return the name below `out` for the results of a video.

    It is never that of another video's results, nor of a folder that holds files of such names and is no result.

    Parameters
    ----------
    path : Path
        The video as the user named it.
    out : Path
        Folder of the result folders; need not exist.
    sha256 : str
        Hex digest of the video's bytes: a folder that holds results of the same bytes is its own.
    """
    taken: set[str] = set()
    while True:
        name = recording_id(path, taken)
        if _sha256_in(out / name) in ("", sha256) and not _of_others(out / name):
            return name
        taken.add(name)


def _of_others(folder: Path) -> bool:
    """Return whether files of a result's names lie in a folder that no analysis has left, such as hand-made labels."""
    ours = any((folder / name).exists() for name in ("summary.json", "signal.parquet"))
    return not ours and any(os.path.lexists(folder / name) for name in FILES)


def _sha256_in(folder: Path) -> str:
    """Return the digest of the video whose results `folder` holds, or an empty text."""
    try:
        return str(read_summary(folder / "summary.json").get("input", {}).get("sha256", ""))
    except (ResultError, AttributeError):
        return ""


def load_signal(folder: Path, *, motion_fingerprint: str, algorithm: str, sha256: str | None = None) -> StoredSignal:
    """Return the motion signal of a result folder, if it is what a new pass over the video would give.

    Parameters
    ----------
    folder : Path
        A result folder.
    motion_fingerprint : str
        ``Settings.fingerprint(*SIGNAL_BLOCKS)`` of the settings to be used now.
    algorithm : str
        Version of the algorithm to be used now.
    sha256 : str or None
        Hex digest of the video's bytes; None where there is no video to compare with.

    Raises
    ------
    ResultError
        If there is no signal, it is damaged, or it was made from another video, with other settings of the blocks video
        and motion, or by another version of the algorithm.
    """
    stored = read_signal(folder / "signal.parquet")
    checks = (
        ("video (sha256)", stored.recording.sha256, sha256),
        ("settings of the blocks video and motion", stored.motion_fingerprint, motion_fingerprint),
        ("algorithm", stored.algorithm, algorithm),
    )
    for what, found, wanted in checks:
        if wanted is not None and found != wanted:
            raise ResultError(
                f"{folder}: its motion signal was made with another {what}: {found[:16]}, not {wanted[:16]}. "
                "Analyse the video itself to make it anew"
            )
    return stored
