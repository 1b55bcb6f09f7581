"""Each sample gives what was written down, and what was written down is good enough."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from detector.evaluation.event_files import read_events
from detector.evaluation.scores import score
from detector.resources import sample, sample_names, sample_truth
from tests.golden.findings import EXPECTED, findings, pair_of
from tests.golden.session import README, shown_session, spoken_session

# Between machines the last bits of floating point differ, and with them what lies next to a threshold.
TOLERANCES = {
    "x": {"abs": 0.01},
    "y": {"abs": 0.01},
    "amplitude_px": {"abs": 0.2, "rel": 0.05},
    "confidence": {"abs": 0.05},
    "rate_hz": {"rel": 0.05},
}
REWRITE = "run `make golden` and read the diff"


def jerks_in(name: str) -> int:
    """Return the number of true jerks in a sample."""
    return len(read_events(sample_truth(name)).of("jerk"))


def check_events(found: list[dict[str, Any]], expected: list[dict[str, Any]], interval_s: float) -> None:
    for ours, theirs in zip(found, expected, strict=True):
        for key, value in theirs.items():
            if key.endswith("_s"):
                wanted = pytest.approx(value, abs=interval_s)
            else:
                wanted = pytest.approx(value, **TOLERANCES[key]) if key in TOLERANCES else value
            assert ours[key] == wanted, f"{key} of the event at {theirs['onset_s']} s; {REWRITE}"


@pytest.mark.parametrize("name", sample_names())
def test_sample_gives_what_is_written_down(name: str) -> None:
    expected = json.loads((EXPECTED / f"{name}.json").read_text("utf-8"))
    found = findings(name)
    interval_s = 1 / sample(name).fps
    assert found["counts"] == expected["counts"], REWRITE
    assert found["flags"] == expected["flags"], REWRITE
    assert found["analysed_s"] == pytest.approx(expected["analysed_s"], abs=interval_s)
    check_events(found["jerks"], expected["jerks"], interval_s)
    check_events(found["clusters"], expected["clusters"], interval_s)


def test_nothing_is_written_down_of_samples_that_are_gone() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(sample_names())


def test_recall_and_precision_over_all_samples() -> None:
    scores = score([pair_of(name) for name in sample_names()])
    assert scores.tolerance_s == 0.1
    assert scores.recall >= 0.9
    assert scores.precision >= 0.9
    assert scores.onset_mae_s < 0.04, "a frame at 25 Hz"


@pytest.mark.parametrize("name", [name for name in sample_names() if not jerks_in(name)])
def test_nothing_is_found_where_no_jerk_is(name: str) -> None:
    assert findings(name)["jerks"] == []


def test_session_in_the_readme_is_what_demo_prints() -> None:
    shown, spoken = (
        re.sub(r"\d+ ms off", "... ms off", text)
        for text in (shown_session(README.read_text("utf-8")), spoken_session())
    )
    assert shown == spoken, REWRITE
