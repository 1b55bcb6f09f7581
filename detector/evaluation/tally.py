"""Matches of one recording as plain counts and sums, which add up over recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.evaluation.event_files import DONT_CARE, EventTable
from detector.evaluation.matching import ROUNDING_S, Matches, match_intervals, match_onsets
from detector.events.sites import PROPOSED

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

__all__ = ["AMPLITUDE_BINS", "GROUPS", "QUANTITIES", "Pair", "amplitude_ratios", "tally"]

AMPLITUDE_BINS = ("<3", "3-6", "6-12", ">12")
"""Bins of the known jerks' amplitude, in pixels of a picture 640 wide; each bin includes its lower edge."""

_EDGES_PX = (3.0, 6.0, 12.0)
_PICTURE_PX = 640.0

GROUPS = ("cluster", "episode")
_LEAST_IOU = 0.5

QUANTITIES = (
    "tp", "fp", "fn", "ignored", "doubled", "hours", "onset_error_s", "onset_abs_s", "durations", "duration_abs_s",
    "sites", "site_right", "sides", "side_right",
    *(f"{group}_{count}" for group in GROUPS for count in ("tp", "fp", "fn")),
    *(f"{count} {name}" for name in AMPLITUDE_BINS for count in ("tp", "fn")),
)  # fmt: skip
"""Names of the entries of a tally."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Found and known events of one recording.

    Attributes
    ----------
    predicted, truth : EventTable
        Only the kinds ``jerk``, ``cluster``, ``episode`` and, in the truth, ``dont_care`` are used.
    hours : float
        Analysed hours, for false positives per hour; NaN where not known.
    width_px : float
        Width of the recording's picture, to compare amplitudes between recordings; NaN where not known, in which case
        amplitudes are not scaled.
    condition : str
        Name of the condition (light, frame rate, scene); scores are also given as a mean over conditions.
    name : str
        Name of the recording, for tables.
    doubts : tuple of str
        Reasons, noticed on reading, why the scores may mean less than they seem, one sentence each.
    """

    predicted: EventTable
    truth: EventTable
    hours: float = float("nan")
    width_px: float = float("nan")
    condition: str = ""
    name: str = ""
    doubts: tuple[str, ...] = ()


def tally(pair: Pair, tolerance_s: float) -> FloatArray:
    """Return the counts and sums of one recording, in the order of `QUANTITIES`.

    Parameters
    ----------
    pair : Pair
        Found and known events.
    tolerance_s : float
        Largest onset difference within a pair, in seconds.
    """
    found, known = pair.predicted.of("jerk"), pair.truth.of("jerk")
    matches = match_onsets(found.onset_s, known.onset_s, tolerance_s)
    free = np.ones(len(found), dtype=np.bool_)
    free[matches.predicted] = False
    ignored = free & _inside(found.onset_s, pair.truth.of(DONT_CARE))
    hit = np.zeros(len(known), dtype=np.bool_)
    hit[matches.truth] = True
    onset_error = found.onset_s[matches.predicted] - known.onset_s[matches.truth]
    duration_error = found.duration_s[matches.predicted] - known.duration_s[matches.truth]
    duration_error = duration_error[np.isfinite(duration_error)]
    counts = {
        "tp": len(matches),
        "fp": int((free & ~ignored).sum()),
        "fn": int((~hit).sum()),
        "ignored": int(ignored.sum()),
        "doubled": _doubled(found.onset_s[free], known, hit, tolerance_s),
        "hours": pair.hours,
        "onset_error_s": float(onset_error.sum()),
        "onset_abs_s": float(np.abs(onset_error).sum()),
        "durations": len(duration_error),
        "duration_abs_s": float(np.abs(duration_error).sum()),
    }
    for kind in ("site", "side"):
        counts |= _places(kind, getattr(found, kind), getattr(known, kind), matches)
    for group in GROUPS:
        counts |= _group_counts(pair, group)
    counts |= _amplitude_counts(known, hit, pair.width_px)
    return np.array([counts[name] for name in QUANTITIES], dtype=np.float64)


def _places(kind: str, found: tuple[str, ...], known: tuple[str, ...], matches: Matches) -> dict[str, int]:
    """Count the pairs that name a place on both sides, and those whose found place is among the known ones.

    Zones that were found automatically do not name a place.
    """
    named = [
        (set(found[at].split(",")), set(known[true].split(",")))
        for at, true in zip(matches.predicted.tolist(), matches.truth.tolist(), strict=True)
        if found[at] and known[true] and not found[at].startswith(PROPOSED)
    ]
    return {f"{kind}s": len(named), f"{kind}_right": sum(places <= true for places, true in named)}


def amplitude_ratios(pair: Pair, tolerance_s: float) -> FloatArray:
    """Return found over known amplitude for the pairs of one recording that have both."""
    found, known = pair.predicted.of("jerk"), pair.truth.of("jerk")
    matches = match_onsets(found.onset_s, known.onset_s, tolerance_s)
    sizes = known.amplitude_px[matches.truth]
    ratios: FloatArray = np.full(len(matches), np.nan)
    np.divide(found.amplitude_px[matches.predicted], sizes, out=ratios, where=sizes > 0)
    return np.asarray(ratios[np.isfinite(ratios)])


def _inside(times_s: FloatArray, stretches: EventTable) -> npt.NDArray[np.bool_]:
    """Return which times lie in a half-open stretch; stretches may overlap."""
    begun = np.searchsorted(stretches.onset_s, times_s, side="right")
    ended = np.searchsorted(np.sort(stretches.offset_s), times_s, side="right")
    return np.asarray(begun > ended, dtype=np.bool_)


def _doubled(free_s: FloatArray, known: EventTable, hit: npt.NDArray[np.bool_], tolerance_s: float) -> int:
    """Count the paired known jerks that have an unpaired detection; if several could claim it, the latest one does."""
    reach = tolerance_s + ROUNDING_S
    order = np.flatnonzero(hit)[np.argsort(known.onset_s[hit], kind="stable")]
    begin, end = known.onset_s[order] - reach, known.offset_s[order] + reach
    latest = np.fmax.accumulate(end)
    owner = np.searchsorted(begin, free_s, side="right") - 1
    free_s, owner = free_s[owner >= 0], owner[owner >= 0]
    held = free_s <= latest[owner]  # claimed by the owner, or by one that began earlier and lasts longer
    free_s, owner = free_s[held], owner[held]
    while (over := ~(free_s <= end[owner])).any():
        owner[over] -= 1
    return len(np.unique(owner))


def _group_counts(pair: Pair, group: str) -> dict[str, float]:
    """Count clusters or episodes that agree, with an intersection over union of at least 0.5."""
    found, known = pair.predicted.of(group), pair.truth.of(group)
    matches = match_intervals((found.onset_s, found.offset_s), (known.onset_s, known.offset_s), _LEAST_IOU)
    n = len(matches)
    return {f"{group}_tp": n, f"{group}_fp": len(found) - n, f"{group}_fn": len(known) - n}


def _amplitude_counts(known: EventTable, hit: npt.NDArray[np.bool_], width_px: float) -> dict[str, float]:
    amplitude = known.amplitude_px * (_PICTURE_PX / width_px if width_px > 0 else 1.0)
    bins = np.digitize(amplitude, _EDGES_PX)
    bins[np.isnan(amplitude)] = -1
    counts: dict[str, float] = {}
    for number, name in enumerate(AMPLITUDE_BINS):
        counts[f"tp {name}"] = int((hit & (bins == number)).sum())
        counts[f"fn {name}"] = int((~hit & (bins == number)).sum())
    return counts
