from __future__ import annotations

import numpy as np
import pytest

from detector.motion.growing_picture import GrowingPicture
from detector.records.motion import PictureTrack

NAMES = tuple(name for name in PictureTrack.columns() if name != "activity")


def noted(rng: np.random.Generator, growing: GrowingPicture, n: int, first: int) -> list[tuple[float, ...]]:
    rows = [((first + k) / 25, *rng.random(6), bool(k % 3)) for k in range(n)]
    for row in rows:
        growing.note(*row)
    return rows


@pytest.mark.parametrize("settled", [(10,), (4, 0, 6), (1, 2, 3)])
def test_rows_come_out_as_columns_in_order(settled: tuple[int, ...]) -> None:
    rng, growing = np.random.default_rng(1), GrowingPicture()
    rows, activity = noted(rng, growing, 10, 0), rng.random(10).astype(np.float32)
    done = 0
    for n in settled:
        growing.settle(activity[done : done + n])
        done += n
        assert len(growing) == done
    track = growing.track()
    np.testing.assert_array_equal(track.activity, activity[:done])
    for name, column in zip(NAMES, zip(*rows, strict=True), strict=True):
        np.testing.assert_array_equal(getattr(track, name), np.array(column[:done], getattr(track, name).dtype))
        assert not getattr(track, name).flags.writeable


def test_the_newest_are_the_last_two_windows_and_change_nothing() -> None:
    rng, growing = np.random.default_rng(2), GrowingPicture()
    assert len(growing.newest()) == 0
    for window in range(4):
        noted(rng, growing, 5, 5 * window)
        growing.settle(np.full(5, window, np.float32))
        assert growing.newest().activity.tolist() == [w for w in (window - 1, window) if w >= 0 for _ in range(5)]
    assert growing.newest().time_s.tolist() == [k / 25 for k in range(10, 20)]
    assert len(growing.track()) == 20


def test_nothing_is_settled_after_all_was_handed_out() -> None:
    growing = GrowingPicture()
    growing.note(0.0, *[1.0] * 6, True)
    growing.settle(np.zeros(1, np.float32))
    assert len(growing.track()) == 1
    growing.note(0.1, *[1.0] * 6, True)
    with pytest.raises(KeyError):
        growing.settle(np.zeros(1, np.float32))
