"""Names of the clip files when a new analysis has changed ids: each file is called after what it shows now.

The files themselves are only linked under their new names in the new result folder, whose list of clips is written
anew; both come into place with the new result, in one step (`swap`).
"""

from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING, Any

from detector.records.file_names import CLIP_LIST, CLIPS
from detector.results.stored import SAME_ONSET_S

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from detector.records.events import Movement
    from detector.records.result import Result

__all__ = ["listed_again", "name_clips", "names_after", "shown_in"]

_FILES = ("file", "strip")
_NO_MOVEMENT = "n/a"


def shown_in(entry: Mapping[str, Any], movements: tuple[Movement, ...]) -> Movement | None:
    """Return the first of some movements that an entry of the list of clips shows: ids change, onsets do not."""
    onset_s = float(entry["onset_s"])
    return next((movement for movement in movements if abs(movement.onset_s - onset_s) < SAME_ONSET_S), None)


def names_after(folder: Path, result: Result) -> dict[str, str]:
    """Return the present name of each clip file of a result folder whose name another analysis gave.

    Parameters
    ----------
    folder : Path
        A result folder, with the clips of an earlier run.
    result : Result
        What was found now.

    Returns
    -------
    dict
        Old to new name, each of which is new in the folder or is one of the old ones; empty if all fit, or if there is
        no list of clips that can be read. A clip of what is no movement any more is called after its onset.
    """
    return _renamed(folder, result)[1]


def name_clips(folder: Path, new: Path, result: Result) -> None:
    """Write the list of the clips of `folder` under their present names into `new`, unless all names fit already.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    listed, names = _renamed(folder, result)
    if names:
        (new / CLIPS).mkdir()
        (new / CLIPS / CLIP_LIST).write_text(json.dumps(listed, indent=1) + "\n", "utf-8")


def listed_again(old: Path, now: Path) -> dict[str, str]:
    """Return the paths that clip files of one result folder have in another that lists the same clips.

    Parameters
    ----------
    old : Path
        A result folder.
    now : Path
        The one that takes, or took, its place.

    Returns
    -------
    dict
        Path in `old` to path in `now`, as `swap.put_in_place` takes them.
    """
    before, after = _entries(_list_in(old)), _entries(_list_in(now))
    if [_mark(entry) for entry in before] != [_mark(entry) for entry in after]:
        return {}
    return {
        f"{CLIPS}/{one[kind]}": f"{CLIPS}/{other[kind]}"
        for one, other in zip(before, after, strict=True)
        for kind in _FILES
    }


def _renamed(folder: Path, result: Result) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the list of clips as it is to be now, and the new names of files whose name changes."""
    listed = _list_in(folder)
    entries = _entries(listed)
    old = {entry[kind] for entry in entries for kind in _FILES}
    try:
        taken = {path.name.casefold() for path in (folder / CLIPS).iterdir() if path.name not in old}
    except OSError:
        return {}, {}
    names: dict[str, str] = {}
    for entry in entries:
        of = shown_in(entry, (*result.jerks, *result.movements))
        stem = _free(of.id if of is not None else f"at-{float(entry['onset_s']):.3f}-s", entry, taken)
        entry["movement"] = of.id if of is not None else _NO_MOVEMENT
        for kind in _FILES:
            name = entry[kind]
            names[name] = entry[kind] = stem + os.path.splitext(name)[1]  # noqa: PTH122  (a name, not a path)
            taken.add(entry[kind].casefold())
    return listed, {name: now for name, now in names.items() if name != now}


def _free(stem: str, entry: Mapping[str, Any], taken: set[str]) -> str:
    ends = [os.path.splitext(entry[kind])[1] for kind in _FILES]  # noqa: PTH122  (a name, not a path)
    free, number = stem, 1
    while any((free + end).casefold() in taken for end in ends):
        number += 1
        free = f"{stem}-{number}"
    return free


def _list_in(folder: Path) -> dict[str, Any]:
    """Return the list of clips in a result folder; an empty one if it is damaged, which is then left as it is."""
    try:
        listed = json.loads((folder / CLIPS / CLIP_LIST).read_text("utf-8"))
        files = [entry[kind] for entry in listed["clips"] for kind in _FILES if math.isfinite(float(entry["onset_s"]))]
    except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return {}
    plain = all(isinstance(name, str) and name and os.path.basename(name) == name for name in files)  # noqa: PTH119
    whole = len(files) == 2 * len(listed["clips"]) == len(set(map(str, files)))
    return listed if plain and whole else {}


def _entries(listed: dict[str, Any]) -> list[dict[str, Any]]:
    return list(listed.get("clips", ()))


def _mark(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return what stays the same of a clip when it is renamed."""
    return str(entry["onset_s"]), str(entry.get("choice", ""))
