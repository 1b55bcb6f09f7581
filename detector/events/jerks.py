"""Turn candidates into movements: find the jerks, what the others are, and which candidates belong to the same jerk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.events.movements import SHAKEN, movements_of
from detector.events.pairing import RISE_S
from detector.events.verdicts import KINDS, are_jerks, judge
from detector.events.views import near
from detector.records.events import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from detector.config import JerkSettings, Settings
    from detector.events.candidate_table import Candidates
    from detector.events.verdicts import Verdicts
    from detector.records.events import Movement

    BoolArray = npt.NDArray[np.bool_]
    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]
    Groups = list[list[int]]

__all__ = ["NEARLY", "find_jerks", "find_movements"]

NEARLY = 0.1
"""Least confidence of a near-jerk. One in nine rendered candidates between 0.1 and 0.2 was a jerk, and one in 500 of
those below 0.1 (models/jerk-classifier-20/CARD.md)."""

_LASTING = frozenset({Kind.SLOW, Kind.GROSS, Kind.RHYTHMIC, Kind.HANDLING})
_ANYWHERE = frozenset({Kind.GROSS, Kind.HANDLING})
_LASTS_S = 1.2  # a rhythm of 1 Hz with a missing beat, like the runs of events.context
_MARGIN_S = 0.1  # whatever a jerk drags along may move a little before and after it


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """Candidates with their columns; a group is a list of their indices, by onset."""

    candidates: Candidates
    onset_s: FloatArray
    peak_s: FloatArray
    offset_s: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, candidates: Candidates) -> _Scene:
        onset_s, peak_s, offset_s = (candidates.column(name).copy() for name in ("onset_s", "peak_s", "offset_s"))
        return cls(candidates, onset_s, peak_s, offset_s, candidates.weight)


def find_movements(
    candidates: Candidates,
    confidence: FloatArray,
    settings: Settings,
    kinds: Sequence[str] = (),
    looks: Mapping[str, FloatArray] | None = None,
) -> tuple[Movement, ...]:
    """Return one movement for each group of candidates that belong together, by onset.

    Jerks whose onsets are at most `jerks.together_s` apart are one. So are those that begin while another, which began
    at most 0.15 s before, is still on its way out. A candidate that a far heavier jerk shakes while it lasts is
    refused; if only the shaken one was sure enough, the heavier one becomes the jerk. Refused candidates of a lasting
    kind (slow, gross, rhythmic, handling) that follow each other are one movement from the first to the last.

    Parameters
    ----------
    candidates : Candidates
        From `merge_as_measured`.
    confidence : ndarray of float64, shape (n,)
        Confidence that each is a jerk, 0-1.
    settings : Settings
        Block `jerks`.
    kinds : sequence of str
        Kind that each looks like if it is not a jerk; empty strings, or an empty sequence, if only the tests can tell.
    looks : mapping of str to ndarray of float64, shape (n,), optional
        Confidence of each by the model's earlier looks; kept with the features of the movements.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    likely = [Kind(kind) if kind else None for kind in kinds or [""] * len(candidates)]
    scene, verdicts = _Scene.of(candidates), judge(candidates, confidence, likely, settings.jerks)
    groups, shaken = _jerk_groups(scene, verdicts.kind == KINDS.index(Kind.JERK), confidence, settings.jerks)
    verdicts.give([item for group in groups for item in group], Kind.JERK, Reason.NONE)
    verdicts.give(shaken, Kind.REJECTED, Reason.TOO_WEAK)
    others = np.flatnonzero(verdicts.kind != KINDS.index(Kind.JERK))
    others = _apart_from(scene, others, groups)
    lasts = np.isin(verdicts.kind[others], [KINDS.index(kind) for kind in _LASTING])
    groups += _lasting(scene, verdicts, others[lasts].tolist())
    return movements_of(candidates, verdicts, groups, others[~lasts], looks or {})


def find_jerks(candidates: Candidates, confidence: FloatArray, settings: Settings) -> list[int]:
    """Return the index of the main candidate of each jerk that `find_movements` would return.

    Takes a small part of the time, for when only the number of jerks matters. The parameters are those of
    `find_movements`.
    """
    scene, sure = _Scene.of(candidates), are_jerks(candidates, confidence, settings.jerks)
    groups, _ = _jerk_groups(scene, sure, confidence, settings.jerks)
    return [max(group, key=scene.weight.__getitem__) for group in groups]


def _jerk_groups(
    scene: _Scene, sure: BoolArray, confidence: FloatArray, settings: JerkSettings
) -> tuple[Groups, list[int]]:
    """Return the candidates of each jerk, one of them at least sure enough, and those that a heavier jerk shakes."""
    jerk = sure | _shakes_a_jerk(scene, sure, confidence, settings)
    groups = [group for group in _together(scene, jerk, settings.together_s) if sure[group].any()]
    return _without_shaken(scene, groups)


