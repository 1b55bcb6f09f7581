"""The real command in a process of its own: words, exit codes, what stays on disk."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detector.cli.demo import default_sample
from detector.resources import sample_names, sample_path

COMMAND = [sys.executable, "-m", "detector"]


def run(
    *words: str | Path, cwd: Path, env: dict[str, str] | None = None, code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run the command and check its exit code and that no traceback shows."""
    done = subprocess.run(
        [*COMMAND, *map(os.fspath, words)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="session")
def sample() -> Path:
    """A short sample that holds jerks."""
    return sample_path(default_sample())


@pytest.fixture(scope="session")
def first_run(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder in which the sample was analysed once, into ``results``, and what the command said."""
    folder = tmp_path_factory.mktemp("first")
    return folder, run("analyze", sample, "-v", cwd=folder)


@pytest.fixture
def analysed(first_run: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Path:
    """A fresh copy of the sample's results folder below `tmp_path`."""
    shutil.copytree(first_run[0] / "results", tmp_path / "results")
    (folder,) = (tmp_path / "results").iterdir()
    return folder


# ----------------------------------------------------------------------------- words


def test_help_names_every_command(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert done.stdout == run(cwd=tmp_path).stdout
    for name in ("analyze", "demo", "doctor", "version"):
        assert name in done.stdout


def test_help_starts_quickly(tmp_path: Path) -> None:
    """At most 0.3 s of processor time (the least of three, as the machine may be busy)."""
    resource = pytest.importorskip("resource")
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run("--help", cwd=tmp_path, env={"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(spent) <= 0.3


def test_version(tmp_path: Path) -> None:
    line = run("version", cwd=tmp_path).stdout
    assert line.startswith("sleepjerk ")
    assert "detector" in line
    assert run("--version", cwd=tmp_path).stdout == line
    assert "numpy" in run("version", "--all", cwd=tmp_path).stdout


def test_doctor_finds_this_machine_ready(tmp_path: Path) -> None:
    done = run("doctor", "--out", "not/yet/there", cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "ready"
    assert list(tmp_path.iterdir()) == []
    report = json.loads(run("doctor", "--json", cwd=tmp_path).stdout)
    assert report["ready"] is True
    assert {"python", "opencv-python", "h264 decoder"} <= {check["name"] for check in report["checks"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analize"], "Did you mean 'analyze'"),
        (["analyze"], "Missing argument"),
        (["analyze", "x.mp4", "--nonsense"], "No such option"),
        (["analyze", "x.mp4", "--set", "jerk.max_duration_s=1"], "did you mean 'jerks'"),
        (["analyze", "x.mp4", "--set", "jerks.max_duration=1"], "did you mean 'jerks.max_duration_s'"),
        (["analyze", "x.mp4", "--set", "jerks.max_duration_s=-1"], "greater than 0"),
        (["analyze", "x.mp4", "--set", "nonsense"], "block.key=value"),
        (["analyze", "x.mp4", "--config", "none.toml"], "none.toml"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(words: list[str], said: str, tmp_path: Path) -> None:
    done = run(*words, cwd=tmp_path, code=2)
    assert done.stdout == ""
    assert done.stderr.startswith("sleepjerk: error: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


# ----------------------------------------------------------------------------- refusals


def bad_files(folder: Path) -> dict[str, Path]:
    """Files that are no videos, by kind."""
    contents = {
        "text.mp4": b"this is not a video\n" * 100,
        "empty.mp4": b"",
        "playlist.m3u8": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
        "odd-\x1b[31m-name.mp4": b"no video",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "folder.mp4").mkdir()
    return {**{name: folder / name for name in contents}, "folder": folder / "folder.mp4", "none": folder / "none.mp4"}


@pytest.mark.parametrize("kind", ["text.mp4", "empty.mp4", "playlist.m3u8", "odd-\x1b[31m-name.mp4", "folder", "none"])
def test_no_video_is_one_line_and_exit_code_3(kind: str, tmp_path: Path) -> None:
    path = bad_files(tmp_path)[kind]
    before = sorted(tmp_path.rglob("*"))
    done = run("analyze", path, "--out", "results", cwd=tmp_path, code=3)
    assert done.stdout == ""
    assert done.stderr.startswith("sleepjerk: error: ")
    assert done.stderr.count("\n") == 1
    assert path.name.replace("\x1b", "\\x1b") in done.stderr
    assert "\x1b" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
@pytest.mark.parametrize("locale", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "cp1252"}])
def test_name_that_is_no_text_can_be_printed(locale: dict[str, str], tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.mp4"))
    path.write_bytes(b"no video")
    done = run("analyze", path, cwd=tmp_path, env=locale, code=3)
    assert "bad\\xff.mp4" in done.stderr
    failed = json.loads(run("analyze", path, "--json", cwd=tmp_path, env=locale, code=3).stdout)
    assert os.fsencode(failed["path"]).endswith(b"bad\xff.mp4")


# ----------------------------------------------------------------------------- a run


def test_analyze_writes_a_folder_and_says_what_it_found(
    first_run: tuple[Path, subprocess.CompletedProcess[str]], analysed: Path
) -> None:
    done = first_run[1]
    assert {"events.tsv", "events.json", "summary.json", "signal.parquet", "candidates.parquet", "report.html"} <= {
        path.name for path in analysed.iterdir()
    }
    assert "\x1b" not in done.stdout + done.stderr, "plain lines where nobody looks on"
    for word in ("jerks", "grouped", "analysed"):
        assert f"\n  {word} " in done.stdout
    assert "report.html" in done.stdout
    assert "x real time" in done.stderr


def test_json_is_all_that_stands_on_stdout(sample: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no video")
    done = run("analyze", sample, text, "--json", cwd=tmp_path, code=1)
    good, bad = [json.loads(line) for line in done.stdout.splitlines()]
    assert good["status"] == "done"
    assert Path(tmp_path, good["folder"], "summary.json").exists()
    assert (bad["status"], bad["error"]["type"]) == ("failed", "RecordingError")
    assert "1 of 2 recordings failed" in done.stderr


def test_decisions_saved_from_the_page_are_put_beside_the_result(analysed: Path, tmp_path: Path) -> None:
    found = [row.split("\t") for row in (analysed / "events.tsv").read_text("utf-8").splitlines()[1:]]
    jerks = [row for row in found if row[2] == "jerk"]
    saved = tmp_path / "saved.tsv"
    lines = [f"{row[3]}\t{row[0]}\t{said}\tab\t2026-03-29T10:00:00+01:00" for row, said in
             zip(jerks, ("confirmed", "rejected"), strict=False)]  # fmt: skip
    saved.write_text("\n".join(["id\tonset_s\tdecision\tby\tat", *lines, ""]), "utf-8")
    run("report", analysed, "--language", "de", cwd=tmp_path)
    said = run("decisions", analysed, saved, cwd=tmp_path).stdout
    assert f"2 new decisions; of {len(jerks)} jerks 1 confirmed, 1 rejected, {len(jerks) - 2} not yet reviewed" in said
    assert 'lang="de"' in (analysed / "report.html").read_text("utf-8"), "as it was asked for"
    scored = run("evaluate", analysed / "events.tsv", analysed / "reviewed" / "events.tsv", cwd=tmp_path).stdout
    assert f"{len(jerks) - 1} known jerks" in scored
    assert "  0 new decisions" in run("decisions", analysed, saved, cwd=tmp_path).stdout
    saved.write_text("nothing", "utf-8")
    assert "lacks the column 'id'" in run("decisions", analysed, saved, cwd=tmp_path, code=2).stderr


def test_other_thresholds_use_the_stored_signal(sample: Path, analysed: Path, tmp_path: Path) -> None:
    before = files_below(analysed)
    again = json.loads(run("analyze", sample, "--json", "--set", "jerks.min_confidence=1", cwd=tmp_path).stdout)
    assert again["reused_signal"] is True
    assert Path(tmp_path, again["folder"]) == analysed
    after = files_below(analysed)
    assert after["summary.json"] != before["summary.json"]
    assert after["signal.parquet"] == before["signal.parquet"]


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the content of every file by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_bytes_out_twice_and_quiet_prints_nothing(sample: Path, analysed: Path, tmp_path: Path) -> None:
    done = run("analyze", sample, "--out", "two", "-q", cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("", "")
    one, two = files_below(tmp_path / "results"), files_below(tmp_path / "two")
    assert len([name for name in one if "clips/" not in name]) == 6
    assert [name for name in one if one[name] != two.get(name)] == []


def test_stored_signal_gives_the_same_bytes_as_the_video(sample: Path, analysed: Path, tmp_path: Path) -> None:
    other = ["--set", "jerks.min_confidence=0.9", "--set", "clusters.gap_s=1.0"]
    run("analyze", sample, "--out", "fresh", "-q", *other, cwd=tmp_path)
    run("analyze", sample, "-q", *other, cwd=tmp_path)
    fresh, again = files_below(tmp_path / "fresh"), files_below(tmp_path / "results")
    assert [name for name in fresh if fresh[name] != again.get(name)] == []


def test_two_recordings_of_one_name_do_not_meet(sample: Path, tmp_path: Path) -> None:
    other = next(sample_path(name) for name in sample_names() if sample_path(name) != sample)
    for folder, source in (("a", sample), ("b", other)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "night.mp4").write_bytes(source.read_bytes())
    done = run("analyze", "a/night.mp4", "b/night.mp4", "--json", cwd=tmp_path)
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["folder"] != second["folder"]
    assert Path(first["folder"]).name == "night"
    assert Path(second["folder"]).name.startswith("night-")


def test_unwritable_place_is_one_line(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file, not a folder")
    done = run("analyze", sample, "--out", "results", cwd=tmp_path, code=2)
    assert done.stderr.startswith("sleepjerk: error: ")
    assert done.stderr.count("\n") == 1
    assert "choose another folder with --out" in done.stderr


@pytest.mark.parametrize("out", ["results", "results/deeper"])
def test_unwritable_place_is_refused_before_any_video(out: str, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file, not a folder")
    (tmp_path / "text.mp4").write_text("no video: with a good place, exit code 3")
    done = run("analyze", "text.mp4", "text.mp4", "--out", out, cwd=tmp_path, code=2)
    assert done.stdout == ""
    assert done.stderr.startswith("sleepjerk: error: results")
    assert done.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["results", "text.mp4"]


def test_damaged_signal_is_made_anew(sample: Path, analysed: Path, tmp_path: Path) -> None:
    before = files_below(tmp_path)
    signal_file = analysed / "signal.parquet"
    signal_file.write_bytes(signal_file.read_bytes()[:-100])
    again = json.loads(run("analyze", sample, "--json", cwd=tmp_path).stdout)
    assert again["reused_signal"] is False
    assert files_below(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise there")
@pytest.mark.parametrize(
    ("sent", "code", "moment"),
    [
        (signal.SIGINT, 130, "results/.night-1.new-*"),
        (signal.SIGINT, 130, "results/night-0"),
        (signal.SIGTERM, 143, "results/.night-1.new-*"),
    ],
)
def test_interruption_leaves_nothing_half_written(
    sent: signal.Signals, code: int, moment: str, sample: Path, tmp_path: Path
) -> None:
    videos = [tmp_path / f"night-{number}.mp4" for number in range(9)]
    for video in videos:
        video.write_bytes(sample.read_bytes())
    process = subprocess.Popen(
        [*COMMAND, "analyze", *map(str, videos), "-q"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    deadline_s = time.monotonic() + 60
    while not list(tmp_path.glob(moment)) and time.monotonic() < deadline_s:
        time.sleep(0.001)
    process.send_signal(sent)
    try:
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == code
    assert "Traceback" not in errors
    folders = list((tmp_path / "results").iterdir())
    assert 1 <= len(folders) < len(videos)
    for folder in folders:
        assert not folder.name.startswith("."), "a folder that was being written"
        assert len([name for name in files_below(folder) if not name.startswith("clips/")]) == 6


# ----------------------------------------------------------------------------- demo


def test_demo_prints_found_beside_true(tmp_path: Path) -> None:
    done = run("demo", cwd=tmp_path)
    assert "found" in done.stdout
    assert "true" in done.stdout
    assert list((tmp_path / "demo-results").glob("*/report.html"))


def test_demo_lists_its_samples(tmp_path: Path) -> None:
    assert run("demo", "--list", cwd=tmp_path).stdout.split() == list(sample_names())


def test_demo_of_no_sample_offers_the_nearest(tmp_path: Path) -> None:
    name = next(iter(sample_names()))
    done = run("demo", name[:-1], cwd=tmp_path, code=2)
    assert name in done.stderr
