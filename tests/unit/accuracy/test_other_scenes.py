"""Renderers by others: a clip, its truth and its places fit each other, and are the same each time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.other_scenes.renderers import rendered
from detector.evaluation.event_files import read_events
from detector.pipeline import extract_signal


# numbers of clips with jerks that are soon drawn
@pytest.mark.parametrize(("renderer", "number"), [("dolls", 0), ("cutouts", 4), ("clay", 4)])
def test_a_clip_moves_as_its_truth_says(renderer: str, number: int, tmp_path: Path) -> None:
    name = rendered(renderer, tmp_path, 1, number)
    (video,) = [path for path in tmp_path.iterdir() if path.suffix in {".mp4", ".mkv", ".avi"}]
    stem = tmp_path / Path(name).stem
    truth = read_events(stem.with_suffix(".truth.tsv")).of("jerk")
    places = json.loads(stem.with_suffix(".places.json").read_text("utf-8"))
    recording, signal = extract_signal(video)
    assert len(places) == len(truth.onset_s) > 0
    assert 0 < truth.onset_s[0] <= truth.onset_s[-1] < recording.time.claimed_s
    assert len(signal.zones) > 0
    before = video.read_bytes()
    assert rendered(renderer, tmp_path, 1, number) == name
    assert video.read_bytes() == before
