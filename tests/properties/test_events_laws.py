"""Laws of groups, rates and time accounts: whatever the onsets and spans are."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.config import ClusterSettings, Settings
from detector.events.candidate_table import Candidates
from detector.events.candidates import measure_candidates
from detector.events.clusters import find_clusters, find_episodes, label_jerks
from detector.events.coverage import account_for, not_assessable
from detector.events.jerks import find_movements
from detector.events.rates import jerk_rates
from detector.records.recording import Span, TimeAccount, union
from tests.unit.events.tracks import (
    WIDTH,
    both,
    jerk,
    make_candidate,
    make_jerks,
    make_picture,
    make_signal,
    make_zone,
)

# eighths of a second, so that sums and differences are exact
onset_lists = st.lists(st.integers(0, 2000), max_size=60).map(lambda ticks: [tick / 8 for tick in sorted(ticks)])
gaps = st.integers(1, 200).map(lambda tick: tick / 8)


@st.composite
def accounts(draw: st.DrawFn) -> TimeAccount:
    """A time account as the reader hands it out: masked and missing sorted and disjoint, within the claim."""
    edges = sorted(draw(st.lists(st.integers(0, 800), max_size=16, unique=True)))
    spans = [(a / 8, b / 8) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    lost = [draw(st.booleans()) for _ in spans]
    masked = tuple(Span(*span, "damaged") for span, gone in zip(spans, lost, strict=True) if not gone)
    missing = tuple(Span(*span, "gap") for span, gone in zip(spans, lost, strict=True) if gone)
    claimed_s = max(draw(st.integers(1, 800)) / 8, *(span[1] for span in spans), 0.0)
    return TimeAccount(claimed_s, masked, missing)


@st.composite
def pictures(draw: st.DrawFn):
    n = draw(st.integers(0, 120))
    time_s = np.cumsum([draw(st.integers(1, 16)) / 8 for _ in range(n)]) - 1.0 / 8
    pick = st.lists(st.booleans(), min_size=n, max_size=n)
    dark, moved, busy = (np.array(draw(pick), bool) for _ in range(3))
    return make_picture(
        time_s, brightness=np.where(dark, 1.0, 90.0), shift_x=np.where(moved, 50.0, 0), activity=busy * 0.9
    )


def within(gap_s: float, **others: int) -> ClusterSettings:
    """Clusters of this gap, in episodes whose gap is no shorter."""
    return ClusterSettings(gap_s=gap_s, episode_gap_s=max(10.0, gap_s), **others)


def covered(spans: tuple[Span, ...], time_s: float) -> bool:
    return any(span.onset_s <= time_s < span.offset_s for span in spans)


@settings(max_examples=60, deadline=None)
@given(onset_lists, gaps, st.integers(2, 6))
def test_clusters_are_disjoint_sorted_and_as_the_glossary_says(onsets: list[float], gap_s: float, least: int) -> None:
    jerks = make_jerks(onsets)
    clusters = find_clusters(jerks, within(gap_s, min_jerks=least))
    named = [name for cluster in clusters for name in cluster.jerks]
    assert len(set(named)) == len(named)
    assert named == sorted(named)
    onset_of = {item.id: item.onset_s for item in jerks}
    for cluster in clusters:
        inside = [onset_of[name] for name in cluster.jerks]
        assert len(inside) >= least
        assert all(late - early <= gap_s for early, late in pairwise(inside))
        assert cluster.onset_s == inside[0]
    for early, late in pairwise(clusters):
        assert onset_of[late.jerks[0]] - onset_of[early.jerks[-1]] > gap_s


@settings(max_examples=60, deadline=None)
@given(onset_lists, gaps, st.integers(2, 6))
def test_no_cluster_is_missed(onsets: list[float], gap_s: float, least: int) -> None:
    """Any `least` jerks in a row within the gap of each other are in a cluster: counted the plain way."""
    jerks = make_jerks(onsets)
    clusters = find_clusters(jerks, within(gap_s, min_jerks=least))
    inside = {name for cluster in clusters for name in cluster.jerks}
    expected = set()
    for start in range(len(jerks) - least + 1):
        row = jerks[start : start + least]
        if all(late.onset_s - early.onset_s <= gap_s for early, late in pairwise(row)):
            expected |= {item.id for item in row}
    assert inside == expected


@settings(max_examples=60, deadline=None)
@given(onset_lists, gaps, gaps)
def test_a_larger_gap_never_leaves_fewer_jerks_in_clusters(onsets: list[float], one_s: float, other_s: float) -> None:
    jerks = make_jerks(onsets)
    small, large = (
        {name for cluster in find_clusters(jerks, within(gap_s)) for name in cluster.jerks}
        for gap_s in sorted((one_s, other_s))
    )
    assert small <= large


@settings(max_examples=60, deadline=None)
@given(onset_lists, st.integers(0, 80_000))
def test_groups_do_not_depend_on_when_the_recording_began(onsets: list[float], ticks: int) -> None:
    chosen = ClusterSettings()
    now, later = make_jerks(onsets), make_jerks([onset + ticks / 8 for onset in onsets])
    clusters, moved = find_clusters(now, chosen), find_clusters(later, chosen)
    assert [cluster.jerks for cluster in clusters] == [cluster.jerks for cluster in moved]
    assert [c.rate_hz for c in clusters] == pytest.approx([c.rate_hz for c in moved], nan_ok=True)
    assert [e.jerks for e in find_episodes(now, clusters, chosen)] == [
        e.jerks for e in find_episodes(later, moved, chosen)
    ]


@settings(max_examples=60, deadline=None)
@given(onset_lists, st.integers(1, 40))
def test_episodes_hold_whole_clusters_and_each_jerk_at_most_once(onsets: list[float], ticks: int) -> None:
    chosen = ClusterSettings(gap_s=min(2.0, ticks / 8), episode_gap_s=ticks / 8)
    jerks = make_jerks(onsets)
    clusters = find_clusters(jerks, chosen)
    episodes = find_episodes(jerks, clusters, chosen)
    named = [name for episode in episodes for name in episode.jerks]
    assert named == sorted(set(named))
    assert [name for episode in episodes for name in episode.clusters] == [cluster.id for cluster in clusters]
    movements, labelled = label_jerks(jerks, clusters, episodes)
    assert sum(movement.cluster != "n/a" for movement in movements) == sum(len(cluster.jerks) for cluster in clusters)
    by_id = {movement.id: movement for movement in movements}
    for cluster in labelled:
        assert {by_id[name].cluster for name in cluster.jerks} == {cluster.id}


@settings(max_examples=60, deadline=None)
@given(onset_lists)
def test_an_episode_holds_every_jerk_of_its_clusters(onsets: list[float]) -> None:
    """With the defaults a cluster's gaps (2 s) are shorter than an episode's (10 s)."""
    jerks = make_jerks(onsets)
    clusters = find_clusters(jerks, ClusterSettings())
    _, labelled = label_jerks(jerks, clusters, find_episodes(jerks, clusters, ClusterSettings()))
    episodes = {episode.id: episode for episode in find_episodes(jerks, clusters, ClusterSettings())}
    for cluster in labelled:
        assert set(cluster.jerks) <= set(episodes[cluster.episode].jerks)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), st.floats(0.01, 1000))
def test_the_rate_lies_in_its_interval_which_narrows_with_time(n_jerks: int, hours: float) -> None:
    short, long = (
        jerk_rates([0.0] * n, TimeAccount(h * 3600), ()) for n, h in ((n_jerks, hours), (n_jerks * 4, hours * 4))
    )
    assert short.per_analysed_h_low <= short.per_analysed_h <= short.per_analysed_h_high
    assert long.per_analysed_h == pytest.approx(short.per_analysed_h)
    widths = [r.per_analysed_h_high - r.per_analysed_h_low for r in (short, long)]
    assert widths[1] < widths[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 30)), max_size=20), st.integers(0, 20))
def test_union_covers_what_its_parts_cover(parts: list[tuple[int, int]], gap: int) -> None:
    spans = [Span(float(a), float(a + n), "r") for a, n in parts]
    joined = union(spans, gap_s=float(gap))
    assert all(late.onset_s - early.offset_s > gap for early, late in pairwise(joined))
    assert union(joined, gap_s=float(gap)) == joined
    for time_s in np.arange(0.5, 131):
        assert covered(joined, time_s) >= covered(tuple(spans), time_s)
    if gap == 0:
        assert sum(span.duration_s for span in joined) == sum(
            covered(tuple(spans), time_s) for time_s in np.arange(0.5, 131)
        )


@settings(max_examples=60, deadline=None)
@given(accounts(), pictures())
def test_the_account_adds_up_and_stays_sorted_and_disjoint(time: TimeAccount, picture) -> None:
    found = account_for(time, picture, WIDTH)
    assert found.claimed_s == time.claimed_s
    assert found.missing == time.missing
    assert found.analysed_s + found.masked_s + found.missing_s == pytest.approx(found.claimed_s, abs=1e-9)
    everything = sorted((*found.masked, *found.missing))
    assert all(early.offset_s <= late.onset_s for early, late in pairwise(everything))
    assert list(found.masked) == sorted(found.masked)
    assert all(0 <= span.onset_s <= span.offset_s <= found.claimed_s for span in found.masked)


@settings(max_examples=60, deadline=None)
@given(accounts(), pictures())
def test_accounting_twice_changes_nothing(time: TimeAccount, picture) -> None:
    once = account_for(time, picture, WIDTH)
    assert account_for(once, picture, WIDTH) == once


@settings(max_examples=60, deadline=None)
@given(accounts(), pictures())
def test_what_was_masked_stays_masked(time: TimeAccount, picture) -> None:
    found = account_for(time, picture, WIDTH)
    for span in time.masked:
        assert covered(found.masked, (span.onset_s + span.offset_s) / 2)


@settings(max_examples=60, deadline=None)
@given(pictures())
def test_not_assessable_stretches_are_sorted_disjoint_and_long(picture) -> None:
    spans = not_assessable(picture, (), TimeAccount(1e6))
    assert all(early.offset_s < late.onset_s for early, late in pairwise(spans))
    assert all(span.duration_s > 1 for span in spans)


@st.composite
def candidate_lists(draw: st.DrawFn) -> tuple[list, np.ndarray]:
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 200), st.floats(0, 1), st.floats(0, 1), st.integers(1, 12), st.floats(0, 1)),
            max_size=25,
        )
    )
    rows.sort()
    candidates = [
        make_candidate(tick / 20, x=x, y=y, duration_s=length / 10, number=number)
        for number, (tick, x, y, length, _) in enumerate(rows, 1)
    ]
    return candidates, np.array([row[-1] for row in rows])


@settings(max_examples=60, deadline=None)
@given(candidate_lists())
def test_movements_are_sorted_numbered_and_share_no_zone_of_a_jerk(given_: tuple[list, np.ndarray]) -> None:
    candidates, sure = given_
    movements = find_movements(Candidates.of(candidates), sure, Settings())
    assert [m.onset_s for m in movements] == sorted(m.onset_s for m in movements)
    assert len({m.id for m in movements}) == len(movements)
    assert len(movements) <= len(candidates)
    zones = [number for movement in movements for number in movement.zones]
    assert len(set(zones)) == len(zones)
    for movement in movements:
        assert movement.id.startswith(f"{movement.kind}-")
        assert movement.onset_s <= movement.peak_s <= movement.offset_s
    if candidates:
        # something that moved is never passed over in silence
        assert movements


@settings(max_examples=60, deadline=None)
@given(candidate_lists(), st.floats(0, 1), st.floats(0, 1))
def test_asking_for_more_confidence_never_takes_in_another_candidate(
    given_: tuple[list, np.ndarray], a: float, b: float
) -> None:
    candidates, sure = given_
    for candidate, confidence in zip(candidates, sure, strict=True):
        strict, lenient = (
            Settings.from_mapping({"jerks": {"min_confidence": least}}) for least in sorted((a, b), reverse=True)
        )
        few, many = (
            find_movements(Candidates.of([candidate]), np.array([confidence]), each) for each in (strict, lenient)
        )
        assert (few[0].kind == "jerk") <= (many[0].kind == "jerk")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(8, 14), st.floats(6, 40), st.floats(0, 6.28)), min_size=1, max_size=4),
    st.sampled_from([15, 25, 30, 50, 60]),
    st.integers(0, 10_000),
    st.integers(0, 1000),
)
def test_a_jerk_is_one_candidate_whenever_and_whichever_way(
    jerks: list[tuple[int, float, float]], fps: int, start_s: int, seed: int
) -> None:
    """Jerks 0.8 s and more apart, of any size and direction, at any frame rate, at any time of the night."""
    onsets = np.cumsum([gap / 10 for gap, _, _ in jerks])
    ways = [jerk(float(t), a * np.exp(1j * turn)) for t, (_, a, turn) in zip(onsets, jerks, strict=True)]
    zone = make_zone(both(*ways), fps=fps, length_s=float(onsets[-1]) + 2.0, seed=seed)
    found = measure_candidates(make_signal(zone), Settings())
    assert len(found) == len(jerks)
    assert all(math.isfinite(value) for candidate in found for value in candidate.features.values())
    moved = replace(zone, time_s=zone.time_s + start_s)
    again = measure_candidates(make_signal(moved), Settings())
    assert [c.onset_s - start_s for c in again] == pytest.approx([c.onset_s for c in found], abs=1e-6)
    assert [c.amplitude_px for c in again] == pytest.approx([c.amplitude_px for c in found], rel=1e-6)
