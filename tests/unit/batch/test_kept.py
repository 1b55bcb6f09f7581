"""What a study keeps, and what it says, when videos, results or receipts are away or damaged."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detector.batch import processes
from detector.batch.making import made_by
from detector.batch.plan import make_plan
from detector.batch.receipts import read_receipt
from detector.batch.sources import find_sources
from detector.batch.study.write import write_study
from detector.cli.batch import _total_lines, study_command
from detector.config import Settings
from detector.errors import ResultError
from tests.unit.batch.studies import films, run_here, tree, work_off_here

if TYPE_CHECKING:
    from detector.batch.board import Board

pytestmark = pytest.mark.usefixtures("canned")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "work_off", work_off_here)


def states(folder: Path, study: Path, **options: bool) -> dict[str, str]:
    entries = make_plan(find_sources([folder]), study, made_by(Settings()), **options)
    return {Path(entry.source.path).name: entry.state for entry in entries}


def test_the_result_of_a_video_that_is_away_is_kept(tmp_path: Path) -> None:
    (film,) = films(tmp_path / "v", 1)
    run_here(film, tmp_path / "s")
    before = tree(tmp_path / "s")
    film.rename(tmp_path / "archived.mp4")
    for settings in (Settings(), Settings().with_assignments(["jerks.max_duration_s=0.8"])):
        (entry,) = make_plan(find_sources([film]), tmp_path / "s", made_by(settings))
        assert (entry.state, entry.why) == ("away", "its video is not there; its result is kept")
        totals = run_here(film, tmp_path / "s", settings)
        assert (totals.complete, dict(totals.states), totals.n_failed) == (True, {"away": 1}, 0)
        assert tree(tmp_path / "s") == before
    assert any("away" in line and "its result is kept" in line for line in _total_lines(totals, tmp_path / "s"))
    (tmp_path / "archived.mp4").rename(film)
    assert states(film, tmp_path / "s") == {"night-0.mp4": "done"}


def test_the_result_of_a_video_that_may_not_be_read_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (film,) = films(tmp_path / "v", 1)
    run_here(film, tmp_path / "s")
    os.utime(film, (1.6e9, 1.6e9))
    before = tree(tmp_path / "s")

    def refuse(_path: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("detector.batch.plan.open_input", refuse)
    assert dict(run_here(film, tmp_path / "s").states) == {"away": 1}
    assert tree(tmp_path / "s") == before


def test_a_disk_that_goes_away_during_a_run_costs_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (film,) = films(tmp_path / "v", 1)
    run_here(film, tmp_path / "s")
    before = tree(tmp_path / "s" / "receipts")

    def unmount(board: Board, **_: object) -> None:
        film.unlink()
        work_off_here(board)

    monkeypatch.setattr(processes, "work_off", unmount)
    other = Settings().with_assignments(["jerks.max_duration_s=0.8"])
    assert run_here(film, tmp_path / "s", other).n_failed == 1
    assert tree(tmp_path / "s" / "receipts") == before


def test_a_video_that_is_written_to_again_keeps_its_result_until_it_is_analysed(tmp_path: Path) -> None:
    (film,) = films(tmp_path / "v", 1)
    run_here(film, tmp_path / "s")
    before = tree(tmp_path / "s")
    with film.open("ab") as file:
        file.write(b"more")
    totals = run_here(film, tmp_path / "s")
    assert (totals.complete, dict(totals.states)) == (False, {"growing": 1})
    assert tree(tmp_path / "s") == before


@pytest.mark.parametrize("damage", ["folder gone", "no number", "edited"])
def test_events_that_are_not_those_of_the_receipt_are_named_and_made_again(
    tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "s"
    films(tmp_path / "v", 2)
    run_here(tmp_path / "v", study)
    before = tree(study)
    folder = min((study / "recordings").iterdir())
    events = folder / "events.tsv"
    if damage == "folder gone":
        shutil.rmtree(folder)
    else:
        end = "".join(["much", "\tn/a" * events.read_text().splitlines()[0].count("\t"), "\n"])
        events.write_text(events.read_text() + (end if damage == "no number" else "\n"))
    assert study_command(study) == 1
    told = capsys.readouterr()
    assert folder.name in told.err
    assert "Run `sleepjerk batch` on its video again" in told.err
    assert "1 recording not wholly in the tables" in told.out
    assert len((study / "cohort.tsv").read_text().splitlines()) == 3
    assert sorted(states(tmp_path / "v", study).values()) == ["done", "new"]
    totals = run_here(tmp_path / "v", study)
    assert (totals.n_done, totals.complete) == (1, True)
    assert tree(study) == before


def test_a_result_that_is_gone_with_its_video_does_not_stop_the_study(tmp_path: Path) -> None:
    one, two = films(tmp_path / "v", 2)
    run_here(tmp_path / "v", tmp_path / "s")
    shutil.rmtree(tmp_path / "s" / "recordings" / find_sources([one])[0].id)
    one.unlink()
    totals = run_here(two, tmp_path / "s")
    assert (totals.complete, len(totals.faults)) == (False, 1)


@pytest.mark.parametrize("damage", ["cut", "no counts"])
def test_a_receipt_that_cannot_be_read_is_named_and_made_again(
    tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    study = tmp_path / "s"
    films(tmp_path / "v", 2)
    run_here(tmp_path / "v", study)
    before = tree(study)
    path = min((study / "receipts").iterdir())
    values = json.loads(path.read_text())
    del values["summary"]["counts"]
    path.write_text(json.dumps(values) if damage == "no counts" else path.read_text()[:-20])
    with pytest.raises(ResultError, match="a damaged receipt"):
        read_receipt(study, path.stem)
    assert study_command(study) == 1
    assert path.name in capsys.readouterr().err
    assert run_here(tmp_path / "v", study).n_done == 1
    assert tree(study) == before


def test_tables_are_not_replaced_by_empty_ones_when_no_receipt_can_be_read(tmp_path: Path) -> None:
    study = tmp_path / "s"
    films(tmp_path / "v", 2)
    run_here(tmp_path / "v", study)
    before = (study / "cohort.tsv").read_bytes()
    for path in (study / "receipts").iterdir():
        path.write_text("{")
    with pytest.raises(ResultError, match="none of its 2 receipts can be read"):
        write_study(study)
    assert (study / "cohort.tsv").read_bytes() == before
