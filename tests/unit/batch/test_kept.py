"""What a study keeps, and what it says, when videos, results or receipts are away or damaged."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detector.batch import processes
from detector.batch.plan import make_plan
from detector.batch.sources import find_sources
from detector.batch.units import made_by
from detector.cli.batch import _total_lines
from detector.config import Settings
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
