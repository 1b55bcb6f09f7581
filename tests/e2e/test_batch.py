"""``sleepjerk batch`` as a user runs it: worker processes, kills, hangs, two runs, and the command's words."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detector.batch.limits import Limits
from detector.batch.receipts import read_receipts
from detector.batch.run import Options, run_study
from detector.batch.sources import find_sources
from detector.batch.worker import Worker
from detector.cli.main import main
from detector.config import Settings
from tests.unit.batch.studies import films, long_film, old, run_here, tree, work_off_here

if TYPE_CHECKING:
    from detector.batch.orders import Unit
    from detector.batch.run import BatchProgress
    from detector.batch.totals import Totals

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20


def say_nothing(_progress: BatchProgress) -> None:
    pass


def run_for_real(videos: Path, study: Path, **options: object) -> Totals:
    chosen = Options(**({"workers": 2, "part_s": 60} | options))  # type: ignore[arg-type]
    return run_study(find_sources([videos]), study, Settings(), chosen, say_nothing)


def command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "detector", *map(str, words)], capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four short films, and one long enough to be divided."""
    folder = tmp_path_factory.mktemp("videos")
    films(folder, 4)
    long_film(folder / "long.mp4", length_s=95.0)
    return folder


@pytest.fixture(scope="module")
def wanted(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an undisturbed run leaves."""
    study = tmp_path_factory.mktemp("wanted") / "s"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("detector.batch.processes.work_off", work_off_here)
        assert run_here(videos, study).n_done == 5
    return tree(study)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_twenty_kills_lose_double_and_spoil_nothing(videos: Path, wanted: dict[str, str], tmp_path: Path) -> None:
    study = tmp_path / "s"
    arguments = [videos, study, KILLS, 0.6, 1]
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.kill_loop", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["last_exit"] == 0, done.stderr
    assert said["killed"] >= KILLS // 2
    assert tree(study) == wanted


def test_workers_give_the_same_bytes_and_a_killed_one_costs_only_its_unit(
    videos: Path, wanted: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    give = Worker.give

    def give_and_kill(worker: Worker, unit: Unit) -> None:
        give(worker, unit)
        if len(killed) < 2 and unit.source.path.endswith("night-2.mp4"):
            killed.append(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)

    monkeypatch.setattr(Worker, "give", give_and_kill)
    first = run_for_real(videos, tmp_path / "s")
    assert len(killed) == 2
    assert (first.n_done, dict(first.reasons)) == (4, {"crashed": 1})
    (failed,) = [receipt for receipt in read_receipts(tmp_path / "s") if receipt.status == "failed"]
    assert "signal 9" in failed.message
    second = run_for_real(videos, tmp_path / "s", workers=1)
    assert (second.n_done, second.complete) == (1, True)
    assert tree(tmp_path / "s") == wanted


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs a process that can be stopped")
def test_a_worker_that_hangs_is_given_up(videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(videos, tmp_path / "v", ignore=shutil.ignore_patterns("long*", "night-[123]*"))
    for path in (tmp_path / "v").iterdir():
        old(path)
    give = Worker.give

    def give_and_stop(worker: Worker, unit: Unit) -> None:
        give(worker, unit)
        os.kill(worker.pid, signal.SIGSTOP)

    monkeypatch.setattr(Worker, "give", give_and_stop)
    monkeypatch.setattr("detector.batch.worker._START_S", 0.5)
    done = run_for_real(tmp_path / "v", tmp_path / "s", limits=Limits(stalled_s=0.5, silent_s=0.5))
    assert dict(done.reasons) == {"timeout": 1}


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is kept on Linux only")
def test_a_unit_that_takes_too_much_memory_is_reported(tmp_path: Path) -> None:
    films(tmp_path / "v", 1)
    done = run_for_real(tmp_path / "v", tmp_path / "s", limits=Limits(memory_bytes=64 << 20), workers=1)
    assert set(done.reasons) <= {"out_of_memory", "crashed"}
    assert done.n_failed == 1


def test_the_command_plans_runs_and_tells(videos: Path, tmp_path: Path) -> None:
    one = videos / "night-0.mp4"
    planned = command("batch", one, "--out", tmp_path / "s", "--dry-run")
    assert planned.returncode == 0, planned.stderr
    assert "1 of 1 recording would be analysed; nothing was written" in planned.stdout
    assert not (tmp_path / "s").exists()
    done = command("batch", one, "--out", tmp_path / "s", "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "s" / "study.html").is_file()
    page = (tmp_path / "s" / "study.html").read_bytes()
    (tmp_path / "s" / "study.html").unlink()
    again = command("study", tmp_path / "s")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "s" / "study.html").read_bytes() == page


def test_wrong_usage_and_a_held_study_end_with_code_2(
    videos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (
        ("batch",),
        ("batch", videos, "--shard", "0/3"),
        ("batch", videos, "--engine", "magic"),
        ("batch", videos, "--scheduler", "tcp://10.0.0.1:8786"),
    ):
        assert main([str(word) for word in (*words, "--out", tmp_path / "s")]) == 2
    assert main(["study", str(tmp_path)]) == 2
    study = tmp_path / "held"
    (study / "receipts").mkdir(parents=True)
    (study / "run.lock").write_text(json.dumps({"host": "node-17", "pid": 1, "started": ""}))
    assert main(["batch", str(videos), "--out", str(study)]) == 2
    assert "process 1 on node-17 is at work there" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are other ones there")
def test_ctrl_c_stops_the_run_and_the_same_command_goes_on(videos: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "detector", "batch", str(videos / "long.mp4"), "--out", str(tmp_path / "s")]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "s" / "run.lock").exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert not (tmp_path / "s" / "run.lock").exists()
    assert command(*words[3:]).returncode == 0


def test_remote_films_go_through_the_command_and_leave_no_copy(
    videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    words = [(videos / "night-0.mp4").as_uri(), (videos / "night-1.mp4").as_uri(), "--workers", 1, "--out"]
    done = command("batch", *words, tmp_path / "s")
    assert done.returncode == 0, done.stderr
    paths = [receipt.source.path for receipt in read_receipts(tmp_path / "s")]
    assert sorted(paths) == sorted(words[:2])
    again = command("batch", *words, tmp_path / "s", "--clips", 3)
    assert "done before           2" in again.stdout, again.stdout + again.stderr
    assert "no clips were made of those done before: sleepjerk clips" in again.stdout
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_is_not_there_is_named_at_the_end(tmp_path: Path) -> None:
    gone = [tmp_path / name for name in ("a.mp4", "b.mp4")]
    one = command("batch", gone[0], "--out", tmp_path / "one")
    assert f"    not_found           1 ({gone[0]})" in one.stdout.splitlines(), one.stdout
    two = command("batch", *gone, "--workers", 1, "--out", tmp_path / "two")
    assert f"not_found           2, such as {gone[0]}" in two.stdout


def test_a_killed_worker_leaves_no_copy(videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    hear, copies = Worker.hear, []

    def hear_and_kill(worker: Worker, words: dict[str, object] | None) -> object:
        if words is not None and words.get("stage") == "look":
            until_s = time.monotonic() + 60
            while time.monotonic() < until_s and not copies:
                copies.extend((tmp_path / "temporary").glob("*/*/video"))
            os.kill(worker.pid, signal.SIGKILL)
        return hear(worker, words)

    monkeypatch.setattr(Worker, "hear", hear_and_kill)
    source = find_sources([(videos / "long.mp4").as_uri()])
    done = run_study(source, tmp_path / "s", Settings(), Options(workers=1), say_nothing)
    assert (dict(done.reasons), bool(copies)) == ({"crashed": 1}, True)
    assert list((tmp_path / "temporary").iterdir()) == []
