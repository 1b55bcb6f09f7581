"""``sleepjerk analyze``: videos in, a results folder each out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.console import ExitCode, fail, say
from detector.cli.interruption import stop_if_asked
from detector.cli.options import (
    ConfigOption,
    PixelateOption,
    QuietOption,
    SetOption,
    clip_choice,
    read_settings,
)
from detector.cli.progress import StageClock, show_progress
from detector.cli.words import failure_json, written_json, written_lines
from detector.records.plural import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.config import Settings
    from detector.results.clips import ClipChoice
    from detector.results.region_file import RegionFile

__all__ = ["analyze_command", "analyze_one"]


@dataclass(frozen=True, slots=True)
class Extras:
    """What goes along with an analysis: clips, and named regions."""

    clips: ClipChoice | None = None
    regions: RegionFile | None = None


_PLAIN = Extras()


def analyze_command(  # noqa: PLR0913  (one an option)
    context: typer.Context,
    videos: Annotated[
        list[Path], typer.Argument(help="Video files, one recording each.", metavar="VIDEO", readable=False)
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where the results go: one folder per recording.", metavar="FOLDER")
    ] = Path("results"),
    config: ConfigOption = None,
    assignments: SetOption = None,
    fast: Annotated[
        bool,
        typer.Option("--fast", help="Half the frames, no loop filter: faster, but finds less; the result says so."),
    ] = False,
    regions: Annotated[
        Path | None,
        typer.Option(help="Named parts of the picture: a file saved from `sleepjerk regions`.", metavar="FILE"),
    ] = None,
    clips: Annotated[
        str, typer.Option(help="Clips of jerks, and of near misses: a number, `all` or `none`.", metavar="N|all|none")
    ] = "12",
    pixelate: PixelateOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per recording on stdout and nothing else.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also print where the time went.")] = False,
    quiet: QuietOption = False,
) -> int:
    """Find the jerks in videos and write a results folder for each.

    A motion signal of the same file that is already in the folder is reused: with other thresholds, nothing is
    decoded again. A video that fails does not stop the others. Exit codes: 0 all done, 1 some of several failed,
    2 wrong usage or settings or no place to write, 3 the one video was refused, 70 a fault in sleepjerk, 130
    interrupted.
    """
    from detector.results.folder import check_place  # noqa: PLC0415  (loads duckdb)

    settings = read_settings(config, [*(assignments or []), *(["video.fast=true"] if fast else [])])
    extras = read_extras(regions, clips, pixelate)
    check_place(out)
    verbose = verbose or bool(context.find_root().params.get("verbose"))
    codes = [
        analyze_one(video, out, settings, as_json=as_json, verbose=verbose, quiet=quiet or as_json, extras=extras)
        for video in videos
    ]
    return _exit_of(codes)


def _exit_of(codes: Sequence[int]) -> int:
    """Return the exit code of several recordings, and say how many failed."""
    if len(codes) == 1:
        return codes[0]
    failed = sum(code != ExitCode.DONE for code in codes)
    if failed:
        print(f"sleepjerk: {failed} of {plural(len(codes), 'recording')} failed", file=sys.stderr)
    return ExitCode.SOME_FAILED if failed else ExitCode.DONE


def read_extras(regions: Path | None, clips: str, pixelate: list[str] | None) -> Extras:
    """Return what the options about clips and regions ask for."""
    from detector.results.region_file import read_regions  # noqa: PLC0415  (loads cv2 and av)

    return Extras(clip_choice(clips, pixelate), read_regions(regions) if regions else None)


def analyze_one(
    video: Path, out: Path, settings: Settings, *, as_json: bool, verbose: bool, quiet: bool, extras: Extras = _PLAIN
) -> ExitCode:
    """Analyze one video, print what came out of it, and return its exit code."""
    from detector.results.recording import analyze_into  # noqa: PLC0415  (loads cv2, av and scipy)

    stages = StageClock()
    try:
        with show_progress(video.name, stages, quiet=quiet) as progress:
            written = analyze_into(
                video,
                out,
                settings=settings,
                progress=progress,
                running_count=not quiet,
                clips=extras.clips,
                regions=extras.regions,
            )
        stop_if_asked()
    except Exception as error:  # noqa: BLE001  (one bad video must not stop the others; the line and the code tell)
        stop_if_asked()
        if as_json:
            say(failure_json(video, error))
        return fail(error, verbose=verbose)
    if as_json:
        say(written_json(written))
    elif not quiet:
        from detector.results.clip_folder import kept_clips  # noqa: PLC0415  (loads cv2 and av)

        say("\n".join(written_lines(written, n_kept=0 if extras.clips else kept_clips(written.folder))))
    if verbose:
        for line in stages.lines(written.result.recording.time.claimed_s):
            print(f"  {line}", file=sys.stderr)
    return ExitCode.DONE
