from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.records.feature_row import FeatureRow, columns_of, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def row_of(**values: float) -> FeatureRow:
    return FeatureRow(columns_of(tuple(values)), np.array([list(values.values())]), 0)


def test_it_is_a_mapping_in_order() -> None:
    row = row_of(speed=0.5, area=0.01)
    assert dict(row) == {"speed": 0.5, "area": 0.01}
    assert list(row) == ["speed", "area"]
    assert row == {"area": 0.01, "speed": 0.5}
    assert repr(row) == "FeatureRow({'speed': 0.5, 'area': 0.01})"
    assert all(type(value) is float for value in row.values())
    assert "share" not in row
    with pytest.raises(KeyError):
        row["share"]


def test_as_many_columns_as_names_are_needed() -> None:
    with pytest.raises(ValueError, match="2 features need as many columns, got 1"):
        FeatureRow(columns_of(("speed", "area")), np.zeros((1, 1)), 0)


def test_a_row_travels_without_its_table() -> None:
    row = FeatureRow(columns_of(("a", "b")), np.arange(20_000.0).reshape(-1, 2), 700)
    content = pickle.dumps(row)
    assert pickle.loads(content) == row == {"a": 1400.0, "b": 1401.0}
    assert len(content) < 1000


def test_rows_of_a_table_and_back() -> None:
    table = np.arange(12.0).reshape(4, 3)[:, ::-1]
    rows = [FeatureRow(columns_of(("a", "b", "c")), table, row) for row in (2, 0, 3)]
    assert [dict(row) for row in rows] == [dict(zip("abc", table[k].tolist(), strict=True)) for k in (2, 0, 3)]
    np.testing.assert_array_equal(table_of(rows, ("c", "a")), table[[2, 0, 3]][:, [2, 0]])
    np.testing.assert_array_equal(table_of(rows, ("a", "d")), [[8, np.nan], [2, np.nan], [11, np.nan]])


@pytest.mark.parametrize("other", [{"a": 5.0, "b": 6.0}, row_of(b=6.0, a=5.0)])
def test_rows_of_several_kinds_make_one_table(other: Mapping[str, float]) -> None:
    rows = [row_of(a=1.0, b=2.0), other]
    np.testing.assert_array_equal(table_of(rows, ("b", "a")), [[2, 1], [6, 5]])
    np.testing.assert_array_equal(table_of(rows[::-1], ("b", "a")), [[6, 5], [2, 1]])


def test_what_a_row_lacks_is_not_a_number() -> None:
    assert table_of([], ("a", "b")).shape == (0, 2)
    np.testing.assert_array_equal(table_of([row_of(a=1.0), {"b": 2.0}], ("a", "b")), [[1, np.nan], [np.nan, 2]])


def test_a_whole_table_is_not_copied() -> None:
    table, columns = np.arange(6.0).reshape(3, 2), columns_of(("a", "b"))
    rows = [FeatureRow(columns, table, row) for row in range(3)]
    assert table_of(rows, ("a", "b")) is table
    for fewer, names in ((rows[:2], ("a", "b")), (rows, ("b", "a")), (rows, ("a",))):
        found = table_of(fewer, names)
        assert not np.shares_memory(found, table)
        np.testing.assert_array_equal(found, [[row[name] for name in names] for row in fewer])
