from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detector.config import BurstSettings
from detector.events.bursts import find_bursts, path_of
from detector.events.pairing import _UNSEEN_S, begun_in_sight, pair_bursts
from detector.motion.zones import BEFORE_S
from tests.unit.events.tracks import WIDTH, both, jerk, make_zone, still, train

if TYPE_CHECKING:
    from detector.events.bursts import Burst
    from detector.events.pairing import Excursion
    from tests.unit.events.tracks import Way

ONE_WAY = {"returned": 0.0}


def pairs_of(way: Way, **options: object) -> tuple[list[Burst], list[Excursion]]:
    zone = make_zone(way, **options)
    path = path_of(zone)
    bursts = find_bursts(zone, path, WIDTH, BurstSettings())
    return bursts, pair_bursts(bursts, path, zone.strength)


def test_no_bursts_no_excursions() -> None:
    assert pairs_of(still) == ([], [])


@pytest.mark.parametrize("fps", [15, 25, 30, 50, 60])
@pytest.mark.parametrize("rate_hz", [1, 2, 3, 5])
@pytest.mark.parametrize("phase", [0.0, 0.25, 0.5, 0.75])
def test_one_excursion_a_jerk_at_any_frame_rate_and_pace(fps: float, rate_hz: float, phase: float) -> None:
    n = 6
    _, excursions = pairs_of(train(rate_hz, n), fps=fps, phase=phase, length_s=2.5 + n / rate_hz)
    assert len(excursions) == n


@pytest.mark.parametrize("direction", [1, -1, 1j, -1j, 0.6 - 0.8j])
def test_the_direction_of_the_way_out_does_not_matter(direction: complex) -> None:
    _, excursions = pairs_of(train(2, 4, amplitude_px=12 * direction), length_s=4.0)
    assert len(excursions) == 4
    for excursion in excursions:
        assert (excursion.out.shift * complex(direction).conjugate()).real > 0


def turning(rate_hz: float, sizes: tuple[float, ...]) -> Way:
    """Jerks of one limb to either side, each begun the moment the one before is over: it never rests in between."""
    shape = {"out_s": 0.4 / rate_hz, "back_s": 0.6 / rate_hz}
    return both(*(jerk(1.0 + k / rate_hz, size, **shape) for k, size in enumerate(sizes)))


@pytest.mark.parametrize("fps", [25, 30, 50, 60])
@pytest.mark.parametrize("sizes", [(12, -10, 9, -14), (-12, 12, 12, -8)])
def test_jerks_to_either_side_in_turn_are_one_each(fps: float, sizes: tuple[float, ...]) -> None:
    _, excursions = pairs_of(turning(3, sizes), fps=fps, length_s=4.0)
    assert [(excursion.out.shift.real > 0) for excursion in excursions] == [size > 0 for size in sizes]
    for k, excursion in enumerate(excursions):
        assert excursion.out.peak / fps == pytest.approx(1.0 + k / 3 + 0.067, abs=0.07)


def test_what_swings_beyond_rest_a_little_is_no_jerk_of_its_own() -> None:
    _, excursions = pairs_of(both(jerk(1.0, 12), jerk(1.2, -4, out_s=0.08, back_s=0.12)))
    assert len(excursions) == 1


@pytest.mark.parametrize("fps", [12.5, 25, 30, 60])
def test_a_jerk_that_rides_on_a_slow_movement_the_other_way_is_no_way_back_of_it(fps: float) -> None:
    stretch, ridden = jerk(1.0, 14, out_s=0.7, returned=0.0), jerk(1.6, -11, out_s=0.1, back_s=0.14)
    _, excursions = pairs_of(both(stretch, ridden), fps=fps)
    assert [excursion.out.shift.real > 0 for excursion in excursions] == [True, False]
    assert len(excursions[1].back) == 1


