"""The folder ``clips`` of a result: put in place as a whole, listed, and read back for a report."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detector.errors import ResultError
from detector.records.clips import Clip, ClipReason
from detector.records.file_names import CLIP_LIST, CLIPS
from detector.results.clip_names import shown_in
from detector.results.swap import put_in_place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from detector.records.result import Result

__all__ = ["STILL", "Pictures", "clip_files", "clip_list", "hidden_in", "kept_clips", "put_clips", "read_clips"]

STILL = "still.jpg"
_FORMAT = 2
_ASK = "Name them with --pixelate, or show everything with --pixelate none"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Clips and the coarsened still of one recording."""

    clips: tuple[Clip, ...] = ()
    still: bytes = b""


def clip_list(clips: Sequence[Clip], onsets: dict[str, float], hidden: Sequence[str]) -> str:
    """Return the text of ``clips.json``: the list of clips with their frame times."""
    values: dict[str, Any] = {
        "format": _FORMAT,
        "times": "seconds since the recording's first frame, one a frame of the clip",
        "pixelate": list(hidden),
        "clips": [
            {
                "movement": clip.movement,
                "onset_s": onsets[clip.movement],
                "file": clip.file,
                "strip": clip.strip_file,
                "choice": clip.choice,
                "pixelated": clip.pixelated,
                "end_s": clip.end_s,
                "times_s": list(clip.times_s),
            }
            for clip in clips
        ],
    }
    return json.dumps(values, indent=1) + "\n"


def put_clips(made: Path, folder: Path) -> None:
    """Put new clips into a result folder in place of the old ones; other files there are kept."""
    target = folder / CLIPS
    put_in_place(made, target, frozenset({CLIP_LIST, STILL, *clip_files(target)}))


def hidden_in(place: Path) -> tuple[str, ...]:
    """Return the names of the regions that are coarse in the clips of a folder, so that no later run shows them.

    Raises
    ------
    ResultError
        If the list of clips is damaged, or if clips are coarse and their list, as an earlier version wrote it, does not
        name the regions.
    """
    if not (place / CLIP_LIST).exists():
        return ()
    try:
        listed = json.loads((place / CLIP_LIST).read_text("utf-8"))
        coarse = any(clip["pixelated"] for clip in listed["clips"])
        names = tuple(map(str, listed.get("pixelate", ())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ResultError(
            f"{place / CLIP_LIST}: the list of clips is damaged, so it is not known which regions they hide. {_ASK}"
        ) from None
    if coarse and not names:
        raise ResultError(f"{place}: regions are pixelated in its clips, but it is not known which. {_ASK}")
    return names


def kept_clips(folder: Path) -> int:
    """Return how many clips a result folder holds."""
    return sum(name.endswith(".mp4") and (folder / CLIPS / name).is_file() for name in clip_files(folder / CLIPS))


def clip_files(place: Path) -> set[str]:
    """Return the file names in a folder's list of clips; none if the list cannot be read."""
    try:
        entries = json.loads((place / CLIP_LIST).read_text("utf-8"))["clips"]
        return {str(entry[kind]) for entry in entries for kind in ("file", "strip")}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


def read_clips(folder: Path, result: Result) -> Pictures:
    """Return the clips of a result folder that show movements in `result`; none if there is no folder of clips.

    A clip of a jerk that is now refused is left out; a clip of a refused candidate that is now a jerk shows that jerk.

    Raises
    ------
    ResultError
        If the list of clips is damaged.
    """
    place = folder / CLIPS
    if not (place / CLIP_LIST).is_file():
        return Pictures()
    try:
        listed = json.loads((place / CLIP_LIST).read_text("utf-8"))["clips"]
        found = [_read(entry, place, result) for entry in listed]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ResultError(
            f"{place / CLIP_LIST}: the list of clips is damaged ({error}). Make the clips again with `sleepjerk clips`"
        ) from None
    still = place / STILL
    return Pictures(tuple(clip for clip in found if clip is not None), still.read_bytes() if still.is_file() else b"")


def _read(entry: dict[str, Any], place: Path, result: Result) -> Clip | None:
    choice = ClipReason(entry["choice"])
    shown = (*result.jerks, *(result.movements if choice is ClipReason.REFUSED else ()))  # jerks come first
    of = shown_in(entry, shown)
    names = (str(entry["file"]), str(entry["strip"]))
    if of is None or any("/" in name or "\\" in name or not (place / name).is_file() for name in names):
        return None
    times = tuple(float(time) for time in entry["times_s"])
    if not all(map(math.isfinite, (*times, float(entry["end_s"])))):
        raise ValueError("a time in it is not a number")
    strip = (place / names[1]).read_bytes()
    return Clip(of.id, names[0], times, float(entry["end_s"]), choice, names[1], strip,
                bool(entry["pixelated"]))  # fmt: skip
