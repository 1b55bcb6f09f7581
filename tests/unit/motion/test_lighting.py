from __future__ import annotations

import numpy as np
import pytest

from detector.motion.lighting import light_ratio
from tests.unit.motion.pictures import HEIGHT, WIDTH, Cloth, Patch

GROUND = (110 + Cloth().at()).astype(np.float32)


def left_over(now: np.ndarray, before: np.ndarray) -> float:
    lit, _ = light_ratio(now.astype(np.float32), before.astype(np.float32))
    return float(np.sqrt(np.mean((now - lit) ** 2)))


def test_the_same_picture_has_steady_light() -> None:
    lit, gain = light_ratio(GROUND, GROUND)
    assert gain == 0.0
    np.testing.assert_allclose(lit, GROUND, rtol=1e-5)


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.05, 1.5, 2.0])
def test_a_step_of_the_whole_light_is_explained(factor: float) -> None:
    now = GROUND * np.float32(factor)
    _, gain = light_ratio(now, GROUND)
    assert gain == pytest.approx(np.log(factor), abs=0.05)
    assert left_over(now, GROUND) < 0.06 * float(np.sqrt(np.mean((now - GROUND) ** 2)))


def test_four_grey_levels_are_added_before_dividing() -> None:
    now, before = (np.full((HEIGHT, WIDTH), grey, np.float32) for grey in (20, 10))
    assert light_ratio(now, before)[1] == pytest.approx(np.log(24 / 14), abs=1e-5)


def test_there_and_back_are_opposite() -> None:
    brighter = GROUND * np.float32(1.3)
    assert light_ratio(brighter, GROUND)[1] == pytest.approx(-light_ratio(GROUND, brighter)[1], abs=1e-4)


@pytest.mark.parametrize("bands", [1, 2])
@pytest.mark.parametrize("depth", [0.03, 0.15])
def test_bands_of_a_rolling_shutter_are_explained(bands: int, depth: float) -> None:
    wave = 1 + depth * np.sin(2 * np.pi * bands * np.arange(HEIGHT) / HEIGHT)
    now = GROUND * wave[:, None]
    assert left_over(now, GROUND) < 0.25 * float(np.sqrt(np.mean((now - GROUND) ** 2)))


@pytest.mark.parametrize("shift", [1.0, 4.0, 3j])
def test_a_patch_that_moves_is_left_as_it_is(shift: complex) -> None:
    patch = Patch(radius_px=20)
    before, now = (110 + patch.lay_on(Cloth().at(), s) for s in (0, shift))
    change = float(np.sqrt(np.mean((now - before) ** 2)))
    assert left_over(now, before) == pytest.approx(change, rel=0.05)
    assert light_ratio(now.astype(np.float32), before.astype(np.float32))[1] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("size", [(1, 1), (8, 3), (2, 40)])
def test_black_and_tiny_pictures_are_no_trouble(size: tuple[int, int]) -> None:
    black = np.zeros(size[::-1], np.float32)
    lit, gain = light_ratio(black, black)
    assert gain == 0
    assert lit.shape == black.shape
    assert np.isfinite(light_ratio(black + 50, black)[0]).all()
