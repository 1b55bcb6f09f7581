"""The compiled kernel gives what NumPy and OpenCV give."""

from __future__ import annotations

import shutil
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from detector.motion.blockwise import (
    excess_of_frames,
    in_units_of_thresholds,
    linked_blocks,
    rank_of_columns,
    rank_of_rows,
)
from detector.motion.difference import Differences, PictureStep
from detector.motion.flow import follow_fast_blocks
from detector.motion.grid import Grid
from detector.motion.held import HeldFrames
from detector.motion.picture_kernel import PictureKernel
from detector.motion.tubes import Window, find_tubes
from detector.motion.zones import find_zones
from detector.native import library as kernel
from detector.pipeline import analyze
from detector.records.motion import PictureTrack, ZoneTrack
from detector.resources import sample_path
from tests.unit.motion.pictures import SETTINGS, Cloth, Patch, blank, grey, half_explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from detector.records.result import Result

COMPILER = next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)
SIZES = [(160, 96), (332, 180), (648, 372), (500, 500), (64, 48), (1280, 720)]

# With a compiler a missing kernel is a fault: it does not compile, and everybody would have the slow code unawares.
pytestmark = pytest.mark.skipif(COMPILER is None and not kernel.FILE.exists(), reason="no compiler, so no kernel")


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Call it to do without the kernel for the rest of the test."""

    def leave_aside() -> None:
        monkeypatch.setenv(kernel.PLAIN, "1")
        kernel.load_kernel.cache_clear()

    yield leave_aside
    kernel.load_kernel.cache_clear()


def film(width: int, height: int) -> Iterator[np.ndarray]:
    """A patch that moves slowly, then fast, over a camera that shakes, in light that changes, with noise."""
    for number, (shift, camera, light) in enumerate(
        [(0, 0, 1), (0.3, 0, 1), (0.8j, 0, 1.15), (5, 0, 1), (5, 0.3 + 0.1j, 0.7), (1, -0.8, 1), (1, -0.8, 1)]
    ):
        scene = Patch(radius_px=height / 6).lay_on(Cloth().at(camera, width, height), camera + shift)
        noisy = grey(scene, noise=1.5, seed=number)
        yield np.clip(noisy * light, 0, 255).astype(np.uint8)


def steps(grid: Grid, joined: Callable[[int], bool]) -> Iterator[tuple[PictureStep, np.ndarray]]:
    differences, before = Differences(grid), None
    for number, picture in enumerate(film(grid.width, grid.height)):
        step = differences.step(picture, joined=joined(number))
        flow = step.motion.flow
        if before is not None and step.fast:
            flow = follow_fast_blocks(picture, before, step.motion, grid)
        before = picture
        arrays = (step.motion.energy, step.motion.residue, step.motion.texture)
        yield step, np.concatenate([np.ravel(blocks).copy() for blocks in (flow, *arrays)])


@pytest.mark.skipif(COMPILER is None, reason="no compiler")
def test_the_kernel_is_built_where_there_is_a_compiler() -> None:
    assert kernel.kernel_state() == "compiled"


@pytest.mark.parametrize("block_px", [2, 4, 6, 8])
@pytest.mark.parametrize("size", SIZES)
def test_steps_are_those_of_the_plain_code(size: tuple[int, int], block_px: int, plain: Callable[[], None]) -> None:
    grid = Grid.for_picture(*size, picture_px=SETTINGS.picture_px, block_px=block_px)
    compiled = list(steps(grid, joined=lambda number: number not in {0, 5}))
    plain()
    for (one, blocks), (other, expected) in zip(
        compiled, steps(grid, joined=lambda number: number not in {0, 5}), strict=True
    ):
        other_than = ~np.isclose(blocks, expected, rtol=1e-4, atol=1e-3)
        # following may turn on a rounding in single blocks, each of two numbers
        assert np.count_nonzero(other_than) <= max(2, 0.0002 * len(blocks))
        assert one.motion.shift == pytest.approx(other.motion.shift, abs=1e-5)
        assert one.motion.gain == pytest.approx(other.motion.gain, abs=1e-6)
        assert one[1:4] == pytest.approx(other[1:4], rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("block_px", [2, 4, 8])
@pytest.mark.parametrize("size", SIZES)
def test_quarters_of_blocks_are_those_of_opencv(size: tuple[int, int], block_px: int) -> None:
    grid = Grid.for_picture(*size, picture_px=SETTINGS.picture_px, block_px=block_px)
    differences, held = Differences(grid), HeldFrames(grid, room=2)
    for number, picture in enumerate(film(grid.width, grid.height)):
        place = held.next_place()
        differences.step(picture, joined=True, place=place)
        held.add(number / 25, 0.0)
        wanted = cv2.resize(picture, place.picture.shape[::-1], interpolation=cv2.INTER_AREA)
        np.testing.assert_array_equal(place.picture, wanted)
        np.testing.assert_array_equal(held.picture[-1], wanted)


def test_black_pictures_are_no_trouble() -> None:
    grid = Grid.for_picture(160, 96, picture_px=SETTINGS.picture_px, block_px=4)
    differences, black = Differences(grid), np.zeros((96, 160), np.uint8)
    for joined in (False, True):
        step = differences.step(black, joined=joined)
        assert (step.brightness, step.change, step.sharpness, step.fast) == pytest.approx((0, 0, 0, 0), abs=1e-5)
        assert np.abs(step.motion.flow).max() < 1e-5


def test_blocks_of_an_odd_side_are_left_to_the_plain_code() -> None:
    grid = Grid.for_picture(160, 96, picture_px=SETTINGS.picture_px, block_px=5)
    assert [step.motion.flow.shape for step, _ in steps(grid, joined=bool)] == [(19, 32, 2)] * 7


@pytest.mark.parametrize("bad", [np.zeros((96, 161), np.uint8), np.zeros((96, 160), np.float32)])
def test_pictures_of_another_kind_are_refused(bad: np.ndarray) -> None:
    library = kernel.load_kernel()
    assert library is not None
    grid = Grid(24, 40, 4, 1.0, 1.0)
    picture_kernel = PictureKernel(library, grid)
    with pytest.raises(ValueError, match="was expected, got"):
        picture_kernel.step(bad, HeldFrames(grid, room=1).next_place().addresses, joined=False)


@pytest.mark.parametrize("n", [1, 2, 3, 17, 96, 100])
@pytest.mark.parametrize("columns", [1, 63, 64, 200])
def test_ranks_are_exact(n: int, columns: int) -> None:
    rng = np.random.default_rng(n * columns)
    values = rng.normal(size=(2 * n, columns)).round(1).astype(np.float32)  # with ties
    for sample in (values[:n], values[::2], values[:n] * np.float32(1e-30)):
        ranks, ordered = [n // 2, n - 1], np.sort(sample, axis=0)
        np.testing.assert_array_equal(rank_of_columns(sample, ranks), ordered[ranks])
        across = np.ascontiguousarray(sample)
        expected = np.sort(across, axis=1)[:, columns // 3]
        np.testing.assert_array_equal(rank_of_rows(across, columns // 3, level=-9.0, reach=0), expected)


@pytest.mark.parametrize("kind", ["of many sizes", "nearly all alike", "one far away", "without end"])
def test_ranks_do_not_depend_on_how_values_are_spread(kind: str) -> None:
    """The search guesses from an even spread where to cut: these are as uneven as can be."""
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(40, 333)).astype(np.float32)
    if kind == "of many sizes":
        rows = np.sign(rows) * np.exp(40 * np.abs(rows).clip(0, 2))
    elif kind == "nearly all alike":
        rows[:, :-3] = 0.25
    else:
        rows[:, ::50] = np.inf if kind == "without end" else -3e38
    for rank in (0, 1, 166, 332):
        found = rank_of_rows(rows, rank, level=-np.inf, reach=40)
        np.testing.assert_array_equal(found, np.sort(rows, axis=1)[:, rank])


def test_ranks_of_rows_are_known_around_high_ones() -> None:
    rows = np.random.default_rng(1).random((30, 50)).astype(np.float32)
    rows[12] += 1
    found, exact = rank_of_rows(rows, 30, level=1.0, reach=2), np.sort(rows, axis=1)[:, 30]
    np.testing.assert_array_equal(found, np.where(np.abs(np.arange(30) - 12) <= 2, exact, 0))


def test_a_rank_of_nothing_is_an_error() -> None:
    with pytest.raises((ValueError, IndexError)):
        rank_of_columns(np.empty((0, 4), np.float32), [0])


def test_strength_and_excess_are_those_of_the_plain_code(plain: Callable[[], None]) -> None:
    rng = np.random.default_rng(3)
    energy, levels, texture = (rng.rayleigh(1, (n, 7, 9)).astype(np.float32) for n in (20, 4, 4))
    which, least = np.arange(20) // 5, rng.uniform(0, 2, 20)
    strength = in_units_of_thresholds(energy, levels, texture, which, least)
    sums = [excess_of_frames(strength, cap) for cap in (2.0, np.inf)]
    plain()
    np.testing.assert_array_equal(strength, in_units_of_thresholds(energy, levels, texture, which, least))
    for (total, active), cap in zip(sums, (2.0, np.inf), strict=True):
        expected = excess_of_frames(strength, cap)
        np.testing.assert_allclose(total, expected[0], rtol=1e-5)
        np.testing.assert_array_equal(active, expected[1])


@pytest.mark.parametrize("shape", [(60, 12, 20), (40, 9, 64), (30, 6, 131), (8, 30, 70)])
@pytest.mark.parametrize("share", [0.005, 0.02, 0.1])
def test_tubes_are_those_of_the_plain_code(
    shape: tuple[int, int, int], share: float, plain: Callable[[], None]
) -> None:
    rng = np.random.default_rng(5)
    strength = (rng.exponential(1, shape) / -np.log(share)).astype(np.float32)
    strength[rng.random(shape[0]) < 0.3] = 0  # pauses of several lengths
    flow, texture = np.zeros(shape, np.complex64), np.ones(shape[1:], np.float32)
    window = Window(np.arange(shape[0]) / 25, flow, strength, half_explained(shape), texture, blank(shape))
    assert linked_blocks(strength, [(0, shape[0])], 5, 1.7) is not None

    def blocks() -> set[frozenset[tuple[int, ...]]]:
        return {
            frozenset((t + tube.first, y + tube.rows.start, x + tube.cols.start) for t, y, x in np.argwhere(tube.mask))
            for tube in find_tubes(window, (strength > 1).any(axis=(1, 2)))
        }

    found = blocks()
    plain()
    assert found == blocks()
    assert found


@pytest.mark.parametrize("fps", [0.2, 1.0, 2.0, 10.0])
def test_a_wide_movement_is_cut_into_pieces_at_any_rate(fps: float) -> None:
    """At a frame a second, one frame is longer than a piece may be: there was no end of empty pieces."""
    shape = (30, 8, 12)
    moving, flow = np.full(shape, 5, np.float32), np.zeros(shape, np.complex64)
    times = np.arange(shape[0]) / fps
    window = Window(times, flow, moving, half_explained(shape), np.ones(shape[1:], np.float32), blank(shape))
    ends = [(tube.first, tube.last) for tube in islice(find_tubes(window, np.ones(shape[0], bool)), shape[0] + 1)]
    assert (ends[0][0], ends[-1][1]) == (0, shape[0])
    assert all(first < last for first, last in ends)
    assert all(before[1] == after[0] for before, after in pairwise(ends))


@pytest.mark.parametrize("seed", range(12))
def test_zones_are_those_of_the_plain_code(seed: int, plain: Callable[[], None]) -> None:
    """Patches of blocks that each keep a rhythm of their own, some touching, some too small, in noise."""
    rng, grid, n = np.random.default_rng(seed), Grid(14, 22, 4, 2.0, 1.8), 90
    flow = 0.01 * (rng.normal(size=(n, 14, 22)) + 1j * rng.normal(size=(n, 14, 22)))
    for _ in range(rng.integers(1, 9)):
        row, col, high, wide = rng.integers(0, 12), rng.integers(0, 20), rng.integers(1, 7), rng.integers(1, 9)
        rhythm = np.convolve(rng.normal(size=n) * (rng.random(n) < 0.2), np.hanning(9), "same")
        leaning = np.exp(1j * rng.normal(size=(min(high, 14 - row), min(wide, 22 - col))))
        flow[:, row : row + high, col : col + wide] += rhythm[:, None, None] * leaning
    strength = (np.abs(flow) / 0.05).astype(np.float32)
    texture = rng.uniform(2, 9, strength.shape[1:]).astype(np.float32)
    time_s = np.cumsum(rng.uniform(0.03, 0.05, n))
    shares = half_explained(strength.shape)
    window = Window(time_s, flow.astype(np.complex64), strength, shares, texture, blank(strength.shape))

    def zones() -> list[ZoneTrack]:
        return sorted(find_zones(window, grid, (0.0, np.inf)), key=lambda zone: (zone.time_s[0], zone.y, zone.x))

    compiled = zones()
    plain()
    expected = zones()
    assert len(compiled) == len(expected) > 0
    for one, other in zip(compiled, expected, strict=True):
        for name in (*ZoneTrack.constants(), *ZoneTrack.columns()):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=2e-4, atol=2e-4, err_msg=name)


def jerks(result: Result) -> list[tuple[object, ...]]:
    return [(jerk.site, round(jerk.onset_s, 3), round(jerk.duration_s, 3)) for jerk in result.jerks]


def test_a_sample_has_the_same_jerks_with_and_without_it(plain: Callable[[], None]) -> None:
    compiled = analyze(sample_path("isolated"))
    plain()
    assert kernel.kernel_state().startswith("plain: ")
    other = analyze(sample_path("isolated"))
    assert jerks(compiled) == jerks(other)
    assert compiled.jerks
    assert len(compiled.signal.zones) == len(other.signal.zones)
    for name in PictureTrack.columns():
        np.testing.assert_allclose(
            getattr(compiled.signal.picture, name), getattr(other.signal.picture, name), rtol=1e-3, atol=1e-3
        )
