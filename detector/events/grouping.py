"""Group movements into clusters and episodes, with their rates and timing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from detector.events.clusters import find_clusters, find_episodes, label_jerks
from detector.events.profiles import jerk_timing
from detector.events.rates import jerk_rates
from detector.records.events import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.config import ClusterSettings
    from detector.records.events import Cluster, Episode, Movement
    from detector.records.recording import Span, TimeAccount
    from detector.records.result import Rates
    from detector.records.timing import Stability, Timing

__all__ = ["Grouped", "grouped"]


class Grouped(NamedTuple):
    """Groups, rates and timing of movements: the parts of a `detector.records.result.Result` of the same names."""

    movements: tuple[Movement, ...]
    clusters: tuple[Cluster, ...]
    episodes: tuple[Episode, ...]
    rates: Rates
    timing: Timing


def grouped(
    movements: Sequence[Movement],
    time: TimeAccount,
    not_assessable: Sequence[Span],
    settings: ClusterSettings,
    stability: Sequence[Stability] = (),
) -> Grouped:
    """Return movements with the clusters, episodes, rates and timing of those that are jerks.

    Parameters
    ----------
    movements : sequence of Movement
        Movements by onset, not yet in a group.
    time : TimeAccount
        Time of the recording.
    not_assessable : sequence of Span
        Time in which a jerk could not be recognised.
    settings : ClusterSettings
        Gaps, and the least number of jerks in a cluster.
    stability : sequence of Stability, optional
        Counts at other confidences, to keep with the timing.
    """
    jerks = [movement for movement in movements if movement.kind is Kind.JERK]
    clusters = find_clusters(jerks, settings)
    episodes = find_episodes(jerks, clusters, settings)
    labelled, clusters = label_jerks(movements, clusters, episodes)
    return Grouped(
        labelled,
        clusters,
        episodes,
        jerk_rates([jerk.onset_s for jerk in jerks], time, not_assessable),
        jerk_timing(labelled, clusters, time, not_assessable, stability),
    )
