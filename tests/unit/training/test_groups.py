"""What is held out of training together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.training.balance import clip_groups, condition_groups


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
