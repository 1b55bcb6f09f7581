from __future__ import annotations

import numpy as np
import pytest

from detector.config import MotionSettings
from detector.motion.noise import motion_strength, noise_levels
from tests.unit.motion.pictures import GRID

FPS = 25.0
SHAPE = (GRID.rows, GRID.cols)
SETTINGS = MotionSettings()
RNG_SEED = 4


def noise_energy(n: int = 500, level: float = 1.0, seed: int = RNG_SEED) -> np.ndarray:
    """Energy of noise in two directions: Rayleigh."""
    return np.random.default_rng(seed).rayleigh(level, (n, *SHAPE)).astype(np.float32)


def strength_of(energy: np.ndarray, *, texture: float = 0.0, shift_px: float = 0.0, fps: float = FPS, **changes: float):
    n = len(energy)
    return motion_strength(
        energy,
        (np.zeros(1), np.full((1, *energy.shape[1:]), texture, np.float32)),
        np.full(n, shift_px, np.float32),
        np.arange(n) / fps,
        GRID,
        SETTINGS.model_copy(update=changes),
    )


@pytest.mark.parametrize("level", [0.2, 1.0, 5.0])
def test_noise_alone_is_nearly_never_motion(level: float) -> None:
    strength = strength_of(noise_energy(level=level))
    assert strength.shape == (500, *SHAPE)
    assert (strength > 1).mean() < 0.001


