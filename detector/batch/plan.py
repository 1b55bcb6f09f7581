"""What is to be done in a study, and why: each input is compared with its receipt."""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from detector.batch.earlier import gone
from detector.batch.reasons import AGAIN
from detector.batch.receipts import FileStamp, MadeBy, Receipt, Status, read_receipt, stamp_of
from detector.batch.remote import open_input
from detector.errors import ResultError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from detector.batch.sources import Source

__all__ = ["Entry", "InputState", "make_plan"]

_YOUNG_S = 60.0  # a file changed more recently than this may still be growing
_RECENT_S = 3600.0  # the size of a file changed more recently than this is checked twice
_TWICE_S = 2.0
_SAMPLE_BYTES = 1 << 16
_READ_BYTES = 1 << 20


class InputState(StrEnum):
    """State of an input.

    `NEW` and `CHANGED` inputs are analysed. `DONE` inputs have a result, and so do `RELABELLED` ones, for which only
    labels or the file's date have changed. `AWAY` inputs keep their result although their video is out of reach.
    `BROKEN` inputs failed for a reason in the file, `GROWING` ones may still be being recorded or copied, and
    `DUPLICATE` ones have the same bytes as another input.
    """

    NEW = "new"
    CHANGED = "changed"
    RELABELLED = "relabelled"
    DONE = "done"
    AWAY = "away"
    BROKEN = "broken"
    GROWING = "growing"
    DUPLICATE = "duplicate"


_COMPARED = frozenset({InputState.NEW, InputState.CHANGED, InputState.DONE, InputState.RELABELLED})
"""Inputs whose bytes are compared with those of others."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One input in the plan.

    Attributes
    ----------
    source : Source
        The input.
    stamp : FileStamp
        Current state of the file.
    state : InputState
        State of the input.
    why : str
        Reason for the state, in words.
    receipt : Receipt or None
        Receipt of the input, if there is a readable one.
    reason : str
        Reason code, if it is left out.
    earlier : tuple of str
        Names of result folders that may hold earlier results of the same bytes.
    """

    source: Source
    stamp: FileStamp
    state: InputState
    why: str
    receipt: Receipt | None = None
    reason: str = ""
    earlier: tuple[str, ...] = ()

    @property
    def to_do(self) -> bool:
        """Whether the input is to be analysed."""
        return self.state in {InputState.NEW, InputState.CHANGED}


def make_plan(
    sources: Sequence[Source], study: Path, made_by: MadeBy, *, include_open: bool = False, retry_failed: bool = False
) -> list[Entry]:
    """Return one entry per input, in the order given.

    Parameters
    ----------
    sources : sequence of Source
        All inputs, including those of other shards: which of two files with the same bytes is analysed must not depend
        on the sharding.
    study : Path
        Folder of the study; need not exist.
    made_by : MadeBy
        Versions and settings with which results are to be made.
    include_open : bool
        Also take files that were written to a moment ago.
    retry_failed : bool
        Retry inputs that failed for a reason in the file.
    """
    stamps = {source.key: stamp_of(source.path) for source in sources}
    grown = set() if include_open else _growing(sources, stamps)
    entries = [_entry(source, stamps[source.key], study, made_by, retry_failed=retry_failed) for source in sources]
    entries = [_if_growing(entry) if entry.source.key in grown else _if_missing(entry) for entry in entries]
    return _without_copies(_with_earlier(_renamed_before(entries), study))


def _with_earlier(entries: list[Entry], study: Path) -> list[Entry]:
    """Link results of videos that are away to inputs of the same size; their bytes will show which belong together."""
    away = [entry.receipt for entry in entries if entry.state is InputState.AWAY and entry.receipt is not None]
    away += gone(study, {entry.source.key for entry in entries})
    names: dict[int, list[str]] = defaultdict(list)
    for receipt in sorted(away, key=lambda receipt: receipt.source.id):
        names[receipt.stamp.size_bytes].append(receipt.source.id)
    return [_may_be(entry, names[entry.stamp.size_bytes]) if entry.to_do else entry for entry in entries]


