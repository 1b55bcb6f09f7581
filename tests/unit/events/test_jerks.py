from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.config import Region, RegionSettings, Settings
from detector.events.candidate_table import Candidates
from detector.events.jerks import find_jerks, find_movements
from detector.events.sites import assign_sites, excluded
from detector.records.events import Kind, Reason
from tests.unit.events.tracks import make_candidate, make_zone, still

if TYPE_CHECKING:
    from detector.events.candidate_table import Candidate
    from detector.records.events import Movement

LEFT, RIGHT, TOP = {"x": 0.15}, {"x": 0.85}, {"x": 0.5, "y": 0.05}


def movements_of(*candidates: Candidate, sure: float | list[float] = 0.9, **settings: float) -> tuple[Movement, ...]:
    confidence = np.broadcast_to(np.asarray(sure, float), len(candidates))
    order = sorted(range(len(candidates)), key=lambda i: candidates[i].onset_s)
    chosen = Settings.from_mapping({"jerks": settings})
    return find_movements(Candidates.of([candidates[i] for i in order]), confidence[order], chosen)


def test_nothing_in_nothing_out() -> None:
    assert movements_of() == ()


def test_one_candidate_is_one_movement_with_its_measures() -> None:
    candidate = make_candidate(1.0, number=7)
    (movement,) = movements_of(candidate, sure=0.8)
    assert (movement.id, movement.kind, movement.reason) == ("jerk-0001", Kind.JERK, Reason.NONE)
    assert (movement.onset_s, movement.peak_s, movement.offset_s) == (1.0, candidate.peak_s, candidate.offset_s)
    assert (movement.confidence, movement.pattern, movement.zones) == (0.8, "single", (7,))
    assert (movement.amplitude_px, movement.peak_speed_px_s) == (candidate.amplitude_px, candidate.peak_speed_px_s)
    assert (movement.x, movement.y, movement.area) == (0.5, 0.5, candidate.zone.area)
    assert dict(movement.features) == pytest.approx(dict(candidate.features), rel=1e-6, nan_ok=True)


def test_earlier_looks_are_kept_beside_the_features_those_of_the_surest_part() -> None:
    heavy, sure = make_candidate(1.0, speed=0.5, **LEFT), make_candidate(1.01, number=2, **RIGHT)
    lone = make_candidate(3.0, number=3)
    candidates, said = Candidates.of([heavy, sure, lone]), np.array([0.6, 0.9, 0.7])
    joined, apart = find_movements(candidates, said, Settings(), looks={"by_measures": said - 0.1})
    assert (joined.zones, joined.confidence) == ((1, 2), 0.9)
    assert joined.features["speed"] == pytest.approx(heavy.features["speed"])
    assert [one.features["by_measures"] for one in (joined, apart)] == pytest.approx([0.8, 0.6])


def test_two_jerks_of_one_zone_are_two_however_close() -> None:
    zone = make_zone(still, length_s=0.2)
    found = movements_of(make_candidate(1.0, zone=zone), make_candidate(1.2, zone=zone))
    assert [movement.id for movement in found] == ["jerk-0001", "jerk-0002"]


def test_the_zones_of_other_views_stand_last() -> None:
    views = (make_candidate(1.02, number=9, speed=0.1), make_candidate(1.03, number=3, speed=0.1))
    zones = tuple(view.zone for view in views)
    (movement,) = movements_of(replace(make_candidate(1.0, number=5), views=zones))
    assert movement.zones == (5, 9, 3)


def test_the_same_moment_elsewhere_is_no_echo() -> None:
    found = movements_of(make_candidate(1.0, speed=0.5, **LEFT), make_candidate(1.15, number=2, speed=0.1, **RIGHT))
    assert len(found) == 2


@pytest.mark.parametrize(
    ("onset_s", "speed", "n"),
    [(1.15, 0.01, 1), (0.85, 0.01, 2), (1.15, 0.05, 2), (1.9, 0.01, 2)],
    ids=["shaken", "before it", "not so much lighter", "after it"],
)
def test_what_a_far_heavier_jerk_shakes_elsewhere_is_no_jerk(onset_s: float, speed: float, n: int) -> None:
    heavy, light = make_candidate(1.0, speed=0.5, **LEFT), make_candidate(onset_s, number=2, speed=speed, **RIGHT)
    found = movements_of(*sorted((heavy, light), key=lambda candidate: candidate.onset_s))
    assert sum(movement.kind is Kind.JERK for movement in found) == n
    assert [(m.reason, m.zones) for m in found if m.kind is not Kind.JERK] == [(Reason.TOO_WEAK, (2,))] * (2 - n)


