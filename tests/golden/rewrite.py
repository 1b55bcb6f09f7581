"""Writes the expected findings, and the session that README.md shows, anew: ``make golden``.

Read the diff before it is kept. What is missed and false in each sample is printed, so that the diff can be judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.evaluation.matching import match_onsets
from detector.evaluation.scores import score
from detector.resources import sample_names
from tests.golden.findings import EXPECTED, as_text, findings, pair_of
from tests.golden.session import README, shown_session, spoken_session

if TYPE_CHECKING:
    from detector.evaluation.tally import Pair


def main() -> None:
    """Rewrite every expected file and the session, and print the scores."""
    names = sample_names()
    EXPECTED.mkdir(exist_ok=True)
    for stale in EXPECTED.glob("*.json"):
        if stale.stem not in names:
            stale.unlink()
    for name in names:
        (EXPECTED / f"{name}.json").write_text(as_text(findings(name)), "utf-8", newline="\n")
        print(f"{name:<14} {_faults(pair_of(name))}", flush=True)
    text = README.read_text("utf-8")
    README.write_text(text.replace(shown_session(text), spoken_session()), "utf-8", newline="\n")
    total = score([pair_of(name) for name in names])
    print(f"\nrecall {total.recall:.3f} ({total.tp} of {total.tp + total.fn}), precision {total.precision:.3f} "
          f"({total.fp} false), onsets {total.onset_mae_s * 1000:.0f} ms off on average")  # fmt: skip


def _faults(pair: Pair) -> str:
    scores = score([pair])
    found, known = pair.predicted.of("jerk").onset_s, pair.truth.of("jerk").onset_s
    matches = match_onsets(found, known, scores.tolerance_s)
    missed = np.delete(known, matches.truth)
    false = np.delete(found, matches.predicted)
    line = f"{scores.tp} of {scores.tp + scores.fn} found, {scores.fp} false"
    line += f"; missed at {', '.join(f'{time:.2f}' for time in missed)} s" if len(missed) else ""
    return line + (f"; false at {', '.join(f'{time:.2f}' for time in false)} s" if len(false) else "")


if __name__ == "__main__":
    main()
