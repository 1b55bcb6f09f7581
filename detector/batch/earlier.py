"""Results that a recording had under another name: they are carried over, with the files that users put beside them.

The name of a result folder depends on the labels and the path. If these change but the bytes do not, it is still the
same recording (docs/decisions/0030).
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

from detector.batch.layout import receipts_of, recordings_of
from detector.batch.receipts import FileStamp, Receipt, Status, read_receipt, read_receipts, stamp_of
from detector.errors import DetectorError, ResultError
from detector.results.stored import video_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from detector.batch.sources import Source

__all__ = ["gone", "left_over", "settle_renamed", "take_along"]


def gone(study: Path, inputs: Collection[str]) -> list[Receipt]:
    """Return the receipts of analysed recordings that are not among the input keys and whose video is not there."""
    found = []
    for path in receipts_of(study).glob("*.json"):
        if path.stem in inputs:
            continue
        with suppress(ResultError):  # an unreadable receipt is reported when the tables are written
            receipt = read_receipt(study, path.stem)
            if receipt.status is Status.DONE and _is_away(receipt.source.path):
                found.append(receipt)
    return found


def _stamp_of(path: str) -> FileStamp | None:
    try:
        return stamp_of(path)
    except DetectorError:  # unknown: a package for its storage is missing
        return None


def _is_away(path: str) -> bool:
    stamp = _stamp_of(path)
    return stamp is not None and stamp.size_bytes < 0


def settle_renamed(study: Path, inputs: Collection[str]) -> None:
    """Count a recording only once if its video is gone under its old name but is analysed under another one.

    If the old name is still an input (`inputs` holds their keys), its receipt says so; otherwise it is removed.

    Raises
    ------
    OSError
        If a receipt cannot be written or removed.
    """
    by_video: dict[str, list[Source]] = defaultdict(list)
    for receipt in read_receipts(study):
        if receipt.status is Status.DONE:
            by_video[receipt.sha256].append(receipt.source)
    for alike in by_video.values():
        away = [source for source in alike if len(alike) > 1 and _is_away(source.path)]
        there = [read_receipt(study, source.key) for source in alike if away and source not in away]
        # a video being replaced keeps its receipt for a while: that does not make it another name of the first one
        sound = next((r for r in there if _stamp_of(r.source.path) == r.stamp and not r.fault(study)), None)
        if sound is None:
            continue
        for source in away:
            if source.key in inputs:
                _renamed(source, sound).write(study)
            else:
                (receipts_of(study) / f"{source.key}.json").unlink(missing_ok=True)


def _renamed(source: Source, now: Receipt) -> Receipt:
    why = f"its video is not there, and {now.source.id} has the same bytes: it is that one under another name"
    return Receipt(source, FileStamp(), now.made_by, Status.SKIPPED, "duplicate", why, now.sha256)


def take_along(recordings: Path, name: str, earlier: Sequence[str], sha256: str) -> None:
    """Rename an earlier result folder of the same video to its current name, unless that name exists.

    Parameters
    ----------
    recordings : Path
        Folder of the result folders.
    name : str
        Current name of the recording's folder.
    earlier : sequence of str
        Names that it may have had.
    sha256 : str
        SHA-256 of the video; a folder with results of another video is left alone.
    """
    for before in earlier:
        if video_in(recordings / before) == sha256 and not (recordings / name).exists():
            with suppress(OSError):  # the folder then stays, and `left_over` names it
                (recordings / before).rename(recordings / name)


def left_over(study: Path, sources: Iterable[Source]) -> list[str]:
    """Return the names of result folders that belong to no recording of the study and are not counted anywhere."""
    named = {source.id for source in sources}
    for receipt in read_receipts(study):
        if receipt.status is Status.SKIPPED and receipt.reason == "duplicate":
            named.discard(receipt.source.id)
        else:
            named.add(receipt.source.id)
    folders = (path.name for path in recordings_of(study).iterdir() if path.is_dir())
    return sorted(name for name in folders if not name.startswith(".") and name not in named)
