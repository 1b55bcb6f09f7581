"""Movements: what groups of candidates are to the reader of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.events.candidate_table import TIMES_AND_SIZES
from detector.events.verdicts import KINDS, REASONS
from detector.events.views import near
from detector.records.events import Kind, Movement, Reason
from detector.records.feature_row import FeatureRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.events.candidate_table import Candidates
    from detector.events.verdicts import Verdicts

__all__ = ["movements_of"]

_AS_HEAVY = 0.3  # a limb begins and ends a jerk of several from this share of the heaviest one's weight
_PATTERNS = ("single", "bilateral", "multifocal")


def movements_of(candidates: Candidates, verdicts: Verdicts, groups: Sequence[list[int]]) -> tuple[Movement, ...]:
    """Return the movements that groups of candidates make, by onset, with ids that count within each kind.

    Parameters
    ----------
    candidates : Candidates
        From `merge_views`.
    verdicts : Verdicts
        Theirs.
    groups : sequence of list of int
        Which candidates belong together; each is in one group at most.
    """
    table = _Table(candidates, verdicts)
    ordered = [sorted(group, key=lambda i: -table.weight[i]) if len(group) > 1 else group for group in groups]
    rows = [(table.onset_of(group), table.zones_of(ordered[k]), k) for k, group in enumerate(groups)]
    counts = dict.fromkeys(KINDS, 0)
    found = []
    for onset_s, zones, k in sorted(rows):
        kind = KINDS[table.kind[ordered[k][0]]]
        counts[kind] += 1
        found.append(table.movement(f"{kind}-{counts[kind]:04d}", groups[k], ordered[k], onset_s, zones))
    return tuple(found)


class _Table:
    """The columns as plain numbers: to take them one by one from arrays takes five times as long."""

    def __init__(self, candidates: Candidates, verdicts: Verdicts) -> None:
        self._candidates, self._measured = candidates, candidates.measured
        self.weight: list[float] = candidates.weight.tolist()
        self.kind: list[int] = verdicts.kind.tolist()
        self._reason, self._confidence = verdicts.reason.tolist(), verdicts.confidence.tolist()
        times_and_sizes: list[list[float]] = [candidates.column(name).tolist() for name in TIMES_AND_SIZES]
        self._onset_s, self._peak_s, self._offset_s, self._amplitude_px, self._peak_speed_px_s = times_and_sizes
        self._x, self._y, self._area, self._direction_deg = (
            candidates.place(name).tolist() for name in ("x", "y", "area", "direction_deg")
        )
        self._number = candidates.zones.number[candidates.zone].tolist()
        self._views = candidates.zones.number[candidates.view_zone].tolist()
        self._view_starts = candidates.view_starts.tolist()

    def onset_of(self, group: list[int]) -> float:
        """Return when the first that counts begins."""
        least = _AS_HEAVY * max(self.weight[i] for i in group)
        return min(self._onset_s[i] for i in group if self.weight[i] >= least)

    def zones_of(self, by_weight: list[int]) -> tuple[int, ...]:
        """Return the zones that took part, the heaviest first; after them those that are other views."""
        numbers = [self._number[i] for i in by_weight]
        for i in by_weight:
            numbers += self._views[self._view_starts[i] : self._view_starts[i + 1]]
        return tuple(dict.fromkeys(numbers))

    def movement(
        self, name: str, group: list[int], by_weight: list[int], onset_s: float, zones: tuple[int, ...]
    ) -> Movement:
        """Return the movement that a group of candidates makes; the heaviest speaks for it."""
        main, sites = by_weight[0], by_weight[:1]
        for i in by_weight[1:]:
            if not near(self._candidates, i, np.array(sites)).any():
                sites.append(i)
        kind, least = KINDS[self.kind[main]], _AS_HEAVY * self.weight[main]
        return Movement(
            id=name,
            kind=kind,
            reason=Reason.NONE if kind is Kind.JERK else REASONS[self._reason[main]],
            onset_s=onset_s,
            peak_s=self._peak_s[main],
            offset_s=max(self._offset_s[i] for i in group if self.weight[i] >= least),
            confidence=max(self._confidence[i] for i in group),
            x=self._x[main],
            y=self._y[main],
            area=sum(self._area[i] for i in sites),
            amplitude_px=self._amplitude_px[main],
            peak_speed_px_s=self._peak_speed_px_s[main],
            direction_deg=self._direction_deg[main],
            pattern=_PATTERNS[min(len(sites), len(_PATTERNS)) - 1],
            zones=zones,
            features=FeatureRow(self._candidates.names, self._measured, main),
        )
