"""Recordings that change their name: by corrected labels, or by a renamed file."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from detector.batch import processes, units
from detector.batch.earlier import gone, settle_renamed
from detector.batch.making import made_by
from detector.batch.plan import make_plan
from detector.batch.receipts import read_receipts
from detector.batch.run import Options, run_study
from detector.batch.sources import find_sources, source_of
from detector.cli.batch import _total_lines
from detector.config import Settings
from detector.errors import MissingPackageError
from tests.unit.batch.studies import films, run_here, tree, work_off_here
from tests.unit.batch.studies import old as aged

if TYPE_CHECKING:
    from pathlib import Path

    from detector.batch.sources import Source
    from detector.batch.totals import Totals

pytestmark = pytest.mark.usefixtures("canned")

SAID = "id\tdecision\tby\tat\n"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "work_off", work_off_here)


def run_with(sources: list[Source], study: Path) -> Totals:
    return run_study(sources, study, Settings(), Options(part_s=60), lambda _progress: None)


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


def test_what_is_no_input_any_more_is_counted_as_of_before(tmp_path: Path) -> None:
    one, other = map(source_of, films(tmp_path / "v", 2))
    study = tmp_path / "s"
    assert run_with([one, other], study).n_of_before == 0
    totals = run_with([one], study)
    assert (totals.n_of_before, totals.complete) == (1, True)
    assert any("of before" in line and "receipts are deleted" in line for line in _total_lines(totals, study))
    (receipt,) = (study / "receipts").glob(f"{other.id[-8:]}*.json")
    receipt.unlink()
    assert run_with([one], study).n_of_before == 0


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


@pytest.mark.parametrize("listed", [False, True], ids=["folder", "list"])
def test_a_renamed_video_is_one_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: bool) -> None:
    (film,) = films(tmp_path / "v", 1)
    study, now = tmp_path / "s", film.with_name("renamed.mp4")
    (old,) = find_sources([film])
    run_with([old], study)
    (study / "recordings" / old.id / "decisions.tsv").write_text(SAID)
    film.rename(now)
    (new,) = find_sources([now])
    inputs = [old, new] if listed else [new]
    plan = make_plan(inputs, study, made_by(Settings()))
    assert old.id in plan[-1].why
    monkeypatch.setattr(units, "extract_signal", None)  # nothing is decoded for a name
    assert run_with(inputs, study).complete
    assert folders(study) == [new.id]
    assert (study / "recordings" / new.id / "decisions.tsv").read_text() == SAID
    done = [line.split("\t")[0] for line in (study / "cohort.tsv").read_text().splitlines() if "\tdone\t" in line]
    assert done == [new.id]
    rest = {receipt.source.id: receipt.reason for receipt in read_receipts(study) if receipt.status != "done"}
    assert rest == ({old.id: "duplicate"} if listed else {})
    before = tree(study)
    totals = run_with(inputs, study)
    assert (totals.complete, dict(totals.states)) == (True, {"done": 1} | ({"duplicate": 1} if listed else {}))
    assert tree(study) == before


def test_what_counted_twice_before_counts_once(tmp_path: Path) -> None:
    (film,) = films(tmp_path / "v", 1)
    study, now = tmp_path / "s", film.with_name("renamed.mp4")
    (old,) = find_sources([film])
    run_with([old], study)
    shutil.copy2(film, now)
    (new,) = find_sources([now])
    run_with([new], study)  # the first one is no input of this run, and there
    assert sum("\tdone\t" in line for line in (study / "cohort.tsv").read_text().splitlines()) == 2
    film.unlink()
    totals = run_with([new], study)
    assert sum("\tdone\t" in line for line in (study / "cohort.tsv").read_text().splitlines()) == 1
    assert totals.left_over == (old.id,)


def test_a_film_that_is_being_replaced_is_no_other_name_of_what_it_was(tmp_path: Path) -> None:
    (film,) = films(tmp_path / "v", 1)
    study, now = tmp_path / "s", film.with_name("z-copy.mp4")
    run_with(find_sources([film]), study)
    shutil.copy2(film, now)
    run_with(find_sources([now]), study)
    film.unlink()
    with now.open("ab") as file:
        file.write(b"more")
    assert dict(run_with(find_sources([now]), study).states) == {"growing": 1}
    assert [receipt.status for receipt in read_receipts(study)] == ["done", "done"]


def test_a_video_that_is_away_and_another_of_its_length_are_two(tmp_path: Path) -> None:
    film, other = films(tmp_path / "v", 2)
    study = tmp_path / "s"
    size = max(film.stat().st_size, other.stat().st_size)
    for path in (film, other):
        with path.open("ab") as file:
            file.write(b"\0" * (size - path.stat().st_size))
        aged(path)
    old, new = find_sources([film, other])
    run_with([old], study)
    film.unlink()
    run_with([old, new], study)
    assert folders(study) == sorted([old.id, new.id])
    assert [receipt.status for receipt in read_receipts(study)] == ["done", "done"]


def test_a_copy_that_comes_first_by_path_does_not_take_over_what_is_analysed(tmp_path: Path) -> None:
    (film,) = films(tmp_path / "v", 1)
    study = tmp_path / "s"
    run_here(tmp_path / "v", study)
    before = folders(study)
    shutil.copy2(film, film.with_name("a-copy.mp4"))
    totals = run_here(tmp_path / "v", study)
    assert dict(totals.states) == {"duplicate": 1, "done": 1}
    assert folders(study) == before


def test_an_archive_that_is_unmounted_and_mounted_again_changes_hands_once(tmp_path: Path) -> None:
    (film,) = films(tmp_path / "v", 1)
    study, copy, archive = tmp_path / "s", tmp_path / "v" / "z-copy.mp4", tmp_path / "archive.mp4"
    shutil.copy2(film, copy)
    inputs = find_sources([film, copy])
    assert dict(run_with(inputs, study).states) == {"new": 1, "duplicate": 1}
    film.rename(archive)
    run_with(inputs, study)
    after = folders(study)
    assert after == [find_sources([copy])[0].id]
    archive.rename(film)
    assert dict(run_with(inputs, study).states) == {"duplicate": 1, "done": 1}
    assert folders(study) == after


def test_a_receipt_of_a_storage_whose_package_is_missing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films(tmp_path / "v", 1)
    study = tmp_path / "s"
    run_here(tmp_path / "v", study)

    def missing(_path: str) -> None:
        raise MissingPackageError("fsspec")

    monkeypatch.setattr("detector.batch.earlier.stamp_of", missing)
    assert gone(study, ()) == []
    settle_renamed(study, ())
    assert len(list(read_receipts(study))) == 1
