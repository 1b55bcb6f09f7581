"""``sleepjerk report`` and ``sleepjerk clips``: the report of a result folder made again, and clips for it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path  # noqa: TC003  (the parser reads it)
from typing import Annotated

import typer

from detector.cli.console import ExitCode, printable
from detector.cli.interruption import stop_if_asked
from detector.cli.options import PixelateOption, clip_choice
from detector.errors import SettingsError
from detector.records.plural import plural

__all__ = ["clips_command", "report_command"]

_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d", re.ASCII)
_YEARS = (1900, 2999)  # a calendar can count ten years back or a night on from there


def report_command(
    folder: Annotated[Path, typer.Argument(help="A folder that `sleepjerk analyze` wrote.", metavar="RESULT")],
    *,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write report.pdf (needs the extra `pdf`).")] = False,
    deidentify: Annotated[
        bool, typer.Option("--deidentify", help="Study code, shifted dates, no pictures; in a folder of its own.")
    ] = False,
    show_names: Annotated[
        bool, typer.Option("--show-names", help="Show the recording's name instead of its study code.")
    ] = False,
    code: Annotated[str, typer.Option(help="Study code to show instead of the one made from the video.")] = "",
    start: Annotated[
        str,
        typer.Option(help="Date, time and UTC offset of the first picture: 2026-03-29T22:41+01:00.", metavar="TIME"),
    ] = "",
    language: Annotated[str, typer.Option(help="Language of the report: en or de.", metavar="CODE")] = "en",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write; the result folder by default.", metavar="FOLDER")
    ] = None,
) -> int:
    """Rewrite the report of a result from its motion signal; no video is needed.

    Language, names, study code and start are kept in report.json: later runs of analyze and clips use them again.
    With --deidentify or --out, the report in the result folder stays as it is, and nothing is kept.
    """
    from detector.report.options import ReportOptions  # noqa: PLC0415
    from detector.results.report import ReportRequest, write_reports  # noqa: PLC0415  (loads matplotlib)

    if deidentify and show_names:
        raise SettingsError("--deidentify and --show-names cannot be combined; choose one", key="show_names")
    options = ReportOptions(language=language, show_names=show_names, code=code, start=_moment(start))
    for path in write_reports(folder, ReportRequest(options, pdf=pdf, deidentify=deidentify, out=out)):
        print(printable(path))
    return ExitCode.DONE


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        # a table of recordings takes a time of day alone: there it gives hours, here it would need the day's date
        clock = f"{text:0>5}" if _CLOCK.fullmatch(text) else "22:41"
        raise SettingsError(
            f"--start {text!r} is not a date with time and offset from UTC, such as 2026-03-29T{clock}+01:00",
            key="start",
        ) from None
    if moment.tzinfo is None:
        clock = text if ":" in text else f"{text[:10]}T00:30"
        raise SettingsError(f"--start {text!r} has no time zone; add one, such as {clock}+01:00", key="start")
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise SettingsError(
            f"--start {text!r} is in the year {moment.year}; one from {_YEARS[0]} to {_YEARS[1]} is expected",
            key="start",
        )
    return moment


def clips_command(
    folder: Annotated[Path, typer.Argument(help="A folder that `sleepjerk analyze` wrote.", metavar="RESULT")],
    video: Annotated[Path, typer.Argument(help="The video that the result was made from.", metavar="VIDEO")],
    *,
    clips: Annotated[str, typer.Option(help="A number, `all`, or `none` to remove them.", metavar="N|all|none")] = "24",
    pixelate: PixelateOption = None,
) -> int:
    """Make clips of the jerks of a result, or remove them, and rewrite its report."""
    from detector.results.clips import make_clips, remove_clips  # noqa: PLC0415  (loads cv2 and av)

    choice = clip_choice(clips, pixelate)
    if choice is None:
        print(f"{plural(remove_clips(folder), 'clip')} removed from {printable(folder)}")
        return ExitCode.DONE
    made = make_clips(folder, video, choice, lambda _done, _all: stop_if_asked())
    print(f"{plural(made, 'clip')} in {printable(folder / 'clips')}")
    return ExitCode.DONE
