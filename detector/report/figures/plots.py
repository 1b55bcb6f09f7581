"""Data for the figures, in seconds: prepared here, so that drawing computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.config import Settings
from detector.events.picture_flags import light_switches
from detector.records.events import Kind
from detector.records.summary import jerk_intervals_s
from detector.report.figures import series

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.records.result import Result
    from detector.records.review import Review
    from detector.records.timing import Stability
    from detector.report.catalogue import Catalogue
    from detector.report.places import Place

__all__ = ["ClusterRow", "Plots", "plots_of"]

_OTHERS = (Kind.SLOW, Kind.GROSS, Kind.RHYTHMIC, Kind.HANDLING)


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """One cluster in close-up.

    Attributes
    ----------
    name : str
        Id of the cluster.
    onsets_s : tuple of float
        Onsets of its jerks in seconds since the first one.
    marks : tuple of str
        The one or two characters that stand for each jerk's place.
    """

    name: str
    onsets_s: tuple[float, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plots:
    """Data for the figures, in seconds.

    Attributes
    ----------
    say : Catalogue
        Texts of the figures.
    axis : TimeAxis
        Time axis of the whole recording.
    places : tuple of Place
        Rows of the raster.
    onsets_s : ndarray of float64, shape (n,)
        Onsets of all jerks.
    refused : ndarray of bool, shape (n,)
        Which of them are not jerks in the view of the person who reviewed the result.
    points : ndarray of float64, shape (n, 2)
        Places of the jerks, as fractions of the picture; NaN where unknown.
    clusters : tuple of ClusterRow
        The clusters, by onset.
    episodes_s, others_s, handling_s : tuple of (float, float)
        Start and end of the episodes, of all movements that are not jerks, and of those by another person.
    hidden_s : dict of str to tuple of (float, float)
        Stretches of ``masked``, ``missing`` and ``not_assessable`` time.
    picture_px : (int, int)
        Width and height of the picture.
    regions : tuple of (str, corners)
        Named polygons, as fractions of the picture.
    still : bytes
        A pixelated JPEG of the picture; empty for none.
    motion : Envelope
        Motion over the recording.
    epochs : Epochs
        Motion in equal stretches of time.
    switches_s : ndarray of float64
        Abrupt changes of light.
    rate, intervals, cluster_rates, durations, amplitudes : Histogram
        Jerks in time; intervals (s); rates inside clusters (Hz); lengths (s); amplitudes (px).
    survival : (ndarray, ndarray)
        Times (s), and the share of intervals that are longer.
    cluster_gap_s, episode_gap_s, valley_s, min_confidence : float
        Gaps and minimum confidence from the settings, and the valley of the intervals; NaN where not known.
    stability : tuple of Stability
        Counts at other minimum confidences.
    """

    say: Catalogue
    axis: series.TimeAxis
    places: tuple[Place, ...]
    onsets_s: npt.NDArray[np.float64]
    refused: npt.NDArray[np.bool_]
    points: npt.NDArray[np.float64]
    clusters: tuple[ClusterRow, ...]
    episodes_s: tuple[tuple[float, float], ...]
    others_s: tuple[tuple[float, float], ...]
    handling_s: tuple[tuple[float, float], ...]
    hidden_s: dict[str, tuple[tuple[float, float], ...]]
    picture_px: tuple[int, int]
    regions: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]
    still: bytes
    motion: series.Envelope
    epochs: series.Epochs
    switches_s: npt.NDArray[np.float64]
    rate: series.Histogram
    intervals: series.Histogram
    cluster_rates: series.Histogram
    durations: series.Histogram
    amplitudes: series.Histogram
    survival: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
    cluster_gap_s: float
    episode_gap_s: float
    valley_s: float
    min_confidence: float
    stability: tuple[Stability, ...]


def plots_of(result: Result, review: Review, places: tuple[Place, ...], still: bytes, say: Catalogue) -> Plots:
    """Return the data for the figures of `result`, including its `review`; `places` group its jerks."""
    recording, jerks, settings = result.recording, result.jerks, Settings.of_run(result.provenance)
    refused = frozenset(review.refused)
    time, picture = recording.time, result.signal.picture
    axis = series.TimeAxis.of(result)
    onsets = np.array([jerk.onset_s for jerk in jerks], dtype=float)
    intervals = jerk_intervals_s(result)[0]
    gap_s = settings.clusters.gap_s
    hidden = {"masked": time.masked, "missing": time.missing, "not_assessable": result.not_assessable}
    crossed = max(0, len(onsets) - 1) - len(intervals)
    return Plots(
        say=say,
        axis=axis,
        places=places,
        onsets_s=onsets,
        refused=np.array([jerk.id in refused for jerk in jerks], np.bool_),
        points=np.array([(jerk.x, jerk.y) for jerk in jerks], dtype=float).reshape(-1, 2),
        clusters=_close_up(result, places),
        episodes_s=tuple((e.onset_s, e.offset_s) for e in result.episodes),
        others_s=_spans(result, _OTHERS),
        handling_s=_spans(result, (Kind.HANDLING,)),
        hidden_s={name: tuple((s.onset_s, s.offset_s) for s in spans) for name, spans in hidden.items()},
        picture_px=(recording.width, recording.height),
        regions=tuple((region.name, region.points) for region in settings.regions.named),
        still=still,
        motion=series.envelope(picture, axis.length_s),
        epochs=series.epochs(picture, axis.length_s),
        switches_s=light_switches(picture),
        rate=series.jerks_per_bin(onsets, axis.length_s),
        intervals=series.log_histogram(intervals, anchor=gap_s if gap_s > 0 else 1.0, left_out=crossed),
        cluster_rates=series.histogram(np.array([c.rate_hz for c in result.clusters], dtype=float), step=0.25),
        durations=series.histogram(np.array([j.duration_s for j in jerks], dtype=float), step=0.05),
        amplitudes=series.histogram(np.array([j.amplitude_px for j in jerks], dtype=float), step=0.5),
        survival=series.survival(intervals),
        cluster_gap_s=gap_s,
        episode_gap_s=settings.clusters.episode_gap_s,
        valley_s=result.timing.valley_s,
        min_confidence=settings.jerks.min_confidence,
        stability=result.timing.stability,
    )


def _close_up(result: Result, places: tuple[Place, ...]) -> tuple[ClusterRow, ...]:
    jerks = result.jerks
    marks = {jerks[i].id: place.mark for place in places for i in place.jerks}
    onsets = {jerk.id: jerk.onset_s for jerk in jerks}
    return tuple(
        ClusterRow(c.id, tuple(onsets[name] - onsets[c.jerks[0]] for name in c.jerks), tuple(marks[n] for n in c.jerks))
        for c in result.clusters
    )


def _spans(result: Result, kinds: tuple[Kind, ...]) -> tuple[tuple[float, float], ...]:
    return tuple((m.onset_s, m.offset_s) for m in result.movements if m.kind in kinds)
