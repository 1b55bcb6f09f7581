"""Timing of the jerks: valley of the intervals, periodicity, evenness, series by published rules.

Series are counted on movements seen in a video. They borrow only the interval rules of sleep medicine: no muscle
activity was measured, so they are labelled video-derived wherever they are shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.records.events import Kind
from detector.records.recording import parted_by
from detector.records.timing import Ending, EndingKind, SeriesProfile, Stability, Timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.records.events import Cluster, Episode, Movement
    from detector.records.recording import Span, TimeAccount

    FloatArray = npt.NDArray[np.float64]

__all__ = ["RULES", "SeriesRule", "endings", "intervals_valley", "jerk_timing"]

_ENDING_S = 5.0
_FANO_WINDOW_S = 60.0
_LONGEST_FANO = 1_000_000  # minutes, two years: only a wrong header asks for more
_FEWEST_INTERVALS = 20
_VOID = 0.7
_LEAST_PEAK = 0.1
_PERIODIC_S = (10.0, 90.0)


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """When movements make a series: intervals (s, onset to onset), lengths (s), fewest movements, kinds."""

    name: str
    interval_s: tuple[float, float]
    length_s: tuple[float, float]
    fewest: int
    kinds: frozenset[Kind]


_LIMB = frozenset({Kind.JERK, Kind.SLOW, Kind.TWITCH})
RULES = (
    SeriesRule("plm_aasm", (5.0, 90.0), (0.5, 10.0), 4, _LIMB),
    SeriesRule("plm_wasm", (10.0, 90.0), (0.5, 10.0), 4, _LIMB),
    SeriesRule("hflm", (0.25, 1 / 0.3), (0.0, 10.0), 4, frozenset({Kind.JERK})),
)
"""Periodic leg movements by AASM and by WASM 2016 (PMC9619152), high-frequency leg movements: 4 or more at 0.3-4 Hz
(doi:10.5664/jcsm.27931)."""


def jerk_timing(
    movements: Sequence[Movement],
    clusters: Sequence[Cluster],
    time: TimeAccount,
    not_assessable: Sequence[Span],
    stability: Sequence[Stability] = (),
) -> Timing:
    """Return the timing of the jerks among `movements`.

    Parameters
    ----------
    movements : sequence of Movement
        All movements, by onset.
    clusters : sequence of Cluster
        Clusters of the jerks.
    time : TimeAccount
        Time of the recording; intervals that contain unseen time are not counted.
    not_assessable : sequence of Span
        Analysed time in which no jerk could have been recognised.
    stability : sequence of Stability
        Counts at other minimum confidences, computed elsewhere.
    """
    blind = sorted((*time.masked, *time.missing, *not_assessable))
    onsets = np.array([m.onset_s for m in movements if m.kind is Kind.JERK and math.isfinite(m.onset_s)], dtype=float)
    onsets.sort()
    runs = _unbroken(onsets, blind)
    intervals = np.concatenate([np.diff(run) for run in runs]) if runs else np.zeros(0)
    return Timing(
        valley_s=intervals_valley(intervals),
        periodicity=_periodicity([np.diff(run) for run in runs]),
        fano=_fano(onsets, blind, time.claimed_s),
        cv2=_cv2([np.diff(run) for run in runs]),
        profiles=tuple(_series(rule, movements, blind, time.analysed_s) for rule in RULES),
        endings=endings(clusters, movements, time, not_assessable),
        stability=tuple(stability),
    )


def _unbroken(onsets: FloatArray, blind: Sequence[Span]) -> list[FloatArray]:
    """Split `onsets` wherever time that was not judged lies between two of them."""
    return np.split(onsets, np.flatnonzero(parted_by(onsets, blind)) + 1) if len(onsets) else []


def intervals_valley(intervals_s: FloatArray) -> float:
    """Return the valley of the histogram of log intervals, in seconds; NaN if there is no clear one.

    Two peaks count as two when ``1 - valley / sqrt(peak * peak)`` is at least 0.7 (Pasquale 2010,
    doi:10.1007/s10827-009-0175-1); fewer than 20 intervals give NaN.
    """
    good = np.log10(intervals_s[(intervals_s > 0) & np.isfinite(intervals_s)])
    if len(good) < _FEWEST_INTERVALS:
        return math.nan
    edges = np.arange(math.floor(10 * good.min()) - 2, math.ceil(10 * good.max()) + 4) / 10
    counts = np.histogram(good, edges)[0].astype(float)
    smooth = np.convolve(counts, [0.25, 0.5, 0.25], mode="same")
    least = _LEAST_PEAK * float(smooth.max())
    peaks = [i for i in range(1, len(smooth) - 1) if smooth[i - 1] <= smooth[i] > smooth[i + 1] and smooth[i] >= least]
    best, where = 0.0, math.nan
    for k, left in enumerate(peaks):
        for right in peaks[k + 1 :]:
            between = smooth[left : right + 1]
            low = float(between.min())
            void = 1 - low / math.sqrt(smooth[left] * smooth[right])
            weight = min(smooth[left], smooth[right])
            if void >= _VOID and weight > best:
                best = weight
                middle = left + float(np.flatnonzero(between == low).mean())
                where = 10 ** (edges[0] + (middle + 0.5) / 10)
    return float(where)


def _periodicity(runs: Sequence[FloatArray]) -> float:
    """Return the share of intervals in runs of three or more of 10-90 s (Ferri 2006)."""
    total = sum(len(run) for run in runs)
    if not total:
        return math.nan
    low, high = _PERIODIC_S
    inside = 0
    for run in runs:
        good = (run > low) & (run <= high)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(int), [0]])))
        lengths = edges[1::2] - edges[::2]
        inside += int(lengths[lengths >= 3].sum())
    return inside / total


def _cv2(runs: Sequence[FloatArray]) -> float:
    parts = [2 * np.abs(np.diff(run)) / (run[1:] + run[:-1]) for run in runs if len(run) > 1]
    values = np.concatenate(parts) if parts else np.zeros(0)
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else math.nan


def _fano(onsets: FloatArray, blind: Sequence[Span], length_s: float) -> float:
    """Return variance over mean of jerk counts in whole minutes without unseen time; NaN with fewer than 10 minutes."""
    n = int(length_s // _FANO_WINDOW_S) if math.isfinite(length_s) else 0
    if n < 10:
        return math.nan
    if n > _LONGEST_FANO:  # a claim, not a recording
        return math.nan
    edges = _FANO_WINDOW_S * np.arange(n + 1)
    counts = np.histogram(onsets, edges)[0]
    seen = np.ones(n, dtype=bool)
    for span in blind:
        first = max(0, math.floor(span.onset_s / _FANO_WINDOW_S))
        seen[first : max(first, math.ceil(min(span.offset_s, length_s) / _FANO_WINDOW_S))] = False
    counts = counts[seen]
    return float(counts.var(ddof=1) / counts.mean()) if len(counts) >= 10 and counts.mean() > 0 else math.nan


def _series(rule: SeriesRule, movements: Sequence[Movement], blind: Sequence[Span], analysed_s: float) -> SeriesProfile:
    shortest, longest = rule.length_s
    starts = np.sort([
        m.onset_s for m in movements
        if m.kind in rule.kinds and shortest <= m.duration_s <= longest and math.isfinite(m.onset_s)
    ])  # fmt: skip
    least, most = rule.interval_s
    n_series = n_movements = 0
    for run in _unbroken(np.asarray(starts, dtype=float), blind):
        steps = np.diff(run)
        good = np.concatenate([[0], ((steps >= least) & (steps <= most)).astype(int), [0]])
        edges = np.flatnonzero(np.diff(good))
        lengths = edges[1::2] - edges[::2] + 1
        n_series += int((lengths >= rule.fewest).sum())
        n_movements += int(lengths[lengths >= rule.fewest].sum())
    rate = n_movements / (analysed_s / 3600) if analysed_s > 0 else math.nan
    return SeriesProfile(rule.name, least, most, n_series, n_movements, rate)


def endings(
    clusters: Sequence[Cluster] | Sequence[Episode], movements: Sequence[Movement], time: TimeAccount,
    not_assessable: Sequence[Span],
) -> tuple[Ending, ...]:  # fmt: skip
    """Return what followed each cluster or episode within 5 s: movement of the whole body, unseen time, or quiet."""
    large = [(m.onset_s, m.offset_s) for m in movements if m.kind in {Kind.GROSS, Kind.HANDLING}]
    moving = _Stretches([*large, *((span.onset_s, span.offset_s) for span in not_assessable)])
    dark = [(span.onset_s, span.offset_s) for span in (*time.masked, *time.missing)]
    unseen = _Stretches([*dark, (time.claimed_s, math.inf)])
    return tuple(
        Ending(
            cluster.id,
            EndingKind.MOVEMENT if moving.reach_into(cluster.offset_s)
            else EndingKind.UNSEEN if unseen.reach_into(cluster.offset_s) else EndingKind.QUIET,
        )
        for cluster in clusters
    )  # fmt: skip


class _Stretches:
    """Stretches of time in any order; they may overlap."""

    def __init__(self, spans: Sequence[tuple[float, float]]) -> None:
        self._onsets, self._offsets = (np.sort([span[side] for span in spans]) for side in (0, 1))

    def reach_into(self, end_s: float) -> bool:
        """Return whether part of a stretch lies within the 5 s after `end_s`."""
        begun = int(np.searchsorted(self._onsets, end_s + _ENDING_S, side="right"))
        ended = int(np.searchsorted(self._offsets, end_s, side="right"))
        return begun > ended
