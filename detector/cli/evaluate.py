"""``sleepjerk evaluate``: how well found events agree with known ones."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path  # noqa: TC003  (typer reads the annotations)
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.console import ExitCode, printable
from detector.cli.interruption import stop_if_asked
from detector.records.file_names import EVENTS
from detector.records.plural import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.evaluation.recordings import Partners
    from detector.evaluation.scores import Scores
    from detector.evaluation.tally import Pair

__all__ = ["evaluate_command"]

WIDER_S = 0.200
"""The second tolerance that is always shown: twice the usual one, the reach of a coarse hand label."""


def evaluate_command(
    predicted: Annotated[Path, typer.Argument(help="Found events: a table, a results folder, or a folder of these.")],
    truth: Annotated[Path, typer.Argument(help="Known events, or a second rater's, in the same forms.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Also write scores.json, recordings.tsv and events.tsv (docs/reference/evaluate.md).",
            metavar="FOLDER",
        ),
    ] = None,
    tolerance_s: Annotated[
        float, typer.Option("--tolerance", help="Largest difference between the onsets of a pair, in seconds.", min=0.0)
    ] = 0.1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as one JSON object.")] = False,
) -> int:
    """Score found against known jerks, one-to-one by onset, with 95 % intervals over recordings.

    Tables are events.tsv of analyze, truth files of simulate, or any BIDS events table with the columns onset, duration
    and trial_type. In folders, recordings are matched by name. Hours and picture width come from the summary.json
    beside the found events. Exit codes: 0 all scored, 1 some recordings are on one side only, 2 nothing could be
    scored.
    """
    from detector.evaluation.pairs import read_pair  # noqa: PLC0415
    from detector.evaluation.recordings import find_partners  # noqa: PLC0415  (loads numpy)
    from detector.evaluation.scores import score  # noqa: PLC0415
    from detector.evaluation.tables import score_lines  # noqa: PLC0415

    if not math.isfinite(tolerance_s):
        raise typer.BadParameter(f"--tolerance {tolerance_s:g} is not a length of time: give seconds, such as 0.1")
    if out is not None:
        _refuse_others(out)
    partners = find_partners(predicted, truth)
    pairs = []
    for name, found, known, condition in partners.pairs:
        stop_if_asked()
        pairs.append(read_pair(found, known, condition=condition, name=name))
    several = [score(pairs, tolerance_s=tolerance) for tolerance in dict.fromkeys((tolerance_s, WIDER_S))]
    if out is not None:
        _write(out, pairs, several, tolerance_s)
    if as_json:
        print(json.dumps(_values(several), allow_nan=False))
    else:
        print(_heading(partners, several[0]))
        print("\n".join(score_lines(several)))
    _tell_doubts(pairs)
    for side, names in (("no known events", partners.only_found), ("no found events", partners.only_known)):
        if names:
            text = f"{plural(len(names), 'recording')} not scored, {side}: {printable(_some(names))}"
            print(f"sleepjerk: {text}", file=sys.stderr, flush=True)
    return ExitCode.SOME_FAILED if partners.only_found or partners.only_known else ExitCode.DONE


def _heading(partners: Partners, scores: Scores) -> str:
    """Return what is scored; names of a single pair that differ are shown, for only the reader knows if they may."""
    from detector.evaluation.recordings import table_name  # noqa: PLC0415  (as above)

    text = f"{plural(len(partners.pairs), 'recording')}, {plural(scores.tp + scores.fn, 'known jerk')}"
    differing = [
        f" (found: {name}, known: {table_name(known)})"
        for name, _, known, _ in partners.pairs
        if name != table_name(known)
    ]
    return text + printable("".join(differing))


def _tell_doubts(pairs: Sequence[Pair]) -> None:
    """Print what makes scores mean less than they seem to, once each, with the recordings it holds for."""
    names: dict[str, list[str]] = {}
    for pair in pairs:
        for doubt in pair.doubts:
            names.setdefault(doubt, []).append(pair.name)
    for doubt, concerned in names.items():
        print(f"sleepjerk: warning: {printable(_some(concerned))}: {printable(doubt)}", file=sys.stderr, flush=True)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")


def _refuse_others(out: Path) -> None:
    """Refuse a folder whose events.tsv is not that of an earlier evaluation: a result's, or a rater's table."""
    from detector.errors import ResultError  # noqa: PLC0415  (as below)

    if (out / EVENTS).exists() and not (out / "scores.json").exists():
        raise ResultError(f"{out}: it holds an events.tsv that no evaluation wrote. Choose another folder with --out")


def _values(several: Sequence[Scores]) -> dict[str, object]:
    from detector.evaluation.tables import scores_dict, tolerance_ms  # noqa: PLC0415  (loads numpy)

    return {f"within_{tolerance_ms(one)}_ms": scores_dict(one) for one in several}


def _write(out: Path, pairs: Sequence[Pair], several: Sequence[Scores], tolerance_s: float) -> None:
    from detector.evaluation import tables  # noqa: PLC0415  (loads numpy)
    from detector.results.atomic import write_file  # noqa: PLC0415  (as below)
    from detector.results.refusal import refusal  # noqa: PLC0415  (as below)

    texts = {
        "scores.json": json.dumps(_values(several), indent=1, allow_nan=False) + "\n",
        "recordings.tsv": tables.to_tsv(tables.recording_rows(pairs, tolerance_s), tables.RECORDING_COLUMNS),
        EVENTS: tables.to_tsv(
            [row for pair in pairs for row in tables.event_rows(pair, tolerance_s)], tables.EVENT_COLUMNS
        ),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_file(out / name, text.encode("utf-8"))
    except OSError as error:
        raise refusal(out, error) from error
