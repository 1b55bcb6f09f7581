from __future__ import annotations

import numpy as np
import pytest

from detector.events.candidate_table import Candidates
from detector.events.context import CONTEXT_FEATURES, context_of, with_context
from tests.unit.events.tracks import make_candidate, measured_only


def features_of(candidates: list, which: int = 0) -> dict[str, float]:
    return dict(zip(CONTEXT_FEATURES, context_of(Candidates.of(candidates))[which].tolist(), strict=True))


def at(onsets_s: list[float], **options: float) -> list:
    return [make_candidate(onset_s, number=number, **options) for number, onset_s in enumerate(onsets_s, 1)]


def test_no_candidates_no_rows() -> None:
    assert context_of(Candidates.of([])).shape == (0, len(CONTEXT_FEATURES))


def test_a_row_a_candidate_finite() -> None:
    values = context_of(Candidates.of(at([1.0, 1.02, 2.0, 9.0])))
    assert values.shape == (4, len(CONTEXT_FEATURES))
    assert np.isfinite(values).all()


def test_alone_it_has_no_company_but_itself() -> None:
    alone = features_of(at([5.0]))
    nothing = {"pace_hz": 0, "run_s": 0, "at_once": 0, "at_once_spread": 0, "crowd": 0, "crowd_long": 0}
    unknown = {"pace_cv": 1, "amplitude_cv": 1, "pace_cv_long": 1, "gap_before_s": 5, "gap_after_s": 5}
    assert alone == {"company": 1, "company_long": 1, "stands_out": 3, "stands_out_here": 3, **nothing, **unknown}


@pytest.mark.parametrize("rate_hz", [1.0, 2.0, 4.0])
def test_a_steady_pace_has_a_low_variation_and_its_rate(rate_hz: float) -> None:
    onsets = [1.0 + k / rate_hz for k in range(12)]
    middle = features_of(at(onsets, duration_s=0.5 / rate_hz), 6)
    assert middle["pace_hz"] == pytest.approx(rate_hz)
    assert middle["pace_cv"] == pytest.approx(0, abs=1e-9)
    assert middle["amplitude_cv"] == pytest.approx(0, abs=1e-9)


def test_an_irregular_pace_varies_more() -> None:
    steady = features_of(at([1, 2, 3, 4, 5, 6, 7]), 3)
    irregular = features_of(at([1, 1.3, 3.2, 3.5, 3.9, 6, 6.3]), 3)
    assert irregular["pace_cv"] > steady["pace_cv"] + 0.3


def test_amplitudes_that_differ_vary() -> None:
    same = [make_candidate(1.0 + k, amplitude_px=10) for k in range(5)]
    mixed = [make_candidate(1.0 + k, amplitude_px=10 + 6 * (k % 2)) for k in range(5)]
    assert features_of(same, 2)["amplitude_cv"] == 0
    assert features_of(mixed, 2)["amplitude_cv"] > 0.1


@pytest.mark.parametrize(("n", "company", "pace_hz"), [(2, 2, 0.0), (3, 3, 2.0)])
def test_a_pace_takes_three(n: int, company: int, pace_hz: float) -> None:
    found = features_of(at([1.0 + 0.5 * k for k in range(n)]))
    assert (found["company"], found["pace_hz"], found["pace_cv"]) == (company, pytest.approx(pace_hz), 1)


def test_company_is_looked_for_a_few_seconds_both_ways() -> None:
    onsets = [1.0, 28.5, 30.0, 31.5, 60.0]
    assert [features_of(at(onsets), k)["company"] for k in range(5)] == [1, 3, 3, 3, 1]


def test_a_run_is_what_follows_within_a_beat_and_a_gap_ends_it() -> None:
    found = [features_of(at([1.0, 1.5, 2.0, 2.5, 5.0, 5.5]), k) for k in range(6)]
    assert [f["run_s"] for f in found] == pytest.approx([1.5, 1.5, 1.5, 1.5, 0.5, 0.5])
    assert [f["gap_before_s"] for f in found] == pytest.approx([5, 0.5, 0.5, 0.5, 2.5, 0.5])
    assert [f["gap_after_s"] for f in found] == pytest.approx([0.5, 0.5, 0.5, 2.5, 0.5, 5])
    assert found[1]["pace_cv_long"] == pytest.approx(0, abs=1e-9)


def test_the_crowd_is_what_moves_elsewhere_and_is_as_heavy() -> None:
    here = make_candidate(10.0, x=0.1)
    soon = [make_candidate(10.5 + 0.1 * k, x=0.8, number=2 + k) for k in range(3)]
    later, speck = make_candidate(15.0, x=0.8, number=8), make_candidate(10.2, x=0.8, number=9, speed=0.001)
    everything = sorted([here, *soon, later, speck], key=lambda candidate: candidate.onset_s)
    found = features_of(everything, everything.index(here))
    assert (found["crowd"], found["crowd_long"], found["company"]) == (3, 4, 1)


def test_standing_out_is_by_powers_of_ten() -> None:
    here, there = make_candidate(1.0, x=0.1, area=0.02), make_candidate(2.0, x=0.8, area=0.002)
    assert features_of([here, there], 0)["stands_out"] == pytest.approx(1)
    small = make_candidate(2.0, x=0.1, area=0.002)
    assert features_of([here, small], 0)["stands_out_here"] == pytest.approx(1)


def test_much_smaller_movements_are_no_company() -> None:
    large, small = make_candidate(1.0, amplitude_px=20), make_candidate(1.5, amplitude_px=5)
    assert features_of([large, small], 0)["company"] == 1
    assert features_of([large, small], 1)["company"] == 2


def test_movements_elsewhere_are_no_company() -> None:
    here, there = at([1.0, 1.5, 2.0], x=0.2), at([1.2, 1.7, 2.2], x=0.8)
    both = sorted(here + there, key=lambda candidate: candidate.onset_s)
    assert features_of(both)["company"] == 3


def test_at_once_counts_what_begins_elsewhere_in_the_same_instant() -> None:
    places = [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)]
    candidates = [make_candidate(1.0 + 0.01 * k, x=x, y=y) for k, (x, y) in enumerate(places)]
    found = features_of(candidates)
    assert found["at_once"] == 3
    # of (0.9, 0.1), (0.1, 0.9), (0.9, 0.9) about their centre
    assert found["at_once_spread"] == pytest.approx(np.sqrt(2 * 0.8**2 * 2 / 9))


def test_neither_the_same_place_nor_another_time_is_at_once() -> None:
    candidates = [make_candidate(1.0), make_candidate(1.0, x=0.52), make_candidate(1.5, x=0.9)]
    assert features_of(candidates)["at_once"] == 0


def test_context_is_added_to_a_candidates_own_features() -> None:
    before = measured_only(at([1.0, 1.5, 2.0]))
    after = with_context(before)
    assert [candidate.onset_s for candidate in after] == [1.0, 1.5, 2.0]
    for old, new, row in zip(before, after, context_of(before).tolist(), strict=True):
        assert new.zone == old.zone
        assert dict(new.features) == dict(old.features) | dict(zip(CONTEXT_FEATURES, row, strict=True))
    assert len(with_context(Candidates.of([]))) == 0
