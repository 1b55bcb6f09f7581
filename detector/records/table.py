"""A result as plain rows, one per event: what ``events.tsv`` holds.

Nothing here depends on the clock, the machine or the folder: the same result always gives the same values, rounded to
stated decimals so that their text is stable too. Times have 3 decimals (1 ms; a frame lasts 8 ms or more).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from detector.records.events import NOT_KNOWN, Kind
from detector.records.rounding import rounded
from detector.records.summary import summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from detector.records.events import Cluster, Episode, Movement
    from detector.records.result import Result

__all__ = ["COLUMNS", "LEAST_LISTED", "TRIAL_TYPES", "event_rows", "summary"]

COLUMNS: Mapping[str, int | None] = {
    "onset": 3,
    "duration": 3,
    "trial_type": None,
    "id": None,
    "confidence": 3,
    "site": None,
    "side": None,
    "x": 4,
    "y": 4,
    "amplitude_px": 2,
    "peak_speed_px_s": 1,
    "cluster": None,
    "episode": None,
    "reason": None,
    "pattern": None,
    "direction_deg": 1,
    "area": 4,
}
"""Columns of ``events.tsv`` in order, each with its number of decimals; None marks text."""

TRIAL_TYPES = ("episode", "cluster", *(str(kind) for kind in Kind))
"""Values of ``trial_type``; rows with the same onset are sorted in this order, the whole before its parts."""

LEAST_LISTED = 0.01
"""Refused candidates with a lower confidence are not listed: a noisy hour has ten thousand, and nobody reads them."""


def event_rows(result: Result) -> list[dict[str, object]]:
    """Return one row per event (movements, clusters and episodes), sorted by onset, then kind, then id.

    Refused candidates with a confidence below `LEAST_LISTED` are left out; ``candidates.parquet`` has them all.

    Parameters
    ----------
    result : Result
        What was found.

    Returns
    -------
    list of dict
        Each with the keys of `COLUMNS` in order; None for a missing value.
    """
    rows = [_movement_row(movement) for movement in result.movements if _listed(movement)]
    rows += [_group_row("cluster", cluster, cluster.episode) for cluster in result.clusters]
    rows += [_group_row("episode", episode, NOT_KNOWN) for episode in result.episodes]
    order = {name: place for place, name in enumerate(TRIAL_TYPES)}
    return sorted(rows, key=lambda row: (_onset(row), order[str(row["trial_type"])], str(row["id"])))


def _listed(movement: Movement) -> bool:
    return movement.kind is not Kind.REJECTED or not movement.confidence < LEAST_LISTED


def _onset(row: Mapping[str, object]) -> float:
    onset = row["onset"]
    return onset if isinstance(onset, float) else math.inf


def _movement_row(movement: Movement) -> dict[str, object]:
    return _row(
        {
            "onset": movement.onset_s,
            "duration": movement.duration_s,
            "trial_type": str(movement.kind),
            "id": movement.id,
            "confidence": movement.confidence,
            "site": movement.site,
            "side": movement.side,
            "x": movement.x,
            "y": movement.y,
            "amplitude_px": movement.amplitude_px,
            "peak_speed_px_s": movement.peak_speed_px_s,
            "cluster": movement.cluster,
            "episode": movement.episode,
            "reason": str(movement.reason),
            "pattern": str(movement.pattern),
            "direction_deg": movement.direction_deg,
            "area": movement.area,
        }
    )


def _group_row(kind: str, group: Cluster | Episode, episode: str) -> dict[str, object]:
    return _row(
        {
            "onset": group.onset_s,
            "duration": group.duration_s,
            "trial_type": kind,
            "id": group.id,
            "episode": episode,
        }
    )


def _row(values: Mapping[str, object]) -> dict[str, object]:
    row: dict[str, object] = {}
    for name, decimals in COLUMNS.items():
        value = values.get(name)
        if decimals is not None and isinstance(value, (int, float)):
            row[name] = rounded(value, decimals)
        else:
            row[name] = None if value == NOT_KNOWN else value
    return row
