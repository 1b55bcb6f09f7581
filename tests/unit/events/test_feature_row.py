from __future__ import annotations

import pytest

from detector.events.feature_row import FeatureRow


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
