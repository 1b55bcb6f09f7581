"""Grouping: from movements to clusters and episodes, and what is counted and timed of them."""

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
    """What movements make together; the parts of a `detector.records.result.Result` of these names."""

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
        By onset, in no group yet.
    time : TimeAccount
        What was analysed.
    not_assessable : sequence of Span
        When a jerk could not be recognised.
    settings : ClusterSettings
        Gaps, and the least number of jerks in a cluster.
    stability : sequence of Stability, optional
        Counts at other confidences, kept with the timing.
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
