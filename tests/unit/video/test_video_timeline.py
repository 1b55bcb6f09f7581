from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.video.timeline import Moment, Timeline

MILLISECOND = Fraction(1, 1000)


def cleaned(stamps: list[int | None], base: Fraction = MILLISECOND, **options: object) -> tuple[Timeline, list[Moment]]:
    timeline = Timeline(base, **({"gap_factor": 1.8} | options))
    moments = [moment for stamp in stamps for moment in timeline.push(stamp)]
    return timeline, moments + timeline.finish()


def times(stamps: list[int | None], **options: object) -> list[float]:
    return [moment.time_s for moment in cleaned(stamps, **options)[1]]


def test_regular_times_come_out_as_they_are_from_zero():
    timeline, moments = cleaned([3_600_000 + 40 * number for number in range(50)])
    assert [moment.time_s for moment in moments] == pytest.approx([0.04 * number for number in range(50)], abs=1e-12)
    assert timeline.start_s == 3600.0
    assert not any(moment.gap or moment.jumped for moment in moments)


def test_changes_of_rate_are_no_gaps():
    steps = [33] * 40 + [100] * 20 + [40] * 40
    stamps = [sum(steps[:number]) for number in range(100)]
    timeline, moments = cleaned(stamps)
    assert [moment.time_s for moment in moments] == pytest.approx([stamp / 1000 for stamp in stamps])
    assert timeline.gaps == 0


@pytest.mark.parametrize("place", [1, 5, 25, 48])
def test_a_gap_begins_where_the_frame_before_it_ended(place):
    stamps = [40 * number + (7_200_000 if number >= place else 0) for number in range(50)]
    timeline, moments = cleaned(stamps)
    assert [number for number, moment in enumerate(moments) if moment.gap] == [place]
    assert moments[place].gap_from_s == pytest.approx(0.04 * place)
    assert moments[place].time_s == pytest.approx(7200 + 0.04 * place)
    assert timeline.gaps == 1
    assert max(timeline.steps) == pytest.approx(0.04)


def test_a_leap_that_no_recording_makes_is_one_of_the_clock():
    stamps = [40 * number + (2**31 if number >= 20 else 0) for number in range(60)]
    timeline, moments = cleaned(stamps)
    assert [moment.time_s for moment in moments] == pytest.approx([0.04 * number for number in range(60)])
    assert [number for number, moment in enumerate(moments) if moment.jumped] == [20]
    assert (timeline.jumps, timeline.leaps, timeline.gaps) == (1, 1, 0)


def test_frames_that_share_a_time_are_spread_over_the_time_until_the_next():
    timeline, moments = cleaned([0, 40, 80, 80, 160, 200, 240])
    assert [moment.time_s for moment in moments] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24])
    assert timeline.duplicates == 1


def test_frames_that_share_a_time_are_not_spread_over_a_gap():
    _, moments = cleaned([*range(0, 400, 40), 360, 400 + 3_600_000, *range(3_600_440, 3_600_800, 40)])
    assert moments[10].time_s == pytest.approx(0.4)
    assert moments[11].gap


def test_a_clock_that_goes_back_is_carried_on():
    stamps = [*range(0, 2000, 40), *range(0, 2000, 40)]
    timeline, moments = cleaned(stamps)
    assert [moment.time_s for moment in moments] == pytest.approx([0.04 * number for number in range(100)])
    assert [number for number, moment in enumerate(moments) if moment.jumped] == [50]
    assert timeline.jumps == 1


@pytest.mark.parametrize("late", [[0], [1900], [80, 200, 120], [1960]])
def test_frames_that_come_late_move_no_clock(late):
    stamps = [*range(0, 2000, 40), *late, *range(2040, 4000, 40)]
    timeline, moments = cleaned(stamps)
    assert [moment.time_s for moment in moments[:50]] == pytest.approx([0.04 * number for number in range(50)])
    assert [moment.time_s for moment in moments[-49:]] == pytest.approx([2.04 + 0.04 * number for number in range(49)])
    torn = [50 + number for number in range(len(late) + 1)]
    assert [number for number, moment in enumerate(moments) if moment.jumped] == (torn if late != [1960] else [])
    assert (timeline.misplaced, timeline.jumps, timeline.gaps) == (len(late) if late != [1960] else 0, 0, 0)


