"""One result folder per recording, written completely or not at all (docs/decisions/0005); for content see `stored`."""

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
from detector.exports.signal_parquet import SIGNAL_BLOCKS, StoredSignal, write_signal
from detector.native.memory import give_back
from detector.records.file_names import CANDIDATES, FILES, REPORT, SIGNAL
from detector.records.names import safe_name
from detector.results.clip_names import listed_again, name_clips
from detector.results.refusal import refusal
from detector.results.reviewed_folder import write_numbers
from detector.results.stored import outdated, set_aside, video_in
from detector.results.swap import new_folder, put_in_place, sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detector.records.result import Result

__all__ = ["check_place", "make_place", "sweep_results", "write_folder"]


def write_folder(result: Result, report: Callable[[], str] | None, out: Path) -> Path:
    """Write all files of a result into ``out/<recording id>/``.

    A reader sees the old folder or the new one, never a mixture; on any error the old one is left unchanged. Files that
    the user put there (a reviewer's decisions, clips) are kept, and clips get the new ids of what they show. What is
    about a different video that was there before is renamed with that video's mark, and a PDF or de-identified set that
    shows other events is renamed as earlier.

    Parameters
    ----------
    result : Result
        What was found.
    report : callable or None
        Makes the text of ``report.html``; called after everything else is written, so that the memory for drawing is
        not held meanwhile. None writes no report and removes an old one, which would show other numbers.
    out : Path
        Folder of the result folders; created if missing.

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
        sweep_results(out)
        if target.exists() and not target.is_dir():
            raise FileExistsError(errno.EEXIST, "a file of this name exists", str(target))
        new = new_folder(target)
        _fill(new, result, report)
        renamed = set_aside(target, result.recording.sha256)
        if not renamed:
            name_clips(target, new, result)
            renamed = _renamed(target, new)
        put_in_place(new, target, frozenset(FILES), renamed)
    except ResultError as error:
        raise ResultError(str(error).replace(str(new), str(target))) from None
    except OSError as error:
        raise refusal(target, error) from error
    finally:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)
    return target


def sweep_results(out: Path) -> None:
    """Clean up what killed runs left in a folder of result folders."""
    sweep(out, frozenset(FILES), lambda old, now: set_aside(old, video_in(now)) or _renamed(old, now))


def _renamed(old: Path, now: Path) -> dict[str, str]:
    """Return the new names of what a folder of the same video keeps: what shows other events, and clips."""
    return outdated(old, now) | listed_again(old, now)


def check_place(out: Path, name: str = "") -> None:
    """Refuse a folder to which results could not be written: a cheap check before hours of decoding.

    A hidden folder with a file in it is made in `out`, or in its nearest existing parent, and removed again.

    Parameters
    ----------
    out : Path
        Folder of the result folders; need not exist.
    name : str, optional
        Name of a result folder inside it, which must not be a file.

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
    """Make a folder for results, including its parents.

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
    """Return `folder`, or its nearest existing parent."""
    while folder != folder.parent:
        try:
            folder.lstat()
        except FileNotFoundError:
            folder = folder.parent
        else:
            break
    return folder


def _fill(folder: Path, result: Result, report: Callable[[], str] | None) -> None:
    give_back()  # memory freed after finding the events
    write_numbers(result, folder)
    made = result.provenance
    settings = Settings.of_run(made)
    stored = StoredSignal(
        recording=result.recording,
        signal=result.signal,
        motion_fingerprint=settings.fingerprint(*SIGNAL_BLOCKS),
        algorithm=made.algorithm,
        version=made.version,
    )
    write_signal(stored, folder / SIGNAL)
    write_candidates(result.movements, folder / CANDIDATES)
    if report is not None:
        give_back()  # memory freed after writing the tables
        # the report may contain a file name that is not valid Unicode
        (folder / REPORT).write_bytes(report().encode("utf-8", "backslashreplace"))
