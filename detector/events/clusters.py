"""Clusters of jerks, and episodes of clusters (docs/glossary.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.records.events import NOT_KNOWN, Cluster, Episode, Movement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from detector.config import ClusterSettings

__all__ = ["find_clusters", "find_episodes", "label_jerks"]


def find_clusters(jerks: Sequence[Movement], settings: ClusterSettings) -> tuple[Cluster, ...]:
    """Return the runs of `min_jerks` or more jerks, each at most `gap_s` after the one before, onset to onset.

    Parameters
    ----------
    jerks : sequence of Movement
        Jerks by onset.
    settings : ClusterSettings
        Gap and least number.
    """
    runs = _runs(jerks, settings.gap_s, lambda jerk: jerk.onset_s, lambda jerk: jerk.onset_s)
    kept = [run for run in runs if len(run) >= settings.min_jerks]
    return tuple(_cluster(f"cluster-{i:03d}", run) for i, run in enumerate(kept, start=1))


def find_episodes(
    jerks: Sequence[Movement], clusters: Sequence[Cluster], settings: ClusterSettings
) -> tuple[Episode, ...]:
    """Return the runs of jerks whose gaps (offset to onset) are at most `episode_gap_s` and that hold a cluster.

    Parameters
    ----------
    jerks : sequence of Movement
        Jerks by onset.
    clusters : sequence of Cluster
        Their clusters.
    settings : ClusterSettings
        Gap.
    """
    runs = _runs(jerks, settings.episode_gap_s, lambda jerk: jerk.onset_s, lambda jerk: jerk.offset_s)
    episodes: list[Episode] = []
    for run in runs:
        ids = {jerk.id for jerk in run}
        inside = tuple(cluster.id for cluster in clusters if cluster.jerks[0] in ids)
        if inside:
            number = f"episode-{len(episodes) + 1:03d}"
            end_s = max(jerk.offset_s for jerk in run)
            episodes.append(Episode(number, run[0].onset_s, end_s, inside, tuple(jerk.id for jerk in run)))
    return tuple(episodes)


def label_jerks(
    movements: Sequence[Movement], clusters: Sequence[Cluster], episodes: Sequence[Episode]
) -> tuple[tuple[Movement, ...], tuple[Cluster, ...]]:
    """Return the movements with the ids of their cluster and episode, and the clusters with that of their episode."""
    cluster_of = {jerk: cluster.id for cluster in clusters for jerk in cluster.jerks}
    episode_of = {jerk: episode.id for episode in episodes for jerk in episode.jerks}
    episode_of |= {cluster: episode.id for episode in episodes for cluster in episode.clusters}
    labelled = tuple(
        replace(m, cluster=cluster_of.get(m.id, NOT_KNOWN), episode=episode_of.get(m.id, NOT_KNOWN))
        if m.id in cluster_of or m.id in episode_of
        else m
        for m in movements
    )
    return labelled, tuple(replace(cluster, episode=episode_of.get(cluster.id, NOT_KNOWN)) for cluster in clusters)


def _cluster(name: str, run: Sequence[Movement]) -> Cluster:
    onsets_s = np.array([jerk.onset_s for jerk in run])
    intervals_s = np.diff(onsets_s)
    span_s = float(onsets_s[-1] - onsets_s[0])
    return Cluster(
        id=name,
        onset_s=run[0].onset_s,
        offset_s=max(jerk.offset_s for jerk in run),
        jerks=tuple(jerk.id for jerk in run),
        rate_hz=(len(run) - 1) / span_s if span_s > 0 else float("nan"),
        interval_cv=float(intervals_s.std() / intervals_s.mean()) if len(run) > 2 and span_s > 0 else float("nan"),
    )


def _runs(
    jerks: Sequence[Movement], gap_s: float, start: Callable[[Movement], float], end: Callable[[Movement], float]
) -> list[list[Movement]]:
    """Split `jerks` where the time from the latest `end` so far to the next `start` is more than `gap_s`."""
    if not jerks:
        return []
    runs = [[jerks[0]]]
    latest_s = end(jerks[0])
    for jerk in jerks[1:]:
        if start(jerk) - latest_s > gap_s:
            runs.append([])
            latest_s = end(jerk)
        runs[-1].append(jerk)
        latest_s = max(latest_s, end(jerk))
    return runs