@pytest.mark.parametrize("wild", [[7_200_000], [2**31], [5000, 6000, 5500], [2400]])
def test_wild_times_ahead_move_no_clock(wild):
    stamps = [*range(0, 2000, 40), *wild, *range(2000, 4000, 40)]
    timeline, moments = cleaned(stamps)
    assert [moment.time_s for moment in moments[-50:]] == pytest.approx([2.0 + 0.04 * number for number in range(50)])
    assert moments[50].jumped
    assert moments[50 + len(wild)].jumped
    assert (timeline.misplaced, timeline.jumps, timeline.gaps) == (len(wild), 0, 0)


def test_a_late_frame_in_a_gap_leaves_the_gap():
    stamps = [*range(0, 2000, 40), 400, *range(9000, 11_000, 40)]
    timeline, moments = cleaned(stamps)
    assert moments[50].time_s == pytest.approx(2.0)
    assert moments[51].gap
    assert moments[51].gap_from_s == pytest.approx(2.04)
    assert moments[51].time_s == pytest.approx(9.0)
    assert (timeline.misplaced, timeline.gaps) == (1, 1)


def test_a_wild_time_is_not_taken_for_a_clock_that_starts_over():
    base, wrap = Fraction(1, 90_000), 2**33
    stamps = [3600 * number for number in range(100)]
    stamps[40] = 5 * 2**30
    timeline, moments = cleaned(stamps, base=base, wrap_ticks=wrap)
    assert moments[-1].time_s == pytest.approx(0.04 * 99)
    assert timeline.misplaced == 1


def test_a_rounding_error_is_no_step_of_the_clock():
    """Once a clock was set back, equal time stamps differed by a rounding error, and two frames had one time."""
    set_back = [100_000] * 7 + [95_161 + 427 * k for k in range(40) for _ in range(7)]
    timeline, moments = cleaned(set_back, Fraction(1, 12_800))
    assert all(early.time_s < late.time_s for early, late in pairwise(moments))
    assert timeline.jumps == 1


@pytest.mark.parametrize("back", [990, 1000, 3000])
def test_a_clock_that_was_set_back_is_carried_on(back):
    stamps = [*range(0, 4000, 40), *range(4000 - back, 8000 - back, 40)]
    timeline, moments = cleaned(stamps)
    assert [moment.time_s for moment in moments] == pytest.approx([0.04 * number for number in range(200)])
    assert (timeline.misplaced, timeline.jumps) == (0, 1)


@pytest.mark.parametrize("back", [3, 30, 300])
def test_a_clock_set_back_whose_stamps_were_pushed_on_by_a_tick_is_carried_on(back):
    """Muxers give a frame that came too early by its clock the last time stamp and a tick, until the clock is there."""
    stamps = []
    for number in range(700):
        raw = 512 * (number if number < 100 else number - back)
        stamps.append(raw if not stamps else max(raw, stamps[-1] + 1))
    timeline, moments = cleaned(stamps, Fraction(1, 12_800))
    late = [moment.time_s - 0.04 * number for number, moment in enumerate(moments)]
    assert max(map(abs, late)) < 0.002
    assert (timeline.jumps, timeline.gaps) == (1, 0)


def test_frames_that_were_held_up_and_came_at_once_are_no_clock_that_was_set_back():
    stamps = [*range(0, 4000, 40), *range(6000, 6050), *range(6080, 10_000, 40)]
    timeline, moments = cleaned(stamps)
    assert moments[-1].time_s == pytest.approx(stamps[-1] / 1000)
    assert (timeline.jumps, timeline.gaps) == (0, 1)


