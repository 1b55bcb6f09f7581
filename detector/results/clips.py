"""The folder ``clips`` of a result: made from the video, put in place whole, and read back for a report."""

from __future__ import annotations

import json
import math
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from detector.config import Settings
from detector.errors import RecordingError, ResultError
from detector.events.sites import EXCLUDE
from detector.exports.summary_json import summary_text
from detector.native.memory import give_back
from detector.records.clips import Clip, ClipReason
from detector.records.file_names import CLIP_LIST, CLIPS, REPORT, SUMMARY
from detector.report.clips.choice import choose_movements
from detector.report.render import render_report
from detector.results.atomic import write_file
from detector.results.decisions import read_review
from detector.results.load import load_result
from detector.results.refusal import refusal
from detector.results.stored import SAME_ONSET_S, with_clips
from detector.results.swap import new_folder, put_in_place
from detector.results.wanted import kept_options
from detector.video.clips import ClipRequest, cut_clips, planes_from_start, still_picture
from detector.video.container import open_file
from detector.video.pictures import coarse_all, in_colour, jpeg
from detector.video.source import confirm_video

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from detector.records.events import Movement
    from detector.records.result import Result

__all__ = ["CLIPS", "ClipChoice", "Pictures", "check_choice", "fresh_clips", "make_clips", "put_clips", "read_clips"]

_STILL = "still.jpg"
_FORMAT = 2
_BEFORE_S, _AFTER_S = 1.0, 1.0

_NO_REGIONS = (
    "none. Draw some with `sleepjerk regions VIDEO`, and analyse the recording with `sleepjerk analyze VIDEO --regions "
    "regions.toml --pixelate NAME`"
)
"""The command `clips` takes no regions: it shows a result as it is, and regions change what is in it."""


@dataclass(frozen=True, slots=True)
class ClipChoice:
    """How many clips to make, and of what.

    Attributes
    ----------
    most : int or None
        Most clips, 24 where nothing is said; None for one of every jerk.
    pixelate : tuple of str
        Names of regions to be made coarse in every clip.
    """

    most: int | None = 24
    pixelate: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pictures:
    """Clips and the coarsened still of one recording."""

    clips: tuple[Clip, ...] = ()
    still: bytes = b""


@contextmanager
def fresh_clips(
    result: Result, video: Path, choice: ClipChoice, place: Path, progress: Callable[[int, int], None] | None = None
) -> Iterator[tuple[Pictures, Path]]:
    """Make the clips in a hidden folder below `place`, which is removed at the end of the ``with`` block.

    Yields
    ------
    (Pictures, Path)
        What was made, and the folder, for `put_clips`.

    Raises
    ------
    RecordingError
        If the video cannot be read.
    ResultError
        If a region to be made coarse is not among the named ones.
    """
    settings = Settings.of_run(result.provenance)
    polygons = _polygons(settings, choice.pixelate)
    start_s = result.recording.start_s
    # a name that `sweep` knows, so that the next run removes what a killed one leaves; no recording's begins with a dot
    outer = new_folder(place / f".{result.recording.id}-clips")
    try:
        folder = outer / CLIPS
        folder.mkdir()
        chosen = choose_movements(result, choice.most)
        requests = [_request(movement, why, result) for movement, why in chosen]
        at_s = result.jerks[0].onset_s if result.jerks else 0.0
        with open_file(video, settings.video) as opened:
            give_back()  # the index of a night takes twice its place while it is read
            from_start = None if result.recording.sought else planes_from_start(opened, settings.video)
            clips = cut_clips(
                opened, requests, folder, start_s=start_s, pixelate=polygons, from_start=from_start, progress=progress
            )
            still = (
                still_picture(opened, at_s, start_s=start_s, most_px=480)
                if from_start is None or from_start.first is None
                else in_colour(from_start.first)
            )
        shown = jpeg(coarse_all(still))
        (folder / _STILL).write_bytes(shown)
        onsets = {movement.id: movement.onset_s for movement, _ in chosen}
        (folder / CLIP_LIST).write_text(json.dumps(_index(clips, onsets), indent=1) + "\n", "utf-8")
        yield Pictures(clips, shown), folder
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def check_choice(choice: ClipChoice, settings: Settings) -> None:
    """Refuse a region to be made coarse that is not among the named ones: asked before anything is decoded.

    Raises
    ------
    ResultError
        If there is no such region.
    """
    _polygons(settings, choice.pixelate)


