from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from detector.motion.difference import BlockMotion, Differences, block_motion, smooth_picture
from detector.motion.flow import follow_fast_blocks
from detector.motion.grid import Grid
from detector.motion.held import HeldFrames
from tests.unit.motion.pictures import GRID, HEIGHT, SETTINGS, WIDTH, Cloth, Patch, grey

GROUND = Cloth().at()
DIRECTIONS = [1, -1, 1j, -1j, 0.6 + 0.8j]


def motion_between(before: np.ndarray, now: np.ndarray, grid: Grid = GRID) -> BlockMotion:
    return block_motion(smooth_picture(now), smooth_picture(before), grid)


def moved(shift: complex, patch: Patch | None = None, **camera: float) -> tuple[np.ndarray, np.ndarray]:
    patch = patch or Patch()
    return grey(patch.lay_on(GROUND, 0), **camera), grey(patch.lay_on(GROUND, shift), **camera)


def shifts(flow: np.ndarray, where: np.ndarray) -> np.ndarray:
    return flow[where][:, 0] + 1j * flow[where][:, 1]


def test_identical_pictures_do_not_move() -> None:
    same = grey(GROUND)
    motion = motion_between(same, same)
    assert np.abs(motion.flow).max() < 1e-5
    assert motion.energy.max() < 1e-3
    assert motion.residue.max() < 1e-3
    assert (motion.gain, motion.shift) == (0.0, (0.0, 0.0))


def test_shapes_are_those_of_the_grid() -> None:
    motion = motion_between(*moved(1.0))
    assert motion.flow.shape == (GRID.rows, GRID.cols, 2)
    for blocks in (motion.energy, motion.residue, motion.texture):
        assert blocks.shape == (GRID.rows, GRID.cols)
        assert (blocks >= 0).all()
        assert np.isfinite(blocks).all()
    assert motion.flow.dtype == motion.energy.dtype == np.float32


@pytest.mark.parametrize("distance", [0.05, 0.1, 0.2, 0.4, 0.6, 0.8])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_shifts_of_parts_of_a_pixel_are_measured_within_a_tenth(distance: float, direction: complex) -> None:
    found = shifts(motion_between(*moved(distance * direction)).flow, Patch().inside())
    assert np.median(found.real) + 1j * np.median(found.imag) == pytest.approx(
        distance * direction, abs=0.1 * distance + 0.005
    )
    assert np.abs(found - distance * direction).max() < 0.15 * distance + 0.02


def test_the_ground_stays_where_it_is_while_a_patch_moves() -> None:
    far = ~Patch(radius_px=32).inside(margin_px=0)
    motion = motion_between(*moved(0.5))
    assert np.abs(motion.flow[far]).max() < 0.02
    assert motion.energy[Patch().inside()].min() > 20 * motion.energy[far].max()


def test_energy_is_linear_in_the_shift() -> None:
    inside = Patch().inside()
    one, two = (motion_between(*moved(shift)).energy[inside].mean() for shift in (0.15, 0.3))
    assert two == pytest.approx(2 * one, rel=0.1)


def test_energy_is_a_part_of_the_residue() -> None:
    before, now = moved(0.6, noise=3.0)
    motion = motion_between(before, now)
    assert (motion.energy <= motion.residue * 1.001 + 1e-4).all()


@pytest.mark.parametrize("factor", [0.75, 0.9, 1.15, 1.35])
def test_a_change_of_light_leaves_the_shift_as_it_was(factor: float) -> None:
    before, now = moved(0.4 + 0.2j)
    lit = np.clip(np.rint(now * factor), 0, 255).astype(np.uint8)
    plain, under = motion_between(before, now), motion_between(before, lit)
    assert under.gain == pytest.approx(np.log(factor), abs=0.03)
    found = shifts(under.flow, Patch().inside())
    assert np.median(found) == pytest.approx(np.median(shifts(plain.flow, Patch().inside())), abs=0.04)
    assert np.abs(under.flow[~Patch(radius_px=32).inside(margin_px=0)]).max() < 0.1


