"""Small studies for tests: tiny films with old dates, and an engine that works inside the test's own process."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from detector.batch.run import Options, run_study
from detector.batch.sources import find_sources
from detector.batch.units import run_unit
from detector.config import Settings
from tests.faults.make_faults import picture, write_film

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from detector.batch.board import Board
    from detector.batch.totals import Totals

LONG_AGO_S = 1.7e9


def old(path: Path) -> Path:
    """Give a file a date long ago: a young one may still be growing."""
    os.utime(path, (LONG_AGO_S, LONG_AGO_S))
    return path


def small(number: int) -> np.ndarray:
    """A quarter of the usual test picture: quick to encode and to analyse."""
    return picture(number)[::2, ::2]


def films(folder: Path, n: int, *, n_frames: int = 12) -> list[Path]:
    """Write `n` tiny films, no two alike."""
    folder.mkdir(parents=True, exist_ok=True)
    return [old(write_film(folder / f"night-{i}.mp4", n_frames + i, make=small)) for i in range(n)]


def long_film(path: Path, length_s: float = 150.0, fps: int = 5) -> Path:
    return old(write_film(path, int(length_s * fps), fps=fps, make=small))


def work_off_here(board: Board, **_: object) -> None:
    """Stand in for the engines: no process, no limits, in order."""
    while (unit := board.take()) is not None:
        board.settle(unit, run_unit(unit, lambda _progress: None))


def run_here(folder: Path, study: Path, settings: Settings | None = None, options: Options | None = None) -> Totals:
    """Run a study; where `detector.batch.processes.work_off` is patched with `work_off_here`, in this process."""
    return run_study(
        find_sources([folder]), study, settings or Settings(), options or Options(part_s=60), lambda _progress: None
    )


def tree(study: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    return {
        path.relative_to(study).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(study.rglob("*"))
        if path.is_file()
    }
