"""What the figures draw, in seconds: decided here, so that drawing computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.records.events import Kind
from detector.report import prose, series

if TYPE_CHECKING:
    from detector.records.study import Result
    from detector.report.places import Place

__all__ = ["Plots", "plots_of"]

_OTHERS = (Kind.SLOW, Kind.GROSS, Kind.RHYTHMIC, Kind.HANDLING)


@dataclass(frozen=True, slots=True, eq=False)
class Plots:
    """What the figures draw, in seconds.

    Attributes
    ----------
    axis : TimeAxis
        Time axis of the whole recording.
    places : tuple of Place
        Rows of the raster.
    place_onsets_s : tuple of tuple of float
        Onsets of the jerks of each place.
    onsets_s : tuple of float
        Onsets of all jerks.
    episodes_s, others_s : tuple of (float, float)
        Start and end of the episodes, and of the movements that are not jerks.
    hidden_s : dict of str to tuple of (float, float)
        Stretches of ``masked``, ``missing`` and ``not assessable`` time.
    picture_px : (int, int)
        Width and height of the picture.
    trace : Trace
        Motion over the recording.
    rate, intervals, durations, amplitudes : Histogram
        Jerks in time; intervals (s); lengths (s); amplitudes (px).
    cluster_gap_s, episode_gap_s : float
        Gaps of the run's settings; NaN where not recorded.
    """

    axis: series.TimeAxis
    places: tuple[Place, ...]
    place_onsets_s: tuple[tuple[float, ...], ...]
    onsets_s: tuple[float, ...]
    episodes_s: tuple[tuple[float, float], ...]
    others_s: tuple[tuple[float, float], ...]
    hidden_s: dict[str, tuple[tuple[float, float], ...]]
    picture_px: tuple[int, int]
    trace: series.Trace
    rate: series.Histogram
    intervals: series.Histogram
    durations: series.Histogram
    amplitudes: series.Histogram
    cluster_gap_s: float
    episode_gap_s: float


def plots_of(result: Result, grouped: tuple[Place, ...]) -> Plots:
    """Return what the figures of `result` draw; `grouped` are the places of its jerks."""
    recording, jerks = result.recording, result.jerks
    time = recording.time
    axis = series.TimeAxis.of(result)
    onsets = tuple(jerk.onset_s for jerk in jerks)
    intervals, crossed = series.steady_intervals(onsets, (*time.masked, *time.missing))
    gap_s = prose.setting(result.provenance, "clusters", "gap_s")
    hidden = {"masked": time.masked, "missing": time.missing, "not assessable": result.not_assessable}
    return Plots(
        axis=axis,
        places=grouped,
        place_onsets_s=tuple(tuple(onsets[i] for i in place.jerks) for place in grouped),
        onsets_s=onsets,
        episodes_s=tuple((e.onset_s, e.offset_s) for e in result.episodes),
        others_s=tuple((m.onset_s, m.offset_s) for m in result.movements if m.kind in _OTHERS),
        hidden_s={name: tuple((s.onset_s, s.offset_s) for s in spans) for name, spans in hidden.items()},
        picture_px=(recording.width, recording.height),
        trace=series.trace(result.signal.picture, axis.length_s),
        rate=series.jerks_per_bin(onsets, axis.length_s),
        intervals=series.log_histogram(intervals, anchor=gap_s if gap_s > 0 else 1.0, left_out=crossed),
        durations=series.histogram(np.array([j.duration_s for j in jerks], dtype=float), step=0.05),
        amplitudes=series.histogram(np.array([j.amplitude_px for j in jerks], dtype=float), step=0.5),
        cluster_gap_s=gap_s,
        episode_gap_s=prose.setting(result.provenance, "clusters", "episode_gap_s"),
    )
