"""What the demo says of found and true."""

from __future__ import annotations

import numpy as np

from detector.cli.demo import comparison_lines
from detector.evaluation.event_files import EventTable
from detector.evaluation.scores import score
from detector.evaluation.tally import Pair


def jerks(*onsets_s: float) -> EventTable:
    n = len(onsets_s)
    return EventTable(np.array(onsets_s), np.full(n, 0.2), ("jerk",) * n, np.full(n, np.nan))


def test_found_beside_true() -> None:
    pair = Pair(jerks(1.02, 5.0), jerks(1.0, 2.0, 3.0))
    lines = comparison_lines(pair, score([pair]))
    assert lines[1].split() == ["found", "true"]
    assert lines[2].split() == ["jerks", "2", "3"]
    assert lines[3].split() == ["clusters", "0", "0"]
    assert lines[4].split(maxsplit=1)[1] == (
        "1 of 3 true jerks found within 100 ms, 1 false; onsets 20 ms off on average"
    )


def test_nothing_found_and_nothing_true() -> None:
    pair = Pair(jerks(), jerks())
    lines = comparison_lines(pair, score([pair]))
    assert lines[-1].endswith("0 of 0 true jerks found within 100 ms, 0 false")
