"""Clips of several renderers are weighed so that none drowns the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from benchmarks.training.balance import balanced, renderer_of


@dataclass(frozen=True)
class Clip:
    """What the balance looks at."""

    condition: str
    weights: Any
    truth_onsets_s: Any


def clips(condition: str, n: int, jerks: int = 3) -> list[Any]:
    return [Clip(condition, np.array([1.0, 0.5]), np.arange(float(jerks))) for _ in range(n)]


def test_a_renderer_counts_as_the_square_root_of_its_clips() -> None:
    ours, others = clips("single_jerks", 60), clips("dolls:train", 16)
    (*weighed, doll), copies = balanced([*ours, *others], clips("single_jerks", 4))
    single = weighed[0].weights[0]
    assert copies[0].weights == pytest.approx([single, single / 2])
    assert 64 * single / (16 * doll.weights[0]) == pytest.approx(8 / 4)
    assert 64 * single + 16 * doll.weights[0] == pytest.approx(80)


def test_a_clip_without_jerks_weighs_at_least_one() -> None:
    ours = [*clips("single_jerks", 40), *clips("chewing", 24, jerks=0)]
    weighed, _ = balanced([*ours, *clips("dolls:quiet", 16, jerks=0)], [])
    jerks, chewing, doll = (weighed[i].weights[0] for i in (0, 40, 64))
    assert jerks < chewing == 1 < doll == pytest.approx(2 * jerks)


def test_clips_of_one_renderer_keep_their_weights() -> None:
    both, none = balanced([*clips("tremor", 3), *clips("pets_quiet", 2)], [])
    assert none == []
    assert all(clip.weights == pytest.approx([1.0, 0.5]) for clip in both)


def test_a_renderer_stands_before_the_colon() -> None:
    assert (renderer_of("plates:train"), renderer_of("pets_quiet")) == ("plates", "")


def test_no_clip_is_said() -> None:
    with pytest.raises(ValueError, match="no clip with truth and no result with decisions"):
        balanced([], [])
