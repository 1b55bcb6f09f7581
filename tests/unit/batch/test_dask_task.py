from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Any

from detector.batch import dask_task
from detector.batch.limits import Limits
from detector.batch.making import made_by
from detector.batch.orders import Outcome, OutcomeKind, Unit, UnitKind
from detector.batch.receipts import FileStamp
from detector.batch.sources import source_of
from detector.config import Settings

if TYPE_CHECKING:
    from pathlib import Path
    from queue import SimpleQueue

    import pytest


class _Worker:
    """Answers at once, and remembers the limits it was made with."""

    def __init__(self, limits: Limits, words: SimpleQueue[tuple[Any, dict[str, Any] | None]]) -> None:
        self.limits, self.words, self.unit, self.stopped = limits, words, None, False
        made.append(self)

    def give(self, unit: Unit) -> None:
        self.unit = unit
        self.words.put((self, {"kind": "done"}))

    def hear(self, _: object) -> Outcome:
        return Outcome(OutcomeKind.DONE)

    def stop(self) -> None:
        self.stopped = True


made: list[_Worker] = []


def a_unit(study: Path) -> Unit:
    stamp = FileStamp(1, 1)
    return Unit(UnitKind.WHOLE, str(study), source_of(study / "a.mp4"), stamp, made_by(Settings()), {})


def test_a_second_study_on_the_same_scheduler_has_its_own_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_task, "Worker", _Worker)
    monkeypatch.setattr(dask_task, "_idle", threading.local())
    made.clear()
    unit = a_unit(tmp_path).values()
    for limits in (Limits(), Limits(), Limits(stalled_s=7.0)):
        assert dask_task.do_unit(unit, dataclasses.asdict(limits))["kind"] == "done"
    assert [(one.limits.stalled_s, one.stopped) for one in made] == [(180.0, True), (7.0, False)]
