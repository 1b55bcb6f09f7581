"""Tests of the same scene before another camera."""

from __future__ import annotations

import numpy as np
import pytest

from detector.synthetic.conditions import CONDITIONS, random_recipe
from detector.synthetic.refilm import refilmed
from detector.synthetic.truth import clip_truth


@pytest.mark.parametrize("condition", ["clean_ir", "fidgeting_and_jerks", "cheap_camera"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everything_moves_as_far_in_the_picture(condition: str, width: int) -> None:
    recipe = random_recipe(4, condition)
    other = refilmed(recipe, width=width)
    factor = width / recipe.camera.width
    assert other.camera.width == width
    assert other.camera.height == pytest.approx(recipe.camera.height * factor, abs=1)
    before, after = clip_truth(recipe).of_kind("jerk"), clip_truth(other).of_kind("jerk")
    assert [event.onset_s for event in after] == [event.onset_s for event in before]
    sizes = np.array([event.amplitude_px for event in before]) * factor
    assert [event.amplitude_px for event in after] == pytest.approx(sizes, rel=0.05, abs=0.7)
    for one, two in zip(recipe.motions, other.motions, strict=True):
        assert two.amplitude_px == pytest.approx(one.amplitude_px * factor)


def test_what_comes_after_the_end_is_left_out() -> None:
    recipe = random_recipe(4, "fidgeting_and_jerks")
    other = refilmed(recipe, duration_s=9.0)
    assert other.camera.duration_s == 9.0
    assert all(jerk.onset_s <= 7.8 for jerk in other.jerks)
    assert all(part.onset_s + part.duration_s <= 9.0 for part in (*other.motions, *other.distractors))
    with pytest.raises(ValueError, match="at most"):
        refilmed(recipe, duration_s=900)


@pytest.mark.parametrize("condition", sorted(CONDITIONS))
def test_every_condition_can_be_filmed_fast_and_small(condition: str) -> None:
    for seed in range(3):
        other = refilmed(random_recipe(seed, condition), width=240, fps=60.0)
        assert other.camera.fps == 60.0
        assert refilmed(other, duration_s=min(6.0, other.camera.duration_s)).camera.width == 240


def test_nothing_given_changes_nothing() -> None:
    recipe = random_recipe(7, "starved_codec")
    assert refilmed(recipe) == recipe