@pytest.mark.parametrize("fps", [12.5, 25, 30, 60])
def test_a_fast_way_back_of_a_slow_movement_is_its_way_back(fps: float) -> None:
    _, excursions = pairs_of(jerk(1.0, 14, out_s=0.5, back_s=0.15), fps=fps)
    assert [len(excursion.back) for excursion in excursions] == [1]


def test_every_burst_belongs_to_exactly_one_excursion() -> None:
    way = both(train(3, 6), jerk(4.0, 8, **ONE_WAY), jerk(4.5, 8, **ONE_WAY), jerk(6.0, 15, returned=0.5))
    bursts, excursions = pairs_of(way, length_s=8.0)
    assert [burst for e in excursions for burst in (e.out, *e.back)] == bursts


@pytest.mark.parametrize("hold_s", [0.0, 0.1, 0.3])
def test_a_return_after_a_hold_is_still_the_return(hold_s: float) -> None:
    _, (excursion,) = pairs_of(jerk(1.0, hold_s=hold_s))
    assert len(excursion.back) == 1
    assert excursion.last == excursion.back[0].last


def test_a_return_much_later_is_an_excursion_of_its_own() -> None:
    _, excursions = pairs_of(jerk(1.0, hold_s=1.5))
    assert len(excursions) == 2
    assert all(excursion.back == () for excursion in excursions)


@pytest.mark.parametrize("returned", [0.4, 0.7])
def test_an_incomplete_return_is_one_excursion(returned: float) -> None:
    _, (excursion,) = pairs_of(jerk(1.0, 16, returned=returned))
    assert len(excursion.back) == 1


def test_without_a_return_it_is_one_excursion() -> None:
    _, (excursion,) = pairs_of(jerk(1.0, 12, **ONE_WAY))
    assert excursion.back == ()
    assert excursion.last == excursion.out.last


def test_a_return_too_slow_to_be_a_burst_is_left_out() -> None:
    _, (excursion,) = pairs_of(jerk(1.0, 6, back_s=3.0), length_s=6.0)
    assert excursion.back == ()


def test_a_slow_return_is_the_return() -> None:
    _, (excursion,) = pairs_of(jerk(1.0, 16, back_s=0.5))
    assert len(excursion.back) == 1


def test_a_return_in_steps_is_one_return() -> None:
    """Back to half, a stop, then all the way."""
    halves = both(jerk(1.0, 16, **ONE_WAY), jerk(1.15, -8, **ONE_WAY), jerk(1.4, -8, **ONE_WAY))
    _, (excursion,) = pairs_of(halves)
    assert len(excursion.back) == 2


def test_a_small_swing_after_the_return_is_its_rebound() -> None:
    swings = both(jerk(1.0, 16), jerk(1.24, 3, out_s=0.06, back_s=0.06))
    bursts, (excursion,) = pairs_of(swings, fps=60)
    assert len(bursts) >= 3
    assert excursion.last == bursts[-1].last


def test_an_overshoot_past_rest_is_part_of_the_excursion() -> None:
    _, (excursion,) = pairs_of(both(jerk(1.0, 16, returned=1.2), jerk(1.26, 3.2, out_s=0.1, **ONE_WAY)), fps=50)
    assert len(excursion.back) >= 1


@pytest.mark.parametrize("share", [0.35, 0.6])
def test_a_smaller_jerk_that_follows_at_once_is_no_rebound(share: float) -> None:
    """In a train of 5 a second the next jerk may be a third as large, and leaves rest the same way."""
    _, excursions = pairs_of(
        both(jerk(1.0, 16, out_s=0.06, back_s=0.08), jerk(1.16, 16 * share, out_s=0.06, back_s=0.08))
    )
    assert len(excursions) == 2


def test_a_large_swing_after_the_return_is_a_jerk_of_its_own() -> None:
    _, excursions = pairs_of(both(jerk(1.0, 12), jerk(1.26, 12)))
    assert len(excursions) == 2


