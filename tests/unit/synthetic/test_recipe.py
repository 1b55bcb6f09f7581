from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import SettingsError
from detector.synthetic.conditions import CONDITIONS, NEGATIVE, random_recipe
from detector.synthetic.recipe import Jerk, Recipe
from detector.synthetic.truth import clip_truth


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), condition=st.sampled_from(sorted(CONDITIONS)))
def test_every_condition_draws_a_valid_recipe_and_survives_toml(seed: int, condition: str) -> None:
    recipe = random_recipe(seed, condition)
    assert Recipe.from_toml(recipe.to_toml()) == recipe
    assert recipe == random_recipe(seed, condition)
    assert recipe.condition == condition
    if condition in NEGATIVE:
        assert not clip_truth(recipe).of_kind("jerk")


@pytest.mark.parametrize("condition", sorted(set(CONDITIONS) - NEGATIVE))
def test_conditions_with_jerks_plant_some(condition: str) -> None:
    assert sum(len(random_recipe(seed, condition).jerks) for seed in range(4)) >= 4


def test_unknown_condition_is_refused_with_the_list() -> None:
    with pytest.raises(SettingsError, match="clean_ir"):
        random_recipe(1, "no_such_condition")


@pytest.mark.parametrize(
    "text", ["seed = ", "[camera]\nwidht = 640\n", "[camera]\nfps = -3\n", "[[jerks]]\nonset_s = 1\n"]
)
def test_bad_toml_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="recipe"):
        Recipe.from_toml(text)


def test_words_with_quotes_survive_toml() -> None:
    jerk = Jerk(onset_s=1, limbs=("left_arm",), amplitude_px=4)
    recipe = Recipe(condition='a "b" \\ c', jerks=(jerk,))
    assert Recipe.from_toml(recipe.to_toml()) == recipe
