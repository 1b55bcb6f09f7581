"""Processes take turns, however long one of them is."""

from __future__ import annotations

import errno
import os
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from detector.results import turns
from detector.results.turns import turn

if TYPE_CHECKING:
    from pathlib import Path


class Windows:
    """What `turn` sees of msvcrt: LK_LOCK tries ten times, once a second, and then raises."""

    LK_LOCK = 1

    def __init__(self, fails: list[int]) -> None:
        self.fails, self.asked = fails, 0

    def locking(self, descriptor: int, mode: int, n_bytes: int) -> None:
        assert os.fstat(descriptor)
        assert (mode, n_bytes) == (self.LK_LOCK, 1)
        assert os.lseek(descriptor, 0, os.SEEK_CUR) == 0, "it locks where the file stands"
        self.asked += 1
        if self.fails:
            raise OSError(self.fails.pop(0), "as Windows has it")


def on_windows(monkeypatch: pytest.MonkeyPatch, fails: list[int]) -> Windows:
    system = Windows(fails)
    monkeypatch.setattr(turns, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setitem(sys.modules, "msvcrt", system)
    return system


def test_on_windows_a_turn_is_waited_for_as_long_as_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = on_windows(monkeypatch, [errno.EDEADLK, errno.EDEADLK, errno.EDEADLK])
    with turn(tmp_path / "night"):
        assert system.asked == 4


def test_on_windows_a_lock_that_cannot_be_had_at_all_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = on_windows(monkeypatch, [errno.EBADF])
    with pytest.raises(OSError, match="as Windows has it"), turn(tmp_path / "night"):
        pytest.fail("it has no turn")
    assert system.asked == 1
