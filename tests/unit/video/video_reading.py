"""Read a whole recording for a test, and check what holds for every recording."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import pytest

from detector.config import VideoSettings
from detector.video.source import open_recording

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.recording import Frame, Recording


class Read(NamedTuple):
    frames: list[Frame]
    recording: Recording
    claimed_s: float

    @property
    def times(self) -> list[float]:
        return [frame.time_s for frame in self.frames]

    @property
    def torn(self) -> list[int]:
        return [frame.index for frame in self.frames if not frame.joined]

    @property
    def codes(self) -> list[str]:
        return [flag.code for flag in self.recording.flags]


def read(path: Path, size: tuple[int, int] | None = None, **settings: object) -> Read:
    with open_recording(path, VideoSettings(**settings)) as reader:
        width, height = size or (reader.width, reader.height)
        frames = list(reader.frames(width, height))
        recording = reader.recording()
        assert reader.position_s() == frames[-1].time_s
        result = Read(frames, recording, reader.claimed_s)
    time, times = recording.time, result.times
    assert time.analysed_s + time.masked_s + time.missing_s == pytest.approx(time.claimed_s, abs=1e-6)
    assert [frame.index for frame in frames] == list(range(recording.n_frames))
    assert times[0] == 0.0
    assert all(early < late for early, late in pairwise(times))
    assert all(frame.luma.shape == (height, width) and not frame.luma.flags.writeable for frame in frames)
    assert not frames[0].joined
    assert not any(frame.joined and not frame.clean for frame in frames)
    return result
