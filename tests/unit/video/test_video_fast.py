"""The fast way: half of the frames, no loop filter, and a result that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detector.config import VideoSettings
from detector.resources import sample_names, sample_path
from detector.video.source import open_recording

if TYPE_CHECKING:
    from detector.records.recording import Frame, Recording


def read(*, fast: bool) -> tuple[list[Frame], Recording]:
    with open_recording(sample_path(sample_names()[0]), VideoSettings(fast=fast)) as reader:
        frames = list(reader.frames(64, 48))
        assert set(reader.seconds()) == {"decode", "scale"}
        assert min(reader.seconds().values()) > 0
        return frames, reader.recording("sample")


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
    assert "fast" in [flag.code for flag in fast.flags]
    assert fast.fps == pytest.approx(usual.fps / 2)
    assert fast.time.analysed_s == pytest.approx(usual.time.analysed_s, abs=0.1)
