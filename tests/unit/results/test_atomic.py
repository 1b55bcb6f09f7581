from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from detector import network_disk
from detector.results import atomic
from detector.results.atomic import sweep_files, write_file
from detector.results.swap import host_mark

if TYPE_CHECKING:
    from pathlib import Path

DEAD_PID = 2**22 + 17  # above the largest number that Linux gives


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"one")
    write_file(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("call", ["open", "write", "fsync", "close"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_when_a_call_fails_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    write_file(tmp_path / "a", b"one")

    def fail(*_: object) -> None:
        raise OSError(code, "no")

    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, call, fail)
        with pytest.raises(OSError, match="no"):
            write_file(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_network_disk_that_hiccups_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(network_disk.time, "sleep", pauses.append)
    replies = [OSError(errno.EIO, "shaky"), OSError(errno.EIO, "shaky")]
    fsync = os.fsync

    def shaky(descriptor: int) -> None:
        if replies:
            raise replies.pop()
        fsync(descriptor)

    monkeypatch.setattr(atomic.os, "fsync", shaky)
    write_file(tmp_path / "a", b"one")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert len(pauses) == 2


@pytest.mark.parametrize("name", ["睡" * 80, "é" * 120, "a" * 255, "night-\udcc3"])
def test_a_name_that_can_be_written_has_a_hidden_name_that_can(tmp_path: Path, name: str) -> None:
    write_file(tmp_path / name, b"one")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_leftovers_of_dead_processes_are_swept_and_no_others(tmp_path: Path) -> None:
    dead = tmp_path / f".a.json.{host_mark()}-{DEAD_PID}-0123abcd.tmp"
    mine = tmp_path / f".a.json.{host_mark()}-{os.getpid()}-0123abcd.tmp"
    far = tmp_path / f".a.json.00000000-{DEAD_PID}-0123abcd.tmp"
    for path in (dead, mine, far, tmp_path / "a.json"):
        path.write_bytes(b"")
    sweep_files(tmp_path)
    assert not dead.exists()
    assert mine.exists()
    assert far.exists()
    assert (tmp_path / "a.json").exists()
