"""Tests of what moves beside the sleeper: it moves when it should, and jerks behind it are nobody's fault."""

from __future__ import annotations

import numpy as np
import pytest

from detector.synthetic.camera import view_matrix
from detector.synthetic.conditions import random_recipe
from detector.synthetic.encode import render
from detector.synthetic.movement import Timeline
from detector.synthetic.recipe import Breathing, Camera, Distractor, Jerk, Motion, Recipe, Sensor
from detector.synthetic.skeleton import HEAD, TURN, Skeleton
from detector.synthetic.truth import clip_truth

LENGTH_S = 4.0


def recipe(*items: Distractor, motions: tuple[Motion, ...] = (), jerks: tuple[Jerk, ...] = ()) -> Recipe:
    return Recipe(
        seed=7, camera=Camera(width=320, height=180, fps=12.5, duration_s=LENGTH_S, exposure=0.0),
        sensor=Sensor(read=0, shot=0, fixed=0), breathing=Breathing(amplitude_px=0),
        distractors=items, motions=motions, jerks=jerks,
    )  # fmt: skip


def pictures(what: Recipe) -> np.ndarray:
    return np.stack([picture for _, picture in render(what)]).astype(float)


@pytest.mark.parametrize("kind", ["monitor", "cord", "passer"])
def test_it_is_there_and_changes_only_where_it_is(kind: str) -> None:
    item = Distractor(kind=kind, duration_s=LENGTH_S, x=0.1, y=0.02, size=0.7, rate_hz=1.3)  # type: ignore[arg-type]
    shown = pictures(recipe(item))
    changed = np.abs(shown - pictures(recipe())).max(axis=0) > 3
    assert 0.001 < changed.mean() < 0.6
    moving = np.abs(np.diff(shown, axis=0)).max(axis=0)
    assert moving.max() > 8
    assert moving[~changed].max() <= 6  # twice what counts as no change


def test_a_lamp_blinks_at_its_pace() -> None:
    item = Distractor(kind="monitor", duration_s=LENGTH_S, x=0.6, y=0.1, rate_hz=2.0)
    shown = pictures(recipe(item))
    steps = np.abs(np.diff(shown, axis=0)).reshape(len(shown) - 1, -1)
    assert (np.percentile(steps, 99.9, axis=1) > 5).sum() >= 4


def test_a_cord_comes_to_rest() -> None:
    item = Distractor(kind="cord", duration_s=LENGTH_S, x=0.3, y=0.1, rate_hz=1.5, strength=1.5)
    steps = np.abs(np.diff(pictures(recipe(item)), axis=0)).max(axis=(1, 2))
    assert steps.max() > 8
    assert steps.min() < 0.25 * steps.max()


def test_a_jerk_behind_a_passer_or_a_monitor_is_no_jerk_to_be_found() -> None:
    jerk = Jerk(onset_s=2.0, limbs=("left_arm",), amplitude_px=8)
    tip = Skeleton(recipe().sleeper, 9 / 16).tip(Skeleton(recipe().sleeper, 9 / 16).rest(), "left_arm")
    x, y = tip[0] / 640, tip[1] / 360
    for item in (
        Distractor(kind="passer", onset_s=1.0, duration_s=2.0, y=y),
        Distractor(kind="monitor", duration_s=LENGTH_S, x=x - 0.05, y=y - 0.05),
    ):
        kinds = {event.kind for event in clip_truth(recipe(item, jerks=(jerk,))).events}
        assert "jerk" not in kinds
        assert "dont_care" in kinds
    away = Distractor(kind="passer", onset_s=0.0, duration_s=1.0, y=y)
    assert clip_truth(recipe(away, jerks=(jerk,))).of_kind("jerk")


@pytest.mark.parametrize(("limb", "turned", "still"), [("head", HEAD, TURN), ("body", TURN, None)])
def test_rocking_goes_from_side_to_side_without_a_rest(limb: str, turned: int, still: int | None) -> None:
    motion = Motion(kind="roll", onset_s=0.5, duration_s=3.0, limb=limb, amplitude_px=12, rate_hz=1.5)  # type: ignore[arg-type]
    what = recipe(motions=(motion,))
    skeleton = Skeleton(what.sleeper, 9 / 16)
    poses = Timeline(what, skeleton, view_matrix(what.camera)).poses
    path = poses[:, turned] - poses[0, turned]
    assert (np.diff(np.sign(path[1300:2700])) != 0).sum() >= 3
    if still is not None:
        assert np.ptp(poses[:, still]) == 0
    assert [event.kind for event in clip_truth(what).events] == ["rhythmic"]


@pytest.mark.parametrize("condition", ["anything", "anything_quiet"])
def test_anything_is_seldom_the_same(condition: str) -> None:
    drawn = [random_recipe(seed, condition) for seed in range(40)]
    assert len({(one.camera.width, one.camera.height, one.camera.fps) for one in drawn}) > 25
    assert len({tuple(sorted(item.kind for item in one.distractors)) for one in drawn}) > 8
    assert len({motion.kind for one in drawn for motion in one.motions}) > 5
    planted = [len([jerk for jerk in one.jerks if jerk.residual < 1]) for one in drawn]
    assert np.mean(planted) > 3 if condition == "anything" else max(planted) == 0
