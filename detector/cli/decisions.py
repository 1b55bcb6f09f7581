"""``sleepjerk decisions``: what a person decided in the page, put beside the result."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (the parser reads it)
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli.console import ExitCode, printable
from detector.cli.interruption import stop_if_asked
from detector.records.plural import plural

if TYPE_CHECKING:
    from detector.results.taking_in import TakenIn

__all__ = ["decisions_command"]


def decisions_command(
    folder: Annotated[
        Path,
        typer.Argument(help="A folder written by `sleepjerk analyze`, or one that holds several.", metavar="RESULT"),
    ],
    files: Annotated[
        list[Path], typer.Argument(help="Files of decisions saved from the reports.", metavar="DECISIONS...")
    ],
) -> int:
    """Add decisions made in reports to decisions.tsv, and make the reports again with them.

    No number of a result changes; events and summary in the reviewer's view go into its folder `reviewed`. Lines are
    only added, each once. If one person decided on a jerk more than once, the latest decision counts; if several did,
    the one in the file added last. In a folder of several results, the recording's code tells which one is meant.
    """
    from detector.results.taking_in import take_in_decisions  # noqa: PLC0415  (loads matplotlib)

    for taken in take_in_decisions(folder, files):
        _tell(taken)
        stop_if_asked()
    if (folder / "cohort.tsv").exists():
        print(f"to include them in the study's tables: sleepjerk study {printable(folder)}")
    return ExitCode.DONE


def _tell(taken: TakenIn) -> None:
    review = taken.review
    print(printable(taken.folder))
    print(f"  {plural(taken.new, 'new decision')}; of {plural(taken.jerks, 'jerk')} {len(review.confirmed)} confirmed, "
          f"{len(review.refused)} rejected, {taken.jerks - review.looked} not yet reviewed")  # fmt: skip
    if review.added:
        print(f"  {plural(len(review.added), 'refused candidate')} called a jerk")
    if review.disputed:
        some = ", ".join(review.disputed[:5]) + (" ..." if len(review.disputed) > 5 else "")
        print(f"  reviewers disagree on {len(review.disputed)}, the decision added last counts: {some}")
    if review.lost:
        print(f"  {plural(review.lost, 'decision')} on movements not in the result; its report says more")
    for path in taken.files:
        print(f"  {printable(path)}")
    if taken.stale:
        print(f"  {' and '.join(taken.stale)}: unchanged; make again with sleepjerk report and its options (--pdf)")
