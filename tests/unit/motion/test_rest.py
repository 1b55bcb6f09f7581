"""Tests of the likeness to the picture at rest, on cloths that move exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.motion import rest
from detector.motion.rest import away_from_rest
from detector.native.library import FILE
from tests.unit.motion.pictures import Cloth, jerk

if TYPE_CHECKING:
    import numpy.typing as npt

FPS = 25.0
TIMES = np.arange(75) / FPS  # rest, a jerk at 1 s, rest
ROWS, COLS = (axis.ravel() for axis in np.mgrid[4:8, 5:10])


def seen(
    shifts: npt.NDArray[np.complex128], noise: float = 1.0, light: npt.NDArray[np.float64] | None = None
) -> npt.NDArray[np.uint8]:
    cloth, rng = Cloth(contrast=20.0), np.random.default_rng(3)
    film = np.stack([100 + cloth.at(shift, 40, 24) for shift in shifts])
    if light is not None:
        film *= light[:, None, None]
    return np.clip(film + noise * rng.normal(size=film.shape), 0, 255).round().astype(np.uint8)


def away(film: npt.NDArray[np.uint8], shifts: npt.NDArray[np.complex128]) -> npt.NDArray[np.float32]:
    moving = np.abs(np.diff(shifts, prepend=shifts[0])) > 0.05
    return away_from_rest(film, (ROWS, COLS), moving)


def path(*parts: float) -> npt.NDArray[np.complex128]:
    return np.array([sum(jerk(1.0, size)(t) for size in parts) for t in TIMES], complex)


@pytest.mark.parametrize("size_px", [1.0, 3.0, 12.0])
def test_a_jerk_leaves_rest_and_comes_back_however_far_it_goes(size_px: float) -> None:
    shifts = path(size_px)
    unlike = away(seen(shifts), shifts)
    before, during, after = unlike[TIMES < 0.95], unlike[(TIMES > 1) & (TIMES < 1.3)], unlike[TIMES > 1.6]
    assert before.max() < 1.5
    assert after.max() < 1.5
    assert during.max() > 2.5 * before.max()


def test_what_goes_for_good_is_unlike_on_one_side() -> None:
    shifts = np.where(TIMES < 1.0, 0.0, 5.0).astype(complex)
    unlike = away(seen(shifts), shifts)
    assert unlike[TIMES < 0.95].min() > 5
    assert unlike[TIMES > 1.1].max() < 1.5


def test_a_tremor_is_seldom_at_rest() -> None:
    shifts = (3.0 * np.sin(2 * np.pi * 5 * TIMES)).astype(complex)
    unlike = away(seen(shifts), shifts)
    assert np.median(unlike) > 5


def test_a_lamp_is_no_movement() -> None:
    still = np.zeros(len(TIMES), complex)
    light = np.where((TIMES > 1.0) & (TIMES < 1.5), 1.15, 1.0)
    assert away(seen(still, light=light), still).max() < 1.6


def test_a_bare_place_says_nothing() -> None:
    film = np.full((75, 24, 40), 90, np.uint8)
    assert away_from_rest(film, (ROWS, COLS), np.zeros(75, bool)).tolist() == [0.0] * 75


def test_a_large_zone_is_judged_by_a_part_of_it() -> None:
    rows, cols = (axis.ravel() for axis in np.mgrid[0:12, 0:20])
    shifts = path(4.0)
    film = seen(shifts)
    some = away_from_rest(film, (rows, cols), np.zeros(75, bool))
    assert some[30] == pytest.approx(away(film, shifts)[30], rel=0.35)
    assert some[TIMES < 0.95].max() < 1.5


@pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")
@pytest.mark.parametrize("still_frames", [0, 4, 6, 60])
def test_the_kernel_says_what_the_plain_code_says(still_frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    film, moving = seen(path(4.0), light=np.linspace(0.6, 1.4, len(TIMES))), np.ones(len(TIMES), bool)
    moving[:still_frames] = False
    with monkeypatch.context() as patch:
        patch.setattr(rest, "_plainly", lambda *_: pytest.fail("the plain code was asked"))
        compiled = away_from_rest(film, (ROWS, COLS), moving)
    monkeypatch.setattr(rest, "load_kernel", lambda: None)
    np.testing.assert_allclose(compiled, away_from_rest(film, (ROWS, COLS), moving), rtol=1e-5, atol=1e-4)
    assert compiled.max() > 2
