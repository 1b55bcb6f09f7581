"""Receipts: one small file per input, written last. The receipt is the commit.

Tables are made from receipts and from reviews.

A receipt contains nothing that depends on the clock or the machine, so that an interrupted and resumed run ends with
the same bytes as one that was never interrupted.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.batch.layout import receipts_of, recordings_of
from detector.batch.remote import is_remote, remote_stamp
from detector.batch.sources import Source
from detector.errors import ResultError
from detector.records.file_names import EVENTS
from detector.results.atomic import write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "FORMAT",
    "FileStamp",
    "MadeBy",
    "Receipt",
    "Status",
    "read_receipt",
    "read_receipts",
    "short_summary",
    "stamp_of",
]

FORMAT = "1"
"""Version of the receipt format; a receipt of another version is not read, and its input is analysed again."""

_SUMMARY = frozenset({"time", "counts", "rates", "recording", "intervals", "jerks", "quality_flags", "episode_s"})


class Status(StrEnum):
    """Whether an input has a result."""

    DONE = "done"
    """It was analysed."""

    FAILED = "failed"
    """It could not be analysed."""

    SKIPPED = "skipped"
    """It was left out (`detector.batch.reasons.LEFT_OUT`)."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """State of an input file: a changed one is analysed again.

    Attributes
    ----------
    size_bytes, changed_ns : int
        Size, and time of the last change in nanoseconds; -1 if the file could not be inspected.
    """

    size_bytes: int = -1
    changed_ns: int = -1


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What made a result; a different version, setting or model makes a different result.

    Attributes
    ----------
    version, algorithm : str
        Versions of the package and of the algorithm.
    settings : str
        Fingerprint of all settings.
    model : str
        SHA-256 of the model; empty if the rules judge alone.
    """

    version: str
    algorithm: str
    settings: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome for one input.

    Attributes
    ----------
    source : Source
        The input, with its labels.
    stamp : FileStamp
        State of the input file.
    made_by : MadeBy
        What made the result.
    status : Status
        Whether the input has a result.
    reason, message : str
        Code (`detector.batch.reasons`) and text; empty if done.
    sha256 : str
        SHA-256 of the input's bytes; empty if it was not read to its end.
    files : Mapping of str to str
        Name and SHA-256 of each file in the result folder.
    summary : Mapping
        Content of ``summary.json`` without its long lists; empty if not done.
    """

    source: Source
    stamp: FileStamp
    made_by: MadeBy
    status: Status
    reason: str = ""
    message: str = ""
    sha256: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def text(self) -> str:
        """Return the content of the receipt file: ASCII, so that names with any bytes survive."""
        values = {"format": FORMAT} | dataclasses.asdict(self)
        values["print"] = values.pop("stamp")  # its name in format 1
        return json.dumps(values, indent=1, sort_keys=True, allow_nan=False) + "\n"

    def write(self, study: Path) -> None:
        """Write the receipt into the study's ``receipts/``, completely or not at all.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        write_file(_path(study, self.source.key), self.text().encode("ascii"))

    def fault(self, study: Path) -> str:
        """Return what is wrong with the result folder of a done recording, in words; empty if nothing is wrong.

        Of the files listed, only the events are hashed: the others can amount to gigabytes in a study.
        """
        folder = recordings_of(study) / self.source.id
        if not all((folder / name).is_file() for name in self.files):
            return "its result files are missing"
        try:
            events = (folder / EVENTS).read_bytes()
        except OSError as error:
            return f"its {EVENTS} cannot be read ({error.strerror or error})"
        if hashlib.sha256(events).hexdigest() != self.files.get(EVENTS):
            return f"its {EVENTS} is not the one that the analysis wrote"
        return ""


def stamp_of(path: str) -> FileStamp:
    """Return the current state of the file; problems with the file never raise."""
    if is_remote(path):
        return FileStamp(*remote_stamp(path))
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return FileStamp()
    return FileStamp(status.st_size, status.st_mtime_ns)


def short_summary(summary: dict[str, Any]) -> dict[str, Any]:
    """Return a summary without its lists of events and spans, but with the durations of the episodes."""
    kept = {name: value for name, value in summary.items() if name not in {"clusters", "episodes", "caveat"}}
    kept["time"] = {name: value for name, value in kept["time"].items() if not isinstance(value, list)}
    kept["episode_s"] = [episode["duration_s"] for episode in summary["episodes"]]
    return kept


def _path(study: Path, key: str) -> Path:
    return receipts_of(study) / f"{key}.json"


def read_receipt(study: Path, key: str) -> Receipt:
    """Return the receipt of the input with this key.

    Raises
    ------
    ResultError
        If there is none, or if it is damaged or of another format.
    """
    return _read(_path(study, key))


def read_receipts(study: Path, complain: Callable[[str], None] | None = None) -> Iterator[Receipt]:
    """Yield all receipts of a study, sorted by the input's id, with one at a time in memory.

    Parameters
    ----------
    study : Path
        Folder of the study.
    complain : callable or None
        Called with a text on each unreadable receipt, before the first receipt is yielded; these are left out.
    """
    ids: list[tuple[str, Path]] = []
    for path in sorted(receipts_of(study).glob("*.json")):
        try:
            ids.append((_read(path).source.id, path))
        except ResultError as error:
            if complain is not None:
                complain(str(error))
    for _, path in sorted(ids):
        try:
            receipt = _read(path)
        except ResultError:  # another shard has removed it in the meantime
            continue
        yield receipt


def _read(path: Path) -> Receipt:
    try:
        values = json.loads(path.read_bytes())
        if values.pop("format") != FORMAT:
            raise ResultError(f"{path}: a receipt of another version of sleepjerk. Run `sleepjerk batch` again")
        values["source"] = Source(**values["source"])
        values["stamp"] = FileStamp(**values.pop("print"))
        values["made_by"] = MadeBy(**values["made_by"])
        values["status"] = Status(values["status"])
        receipt = Receipt(**values)
        if receipt.status is Status.DONE and (lacks := sorted(_SUMMARY - set(receipt.summary))):
            raise ResultError(f"{path}: a damaged receipt (no {lacks[0]!r} in it). Run `sleepjerk batch` again")
        return receipt  # noqa: TRY300  (what fails on the way is one kind of fault)
    except FileNotFoundError:
        raise ResultError(f"{path}: there is no such receipt") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, ResultError):
            raise
        raise ResultError(f"{path}: a damaged receipt ({error}). Run `sleepjerk batch` again") from None