@pytest.mark.parametrize("n_frames", [200, 201])
def test_frames_in_pairs_a_tick_apart_are_spread(n_frames):
    """By the median, a camera of two pictures a tick was refused or not, as it had an odd or an even count."""
    stamps = [1024 * (number // 2) + number % 2 for number in range(n_frames)]
    timeline, moments = cleaned(stamps, Fraction(1, 12_800))
    assert [moment.time_s for moment in moments[10:]] == pytest.approx(
        [0.04 * number for number in range(10, n_frames)], abs=0.001
    )
    assert timeline.gaps == timeline.jumps == 0


def test_a_thousand_pictures_a_second_are_a_quick_camera():
    assert times([*range(100)]) == pytest.approx([number / 1000 for number in range(100)])


def test_late_frames_make_no_gaps_beside_them():
    stamps = [
        stamp
        for k in range(4)
        for stamp in (*range(2000 * k, 2000 * k + 2000, 40), *range(2000 * k, 2000 * k + 320, 40))
    ]
    assert cleaned(stamps)[0].gaps == 0


def test_a_pause_is_a_gap_even_where_pauses_are_usual():
    stamps = [*range(0, 4000, 40), *range(150_000, 1_000_000, 120_000)]
    timeline, moments = cleaned(stamps)
    assert timeline.gaps == len(stamps) - 100
    assert moments[-1].time_s == pytest.approx(stamps[-1] / 1000)


def test_a_clock_that_starts_over_is_unwrapped():
    base, wrap = Fraction(1, 90_000), 2**33
    stamps = [(wrap - 36_000 + 3600 * number) % wrap for number in range(50)]
    timeline, moments = cleaned(stamps, base=base, wrap_ticks=wrap)
    assert [moment.time_s for moment in moments] == pytest.approx([0.04 * number for number in range(50)])
    assert timeline.jumps == timeline.gaps == 0


def test_times_in_the_order_of_decoding_are_sorted():
    stamps = [1, 3, 4, 2, 6, 7, 5, 9, 10, 8]
    timeline, moments = cleaned(stamps, base=Fraction(1, 25), sort=True)
    assert [moment.time_s for moment in moments] == pytest.approx([0.04 * number for number in range(10)])
    assert timeline.reordered == 3


def test_a_missing_time_is_guessed_from_the_step():
    timeline, moments = cleaned([0, 40, 80, None, 160, 200])
    assert [moment.time_s for moment in moments] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16, 0.2])
    assert timeline.guesses == 1


def test_a_given_rate_replaces_all_times():
    timeline, moments = cleaned([None] * 30, fps=25.0)
    assert [moment.time_s for moment in moments] == pytest.approx([0.04 * number for number in range(30)])
    assert timeline.guesses == 0


def test_a_clock_that_stands_still_is_not_waited_for():
    timeline = Timeline(MILLISECOND, gap_factor=1.8)
    out = sum(len(timeline.push(stamp)) for stamp in [0, 40, 80, *[120] * 1000])
    assert out > 900
    assert len(timeline.finish()) == 1003 - out


def test_nothing_in_nothing_out():
    timeline, moments = cleaned([])
    assert moments == []
    assert math.isnan(timeline.start_s)


stamps_of_any_kind = st.lists(
    st.one_of(st.none(), st.integers(-(2**40), 2**40), st.integers(0, 5000), st.integers(0, 5)), max_size=120
)


@settings(max_examples=150, deadline=None)
@given(stamps_of_any_kind, st.booleans(), st.sampled_from([None, 2**33]))
def test_any_time_stamps_give_one_strictly_later_time_each(stamps, sort, wrap):
    timeline, moments = cleaned(stamps, sort=sort, wrap_ticks=wrap)
    assert len(moments) == len(stamps)
    assert all(math.isfinite(moment.time_s) for moment in moments)
    assert all(early.time_s < late.time_s for early, late in pairwise(moments))
    for before, moment in pairwise(moments):
        assert not moment.gap or before.time_s < moment.gap_from_s < moment.time_s
    torn = sum(moment.jumped and not moment.gap for moment in moments)
    assert len(timeline.steps) + timeline.gaps + torn == max(0, len(stamps) - 1)
    assert timeline.jumps <= sum(moment.jumped for moment in moments)


@settings(max_examples=100, deadline=None)
@given(
    stamps_of_any_kind.map(lambda stamps: [stamp for stamp in stamps if stamp is not None]),
    st.integers(-(10**9), 10**9),
)
def test_a_shift_of_the_whole_clock_changes_nothing(stamps, shift):
    assert times(stamps) == times([stamp + shift for stamp in stamps])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(20, 60), min_size=1, max_size=200))
def test_good_times_pass_exactly(steps):
    stamps = [sum(steps[:number]) for number in range(len(steps) + 1)]
    assert times(stamps) == pytest.approx([stamp / 1000 for stamp in stamps], abs=1e-9)
