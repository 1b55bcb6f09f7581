"""What is held out of training together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.training.balance import clip_groups, condition_groups, copies_apart


@dataclass(frozen=True)
class Clip:
    """What the groups are made of."""

    path: Path
    condition: str


def clips(*conditions: str) -> list[Any]:
    return [Clip(Path(f"{condition}-{k}.mp4"), condition) for k, condition in enumerate(conditions)]


def test_twins_and_whole_renderers_go_together() -> None:
    some = clips("pet", "pet_quiet", "dolls:train", "dolls:quiet", "tremor")
    assert condition_groups(some) == ["pet", "pet", "dolls", "dolls", "tremor"]


@pytest.mark.parametrize("conditions", [("night", "night", "night_quiet"), ("dolls:train", "dolls:quiet")])
def test_clips_of_one_condition_go_alone(conditions: tuple[str, ...]) -> None:
    some = clips(*conditions)
    assert condition_groups(some) == clip_groups(some)
    assert len(set(clip_groups(some))) == len(some)


@pytest.mark.parametrize("conditions", [(), ("night",)])
def test_one_clip_is_too_few(conditions: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="at least two are needed"):
        condition_groups(clips(*conditions))


def test_a_copy_is_held_out_with_its_clip_and_with_no_other_of_its_name() -> None:
    some = [Clip(Path(f"{folder}/busy-1.mp4"), f"{folder}:busy") for folder in ("dolls", "cloth")]
    copies = [Clip(Path(f"copies/{folder}/busy-1.mkv"), f"{folder}:busy") for folder in ("cloth", "dolls", "cloth")]
    assert copies_apart(some, copies, [0]) == ([0, 2], [1])
    assert copies_apart(some, copies, [0, 1]) == ([], [0, 1, 2])


def test_a_copy_of_no_clip_is_said() -> None:
    (copy,) = clips("tremor")
    with pytest.raises(ValueError, match=r"tremor-0.mp4 is a copy of none of the clips"):
        copies_apart(clips("pet", "dust"), [copy], [0])


def test_a_copy_of_either_of_two_clips_is_refused() -> None:
    some = [Clip(Path(f"{place}/dolls/bed-1.mp4"), "dolls:bed") for place in "ab"]
    with pytest.raises(ValueError, match="may be a copy of several clips"):
        copies_apart(some, [Clip(Path("copies/dolls/bed-1.mp4"), "dolls:bed")], [0])
    assert copies_apart(some, [], [0]) == ([], [])
