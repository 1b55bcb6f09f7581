"""Turn groups of candidates into movements, as the reader of a result sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detector.events.verdicts import KINDS, REASONS
from detector.events.views import near
from detector.records.events import Kind, Movement, Pattern, Reason
from detector.records.feature_row import FeatureRow, columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from detector.events.candidate_table import Candidates
    from detector.events.verdicts import Verdicts

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["SHAKEN", "movements_of"]

SHAKEN = 0.06  # share of a jerk's weight: anything lighter that moves with it is shaken by it, and is no other limb

_AS_HEAVY = 0.3  # share of the heaviest one's weight from which another limb may start a jerk earlier or end it later
_PATTERNS = tuple(Pattern)


class _Extent(NamedTuple):
    """Values that a movement takes from all its candidates."""

    main: int  # the candidate that represents it
    surest: int  # the one whose confidence it takes
    onset_s: float
    offset_s: float
    confidence: float
    area: float
    sites: int
    zones: tuple[int, ...]


def movements_of(
    candidates: Candidates,
    verdicts: Verdicts,
    groups: Sequence[list[int]],
    singles: IndexArray,
    looks: Mapping[str, FloatArray],
) -> tuple[Movement, ...]:
    """Return the movements made of candidates, by onset, with ids numbered within each kind.

    Parameters
    ----------
    candidates : Candidates
        From `merge_as_measured`.
    verdicts : Verdicts
        Verdicts on the candidates.
    groups : sequence of list of int
        Which candidates belong together, each group by onset.
    singles : ndarray of intp
        Candidates that are a movement each.
    looks : mapping of str to ndarray of float64, shape (n,)
        Values that movements take from their surest candidate, besides the features of their main one.
    """
    weight = candidates.weight
    joined = [_joined(candidates, verdicts, np.array(group), weight[group]) for group in groups]
    onset_s, offset_s = candidates.column("onset_s")[singles], candidates.column("end_s")[singles]
    confidence, area = verdicts.confidence[singles], candidates.zone_value("area")[singles]
    alone = np.column_stack((onset_s, offset_s, confidence, area, np.ones(len(singles))))
    extents = [(one.onset_s, one.offset_s, one.confidence, one.area, one.sites) for one in joined]
    values = np.concatenate((alone, np.array(extents, np.float64).reshape(-1, 5)))
    main = np.concatenate((singles, np.array([extent.main for extent in joined], np.intp)))
    zones = [*_zones(candidates, singles), *(extent.zones for extent in joined)]
    order = _order(values[:, 0], zones)
    features = _features(candidates, looks, [(extent.main, extent.surest) for extent in joined])
    return _made(candidates, verdicts, main[order], values[order], [zones[k] for k in order], features)


def _features(
    candidates: Candidates, looks: Mapping[str, FloatArray], joined: Sequence[tuple[int, int]]
) -> tuple[dict[str, int], npt.NDArray[np.float32]]:
    """Return names with their columns, and the values of every candidate that may represent a movement.

    `joined` holds the main and the surest candidate of each movement made of several.
    """
    measured = candidates.measured
    table = np.empty((len(measured), measured.shape[1] + len(looks)), np.float32)  # large for a night
    table[:, : measured.shape[1]] = measured
    for column, said in enumerate(looks.values(), measured.shape[1]):
        table[:, column] = said
        for main, surest in joined:
            table[main, column] = said[surest]
    table.flags.writeable = False
    return columns_of((*candidates.names, *looks)), table


def _order(onset_s: FloatArray, zones: Sequence[tuple[int, ...]]) -> list[int]:
    """Return the order by onset; ties are ordered by zone."""
    order = np.argsort(onset_s, kind="stable")
    for k in np.flatnonzero(np.diff(onset_s[order]) == 0).tolist():
        at = k
        while at >= 0 and onset_s[order[at]] == onset_s[order[at + 1]] and zones[order[at]] > zones[order[at + 1]]:
            order[[at, at + 1]] = order[[at + 1, at]]
            at -= 1
    return list(order.tolist())


def _made(
    candidates: Candidates,
    verdicts: Verdicts,
    main: IndexArray,
    values: FloatArray,
    zones: list[tuple[int, ...]],
    features: tuple[dict[str, int], npt.NDArray[np.float32]],
) -> tuple[Movement, ...]:
    """Return the movements that the candidates `main` represent.

    `values` has the columns onset, offset, confidence, area and sites, as in `_Extent`; `features` is from `_features`.
    """
    kinds = [KINDS[code] for code in verdicts.kind[main].tolist()]
    reasons = [REASONS[code] for code in verdicts.reason[main].tolist()]
    sizes = (candidates.column(name)[main].tolist() for name in ("peak_s", "amplitude_px", "peak_speed_px_s"))
    places = (candidates.zone_value(name)[main].tolist() for name in ("x", "y", "direction_deg"))
    counts = dict.fromkeys(KINDS, 0)
    found = []
    rows = zip(main.tolist(), kinds, reasons, zones, *values.T.tolist(), *sizes, *places, strict=True)
    for i, kind, reason, own, onset_s, offset_s, sure, area, sites, peak_s, px, px_s, x, y, direction_deg in rows:
        counts[kind] += 1
        movement = Movement(
            id=f"{kind}-{counts[kind]:04d}",
            kind=kind,
            reason=Reason.NONE if kind is Kind.JERK else reason,
            onset_s=onset_s,
            peak_s=peak_s,
            offset_s=offset_s,
            confidence=sure,
            x=x,
            y=y,
            area=area,
            amplitude_px=px,
            peak_speed_px_s=px_s,
            direction_deg=direction_deg,
            pattern=_PATTERNS[min(int(sites), len(_PATTERNS)) - 1],
            zones=own,
            features=FeatureRow(*features, i),
        )
        found.append(movement)
    return tuple(found)


def _zones(candidates: Candidates, which: IndexArray) -> list[tuple[int, ...]]:
    """Return for each of some candidates the number of its zone, followed by those of its other views."""
    number = candidates.zones.number
    own, views = number[candidates.zone[which]].tolist(), number[candidates.view_zone].tolist()
    starts, ends = candidates.view_starts[which].tolist(), candidates.view_starts[which + 1].tolist()
    return [
        tuple(dict.fromkeys((zone, *views[start:end]))) if end > start else (zone,)
        for zone, start, end in zip(own, starts, ends, strict=True)
    ]


def _joined(candidates: Candidates, verdicts: Verdicts, group: IndexArray, weight: FloatArray) -> _Extent:
    """Return the extent of a movement of several candidates with these weights; the heaviest represents it.

    Each limb of a jerk is timed by its own heaviest candidate: a lighter one near it is another view of the same limb,
    such as cloth that still settles from the movement before. A movement that lasts is timed by all its parts.
    """
    by_weight = group[np.argsort(-weight, kind="stable")].tolist()
    sites: list[int] = []
    for i in by_weight[: np.count_nonzero(weight >= SHAKEN * weight.max())]:
        if not near(candidates, i, np.array(sites, np.intp)).any():
            sites.append(i)
    heavy = by_weight[: np.count_nonzero(weight >= _AS_HEAVY * weight.max())]
    timed = [i for i in heavy if i in sites] if verdicts.kind[by_weight[0]] == KINDS.index(Kind.JERK) else heavy
    number = candidates.zones.number
    views = [candidates.view_zone[candidates.view_starts[i] : candidates.view_starts[i + 1]] for i in by_weight]
    # the heaviest zone first; other views come after all of them
    zones = np.concatenate((candidates.zone[by_weight], *views))
    return _Extent(
        by_weight[0],
        int(group[verdicts.confidence[group].argmax()]),
        float(candidates.column("onset_s")[timed].min()),
        float(candidates.column("end_s")[timed].max()),
        float(verdicts.confidence[group].max()),
        sum(candidates.zones.column("area")[candidates.zone[sites]].tolist()),
        len(sites),
        tuple(dict.fromkeys(number[zones].tolist())),
    )
