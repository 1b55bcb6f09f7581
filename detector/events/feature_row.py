"""Features of one candidate: names for all, values for each."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Iterable, Iterator, Mapping

__all__ = ["FeatureRow"]


class FeatureRow(Mapping[str, float]):
    """A mapping of names to numbers that shares its names with others: a tenth of the memory of a dictionary.

    Parameters
    ----------
    names : tuple of str
        Names in order.
    values : iterable of float
        One value each.
    """

    __slots__ = ("_columns", "_values")

    def __init__(self, names: tuple[str, ...], values: Iterable[float]) -> None:
        self._columns = _columns(names)
        self._values = array("d", values)
        if len(self._values) != len(self._columns):
            raise ValueError(f"{len(self._columns)} features need as many values, got {len(self._values)}")

    def __getitem__(self, name: str) -> float:
        return self._values[self._columns[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"FeatureRow({dict(self)})"

    @classmethod
    def of(cls, features: Mapping[str, float], more: Mapping[str, float]) -> FeatureRow:
        """Return `features` and `more`; what is in both is taken from `more`."""
        row = features if isinstance(features, FeatureRow) else cls(tuple(features), features.values())
        return row.extended(more)

    def extended(self, more: Mapping[str, float]) -> FeatureRow:
        """Return these features and `more`; what is in both is taken from `more`."""
        if self._columns.keys().isdisjoint(more):  # the usual case
            return FeatureRow(_joined(tuple(self._columns), tuple(more)), (*self._values, *more.values()))
        both = {**self, **more}
        return FeatureRow(tuple(both), both.values())


@functools.lru_cache(maxsize=64)
def _columns(names: tuple[str, ...]) -> dict[str, int]:
    return {name: column for column, name in enumerate(names)}


@functools.lru_cache(maxsize=64)
def _joined(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return names + others
