from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.events.feature_row import FeatureRow, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_it_is_a_mapping_in_order() -> None:
    row = FeatureRow(("speed", "area"), [0.5, 0.01])
    assert dict(row) == {"speed": 0.5, "area": 0.01}
    assert list(row) == ["speed", "area"]
    assert row == {"area": 0.01, "speed": 0.5}
    assert "share" not in row
    with pytest.raises(KeyError):
        row["share"]


def test_as_many_values_as_names_are_needed() -> None:
    with pytest.raises(ValueError, match="2 features need as many values, got 1"):
        FeatureRow(("speed", "area"), [0.5])


@pytest.mark.parametrize("own", [FeatureRow(("speed", "views"), [0.5, 1.0]), {"speed": 0.5, "views": 1.0}])
def test_more_features_come_after_and_take_the_place_of_others(own: FeatureRow | dict[str, float]) -> None:
    assert list(FeatureRow.of(own, {"company": 3.0}).items()) == [("speed", 0.5), ("views", 1.0), ("company", 3.0)]
    assert dict(FeatureRow.of(own, {"views": 2.0})) == {"speed": 0.5, "views": 2.0}


def test_rows_of_a_table_and_back() -> None:
    table = np.arange(12.0).reshape(4, 3)[:, ::-1]
    rows = list(FeatureRow.rows(("a", "b", "c"), table))
    assert [dict(row) for row in rows] == [dict(zip("abc", values, strict=True)) for values in table.tolist()]
    np.testing.assert_array_equal(table_of(rows, ("c", "a")), table[:, [2, 0]])


@pytest.mark.parametrize("other", [{"a": 5.0, "b": 6.0}, FeatureRow(("b", "a"), (6.0, 5.0))])
def test_rows_of_several_kinds_make_one_table(other: Mapping[str, float]) -> None:
    rows = [FeatureRow(("a", "b"), (1.0, 2.0)), other]
    np.testing.assert_array_equal(table_of(rows, ("b", "a")), [[2, 1], [6, 5]])
    np.testing.assert_array_equal(table_of(rows[::-1], ("b", "a")), [[6, 5], [2, 1]])


def test_a_table_of_nothing_has_its_columns() -> None:
    assert table_of([], ("a", "b")).shape == (0, 2)
    with pytest.raises(KeyError):
        table_of([FeatureRow(("a",), (1.0,))], ("b",))
