from __future__ import annotations

from dataclasses import replace

from tests.factories import make_result


def test_a_result_shows_its_length_in_the_unit_a_person_would_choose() -> None:
    night = make_result(n_jerks=24, hours=8.0)
    assert repr(night).startswith("<Result 'night-01': 24 jerks in 7 h ")
    recording = replace(night.recording, time=replace(night.recording.time, claimed_s=16.0, masked=(), missing=()))
    short = replace(night, recording=recording, movements=night.jerks[:1], clusters=(), episodes=night.episodes[:1])
    assert repr(short) == "<Result 'night-01': 1 jerk in 16.0 s analysed, 0 clusters, 1 episode, 0 rejected>"