def glow(strength: float = 10.0) -> np.ndarray:
    """What a lamp adds to a part of the picture, grey levels."""
    rows, cols = np.mgrid[:HEIGHT, :WIDTH]
    return strength * np.exp(-((cols - 0.5 * WIDTH) ** 2 + (rows - 0.5 * HEIGHT) ** 2) / (2 * 22.0**2))


def test_light_that_falls_on_a_part_of_the_picture_is_no_movement() -> None:
    """A television, a night light or a shadow has no direction."""
    inside = Patch().inside()
    still, limb = motion_between(grey(GROUND), grey(GROUND + glow())), motion_between(*moved(0.4))
    assert still.energy[inside].mean() < 0.25 * limb.energy[inside].mean()
    assert np.median(np.hypot(*still.flow[inside].T)) < 0.1


@pytest.mark.parametrize("shift", [0.4, 0.3j])
def test_a_limb_moves_alike_under_light_that_falls_on_it(shift: complex) -> None:
    patch = Patch()
    before, now = grey(patch.lay_on(GROUND, 0)), grey(patch.lay_on(GROUND, shift) + glow())
    found = shifts(motion_between(before, now).flow, patch.inside())
    assert np.median(found.real) + 1j * np.median(found.imag) == pytest.approx(shift, abs=0.05)


