"""Results that a recording had under another name: they go along, with what their users put beside them.

The name of a result folder hangs on the labels and the path. When these change and the bytes do not, it is the same
recording (docs/decisions/0030).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from detector.batch.receipts import SKIPPED, read_receipts
from detector.results.stored import video_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from detector.batch.sources import Source

__all__ = ["left_over", "take_along"]


def take_along(recordings: Path, name: str, earlier: Sequence[str], sha256: str) -> None:
    """Give the result folder of the same video the name that it has now, if there is none of that name.

    Parameters
    ----------
    recordings : Path
        Folder of the result folders.
    name : str
        What the recording's folder is called now.
    earlier : sequence of str
        Names that it may have had.
    sha256 : str
        Of the video: a folder with results of another one stays where it is.
    """
    for before in earlier:
        if video_in(recordings / before) == sha256 and not (recordings / name).exists():
            with suppress(OSError):  # it stays then, and `left_over` names it
                (recordings / before).rename(recordings / name)


def left_over(study: Path, sources: Iterable[Source]) -> list[str]:
    """Return the names of result folders that belong to no recording of the study, and are counted nowhere."""
    named = {source.id for source in sources}
    for receipt in read_receipts(study):
        if receipt.status == SKIPPED and receipt.reason == "duplicate":
            named.discard(receipt.source.id)
        else:
            named.add(receipt.source.id)
    folders = (path.name for path in (study / "recordings").iterdir() if path.is_dir())
    return sorted(name for name in folders if not name.startswith(".") and name not in named)
