"""Assign body part and side to movements: from named regions, or from where jerks lie close together."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.records.events import NOT_KNOWN, Kind, Pattern, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from detector.config import Region, RegionSettings
    from detector.records.events import Movement

    FloatArray = npt.NDArray[np.float64]
    Centres = Mapping[int, tuple[float, float]]

__all__ = ["EXCLUDE", "PROPOSED", "assign_sites", "excluded", "inside", "site_and_side", "spots"]

EXCLUDE = "exclude"
"""Nothing counts in a region whose name begins with this."""

PROPOSED = "zone-"
"""Prefix of sites that are not named by a region."""

_RADIUS = 0.14
_MOST_ZONES = 6


def assign_sites(
    movements: Sequence[Movement], centres: Centres, regions: RegionSettings, *, width: int, height: int
) -> tuple[Movement, ...]:
    """Return `movements` with site and side; those in excluded regions become rejected.

    Parameters
    ----------
    movements : sequence of Movement
        Movements by onset; ids are renumbered if a movement changes its kind.
    centres : mapping of int to (float, float)
        Centre of each zone of the motion signal, as fractions of the picture.
    regions : RegionSettings
        Named polygons. Without any, jerks get ``zone-1`` (the most frequent), ``zone-2``, ... by position.
    width, height : int
        Size of the upright picture in pixels.
    """
    if not regions.named:
        return _proposed(movements, width, height)
    placed = [_placed(movement, centres, regions) for movement in movements]
    return _renumbered(placed) if any(m.reason is Reason.EXCLUDED for m in placed) else tuple(placed)


def excluded(x: float, y: float, regions: RegionSettings) -> bool:
    """Return whether a point lies in a region in which nothing counts."""
    region = _region_at(x, y, regions)
    return region is not None and region.name.startswith(EXCLUDE)


def inside(x: float, y: float, corners: Sequence[tuple[float, float]]) -> bool:
    """Return whether a point lies in a polygon (even-odd rule); never for NaN."""
    hit = False
    for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            hit = not hit
    return hit and math.isfinite(x + y)


def site_and_side(name: str, *, mirrored: bool) -> tuple[str, str]:
    """Return site and the infant's side of a region's name: ``left_arm`` is ``arm``, ``left``; ``face`` has no side."""
    head, _, rest = name.partition("_")
    if head not in {"left", "right"} or not rest:
        return name, NOT_KNOWN
    swapped = {"left": "right", "right": "left"}
    return rest, swapped[head] if mirrored else head


def _region_at(x: float, y: float, regions: RegionSettings) -> Region | None:
    """Return the region at a point; excluded regions take precedence."""
    order = sorted(regions.named, key=lambda region: not region.name.startswith(EXCLUDE))
    return next((region for region in order if inside(x, y, region.points)), None)


def _placed(movement: Movement, centres: Centres, regions: RegionSettings) -> Movement:
    region = _region_at(movement.x, movement.y, regions)
    if region is None:
        return movement
    if region.name.startswith(EXCLUDE):
        return replace(movement, kind=Kind.REJECTED, reason=Reason.EXCLUDED, site=region.name)
    site, side = site_and_side(region.name, mirrored=regions.mirrored)
    if movement.pattern is not Pattern.SINGLE:
        others = (_region_at(*centres[number], regions) for number in movement.zones if number in centres)
        sides = {site_and_side(other.name, mirrored=regions.mirrored)[1] for other in others if other is not None}
        if {"left", "right"} <= sides | {side}:
            side = "both"
    return replace(movement, site=site, side=side)


def _renumbered(movements: Sequence[Movement]) -> tuple[Movement, ...]:
    """Give ids by onset within each kind, as after the verdicts."""
    counts: dict[Kind, int] = {}
    named = []
    for movement in movements:
        counts[movement.kind] = counts.get(movement.kind, 0) + 1
        named.append(replace(movement, id=f"{movement.kind}-{counts[movement.kind]:04d}"))
    return tuple(named)


def _proposed(movements: Sequence[Movement], width: int, height: int) -> tuple[Movement, ...]:
    points = np.array([(m.x, m.y) for m in movements], dtype=float).reshape(-1, 2)
    jerk = np.array([m.kind is Kind.JERK for m in movements], dtype=bool)
    known = jerk & np.isfinite(points).all(axis=1)
    scale = np.array([width, height], dtype=float) / max(1.0, math.hypot(width, height))
    labels = np.full(len(movements), -1)
    labels[known] = spots(points[known] * scale)
    return tuple(
        replace(movement, site=f"{PROPOSED}{label + 1}") if label >= 0 else movement
        for movement, label in zip(movements, labels.tolist(), strict=True)
    )


def spots(points: FloatArray) -> npt.NDArray[np.intp]:
    """Return which spot each point belongs to: 0 for the one with the most points, then 1, ...

    Seeds are placed from the densest place outwards, at least a limb's reach apart; a few rounds of k-means settle the
    borders.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        Positions in units of the picture's diagonal.
    """
    if not len(points):
        return np.zeros(0, dtype=np.intp)
    cells, amounts = np.unique(np.round(points / (_RADIUS / 4)).astype(int), axis=0, return_counts=True)
    places = cells[np.argsort(-amounts, kind="stable")] * (_RADIUS / 4)
    seeds = [places[0]]
    for place in places[1:]:
        if len(seeds) == _MOST_ZONES:
            break
        if min(float(np.hypot(*(place - seed))) for seed in seeds) > _RADIUS:
            seeds.append(place)
    centres = np.array(seeds)
    labels = np.zeros(len(points), dtype=np.intp)
    for _ in range(8):
        labels = np.argmin(((points[:, None] - centres) ** 2).sum(axis=2), axis=1)
        centres = np.array([
            points[labels == k].mean(axis=0) if (labels == k).any() else centre for k, centre in enumerate(centres)
        ])  # fmt: skip
    sizes = np.bincount(labels, minlength=len(centres))
    rank = np.empty(len(sizes), dtype=np.intp)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return rank[labels]