@pytest.mark.parametrize(("duration_s", "n"), [(0.55, 1), (0.35, 2)], ids=["at its farthest meanwhile", "before it"])
def test_what_began_early_is_shaken_too_where_it_is_at_its_farthest_meanwhile(duration_s: float, n: int) -> None:
    light = make_candidate(0.83, number=2, duration_s=duration_s, speed=0.01, **RIGHT)
    found = movements_of(light, make_candidate(1.0, speed=0.5, **LEFT))
    assert sum(movement.kind is Kind.JERK for movement in found) == n


@pytest.mark.parametrize(
    ("sure", "speed", "onset_s", "amplitude_px"),
    [(0.4, 0.5, 1.02, 31.0), (0.05, 0.5, 1.02, 4.0), (0.4, 0.1, 1.02, 4.0), (0.4, 0.5, 1.3, 4.0)],
    ids=["shaken by it", "surely no jerk", "not so much lighter", "later"],
)
def test_where_only_what_is_shaken_was_sure_enough_the_heavy_one_is_the_jerk(
    sure: float, speed: float, onset_s: float, amplitude_px: float
) -> None:
    heavy = make_candidate(onset_s, speed=speed, number=1, amplitude_px=31.0, duration_s=0.4, **LEFT)
    speck = make_candidate(1.0, speed=0.01, number=2, amplitude_px=4.0, duration_s=0.03, **RIGHT)
    (jerk,) = [m for m in movements_of(heavy, speck, sure=[sure, 0.6]) if m.kind is Kind.JERK]
    assert (jerk.confidence, jerk.amplitude_px) == (0.6, amplitude_px)


def test_what_shakes_a_jerk_of_an_earlier_moment_is_no_jerk_of_its_own() -> None:
    """It begins with the second light jerk, but that one belongs to the first: a jerk of confidence 0.2 was counted."""
    first = make_candidate(0.85, number=1, speed=0.01, **LEFT)
    second, heavy = make_candidate(0.93, number=2, speed=0.01, **RIGHT), make_candidate(1.0, number=3, speed=0.5, **TOP)
    found = movements_of(first, second, heavy, sure=[0.9, 0.9, 0.2])
    assert [(one.onset_s, one.confidence) for one in found if one.kind is Kind.JERK] == [(0.85, 0.9)]
    assert find_jerks(Candidates.of([first, second, heavy]), np.array([0.9, 0.9, 0.2]), Settings()) == [0]


def test_the_same_place_later_is_no_echo() -> None:
    assert len(movements_of(make_candidate(1.0, speed=0.5), make_candidate(1.6, number=2, speed=0.1))) == 2


@pytest.mark.parametrize(
    ("places", "pattern"),
    [([LEFT], "single"), ([LEFT, RIGHT], "bilateral"), ([LEFT, RIGHT, TOP], "multifocal")],
)
def test_onsets_together_are_one_jerk_with_a_pattern(places: list[dict[str, float]], pattern: str) -> None:
    candidates = [
        make_candidate(1.0 + 0.03 * k, number=k + 1, speed=0.3 - 0.05 * k, **place) for k, place in enumerate(places)
    ]
    (movement,) = movements_of(*candidates)
    assert movement.pattern == pattern
    assert movement.zones == tuple(range(1, len(places) + 1))
    assert movement.area == pytest.approx(sum(candidate.zone.area for candidate in candidates))


@pytest.mark.parametrize(("speed", "pattern"), [(0.02, "single"), (0.03, "bilateral")])
def test_what_a_jerk_only_shakes_is_no_other_place_of_it(speed: float, pattern: str) -> None:
    large, small = make_candidate(1.0, speed=0.4, **LEFT), make_candidate(1.01, number=2, speed=speed, **RIGHT)
    (movement,) = movements_of(large, small)
    assert movement.pattern == pattern
    assert movement.zones == (1, 2), "it is kept as what was seen"
    assert movement.area == pytest.approx(large.zone.area * (1 if pattern == "single" else 2))


@pytest.mark.parametrize(("speed", "onset_s"), [(0.04, 1.05), (0.3, 1.0)])
def test_the_largest_part_speaks_for_a_jerk_and_the_first_that_counts_begins_it(speed: float, onset_s: float) -> None:
    small = make_candidate(1.0, number=1, speed=speed, **LEFT)
    large = make_candidate(1.05, number=2, speed=0.4, **RIGHT)
    (movement,) = movements_of(small, large, sure=[0.95, 0.7])
    assert movement.zones == (2, 1)
    assert (movement.x, movement.onset_s, movement.features["speed"]) == (0.85, onset_s, pytest.approx(0.4))
    assert movement.confidence == 0.95


def test_a_lighter_view_of_the_same_limb_neither_begins_a_jerk_nor_ends_it() -> None:
    """Where trains swing to either side of rest, cloth that settles from the jerk before began one 0.12 s early."""
    limb = make_candidate(1.0, number=1, duration_s=0.2, speed=0.4, **LEFT)
    cloth = make_candidate(0.9, number=2, duration_s=0.4, speed=0.2, **LEFT)
    (movement,) = movements_of(limb, cloth)
    assert movement.zones == (1, 2)
    assert (movement.onset_s, movement.offset_s) == (limb.onset_s, limb.end_s)


