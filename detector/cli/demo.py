"""``sleepjerk demo``: a shipped sample from video to report, with what was found beside what is true."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.console import ExitCode, printable
from detector.cli.progress import StageClock, show_progress
from detector.cli.words import written_lines
from detector.records.file_names import EVENTS

if TYPE_CHECKING:
    from detector.evaluation.scores import Scores
    from detector.evaluation.tally import Pair

__all__ = ["default_sample", "demo_command"]


def demo_command(
    name: Annotated[str, typer.Argument(help="Name of the sample; see --list.", metavar="SAMPLE")] = "",
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results go.", metavar="FOLDER")] = Path(
        "demo-results"
    ),
    listed: Annotated[bool, typer.Option("--list", help="Print the names of the samples and stop.")] = False,
) -> int:
    """Analyze a sample that ships with sleepjerk, and print what was found next to what is true."""
    from detector.resources import sample, sample_names, sample_path, sample_truth  # noqa: PLC0415  (as below)

    if listed:
        print("\n".join(sample_names()))
        return ExitCode.DONE
    chosen = sample(name or default_sample())
    clip, truth = sample_path(chosen.name), sample_truth(chosen.name)

    from detector.config import Settings  # noqa: PLC0415
    from detector.evaluation.pairs import read_pair  # noqa: PLC0415
    from detector.evaluation.scores import score  # noqa: PLC0415
    from detector.results.clips import ClipChoice  # noqa: PLC0415
    from detector.results.recording import analyze_into  # noqa: PLC0415  (loads cv2, av and scipy: after --list)

    print(f"sample {chosen.name}: {printable(chosen.description)}\n", flush=True)
    with show_progress(chosen.name, StageClock(), quiet=False) as progress:
        written = analyze_into(clip, out, settings=Settings(), progress=progress, clips=ClipChoice(12))
    print("\n".join(written_lines(written)))
    pair = read_pair(written.folder / EVENTS, truth)
    print("\n".join(comparison_lines(pair, score([pair]))))
    return ExitCode.DONE


def default_sample() -> str:
    """Return the sample that is shown when none is named: the first of the manifest."""
    from detector.resources import sample_names  # noqa: PLC0415  (as above)

    return sample_names()[0]


def comparison_lines(pair: Pair, scores: Scores) -> list[str]:
    """Return what was found beside what is true, and how well the onsets agree."""
    lines = ["", f"  {'':<12}{'found':>6}{'true':>6}"]
    lines += [
        f"  {kind + 's':<12}{len(pair.predicted.of(kind)):>6}{len(pair.truth.of(kind)):>6}"
        for kind in ("jerk", "cluster")
    ]
    known = scores.tp + scores.fn
    agreement = f"{scores.tp} of {known} true jerks found within {scores.tolerance_s * 1000:.0f} ms, {scores.fp} false"
    if not math.isnan(scores.onset_mae_s):
        agreement += f"; onsets {scores.onset_mae_s * 1000:.0f} ms off on average"
    return [*lines, f"  {'agreement':<12}{agreement}"]