def test_each_block_is_held_to_its_own_noise() -> None:
    energy = noise_energy()
    energy[:, :, : GRID.cols // 2] *= 8
    strength = strength_of(energy)
    assert (strength > 1).mean() < 0.001
    assert strength[:, :, : GRID.cols // 2].mean() == pytest.approx(strength[:, :, GRID.cols // 2 :].mean(), rel=0.1)


def test_noise_that_changes_slowly_is_followed() -> None:
    n = 1500
    energy = noise_energy(n) * np.linspace(0.5, 4, n, dtype=np.float32)[:, None, None]
    assert (strength_of(energy) > 1).mean() < 0.005


@pytest.mark.parametrize("factor", [6.0, 20.0])
def test_a_movement_stands_out_by_its_own_size(factor: float) -> None:
    energy = noise_energy()
    energy[200:206, 5:9, 5:9] = factor
    moving = strength_of(energy)[200:206, 5:9, 5:9]
    assert (moving > 1).all()
    twice = energy.copy()
    twice[200:206, 5:9, 5:9] = 2 * factor
    np.testing.assert_allclose(strength_of(twice)[200:206, 5:9, 5:9], 2 * moving, rtol=1e-3)


def test_a_pulse_of_the_whole_picture_in_one_frame_is_divided_out() -> None:
    energy = noise_energy()
    energy[250] *= 10
    strength = strength_of(energy)
    assert (strength[250] > 1).mean() < 0.1
    np.testing.assert_array_equal(strength[249], strength_of(noise_energy())[249])


def test_a_limb_still_stands_out_in_a_frame_with_a_pulse() -> None:
    energy = noise_energy()
    energy[250] *= 5
    energy[248:253, 5:9, 5:9] = 120
    assert (strength_of(energy)[248:253, 5:9, 5:9] > 1).all()


def test_movement_of_the_whole_picture_over_many_frames_is_motion() -> None:
    energy = noise_energy()
    energy[250:290] *= 25
    assert (strength_of(energy)[255:285] > 1).mean() > 0.5


def test_textured_blocks_need_more_energy_for_the_same_shift() -> None:
    energy = np.full((50, *SHAPE), 1.0, np.float32)
    energy[25, 3, 3] = 5.0
    smooth, textured = (strength_of(energy, texture=texture)[25, 3, 3] for texture in (0.0, 500.0))
    assert textured < smooth


def test_what_a_shift_of_the_camera_leaves_over_is_no_motion() -> None:
    energy = np.full((50, *SHAPE), 0.1, np.float32)
    energy[25, 3, 3] = 3.0
    still, shaken = (strength_of(energy, texture=20.0, shift_px=shift)[25, 3, 3] for shift in (0.0, 0.8))
    assert still > 1 > shaken


def test_slow_movement_is_judged_per_second_not_per_frame() -> None:
    """The same speed gives half the energy a frame at twice the frame rate."""
    assert strength_of(np.full((50, *SHAPE), 3.0, np.float32), texture=2000.0, fps=15)[20, 3, 3] == pytest.approx(
        strength_of(np.full((50, *SHAPE), 1.5, np.float32), texture=2000.0, fps=30)[20, 3, 3], rel=1e-4
    )


@pytest.mark.parametrize("name", ["noise_factor", "min_grey", "min_speed"])
def test_a_higher_threshold_never_gives_more_motion(name: str) -> None:
    energy = noise_energy(100, 0.3)
    value = getattr(SETTINGS, name)
    texture = 100.0 if name == "min_speed" else 0.0
    low, high = (strength_of(energy, texture=texture, **{name: value * factor}) for factor in (0.5, 3))
    assert (high <= low * 1.0001).all()
    assert (high < low).any()


def test_the_quiet_level_is_not_moved_by_a_few_movements() -> None:
    energy = noise_energy()
    plain, _ = noise_levels(energy, np.arange(500) / FPS, 8.0)
    energy[::10] *= 30
    moved, _ = noise_levels(energy, np.arange(500) / FPS, 8.0)
    assert moved.mean() == pytest.approx(plain.mean(), rel=0.35)


def test_one_block_that_keeps_moving_cannot_raise_its_own_tail_far() -> None:
    """Noise has no place: a train of jerks in one block must not pass for noise and hide itself."""
    energy = noise_energy()
    _, plain = noise_levels(energy, np.arange(500) / FPS, 8.0)
    energy[:, 2, 2] *= 40
    _, tail = noise_levels(energy, np.arange(500) / FPS, 8.0)
    assert (tail[:, 2, 2] <= 1.6 * np.median(plain)).all()


def test_two_windows_of_one_recording_agree_where_both_see_enough() -> None:
    time_s, energy = np.arange(1500) / FPS, noise_energy(1500)
    early, late = slice(0, 1000), slice(500, 1500)
    levels = {name: noise_levels(energy[part], time_s[part], 8.0)[0] for name, part in (("a", early), ("b", late))}
    middle_s = float(time_s[750])
    a, b = (int(middle_s // 2 - time_s[part][0] // 2) for part in (early, late))
    np.testing.assert_array_equal(levels["a"][a], levels["b"][b])


def test_the_quiet_level_has_an_estimate_for_every_stretch() -> None:
    levels, _ = noise_levels(noise_energy(), np.arange(500) / FPS + 77.0, 8.0)
    assert levels.shape[1:] == SHAPE
    assert len(levels) >= 10
    assert (levels > 0.5).all()
    assert (levels < 2.5).all()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_frames_are_enough(n: int) -> None:
    strength = strength_of(noise_energy(n))
    assert strength.shape == (n, *SHAPE)
    assert np.isfinite(strength).all()


def test_no_energy_at_all_is_no_motion() -> None:
    assert (strength_of(np.zeros((50, *SHAPE), np.float32)) == 0).all()


@pytest.mark.parametrize("gap_s", [15.0, 17.0, 25.0, 39.0])
def test_a_gap_longer_than_the_noise_window_changes_nothing_around_it(gap_s: float) -> None:
    energy = noise_energy(400)
    time_s = np.arange(400) / FPS
    apart_s = time_s + np.where(np.arange(400) >= 200, gap_s, 0.0)
    levels = noise_levels(energy, apart_s, SETTINGS.noise_window_s)
    assert all(np.isfinite(level).all() for level in levels)
    texture = (np.zeros(1), np.zeros((1, *SHAPE), np.float32))
    strength = motion_strength(energy, texture, np.zeros(400, np.float32), apart_s, GRID, SETTINGS)
    assert (strength > 1).mean() < 0.001