@pytest.mark.parametrize("together_s", [0.05, 0.10, 0.25])
def test_how_far_apart_is_together_is_a_setting(together_s: float) -> None:
    def found(apart_s: float) -> int:
        pair = make_candidate(0.0, duration_s=0.05, **LEFT), make_candidate(apart_s, number=2, **RIGHT)
        return len(movements_of(*pair, together_s=together_s))

    assert found(together_s) == 1
    assert found(together_s + 0.001) == 2


@pytest.mark.parametrize(("onset_s", "duration_s", "n"), [(1.13, 0.4, 1), (1.13, 0.3, 2), (1.16, 0.5, 2)])
def test_what_begins_while_a_jerk_is_on_its_way_out_belongs_to_it(onset_s: float, duration_s: float, n: int) -> None:
    """It is farthest at 1.16, 1.12 and 1.20 s; what begins more than 0.15 s after it is another one in any case."""
    pair = make_candidate(1.0, duration_s=duration_s, speed=0.4, **LEFT), make_candidate(onset_s, number=2, **RIGHT)
    assert len(movements_of(*pair)) == n
    assert len(find_jerks(Candidates.of(list(pair)), np.array([0.9, 0.9]), Settings())) == n


def test_together_is_counted_from_the_first_so_that_a_row_does_not_grow() -> None:
    """Four limbs 0.08 s after each other are not one jerk of 0.24 s."""
    places = [LEFT, RIGHT, TOP, {"x": 0.5, "y": 0.95}]
    row = [make_candidate(1.0 + 0.08 * k, number=k + 1, **place) for k, place in enumerate(places)]
    assert len(movements_of(*row)) == 2


def test_a_refused_view_of_a_jerk_is_not_listed_beside_it() -> None:
    found = movements_of(make_candidate(1.0), make_candidate(1.1, number=2, x=0.52), sure=[0.9, 0.1])
    assert [movement.kind for movement in found] == [Kind.JERK]


@pytest.mark.parametrize(("onset_s", "place"), [(1.1, RIGHT), (2.0, LEFT), (0.5, LEFT)])
def test_what_is_refused_elsewhere_or_at_another_time_is_kept(onset_s: float, place: dict[str, float]) -> None:
    found = movements_of(make_candidate(1.0, **LEFT), make_candidate(onset_s, number=2, **place), sure=[0.9, 0.1])
    assert sorted(movement.kind for movement in found) == [Kind.JERK, Kind.REJECTED]


def kinds_of(kind: str, *candidates: Candidate) -> tuple[Movement, ...]:
    n = len(candidates)
    return find_movements(Candidates.of(candidates), np.full(n, 0.1), Settings(), kinds=[kind] * n)


@pytest.mark.parametrize("kind", ["rhythmic", "slow", "gross", "handling"])
def test_what_lasts_is_one_movement_from_first_to_last(kind: str) -> None:
    beats = [make_candidate(1.0 + 0.5 * k, number=k + 1) for k in range(6)]
    (movement,) = kinds_of(kind, *beats)
    assert (movement.kind, movement.onset_s, movement.offset_s) == (kind, 1.0, beats[-1].offset_s)
    assert sorted(movement.zones) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("kind", "n"), [("rhythmic", 2), ("slow", 2), ("gross", 1), ("handling", 1)])
def test_what_fills_the_picture_is_one_movement_in_all_places(kind: str, n: int) -> None:
    assert len(kinds_of(kind, make_candidate(1.0, **LEFT), make_candidate(1.5, number=2, **RIGHT))) == n


def test_a_pause_ends_what_lasts() -> None:
    assert len(kinds_of("rhythmic", make_candidate(1.0), make_candidate(3.0, number=2))) == 2


def test_what_is_part_of_a_jerk_is_none_of_its_own_though_another_jerk_has_begun_elsewhere() -> None:
    long, brief = make_candidate(1.0, duration_s=0.9, **LEFT), make_candidate(1.4, duration_s=0.1, number=2, **RIGHT)
    found = movements_of(long, brief, make_candidate(1.45, number=3, **LEFT), sure=[0.9, 0.9, 0.1])
    assert [movement.kind for movement in found] == [Kind.JERK, Kind.JERK]


def test_rejected_ones_stay_apart() -> None:
    assert len(kinds_of("rejected", make_candidate(1.0), make_candidate(1.5, number=2))) == 2