def _shakes_a_jerk(scene: _Scene, jerk: BoolArray, confidence: FloatArray, settings: JerkSettings) -> BoolArray:
    """Return which candidates are near-jerks and far heavier than every jerk that begins with them (at least one).

    Such a light jerk does not move by itself: the heavier movement shakes it, and has the true place and length. The
    heavier one is therefore the jerk, although by itself it was not sure enough.
    """
    nearly = are_jerks(scene.candidates, confidence, settings.model_copy(update={"min_confidence": NEARLY})) & ~jerk
    jerks = np.flatnonzero(jerk)
    begin_s = scene.onset_s[jerks]
    for item in np.flatnonzero(nearly).tolist():
        low, high = np.searchsorted(begin_s, scene.onset_s[item] + np.array((-1, 1)) * settings.together_s)
        heaviest = scene.weight[jerks[low:high]].max(initial=-np.inf)
        nearly[item] = heaviest < SHAKEN * scene.weight[item] and low < high
    return nearly


def _together(scene: _Scene, jerk: BoolArray, together_s: float) -> Groups:
    """Group jerks that begin within `together_s` of the group's first, or while its heaviest is on its way out."""
    groups: Groups = []
    for item in np.flatnonzero(jerk).tolist():
        since_s = scene.onset_s[item] - scene.onset_s[groups[-1][0]] if groups else np.inf
        if since_s <= together_s or (since_s <= RISE_S and scene.onset_s[item] < _farthest_s(scene, groups[-1])):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _farthest_s(scene: _Scene, group: list[int]) -> float:
    """Return the time at which the heaviest of a group is farthest out."""
    return float(scene.peak_s[max(group, key=scene.weight.__getitem__)])


def _without_shaken(scene: _Scene, groups: Groups) -> tuple[Groups, list[int]]:
    """Separate groups from those shaken by a far heavier jerk, wherever they are: bed, cloth and body are connected.

    Shaken ones are to be refused as too weak, whatever their confidence, so that a reviewer still sees them.
    """
    begin = scene.onset_s[[group[0] for group in groups]]
    farthest = np.array([_farthest_s(scene, group) for group in groups])
    end = np.array([scene.offset_s[group].max() for group in groups])
    weight = np.array([scene.weight[group].max() for group in groups])
    longest_s = float((end - begin).max(initial=0.0))
    low = np.searchsorted(begin, begin - longest_s - _MARGIN_S).tolist()
    high = np.searchsorted(begin, np.maximum(begin + _MARGIN_S, farthest), side="right").tolist()
    kept, shaken = [], []
    for k, group in enumerate(groups):
        near_by = slice(low[k], high[k])  # begun by the time it begins or is farthest out, and possibly not over
        lasting = begin[k] < end[near_by]
        if (lasting & (weight[k] < SHAKEN * weight[near_by])).any():
            shaken += group
        else:
            kept.append(group)
    return kept, shaken


def _apart_from(scene: _Scene, others: IndexArray, groups: Groups) -> IndexArray:
    """Return the refused candidates that are not part of a jerk, that is, not in its place while it lasts."""
    if not groups:
        return others
    starts = np.array([scene.onset_s[group].min() for group in groups]) - _MARGIN_S
    ends = np.array([scene.offset_s[group].max() for group in groups]) + _MARGIN_S
    onset_s = scene.onset_s[others]
    low = np.searchsorted(starts, onset_s - (ends - starts).max(), side="left").tolist()
    high = np.searchsorted(starts, onset_s, side="right").tolist()
    part = np.zeros(len(others), dtype=bool)
    for k in np.flatnonzero(np.subtract(high, low)).tolist():
        going_on = [group for g, group in enumerate(groups[low[k] : high[k]], low[k]) if onset_s[k] < ends[g]]
        part[k] = any(near(scene.candidates, int(others[k]), np.array(group)).any() for group in going_on)
    return others[~part]


def _lasting(scene: _Scene, verdicts: Verdicts, others: list[int]) -> Groups:
    """Join lasting candidates of one kind that follow each other, in one place unless the kind fills the picture."""
    runs: Groups = []
    open_runs: list[tuple[list[int], float]] = []  # each with its end
    for item in others:
        onset_s, offset_s = float(scene.onset_s[item]), float(scene.offset_s[item])
        open_runs = [(run, end_s) for run, end_s in open_runs if onset_s - end_s <= _LASTS_S]
        for k, (run, end_s) in enumerate(open_runs):
            if _joins(scene, verdicts, item, run[-1]):
                run.append(item)
                open_runs[k] = run, max(end_s, offset_s)
                break
        else:
            runs.append([item])
            open_runs.append((runs[-1], offset_s))
    return runs


def _joins(scene: _Scene, verdicts: Verdicts, item: int, last: int) -> bool:
    kind = verdicts.kind[item]
    if kind != verdicts.kind[last]:
        return False
    return KINDS[kind] in _ANYWHERE or bool(near(scene.candidates, item, last))
