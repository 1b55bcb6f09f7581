"""Movements: what groups of candidates are to the reader of a result."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detector.events.verdicts import KINDS, REASONS
from detector.events.views import near
from detector.records.events import Kind, Movement, Reason
from detector.records.feature_row import FeatureRow, columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.events.candidate_table import Candidates
    from detector.events.verdicts import Verdicts

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["movements_of"]

_AS_HEAVY = 0.3  # a limb begins and ends a jerk of several from this share of the heaviest one's weight
_PATTERNS = ("single", "bilateral", "multifocal")


class _Extent(NamedTuple):
    """What a movement takes from all its candidates; `main` is the one that speaks for it."""

    main: int
    onset_s: float
    offset_s: float
    confidence: float
    area: float
    pattern: str
    zones: tuple[int, ...]


def movements_of(candidates: Candidates, verdicts: Verdicts, groups: Sequence[list[int]]) -> tuple[Movement, ...]:
    """Return the movements that groups of candidates make, by onset, with ids that count within each kind.

    Parameters
    ----------
    candidates : Candidates
        From `merge_views`.
    verdicts : Verdicts
        Theirs.
    groups : sequence of list of int
        Which candidates belong together, each group by onset; a candidate is in one of them at most.
    """
    extents = sorted(_extents(candidates, verdicts, groups), key=lambda extent: (extent.onset_s, extent.zones))
    main = np.array([extent.main for extent in extents], np.intp)
    kinds = [KINDS[code] for code in verdicts.kind[main].tolist()]
    reasons = [REASONS[code] for code in verdicts.reason[main].tolist()]
    times_and_sizes = (candidates.column(name)[main].tolist() for name in ("peak_s", "amplitude_px", "peak_speed_px_s"))
    places = (candidates.place(name)[main].tolist() for name in ("x", "y", "direction_deg"))
    columns, table = columns_of(candidates.names), candidates.measured
    counts = dict.fromkeys(KINDS, 0)
    found = []
    rows = zip(extents, kinds, reasons, *times_and_sizes, *places, strict=True)
    for extent, kind, reason, peak_s, amplitude_px, speed_px_s, x, y, direction_deg in rows:
        counts[kind] += 1
        movement = Movement(
            id=f"{kind}-{counts[kind]:04d}",
            kind=kind,
            reason=Reason.NONE if kind is Kind.JERK else reason,
            onset_s=extent.onset_s,
            peak_s=peak_s,
            offset_s=extent.offset_s,
            confidence=extent.confidence,
            x=x,
            y=y,
            area=extent.area,
            amplitude_px=amplitude_px,
            peak_speed_px_s=speed_px_s,
            direction_deg=direction_deg,
            pattern=extent.pattern,
            zones=extent.zones,
            features=FeatureRow(columns, table, extent.main),
        )
        found.append(movement)
    return tuple(found)


def _extents(candidates: Candidates, verdicts: Verdicts, groups: Sequence[list[int]]) -> list[_Extent]:
    """Return the extent of each group; most are of a single candidate, whose values they are."""
    first = np.array([group[0] for group in groups], np.intp)
    numbers, starts = _numbers(candidates)
    rows = zip(
        first.tolist(),
        candidates.column("onset_s")[first].tolist(),
        candidates.column("offset_s")[first].tolist(),
        verdicts.confidence[first].tolist(),
        candidates.place("area")[first].tolist(),
        strict=True,
    )
    single, weight = _PATTERNS[0], candidates.weight
    extents = [
        _Extent(*row, single, tuple(dict.fromkeys(numbers[starts[row[0]] : starts[row[0] + 1]]))) for row in rows
    ]
    for k, group in enumerate(groups):
        if len(group) > 1:
            extents[k] = _joined(candidates, verdicts, np.array(group), weight[group])
    return extents


def _numbers(candidates: Candidates) -> tuple[list[int], list[int]]:
    """Return the number of each candidate's zone and those of its other views, and where they begin."""
    starts = candidates.view_starts + np.arange(len(candidates) + 1)
    numbers = np.empty(int(starts[-1]), np.int64)
    own = np.zeros(len(numbers), np.bool_)
    own[starts[:-1]] = True
    numbers[own], numbers[~own] = (
        candidates.zones.number[candidates.zone],
        candidates.zones.number[candidates.view_zone],
    )
    return numbers.tolist(), starts.tolist()


def _joined(candidates: Candidates, verdicts: Verdicts, group: IndexArray, weight: FloatArray) -> _Extent:
    """Return the extent of a movement of several candidates of these weights; the heaviest speaks for it."""
    by_weight = group[np.argsort(-weight, kind="stable")].tolist()
    sites: list[int] = []
    for i in by_weight:
        if not near(candidates, i, np.array(sites, np.intp)).any():
            sites.append(i)
    counted = group[weight >= _AS_HEAVY * weight.max()]
    number = candidates.zones.number
    views = [candidates.view_zone[candidates.view_starts[i] : candidates.view_starts[i + 1]] for i in by_weight]
    # the heaviest zone first; after all of them those that are other views
    zones = np.concatenate((candidates.zone[by_weight], *views))
    return _Extent(
        by_weight[0],
        float(candidates.column("onset_s")[counted].min()),
        float(candidates.column("offset_s")[counted].max()),
        float(verdicts.confidence[group].max()),
        sum(candidates.zones.column("area")[candidates.zone[sites]].tolist()),
        _PATTERNS[min(len(sites), len(_PATTERNS)) - 1],
        tuple(dict.fromkeys(number[zones].tolist())),
    )
