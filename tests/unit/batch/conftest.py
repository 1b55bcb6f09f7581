from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from detector.batch import units
from detector.config import Settings
from detector.pipeline import extract_signal, find_events
from tests.unit.batch.studies import films

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.motion import MotionSignal
    from detector.records.recording import Recording


@pytest.fixture
def canned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Decode one film once and use its signal for all: these tests are about files, not pictures."""
    (film,) = films(tmp_path / "canned", 1)
    recording, signal = extract_signal(film, Settings())
    found = find_events(recording, signal)

    def read(path: Path, *_: object, **__: object) -> tuple[Recording, MotionSignal]:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return replace(recording, path=str(path), sha256=digest), signal

    monkeypatch.setattr(units, "extract_signal", read)
    monkeypatch.setattr(units, "find_events", lambda recording, *_: replace(found, recording=recording))
    monkeypatch.setattr("detector.results.recording.render_report", lambda *_, **__: "<!DOCTYPE html>")
    monkeypatch.setattr("detector.batch.study.write.render_study", lambda _rows: "<!DOCTYPE html>")
