from __future__ import annotations

import errno
import json
import os
import platform
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from detector.batch.lock import hold, hold_tables
from detector.cli.batch_progress import show_waiting
from detector.errors import ResultError

if TYPE_CHECKING:
    from pathlib import Path

DEAD_PID = 2**22 + 17

N_STARTED = 5

# Every process reports that it is ready, all begin at once, and the one that wins waits until the others have given up.
CONTEST = """
import sys, time
from pathlib import Path
from detector.batch.lock import hold
from detector.errors import ResultError

def wait(pattern, n):
    while len(list(study.glob(pattern))) < n:
        time.sleep(0.002)

study, mine, n = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
(study / f"ready-{mine}").touch()
wait("ready-*", n)
try:
    with hold(study):
        (study / f"won-{mine}").touch()
        wait("lost-*", n - 1)
except ResultError:
    (study / f"lost-{mine}").touch()
"""


def lock(study: Path, name: str = "run.lock", **values: object) -> Path:
    path = study / name
    path.write_text(json.dumps({"host": platform.node(), "pid": os.getpid(), "started": ""} | values))
    return path


def test_a_lock_is_held_and_let_go(tmp_path: Path) -> None:
    with hold(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == ["run.lock"]
        with pytest.raises(ResultError, match=rf"process {os.getpid()} on .* is at work there"), hold(tmp_path):
            pass
        assert (tmp_path / "run.lock").exists()
    assert list(tmp_path.iterdir()) == []


def test_shards_of_one_division_run_side_by_side_and_no_others(tmp_path: Path) -> None:
    with hold(tmp_path, (1, 3)), hold(tmp_path, (2, 3)):
        for other in (None, (1, 2), (1, 3)):
            with pytest.raises(ResultError, match="is at work"), hold(tmp_path, other):
                pass
    with hold(tmp_path), pytest.raises(ResultError, match="is at work"), hold(tmp_path, (1, 3)):
        pass


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    lock(tmp_path, pid=DEAD_PID)
    lock(tmp_path, "shard-1-of-2.lock", pid=DEAD_PID)
    with hold(tmp_path):
        assert json.loads((tmp_path / "run.lock").read_text())["pid"] == os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="when a process began is asked on Linux only")
def test_a_process_number_in_use_again_does_not_hold_the_lock(tmp_path: Path) -> None:
    lock(tmp_path, pid=os.getpid(), started="1")
    with hold(tmp_path):
        pass


def test_a_process_that_the_machine_hides_still_holds_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock(tmp_path, started="1")
    monkeypatch.setattr("detector.batch.lock._started", lambda _pid: "")
    with pytest.raises(ResultError, match="is at work"), hold(tmp_path):
        pass


def test_the_lock_of_another_machine_is_left_to_a_person(tmp_path: Path) -> None:
    lock(tmp_path, host="node-17", pid=DEAD_PID)
    with pytest.raises(ResultError, match=r"on node-17 .* delete run\.lock"), hold(tmp_path):
        pass


def test_of_several_that_find_a_dead_lock_one_gets_it(tmp_path: Path) -> None:
    lock(tmp_path, pid=DEAD_PID)
    command = [sys.executable, "-c", CONTEST, str(tmp_path)]
    several = [subprocess.Popen([*command, str(i), str(N_STARTED)]) for i in range(N_STARTED)]
    assert [process.wait(timeout=60) for process in several] == [0] * N_STARTED
    assert len(list(tmp_path.glob("won-*"))) == 1


@pytest.fixture
def gates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of one's own."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def take_over(study: Path) -> None:
    study.mkdir(exist_ok=True)
    lock(study, pid=DEAD_PID)
    with hold(study):
        assert json.loads((study / "run.lock").read_text())["pid"] == os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="each user has a folder for temporary files there")
@pytest.mark.parametrize("closed", [False, True], ids=["another's", "closed"])
def test_the_gate_of_another_user_is_no_wall(
    tmp_path: Path, gates: Path, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    before = os.umask(0o077)
    try:
        take_over(tmp_path / "s")
    finally:
        os.umask(before)
    (gate,) = gates.iterdir()
    assert gate.stat().st_mode & 0o777 == 0o644
    opened = os.open

    def of_another(path: Any, flags: int, *args: Any) -> int:
        """Refuse what Linux refuses for another user's file in /tmp."""
        if os.fspath(path) == str(gate) and (closed or flags & (os.O_RDWR | os.O_WRONLY | os.O_CREAT)):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return opened(path, flags, *args)

    monkeypatch.setattr(os, "open", of_another)
    take_over(tmp_path / "s")
    assert len(list(gates.iterdir())) == 1 + closed


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in folders")
@pytest.mark.parametrize("trap", ["link", "pipe"])
def test_what_somebody_laid_in_place_of_a_gate_is_not_followed(tmp_path: Path, gates: Path, trap: str) -> None:
    take_over(tmp_path / "s")
    (gate,) = gates.iterdir()
    gate.unlink()
    if trap == "link":
        gate.symlink_to(tmp_path / "precious")
    else:
        os.mkfifo(gate)
    take_over(tmp_path / "s")
    assert not (tmp_path / "precious").exists()


def test_tables_are_waited_for(tmp_path: Path) -> None:
    with hold_tables(tmp_path):
        assert (tmp_path / "tables.lock").exists()
    assert list(tmp_path.iterdir()) == []


def test_what_the_tables_wait_for_is_told_once_and_ctrl_c_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held = lock(tmp_path, "tables.lock", host="node-17", pid=DEAD_PID)
    monkeypatch.setattr("detector.batch.lock._SILENT_S", 0.0)
    looks: list[int] = []

    def stop() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("detector.cli.batch_progress.stop_if_asked", stop)
    with pytest.raises(KeyboardInterrupt), hold_tables(tmp_path, show_waiting()):
        pass
    (told,) = capsys.readouterr().err.splitlines()
    assert f"waiting up to 10 min for process {DEAD_PID} on node-17" in told
    assert told.endswith(f"delete {held}")
    assert held.exists()


def test_a_full_disk_leaves_no_lock_that_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("detector.results.atomic.os.write", full)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)), hold(tmp_path):
            pass
    assert list(tmp_path.iterdir()) == []
    with hold(tmp_path):
        pass


@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_without_hard_links_has_locks_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("detector.batch.lock.os.link", refuse)
    with hold(tmp_path), pytest.raises(ResultError, match="is at work"), hold(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
