from __future__ import annotations

import math

import numpy as np
import pytest

from detector.config import ClusterSettings
from detector.events.clusters import find_clusters, find_episodes, label_jerks
from tests.factories import make_movement
from tests.unit.events.tracks import make_jerks

PLAIN = ClusterSettings()


def groups_of(*onsets_s: float, **settings: float) -> tuple[list[int], list[int]]:
    """Numbers of jerks of the clusters and of the episodes."""
    jerks, chosen = make_jerks(onsets_s), ClusterSettings(**settings)
    clusters = find_clusters(jerks, chosen)
    return [len(c.jerks) for c in clusters], [len(e.jerks) for e in find_episodes(jerks, clusters, chosen)]


def test_no_jerks_no_groups() -> None:
    assert groups_of() == ([], [])


@pytest.mark.parametrize(("n", "expected"), [(1, []), (2, []), (3, [3]), (4, [4]), (30, [30])])
def test_a_cluster_holds_three_or_more(n: int, expected: list[int]) -> None:
    assert groups_of(*range(n))[0] == expected


@pytest.mark.parametrize("least", [2, 3, 5])
def test_the_fewest_jerks_of_a_cluster_are_a_setting(least: int) -> None:
    assert groups_of(*range(least), min_jerks=least)[0] == [least]
    assert groups_of(*range(least - 1), min_jerks=least)[0] == []


@pytest.mark.parametrize("gap_s", [0.5, 2.0, 4.0])
def test_a_gap_of_exactly_the_limit_joins_and_more_parts(gap_s: float) -> None:
    assert groups_of(0.0, gap_s, 2 * gap_s, gap_s=gap_s)[0] == [3]
    assert groups_of(0.0, gap_s, math.nextafter(2 * gap_s, math.inf), gap_s=gap_s)[0] == []


def test_the_defaults_are_those_of_the_glossary() -> None:
    assert (PLAIN.gap_s, PLAIN.min_jerks, PLAIN.episode_gap_s) == (2.0, 3, 10.0)


def test_the_gap_of_a_cluster_is_onset_to_onset_not_from_the_end() -> None:
    jerks = make_jerks([0.0, 2.5, 5.0], duration_s=1.0)  # 1.5 s between end and onset
    assert find_clusters(jerks, PLAIN) == ()


def test_it_is_the_gap_to_the_one_before_that_counts_not_the_whole_length() -> None:
    assert groups_of(*(1.9 * k for k in range(20)))[0] == [20]


def test_a_long_gap_parts_two_clusters_and_leaves_loose_jerks_out() -> None:
    jerks = make_jerks([0, 1, 2, 5, 6, 20, 21, 22])
    first, second = find_clusters(jerks, PLAIN)
    assert first.jerks == ("jerk-0001", "jerk-0002", "jerk-0003")
    assert second.jerks == ("jerk-0006", "jerk-0007", "jerk-0008")
    assert (first.id, second.id) == ("cluster-001", "cluster-002")


def test_a_cluster_lasts_from_its_first_onset_to_its_last_offset() -> None:
    long = make_movement(0, 1.0, id="jerk-0002", offset_s=3.0)
    short = make_jerks([0.0, 1.0, 2.0])
    (cluster,) = find_clusters((short[0], long, short[2]), PLAIN)
    assert (cluster.onset_s, cluster.offset_s) == (0.0, 3.0)


def test_rate_and_variation_of_the_intervals() -> None:
    onsets = [0.0, 1.0, 1.5, 3.0]
    (cluster,) = find_clusters(make_jerks(onsets), PLAIN)
    intervals = np.diff(onsets)
    assert cluster.rate_hz == pytest.approx(3 / 3.0)
    assert cluster.interval_cv == pytest.approx(intervals.std() / intervals.mean())


def test_a_steady_train_does_not_vary() -> None:
    (cluster,) = find_clusters(make_jerks(np.arange(10) / 4), PLAIN)
    assert cluster.rate_hz == pytest.approx(4.0)
    assert cluster.interval_cv == pytest.approx(0, abs=1e-9)


def test_two_jerks_have_no_variation_and_one_instant_has_no_rate() -> None:
    (pair,) = find_clusters(make_jerks([0.0, 1.0]), ClusterSettings(min_jerks=2))
    assert pair.rate_hz == pytest.approx(1.0)
    assert math.isnan(pair.interval_cv)
    (instant,) = find_clusters(make_jerks([1.0, 1.0, 1.0]), PLAIN)
    assert math.isnan(instant.rate_hz)
    assert math.isnan(instant.interval_cv)


