from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from detector.evaluation.event_files import EventTable
from detector.evaluation.matching import match_onsets
from detector.evaluation.scores import score
from detector.evaluation.tally import Pair

MILLISECONDS = st.integers(0, 900).map(lambda ms: ms / 1000)
ONSETS = st.lists(MILLISECONDS, max_size=12)
FEW = st.lists(MILLISECONDS, max_size=5)
TOLERANCES = st.sampled_from([0.0, 0.05, 0.1, 0.2])
REACH = 1e-6


def _jerks(onsets_s: list[float]) -> EventTable:
    n = len(onsets_s)
    return EventTable(np.array(onsets_s, dtype=float), np.full(n, 0.1), ("jerk",) * n, np.full(n, np.nan))


@given(ONSETS, ONSETS, TOLERANCES)
def test_pairs_are_one_to_one_within_tolerance_and_as_many_as_can_be(
    predicted: list[float], truth: list[float], tolerance_s: float
) -> None:
    matches = match_onsets(predicted, truth, tolerance_s)
    assert len(set(matches.predicted.tolist())) == len(set(matches.truth.tolist())) == len(matches)
    p, t = np.array(predicted, dtype=float), np.array(truth, dtype=float)
    assert (np.abs(p[matches.predicted] - t[matches.truth]) <= tolerance_s + REACH).all()
    near = csr_array(np.abs(p[:, None] - t) <= tolerance_s + REACH)
    assert len(matches) == int((maximum_bipartite_matching(near, perm_type="column") >= 0).sum())


@given(FEW, FEW, TOLERANCES)
def test_no_other_pairing_of_as_many_is_closer(predicted: list[float], truth: list[float], tolerance_s: float) -> None:
    matches = match_onsets(predicted, truth, tolerance_s)
    found = sum(abs(predicted[p] - truth[t]) for p, t in zip(matches.predicted, matches.truth, strict=True))
    n = len(matches)
    least = min(
        (
            sum(abs(predicted[p] - truth[t]) for p, t in zip(left, right, strict=True))
            for left in itertools.combinations(range(len(predicted)), n)
            for right in itertools.permutations(range(len(truth)), n)
            if all(abs(predicted[p] - truth[t]) <= tolerance_s + REACH for p, t in zip(left, right, strict=True))
        ),
    )
    assert found <= least + 1e-9


@given(ONSETS, ONSETS, TOLERANCES)
def test_changing_sides_changes_recall_for_precision(
    predicted: list[float], truth: list[float], tolerance_s: float
) -> None:
    one = score([Pair(_jerks(predicted), _jerks(truth))], tolerance_s=tolerance_s)
    other = score([Pair(_jerks(truth), _jerks(predicted))], tolerance_s=tolerance_s)
    assert (one.tp, one.fp, one.fn) == (other.tp, other.fn, other.fp)
    np.testing.assert_equal((one.recall, one.precision), (other.precision, other.recall))


@given(ONSETS, ONSETS)
def test_counts_add_up(predicted: list[float], truth: list[float]) -> None:
    found = score([Pair(_jerks(predicted), _jerks(truth), hours=1.0)])
    assert found.tp + found.fp + found.ignored == len(predicted)
    assert found.tp + found.fn == len(truth)
    assert found.doubled <= min(found.tp, found.fp + found.ignored)


@given(st.lists(st.tuples(ONSETS, ONSETS), min_size=1, max_size=4))
def test_recordings_add_up(recordings: list[tuple[list[float], list[float]]]) -> None:
    pairs = [Pair(_jerks(predicted), _jerks(truth), hours=0.1) for predicted, truth in recordings]
    together = score(pairs, resamples=20)
    alone = [score([pair], resamples=0) for pair in pairs]
    assert together.tp == sum(one.tp for one in alone)
    assert together.fp == sum(one.fp for one in alone)


@given(ONSETS)
def test_the_truth_itself_is_perfect(truth: list[float]) -> None:
    found = score([Pair(_jerks(truth), _jerks(truth))])
    assert (found.fp, found.fn, found.doubled) == (0, 0, 0)


@given(ONSETS, ONSETS)
def test_more_tolerance_never_finds_less(predicted: list[float], truth: list[float]) -> None:
    counts = [len(match_onsets(predicted, truth, tolerance_s)) for tolerance_s in (0.0, 0.05, 0.1, 0.2)]
    assert counts == sorted(counts)
