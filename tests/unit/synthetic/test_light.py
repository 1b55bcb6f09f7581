"""Tests of light that changes, as the factor on the scene's light."""

from __future__ import annotations

import numpy as np
import pytest

from detector.synthetic.light import Lighting
from detector.synthetic.recipe import Camera, Distractor, Recipe


def factor(flash: Distractor, time_s: float) -> np.ndarray:
    """The factor while a flash lasts, over that before it."""
    lighting = Lighting(Recipe(seed=5, camera=Camera(width=320, height=180), distractors=(flash,)))
    return np.asarray(lighting.at(time_s) / lighting.at(0.5))


@pytest.mark.parametrize(("x", "expected"), [(0.9, np.exp(0.5)), (0.1, np.exp(-0.5))])
def test_a_wide_flash_lights_or_darkens_all_of_the_picture_and_is_gone_at_once(x: float, expected: float) -> None:
    flash = Distractor(kind="flash", onset_s=1.0, duration_s=0.4, x=x, y=0.1, size=1.2, strength=1.0)
    assert factor(flash, 1.2) == pytest.approx(expected, rel=1e-3)
    assert factor(flash, 1.41) == pytest.approx(1.0)


def test_a_small_flash_lights_one_part() -> None:
    flash = Distractor(kind="flash", onset_s=1.0, duration_s=0.4, x=0.9, y=0.1, size=0.5, strength=1.0)
    lit = factor(flash, 1.2)
    assert lit.max() > 1.5
    assert np.quantile(lit, 0.1) < 1.1


def test_a_slow_flash_rises_over_many_frames() -> None:
    flash = Distractor(kind="flash", onset_s=1.0, duration_s=1.0, x=0.9, y=1.0, size=1.2, strength=1.0)
    levels = [float(factor(flash, 1 + since_s).mean()) for since_s in (0.05, 0.1, 0.2, 0.3, 0.5)]
    assert levels == sorted(levels)
    assert levels[0] < 1.05
