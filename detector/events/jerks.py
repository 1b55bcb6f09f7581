"""From candidates to movements: which are jerks, what the others are, and which belong to one and the same jerk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detector.events.context import echoes, near, weight_of
from detector.events.verdicts import judge
from detector.records.events import Kind, Movement, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.config import Settings
    from detector.events.candidates import Candidate
    from detector.events.verdicts import Verdict

__all__ = ["find_movements"]


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    candidate: Candidate
    verdict: Verdict

    @property
    def weight(self) -> float:
        return weight_of(self.candidate)


def find_movements(
    candidates: Sequence[Candidate], confidence: npt.NDArray[np.float64], settings: Settings
) -> tuple[Movement, ...]:
    """Return one movement for each group of candidates that belong together, by onset.

    Parameters
    ----------
    candidates : sequence of Candidate
        By onset.
    confidence : ndarray of float64, shape (n,)
        How safely each one is a jerk, 0-1.
    settings : Settings
        Blocks `jerks` and `motion`.
    """
    judged = [
        _Judged(candidate, judge(candidate, float(sure), settings.jerks))
        for candidate, sure in zip(candidates, confidence, strict=True)
    ]
    jerks = [item for item in judged if item.verdict.kind is Kind.JERK]
    others = [item for item in judged if item.verdict.kind is not Kind.JERK]
    groups = _together(_without_echoes(jerks), settings.jerks.together_s)
    leftover = _apart_from(others, groups)
    found = [_movement(group) for group in groups] + [_movement(group) for group in leftover]
    return _numbered(sorted(found, key=lambda movement: (movement.onset_s, movement.zones)))


def _without_echoes(jerks: list[_Judged]) -> list[_Judged]:
    """Drop jerks that are only another view of a heavier one."""
    kept: list[_Judged] = []
    for item in sorted(jerks, key=lambda item: -item.weight):
        if not any(echoes(item.candidate, strong.candidate) for strong in kept):
            kept.append(item)
    return sorted(kept, key=lambda item: (item.candidate.onset_s, item.candidate.zone.number))


def _together(jerks: list[_Judged], together_s: float) -> list[list[_Judged]]:
    """Group jerks whose onsets are within `together_s` of the group's first."""
    groups: list[list[_Judged]] = []
    for item in jerks:
        if groups and item.candidate.onset_s - groups[-1][0].candidate.onset_s <= together_s:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _apart_from(others: list[_Judged], groups: list[list[_Judged]]) -> list[list[_Judged]]:
    """Return the refused candidates that are not just another view of a jerk or of each other, one a group."""
    spans = [
        (min(i.candidate.onset_s for i in group) - 0.1, max(i.candidate.offset_s for i in group) + 0.1)
        for group in groups
    ]
    starts = np.array([span[0] for span in spans])
    left: list[list[_Judged]] = []
    for item in others:
        at = int(np.searchsorted(starts, item.candidate.onset_s, side="right")) - 1
        inside = at >= 0 and item.candidate.onset_s < spans[at][1]
        if inside and any(near(item.candidate, i.candidate) for i in groups[at]):
            continue
        same = next(
            (
                group
                for group in reversed(left[-8:])
                if group[0].verdict == item.verdict
                and item.candidate.onset_s < max(i.candidate.offset_s for i in group) + 0.1
                and near(item.candidate, group[0].candidate)
            ),
            None,
        )
        if same is None:
            left.append([item])
        else:
            same.append(item)
    return left


def _movement(group: list[_Judged]) -> Movement:
    """Return the movement that a group of candidates makes; the largest speaks for it."""
    first = max(group, key=lambda item: item.weight)
    main = first.candidate
    sites: list[Candidate] = []
    for item in sorted(group, key=lambda item: -item.weight):
        if not any(near(item.candidate, site) for site in sites):
            sites.append(item.candidate)
    jerk = first.verdict.kind is Kind.JERK
    return Movement(
        id="",
        kind=first.verdict.kind,
        reason=first.verdict.reason if not jerk else Reason.NONE,
        onset_s=main.onset_s if jerk else min(item.candidate.onset_s for item in group),
        peak_s=main.peak_s,
        offset_s=max(main.offset_s, main.onset_s) if jerk else max(item.candidate.offset_s for item in group),
        confidence=max(item.verdict.confidence for item in group) if jerk else first.verdict.confidence,
        x=main.zone.x,
        y=main.zone.y,
        area=sum(site.zone.area for site in sites),
        amplitude_px=main.amplitude_px,
        peak_speed_px_s=main.peak_speed_px_s,
        direction_deg=main.zone.direction_deg,
        pattern="single" if len(sites) == 1 else "bilateral" if len(sites) == 2 else "multifocal",
        zones=tuple(dict.fromkeys(item.candidate.zone.number for item in sorted(group, key=lambda i: -i.weight))),
        features=main.features,
    )


def _numbered(movements: list[Movement]) -> tuple[Movement, ...]:
    """Give ids by onset within each kind."""
    counts: dict[Kind, int] = {}
    named = []
    for movement in movements:
        counts[movement.kind] = counts.get(movement.kind, 0) + 1
        named.append(replace(movement, id=f"{movement.kind}-{counts[movement.kind]:04d}"))
    return tuple(named)
