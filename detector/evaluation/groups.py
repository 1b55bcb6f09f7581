"""Clusters and episodes of a table that only lists jerks, by the definitions in the glossary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.config import ClusterSettings
from detector.evaluation.event_files import EventTable
from detector.events.clusters import find_clusters, find_episodes
from detector.records.events import Kind, Movement, Reason

if TYPE_CHECKING:
    from detector.records.events import Cluster, Episode

__all__ = ["with_groups"]


def with_groups(table: EventTable) -> EventTable:
    """Return `table` with the clusters and episodes that its jerks form, if it lists none itself.

    Parameters
    ----------
    table : EventTable
        Events of one recording.
    """
    settings = ClusterSettings()
    jerks = _jerks(table)
    clusters = find_clusters(jerks, settings)
    groups: dict[str, tuple[Cluster, ...] | tuple[Episode, ...]] = {
        "cluster": clusters,
        "episode": find_episodes(jerks, clusters, settings),
    }
    missing = [(kind, group) for kind, found in groups.items() if kind not in table.trial_type for group in found]
    if not missing:
        return table
    none = ("",) * len(missing)
    return EventTable(
        np.concatenate([table.onset_s, [group.onset_s for _, group in missing]]),
        np.concatenate([table.duration_s, [group.duration_s for _, group in missing]]),
        table.trial_type + tuple(kind for kind, _ in missing),
        np.concatenate([table.amplitude_px, np.full(len(missing), np.nan)]),
        site=table.site + none,
        side=table.side + none,
        reason=table.reason + none,
        line=table.line + (0,) * len(missing),
    )


def _jerks(table: EventTable) -> list[Movement]:
    jerks = table.of("jerk")
    return [
        Movement(f"jerk-{number:04d}", Kind.JERK, Reason.NONE, onset_s, onset_s, offset_s, 1, 0, 0, 0, 0, 0, 0)
        for number, (onset_s, offset_s) in enumerate(
            zip(jerks.onset_s.tolist(), jerks.offset_s.tolist(), strict=True), start=1
        )
    ]
