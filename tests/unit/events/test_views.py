from __future__ import annotations

import numpy as np
import pytest

from detector.events.candidate_table import Candidate, Candidates
from detector.events.views import VIEW_FEATURES, echoes, merge_views, near
from tests.unit.events.tracks import make_candidate, make_zone, measured_only, still


def merged_of(*candidates: Candidate) -> tuple[Candidate, ...]:
    return tuple(merge_views(measured_only(candidates)))


def test_no_candidates_no_movements() -> None:
    assert merged_of() == ()


def test_a_candidate_alone_is_its_own_only_view() -> None:
    (merged,) = merged_of(make_candidate(1.0, strength=9.0, snr=20.0))
    together = {name: merged.features[name] for name in VIEW_FEATURES}
    expected = {"views": 1, "view_area": 0.02, "view_strength": 9, "view_snr": 20, "view_spread_s": 0}
    expected["view_share"] = 0.9
    own = {name: merged.features[name.partition("_")[2]] for name in VIEW_FEATURES if name not in expected}
    assert together == pytest.approx(expected | own)
    assert merged.views == ()


def test_the_heaviest_view_stands_for_the_movement_and_keeps_the_others() -> None:
    echo, strong = make_candidate(0.98, number=2, speed=0.1, x=0.55), make_candidate(1.0, number=1, speed=0.5)
    (merged,) = merged_of(echo, strong)
    assert merged.zone.number == 1
    assert merged.onset_s == 1.0
    assert [zone.number for zone in merged.views] == [2]
    assert merged.features["views"] == 2
    assert merged.features["view_area"] == pytest.approx(0.04)
    assert 0 < merged.features["view_spread_s"] < 0.02


def test_a_view_whose_track_ends_in_the_movement_does_not_speak_where_another_one_goes_on() -> None:
    cut, whole = make_candidate(1.0, number=1, speed=0.5, followed_s=0.0), make_candidate(1.01, number=2, speed=0.2)
    assert [merged.zone.number for merged in merged_of(cut, whole)] == [2]
    speck = make_candidate(1.01, number=2, speed=0.01)
    assert [merged.zone.number for merged in merged_of(cut, speck)] == [1]
    both = make_candidate(1.01, number=2, speed=0.2, followed_s=0.0)
    assert [merged.zone.number for merged in merged_of(cut, both)] == [1]


def test_the_clearest_view_is_the_one_with_most_of_the_motion_and_means_lean_towards_it() -> None:
    """A codec stirs a large patch all over the picture while a limb moves in it."""
    stirred = make_candidate(1.0, number=1, area=0.06, share=0.1, skew=-0.5, explained=0.1)
    limb = make_candidate(1.02, number=2, area=0.01, share=0.7, skew=2.0, explained=0.8)
    (merged,) = merged_of(stirred, limb)
    assert merged.zone.number == 1
    features = merged.features
    assert (features["clear_share"], features["clear_skew"], features["clear_explained"]) == (0.7, 2.0, 0.8)
    assert features["view_share"] == pytest.approx(0.8)
    assert features["view_skew"] == pytest.approx((-0.5 * 0.1 + 2.0 * 0.7) / 0.8)


def test_views_without_any_share_of_the_motion_have_means_of_0() -> None:
    (merged,) = merged_of(make_candidate(1.0, share=0.0))
    assert (merged.features["view_share"], merged.features["view_skew"]) == (0, 0)


def test_specks_are_kept_but_say_nothing() -> None:
    speck = make_candidate(1.01, number=2, speed=0.01, x=0.52, strength=30.0)
    (merged,) = merged_of(make_candidate(1.0, strength=9.0), speck)
    assert len(merged.views) == 1
    assert (merged.features["views"], merged.features["view_strength"]) == (1, 9)


@pytest.mark.parametrize("onset_s", [0.7, 1.6])
def test_the_same_place_at_another_time_is_another_movement(onset_s: float) -> None:
    both = sorted([make_candidate(1.0), make_candidate(onset_s, number=2)], key=lambda c: c.onset_s)
    assert len(merged_of(*both)) == 2


def test_the_same_moment_elsewhere_is_another_movement() -> None:
    assert len(merged_of(make_candidate(1.0, x=0.15), make_candidate(1.0, number=2, x=0.85))) == 2


def test_two_movements_of_one_zone_are_never_views_of_each_other() -> None:
    zone = make_zone(still, length_s=0.2)
    assert len(merged_of(make_candidate(1.0, zone=zone), make_candidate(1.1, zone=zone))) == 2


def test_a_slow_movement_does_not_swallow_a_jerk_within_it() -> None:
    slow = make_candidate(1.0, duration_s=2.0, speed=0.9, area=0.05)
    assert len(merged_of(slow, make_candidate(1.5, number=2))) == 2


def test_each_view_belongs_to_exactly_one_movement() -> None:
    rng = np.random.default_rng(4)
    candidates = sorted(
        (make_candidate(float(t), x=float(x), number=k, speed=float(v))
         for k, (t, x, v) in enumerate(rng.random((60, 3)) * (6, 1, 0.5), 1)),
        key=lambda candidate: candidate.onset_s,
    )  # fmt: skip
    merged = merged_of(*candidates)
    numbers = [zone.number for leader in merged for zone in (leader.zone, *leader.views)]
    assert sorted(numbers) == list(range(1, 61))
    assert [c.onset_s for c in merged] == sorted(c.onset_s for c in merged)
    table, place = Candidates.of(candidates), {c.zone.number: i for i, c in enumerate(candidates)}
    pairs = [(place[view.number], place[leader.zone.number]) for leader in merged for view in leader.views]
    assert all(table.weight[view] <= table.weight[leader] and echoes(table, view, leader) for view, leader in pairs)


def test_near_is_mutual_and_grows_with_the_zones() -> None:
    small = Candidates.of([make_candidate(1.0, x=x) for x in (0.2, 0.5)])
    assert not near(small, 0, 1)
    zones = [make_zone(still, length_s=0.2, x=x, extent=0.08) for x in (0.2, 0.5)]
    large = Candidates.of([make_candidate(1.0, zone=zone) for zone in zones])
    assert near(large, 0, 1)
    assert near(large, 1, 0)
    assert near(small, 0, 0)
    assert near(small, 0, np.array([0, 1])).tolist() == [True, False]