def _may_be(entry: Entry, names: list[str]) -> Entry:
    if not names:
        return entry
    who = names[0] if len(names) == 1 else f"one of {len(names)} that are away"
    why = f"{entry.why}; if its bytes are those of {who}, it is that recording under another name"
    return replace(entry, why=why, earlier=(*entry.earlier, *names))


def _renamed_before(entries: list[Entry]) -> list[Entry]:
    """Leave out inputs that are not there and that an earlier run found under the name of another input."""
    done = {e.receipt.sha256 for e in entries if e.receipt is not None and e.receipt.status is Status.DONE}
    return [
        replace(entry, state=InputState.DUPLICATE, why=entry.receipt.message, reason=entry.receipt.reason)
        if entry.stamp.size_bytes < 0
        and entry.receipt is not None
        and entry.receipt.status is Status.SKIPPED
        and entry.receipt.sha256 in done
        else entry
        for entry in entries
    ]


def _entry(source: Source, stamp: FileStamp, study: Path, made_by: MadeBy, *, retry_failed: bool) -> Entry:
    try:
        receipt = read_receipt(study, source.key)
    except ResultError:
        return Entry(source, stamp, InputState.NEW, "no receipt yet")
    earlier = (receipt.source.id,) if receipt.source.id != source.id else ()
    entry = Entry(source, stamp, InputState.NEW, "", receipt, earlier=earlier)
    if receipt.status is Status.SKIPPED:
        return replace(entry, why=f"left out before ({receipt.reason})")
    if receipt.made_by != made_by or receipt.stamp != stamp:
        return _if_away(_changed(entry, receipt, made_by), study)
    if receipt.status is Status.DONE:
        return _done(entry, receipt, study)
    if receipt.reason in AGAIN or retry_failed or not _same_source(receipt, source):  # it is to fail under its new name
        return replace(entry, why=f"failed before ({receipt.reason}) and is tried again")
    return replace(entry, state=InputState.BROKEN, why=receipt.message, reason=receipt.reason)


def _done(entry: Entry, receipt: Receipt, study: Path) -> Entry:
    if fault := receipt.fault(study):
        return replace(entry, why=fault)
    if _same_source(receipt, entry.source):
        return replace(entry, state=InputState.DONE, why="analysed, and nothing has changed")
    if receipt.source.id != entry.source.id:
        return replace(entry, state=InputState.CHANGED, why="it has another subject or session now")
    return replace(entry, state=InputState.RELABELLED, why="analysed; its age or clock time was changed in the table")


def _same_source(receipt: Receipt, source: Source) -> bool:
    """Return whether the table says of a recording what it said when the receipt was written."""
    return replace(receipt.source, path=source.path) == source  # the same key means the same path


def _changed(entry: Entry, receipt: Receipt, now: MadeBy) -> Entry:
    before = receipt.made_by
    was = "it was analysed" if receipt.status is Status.DONE else f"it failed before ({receipt.reason}), then"
    if before.settings != now.settings:
        return replace(entry, state=InputState.CHANGED, why=f"{was} with other settings")
    if (before.version, before.algorithm) != (now.version, now.algorithm):
        return replace(
            entry, state=InputState.CHANGED, why=f"{was} by version {before.version}, algorithm {before.algorithm}"
        )
    if before != now:
        return replace(entry, state=InputState.CHANGED, why=f"{was} with another model")
    if receipt.status is Status.DONE and receipt.stamp.size_bytes == entry.stamp.size_bytes:
        digest = _digest(entry.source.path)
        if digest == receipt.sha256 and receipt.source.id == entry.source.id:
            return replace(entry, state=InputState.RELABELLED, why="analysed; its date has changed, its bytes have not")
    return replace(entry, state=InputState.CHANGED, why="the file has changed")


