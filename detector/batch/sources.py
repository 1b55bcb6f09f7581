"""The inputs of a study: the files, whose they are, and the names of their results."""

from __future__ import annotations

import codecs
import glob
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from detector.batch.remote import file_or_below, is_remote, plain_name
from detector.errors import ResultError
from detector.records.events import Kind
from detector.records.file_names import CLIP_LIST
from detector.records.names import safe_name, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["SUFFIXES", "Source", "find_sources", "read_list", "source_of"]

SUFFIXES = frozenset({
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg", ".flv", ".wmv", ".asf",
    ".3gp", ".3g2", ".mj2", ".h264", ".264", ".h265", ".hevc", ".265", ".dav", ".vob", ".mpe", ".m2p", ".mod", ".tod",
    ".divx", ".xvid", ".qt", ".f4v",
})  # fmt: skip
"""Suffixes of files taken from folders; a file that is named explicitly is always taken."""

_OF_THE_SYSTEM = frozenset({"lost+found", "$RECYCLE.BIN", "System Volume Information"})
"""Folders at the top of a disk that are closed to users or hold deleted files: no one keeps recordings there."""

_CLIP = re.compile(rf"(?:{'|'.join(Kind)})-\d+\.mp4")  # clips are named after the movement they show
_WIDE = {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
_KEY_DIGITS = 24
_ID_DIGITS = 8


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One input of a study.

    Attributes
    ----------
    id : str
        Name of the result folder: from subject and session if given, otherwise from the file's name; always with a
        hash, so that it does not depend on other inputs.
    key : str
        Hash of the absolute path or address; names the receipt and the tasks.
    path : str
        Absolute path, or address on remote storage.
    subject, session : str
        Whose recording it is, and which one; empty if not given.
    age_weeks : float or None
        Age at the recording in weeks.
    start_clock, zone : str
        Time of day at the first picture (``22:41:00``) and its zone (IANA name or offset); empty if not given.
    """

    id: str
    key: str
    path: str
    subject: str = ""
    session: str = ""
    age_weeks: float | None = None
    start_clock: str = ""
    zone: str = ""


def source_of(
    path: str | os.PathLike[str],
    *,
    subject: str = "",
    session: str = "",
    age_weeks: float | None = None,
    start_clock: str = "",
    zone: str = "",
) -> Source:
    """Return the input at `path`, a path or an address on remote storage, with its key and id."""
    named = os.fspath(path)
    # links are kept as the user named them, ".." is not
    absolute = plain_name(named) if is_remote(named) else os.path.abspath(named)  # noqa: PTH100
    key = hashlib.sha256(os.fsencode(absolute)).hexdigest()[:_KEY_DIGITS]
    name = "_".join(part for part in (subject and f"sub-{subject}", session and f"ses-{session}") if part)
    # from the bytes, not as decoded in this machine's locale: the same file has the same id in every locale
    stem = Path(os.fsencode(absolute).decode("utf-8", "surrogateescape")).stem
    label = shortened(safe_name(name or stem), 1 + _ID_DIGITS)
    return Source(f"{label}-{key[:_ID_DIGITS]}", key, absolute, subject, session, age_weeks, start_clock, zone)


def find_sources(names: Iterable[str | os.PathLike[str]]) -> list[Source]:
    """Return the inputs named by files, folders (including all subfolders) and globs, each once, sorted by path.

    Parameters
    ----------
    names : iterable of str or path
        A file is taken whatever its name. From a folder, files with the suffix of a video are taken, but not hidden
        files and folders, links to folders already seen, or the clips of a result folder. A name that is neither and
        contains ``*``, ``?`` or ``[`` is a glob, in which ``**`` matches any folders. The same holds for addresses
        (``s3://bucket/study``).

    Raises
    ------
    ResultError
        If a folder or a glob yields no video, or if a folder on the way cannot be listed: a subject must not go missing
        unnoticed. A file that does not exist is kept, and its row will say so.
    MissingPackageError
        If an address needs a package that is not installed.
    """
    found: dict[str, Source] = {}
    for name in names:
        text = os.fspath(name)
        paths = list(_paths(text))
        if not paths:
            raise ResultError(f"{text}: there is no video file in it. Name files, or a folder that holds some")
        for path in paths:
            source = source_of(path)
            found[source.key] = source
    return sorted(found.values(), key=lambda source: os.fsencode(source.path))


def _paths(name: str) -> Iterator[str]:
    if is_remote(name):
        yield from file_or_below(name, SUFFIXES)
    elif os.path.isdir(name):  # noqa: PTH112  (names of any bytes)
        yield from _below(name)
    elif not os.path.lexists(name) and glob.has_magic(name):
        _refuse_closed(name)
        for path in sorted(glob.glob(name, recursive=True)):  # noqa: PTH207
            if os.path.isdir(path):  # noqa: PTH112
                yield from _below(path)
            else:
                yield path
    else:
        yield name


def _below(folder: str) -> Iterator[str]:
    """Yield the videos below a folder; a loop of links is followed only once."""
    seen: set[tuple[int, int]] = set()
    for parent, folders, files in os.walk(folder, followlinks=True, onerror=_closed):
        status = os.stat(parent)  # noqa: PTH116
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _OF_THE_SYSTEM)
        made = CLIP_LIST in files  # clips of jerks from an analysis are not recordings
        for name in sorted(files):
            if made and _CLIP.fullmatch(name):
                continue
            if not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES:  # noqa: PTH122
                yield os.path.join(parent, name)  # noqa: PTH118


def _closed(error: OSError) -> NoReturn:
    raise ResultError(
        f"{error.filename}: the folder cannot be listed ({error.strerror or error}), and recordings may lie in it. "
        "Give yourself the right to read it, or name the other files and folders one by one"
    ) from error


def _refuse_closed(pattern: str) -> None:
    """Raise ResultError if a glob would skip a folder that it cannot list."""
    above, last = os.path.split(pattern)
    if not glob.has_magic(above):
        found = [above or os.curdir]
    else:
        _refuse_closed(above)
        found = glob.glob(above, recursive=True)  # noqa: PTH207
    for folder in found if glob.has_magic(last) else ():
        if not os.path.isdir(folder) or not _OF_THE_SYSTEM.isdisjoint(Path(folder).parts):  # noqa: PTH112
            continue
        try:
            os.scandir(folder).close()
        except OSError as error:
            _closed(error)


def read_list(path: Path) -> list[str]:
    """Return the names in a list file: one per line, relative to its folder; empty and ``#`` lines are skipped.

    Addresses on remote storage are kept unchanged.

    Raises
    ------
    ResultError
        If the file cannot be read, or names nothing.
    """
    try:
        content = path.read_bytes()
        # PowerShell 5 writes UTF-16; otherwise names may contain any bytes
        text = content.decode("utf-16") if content[:2] in _WIDE else content.decode("utf-8-sig", "surrogateescape")
    except UnicodeDecodeError as error:
        raise ResultError(f"{path}: the list is not text ({error}). Save it as UTF-8") from None
    except OSError as error:
        raise ResultError(f"{path}: the list cannot be read ({error.strerror or error}). Check its name") from None
    # not splitlines(), which also cuts at U+2028 and \x0c: a name may contain them
    if "\0" in text:
        raise ResultError(f"{path}: the list holds bytes that are not text. Save it as UTF-8")
    named = [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]
    names = [name if is_remote(name) else os.fspath(path.parent / name) for name in named]
    if not names:
        raise ResultError(f"{path}: the list names no file. Write one name per line")
    return names
