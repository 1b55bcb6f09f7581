"""``sleepjerk explain``: why one movement was taken for a jerk, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.console import ExitCode, printable
from detector.cli.options import QuietOption  # noqa: TC001  (the parser reads it)

if TYPE_CHECKING:
    from detector.explain.evidence import Evidence
    from detector.explain.strip import Strip
    from detector.records.result import Result

__all__ = ["explain_command"]


def explain_command(
    result: Annotated[Path, typer.Argument(help="A results folder of analyze.", metavar="RESULT")],
    event: Annotated[str, typer.Argument(help="Id of a movement in it, such as jerk-0012 or rejected-0007.")],
    *,
    video: Annotated[
        Path | None, typer.Option(help="The recording; with it, the picture shows what the camera saw.", metavar="FILE")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Picture, .svg or .png, or an existing folder for it.  [default: CODE-EVENT.svg here, with the study "
            "code of the recording]",
            metavar="PATH",
        ),
    ] = None,
    quiet: QuietOption = False,
) -> int:
    """Show why a movement was judged as it was: each test with value and limit, its trace, and its neighbours.

    Prints them and draws one picture: frames and flow (with --video), the zone's speed with its threshold, the tests
    and the movements nearby. With a video, the picture shows the sleeper: handle it like the video.
    """
    from detector.explain.evidence import evidence_for  # noqa: PLC0415  (loads numpy)
    from detector.results.load import load_result  # noqa: PLC0415  (loads duckdb)

    if out is not None and not out.is_dir() and out.suffix.lower() not in {".svg", ".png"}:
        raise typer.BadParameter(
            f"--out {printable(out)}: a name that ends in .svg or .png, or an existing folder, is expected"
        )
    found = load_result(result)
    evidence = evidence_for(found, event)
    target = out if out is not None and not out.is_dir() else (out or Path()) / _name_of(found, event)
    strip = _strip(evidence, found, video) if video is not None else None
    _draw(evidence, strip, target)
    if not quiet:
        print("\n".join(evidence_lines(evidence)))
        print(f"  picture     {printable(target)}")
    return ExitCode.DONE


def _name_of(result: Result, event: str) -> str:
    """Return a picture's file name: every recording has a jerk-0001, and a code gives no name of a person away."""
    from detector.report.options import study_code  # noqa: PLC0415  (as above)

    return f"{study_code(result.recording.sha256)}-{event}.svg"


def _strip(evidence: Evidence, result: Result, video: Path) -> Strip:
    from detector.config import Settings  # noqa: PLC0415  (loads pydantic)
    from detector.explain.strip import strip_of  # noqa: PLC0415  (loads cv2 and av)
    from detector.video.source import confirm_video  # noqa: PLC0415  (loads av)

    confirm_video(video, result.recording, Settings.of_run(result.provenance).video)
    return strip_of(evidence, result, video)


def _draw(evidence: Evidence, strip: Strip | None, target: Path) -> None:
    from detector.explain.picture import explanation_png, explanation_svg  # noqa: PLC0415  (loads matplotlib)
    from detector.results.atomic import write_file  # noqa: PLC0415  (as below)
    from detector.results.refusal import refusal  # noqa: PLC0415  (as below)

    try:
        png = target.suffix.lower() == ".png"
        write_file(target, explanation_png(evidence, strip) if png else explanation_svg(evidence, strip).encode())
    except OSError as error:
        raise refusal(target, error, "choose another place with --out") from error


def evidence_lines(evidence: Evidence) -> list[str]:
    """Return the evidence in words, for a terminal."""
    from detector.explain.picture import neighbours_shown, number  # noqa: PLC0415  (loads matplotlib)
    from detector.records.events import Kind  # noqa: PLC0415  (as above)
    from detector.report.catalogue import catalogue  # noqa: PLC0415  (as above)

    say = catalogue()
    movement = evidence.movement
    lines = [f"{movement.id} at {movement.onset_s:.3f} s, {movement.duration_s:.3f} s long", f"  {evidence.decided_by}"]
    lines += [f"  {'test':<18}{'value':>9}      {'limit':<11}  result (w: width of the picture)"]
    for test in evidence.tests:
        sign = "<=" if test.at_most else ">="
        verdict = "passed" if test.passed else f"FAILED ({test.reason})"
        limit = f"{number(test.limit)} {test.unit}"
        words = say(f"tests.{test.feature}")
        lines.append(f"  {test.feature:<18}{number(test.value):>9}  {sign}  {limit:<11}  {verdict:<19} {words}")
    named = f"{neighbours_shown(evidence)}: onset from its own, confidence, and why it is not counted"
    lines.append(f"  {named}" if evidence.neighbours else "  no neighbour within 5 s")
    for other in evidence.neighbours:
        verdict = "counted" if other.kind is Kind.JERK else other.reason
        lines.append(f"    {other.onset_s - movement.onset_s:+7.3f} s  {other.id:<16}{other.confidence:.2f}  {verdict}")
    return lines
