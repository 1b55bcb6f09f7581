"""Where in the picture the jerks lie: named sites as they are, all others joined into at most six places.

The tool does not know limbs. A place is a patch of the picture in which jerks lie close together; it only makes the
raster readable and carries no meaning of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.records.events import Movement

__all__ = ["MOST_PLACES", "UNKNOWN", "Place", "group_by_place"]

MOST_PLACES = 6
"""Rows that can still be told apart at a glance."""

UNKNOWN = "place unknown"

_RADIUS = 0.14
"""Jerks nearer than this to a place's centre belong to it, as a fraction of the picture's diagonal: about the reach of
a limb when the infant fills half the picture. It changes the drawing only, never a count."""

_MOST_SITES = 8


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the raster.

    Attributes
    ----------
    name : str
        ``place 1`` (the one with the most jerks), ..., or the site's own name, or `UNKNOWN`.
    x, y : float
        Mean centre of its jerks as a fraction of the picture's width and height; NaN for `UNKNOWN`.
    jerks : tuple of int
        Positions of its jerks in the list that was grouped.
    """

    name: str
    x: float
    y: float
    jerks: tuple[int, ...]


def group_by_place(jerks: Sequence[Movement], *, width: int, height: int) -> tuple[Place, ...]:
    """Return the places of `jerks`: named sites first, then ``place 1``, ... by number of jerks, then the unknown.

    Parameters
    ----------
    jerks : sequence of Movement
        The jerks to group; each lands in exactly one place.
    width, height : int
        Picture in pixels, so that distances are the same in both directions.
    """
    centres = np.array([(jerk.x, jerk.y) for jerk in jerks], dtype=float).reshape(-1, 2)
    names = [_site_name(jerk) for jerk in jerks]
    located = np.isfinite(centres).all(axis=1)
    free = np.array([not name for name in names], dtype=bool) & located
    out = _named(names, centres)
    scale = np.array([width, height], dtype=float) / max(1.0, float(np.hypot(width, height)))
    labels = _labels(centres[free] * scale)
    where = np.flatnonzero(free)
    for rank, label in enumerate(_by_size(labels), start=1):
        out.append(_place(f"place {rank}", where[labels == label], centres))
    lost = [i for i, name in enumerate(names) if not name and not located[i]]
    if lost:
        out.append(Place(UNKNOWN, float("nan"), float("nan"), tuple(lost)))
    return tuple(out)


def _site_name(jerk: Movement) -> str:
    if jerk.site == "n/a":
        return ""
    return jerk.site if jerk.side == "n/a" else f"{jerk.side} {jerk.site}"


def _named(names: list[str], centres: npt.NDArray[np.float64]) -> list[Place]:
    """Return a place for each named site, the most frequent first; beyond eight they share one row."""
    amounts = {name: names.count(name) for name in dict.fromkeys(names) if name}
    order = sorted(amounts, key=lambda name: (-amounts[name], name))
    shown, others = order[:_MOST_SITES], set(order[_MOST_SITES:])
    out = [_place(name, [i for i, other in enumerate(names) if other == name], centres) for name in shown]
    if others:
        out.append(_place("other sites", [i for i, name in enumerate(names) if name in others], centres))
    return out


def _place(name: str, members: Sequence[int] | npt.NDArray[np.intp], centres: npt.NDArray[np.float64]) -> Place:
    points = centres[np.asarray(members, dtype=int)]
    points = points[np.isfinite(points).all(axis=1)]
    x, y = points.mean(axis=0) if len(points) else (float("nan"), float("nan"))
    return Place(name, float(x), float(y), tuple(int(i) for i in members))


def _by_size(labels: npt.NDArray[np.intp]) -> list[int]:
    sizes = np.bincount(labels) if len(labels) else np.zeros(0, dtype=int)
    return [int(label) for label in np.argsort(-sizes, kind="stable") if sizes[label]]


def _labels(points: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return the place of each point: seeds from the densest spots outwards, then a few rounds of k-means."""
    if not len(points):
        return np.zeros(0, dtype=np.intp)
    cells, amounts = np.unique(np.round(points / (_RADIUS / 4)).astype(int), axis=0, return_counts=True)
    spots = cells[np.argsort(-amounts, kind="stable")] * (_RADIUS / 4)
    seeds = [spots[0]]
    for spot in spots[1:]:
        if len(seeds) == MOST_PLACES:
            break
        if min(float(np.hypot(*(spot - seed))) for seed in seeds) > _RADIUS:
            seeds.append(spot)
    centres = np.array(seeds)
    labels = np.zeros(len(points), dtype=np.intp)
    for _ in range(8):
        labels = np.argmin(((points[:, None] - centres) ** 2).sum(axis=2), axis=1)
        centres = np.array([
            points[labels == k].mean(axis=0) if (labels == k).any() else centre for k, centre in enumerate(centres)
        ])  # fmt: skip
    return labels