def _if_away(entry: Entry, study: Path) -> Entry:
    """Keep the result of a video that cannot be read now: an archived or unmounted video has not changed."""
    receipt = entry.receipt
    if receipt is None or receipt.status is not Status.DONE or not entry.to_do or receipt.fault(study):
        return entry
    if receipt.stamp != entry.stamp and entry.stamp.size_bytes < 0:
        return replace(entry, state=InputState.AWAY, why="its video is not there; its result is kept")
    if entry.stamp.size_bytes > 0 and not _readable(entry.source.path):
        return replace(entry, state=InputState.AWAY, why="its video cannot be read now; its result is kept")
    return entry


def _readable(path: str) -> bool:
    try:
        with open_input(path) as file:
            return bool(file.read(1))
    except OSError:
        return False


def _if_missing(entry: Entry) -> Entry:
    if not entry.to_do or entry.stamp.size_bytes >= 0:
        return entry
    return replace(entry, why=f"{entry.why}; it is not there, or may not be read")


def _if_growing(entry: Entry) -> Entry:
    if not entry.to_do:
        return entry
    why = "it was written to a moment ago: wait a minute, or use --include-open"
    if entry.receipt is not None and entry.receipt.status is Status.DONE:
        why += "; its earlier result is kept until then"
    return replace(entry, state=InputState.GROWING, why=why, reason="growing")


def _growing(sources: Iterable[Source], stamps: dict[str, FileStamp]) -> set[str]:
    """Return the keys of files that were changed very recently, or whose size changes between two looks."""
    now_s, began_s = time.time(), time.monotonic()
    ages_s = {key: now_s - stamp.changed_ns / 1e9 for key, stamp in stamps.items() if stamp.size_bytes > 0}
    young = {key for key, age_s in ages_s.items() if abs(age_s) < _YOUNG_S}
    recent = [source for source in sources if _YOUNG_S <= ages_s.get(source.key, _RECENT_S) < _RECENT_S]
    if recent:
        time.sleep(max(0.0, _TWICE_S - (time.monotonic() - began_s)))
    return young | {source.key for source in recent if stamp_of(source.path) != stamps[source.key]}


def _without_copies(entries: list[Entry]) -> list[Entry]:
    """Mark inputs with the same bytes as another input that is already analysed or comes before them."""
    by_size: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.stamp.size_bytes > 0 and entry.state in _COMPARED:
            by_size[entry.stamp.size_bytes].append(entry)
    copies: dict[str, Entry] = {}
    for alike in by_size.values():
        if len(alike) > 1:
            copies |= _copies(alike)
    return [copies.get(entry.source.key, entry) for entry in entries]


def _copies(alike: list[Entry]) -> dict[str, Entry]:
    samples: dict[str, list[Entry]] = defaultdict(list)
    for entry in alike:
        samples[_digest(entry.source.path, _SAMPLE_BYTES)].append(entry)
    copies: dict[str, Entry] = {}
    for sample, group in samples.items():
        same: dict[str, list[Entry]] = defaultdict(list)
        for entry in group if sample and len(group) > 1 else ():
            same[_digest(entry.source.path)].append(entry)
        for digest, twins in same.items():
            first = next((twin for twin in twins if _analysed(twin, digest)), twins[0])
            why = f"it has the same bytes as {first.source.id}: is one of them a copy, or named wrongly?"
            copies |= {
                twin.source.key: replace(twin, state=InputState.DUPLICATE, why=why, reason="duplicate")
                for twin in twins
                if digest and twin is not first
            }
    return copies


def _analysed(entry: Entry, digest: str) -> bool:
    """Return whether the input has a result of these bytes; if so, a copy with an earlier path does not replace it."""
    return entry.receipt is not None and entry.receipt.status is Status.DONE and entry.receipt.sha256 == digest


def _digest(path: str, sample: int = 0) -> str:
    """Return the hash of a file's bytes, or of its first and last `sample` bytes; empty if it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open_input(path) as file:
            if sample:
                digest.update(file.read(sample))
                file.seek(-min(sample, file.seek(0, 2)), 2)
                digest.update(file.read(sample))
                return digest.hexdigest()
            while block := file.read(_READ_BYTES):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
