from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.synthetic.conditions import CONDITIONS, random_recipe
from detector.synthetic.movement import excursion
from detector.synthetic.recipe import Camera, Distractor, Jerk, Recipe, Sleeper
from detector.synthetic.truth import COLUMNS, ONSET_SHARE, clip_truth


def _jerk(onset_s: float = 1.0, **values: object) -> Jerk:
    return Jerk.model_validate({"onset_s": onset_s, "limbs": ("left_arm",), "amplitude_px": 8.0} | values)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), condition=st.sampled_from(sorted(CONDITIONS)))
@example(seed=311, condition="small_picture")  # a single limb lies inside the picture
def test_truth_is_sorted_and_inside_the_clip(seed: int, condition: str) -> None:
    recipe = random_recipe(seed, condition)
    events = clip_truth(recipe).events
    onsets = [event.onset_s for event in events]
    assert onsets == sorted(onsets)
    for event in events:
        assert event.onset_s >= 0
        assert event.duration_s > 0
        assert event.onset_s + event.duration_s <= recipe.camera.duration_s + 1e-9
    for jerk in (event for event in events if event.kind == "jerk"):
        assert 0.02 < jerk.duration_s < 1.0
        assert jerk.amplitude_px > 0


def test_onset_is_where_a_tenth_of_the_amplitude_is_passed() -> None:
    jerk = _jerk(rise_s=0.1, return_s=0.2)
    event = clip_truth(Recipe(jerks=(jerk,))).of_kind("jerk")[0]
    path = excursion(jerk, np.array([event.onset_s, event.onset_s + event.duration_s]) - jerk.onset_s)
    assert path == pytest.approx([ONSET_SHARE, ONSET_SHARE], abs=0.02)


@pytest.mark.parametrize("size", [2.0, 6.0, 20.0])
def test_amplitude_is_what_was_asked_for(size: float) -> None:
    event = clip_truth(Recipe(jerks=(_jerk(amplitude_px=size),))).of_kind("jerk")[0]
    assert event.amplitude_px == pytest.approx(size, rel=0.01)


def test_a_limb_too_short_for_the_amplitude_tells_the_truth() -> None:
    recipe = Recipe(sleeper=Sleeper(size=0.2), jerks=(_jerk(amplitude_px=400.0, part="end"),))
    assert clip_truth(recipe).of_kind("jerk")[0].amplitude_px < 15


def test_limbs_within_a_tenth_of_a_second_are_one_jerk() -> None:
    jerks = (_jerk(1.0), _jerk(1.06, limbs=("right_leg",)), _jerk(1.4, limbs=("right_leg",)))
    found = clip_truth(Recipe(jerks=jerks)).of_kind("jerk")
    assert [event.limbs for event in found] == ["left_arm,right_leg", "right_leg"]


def test_a_jerk_without_return_is_a_twitch_and_ends_with_its_rise() -> None:
    truth = clip_truth(Recipe(jerks=(_jerk(rise_s=0.1, residual=1.0),)))
    assert not truth.of_kind("jerk")
    assert truth.of_kind("twitch")[0].duration_s < 0.1


def test_three_jerks_are_a_cluster_and_two_are_none() -> None:
    three = clip_truth(Recipe(jerks=tuple(_jerk(time) for time in (1.0, 2.9, 4.8, 9.0, 10.0))))
    (cluster,) = three.of_kind("cluster")
    assert cluster.onset_s == pytest.approx(three.of_kind("jerk")[0].onset_s)
    assert [event.cluster for event in three.of_kind("jerk")] == ["cluster-001"] * 3 + ["n/a"] * 2


def test_table_has_the_columns_and_one_line_an_event() -> None:
    truth = clip_truth(Recipe(camera=Camera(duration_s=9), jerks=(_jerk(1.0), _jerk(3.0))))
    lines = truth.to_tsv().splitlines()
    assert lines[0].split("\t") == list(COLUMNS)
    assert len(lines) == 3
    assert all(len(line.split("\t")) == len(COLUMNS) for line in lines)


@pytest.mark.parametrize("part", ["whole", "lower", "end"])
def test_covered_limbs_show_less(part: str) -> None:
    bare = clip_truth(Recipe(jerks=(_jerk(limbs=("left_leg",), part=part),))).of_kind("jerk")[0]
    hidden = Recipe(
        sleeper=Sleeper(cover="blanket", cover_coupling=0.5), jerks=(_jerk(limbs=("left_leg",), part=part),)
    )
    assert 0.1 * bare.amplitude_px < clip_truth(hidden).of_kind("jerk")[0].amplitude_px < 0.55 * bare.amplitude_px


def test_a_limb_behind_a_curtain_or_outside_the_picture_is_not_cared_about() -> None:
    curtain = Distractor(kind="curtain", duration_s=9, size=3.0, x=0.1)
    for recipe in (
        Recipe(jerks=(_jerk(limbs=("left_leg",)),), distractors=(curtain,)),
        Recipe(jerks=(_jerk(limbs=("left_leg",)),), sleeper=Sleeper(x=-0.2)),
    ):
        truth = clip_truth(recipe)
        assert not truth.of_kind("jerk")
        assert len(truth.of_kind("dont_care")) == 1