def make_clips(
    folder: Path, video: Path, choice: ClipChoice, progress: Callable[[int, int], None] | None = None
) -> int:
    """Make the clips of a result folder and its report with them; return how many there are.

    `progress` is told of how many of how many are made; where it raises, the folder stays as it was.

    Raises
    ------
    ResultError
        If the folder holds no result or cannot be written, or `video` is not the one it was made from.
    RecordingError
        If the video cannot be read.
    """
    result = load_result(folder)
    settings = Settings.of_run(result.provenance)
    confirm_video(video, result.recording, settings.video)
    told = replace(result, recording=with_clips(result.recording))
    try:
        with fresh_clips(result, video, choice, folder.absolute().parent, progress) as (pictures, made):
            options = replace(kept_options(folder), review=read_review(folder, result))
            page = render_report(told, options, clips=pictures.clips, still=pictures.still)
            put_clips(made, folder)
            write_file(folder / REPORT, page.encode("utf-8", "backslashreplace"))
            if told.recording.flags != result.recording.flags:
                write_file(folder / SUMMARY, summary_text(told).encode("utf-8"))
    except RecordingError:
        raise
    except OSError as error:
        raise refusal(folder, error, "copy it to a place where you may write") from error
    return len(pictures.clips)


def _polygons(settings: Settings, names: Sequence[str]) -> tuple[tuple[tuple[float, float], ...], ...]:
    known = {region.name: region.points for region in settings.regions.named}
    missing = [name for name in names if name not in known]
    if missing:
        offer = ", ".join(name for name in known if not name.startswith(EXCLUDE)) or _NO_REGIONS
        raise ResultError(f"no region {missing[0]!r} to be made coarse; there are: {offer}")
    return tuple(known[name] for name in names)


def _request(of: Movement, why: ClipReason, result: Result) -> ClipRequest:
    to_s = min(of.offset_s + _AFTER_S, result.recording.time.claimed_s)
    from_s = max(0.0, of.onset_s - _BEFORE_S)
    return ClipRequest(of.id, why, from_s, to_s, of.onset_s, of.peak_s, of.offset_s, of.x, of.y)


def _index(clips: Sequence[Clip], onsets: dict[str, float]) -> dict[str, Any]:
    """Return the content of ``clips.json``: the list of frame times beside the clips."""
    return {
        "format": _FORMAT,
        "times": "seconds since the recording's first frame, one a frame of the clip",
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


def put_clips(made: Path, folder: Path) -> None:
    """Put freshly made clips into a result folder in place of the old ones; what else lies there stays."""
    target = folder / CLIPS
    put_in_place(made, target, frozenset({CLIP_LIST, _STILL, *_listed(target)}))


def _listed(place: Path) -> set[str]:
    """Return the names of the files that the list of clips in a folder names; none where it cannot be read."""
    try:
        entries = json.loads((place / CLIP_LIST).read_text("utf-8"))["clips"]
        return {str(entry[kind]) for entry in entries for kind in ("file", "strip")}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


def read_clips(folder: Path, result: Result) -> Pictures:
    """Return the clips of a result folder that show what is in `result`; none where there is no folder of clips.

    A clip of a jerk that is refused now is left out; one of a refused candidate that is a jerk now shows that jerk.

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
    still = place / _STILL
    return Pictures(tuple(clip for clip in found if clip is not None), still.read_bytes() if still.is_file() else b"")


def _read(entry: dict[str, Any], place: Path, result: Result) -> Clip | None:
    onset_s = float(entry["onset_s"])
    choice = ClipReason(entry["choice"])
    shown = (*result.jerks, *(result.movements if choice is ClipReason.REFUSED else ()))  # jerks come first
    of = next((movement for movement in shown if abs(movement.onset_s - onset_s) < SAME_ONSET_S), None)
    names = (str(entry["file"]), str(entry["strip"]))
    if of is None or any("/" in name or "\\" in name or not (place / name).is_file() for name in names):
        return None
    times = tuple(float(time) for time in entry["times_s"])
    if not all(map(math.isfinite, (*times, float(entry["end_s"])))):
        raise ValueError("a time in it is not a number")
    strip = (place / names[1]).read_bytes()
    return Clip(of.id, names[0], times, float(entry["end_s"]), choice, names[1], strip,
                bool(entry["pixelated"]))  # fmt: skip
