"""Renderers by others: a clip, its truth and its places fit each other, and are the same each time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.other_scenes.dolls import clip as dolls
from detector.evaluation.event_files import read_events
from detector.pipeline import extract_signal

if TYPE_CHECKING:
    from pathlib import Path


def test_a_doll_moves_as_its_truth_says(tmp_path: Path) -> None:
    stem = dolls.render(tmp_path, 1, 0)
    (video,) = [path for path in tmp_path.iterdir() if path.suffix in {".mp4", ".mkv", ".avi"}]
    truth = read_events(tmp_path / f"{stem}.truth.tsv").of("jerk")
    places = json.loads((tmp_path / f"{stem}.places.json").read_text("utf-8"))
    recording, signal = extract_signal(video)
    assert len(places) == len(truth.onset_s) > 0
    assert 0 < truth.onset_s[0] < truth.onset_s[-1] < recording.time.claimed_s
    assert len(signal.zones) > 0
    before = video.read_bytes()
    assert dolls.render(tmp_path, 1, 0) == stem
    assert video.read_bytes() == before
