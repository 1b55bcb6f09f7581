"""Tests of averaging in time."""

from __future__ import annotations

import numpy as np
import pytest

from detector.motion.binning import LONGEST_BIN_S, binned, frames_per_bin
from detector.records.recording import Frame


def frames(times_s: list[float], *, torn: tuple[int, ...] = (), unclean: tuple[int, ...] = ()) -> list[Frame]:
    rng = np.random.default_rng(3)
    return [
        Frame(
            index, time_s, rng.integers(0, 256, (6, 8), np.uint8),
            joined=index > 0 and index not in torn, clean=index not in unclean,
        )
        for index, time_s in enumerate(times_s)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rate_hz", "count"),
    [(5, 1), (15, 1), (25, 1), (30, 1), (40, 1), (49.95, 2), (50, 2), (59.94, 2), (60, 2), (90, 3), (100, 4), (120, 4)],
)  # fmt: skip
def test_no_bin_leaves_fewer_than_25_pictures_a_second(rate_hz: float, count: int) -> None:
    assert frames_per_bin(1 / rate_hz) == count
    assert count / rate_hz <= LONGEST_BIN_S or count == 1


def test_ordinary_rates_are_left_alone() -> None:
    given = frames([index / 30 for index in range(9)])
    assert [id(frame) for frame in binned(given, 1 / 30)] == [id(frame) for frame in given]


def test_a_bin_is_the_mean_picture_at_the_mean_time() -> None:
    given = frames([index / 60 for index in range(8)])
    out = list(binned(given, 1 / 60))
    assert len(out) == 4
    for number, frame in enumerate(out):
        pair = given[2 * number : 2 * number + 2]
        assert frame.time_s == pytest.approx((pair[0].time_s + pair[1].time_s) / 2)
        mean = (pair[0].luma.astype(float) + pair[1].luma) / 2
        assert np.abs(frame.luma - mean).max() <= 0.5
        assert frame.luma.dtype == np.uint8
        assert not frame.luma.flags.writeable
        assert frame.index == pair[0].index
        assert frame.joined == (number > 0)


@pytest.mark.parametrize("skipped", [0, 1, 2, 7])
def test_where_reading_begins_does_not_matter(skipped: int) -> None:
    rng = np.random.default_rng(8)
    given = frames([round(index / 50 + rng.uniform(-0.004, 0.004), 4) for index in range(60)])
    whole, late = list(binned(given, 0.02)), list(binned(given[skipped:], 0.02))
    same = whole[-len(late) + 1 :]
    for one, other in zip(same, late[1:], strict=True):
        assert one.time_s == other.time_s
        assert np.array_equal(one.luma, other.luma)


def test_what_does_not_follow_begins_a_bin_of_its_own() -> None:
    given = frames([index / 60 for index in range(6)], torn=(3,), unclean=(4,))
    out = list(binned(given, 1 / 60))
    assert [frame.index for frame in out] == [0, 2, 3, 4]
    assert [frame.joined for frame in out] == [False, True, False, True]
    assert [frame.clean for frame in out] == [True, True, True, False]


@pytest.mark.parametrize(("declared_hz", "rate_hz"), [(60, 5), (60, 30), (120, 30), (1000, 30), (1000, 45), (1000, 60)])
def test_pictures_that_do_not_come_as_fast_as_the_file_says_are_left_alone(declared_hz: float, rate_hz: float) -> None:
    given = frames([index / rate_hz for index in range(60)])
    assert [id(frame) for frame in binned(given, 1 / declared_hz)] == [id(frame) for frame in given]
