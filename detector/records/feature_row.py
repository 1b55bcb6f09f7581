"""Features of one movement: a row of a table with named columns."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.floating]

__all__ = ["FeatureRow", "columns_of", "table_of"]


class FeatureRow(Mapping[str, float]):
    """A row of a table as a mapping from names to numbers; nothing is copied.

    Parameters
    ----------
    columns : dict of str to int
        Column index of each name, from `columns_of`.
    table : ndarray of float, shape (n, len(names))
        Values, which must not be changed afterwards. Those of movements are float32: seven digits are enough, and a
        night has many values.
    row : int
        Row index.
    """

    __slots__ = ("_columns", "_row", "_table")

    def __init__(self, columns: dict[str, int], table: FloatArray, row: int) -> None:
        self._columns, self._table, self._row = columns, table, row
        if table.shape[1] != len(columns):
            raise ValueError(f"{len(columns)} features need as many columns, got {table.shape[1]}")

    def __getitem__(self, name: str) -> float:
        return float(self._table[self._row, self._columns[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"FeatureRow({dict(self)})"

    def __reduce__(self) -> tuple[type[FeatureRow], tuple[dict[str, int], FloatArray, int]]:
        # pickle this row alone: the whole table would go along otherwise
        return FeatureRow, (self._columns, self._table[self._row : self._row + 1].copy(), 0)

    def table_and_row(self) -> tuple[FloatArray, int]:
        """Return the table, and which row of it this is."""
        return self._table, self._row


def table_of(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> FloatArray:
    """Return the values of `names` in each row, NaN where missing, shape (n, len(names)); do not modify the result."""
    kept = [row.table_and_row() for row in rows if isinstance(row, FeatureRow)]
    if kept and len(kept) == len(rows) and all(table is kept[0][0] for table, _ in kept):  # the usual case
        columns = columns_of(tuple(rows[0]))
        if columns.keys() >= set(names):
            table, at = kept[0][0], np.array([row for _, row in kept])
            if tuple(columns) == tuple(names) and np.array_equal(at, np.arange(len(table))):
                return table  # no copy: the table of a night is large
            return table[at[:, None], [columns[name] for name in names]]
    return np.array([[row.get(name, np.nan) for name in names] for row in rows], np.float64).reshape(
        len(rows), len(names)
    )


@functools.lru_cache(maxsize=64)
def columns_of(names: tuple[str, ...]) -> dict[str, int]:
    """Return the column index of each name; the same names give the same object."""
    return {name: column for column, name in enumerate(names)}
