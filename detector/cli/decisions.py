"""``sleepjerk decisions``: what a person decided in the page, put beside the result."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (the parser reads it)
from typing import Annotated

import typer

from detector.cli.console import ExitCode, printable
from detector.records.plural import plural

__all__ = ["decisions_command"]


def decisions_command(
    folder: Annotated[Path, typer.Argument(help="A folder that `sleepjerk analyze` wrote.", metavar="RESULT")],
    files: Annotated[
        list[Path], typer.Argument(help="Files of decisions that its report saved.", metavar="DECISIONS...")
    ],
) -> int:
    """Add decisions that were made in the report to decisions.tsv, and make the report again with them.

    No number of the result changes; events and summary in the reviewer's view go into its folder `reviewed`. Lines are
    only added, each once: of one person's decisions on a jerk the latest counts, of several persons' that of the file
    that was added last.
    """
    from detector.results.report import take_in_decisions  # noqa: PLC0415  (loads matplotlib)

    taken = take_in_decisions(folder, files)
    review, place = taken.review, printable(folder)
    print(f"{place}: {plural(taken.new, 'new decision')}; of {plural(taken.jerks, 'jerk')} {len(review.confirmed)} "
          f"confirmed, {len(review.refused)} rejected, {taken.jerks - review.looked} not yet looked at")  # fmt: skip
    if review.added:
        print(f"{plural(len(review.added), 'refused candidate')} called a jerk")
    if review.lost:
        print(f"{plural(review.lost, 'decision')} on what is not in the result; its report says more")
    for path in taken.files:
        print(printable(path))
    stale = [name for name in ("report.pdf", "deidentified") if (folder / name).exists()]
    if stale:
        print(f"{' and '.join(stale)}: as before; sleepjerk report makes them again")
    return ExitCode.DONE
