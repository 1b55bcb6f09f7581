"""The Dask engine on a real cluster of processes: killed workers, and the bytes of the local engine."""

from __future__ import annotations

import os
import re
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from detector.batch import dask_engine
from detector.batch.board import Board
from detector.batch.limits import Limits
from detector.batch.run import Options, run_study
from detector.batch.sources import find_sources
from detector.config import Settings
from detector.errors import MissingPackageError, ResultError
from tests.unit.batch.studies import films, long_film, run_here, tree, work_off_here

if TYPE_CHECKING:
    from pathlib import Path

distributed = pytest.importorskip("distributed")

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signal"),
    # the library's own sockets and loops, left to the end of the process
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.mark.slow
def test_three_killed_workers_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films(tmp_path / "v", 5)
    long_film(tmp_path / "v" / "long.mp4", length_s=95.0)
    with monkeypatch.context() as patch:
        patch.setattr("detector.batch.processes.work_off", work_off_here)
        run_here(tmp_path / "v", tmp_path / "wanted")
    killed: list[int] = []
    keys: set[str] = set()
    outcome = dask_engine._outcome

    def kill_one_after_each(future: Any) -> Any:
        found = outcome(future)
        keys.add(future.key)
        if len(killed) < 3:
            pids = [nanny.pid for nanny in future.client.cluster.workers.values()]
            fresh = [pid for pid in pids if pid is not None and pid not in killed]
            if fresh:
                killed.append(fresh[0])
                os.kill(fresh[0], signal.SIGKILL)
        return found

    monkeypatch.setattr(dask_engine, "_outcome", kill_one_after_each)
    options = Options(workers=2, engine="dask", part_s=60)
    done = run_study(find_sources([tmp_path / "v"]), tmp_path / "s", Settings(), options, lambda _progress: None)
    assert len(killed) == 3
    assert (done.n_done, done.complete) == (6, True)
    assert tree(tmp_path / "s") == tree(tmp_path / "wanted")
    assert all(re.fullmatch(r"unit-[0-9a-f]{32}-\d+", key) for key in keys)


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "_CONNECT_S", 1)
    with pytest.raises(ResultError, match=r"scheduler at tcp://127\.0\.0\.1:9 does not answer"):
        dask_engine.work_off(
            Board([], lambda *_: None), workers=1, scheduler="tcp://127.0.0.1:9", limits=Limits(), tick=lambda _: None
        )


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'sleepjerk\[dask\]'"):
        dask_engine.work_off(Board([], lambda *_: None), workers=1, scheduler="", limits=Limits(), tick=lambda _: None)
