"""Make or remove the clips of a result, and make its report again."""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detector.config import Settings
from detector.errors import RecordingError, ResultError, SettingsError
from detector.events.sites import EXCLUDE
from detector.exports.summary_json import summary_text
from detector.native.memory import give_back
from detector.records.file_names import CLIP_LIST, CLIPS, REPORT, SUMMARY
from detector.report.clips.choice import choose_movements
from detector.report.render import render_report
from detector.results.atomic import write_file
from detector.results.clip_folder import STILL, Pictures, clip_files, clip_list, hidden_in, kept_clips, put_clips
from detector.results.decisions import read_review
from detector.results.load import load_result
from detector.results.refusal import refusal
from detector.results.stored import with_clips
from detector.results.swap import new_folder
from detector.results.wanted import kept_options
from detector.video.clips import ClipRequest, cut_clips, planes_from_start
from detector.video.container import open_file
from detector.video.pictures import coarse_all, in_colour, jpeg
from detector.video.source import confirm_video
from detector.video.stills import still_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from detector.records.clips import ClipReason
    from detector.records.events import Movement
    from detector.records.result import Result

__all__ = ["ClipChoice", "as_coarse", "check_choice", "fresh_clips", "make_clips", "remove_clips"]

_BEFORE_S, _AFTER_S = 1.0, 1.0

_NO_REGIONS = (
    "none. Draw some with `sleepjerk regions VIDEO`, and analyse the recording with `sleepjerk analyze VIDEO --regions "
    "regions.toml --pixelate NAME`"
)
"""The command `clips` takes no regions: it shows a result as it stands, and regions would change the result."""


@dataclass(frozen=True, slots=True)
class ClipChoice:
    """How many clips to make, and what to pixelate in them.

    Attributes
    ----------
    most : int or None
        Largest number of clips, 24 by default; None for a clip of every jerk.
    pixelate : tuple of str or None
        Names of regions to pixelate in every clip; None for those that are pixelated in the clips that exist already.

    Raises
    ------
    SettingsError
        If `most` is neither a whole number from 0 on nor None.
    """

    most: int | None = 24
    pixelate: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.most is not None and (type(self.most) is not int or self.most < 0):
            raise SettingsError(
                f"clips = {self.most!r}: a whole number of clips, 0 or more, is needed, or None for one of every jerk",
                key="clips",
            )


def as_coarse(choice: ClipChoice, folder: Path) -> ClipChoice:
    """Return a choice that, where it names no regions, hides those that are coarse in the clips of a result folder."""
    return replace(choice, pixelate=hidden_in(folder / CLIPS)) if choice.pixelate is None else choice


@contextmanager
def fresh_clips(
    result: Result, video: Path, choice: ClipChoice, place: Path, progress: Callable[[int, int], None] | None = None
) -> Iterator[tuple[Pictures, Path]]:
    """Make the clips in a hidden folder inside `place`, which is removed at the end of the ``with`` block.

    Yields
    ------
    (Pictures, Path)
        What was made, and the folder to pass to `put_clips`.

    Raises
    ------
    RecordingError
        If the video cannot be read.
    ResultError
        If a region to pixelate is not among the named ones.
    """
    settings = Settings.of_run(result.provenance)
    hidden = choice.pixelate or ()
    polygons = _polygons(settings, hidden)
    start_s = result.recording.start_s
    # a name that `sweep` knows: the next run removes what a killed run leaves; no recording's name begins with a dot
    outer = new_folder(place / f".{result.recording.id}-clips")
    try:
        folder = outer / CLIPS
        folder.mkdir()
        chosen = choose_movements(result, choice.most)
        requests = [_request(movement, why, result) for movement, why in chosen]
        at_s = result.jerks[0].onset_s if result.jerks else 0.0
        with open_file(video, settings.video) as opened:
            give_back()  # the index of a night takes twice its size while it is read
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
        (folder / STILL).write_bytes(shown)
        onsets = {movement.id: movement.onset_s for movement, _ in chosen}
        (folder / CLIP_LIST).write_text(clip_list(clips, onsets, hidden), "utf-8")
        yield Pictures(clips, shown), folder
    finally:
        shutil.rmtree(outer, ignore_errors=True)


def check_choice(choice: ClipChoice, settings: Settings) -> None:
    """Refuse a region to pixelate that is not among the named ones; checked before anything is decoded.

    Raises
    ------
    ResultError
        If there is no such region.
    """
    _polygons(settings, choice.pixelate or ())


def make_clips(
    folder: Path, video: Path, choice: ClipChoice, progress: Callable[[int, int], None] | None = None
) -> int:
    """Make the clips of a result folder and its report with them; return the number of clips.

    `progress` is called with the number of clips made and their total; if it raises, the folder is left unchanged.

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
        choice = as_coarse(choice, folder)
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


def remove_clips(folder: Path) -> int:
    """Remove the clips of a result folder and make its report without them; return how many there were.

    Raises
    ------
    ResultError
        If the folder holds no result or cannot be written.
    """
    result = load_result(folder)
    options = replace(kept_options(folder), review=read_review(folder, result))
    place, n_clips = folder / CLIPS, kept_clips(folder)
    try:
        write_file(folder / REPORT, render_report(result, options).encode("utf-8", "backslashreplace"))
        for name in (*clip_files(place), STILL, CLIP_LIST):
            (place / name).unlink(missing_ok=True)
        with suppress(OSError):  # what else lies there stays
            place.rmdir()
    except OSError as error:
        raise refusal(folder, error, "copy it to a place where you may write") from error
    return n_clips