@pytest.mark.parametrize(("twitches", "kind"), [(True, Kind.TWITCH), (False, Kind.REJECTED)])
def test_a_twitch_is_a_class_of_its_own_only_when_asked_for(twitches: bool, kind: Kind) -> None:
    settings = Settings.from_mapping({"jerks": {"twitches": twitches}})
    (movement,) = find_movements(Candidates.of([make_candidate(1.0)]), np.array([0.1]), settings, kinds=["twitch"])
    assert (movement.kind, movement.reason) == (kind, Reason.NO_RETURN)


def test_refused_for_another_reason_or_elsewhere_or_later_is_another_movement() -> None:
    first = make_candidate(1.0, light=5.0)
    other_reason = make_candidate(1.05, number=2, shift=5.0)
    elsewhere = make_candidate(1.05, number=3, light=5.0, x=0.95)
    later = make_candidate(3.0, number=4, light=5.0)
    found = movements_of(first, other_reason, elsewhere, later, sure=0.1)
    assert [movement.zones for movement in found] == [(1,), (2,), (3,), (4,)]
    assert [movement.reason for movement in found] == [Reason.LIGHT, Reason.CAMERA, Reason.LIGHT, Reason.LIGHT]


def test_ids_count_by_onset_within_each_kind() -> None:
    candidates = [make_candidate(float(k), number=k) for k in range(1, 6)]
    found = movements_of(*candidates, sure=[0.9, 0.1, 0.9, 0.1, 0.9])
    assert [movement.id for movement in found] == [
        "jerk-0001", "rejected-0001", "jerk-0002", "rejected-0002", "jerk-0003",
    ]  # fmt: skip


def test_movements_stand_by_onset() -> None:
    rng = np.random.default_rng(3)
    candidates = [
        make_candidate(float(t), x=float(x), number=k) for k, (t, x) in enumerate(rng.random((40, 2)) * (20, 1), 1)
    ]
    onsets = [movement.onset_s for movement in movements_of(*candidates, sure=rng.random(40).tolist())]
    assert onsets == sorted(onsets)


def test_the_longest_jerk_is_a_setting() -> None:
    candidate = make_candidate(1.0, duration_s=0.7)
    assert movements_of(candidate)[0].kind is Kind.JERK
    assert movements_of(candidate, max_duration_s=0.5)[0].kind is Kind.SLOW


def test_every_candidate_needs_a_confidence() -> None:
    with pytest.raises(ValueError, match="1 candidates, 0 confidences and 1 kinds"):
        find_movements(Candidates.of([make_candidate()]), np.empty(0), Settings())


@pytest.mark.parametrize("least", [0.2, 0.5, 0.8])
def test_jerks_alone_are_those_among_all_movements(least: float) -> None:
    rng = np.random.default_rng(7)
    rows = sorted((rng.random((300, 4)) * (20, 1, 3, 0.6)).tolist())
    candidates = Candidates.of([
        make_candidate(t, x=x, number=k, speed=0.001 * 10**speed, duration_s=0.05 + duration)
        for k, (t, x, speed, duration) in enumerate(rows, 1)
    ])  # fmt: skip
    sure = rng.random(len(rows))
    settings = Settings.from_mapping({"jerks": {"min_confidence": least}})
    nowhere = Region(name="exclude_clock", points=((0.0, 0.0), (0.4, 0.0), (0.4, 1.0), (0.0, 1.0)))
    regions = RegionSettings(named=(nowhere,))
    found = assign_sites(find_movements(candidates, sure, settings), {}, regions, width=640, height=360)
    jerks = [candidates[i] for i in find_jerks(candidates, sure, settings)]
    kept = [jerk.zone.number for jerk in jerks if not excluded(jerk.zone.x, jerk.zone.y, regions)]
    assert kept == [movement.zones[0] for movement in found if movement.kind is Kind.JERK]
    assert 0 < len(kept) < len(jerks)


def test_what_begins_at_one_moment_stands_by_its_zones() -> None:
    numbers = [7, 2, 9, 4, 2]
    candidates = [
        make_candidate(onset_s, number=number, x=0.1) for onset_s, number in zip((1, 1, 1, 1, 3), numbers, strict=True)
    ]
    found = movements_of(*candidates, sure=0.1)
    assert [(movement.onset_s, movement.zones) for movement in found] == [
        (1, (2,)), (1, (4,)), (1, (7,)), (1, (9,)), (3, (2,)),
    ]  # fmt: skip


def test_what_lasts_is_joined_with_its_own_kind_alone() -> None:
    beats = Candidates.of([make_candidate(1.0 + 0.3 * k, number=k + 1) for k in range(4)])
    found = find_movements(beats, np.full(4, 0.1), Settings(), kinds=["slow", "rhythmic", "slow", "rhythmic"])
    assert [(movement.kind, movement.zones) for movement in found] == [(Kind.SLOW, (1, 3)), (Kind.RHYTHMIC, (2, 4))]
