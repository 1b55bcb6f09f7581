"""The numbers behind each figure: time axis, motion envelope, jerks per bin, intervals, histograms."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.records.motion import PictureTrack
    from detector.records.result import Result

    FloatArray = npt.NDArray[np.float64]

__all__ = [
    "Envelope", "Epochs", "Histogram", "TimeAxis", "drawn", "envelope", "epochs", "histogram", "jerks_per_bin",
    "log_histogram", "survival",
]  # fmt: skip

_MOST_POINTS = 2_000
"""Points of the motion trace: more than the width of a page in pixels."""

_BINS_S = (1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0)
_DRAWN_POINTS = 400
_MOST_BINS = 121
"""So that a night of two to ten hours is shown in bins of five minutes."""

_EVEN_BINS = 24


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Elapsed time of the whole recording, in the unit a person would choose.

    Attributes
    ----------
    length_s : float
        End of the axis in seconds: the claimed duration, or the last frame or end of a movement if later.
    unit : str
        ``h``, ``min`` or ``s``.
    unit_s : float
        Seconds in the unit.
    """

    length_s: float
    unit: str
    unit_s: float

    @classmethod
    def of(cls, result: Result) -> TimeAxis:
        """Return an axis on which all of `result` can be drawn."""
        ends = [result.recording.time.claimed_s, *(m.offset_s for m in result.movements)]
        frames = result.signal.picture.time_s
        if len(frames):
            ends.append(float(frames[-1]))
        length_s = max([end for end in ends if math.isfinite(end) and end > 0], default=1.0)
        unit, unit_s = ("h", 3600.0) if length_s >= 7200 else ("min", 60.0) if length_s >= 120 else ("s", 1.0)
        return cls(length_s, unit, unit_s)


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """Motion over the recording, at most 2,000 values: smallest and largest share of the picture in motion.

    Attributes
    ----------
    time_s : float64, shape (n,)
        Frame times of a short clip, otherwise midpoints of equal bins, in seconds.
    low, high : float64, shape (n,)
        Share of the picture in motion, 0-1; NaN where nothing was judged. Equal for a short clip.
    """

    time_s: FloatArray = field(repr=False)
    low: FloatArray = field(repr=False)
    high: FloatArray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Epochs:
    """Motion in equal stretches from the start of the recording.

    Attributes
    ----------
    step_s : float
        Length of a stretch, in seconds.
    share : float64, shape (n,)
        Mean share of the picture in motion, 0-1; NaN where nothing was judged.
    """

    step_s: float
    share: FloatArray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts between edges.

    Attributes
    ----------
    edges : float64, shape (n + 1,)
        Edges of the half-open bins, in the unit of the values.
    counts : int64, shape (n,)
        Values in each bin.
    left_out : int
        Values that could not be placed (NaN, or intervals across time that was not judged).
    """

    edges: FloatArray = field(repr=False)
    counts: npt.NDArray[np.int64] = field(repr=False)
    left_out: int = 0


def envelope(picture: PictureTrack, length_s: float) -> Envelope:
    """Return the motion of `picture` from 0 to `length_s` seconds as an envelope that a page can show."""
    times = np.asarray(picture.time_s, dtype=float)
    values = np.where(picture.judged, np.asarray(picture.activity, dtype=float), np.nan)
    if len(times) <= _MOST_POINTS // 2:
        return Envelope(times, values, values)
    n = _MOST_POINTS // 2
    bins = np.clip((times * (n / length_s)).astype(int), 0, n - 1)
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    good = np.isfinite(values)
    np.minimum.at(low, bins[good], values[good])
    np.maximum.at(high, bins[good], values[good])
    empty = high < low
    low[empty] = high[empty] = np.nan
    return Envelope((np.arange(n, dtype=np.float64) + 0.5) * (length_s / n), low, high)


def jerks_per_bin(onsets_s: Sequence[float] | FloatArray, length_s: float) -> Histogram:
    """Return the jerks in equal stretches of the recording: five minutes for a night, shorter for a clip."""
    width = next((width for width in _BINS_S if length_s / width <= _MOST_BINS), _BINS_S[-1])
    edges = width * np.arange(math.ceil(length_s / width - 1e-9) + 1, dtype=np.float64)
    counts, _ = np.histogram(onsets_s, bins=edges)
    return Histogram(edges, counts.astype(np.int64))


def epochs(picture: PictureTrack, length_s: float) -> Epochs:
    """Return the mean share of the picture in motion in at most 240 equal epochs of at least 10 s, or fewer of 1 s."""
    step = max(1.0 if length_s < 600 else 10.0, length_s / 240)
    n = max(1, math.ceil(length_s / step - 1e-9))
    times = np.asarray(picture.time_s, dtype=float)
    good = np.asarray(picture.judged, dtype=bool) & np.isfinite(picture.activity)
    slots = np.clip((times[good] / step).astype(int), 0, n - 1)
    sums = np.bincount(slots, weights=np.asarray(picture.activity, dtype=float)[good], minlength=n)
    counts = np.bincount(slots, minlength=n)
    return Epochs(step, np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))


def survival(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the sorted values, and for each the share of all values that are longer."""
    good = np.sort(values[np.isfinite(values) & (values > 0)])
    return good, 1 - np.arange(1, len(good) + 1) / max(1, len(good))


def drawn(curve: tuple[FloatArray, FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Return at most 400 evenly spaced points of a curve: more could not be seen."""
    keep = np.unique(np.linspace(0, len(curve[0]) - 1, min(len(curve[0]), _DRAWN_POINTS)).astype(int))
    return curve[0][keep], curve[1][keep]


def log_histogram(values: FloatArray, *, anchor: float, left_out: int = 0) -> Histogram:
    """Return a histogram of positive values with ten bins per decade, from <= 0.05 to >= 20; `anchor` is an edge."""
    good = values[np.isfinite(values) & (values > 0)]
    low = math.floor(10 * math.log10(min(0.05, float(good.min(initial=0.05))) / anchor))
    high = math.ceil(10 * math.log10(max(20.0, float(good.max(initial=20.0)) * 1.0001) / anchor))
    edges = anchor * 10.0 ** (np.arange(low, high + 1) / 10)
    counts, _ = np.histogram(good, bins=edges)
    return Histogram(edges, counts.astype(np.int64), left_out + len(values) - len(good))


def histogram(values: FloatArray, *, step: float) -> Histogram:
    """Return a histogram of `values` in equal bins from 0, `step` or 2, 5, 10, ... times as wide, to keep within 24."""
    good = values[np.isfinite(values) & (values >= 0)]
    top = float(good.max(initial=step))
    factors = (factor * 10**power for power in range(12) for factor in (1, 2, 5))
    width = next((step * factor for factor in factors if top < step * factor * _EVEN_BINS), top)
    edges = width * np.arange(math.floor(top / width) + 2, dtype=float)
    counts, _ = np.histogram(good, bins=edges)
    return Histogram(edges, counts.astype(np.int64), len(values) - len(good))
