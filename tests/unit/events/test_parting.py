from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.config import BurstSettings
from detector.events.bursts import find_bursts, path_of
from detector.events.pairing import begun_in_sight, pair_bursts
from detector.events.parting import begins_at_rest, ends_at_rest, part_at_rest, rests_between
from tests.unit.events.tracks import WIDTH, both, jerk, make_zone

if TYPE_CHECKING:
    from detector.events.bursts import Burst, ZonePath
    from detector.records.motion import ZoneTrack
    from tests.unit.events.tracks import Way

SIZES = (12, -10, 9, -14, 11, -12)


def swinging(out_s: float, back_s: float, sizes: tuple[float, ...] = SIZES) -> Way:
    """Jerks of one limb to either side, each begun the moment the one before is back."""
    each_s = out_s + back_s
    return both(*(jerk(1.0 + k * each_s, size, out_s=out_s, back_s=back_s) for k, size in enumerate(sizes)))


def ways_out(zone: ZoneTrack, path: ZonePath, bursts: list[Burst]) -> list[bool]:
    return [excursion.out.shift.real > 0 for excursion in pair_bursts(bursts, path, zone.strength)]


@pytest.mark.parametrize("fps", [25, 30, 50])
@pytest.mark.parametrize("out_s", [0.04, 0.07])
def test_a_slow_way_back_is_no_foot_of_the_fast_way_out_it_runs_into(fps: float, out_s: float) -> None:
    """The way back is six times slower: cut off as the foot of a burst, it left the jerk before without a return."""
    zone = make_zone(swinging(out_s, 6 * out_s), fps=fps, length_s=5.0)
    path = path_of(zone)
    bursts = find_bursts(zone, path, WIDTH, BurstSettings())
    excursions = pair_bursts(bursts, path, zone.strength)
    assert [excursion.out.shift.real > 0 for excursion in excursions] == [size > 0 for size in SIZES]
    assert all(excursion.back for excursion in excursions)


@pytest.mark.parametrize("seen", [0.3, 0.45, 0.6, 0.75])
def test_a_track_that_begins_amid_swings_keeps_the_first_way_out_that_it_sees_whole(seen: float) -> None:
    zone = make_zone(swinging(0.1, 0.2, 3 * SIZES), fps=30, length_s=8.0)
    first = int(np.searchsorted(zone.time_s, 1.0 + seen))
    columns = {name: getattr(zone, name)[first:] for name in
               ("time_s", "along", "across", "strength", "explained", "share", "away")}  # fmt: skip
    cut = replace(zone, **columns)
    path = path_of(cut)
    bursts = begun_in_sight(find_bursts(cut, path, WIDTH, BurstSettings()), path)
    onsets = [1.0 + 0.3 * k for k in range(3 * len(SIZES))]
    began = path.time_s[bursts[0].first]
    later = [size > 0 for onset, size in zip(onsets, 3 * SIZES, strict=True) if onset > began - 0.05]
    assert 0.8 < began - path.time_s[0] < 1.2
    assert ways_out(cut, path, bursts) == later


def test_a_way_back_that_looks_too_short_is_a_whole_one_if_the_picture_shows_rest() -> None:
    """Fast ways out are read too long or too short: the steps of three jerks added up to a limb held out."""
    zone = make_zone(swinging(0.1, 0.2, (12, -12, 12)), fps=30, length_s=4.0)
    back = (zone.time_s > 1.1) & (zone.time_s <= 1.3)
    zone = replace(zone, along=np.where(back, 0.3 * zone.along, zone.along))
    path = path_of(zone)
    assert ways_out(zone, path, find_bursts(zone, path, WIDTH, BurstSettings())) == [True, False, True]


def test_a_picture_at_rest_that_is_of_a_limb_held_out_shows_no_rest() -> None:
    """In a fast train to one side a limb is out as often as not; then its picture at rest may be of that."""
    zone = make_zone(both(*(jerk(1.0 + 0.2 * k, 12, out_s=0.06, back_s=0.1) for k in range(6))), length_s=4.0)
    path = path_of(replace(zone, away=zone.away.max() - zone.away + 1))
    assert ways_out(zone, path, find_bursts(zone, path, WIDTH, BurstSettings())) == [True] * 6


def test_what_the_picture_says_of_runs() -> None:
    zone = make_zone(jerk(1.0, 12, out_s=0.2, back_s=0.2), fps=30)
    path = path_of(zone)
    out, back = (30, 36), (36, 42)
    assert (begins_at_rest(*out, path), ends_at_rest(*out, path)) == (True, False)
    assert (begins_at_rest(*back, path), ends_at_rest(*back, path)) == (False, True)
    assert not rests_between(30, 36, 42, path)
    blank = replace(path, away=np.full(len(path.away), np.nan))
    assert not any((begins_at_rest(*out, blank), ends_at_rest(*back, blank), rests_between(30, 36, 42, blank)))


def test_only_a_run_right_after_a_turn_is_parted() -> None:
    zone = make_zone(swinging(0.1, 0.2, (12, -12)), fps=30)
    path = path_of(zone)
    run = (33, 42)  # the first way back, and the second way out
    assert part_at_rest([(30, 32), run], path) == [(30, 32), (33, 39), (40, 42)]
    assert part_at_rest([(10, 12), run], path) == [(10, 12), run]
    assert part_at_rest([run], path) == [run]
