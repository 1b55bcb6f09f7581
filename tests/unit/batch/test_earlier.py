"""Recordings that change their name: by corrected labels, or by a renamed file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detector.batch import processes, units
from detector.batch.receipts import read_receipts
from detector.batch.run import Options, Totals, run_study
from detector.batch.sources import source_of
from detector.cli.batch import _total_lines
from detector.config import Settings
from tests.unit.batch.studies import films, tree, work_off_here

if TYPE_CHECKING:
    from pathlib import Path

    from detector.batch.sources import Source

pytestmark = pytest.mark.usefixtures("canned")

SAID = "id\tdecision\tby\tat\n"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "work_off", work_off_here)


def run_with(sources: list[Source], study: Path) -> Totals:
    return run_study(sources, study, Settings(), Options(segment_s=60), lambda _progress: None)


def folders(study: Path) -> list[str]:
    return sorted(path.name for path in (study / "recordings").iterdir())


def test_a_corrected_label_takes_the_results_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (film,) = films(tmp_path / "v", 1)
    study = tmp_path / "s"
    wrong, right = source_of(film, subject="01"), source_of(film, subject="10")
    run_with([wrong], study)
    run_with([right], tmp_path / "fresh")
    (study / "recordings" / wrong.id / "decisions.tsv").write_text(SAID)
    monkeypatch.setattr(units, "extract_signal", None)  # nothing is decoded for a label
    totals = run_with([right], study)
    assert (totals.n_done, totals.complete, totals.left_over) == (1, True, ())
    assert folders(study) == [right.id]
    assert (study / "recordings" / right.id / "decisions.tsv").read_text() == SAID
    assert [receipt.source.id for receipt in read_receipts(study)] == [right.id]
    (study / "recordings" / right.id / "decisions.tsv").unlink()
    assert tree(study) == tree(tmp_path / "fresh")


def test_a_label_corrected_while_another_video_came_leaves_the_first_results_and_says_so(tmp_path: Path) -> None:
    film, other = films(tmp_path / "v", 2)
    study = tmp_path / "s"
    wrong, right = source_of(film, subject="01"), source_of(film, subject="10")
    run_with([wrong], study)
    (study / "recordings" / wrong.id / "decisions.tsv").write_text(SAID)
    other.replace(film)
    totals = run_with([right], study)
    assert totals.left_over == (wrong.id,)
    assert any("not counted" in line and wrong.id in line for line in _total_lines(totals, study))
    assert (study / "recordings" / wrong.id / "decisions.tsv").read_text() == SAID
    assert not (study / "recordings" / right.id / "decisions.tsv").exists()
    assert run_with([right], study).left_over == (wrong.id,)


def test_a_kill_after_the_folder_got_its_new_name_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (film,) = films(tmp_path / "v", 1)
    study = tmp_path / "s"
    wrong, right = source_of(film, subject="01"), source_of(film, subject="10")
    run_with([wrong], study)
    (study / "recordings" / wrong.id).rename(study / "recordings" / right.id)
    monkeypatch.setattr(units, "extract_signal", None)
    assert run_with([right], study).complete
    assert folders(study) == [right.id]