def test_without_a_cluster_there_is_no_episode() -> None:
    assert groups_of(0.0, 5.0, 10.0, 15.0) == ([], [])


def test_an_episode_takes_in_loose_jerks_on_both_sides_and_further_clusters() -> None:
    jerks = make_jerks([0, 5, 6, 7, 15, 20, 21, 22, 100])
    clusters = find_clusters(jerks, PLAIN)
    (episode,) = find_episodes(jerks, clusters, PLAIN)
    assert episode.id == "episode-001"
    assert episode.clusters == ("cluster-001", "cluster-002")
    assert episode.jerks == tuple(f"jerk-{k:04d}" for k in range(1, 9))
    assert (episode.onset_s, episode.offset_s) == (0.0, pytest.approx(22.2))


@pytest.mark.parametrize("gap_s", [4.0, 10.0])
def test_an_episode_ends_at_a_longer_gap_than_its_limit_from_the_end_of_a_jerk(gap_s: float) -> None:
    end_s = 2.25  # of the third jerk; halves and quarters are exact
    jerks_until = [0.0, 1.0, 2.0]

    def n_jerks(next_s: float) -> list[int]:
        jerks = make_jerks([*jerks_until, next_s], duration_s=0.25)
        chosen = ClusterSettings(episode_gap_s=gap_s)
        return [len(e.jerks) for e in find_episodes(jerks, find_clusters(jerks, chosen), chosen)]

    assert n_jerks(end_s + gap_s) == [4]
    assert n_jerks(math.nextafter(end_s + gap_s, math.inf)) == [3]


def test_two_clusters_far_apart_are_two_episodes() -> None:
    jerks = make_jerks([0, 1, 2, 50, 51, 52])
    episodes = find_episodes(jerks, find_clusters(jerks, PLAIN), PLAIN)
    assert [(episode.id, episode.clusters) for episode in episodes] == [
        ("episode-001", ("cluster-001",)), ("episode-002", ("cluster-002",)),
    ]  # fmt: skip


def test_a_long_jerk_keeps_its_episode_together_though_a_shorter_one_begins_within_it() -> None:
    """The end of what went before is the latest end, not that of the jerk that began last."""
    jerks = (
        make_movement(0, 0.0, id="jerk-0001", offset_s=0.25),
        make_movement(0, 1.0, id="jerk-0002", offset_s=2.0),
        make_movement(0, 1.5, id="jerk-0003", offset_s=1.625),
        make_movement(0, 11.75, id="jerk-0004", offset_s=12.0),  # 9.75 s after the end of the second
    )
    (episode,) = find_episodes(jerks, find_clusters(jerks, PLAIN), PLAIN)
    assert len(episode.jerks) == 4


def test_labels_name_cluster_and_episode_and_leave_others_alone() -> None:
    jerks = make_jerks([0, 1, 2, 8, 60])
    other = make_movement(0, 1.2, id="slow-0001")
    clusters = find_clusters(jerks, PLAIN)
    episodes = find_episodes(jerks, clusters, PLAIN)
    movements, named = label_jerks((*jerks, other), clusters, episodes)
    assert [m.cluster for m in movements] == ["cluster-001"] * 3 + ["n/a"] * 3
    assert [m.episode for m in movements] == ["episode-001"] * 4 + ["n/a"] * 2
    assert [cluster.episode for cluster in named] == ["episode-001"]
    assert [m.id for m in movements] == [*(jerk.id for jerk in jerks), "slow-0001"]


def test_without_groups_labels_change_nothing() -> None:
    jerks = make_jerks([0, 50])
    assert label_jerks(jerks, (), ()) == (jerks, ())


def test_a_group_ends_with_the_jerk_that_ends_last() -> None:
    long = make_movement(1, 0.0, offset_s=1.4)
    jerks = (long, *(make_movement(n, 0.3 * n, offset_s=0.3 * n + 0.1) for n in (2, 3)))
    (cluster,) = find_clusters(jerks, PLAIN)
    (episode,) = find_episodes(jerks, (cluster,), PLAIN)
    assert (cluster.offset_s, episode.offset_s) == (1.4, 1.4)
