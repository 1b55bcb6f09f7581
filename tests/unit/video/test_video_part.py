"""A recording read in parts: the bytes of one pass, or a plain refusal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from detector.batch.parts import extract_part, has_part, join_parts, read_part, write_part
from detector.config import Settings
from detector.errors import ResultError
from detector.exports.signal_values import content_digest
from detector.pipeline import extract_signal
from detector.video.joining import IndivisibleError
from detector.video.part import PartSpan, plan_parts
from tests.faults.make_faults import cut, rotted, write_film
from tests.unit.batch.studies import small

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FPS = 5
LENGTH_S = 70
SETTINGS = Settings()


def film(path: Path, *, times: Sequence[int] | None = None, **options: Any) -> Path:
    if times is not None:
        return write_film(path, len(times), times=times, make=small, **options)
    fps = options.pop("fps", FPS)
    return write_film(path, LENGTH_S * fps, fps=fps, make=small, **options)


def in_parts(path: Path, folder: Path, part_s: float = 30.0) -> Any:
    spans = plan_parts(path, SETTINGS.video, part_s)
    assert len(spans) > 1
    for index, span in enumerate(spans):
        part = extract_part(path, SETTINGS, span, 1, lambda _progress: None)
        write_part(part, folder, index, len(spans))
    return join_parts(path, SETTINGS, folder, len(spans))


def times_with_a_gap() -> list[int]:
    """200 ms steps with jitter, nothing between 25 and 34 s: the gap lies across a border."""
    rng = np.random.default_rng(1)
    ticks = np.arange(LENGTH_S * FPS) * 200 + rng.integers(0, 60, LENGTH_S * FPS)
    return [int(tick) for tick in ticks if not 25_000 < tick < 34_000]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.mp4", {}),
        ("plain.mkv", {}),
        ("quick.mp4", {"fps": 50}),
        ("uneven.mkv", {"times": times_with_a_gap()}),
        ("long-gop.mp4", {"options": {"g": "60", "bf": "2"}}),
        ("turned.mp4", {"rotation": (90.0, False)}),
        ("hevc.mp4", {"codec": "libx265", "options": {"x265-params": "log-level=none:keyint=25"}}),
    ],
)
def test_parts_give_the_bytes_of_one_pass(tmp_path: Path, name: str, options: dict[str, Any]) -> None:
    path = film(tmp_path / name, **options)
    recording, signal = extract_signal(path, SETTINGS)
    joined, parts = in_parts(path, tmp_path / "parts")
    assert joined == recording
    assert content_digest(parts.picture, parts.zones) == content_digest(signal.picture, signal.zones)


def test_borders_depend_on_the_file_alone(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    assert plan_parts(path, SETTINGS.video, 30.0) == ((0.0, 30.0), (30.0, math.inf))
    assert plan_parts(path, SETTINGS.video, 600.0) == ((0.0, math.inf),)


@pytest.mark.parametrize("name", ["a.avi", "a.ts"])
def test_containers_without_a_good_index_are_read_as_one(tmp_path: Path, name: str) -> None:
    assert len(plan_parts(film(tmp_path / name), SETTINGS.video, 30.0)) == 1


def test_damage_anywhere_means_reading_as_one(tmp_path: Path) -> None:
    path = rotted(film(tmp_path / "a.mp4"), tmp_path / "rot.mp4", start=0.2, stop=0.35, n_bytes=60)
    with pytest.raises(IndivisibleError, match=r"damaged|key frame|other pictures"):
        in_parts(path, tmp_path / "parts")


def test_a_cut_recording_is_read_as_one(tmp_path: Path) -> None:
    path = cut(film(tmp_path / "a.mkv"), tmp_path / "cut.mkv", 0.4)
    with pytest.raises(IndivisibleError):
        in_parts(path, tmp_path / "parts")


def test_one_key_frame_for_all_means_reading_as_one(tmp_path: Path) -> None:
    times = [1000 * second for second in range(0, 400, 2)]
    path = film(tmp_path / "a.mp4", times=[t // 10 for t in times], options={"g": "1000"})
    with pytest.raises(IndivisibleError):
        extract_part(path, SETTINGS, PartSpan(3600.0, math.inf), 1, lambda _progress: None)


def test_time_stamps_that_are_shared_mean_reading_as_one(tmp_path: Path) -> None:
    times = [200 * (number // 2 * 2) for number in range(LENGTH_S * FPS)]
    path = film(tmp_path / "a.mkv", times=times)
    with pytest.raises(IndivisibleError, match="not in order"):
        in_parts(path, tmp_path / "parts")


def test_neighbours_that_saw_other_frames_are_not_joined(tmp_path: Path) -> None:
    one = film(tmp_path / "a.mp4")
    other = write_film(tmp_path / "b.mp4", LENGTH_S * FPS, fps=FPS, make=lambda number: 255 - small(number))
    for index, (path, stretch) in enumerate([(one, PartSpan(0, 30)), (other, PartSpan(30, math.inf))]):
        write_part(extract_part(path, SETTINGS, stretch, 1, lambda _progress: None), tmp_path / "parts", index, 2)
    with pytest.raises(IndivisibleError, match="other pictures"):
        join_parts(one, SETTINGS, tmp_path / "parts", 2)


def test_a_damaged_part_counts_as_none(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    part = extract_part(path, SETTINGS, PartSpan(30, math.inf), 1, lambda _progress: None)
    write_part(part, tmp_path / "p", 1, 2)
    assert has_part(tmp_path / "p", 1, 2)
    assert not has_part(tmp_path / "p", 0, 2)
    (file,) = (tmp_path / "p").iterdir()
    file.write_bytes(file.read_bytes()[:-100])
    assert not has_part(tmp_path / "p", 1, 2)
    with pytest.raises(ResultError, match="missing or damaged"):
        read_part(tmp_path / "p", 1, 2)
