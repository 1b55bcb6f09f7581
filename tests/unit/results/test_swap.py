from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detector.records.file_names import FILES
from detector.results import swap
from detector.results.swap import new_folder, put_in_place, sweep
from tests.unit.results.whole import is_whole

NONE: frozenset[str] = frozenset()
DEAD = 2**22 + 1  # above the largest process number of Linux


def _left(target: Path, what: str, pid: int = DEAD, host: str | None = None) -> Path:
    folder = target.parent / f".{target.name}.{what}-{host or swap.host_mark()}-{pid}-00000000"
    folder.mkdir()
    (folder / "file").write_text(what)
    return folder


@pytest.mark.parametrize("at_once", [True, False])
def test_a_reader_never_sees_a_mixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool) -> None:
    if not at_once:
        monkeypatch.setattr(swap, "_exchange_at_once", lambda *_: False)
    target = tmp_path / "night"
    for text in ("one", "two", "three"):
        new = new_folder(target)
        (new / "a").write_text(text)
        (new / "b").write_text(text)
        put_in_place(new, target, frozenset({"a", "b"}))
        assert (target / "a").read_text() == (target / "b").read_text() == text
        assert [path.name for path in tmp_path.iterdir()] == ["night"]


def test_without_hard_links_files_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "night"
    (target / "sub").mkdir(parents=True)
    (target / "sub" / "mine").write_text("kept")
    put_in_place(new_folder(target), target, NONE)
    assert (target / "sub" / "mine").read_text() == "kept"


def test_links_are_kept_as_links(tmp_path: Path) -> None:
    target = tmp_path / "night"
    target.mkdir()
    (target / "gone").symlink_to("nowhere")
    put_in_place(new_folder(target), target, NONE)
    assert (target / "gone").readlink() == Path("nowhere")


def test_what_dead_processes_left_is_swept(tmp_path: Path) -> None:
    _left(tmp_path / "night", "new")
    _left(tmp_path / "night", "old", host="00000000")  # of another machine: may be at work
    (tmp_path / ".other.new-file").write_text("not ours")
    sweep(tmp_path, NONE)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".night.old-00000000-" + f"{DEAD}-00000000",
        ".other.new-file",
    ]


def test_a_live_process_keeps_its_folder(tmp_path: Path) -> None:
    folder = _left(tmp_path / "night", "new", pid=os.getpid())
    sweep(tmp_path, NONE)
    assert folder.exists()


def test_a_week_old_folder_is_swept_whoever_made_it(tmp_path: Path) -> None:
    folder = _left(tmp_path / "night", "new", host="00000000")
    long_ago = time.time() - 8 * 86_400
    os.utime(folder, (long_ago, long_ago))
    sweep(tmp_path, NONE)
    assert not folder.exists()


def test_a_crash_between_two_renames_is_undone(tmp_path: Path) -> None:
    _left(tmp_path / "night", "old")
    _left(tmp_path / "night", "new")
    sweep(tmp_path, NONE)
    assert [path.name for path in tmp_path.iterdir()] == ["night"]
    assert (tmp_path / "night" / "file").read_text() == "old"


def test_a_crash_before_clearing_away_loses_no_file(tmp_path: Path) -> None:
    (tmp_path / "night").mkdir()
    _left(tmp_path / "night", "old")
    sweep(tmp_path, NONE)
    assert (tmp_path / "night" / "file").read_text() == "old"


KILLED = """
import sys
from pathlib import Path
from detector.results.folder import write_folder
from tests.factories import make_result
from tests.unit.results.whole import is_whole
results = [make_result(n, hours=0.02, name="night") for n in (6, 12)]
write_folder(results[0], lambda: "report", Path(sys.argv[1]))
print("ready", flush=True)
while True:
    for result in results:
        write_folder(result, lambda: "report", Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_kill_at_any_time_leaves_a_whole_folder(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    for n in range(15):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, env=os.environ
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.15 + 0.017 * n)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        sweep(tmp_path, frozenset(FILES))
        assert is_whole(tmp_path / "night")
        assert [path.name for path in tmp_path.iterdir()] == ["night"]
        (tmp_path / "night" / "mine").write_text("kept") if n == 0 else None
        assert (tmp_path / "night" / "mine").read_text() == "kept"
