"""From candidates to movements: which are jerks, what the others are, and which belong to one and the same jerk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detector.events.verdicts import judge
from detector.events.views import near, weight_of
from detector.records.events import Kind, Movement, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.config import JerkSettings, Settings
    from detector.events.candidates import Candidate
    from detector.events.verdicts import Verdict

__all__ = ["find_jerks", "find_movements"]

_LASTING = frozenset({Kind.SLOW, Kind.GROSS, Kind.RHYTHMIC, Kind.HANDLING})
_ANYWHERE = frozenset({Kind.GROSS, Kind.HANDLING})
_LASTS_S = 1.2  # a rhythm of 1 Hz with a missing beat, as the runs of events.context
_MARGIN_S = 0.1  # what a jerk drags along may move a little before and after it
_SHAKEN = 0.06  # share of a jerk's weight: what is so much lighter and begins while it lasts is shaken by it
_AS_HEAVY = 0.3  # a limb begins and ends a jerk of several from this share of the heaviest one's weight


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    candidate: Candidate
    verdict: Verdict
    weight: float


def find_movements(
    candidates: Sequence[Candidate],
    confidence: npt.NDArray[np.float64],
    settings: Settings,
    kinds: Sequence[str] = (),
) -> tuple[Movement, ...]:
    """Return one movement for each group of candidates that belong together, by onset.

    Jerks whose onsets are at most `jerks.together_s` apart are one, and what a far heavier jerk shakes while it lasts
    is refused. Refused candidates of a kind that lasts (slow, gross, rhythmic, handling) and follow each other are one
    movement from the first to the last.

    Parameters
    ----------
    candidates : sequence of Candidate
        From `merge_views`, by onset.
    confidence : ndarray of float64, shape (n,)
        How safely each one is a jerk, 0-1.
    settings : Settings
        Block `jerks`.
    kinds : sequence of str
        What each one looks like if it is no jerk; empty texts, or no sequence at all, where only the tests can tell.
    """
    likely = [Kind(kind) if kind else None for kind in kinds or [""] * len(candidates)]
    judged = [
        _judged(candidate, float(sure), kind, settings.jerks)
        for candidate, sure, kind in zip(candidates, confidence, likely, strict=True)
    ]
    jerks = [item for item in judged if item.verdict.kind is Kind.JERK]
    others = [item for item in judged if item.verdict.kind is not Kind.JERK]
    groups, shaken = _without_shaken(_together(jerks, settings.jerks.together_s))
    others = sorted((*others, *shaken), key=lambda item: item.candidate.onset_s)
    leftover = _lasting(_apart_from(others, groups))
    return _numbered([*groups, *leftover])


def find_jerks(
    candidates: Sequence[Candidate], confidence: npt.NDArray[np.float64], settings: Settings
) -> list[Candidate]:
    """Return the candidate that speaks for each jerk that `find_movements` would return, and nothing of the others.

    A small part of its time, where only the number of jerks matters. The parameters are those of `find_movements`.
    """
    sure = np.flatnonzero(confidence >= settings.jerks.min_confidence).tolist()
    judged = [_judged(candidates[i], float(confidence[i]), None, settings.jerks) for i in sure]
    jerks = [item for item in judged if item.verdict.kind is Kind.JERK]
    groups, _ = _without_shaken(_together(jerks, settings.jerks.together_s))
    return [max(group, key=lambda item: item.weight).candidate for group in groups]


def _judged(candidate: Candidate, confidence: float, kind: Kind | None, settings: JerkSettings) -> _Judged:
    return _Judged(candidate, judge(candidate, confidence, kind, settings), weight_of(candidate))


def _together(jerks: list[_Judged], together_s: float) -> list[list[_Judged]]:
    """Group jerks whose onsets are within `together_s` of the group's first."""
    groups: list[list[_Judged]] = []
    for item in jerks:
        if groups and item.candidate.onset_s - groups[-1][0].candidate.onset_s <= together_s:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _without_shaken(groups: list[list[_Judged]]) -> tuple[list[list[_Judged]], list[_Judged]]:
    """Part groups from those that a far heavier jerk shakes, wherever they are: bed, cloth and body hang together.

    The latter are refused as too weak, whatever their confidence, so that a reviewer still sees them.
    """
    begin = np.array([group[0].candidate.onset_s for group in groups])
    end = np.array([max(i.candidate.offset_s for i in group) for group in groups])
    weight = np.array([max(i.weight for i in group) for group in groups])
    longest_s = float((end - begin).max(initial=0.0))
    low = np.searchsorted(begin, begin - longest_s - _MARGIN_S).tolist()
    high = np.searchsorted(begin - _MARGIN_S, begin, side="right").tolist()
    kept, shaken = [], []
    for k, group in enumerate(groups):
        near_by = slice(low[k], high[k])  # begun by then, and not surely over
        lasting = begin[k] < end[near_by]
        if (lasting & (weight[k] < _SHAKEN * weight[near_by])).any():
            shaken += [
                replace(i, verdict=replace(i.verdict, kind=Kind.REJECTED, reason=Reason.TOO_WEAK)) for i in group
            ]
        else:
            kept.append(group)
    return kept, shaken


