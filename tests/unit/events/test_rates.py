from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from detector.events.rates import jerk_rates
from detector.records.recording import Span, TimeAccount, union


@pytest.mark.parametrize("n_jerks", [0, 1, 2, 7, 40, 1000])
@pytest.mark.parametrize("hours", [0.1, 1.0, 8.5])
def test_the_interval_is_the_exact_one_for_a_poisson_count(n_jerks: int, hours: float) -> None:
    rates = jerk_rates(np.linspace(0, 100, n_jerks).tolist(), TimeAccount(hours * 3600), ())
    assert rates.per_analysed_h == pytest.approx(n_jerks / hours)
    assert rates.per_analysed_h_low <= rates.per_analysed_h <= rates.per_analysed_h_high
    # by definition: the count is just not improbable (2.5 % on its side) at either end
    high = rates.per_analysed_h_high * hours
    assert stats.poisson.cdf(n_jerks, high) == pytest.approx(0.025, rel=1e-6)
    if n_jerks:
        low = rates.per_analysed_h_low * hours
        assert stats.poisson.sf(n_jerks - 1, low) == pytest.approx(0.025, rel=1e-6)


def test_no_jerks_still_have_an_upper_end() -> None:
    rates = jerk_rates([], TimeAccount(3600.0), ())
    assert (rates.per_analysed_h, rates.per_analysed_h_low, rates.per_quiet_h) == (0, 0, 0)
    assert rates.per_analysed_h_high == pytest.approx(-math.log(0.025))


@pytest.mark.parametrize("n_jerks", [0, 3])
@pytest.mark.parametrize("time", [TimeAccount(0.0), TimeAccount(60.0, (Span(0.0, 60.0, "dark"),))])
def test_without_time_there_is_no_rate(n_jerks: int, time: TimeAccount) -> None:
    rates = jerk_rates(np.linspace(0, 100, n_jerks).tolist(), time, ())
    assert (rates.analysed_h, rates.quiet_h) == (0, 0)
    values = (rates.per_analysed_h, rates.per_analysed_h_low, rates.per_analysed_h_high, rates.per_quiet_h)
    assert all(math.isnan(value) for value in values)


def test_masked_and_missing_time_is_not_counted_in() -> None:
    time = TimeAccount(7200.0, (Span(0, 1800, "dark"),), (Span(3600, 5400, "gap"),))
    rates = jerk_rates([2000.0] * 10, time, ())
    assert rates.analysed_h == rates.quiet_h == 1.0
    assert rates.per_analysed_h == rates.per_quiet_h == 10.0


def test_spans_are_half_open() -> None:
    rates = jerk_rates([900.0, 1000.0], TimeAccount(3600.0), (Span(900, 1000, "gross"),))
    assert rates.per_quiet_h == pytest.approx(1 / (3500 / 3600))


def test_jerks_in_masked_and_missing_time_are_in_no_rate() -> None:
    time = TimeAccount(7200.0, (Span(0, 1800, "dark"),), (Span(3600, 5400, "gap"),))
    alone, beside = (jerk_rates(onsets, time, ()) for onsets in ([2000.0], [1.0, 1799.0, 2000.0, 3600.0]))
    assert beside == alone
    assert jerk_rates([1.0], time, ()).per_analysed_h == 0.0


def test_quiet_hours_leave_out_what_could_not_be_assessed() -> None:
    rates = jerk_rates([950.0] * 10, TimeAccount(3600.0), (Span(0, 900, "gross"), Span(1000, 1900, "gross")))
    assert (rates.analysed_h, rates.quiet_h) == (1.0, 0.5)
    assert (rates.per_analysed_h, rates.per_quiet_h) == (10.0, 20.0)


def test_jerks_outside_quiet_time_do_not_count_in_its_rate() -> None:
    rates = jerk_rates([100.0] * 6 + [950.0] * 4, TimeAccount(3600.0), (Span(0, 900, "handling"),))
    assert (rates.per_analysed_h, rates.per_quiet_h) == (10.0, pytest.approx(4 / 0.75))


def test_without_a_quiet_hour_only_the_quiet_rate_is_undefined() -> None:
    rates = jerk_rates([1.0, 2.0], TimeAccount(60.0), (Span(0, 80, "gross"),))
    assert rates.quiet_h == 0
    assert math.isnan(rates.per_quiet_h)
    assert rates.per_analysed_h == pytest.approx(120)


def test_union_of_nothing_is_nothing() -> None:
    assert union([]) == ()


def test_union_sorts_and_joins_what_touches() -> None:
    spans = [Span(5, 6, "b"), Span(0, 2, "a"), Span(1, 3, "c"), Span(3, 4, "d")]
    assert union(spans) == (Span(0, 4, "a"), Span(5, 6, "b"))


def test_union_keeps_a_span_that_holds_another() -> None:
    assert union([Span(0, 10, "a"), Span(2, 3, "b")]) == (Span(0, 10, "a"),)


@pytest.mark.parametrize(("gap_s", "n"), [(0.0, 2), (0.99, 2), (1.0, 1)])
def test_union_bridges_gaps_up_to_the_one_given(gap_s: float, n: int) -> None:
    assert len(union([Span(0, 1, "a"), Span(2, 3, "a")], gap_s=gap_s)) == n
