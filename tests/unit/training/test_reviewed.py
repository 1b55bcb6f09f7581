"""What a person decided on a result is what is learned from it; of what nobody looked at nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.training.reviewed import reviewed_results, signal_and_truth
from detector.config import Settings
from detector.errors import ResultError
from detector.records.table import LEAST_LISTED
from detector.resources import sample_path
from detector.results.load import load_result
from detector.results.recording import analyze_into

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result

HEAD = "id\tdecision\tby\tat\n"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("study")
    analyze_into(sample_path("isolated"), out, settings=Settings())
    return out


@pytest.fixture
def folder(study: Path) -> Path:
    (folder,) = study.iterdir()
    (folder / "decisions.tsv").unlink(missing_ok=True)
    return folder


@pytest.fixture(scope="module")
def result(study: Path) -> Result:
    (folder,) = study.iterdir()
    return load_result(folder)


def decide(folder: Path, **said: str) -> None:
    lines = [f"{name.replace('_', '-')}\t{word}\tab\tn/a\n" for name, word in said.items()]
    (folder / "decisions.tsv").write_text(HEAD + "".join(lines), "utf-8")


def test_only_results_with_decisions_are_learned_from(study: Path, folder: Path) -> None:
    assert reviewed_results(study) == []
    decide(folder, jerk_0001="confirmed")
    assert reviewed_results(study) == [folder]


def test_each_movement_is_what_was_decided_or_unknown(folder: Path, result: Result) -> None:
    refused = next(one for one in result.movements if one.kind == "rejected" and one.confidence < LEAST_LISTED)
    decide(folder, jerk_0001="confirmed", jerk_0002="rejected", **{refused.id: "confirmed"})
    signal, rows = signal_and_truth(folder)
    assert len(signal.zones) == len(result.signal.zones)
    jerks = {jerk.id: (jerk.onset_s, jerk.offset_s) for jerk in result.jerks}
    assert [row[:2] for row in rows if row[2] == "jerk"] == sorted(
        [jerks["jerk-0001"], (refused.onset_s, refused.offset_s)]
    )
    unknown = {row[:2] for row in rows if row[2] == "dont_care"}
    listed = {(one.onset_s, one.offset_s) for one in result.movements if one.confidence >= LEAST_LISTED}
    assert unknown == listed - {jerks["jerk-0001"], jerks["jerk-0002"]}


def test_decisions_that_cannot_be_read_are_named(folder: Path) -> None:
    decide(folder, jerk_0001="perhaps")
    with pytest.raises(ResultError, match=r"decisions\.tsv, line 2: the decision 'perhaps'"):
        signal_and_truth(folder)
