"""Each jerk is learned from those of its views that look like one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from benchmarks.training import best_views
from benchmarks.training.best_views import by_best_views


@dataclass(frozen=True)
class Candidates:
    """Onsets of candidates."""

    onset_s: Any

    def column(self, name: str) -> Any:
        return getattr(self, name)


@dataclass(frozen=True)
class Clip:
    """What the views are parted by."""

    candidates: Any
    labels: Any
    weights: Any
    truth_onsets_s: Any


JERK, OTHER, UNUSED = best_views.JERK, 0, best_views.UNUSED


def clip(onsets: list[float], labels: list[int], weights: list[float], truth: list[float]) -> Any:
    return Clip(Candidates(np.array(onsets)), np.array(labels), np.array(weights), np.array(truth))


def test_the_likeliest_view_counts_most_and_the_sum_stays() -> None:
    both = clip([1.02, 1.05, 4.0], [JERK, JERK, OTHER], [1.5, 1.5, 1.0], [1.0])
    (parted,) = by_best_views([both], [np.array([1.0, 0.0, 3.0])])
    assert parted.weights[:2] == pytest.approx([3 * np.e / (1 + np.e), 3 / (1 + np.e)])
    assert parted.weights[2] == 1.0
    assert parted.labels.tolist() == [JERK, JERK, OTHER]


def test_a_view_that_says_next_to_nothing_teaches_nothing() -> None:
    both = clip([1.02, 1.05], [JERK, JERK], [0.5, 0.5], [1.0])
    (parted,) = by_best_views([both], [np.array([2.0, -4.0])])
    assert parted.labels.tolist() == [JERK, UNUSED]
    assert both.labels.tolist() == [JERK, JERK], "what was given stays as it was"


def test_jerks_are_parted_each_for_itself() -> None:
    train = clip([1.0, 1.04, 1.2], [JERK, JERK, JERK], [0.5, 0.5, 1.0], [1.0, 1.2])
    (parted,) = by_best_views([train], [np.array([0.0, 0.0, -9.0])])
    assert parted.weights == pytest.approx([0.5, 0.5, 1.0]), "an only view keeps its weight, however unlikely"
    assert parted.labels.tolist() == [JERK, JERK, JERK]


def test_a_clip_without_jerks_stays() -> None:
    quiet = clip([1.0], [OTHER], [1.0], [])
    assert by_best_views([quiet], [np.zeros(1)]) == [quiet]
