from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from detector.cli.main import main
from detector.errors import SettingsError
from detector.synthetic.conditions import CONDITIONS, NEGATIVE
from detector.synthetic.recipe import Bed, Camera, Jerk, Recipe
from detector.synthetic.series import Job, chosen_conditions, chosen_seeds, is_there, jobs_for, render_all

if TYPE_CHECKING:
    from pathlib import Path

CAMERA = Camera(width=160, height=120, fps=10, duration_s=1.0)


def small(seed: int = 1, **changes: object) -> Recipe:
    return Recipe(seed=seed, camera=CAMERA).model_copy(update=changes)


def test_conditions_by_name_pattern_and_group() -> None:
    assert chosen_conditions("all") == tuple(CONDITIONS)
    assert set(chosen_conditions("jerk-free")) == NEGATIVE
    assert chosen_conditions("still, clean_ir") == ("clean_ir", "still")
    assert set(chosen_conditions("*_quiet")) < NEGATIVE
    with pytest.raises(SettingsError, match="unknown condition 'clean'"):
        chosen_conditions("clean")


def test_seeds_by_number_and_range() -> None:
    assert chosen_seeds("1-3, 9,2") == (1, 2, 3, 9)
    for wrong in ("", "x", "3-1", "1-", "-2"):
        with pytest.raises(SettingsError, match="seeds"):
            chosen_seeds(wrong)


def test_jobs_go_seed_by_seed(tmp_path: Path) -> None:
    jobs = jobs_for(("still", "clean_ir"), (7, 8), tmp_path, bed="room.png")
    assert [job.path.stem for job in jobs] == ["still-00007", "clean_ir-00007", "still-00008", "clean_ir-00008"]
    assert {job.recipe.bed.picture for job in jobs} == {"room.png"}


def test_what_is_there_is_kept_and_what_changed_is_made_anew(tmp_path: Path) -> None:
    job = Job(small(), tmp_path / "a.mp4")
    broken = Job(small(bed=Bed(picture="nowhere.png")), tmp_path / "b.mp4")
    states = {made.job.path.stem: made for made in render_all([job, broken])}
    assert {name: made.state for name, made in states.items()} == {"a": "rendered", "b": "failed"}
    assert "nowhere.png cannot be read" in states["b"].error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "a.toml", "a.truth.tsv"]
    assert is_there(job)
    assert not is_there(Job(small(seed=2), job.path))
    job.path.unlink()
    assert not is_there(job)


def test_the_command_renders_a_recipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jerk = Jerk(onset_s=0.4, limbs=("left_arm",), amplitude_px=5)
    small(jerks=(jerk,)).save(tmp_path / "one.toml")
    out = tmp_path / "out"
    for state in ("rendered", "kept"):
        assert main(["simulate", str(tmp_path / "one.toml"), "--out", str(out)]) == 0
        assert f"1 clip in {out}: 1 {state}" in capsys.readouterr().out
    assert "\tjerk\t" in (out / "one.truth.tsv").read_text()


def test_the_command_lists_conditions_and_refuses_to_do_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--list"]) == 0
    listed = dict(line.split() for line in capsys.readouterr().out.splitlines())
    assert listed["still"] == "jerk-free"
    assert listed["clean_ir"] == "jerks"
    assert main(["simulate"]) == 2


def test_a_place_that_cannot_be_written_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small().save(tmp_path / "one.toml")
    command = ["simulate", str(tmp_path / "one.toml"), "--out"]
    assert main([*command, str(tmp_path / "one.toml" / "clips")]) == 2
    told = capsys.readouterr().err
    assert "cannot be written (Not a directory). A part of that path is a file: choose another folder with" in told

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "one.mp4")

    monkeypatch.setattr("detector.synthetic.series.write_clip", full)
    assert main([*command, str(tmp_path / "clips")]) == 1
    told = capsys.readouterr().err
    assert "the clip cannot be written (No space left on device). Free some space" in told
    assert "Errno" not in told
