from __future__ import annotations

import math

import pytest

from detector.motion.grid import Grid

SIZES = [(640, 360), (360, 640), (480, 480), (1920, 1080), (1080, 1920), (704, 576), (2560, 400), (352, 288)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("block_px", [4, 8])
def test_landscape_upright_square_and_wide_pictures_are_seen_alike(width: int, height: int, block_px: int) -> None:
    grid = Grid.for_picture(width, height, picture_px=57_600, block_px=block_px)
    assert grid.width * grid.height == pytest.approx(57_600, rel=0.05)
    assert grid.width / grid.height == pytest.approx(width / height, rel=0.06)
    assert (grid.width, grid.height) == (grid.cols * block_px, grid.rows * block_px)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_scales_lead_back_to_the_recording(width: int, height: int) -> None:
    grid = Grid.for_picture(width, height, picture_px=57_600, block_px=4)
    assert grid.width * grid.scale_x == pytest.approx(width)
    assert grid.height * grid.scale_y == pytest.approx(height)
    assert grid.scale == pytest.approx(math.sqrt(grid.scale_x * grid.scale_y))
    assert grid.scale_x == pytest.approx(grid.scale_y, rel=0.06)


def test_turning_the_picture_turns_the_grid() -> None:
    flat = Grid.for_picture(640, 360, picture_px=57_600, block_px=4)
    tall = Grid.for_picture(360, 640, picture_px=57_600, block_px=4)
    assert (flat.rows, flat.cols, flat.scale_x) == (tall.cols, tall.rows, tall.scale_y)


@pytest.mark.parametrize(("width", "height"), [(320, 180), (160, 120), (64, 48), (16, 16)])
def test_a_small_picture_is_taken_as_it_is(width: int, height: int) -> None:
    grid = Grid.for_picture(width, height, picture_px=57_600, block_px=4)
    assert (grid.width, grid.height, grid.scale) == (width, height, 1.0)


@pytest.mark.parametrize(
    ("width", "height"), [(318, 178), (319, 179), (31, 18), (17, 23), (238, 238), (1919, 1079), (400, 30), (2000, 18)]
)
def test_a_picture_whose_sides_are_no_multiple_of_the_block_is_not_enlarged(width: int, height: int) -> None:
    """The reader hands out no picture larger than its own, and says so with an error."""
    grid = Grid.for_picture(width, height, picture_px=57_600, block_px=4)
    assert grid.width <= width
    assert grid.height <= height


def test_more_pixels_give_more_blocks() -> None:
    few, many = (Grid.for_picture(1920, 1080, picture_px=px, block_px=4) for px in (20_000, 200_000))
    assert many.rows > few.rows
    assert many.cols > few.cols
