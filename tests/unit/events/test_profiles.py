"""Timing of jerks against series that are known by construction."""

from __future__ import annotations

import math

import numpy as np
import pytest

from detector.events.profiles import endings, intervals_valley, jerk_timing
from detector.records.events import Cluster, Kind, Reason
from detector.records.recording import Span, TimeAccount
from tests.factories import make_movement


def jerks_at(onsets, length_s=0.2):
    return [make_movement(i, float(t), offset_s=float(t) + length_s) for i, t in enumerate(onsets, start=1)]


def timing_of(onsets, claimed_s=3600.0, *, length_s=0.2, blind=()):
    return jerk_timing(jerks_at(onsets, length_s), (), TimeAccount(claimed_s, tuple(blind)), ())


def test_even_series_is_even_and_periodic():
    timing = timing_of(np.arange(0, 3000, 20.0), 3000.0)
    assert timing.cv2 == pytest.approx(0, abs=1e-9)
    assert timing.periodicity == 1.0
    assert timing.fano < 0.2


def test_independent_jerks_have_fano_and_cv2_near_one():
    onsets = np.sort(np.random.default_rng(1).uniform(0, 36000, 3000))
    timing = timing_of(onsets, 36000.0)
    assert timing.fano == pytest.approx(1, abs=0.15)
    assert timing.cv2 == pytest.approx(1, abs=0.1)
    assert math.isnan(timing.valley_s)


def test_trains_have_a_valley_between_their_two_intervals():
    rng = np.random.default_rng(2)
    starts = np.cumsum(rng.uniform(60, 200, 60))
    onsets = np.concatenate([start + 0.4 * np.arange(6) + rng.normal(0, 0.03, 6) for start in starts])
    timing = timing_of(np.sort(onsets), 20000.0)
    assert 0.6 < timing.valley_s < 55
    assert timing.fano > 2
    assert timing.periodicity == 0.0


def test_few_or_no_intervals_say_nothing():
    assert math.isnan(intervals_valley(np.full(19, 1.0)))
    timing = timing_of([5.0])
    assert all(math.isnan(value) for value in (timing.valley_s, timing.periodicity, timing.cv2))
    assert math.isnan(timing_of([], 100.0).fano)


def test_unseen_time_cuts_a_run():
    onsets = np.arange(0, 400, 20.0)
    seen = timing_of(onsets)
    cut = timing_of(onsets, blind=(Span(190, 195, "dark"),))
    rule = {profile.rule: profile for profile in seen.profiles}
    assert seen.periodicity == cut.periodicity == 1.0
    assert rule["plm_wasm"].n_movements == 0, "a jerk of 0.2 s is too short for a periodic leg movement"


@pytest.mark.parametrize(
    ("step_s", "length_s", "aasm", "wasm", "hflm"),
    [(20.0, 0.6, 1, 1, 0), (7.0, 0.6, 1, 0, 0), (0.5, 0.2, 0, 0, 1), (3.4, 0.2, 0, 0, 0), (95.0, 0.6, 0, 0, 0)],
)
def test_series_follow_the_rule_of_their_name(step_s, length_s, aasm, wasm, hflm):
    timing = timing_of(step_s * np.arange(1, 9), length_s=length_s)
    assert [profile.n_series for profile in timing.profiles] == [aasm, wasm, hflm]
    found = [profile.n_movements for profile in timing.profiles]
    assert found == [8 * n for n in (aasm, wasm, hflm)]
    assert timing.profiles[0].per_analysed_h == pytest.approx(found[0])


def test_three_movements_are_no_series():
    assert [profile.n_series for profile in timing_of([10.0, 30.0, 50.0], length_s=0.6).profiles] == [0, 0, 0]


def test_what_follows_a_cluster():
    clusters = [Cluster(f"cluster-{k:03d}", t, t + 3, (), 1.0, 0.1) for k, t in enumerate((10, 100, 200, 594), start=1)]
    gross = make_movement(1, 106.0, kind=Kind.GROSS, reason=Reason.GROSS, offset_s=112.0)
    time = TimeAccount(600.0, (Span(204, 300, "dark"),))
    found = endings(clusters, [gross], time, ())
    assert [item.ending for item in found] == ["quiet", "movement", "unseen", "unseen"]
    moved = endings(clusters[:1], [], time, (Span(17.9, 30, "gross"),))
    assert moved[0].ending == "movement"


@pytest.mark.parametrize(("onset_s", "offset_s", "ending"), [(9.0, 30.0, "movement"), (9.0, 11.5, "quiet")])
def test_a_cluster_that_ends_within_a_movement_does_not_end_quietly(onset_s, offset_s, ending):
    cluster = Cluster("cluster-001", 10.0, 12.0, (), 1.0, 0.1)
    gross = make_movement(1, onset_s, kind=Kind.GROSS, reason=Reason.GROSS, offset_s=offset_s)
    assert endings([cluster], [gross], TimeAccount(600.0), ())[0].ending == ending
    dark = TimeAccount(600.0, (Span(onset_s, offset_s, "dark"),))
    assert endings([cluster], [], dark, ())[0].ending == ending.replace("movement", "unseen")


def test_the_fano_factor_by_hand():
    """Ten minutes, a jerk in every other one: mean 1/2, variance 10/4 over nine degrees of freedom."""
    assert timing_of(np.arange(30.0, 600.0, 120.0), 600.0).fano == pytest.approx((2.5 / 9) / 0.5)


def test_a_length_that_only_a_wrong_header_claims_takes_no_memory():
    assert math.isnan(timing_of(np.arange(30.0, 600.0, 120.0), 1e12).fano)
