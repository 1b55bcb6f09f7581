"""The rows of the raster: one for each site and side, in a readable order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.events.sites import PROPOSED
from detector.records.events import NOT_KNOWN, Pattern
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.events import Movement
    from detector.records.result import Result
    from detector.report.catalogue import Catalogue

__all__ = ["Place", "group_by_place", "joined", "patterns_table", "places_table", "site_name"]

_MOST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the raster.

    Attributes
    ----------
    name : str
        Name in words.
    mark : str
        One or two characters that stand for it in a small drawing.
    x, y : float
        Mean centre of its jerks as a fraction of the picture's width and height; NaN where unknown.
    jerks : tuple of int
        Indices of its jerks in the list that was grouped.
    """

    name: str
    mark: str
    x: float
    y: float
    jerks: tuple[int, ...]


def site_name(movement: Movement, say: Catalogue) -> str:
    """Return site and side in words; a site without a text in the catalogue is returned unchanged."""
    site, side = movement.site, movement.side
    if site == NOT_KNOWN:
        return say("where.unknown")
    if site.startswith(PROPOSED):
        return say("site.zone", n=site.removeprefix(PROPOSED))
    words = say(f"site.{site}") if say.has(f"site.{site}") else site.replace("_", " ")
    if side == NOT_KNOWN:
        return words
    return say("site.sided", side=say(f"side.{side}") if say.has(f"side.{side}") else side, site=words)


def joined(names: Sequence[str], say: Catalogue) -> str:
    """Return place names as one text: ``zones 1, 3``, ``left arm``."""
    head = say("site.zone", n="")
    numbers = [name.removeprefix(head) for name in names if name.startswith(head)]
    others = [name for name in names if not name.startswith(head)]
    if len(numbers) == 1:
        others.insert(0, head + numbers[0])
    elif numbers:
        others.insert(0, say("site.zones", n=", ".join(numbers)))
    return ", ".join(others)


def group_by_place(jerks: Sequence[Movement], say: Catalogue) -> tuple[Place, ...]:
    """Return the places of `jerks`, most frequent first and unknown last; each jerk is in exactly one place.

    A group of several places, or of unknown ones, has no position: its mean may lie where nothing moved.
    """
    names = [site_name(jerk, say) for jerk in jerks]
    unknown = say("where.unknown")
    amounts = Counter(name for name in names if name != unknown)
    order = sorted(amounts, key=lambda name: (-amounts[name], name))
    shown, rest = order[:_MOST_ROWS], set(order[_MOST_ROWS:])
    centres = np.array([(jerk.x, jerk.y) for jerk in jerks], dtype=float).reshape(-1, 2)
    groups = [(name, [i for i, other in enumerate(names) if other == name]) for name in shown]
    groups.append((say("where.others"), [i for i, name in enumerate(names) if name in rest]))
    groups.append((unknown, [i for i, name in enumerate(names) if name == unknown]))
    out = []
    for name, members in groups:
        points = centres[members] if name in shown else centres[:0]
        points = points[np.isfinite(points).all(axis=1)]
        x, y = points.mean(axis=0) if len(points) else (float("nan"), float("nan"))
        if members:
            out.append(Place(name, _mark(name), float(x), float(y), tuple(members)))
    return tuple(out)


def _mark(name: str) -> str:
    last = name.rsplit(" ", 1)[-1]
    return last if last.isdecimal() else "".join(word[0] for word in name.split())[:2].upper()


def places_table(places: Sequence[Place], say: Catalogue) -> Table:
    """Return a table of the places with their position in the picture and number of jerks."""
    total = sum(len(place.jerks) for place in places)
    rows = tuple(
        (place.name, say.whole(len(place.jerks)), say.percent(len(place.jerks), total), _share(place.x, say),
         _share(place.y, say))
        for place in places
    )  # fmt: skip
    columns = (
        Column(say("where.place"), numeric=False), Column(say("where.jerks")), Column(say("where.share")),
        Column(say("where.left_edge")), Column(say("where.top_edge")),
    )  # fmt: skip
    return Table(say("where.places"), columns, rows)


def _share(value: float, say: Catalogue) -> str:
    return f"{100 * value:.0f}\u00a0%" if np.isfinite(value) else say("word.not_measured")


def patterns_table(result: Result, say: Catalogue) -> Table:
    """Return a table of the number of jerks by pattern, and by side if sides are known."""
    jerks = result.jerks
    counts = Counter(jerk.pattern for jerk in jerks)
    rows = [(say(f"pattern.{pattern}"), say.whole(counts[pattern])) for pattern in Pattern]
    sides = Counter(jerk.side for jerk in jerks)
    if set(sides) - {NOT_KNOWN}:
        rows += [(say(f"side.{side}"), say.whole(sides[side])) for side in ("left", "right", "both")]
        rows.append((say("side.unknown"), say.whole(sides[NOT_KNOWN])))
    columns = (Column(say("where.pattern"), numeric=False), Column(say("where.jerks")))
    return Table(say("where.patterns"), columns, tuple(rows))
