"""Analyse one recording into one results folder, reusing the stored motion signal where it fits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.config import Settings
from detector.errors import RecordingError, ResultError
from detector.native.memory import give_back
from detector.pipeline import analyze, find_events
from detector.records.names import recording_id
from detector.records.progress import Progress, Stage
from detector.records.recording import QualityFlag, Severity
from detector.records.review import Review
from detector.report.clips.choice import choose_movements
from detector.report.options import ReportOptions
from detector.report.render import render_report
from detector.results.clip_folder import Pictures, put_clips, read_clips
from detector.results.clip_names import names_after
from detector.results.clips import ClipChoice, as_coarse, check_choice, fresh_clips
from detector.results.decisions import DECISIONS, read_review
from detector.results.drift import DRIFT_CODE, drift_flags
from detector.results.folder import check_place, write_folder
from detector.results.region_file import RegionFile, read_regions
from detector.results.reviewed_folder import write_reviewed
from detector.results.stored import NO_CLIPS_CODE, folder_name, found_again, of_another_video, with_clips
from detector.results.turns import turn
from detector.results.wanted import kept_options
from detector.video.container import open_file
from detector.video.identity import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from detector.records.motion import MotionSignal
    from detector.records.recording import Recording
    from detector.records.result import Result
    from detector.results.drift import Reference

__all__ = ["Written", "analyze_into", "with_region_flags", "write_result"]

_HIDING_UNKNOWN = "it is not known what to hide in them; `sleepjerk clips` says why"


@dataclass(frozen=True, slots=True)
class Written:
    """A result and the folder to which it was written.

    Attributes
    ----------
    result : Result
        What was found.
    folder : Path
        Folder of its files.
    reused : bool
        True if the stored motion signal was used and no picture was decoded.
    """

    result: Result
    folder: Path
    reused: bool


def analyze_into(
    path: Path | str,
    out: Path | str,
    *,
    settings: Settings | Mapping[str, Any] | None = None,
    progress: Callable[[Progress], None] | None = None,
    running_count: bool = False,
    clips: ClipChoice | int | None = None,
    regions: RegionFile | Path | str | None = None,
) -> Written:
    """Analyze a video and write its results folder into `out`.

    Nothing is decoded if a folder there holds the motion signal of the same bytes, made by the same algorithm with the
    same settings of the video and motion stages. A folder of another recording is never touched: if two recordings have
    the same name, the folder of the later one gets a short hash.

    Parameters
    ----------
    path : Path or str
        The video file.
    out : Path or str
        The folder of results folders; created if needed.
    settings : Settings or mapping, optional
        As for `analyze`.
    progress : callable, optional
        Called with a `Progress` now and then.
    running_count : bool
        Whether to update `Progress.jerks` while the video is read, which takes time.
    clips : ClipChoice or int, optional
        How many clips of jerks to make, so that a person can decide on them in the report. By default none are made,
        and those of an earlier run that still fit are kept.
    regions : RegionFile, Path or str, optional
        Named parts of the picture, or the file that names them; they replace those in `settings`.

    Returns
    -------
    Written
        The result, its folder, and whether the stored motion signal was used.

    Raises
    ------
    RecordingError
        If the video cannot be used; nothing is written.
    ResultError
        If the folder cannot be written; this is checked before anything is decoded.
    """
    path, out, settings = Path(path), Path(out), Settings.of(settings)
    report = progress or _ignore
    if clips is not None and not isinstance(clips, ClipChoice):
        clips = ClipChoice(clips)
    if regions is not None and not isinstance(regions, RegionFile):
        regions = read_regions(regions)
    if regions is not None:
        settings = settings.model_copy(update={"regions": regions.regions})
    if clips is not None:
        check_choice(clips, settings)
    check_place(out, recording_id(path, frozenset()))
    again = _from_stored(path, out, settings, report)
    result = again or analyze(path, settings=settings, progress=report, running_count=running_count)
    result = with_region_flags(result, path, regions.reference if regions is not None else None)
    with turn(out / recording_id(path, frozenset())):  # another run may be about to take the same name
        name = folder_name(path, out, result.recording.sha256)
        result = replace(result, recording=replace(result.recording, id=name))
        result, folder = write_result(result, path, clips, out, report)
    return Written(result, folder, reused=again is not None)


def write_result(
    result: Result, video: Path, clips: ClipChoice | None, out: Path, progress: Callable[[Progress], None]
) -> tuple[Result, Path]:
    """Write the results folder into `out`, with clips of the jerks if requested; return what was written, and where.

    A person's decisions on an earlier run are kept, as is their view of the result (`reviewed`). If clips cannot be
    made, the folder is written without them and flagged, so that hours of work are not lost.

    Raises
    ------
    ResultError
        If the folder cannot be written.
    """
    place, claimed_s, n_jerks = out / result.recording.id, result.recording.time.claimed_s, len(result.jerks)
    review = _review(place, result)
    if clips is not None and choose_movements(result, clips.most):
        result, folder = _write_with_clips(result, video, clips, out, progress)
    else:

        def page() -> str:
            progress(Progress(Stage.REPORT, claimed_s, claimed_s, n_jerks))
            return _page(result, _fitting(place, result), place)

        progress(Progress(Stage.FILES, claimed_s, claimed_s, n_jerks))
        folder = write_folder(result, page, out)
    if review.begun:
        with suppress(OSError):  # the result is there; `decisions` and `report` can redo this
            write_reviewed(result, review, folder)
    return result, folder


def _write_with_clips(
    result: Result, video: Path, clips: ClipChoice, out: Path, progress: Callable[[Progress], None]
) -> tuple[Result, Path]:
    """Write the folder with clips of its jerks or, if they cannot be made, with those of an earlier run and a flag."""
    claimed_s, n_jerks = result.recording.time.claimed_s, len(result.jerks)
    progress(Progress(Stage.CLIPS, 0.0, claimed_s, n_jerks))
    give_back()  # for a night, the video's index alone takes 100 MB
    try:
        out.mkdir(parents=True, exist_ok=True)
        clips = as_coarse(clips, out / result.recording.id)
        with fresh_clips(result, video, clips, out, _clip_progress(progress, claimed_s)) as (pictures, made):
            folder = write_folder(result, partial(_page, result, pictures, out / result.recording.id), out)
            put_clips(made, folder)
    except (RecordingError, ResultError, OSError) as error:
        # the flag goes into de-identified files, too: no sentence that names a folder or a region
        why = getattr(error, "code", "") or getattr(error, "strerror", "") or _HIDING_UNKNOWN
        flag = QualityFlag(NO_CLIPS_CODE, Severity.INFO, f"Clips of the jerks could not be made ({why}).")
        flags = (*result.recording.flags, flag)
        result = replace(result, recording=replace(result.recording, flags=flags))
        place = out / result.recording.id
        folder = write_folder(result, partial(_page, result, _fitting(place, result), place), out)
    return result, folder


def with_region_flags(result: Result, video: Path, reference: Reference | None) -> Result:
    """Return a result with a fresh flag if its regions no longer fit, and without a flag on clips of an earlier run.

    Parameters
    ----------
    result : Result
        What was found; if found in a stored signal, its recording has the flags of the run that stored it.
    video : Path
        The video.
    reference : Reference or None
        The picture on which the regions were drawn, if known.
    """
    flags = tuple(flag for flag in with_clips(result.recording).flags if flag.code != DRIFT_CODE)
    if reference is not None:
        flags += drift_flags(reference, video, result)
    return replace(result, recording=replace(result.recording, flags=flags))


def _page(result: Result, pictures: Pictures, folder: Path) -> str:
    of_it = not of_another_video(folder, result.recording.sha256)
    options = replace(kept_options(folder) if of_it else ReportOptions(), review=_review(folder, result))
    return render_report(result, options, clips=pictures.clips, still=pictures.still)


def _review(folder: Path, result: Result) -> Review:
    """Return the decisions made before a new run; a damaged file is only noted, so that hours of work are not lost."""
    if not (folder / DECISIONS).is_file() or of_another_video(folder, result.recording.sha256):
        return Review()
    try:
        return read_review(folder, result)
    except ResultError:
        return Review(unread=True)


def _fitting(folder: Path, result: Result) -> Pictures:
    """Return the clips of an earlier run that show jerks of this one, by the names that they will have in its folder.

    There are none if their list is damaged.
    """
    if of_another_video(folder, result.recording.sha256):
        return Pictures()
    try:
        found, names = read_clips(folder, result), names_after(folder, result)
    except ResultError:
        return Pictures()
    clips = (
        replace(clip, file=names.get(clip.file, clip.file), strip_file=names.get(clip.strip_file, clip.strip_file))
        for clip in found.clips
    )
    return replace(found, clips=tuple(clips))


def _clip_progress(report: Callable[[Progress], None], claimed_s: float) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        report(Progress(Stage.CLIPS, claimed_s * done / total, claimed_s))

    return tell


def _ignore(_progress: Progress) -> None:
    """Ignore progress."""


def _from_stored(path: Path, out: Path, settings: Settings, report: Callable[[Progress], None]) -> Result | None:
    """Return the events found in a stored motion signal, if a new pass over the pixels would give the same signal."""
    # the plain name is always taken first: if its folder is missing, `path` has none, and the file need not be hashed
    if not (out / recording_id(path, frozenset())).is_dir():
        return None
    with open_file(path, settings.video) as opened:
        digest = sha256_of(opened.descriptor, opened.path)

    def find(recording: Recording, signal: MotionSignal) -> Result:
        claimed_s = recording.time.claimed_s
        report(Progress(Stage.EVENTS, claimed_s, claimed_s))
        return find_events(replace(recording, path=str(path)), signal, settings)

    return found_again(out / folder_name(path, out, digest), digest, settings, find)
