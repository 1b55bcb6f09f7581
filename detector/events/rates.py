"""Jerks per hour, and the hours in which they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import gammaincinv

from detector.records.recording import within
from detector.records.result import Rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.recording import Span, TimeAccount

__all__ = ["jerk_rates"]


def jerk_rates(onsets_s: Sequence[float], time: TimeAccount, not_assessable: Sequence[Span]) -> Rates:
    """Return jerks per analysed hour with the exact Poisson interval, and those in quiet time per quiet hour.

    Jerks that begin in masked or missing time (at its edges) belong to no rate, as that time counts in none. The
    interval (Garwood 1936, doi:10.1093/biomet/28.3-4.437) for a count k over T hours is ``chi2(0.025, 2k) / 2T`` to
    ``chi2(0.975, 2k + 2) / 2T``. It assumes independent jerks; clustered ones vary more.

    Parameters
    ----------
    onsets_s : sequence of float
        Onsets of the jerks.
    time : TimeAccount
        Of the recording.
    not_assessable : sequence of Span
        Analysed time in which no jerk could have been recognised; sorted and disjoint.

    Returns
    -------
    Rates
        Rates; NaN if there is no time to count in.
    """
    analysed = [onset for onset in onsets_s if not within(onset, (*time.masked, *time.missing))]
    n_jerks, n_quiet = len(analysed), sum(not within(onset, not_assessable) for onset in analysed)
    analysed_h = time.analysed_s / 3600
    quiet_h = max(0.0, time.analysed_s - sum(span.duration_s for span in not_assessable)) / 3600
    nan = float("nan")
    if analysed_h <= 0:
        return Rates(0.0, 0.0, nan, nan, nan, nan)
    # half the chi-squared quantile of 2 n degrees; scipy.stats, which names it, takes a second to load
    low = float(gammaincinv(n_jerks, 0.025)) if n_jerks else 0.0
    high = float(gammaincinv(n_jerks + 1, 0.975))
    return Rates(
        analysed_h=analysed_h,
        quiet_h=quiet_h,
        per_analysed_h=n_jerks / analysed_h,
        per_analysed_h_low=low / analysed_h,
        per_analysed_h_high=high / analysed_h,
        per_quiet_h=n_quiet / quiet_h if quiet_h > 0 else nan,
    )
