"""Features of one candidate: names for all, values for each."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

__all__ = ["FeatureRow", "table_of"]


class FeatureRow(Mapping[str, float]):
    """A mapping of names to numbers that shares its names with others: a tenth of the memory of a dictionary.

    Parameters
    ----------
    names : tuple of str
        Names in order.
    values : iterable of float
        One value each; an ``array("d")`` is kept as it is.
    """

    __slots__ = ("_columns", "_values")

    def __init__(self, names: tuple[str, ...], values: Iterable[float]) -> None:
        self._columns = _columns(names)
        self._values = values if isinstance(values, array) else array("d", values)
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
    def rows(cls, names: tuple[str, ...], table: npt.NDArray[np.float64]) -> Iterator[FeatureRow]:
        """Yield a row for each of `table`, shape (n, len(names)), without making numbers of each value."""
        content, size = np.ascontiguousarray(table).tobytes(), 8 * len(names)
        for start in range(0, len(content), size):
            yield cls(names, array("d", content[start : start + size]))

    def values_of(self, columns: dict[str, int]) -> array[float] | None:
        """Return all values; None where they are not in these columns, as `_columns` gives them."""
        return self._values if self._columns is columns else None

    @classmethod
    def of(cls, features: Mapping[str, float], more: Mapping[str, float]) -> FeatureRow:
        """Return `features` and `more`; what is in both is taken from `more`."""
        row = features if isinstance(features, FeatureRow) else cls(tuple(features), features.values())
        return row.extended(more)

    def extended(self, more: Mapping[str, float]) -> FeatureRow:
        """Return these features and `more`; what is in both is taken from `more`."""
        if self._columns.keys().isdisjoint(more):  # the usual case
            return FeatureRow(_joined(tuple(self._columns), tuple(more)), self._values + array("d", more.values()))
        both = {**self, **more}
        return FeatureRow(tuple(both), both.values())


def table_of(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the values of `names` in each row: shape (n, len(names)).

    Raises
    ------
    KeyError
        If a row lacks one of them.
    """
    columns = _columns(tuple(rows[0])) if rows else {}
    parts = [row.values_of(columns) for row in rows if isinstance(row, FeatureRow)]
    whole = [part for part in parts if part is not None]
    if rows and len(whole) == len(rows):  # the usual case
        return np.frombuffer(b"".join(whole), np.float64).reshape(len(rows), -1)[:, [columns[name] for name in names]]
    return np.array([[row[name] for name in names] for row in rows], np.float64).reshape(-1, len(names))


@functools.lru_cache(maxsize=64)
def _columns(names: tuple[str, ...]) -> dict[str, int]:
    return {name: column for column, name in enumerate(names)}


@functools.lru_cache(maxsize=64)
def _joined(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return names + others
