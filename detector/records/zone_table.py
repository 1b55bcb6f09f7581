"""Zones stored end to end in a few long arrays: a night has a hundred thousand, too many for an array each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from detector.records.motion import ZoneTrack, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from detector.records.motion import FloatArray, TimeArray

__all__ = [
    "ROWS_A_STRETCH",
    "ZoneConstants",
    "ZonePlace",
    "ZoneStore",
    "ZoneTable",
    "constants_of",
    "stretch_bounds",
    "stretches_of",
    "zones_numbered",
]

ROWS_A_STRETCH = 131_072
"""Zone frames processed at a time: about 5 MB."""


class ZonePlace(NamedTuple):
    """Number and single values of one zone, as in `ZoneTrack`."""

    number: int
    x: float
    y: float
    extent: float
    area: float
    edge: float
    direction_deg: float
    coherence: float
    texture: float
    reach: float


@dataclass(frozen=True, slots=True, eq=False)
class ZoneConstants:
    """Number and single values of zones.

    Attributes
    ----------
    number : int64, shape (k,)
        `ZoneTrack.number` of each zone.
    values : float64, shape (k, 9)
        Columns in the order of `ZoneTrack.constants`.
    """

    number: npt.NDArray[np.int64] = field(repr=False)
    values: TimeArray = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", frozen(self.number, "i8"))
        object.__setattr__(self, "values", frozen(self.values, "f8"))

    @classmethod
    def of(cls, zones: Sequence[ZoneTrack | ZonePlace]) -> ZoneConstants:
        """Return the constants of `zones`."""
        names = ZoneTrack.constants()
        rows = [[getattr(zone, name) for name in names] for zone in zones]
        values = np.array(rows, np.float64).reshape(-1, len(names))
        return cls(np.array([zone.number for zone in zones], np.int64), values)

    def __len__(self) -> int:
        return len(self.number)

    def __getitem__(self, index: int) -> ZonePlace:
        return ZonePlace(int(self.number[index]), *self.values[index].tolist())

    def column(self, name: str) -> TimeArray:
        """Return one value of every zone."""
        return self.values[:, ZoneTrack.constants().index(name)]


@dataclass(frozen=True, slots=True, eq=False)
class ZoneTable(Sequence[ZoneTrack]):
    """Zones in order; each is a view of the arrays, which hold those of the `ZoneTrack` objects end to end.

    Attributes
    ----------
    constants : ZoneConstants
        Number and single values of each zone.
    starts : int64, shape (k + 1,)
        Where the frames of each zone begin in the arrays, and where those of the last one end.
    time_s, along, across, strength, explained, share, away
        As in `ZoneTrack`.
    """

    constants: ZoneConstants
    starts: npt.NDArray[np.int64] = field(repr=False)
    time_s: TimeArray = field(repr=False)
    along: FloatArray = field(repr=False)
    across: FloatArray = field(repr=False)
    strength: FloatArray = field(repr=False)
    explained: FloatArray = field(repr=False)
    share: FloatArray = field(repr=False)
    away: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        for name, dtype in (dict.fromkeys(ZoneTrack.columns(), "f4") | {"time_s": "f8", "starts": "i8"}).items():
            object.__setattr__(self, name, frozen(getattr(self, name), dtype))
        lengths = {len(getattr(self, name)) for name in ZoneTrack.columns()}
        if len(self.starts) != len(self.constants) + 1 or lengths != {int(self.starts[-1])}:
            raise ValueError("the arrays of a ZoneTable must hold the frames of its zones, and nothing else")

    @classmethod
    def of(cls, zones: Sequence[ZoneTrack]) -> ZoneTable:
        """Return `zones` as a table: copied, read from their store, or unchanged if they already are a table."""
        if isinstance(zones, ZoneTable):
            return zones
        if isinstance(zones, ZoneStore):
            return zones.part(0, len(zones))
        starts = np.concatenate(([0], np.cumsum([len(zone) for zone in zones], dtype=np.int64)))
        dtypes = dict.fromkeys(ZoneTrack.columns(), "f4") | {"time_s": "f8"}
        arrays = {}
        for name, dtype in dtypes.items():
            arrays[name] = np.concatenate([np.empty(0, dtype), *(getattr(zone, name) for zone in zones)], dtype=dtype)
            arrays[name].flags.writeable = False  # it is nobody else's, and needs no copy to be frozen
        return cls(ZoneConstants.of(zones), starts, **arrays)

    @classmethod
    def joined(cls, tables: Sequence[ZoneTable]) -> ZoneTable:
        """Return the zones of all tables, sorted by time of the first frame, top to bottom, left to right, renumbered.

        Every zone must have at least one frame.
        """
        tables = [cls.of(()), *tables]
        values = np.concatenate([table.constants.values for table in tables])
        lengths = np.concatenate([np.diff(table.starts) for table in tables])
        first_s = np.concatenate([table.time_s[table.starts[:-1]] for table in tables])
        x, y = (values[:, ZoneTrack.constants().index(name)] for name in ("x", "y"))
        order = np.lexsort((x, y, first_s))
        begins, lengths = (np.cumsum(lengths) - lengths)[order], lengths[order]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        at = np.repeat(begins - starts[:-1], lengths) + np.arange(starts[-1])
        arrays = {}
        for name in ZoneTrack.columns():
            arrays[name] = np.concatenate([getattr(table, name) for table in tables])[at]
            arrays[name].flags.writeable = False
        return cls(ZoneConstants(np.arange(1, len(order) + 1), values[order]), starts, **arrays)

    def part(self, first: int, end: int) -> ZoneTable:
        """Return the zones ``[first, end)``; nothing is copied."""
        frames = slice(int(self.starts[first]), int(self.starts[end]))
        constants = ZoneConstants(self.constants.number[first:end], self.constants.values[first:end])
        arrays = {name: getattr(self, name)[frames] for name in ZoneTrack.columns()}
        return ZoneTable(constants, self.starts[first : end + 1] - self.starts[first], **arrays)

    def __len__(self) -> int:
        return len(self.constants)

    @overload
    def __getitem__(self, index: int) -> ZoneTrack: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ZoneTrack, ...]: ...
    def __getitem__(self, index: int | slice) -> ZoneTrack | tuple[ZoneTrack, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        i = range(len(self))[index]
        frames = slice(int(self.starts[i]), int(self.starts[i + 1]))
        arrays = {name: getattr(self, name)[frames] for name in ZoneTrack.columns()}
        return ZoneTrack(int(self.constants.number[i]), *self.constants.values[i].tolist(), **arrays)


class ZoneStore(Sequence[ZoneTrack], ABC):
    """Zones that are stored elsewhere and loaded a stretch at a time.

    Attributes
    ----------
    constants : ZoneConstants
        Number and single values of each zone; held in memory.
    starts : int64, shape (k + 1,)
        Where the frames of each zone begin, counted from those of the first zone, and where those of the last one end.
    """

    constants: ZoneConstants
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.constants)

    @abstractmethod
    def part(self, first: int, end: int) -> ZoneTable:
        """Return the zones ``[first, end)`` without reading any others."""

    def stretches(self) -> Iterator[ZoneTable]:
        """Yield all zones in order, some at a time; none are kept in memory."""
        for first, end in stretch_bounds(self.starts):
            yield self.part(first, end)

    def picked(self, places: Iterable[int]) -> tuple[ZoneTrack, ...]:
        """Return the zones at these positions, counted from 0, without reading any others."""
        return tuple(self.part(i, i + 1)[0] for i in places)

    def __iter__(self) -> Iterator[ZoneTrack]:
        for table in self.stretches():
            yield from table

    @overload
    def __getitem__(self, index: int) -> ZoneTrack: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ZoneTrack]: ...
    def __getitem__(self, index: int | slice) -> ZoneTrack | Sequence[ZoneTrack]:
        if isinstance(index, slice):
            return self.picked(range(*index.indices(len(self))))
        return self.picked((range(len(self))[index],))[0]


def constants_of(zones: Sequence[ZoneTrack]) -> ZoneConstants:
    """Return the number and single values of each zone."""
    return zones.constants if isinstance(zones, (ZoneStore, ZoneTable)) else ZoneConstants.of(zones)


def zones_numbered(zones: Sequence[ZoneTrack], numbers: Iterable[int]) -> tuple[ZoneTrack, ...]:
    """Return copies of the zones with these numbers, in the order of `zones`; no others are read from a store."""
    places = np.flatnonzero(np.isin(constants_of(zones).number, list(numbers))).tolist()
    found = zones.picked(places) if isinstance(zones, ZoneStore) else (zones[i] for i in places)
    return tuple(replace(zone, **{name: getattr(zone, name).copy() for name in ZoneTrack.columns()}) for zone in found)


def stretches_of(zones: Sequence[ZoneTrack]) -> Iterator[ZoneTable]:
    """Yield `zones` in order as tables of about `ROWS_A_STRETCH` frames."""
    if isinstance(zones, ZoneStore):
        yield from zones.stretches()
        return
    if isinstance(zones, ZoneTable):
        starts = zones.starts
    else:
        starts = np.concatenate(([0], np.cumsum([len(zone) for zone in zones], dtype=np.int64)))
    for first, end in stretch_bounds(starts):
        yield zones.part(first, end) if isinstance(zones, ZoneTable) else ZoneTable.of(zones[first:end])


def stretch_bounds(starts: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges ``[first, end)`` of zones with at most `ROWS_A_STRETCH` frames in all, or of a single longer zone.

    Parameters
    ----------
    starts : int64, shape (k + 1,)
        As in `ZoneTable`.
    """
    first, count = 0, len(starts) - 1
    while first < count:
        end = int(np.searchsorted(starts, starts[first] + ROWS_A_STRETCH, side="right")) - 1
        end = max(end, first + 1)
        yield first, end
        first = end
