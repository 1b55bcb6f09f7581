"""The fast way: half of the frames, no loop filter, and a result that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detector.config import VideoSettings
from detector.motion.binning import binned
from detector.resources import sample_names, sample_path
from detector.video.part import plan_parts
from detector.video.source import open_recording
from tests.faults.make_faults import write_film
from tests.unit.video.video_reading import read as read_film

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.recording import Frame, Recording


def read(*, fast: bool) -> tuple[list[Frame], Recording]:
    with open_recording(sample_path(sample_names()[0]), VideoSettings(fast=fast)) as reader:
        frames = list(reader.frames(64, 48))
        assert set(reader.seconds()) == {"decode", "scale"}
        assert min(reader.seconds().values()) > 0
        return frames, reader.recording()


@pytest.fixture(scope="module")
def both() -> dict[bool, tuple[list[Frame], Recording]]:
    return {fast: read(fast=fast) for fast in (False, True)}


def test_half_of_the_frames_keep_their_times(both: dict[bool, tuple[list[Frame], Recording]]) -> None:
    all_frames, half = both[False][0], both[True][0]
    assert [frame.time_s for frame in half] == pytest.approx([frame.time_s for frame in all_frames[::2]])
    assert all(frame.clean for frame in half)
    assert all(frame.joined for frame in half[1:])


def test_the_recording_says_so(both: dict[bool, tuple[list[Frame], Recording]]) -> None:
    usual, fast = both[False][1], both[True][1]
    assert "fast" not in [flag.code for flag in usual.flags]
    (price,) = (flag.message for flag in fast.flags if flag.code == "fast")
    assert "measured with jerk-classifier-19" in price
    assert fast.fps == pytest.approx(usual.fps / 2)
    assert fast.time.analysed_s == pytest.approx(usual.time.analysed_s, abs=0.1)


def test_frames_without_time_stamps_keep_their_times_too(tmp_path: Path) -> None:
    film = write_film(tmp_path / "a.h264", container="h264")
    fast, usual = (read_film(film, fps=20, fast=fast) for fast in (True, False))
    assert fast.times == pytest.approx(usual.times[::2])
    assert fast.recording.fps == pytest.approx(10)
    assert fast.recording.time.analysed_s == pytest.approx(usual.recording.time.analysed_s, abs=0.1)
    assert "frame rate of 20 Hz" in fast.recording.flags[0].message


def test_what_is_left_of_a_fast_film_is_averaged_as_any_film_is(tmp_path: Path) -> None:
    film = write_film(tmp_path / "120.mp4", 120, fps=120)
    with open_recording(film, VideoSettings(fast=True)) as reader:
        assert reader.step_s == pytest.approx(1 / 60)
        assert len(list(binned(reader.frames(64, 48), reader.step_s))) == 30


def test_what_is_read_fast_is_not_divided(tmp_path: Path) -> None:
    film = write_film(tmp_path / "a.mp4", 300, fps=5)
    assert len(plan_parts(film, VideoSettings(), 30.0)) == 2
    assert len(plan_parts(film, VideoSettings(fast=True), 30.0)) == 1
