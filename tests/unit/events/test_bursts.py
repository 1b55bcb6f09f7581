from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.config import BurstSettings
from detector.events.bursts import Burst, find_bursts, path_of
from detector.records.motion import ZoneTrack
from tests.unit.events.tracks import WIDTH, both, jerk, make_zone, still

if TYPE_CHECKING:
    from tests.unit.events.tracks import Way

ONE_WAY = {"returned": 0.0}


def bursts_of(way: Way, *, width: int = WIDTH, settings: BurstSettings | None = None, **options: object) -> list[Burst]:
    zone = make_zone(way, **options)
    return find_bursts(zone, path_of(zone), width, settings or BurstSettings())


def test_the_path_gives_back_the_displacement() -> None:
    zone = make_zone(jerk(1.0, 8 + 6j, **ONE_WAY), noise_px_s=0.0)
    path = path_of(zone)
    assert path.position[-1] == pytest.approx(8 + 6j, rel=1e-5)
    assert path.speed.max() == pytest.approx(np.hypot(zone.along, zone.across).max())


@pytest.mark.parametrize("noise_px_s", [0.2, 0.5, 1.0])
def test_noise_at_rest_is_the_standard_deviation_of_one_component(noise_px_s: float) -> None:
    noise = path_of(make_zone(jerk(2.0), noise_px_s=noise_px_s, length_s=20.0)).noise
    assert noise == pytest.approx(noise_px_s, rel=0.25)


def test_noise_of_a_zone_that_never_rests_comes_from_its_slowest_fifth() -> None:
    round_and_round = make_zone(lambda t: 2.4 * np.exp(4j * np.pi * t), noise_px_s=0.1)
    assert (round_and_round.strength >= 1).all()
    assert 20 < path_of(round_and_round).noise < 30


def test_steady_movement_is_no_noise() -> None:
    assert path_of(make_zone(lambda t: (30.0 * t).astype(complex), noise_px_s=0.1)).noise < 0.2


def test_dropped_frames_leave_steps_not_speeds_too_long() -> None:
    times_s = np.delete(np.arange(90) / 30, [28, 29, 33])
    path = path_of(make_zone(jerk(1.0, 10, **ONE_WAY), times_s=times_s, noise_px_s=0.0))
    assert abs(path.position[-1]) == pytest.approx(10, rel=1e-5)


@pytest.mark.parametrize("n", [1, 2])
def test_a_track_of_one_or_two_frames_has_a_path(n: int) -> None:
    whole = make_zone(jerk(0.0), length_s=2 / 30)
    zone = make_zone(still, times_s=whole.time_s) if n == 2 else _first_frame()
    path = path_of(zone)
    assert len(path.step) == n
    assert np.isfinite(path.noise)
    assert find_bursts(zone, path, WIDTH, BurstSettings()) == []


def _first_frame() -> ZoneTrack:
    zone = make_zone(still, noise_px_s=0.0)
    return replace(zone, **{name: getattr(zone, name)[:1] for name in ZoneTrack.columns()})


def test_rest_has_no_bursts() -> None:
    assert bursts_of(still, length_s=60.0) == []


@pytest.mark.parametrize("fps", [15, 25, 30, 50, 60])
@pytest.mark.parametrize("hold_s", [0.0, 0.15])
def test_out_and_back_are_two_bursts_of_opposite_shift(fps: float, hold_s: float) -> None:
    out, back = bursts_of(jerk(1.0, 12, hold_s=hold_s), fps=fps)
    assert out.last < back.first
    assert out.shift.real == pytest.approx(12, rel=0.25)
    assert (out.shift * np.conj(back.shift)).real < 0
    assert abs(out.shift + back.shift) < 0.2 * abs(out.shift)


def test_a_burst_has_its_peak_inside_and_its_speed() -> None:
    zone = make_zone(jerk(1.0, 12, **ONE_WAY), noise_px_s=0.0)
    path = path_of(zone)
    (burst,) = find_bursts(zone, path, WIDTH, BurstSettings())
    assert burst.first <= burst.peak <= burst.last
    assert burst.peak_speed == path.speed[burst.peak] == path.speed.max()
    assert burst.strength == zone.strength.max()
    assert burst.shift == pytest.approx(complex(path.step[burst.first : burst.last + 1].sum()))
    # the fastest speed of least jerk is 1.875 times the mean
    assert burst.peak_speed == pytest.approx(1.875 * 12 / 0.10, rel=0.15)


def test_bursts_stand_in_order_and_share_no_frame() -> None:
    bursts = bursts_of(both(*(jerk(1.0 + 0.4 * k) for k in range(5))), length_s=5.0)
    assert len(bursts) == 10
    assert all(a.last < b.first for a, b in pairwise(bursts))


def test_a_repeated_picture_does_not_end_a_burst() -> None:
    zone = make_zone(jerk(1.0, 20, out_s=0.2, **ONE_WAY), fps=30)
    fast = int(np.argmax(zone.along))
    along = zone.along.copy()
    along[fast + 1] += along[fast]
    along[fast] = 0.0
    repeat = replace(zone, along=along)
    (burst,) = find_bursts(repeat, path_of(repeat), WIDTH, BurstSettings())
    assert abs(burst.shift) == pytest.approx(20, rel=0.1)


def test_two_ways_the_same_way_with_a_rest_between_are_two_bursts() -> None:
    assert len(bursts_of(both(jerk(1.0, 12, **ONE_WAY), jerk(1.6, 12, **ONE_WAY)))) == 2


