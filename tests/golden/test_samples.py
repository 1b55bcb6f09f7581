"""The samples are what their recipes say: bytes, truth and pictures."""

from __future__ import annotations

import re

import av
import numpy as np
import pytest

from benchmarks.samples.make_samples import check, read_recipes
from detector.resources import sample_names, sample_path, samples_folder
from detector.synthetic.scene import Scene
from detector.synthetic.sensor import Chip
from detector.synthetic.truth import clip_truth
from tests.golden.session import README

RECIPES = read_recipes(samples_folder())


def test_manifest_bytes_and_truth_agree_with_the_recipes() -> None:
    assert check(samples_folder()) == []


def test_at_least_eight_short_clips_and_three_without_a_jerk() -> None:
    recipes = [recipe for recipe, _ in RECIPES.values()]
    assert len(recipes) >= 8
    assert sum(not recipe.jerks for recipe in recipes) >= 3
    for recipe in recipes:
        assert 8 <= recipe.camera.duration_s <= 20
        assert recipe.camera.width * recipe.camera.height <= 640 * 360


def test_readme_tells_of_every_sample_and_its_jerks() -> None:
    text = README.read_text("utf-8")
    for name, (recipe, _) in RECIPES.items():
        (row,) = re.findall(rf"^\| `{name}` \| .* \| (\w+) \|$", text, re.MULTILINE)
        count = sum(event.kind == "jerk" for event in clip_truth(recipe).events)
        assert row == (str(count) if count else "none")


@pytest.mark.parametrize("name", sample_names())
def test_clip_shows_its_recipe(name: str) -> None:
    """Pictures made anew differ from the decoded ones by noise and compression only, at rest and amid a jerk."""
    recipe, _ = RECIPES[name]
    scene = Scene(recipe)
    chip = Chip(recipe.sensor, (recipe.camera.height, recipe.camera.width), recipe.seed)
    for time_s, stored in pictures(name, count=4):
        made = scene.expose(chip, time_s).astype(np.float64)
        # photon noise is drawn anew; what remains of a limb in another place would be 20-100 grey levels
        smooth = np.abs(block_means(made) - block_means(stored.astype(np.float64)))
        assert smooth.max() < 8.0
        assert smooth.mean() < 1.5


def pictures(name: str, count: int) -> list[tuple[float, np.ndarray]]:
    """Return `count` decoded pictures with their times: the first, and others spread over the clip."""
    with av.open(str(sample_path(name))) as file:
        frames = [(float(frame.pts * frame.time_base), frame) for frame in file.decode(video=0)]
    return [
        (time_s, frame.to_ndarray(format="gray"))
        for time_s, frame in (frames[int(place)] for place in np.linspace(0, 0.8 * len(frames), count))
    ]


def block_means(picture: np.ndarray, side: int = 10) -> np.ndarray:
    """Return the means of blocks of `side` x `side` pixels."""
    height, width = (length // side * side for length in picture.shape)
    return picture[:height, :width].reshape(height // side, side, width // side, side).mean(axis=(1, 3))
