"""Studies from end to end in the test's own process: resume, changed inputs, failing calls, full disk."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections import namedtuple
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from detector.batch import making, processes, run, units
from detector.batch.making import made_by
from detector.batch.plan import make_plan
from detector.batch.receipts import read_receipt, read_receipts
from detector.batch.run import Options
from detector.batch.sources import find_sources, source_of
from detector.classify.model_file import load_model
from detector.cli.main import main
from detector.config import Region, RegionSettings, Settings
from detector.errors import RecordingError, ResultError, SettingsError
from detector.resources import sample_path
from detector.results.clips import ClipChoice
from detector.results.drift import reference_of
from detector.video import identity
from tests.faults.make_faults import cut, write_film
from tests.region_files import regions_text
from tests.unit.batch.studies import films, long_film, old, run_here, small, tree, work_off_here

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "work_off", work_off_here)


def states(folder: Path, study: Path, **options: bool) -> dict[str, str]:
    entries = make_plan(find_sources([folder]), study, made_by(Settings()), **options)
    return {Path(entry.source.path).name: entry.state for entry in entries}


@pytest.mark.skipif(sys.platform == "win32", reason="names are no bytes there")
def test_a_run_in_another_language_of_the_machine_finds_its_work_done(tmp_path: Path) -> None:
    (path,) = films(tmp_path / "v", 1)
    path.rename(path.with_name("Müller.mp4"))
    run_here(tmp_path / "v", tmp_path / "s")
    escaped = source_of(tmp_path / "v" / "M\udcc3\udcbcller.mp4")
    (entry,) = make_plan([escaped], tmp_path / "s", made_by(Settings()))
    assert (entry.state, entry.source.path) == ("done", str(tmp_path / "v" / "M\udcc3\udcbcller.mp4"))


@pytest.mark.usefixtures("canned")
def test_a_second_run_does_nothing_and_changes_no_byte(tmp_path: Path) -> None:
    films(tmp_path / "v", 3)
    first = run_here(tmp_path / "v", tmp_path / "s")
    before = tree(tmp_path / "s")
    second = run_here(tmp_path / "v", tmp_path / "s")
    assert (first.n_done, second.n_done, second.states["done"], second.complete) == (3, 0, 3, True)
    assert tree(tmp_path / "s") == before
    assert len(list((tmp_path / "s" / "recordings").iterdir())) == 3


@pytest.mark.usefixtures("canned")
def test_broken_inputs_get_a_row_and_do_not_stop_the_others(tmp_path: Path) -> None:
    films(tmp_path / "v", 2)
    old(shutil.copy(tmp_path / "v" / "night-1.mp4", tmp_path / "v" / "second.mp4"))
    (tmp_path / "v" / "young.mp4").write_bytes(b"half a film")
    done = run_here(tmp_path / "v", tmp_path / "s")
    assert not done.complete
    assert done.states == {"new": 2, "duplicate": 1, "growing": 1}
    lines = [line.split("\t") for line in (tmp_path / "s" / "failures.tsv").read_text().splitlines()]
    assert [line[4] for line in lines] == ["reason", "duplicate", "growing"]
    assert len((tmp_path / "s" / "cohort.tsv").read_text().splitlines()) == 5


def test_a_refused_file_is_not_tried_again_unless_asked(tmp_path: Path) -> None:
    (film,) = films(tmp_path / "v", 1, n_frames=50)
    old(cut(film, tmp_path / "v" / "cut.mp4", 0.5))
    film.unlink()
    first = run_here(tmp_path / "v", tmp_path / "s")
    assert (first.n_failed, dict(first.reasons)) == (1, {"truncated_index": 1})
    assert states(tmp_path / "v", tmp_path / "s") == {"cut.mp4": "broken"}
    assert states(tmp_path / "v", tmp_path / "s", retry_failed=True) == {"cut.mp4": "new"}
    labelled = [replace(source, subject="07", age_weeks=5.0) for source in find_sources([tmp_path / "v"])]
    (entry,) = make_plan(labelled, tmp_path / "s", made_by(Settings()))
    assert entry.state == "new", "it fails again, under what the table now says of it"
    other = made_by(Settings().with_assignments("jerks.max_duration_s=0.8"))
    (entry,) = make_plan(find_sources([tmp_path / "v"]), tmp_path / "s", other)
    assert (entry.state, entry.why) == ("changed", "it failed before (truncated_index), then with other settings")
    assert not run_here(tmp_path / "v", tmp_path / "s").complete


@pytest.mark.usefixtures("canned")
def test_what_has_changed_is_done_again(tmp_path: Path) -> None:
    one, two, three = films(tmp_path / "v", 3)
    run_here(tmp_path / "v", tmp_path / "s")
    old(write_film(one, 40, make=small))
    os.utime(two, (1.6e9, 1.6e9))
    shutil.rmtree(tmp_path / "s" / "recordings" / find_sources([three])[0].id)
    assert states(tmp_path / "v", tmp_path / "s") == {
        "night-0.mp4": "changed", "night-1.mp4": "relabelled", "night-2.mp4": "new",
    }  # fmt: skip
    other = Settings().with_assignments(["jerks.max_duration_s=0.8"])
    entries = make_plan(find_sources([tmp_path / "v"]), tmp_path / "s", made_by(other))
    assert {entry.state for entry in entries} == {"changed"}


def test_a_disk_that_gives_up_costs_its_own_recording_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, _ = films(tmp_path / "v", 2)
    size, plain = bad.stat().st_size, identity.hashlib.file_digest

    def fail(file: Any, kind: str) -> Any:
        if os.fstat(file.fileno()).st_size == size:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return plain(file, kind)

    monkeypatch.setattr(identity.hashlib, "file_digest", fail)
    run_here(tmp_path / "v", tmp_path / "s")
    found = {Path(each.source.path).name: (each.status, each.reason) for each in read_receipts(tmp_path / "s")}
    assert found == {"night-0.mp4": ("failed", "unreadable"), "night-1.mp4": ("done", "")}


@pytest.mark.usefixtures("canned")
def test_another_model_makes_another_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films(tmp_path / "v", 1)
    run_here(tmp_path / "v", tmp_path / "s")
    assert states(tmp_path / "v", tmp_path / "s") == {"night-0.mp4": "done"}
    rules = Settings().with_assignments(["jerks.judge=rules"])
    assert (made_by(Settings()).model, made_by(rules).model) == (load_model().sha256, "")
    monkeypatch.setattr(making, "registered_model", lambda: (tmp_path, "0" * 64))
    (entry,) = make_plan(find_sources([tmp_path / "v"]), tmp_path / "s", made_by(Settings()))
    assert (entry.state, entry.why) == ("changed", "it was analysed with another model")


@pytest.mark.usefixtures("canned")
def test_a_run_that_leaves_results_of_two_models_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = films(tmp_path / "v", 2)
    assert run_here(first, tmp_path / "s").mixed == ""
    monkeypatch.setattr(making, "registered_model", lambda: (tmp_path, "0" * 64))
    assert "with different classifiers and must not be compared" in run_here(second, tmp_path / "s").mixed
    assert run_here(tmp_path / "v", tmp_path / "s").mixed == ""


@pytest.mark.usefixtures("canned")
def test_a_new_age_in_the_table_changes_the_receipt_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (film,) = films(tmp_path / "v", 1)
    source = replace(find_sources([film])[0], age_weeks=3.0)
    say_nothing: Callable[[object], None] = lambda _progress: None  # noqa: E731
    run.run_study([source], tmp_path / "s", Settings(), Options(), say_nothing)
    monkeypatch.setattr(units, "extract_signal", None)
    done = run.run_study([replace(source, age_weeks=4.0)], tmp_path / "s", Settings(), Options(), say_nothing)
    assert (done.n_done, done.states) == (0, {"relabelled": 1})
    assert read_receipt(tmp_path / "s", source.key).source.age_weeks == 4.0
    assert "\t4.00\t" in (tmp_path / "s" / "cohort.tsv").read_text()


@pytest.mark.usefixtures("canned")
def test_every_recording_is_in_one_shard_and_the_shards_make_the_whole(tmp_path: Path) -> None:
    films(tmp_path / "v", 5)
    run_here(tmp_path / "v", tmp_path / "one")
    done = [run_here(tmp_path / "v", tmp_path / "s", options=Options(shard=(i, 3))).n_done for i in (1, 2, 3)]
    assert sum(done) == 5
    assert tree(tmp_path / "s") == tree(tmp_path / "one")


def test_a_file_that_changes_while_it_is_read_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (film,) = films(tmp_path / "v", 1)

    def change(path: Path, settings: Settings, **_: Any) -> Any:
        with film.open("ab") as file:
            file.write(b"more")
        raise RecordingError(path, "it was changed", code="changed", advice="Wait")

    monkeypatch.setattr(units, "extract_signal", change)
    done = run_here(tmp_path / "v", tmp_path / "s")
    assert dict(done.reasons) == {"changed": 1}
    monkeypatch.undo()
    monkeypatch.setattr(processes, "work_off", work_off_here)
    assert states(tmp_path / "v", tmp_path / "s", include_open=True) == {"night-0.mp4": "changed"}


def test_a_file_that_grows_while_one_looks_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (film,) = films(tmp_path / "v", 1)
    recent_s = time.time() - 300
    os.utime(film, (recent_s, recent_s))

    def grow(_seconds: float) -> None:
        with film.open("ab") as file:
            file.write(b"more")
        os.utime(film, (recent_s, recent_s))

    monkeypatch.setattr("detector.batch.plan.time.sleep", grow)
    assert states(tmp_path / "v", tmp_path / "s") == {"night-0.mp4": "growing"}


@pytest.mark.usefixtures("canned")
@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename", "replace", "link"])
def test_whichever_call_fails_the_study_stays_valid_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """As SQLite is tested: let the n-th call fail, for every n there is."""
    films(tmp_path / "v", 1)
    whole = tmp_path / "whole"
    run_here(tmp_path / "v", whole)
    wanted, real = tree(whole), getattr(os, call)
    for n in range(1, 200):
        study, count = tmp_path / f"s-{n}", 0

        def fail(*arguments: Any, n: int = n, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count == n:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            try:
                run_here(tmp_path / "v", study)
            except (ResultError, OSError):
                assert count >= n
        for receipt in read_receipts(study) if (study / "receipts").exists() else ():
            folder = study / "recordings" / receipt.source.id
            assert all((folder / name).is_file() for name in receipt.files)
        run_here(tmp_path / "v", study)
        assert tree(study) == wanted, f"after call {n} of os.{call} failed"
        shutil.rmtree(study)
        if count < n:
            break
    assert n > 1


@pytest.mark.usefixtures("canned")
def test_a_nearly_full_disk_stops_the_run_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films(tmp_path / "v", 2)
    usage = namedtuple("usage", "total used free")  # noqa: PYI024
    with monkeypatch.context() as patch:
        patch.setattr(run.shutil, "disk_usage", lambda _path: usage(1, 1, 1000))
        with pytest.raises(ResultError, match="less than 64 MiB are free"):
            run_here(tmp_path / "v", tmp_path / "s")
    assert run_here(tmp_path / "v", tmp_path / "s").n_done == 2


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    films(tmp_path / "v", 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultError, match="cannot be written"):
        run_here(tmp_path / "v", tmp_path / "file" / "s")


@pytest.mark.parametrize(
    "wrong", [{"part_s": 45.0}, {"part_s": 30.0}, {"shard": (0, 3)}, {"shard": (4, 3)}, {"workers": 0}]
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Options(**wrong)


def test_a_long_recording_in_parts_gives_the_bytes_of_one_pass(tmp_path: Path) -> None:
    long_film(tmp_path / "v.mp4")
    whole = run_here(tmp_path / "v.mp4", tmp_path / "whole", options=Options(part_s=0))
    parts = run_here(tmp_path / "v.mp4", tmp_path / "parts", options=Options(part_s=60))
    assert (whole.n_done, parts.n_done) == (1, 1)
    assert tree(tmp_path / "parts") == tree(tmp_path / "whole")


@pytest.mark.parametrize(("clips", "n"), [(None, 0), (ClipChoice(2), 2), (ClipChoice(None), 6)])
def test_reports_of_a_study_have_clips_when_asked_for(tmp_path: Path, clips: ClipChoice | None, n: int) -> None:
    (tmp_path / "v").mkdir()
    old(Path(shutil.copy(sample_path("isolated"), tmp_path / "v" / "night.mp4")))
    totals = run_here(tmp_path / "v", tmp_path / "s", options=Options(part_s=60, clips=clips))
    assert totals.complete
    (folder,) = (tmp_path / "s" / "recordings").iterdir()
    assert len(list(folder.glob("clips/jerk-*.mp4"))) == n
    assert (folder / "report.html").read_text("utf-8").count('class="player"') == n


def test_regions_are_those_of_all_recordings_and_a_moved_camera_is_flagged(tmp_path: Path) -> None:
    (film,) = films(tmp_path / "v", 1)
    whole = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    regions = RegionSettings(named=(Region(name="left_arm", points=whole),))
    other = np.random.default_rng(1).integers(0, 255, (90, 160, 3), dtype=np.uint8)
    file, study = tmp_path / "regions.toml", tmp_path / "s"
    for reference, flagged in ((None, False), (reference_of(other), True)):
        file.write_text(regions_text(regions, reference))
        shutil.rmtree(study, ignore_errors=True)
        assert main(["batch", str(film), "--out", str(study), "--regions", str(file), "--quiet"]) == 0
        (receipt,) = read_receipts(study)
        assert receipt.made_by.settings == Settings(regions=regions).fingerprint()
        assert ("regions_moved" in {flag["code"] for flag in receipt.summary["quality_flags"]}) == flagged
    before = tree(study)
    file.write_text(regions_text(regions, None))  # no number depends on the reference
    assert main(["batch", str(film), "--out", str(study), "--regions", str(file), "--quiet"]) == 0
    assert tree(study) == before
    run_here(film, study)
    (receipt,) = read_receipts(study)
    assert "regions_moved" not in {flag["code"] for flag in receipt.summary["quality_flags"]}