def _apart_from(others: list[_Judged], groups: list[list[_Judged]]) -> list[_Judged]:
    """Return the refused candidates that are not just a part of a jerk: in its place, while it lasts."""
    starts = np.array([min(i.candidate.onset_s for i in group) - _MARGIN_S for group in groups])
    ends = np.array([max(i.candidate.offset_s for i in group) + _MARGIN_S for group in groups])
    left = []
    for item in others:
        at = int(np.searchsorted(starts, item.candidate.onset_s, side="right")) - 1
        inside = at >= 0 and item.candidate.onset_s < ends[at]
        if not (inside and any(near(item.candidate, i.candidate) for i in groups[at])):
            left.append(item)
    return left


def _lasting(others: list[_Judged]) -> list[list[_Judged]]:
    """Join what follows each other and is of one kind that lasts; in one place, but for what fills the picture."""
    runs: list[list[_Judged]] = []
    open_runs: list[list[_Judged]] = []
    for item in others:
        onset_s, kind = item.candidate.onset_s, item.verdict.kind
        open_runs = [run for run in open_runs if onset_s - max(i.candidate.offset_s for i in run) <= _LASTS_S]
        joined = next((run for run in open_runs if run[0].verdict.kind is kind and _joins(item, run[-1])), None)
        if joined is not None:
            joined.append(item)
            continue
        runs.append([item])
        if kind in _LASTING:
            open_runs.append(runs[-1])
    return runs


def _joins(item: _Judged, last: _Judged) -> bool:
    return item.verdict.kind in _ANYWHERE or near(item.candidate, last.candidate)


def _numbered(groups: list[list[_Judged]]) -> tuple[Movement, ...]:
    """Return the movements that groups of candidates make, by onset, with ids that count within each kind."""
    counts: dict[Kind, int] = {}
    found = []
    rows = [(_onset_s(group), _zones(group), k, group) for k, group in enumerate(groups)]
    for onset_s, zones, _, group in sorted(rows):
        first = max(group, key=lambda item: item.weight)
        kind = first.verdict.kind
        counts[kind] = counts.get(kind, 0) + 1
        found.append(_movement(f"{kind}-{counts[kind]:04d}", group, first, onset_s, zones))
    return tuple(found)


def _onset_s(group: list[_Judged]) -> float:
    least = _AS_HEAVY * max(item.weight for item in group)
    return min(item.candidate.onset_s for item in group if item.weight >= least)


def _movement(name: str, group: list[_Judged], first: _Judged, onset_s: float, zones: tuple[int, ...]) -> Movement:
    """Return the movement that a group of candidates makes; the largest, `first`, speaks for it."""
    main = first.candidate
    sites: list[Candidate] = []
    for item in sorted(group, key=lambda item: -item.weight):
        if not any(near(item.candidate, site) for site in sites):
            sites.append(item.candidate)
    jerk = first.verdict.kind is Kind.JERK
    return Movement(
        id=name,
        kind=first.verdict.kind,
        reason=first.verdict.reason if not jerk else Reason.NONE,
        onset_s=onset_s,
        peak_s=main.peak_s,
        offset_s=max(item.candidate.offset_s for item in group if item.weight >= _AS_HEAVY * first.weight),
        confidence=max(item.verdict.confidence for item in group),
        x=main.zone.x,
        y=main.zone.y,
        area=sum(site.zone.area for site in sites),
        amplitude_px=main.amplitude_px,
        peak_speed_px_s=main.peak_speed_px_s,
        direction_deg=main.zone.direction_deg,
        pattern="single" if len(sites) == 1 else "bilateral" if len(sites) == 2 else "multifocal",
        zones=zones,
        features=main.features,
    )


def _zones(group: list[_Judged]) -> tuple[int, ...]:
    """Return the zones that took part, the heaviest first; after them those that are other views."""
    ordered = [item.candidate for item in sorted(group, key=lambda item: -item.weight)]
    numbers = [candidate.zone.number for candidate in ordered]
    numbers += [view.zone.number for candidate in ordered for view in candidate.views]
    return tuple(dict.fromkeys(numbers))