@pytest.mark.parametrize("shift", [0.1, -0.3, 0.6])
def test_the_one_edge_of_a_sleeve_moves_although_it_makes_blocks_brighter_as_well(shift: float) -> None:
    """In dim light a soft edge that fills its blocks may be all that stands out of the noise."""

    def sleeve(at: float) -> np.ndarray:
        across = 50 / (1 + np.exp(-(np.arange(WIDTH) - 0.5 * WIDTH - at) / 4))
        return np.tile(across, (HEIGHT, 1))

    pictures = (np.round(sleeve(at) + 80, 1).astype(np.float32) for at in (0, shift))
    before, now = (smooth_picture(picture) for picture in pictures)
    motion = block_motion(now, before, GRID)
    edge = np.s_[:, GRID.cols // 2 - 1 : GRID.cols // 2 + 1]
    assert np.median(motion.flow[edge][..., 0]) == pytest.approx(shift, abs=0.25 * abs(shift))
    assert (motion.energy[edge] / motion.residue[edge]).min() > 0.9


def test_most_of_what_a_movement_changes_is_explained_and_little_of_what_noise_does() -> None:
    rng, inside = np.random.default_rng(3), Patch().inside()

    def explained(before: np.ndarray, now: np.ndarray) -> np.ndarray:
        differences, place = Differences(GRID), HeldFrames(GRID, room=2).next_place()
        differences.step(before, joined=False)
        differences.step(now, joined=True, place=place)
        return place.explained[inside] / 255

    before, now = moved(0.5, noise=1.0)
    noisy = [np.clip(before + rng.normal(0, 4, before.shape), 0, 255).astype(np.uint8) for _ in range(2)]
    assert explained(before, now).mean() > 0.8
    assert explained(*noisy).mean() < 0.15
    assert explained(before, before).max() == 0


@pytest.mark.parametrize("shift", [0.1, 0.3, -0.4, 0.5j, -0.2 + 0.3j])
def test_the_shift_of_the_camera_is_found_and_taken_out(shift: complex) -> None:
    before, now = grey(Cloth().at(0)), grey(Cloth().at(shift))
    motion = motion_between(before, now)
    assert complex(*motion.shift) == pytest.approx(shift, abs=0.1 * abs(shift))
    left = np.hypot(motion.flow[..., 0], motion.flow[..., 1])
    assert np.median(left) < 0.1 * abs(shift)


@pytest.mark.parametrize("camera", [0.3, -0.2 + 0.2j])
def test_a_patch_moves_against_a_moving_camera(camera: complex) -> None:
    patch, own = Patch(), 0.5j
    before = grey(patch.lay_on(Cloth().at(0), 0))
    now = grey(patch.lay_on(Cloth().at(camera), camera + own))
    motion = motion_between(before, now)
    assert complex(*motion.shift) == pytest.approx(camera, abs=0.06)
    assert np.median(shifts(motion.flow, patch.inside())) == pytest.approx(own, abs=0.12)


def test_a_limb_does_not_pass_for_a_moving_camera() -> None:
    patch = Patch(radius_px=30)
    assert motion_between(*moved(0.6, patch)).shift == (0.0, 0.0)


def test_no_texture_claims_no_shift() -> None:
    flat = np.zeros((HEIGHT, WIDTH))
    motion = motion_between(grey(flat, noise=0.3, seed=1), grey(flat, noise=0.3, seed=2))
    assert motion.shift == (0.0, 0.0)
    assert np.abs(motion.flow).max() < 0.5


def test_texture_along_one_direction_alone_gives_no_shift_of_the_camera() -> None:
    """Stripes say nothing of a shift along them: no shift is better than a wild one."""
    stripes = np.tile(60 * np.sign(np.sin(np.arange(WIDTH) / 3)), (HEIGHT, 1))
    assert motion_between(grey(stripes), grey(np.roll(stripes, 1, axis=1))).shift == (0.0, 0.0)


def test_smoothing_keeps_the_mean_and_takes_noise_down() -> None:
    noisy = grey(np.zeros((HEIGHT, WIDTH)), noise=10.0)
    smooth = smooth_picture(noisy)
    assert smooth.dtype == np.float32
    assert smooth.mean() == pytest.approx(noisy.mean(), rel=1e-2)
    assert smooth.std() < 0.7 * noisy.std()


@pytest.mark.parametrize("distance", [3, 5, 8])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_fast_shifts_are_followed(distance: float, direction: complex) -> None:
    patch, shift = Patch(radius_px=24), distance * direction
    before, now = moved(shift, patch, noise=1.0)
    motion = motion_between(before, now)
    found = shifts(follow_fast_blocks(now, before, motion, GRID), patch.inside(margin_px=8 + distance / 2))
    assert np.median(found.real) + 1j * np.median(found.imag) == pytest.approx(shift, abs=0.1)
    assert (np.abs(found - shift) < 0.3).mean() > 0.7


@pytest.mark.parametrize("factor", [0.7, 1.3])
def test_fast_shifts_are_followed_while_the_light_changes(factor: float) -> None:
    patch = Patch(radius_px=24)
    before, now = moved(5, patch)
    now = np.clip(now * factor, 0, 255).astype(np.uint8)
    motion = motion_between(before, now)
    found = shifts(follow_fast_blocks(now, before, motion, GRID), patch.inside(margin_px=11))
    assert np.median(found) == pytest.approx(5, abs=0.2)
    assert (np.abs(found - 5) < 0.5).mean() > 0.7


def test_a_fast_patch_is_followed_against_a_moving_camera() -> None:
    patch, camera, own = Patch(radius_px=24), 0.3 + 0.1j, 4.0
    before = grey(patch.lay_on(Cloth().at(0), 0))
    now = grey(patch.lay_on(Cloth().at(camera), camera + own))
    motion = motion_between(before, now)
    found = shifts(follow_fast_blocks(now, before, motion, GRID), patch.inside(margin_px=10))
    assert np.median(found) == pytest.approx(own, abs=0.15)


def test_nothing_fast_is_left_alone() -> None:
    before, now = moved(0.1)
    motion = motion_between(before, now)
    assert follow_fast_blocks(now, before, motion, GRID) is motion.flow


def test_following_leaves_the_linear_solution_untouched() -> None:
    before, now = moved(4.0)
    motion = motion_between(before, now)
    kept = motion.flow.copy()
    followed = follow_fast_blocks(now, before, motion, GRID)
    assert followed is not motion.flow
    np.testing.assert_array_equal(motion.flow, kept)


def test_a_scene_that_changes_as_a_whole_is_followed_only_where_it_moves_most() -> None:
    """A large picture in which all blocks are fast: the time taken stays bounded."""
    grid = Grid.for_picture(400, 240, picture_px=400 * 240, block_px=SETTINGS.block_px)
    before, now = (grey(Cloth(seed).at(0, 400, 240)) for seed in (5, 6))
    motion = dataclasses.replace(motion_between(before, now, grid), shift=(0.0, 0.0))
    followed = follow_fast_blocks(now, before, motion, grid)
    changed = (followed != motion.flow).any(axis=-1)
    assert followed.shape == motion.flow.shape
    assert 0 < changed.sum() < 0.5 * changed.size
