"""Laws of the motion stage: whatever the picture, its size, its noise and its light."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.config import MotionSettings
from detector.motion.difference import block_motion, smooth_picture
from detector.motion.grid import Grid
from detector.motion.lighting import light_ratio
from detector.motion.noise import motion_strength
from tests.unit.motion.pictures import GRID, Cloth, Patch, grey

sides = st.integers(32, 4000)
GROUND = Cloth().at()
BEFORE = grey(Patch().lay_on(GROUND, 0))
INSIDE = Patch().inside()


@settings(deadline=None)
@given(sides, sides, st.integers(4_096, 200_000), st.sampled_from([2, 4, 8]))
def test_the_grid_covers_the_picture_and_never_enlarges_it(width: int, height: int, pixels: int, block_px: int) -> None:
    grid = Grid.for_picture(width, height, picture_px=pixels, block_px=block_px)
    assert grid.width <= width
    assert grid.height <= height
    assert grid.width * grid.scale_x == pytest.approx(width)
    assert grid.height * grid.scale_y == pytest.approx(height)
    assert grid.rows >= 1
    assert grid.cols >= 1


@settings(deadline=None)
@given(sides, sides)
def test_a_grid_turned_is_the_grid_of_the_turned_picture(width: int, height: int) -> None:
    one, other = (Grid.for_picture(*size, picture_px=57_600, block_px=4) for size in ((width, height), (height, width)))
    assert (one.rows, one.cols) == (other.cols, other.rows)
    assert one.scale == pytest.approx(other.scale)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 0.8), st.floats(0, 2 * math.pi))
def test_a_shift_in_any_direction_is_measured_within_a_tenth(distance: float, turn: float) -> None:
    shift = distance * complex(math.cos(turn), math.sin(turn))
    now = grey(Patch().lay_on(GROUND, shift))
    flow = block_motion(smooth_picture(now), smooth_picture(BEFORE), GRID).flow[INSIDE]
    found = complex(np.median(flow[:, 0]), np.median(flow[:, 1]))
    assert abs(found - shift) < 0.12 * distance + 0.006


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 0.5), st.floats(0, 2 * math.pi), st.booleans(), st.booleans())
def test_a_mirrored_picture_has_the_mirrored_shift(distance: float, turn: float, across: bool, down: bool) -> None:
    now = grey(Patch().lay_on(GROUND, distance * complex(math.cos(turn), math.sin(turn))))
    flips = (slice(None, None, -1 if down else 1), slice(None, None, -1 if across else 1))
    plain = block_motion(smooth_picture(now), smooth_picture(BEFORE), GRID)
    turned = block_motion(*(smooth_picture(np.ascontiguousarray(p[flips])) for p in (now, BEFORE)), GRID)
    expected = plain.flow[flips] * np.array([-1 if across else 1, -1 if down else 1])
    np.testing.assert_allclose(turned.flow, expected, atol=2e-3)
    np.testing.assert_allclose(turned.energy, plain.energy[flips], atol=2e-2)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.6, 1.6))
def test_a_change_of_light_is_no_movement(factor: float) -> None:
    lit = (BEFORE * np.float32(factor)).astype(np.float32)
    motion = block_motion(smooth_picture(lit), smooth_picture(BEFORE), GRID)
    assert motion.gain == pytest.approx(math.log(factor), abs=0.05)
    assert np.quantile(np.hypot(motion.flow[..., 0], motion.flow[..., 1]), 0.95) < 0.1


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_light_ratio_is_finite_for_any_pictures(width: int, height: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    now, before = rng.integers(0, 256, (2, height, width)).astype(np.float32)
    lit, gain = light_ratio(now, before)
    assert np.isfinite(lit).all()
    assert math.isfinite(gain)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 20), st.integers(2, 120), st.sampled_from([10, 25, 60]), st.integers(0, 1000))
def test_noise_of_any_size_and_length_is_nearly_never_motion(level: float, n: int, fps: int, seed: int) -> None:
    energy = np.random.default_rng(seed).rayleigh(level, (n, 8, 8)).astype(np.float32)
    zeros = np.zeros(n, np.float32)
    strength = motion_strength(
        energy, (np.zeros(1), np.zeros((1, 8, 8), np.float32)), zeros, np.arange(n) / fps, GRID, MotionSettings()
    )
    assert strength.shape == energy.shape
    assert (strength >= 0).all()
    if n >= 60:
        assert (strength > 1).mean() < 0.02


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 50), st.integers(0, 1000))
def test_strength_does_not_depend_on_the_clock(steps: int, seed: int) -> None:
    """Estimates are made for stretches of 2 s that all windows share: a shift by whole stretches changes nothing."""
    energy = np.random.default_rng(seed).rayleigh(1, (80, 6, 6)).astype(np.float32)
    one, other = (
        motion_strength(
            energy,
            (np.array([late]), np.ones((1, 6, 6), np.float32)),
            np.zeros(80, np.float32),
            np.arange(80) / 25 + late,
            GRID,
            MotionSettings(),
        )
        for late in (0.0, 2.0 * steps)
    )
    np.testing.assert_allclose(one, other, rtol=1e-4)