@pytest.mark.parametrize("fps", [20.0, 25.0, 30.0, 60.0])
@pytest.mark.parametrize("share", [0.35, 0.6, 2.0])
def test_a_way_back_that_stops_at_rest_and_goes_on_is_a_way_back_and_the_next_way_out(fps: float, share: float) -> None:
    """Smaller than a rebound may be, or so large that it could be no return: what stops swings no more."""
    both_ways = both(jerk(1.0, 12, back_s=0.3), jerk(1.4, -12 * share, back_s=0.3))
    bursts, (first, second) = pairs_of(both_ways, fps=fps)
    assert first.last < second.out.first
    assert second.out.first / fps == pytest.approx(1.4, abs=1.6 / fps + 0.02)
    assert second.out.shift.real < 0 < first.out.shift.real
    assert abs(second.out.shift) == pytest.approx(12 * share, rel=0.15)
    assert len(bursts) <= 4


def test_what_swings_through_rest_without_a_stop_is_a_rebound() -> None:
    swing = both(jerk(1.0, 12, returned=0.0), jerk(1.15, -16, out_s=0.2, back_s=0.2, returned=0.25))
    _, (excursion,) = pairs_of(swing, fps=50)
    assert len(excursion.back) == 2


def test_a_way_back_that_stops_on_its_way_is_one_return() -> None:
    steps = both(jerk(1.0, 12, **ONE_WAY), jerk(1.3, -5, **ONE_WAY), jerk(1.42, -7, **ONE_WAY))
    _, (excursion,) = pairs_of(steps, fps=50)
    assert excursion.back


def test_creeping_one_way_is_never_a_return() -> None:
    """Steps in one direction, as a limb that slides down a slope: each leaves rest anew."""
    _, excursions = pairs_of(both(*(jerk(1.0 + 0.4 * k, 8, **ONE_WAY) for k in range(4))))
    assert len(excursions) == 4
    assert all(excursion.back == () for excursion in excursions)


def test_a_movement_across_the_way_out_is_no_return() -> None:
    _, excursions = pairs_of(both(jerk(1.0, 12, **ONE_WAY), jerk(1.3, 12j, **ONE_WAY)))
    assert len(excursions) == 2


def test_a_much_longer_way_the_other_way_is_no_return() -> None:
    _, excursions = pairs_of(both(jerk(1.0, 5, **ONE_WAY), jerk(1.3, -40, **ONE_WAY)))
    assert len(excursions) == 2


def test_a_zone_that_moves_from_its_first_frame_is_paired() -> None:
    _, (excursion,) = pairs_of(jerk(-0.03, 12), length_s=1.5)
    assert excursion.out.first <= 1
    assert len(excursion.back) == 1


def test_what_began_unseen_is_left_out_until_the_first_rest() -> None:
    zone = make_zone(both(jerk(-0.1, 12), jerk(1.0, 12)), length_s=2.0)
    path = path_of(zone)
    bursts = find_bursts(zone, path, WIDTH, BurstSettings())
    assert bursts[0].first <= 1
    seen = begun_in_sight(bursts, path)
    assert seen == bursts[-2:]
    assert path.time_s[seen[0].first] > 0.9
    assert begun_in_sight(seen, path) == seen
    assert begun_in_sight([], path) == []
    assert begun_in_sight(bursts[:1], path) == []


def test_motion_that_never_rests_is_left_out_only_before_the_zones_own_tube() -> None:
    zone = make_zone(train(5, 12, onset_s=-0.05, out_s=0.1, back_s=0.1), length_s=2.4, fps=50)
    path = path_of(zone)
    bursts = find_bursts(zone, path, WIDTH, BurstSettings())
    seen = begun_in_sight(bursts, path)
    assert 0 < len(seen) < len(bursts)
    assert 0.8 < path.time_s[seen[0].first] < 1.0


def test_what_is_called_unseen_is_what_a_track_holds_before_its_tube() -> None:
    assert _UNSEEN_S == BEFORE_S