def test_a_turn_by_less_than_a_right_angle_does_not_cut() -> None:
    bent = both(jerk(1.0, 10, out_s=0.2, **ONE_WAY), jerk(1.1, 8j, out_s=0.2, **ONE_WAY))
    assert len(bursts_of(bent)) == 1


@pytest.mark.parametrize("fps", [25.0, 30.0, 50.0])
def test_a_limb_that_slides_sideways_at_its_farthest_turns_there(fps: float) -> None:
    """Seen in real pictures: neither half of such a turn is a right angle, and out and back became one burst."""
    slide = jerk(1.02, 4j, out_s=0.20, **ONE_WAY)
    out, back = bursts_of(both(jerk(1.0, 16, out_s=0.1, hold_s=0.04, back_s=0.1), slide), fps=fps)
    assert out.shift.real > 12
    assert back.shift.real < -12


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0, 4.0])
def test_speeds_are_judged_relative_to_the_width(scale: float) -> None:
    """The same scene in a picture of another width gives the same bursts, larger by the scale."""
    plain = bursts_of(both(jerk(1.0, 12), jerk(2.0, 0.4, returned=0.0)))
    scaled = bursts_of(both(jerk(1.0, 12), jerk(2.0, 0.4, returned=0.0)), scale=scale, width=int(WIDTH * scale))
    assert [(b.first, b.peak, b.last) for b in scaled] == [(b.first, b.peak, b.last) for b in plain]
    assert [b.peak_speed for b in scaled] == pytest.approx([scale * b.peak_speed for b in plain], rel=1e-4)


def test_the_least_peak_speed_is_a_setting() -> None:
    way = jerk(1.0, 12, **ONE_WAY)
    peak_share = bursts_of(way)[0].peak_speed / WIDTH
    assert len(bursts_of(way, settings=BurstSettings(min_peak_speed=peak_share * 0.99))) == 1
    assert bursts_of(way, settings=BurstSettings(min_peak_speed=peak_share * 1.01)) == []


def test_what_a_noisy_zone_does_is_measured_against_its_noise() -> None:
    way = jerk(1.0, 1.2, **ONE_WAY)
    assert len(bursts_of(way, noise_px_s=0.1)) == 1
    assert bursts_of(way, noise_px_s=8.0) == []


def test_motion_below_the_zones_threshold_is_no_burst() -> None:
    zone = make_zone(jerk(1.0, 12, **ONE_WAY))
    quiet = replace(zone, strength=np.minimum(zone.strength, 0.99))
    assert find_bursts(quiet, path_of(quiet), WIDTH, BurstSettings()) == []


def test_motion_that_runs_to_the_last_frame_is_a_burst() -> None:
    (burst,) = bursts_of(jerk(1.9, 12, out_s=0.2, **ONE_WAY), length_s=2.0)
    assert burst.last == 59


def drift(speed_px_s: complex, from_s: float, to_s: float) -> Way:
    """A slow movement one way."""
    return lambda time_s: speed_px_s * np.clip(time_s - from_s, 0, to_s - from_s).astype(complex)


@pytest.mark.parametrize("slow_px_s", [25, -25, 20j])
def test_a_jerk_that_rides_on_a_slow_movement_goes_out_and_back_as_at_rest(slow_px_s: complex) -> None:
    at_rest = bursts_of(jerk(2.0, 12), noise_px_s=0.0)
    riding = bursts_of(both(jerk(2.0, 12), drift(slow_px_s, 0.5, 3.5)), noise_px_s=0.0)
    quick = [burst for burst in riding if burst.peak_speed > 60]
    assert [(burst.first, burst.last) for burst in quick] == [(burst.first, burst.last) for burst in at_rest]
    assert [burst.shift for burst in quick] == pytest.approx([burst.shift for burst in at_rest], abs=1.0)


def test_quick_ways_out_and_slow_ways_back_are_no_slow_movement() -> None:
    zone = make_zone(both(*(jerk(1.0 + k * 0.5, 12, out_s=0.08, back_s=0.40) for k in range(5))), noise_px_s=0.0)
    path = path_of(zone)
    middle = (path.time_s > 1.5) & (path.time_s < 3.0)
    assert path.slow[middle].max() < 5.0  # px/s; the slow ways back have 30


@pytest.mark.parametrize("fps", [15, 25, 30, 60])
def test_a_small_move_before_a_lull_is_no_foot_of_the_fast_one_after_it(fps: float) -> None:
    """At 15 Hz a jerk of 20 px seemed to rise for 0.2 s, because the limb had crept the same way before it."""
    creeps = jerk(1.0, 14, out_s=1.2, returned=0.0)  # its slow motion fills the lull, so that all is one run
    fast, small = jerk(1.5, 20, out_s=0.1, returned=0.0), jerk(1.2, 3, out_s=0.1, returned=0.0)
    zone = make_zone(both(creeps, small, fast), fps=fps)
    path = replace(path_of(zone), speed=np.hypot(zone.along, zone.across), step=zone.along / fps + 0j)
    bursts = find_bursts(zone, path, WIDTH, BurstSettings())
    burst = max(bursts, key=lambda one: one.peak_speed)
    assert path.time_s[burst.first] >= 1.5
    assert any(one.last < burst.first and path.time_s[one.first] < 1.35 for one in bursts)
