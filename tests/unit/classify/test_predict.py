from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from detector.classify.model_file import load_model, read_model
from detector.classify.predict import Curves, Look, Neighbours, judgement_of, likely_kinds, log_odds
from detector.native.library import FILE, load_kernel
from tests.unit.classify.trees import STUMP, TWO_DEEP, model_values, write_model

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from detector.classify.model_file import Model

NAMES = ("speed", "area")


def predict(*asked: Any) -> np.ndarray:
    """Return what counts: the confidence after the last look."""
    return judgement_of(*asked).confidence


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return read_model(write_model(tmp_path, model_values(STUMP, TWO_DEEP)))


@pytest.mark.parametrize(
    ("speed", "area", "by_hand"),
    [
        (0.1, 5.0, 0.25 - 2.0 + 0.1),
        (0.4, 5.0, 0.25 - 2.0 + 0.2),
        (0.9, 5.0, 0.25 + 3.0 + 0.2),
        (0.9, 50.0, 0.25 + 3.0 + 0.4),
        (0.5, 10.0, 0.25 - 2.0 + 0.2),  # a value at the threshold goes left
        (math.nan, 5.0, 0.25 + 3.0 + 0.2),  # nothing measured goes right
        (0.1, math.nan, 0.25 - 2.0 + 0.4),
        (math.inf, -math.inf, 0.25 + 3.0 + 0.2),
    ],
)
def test_the_leaves_add_up_as_by_hand(model: Model, speed: float, area: float, by_hand: float) -> None:
    row = np.array([[speed, area]])
    assert log_odds(model, row) == pytest.approx([by_hand])
    assert predict(model, NAMES, row) == pytest.approx([1 / (1 + math.exp(-by_hand))])


def test_rows_do_not_depend_on_each_other(model: Model) -> None:
    rows = np.random.default_rng(1).random((50, 2)) * (1, 20)
    together = predict(model, NAMES, rows)
    alone = [predict(model, NAMES, rows[k : k + 1])[0] for k in range(50)]
    np.testing.assert_array_equal(together, alone)
    assert ((together > 0) & (together < 1)).all()


def test_order_and_number_of_the_columns_do_not_matter(model: Model) -> None:
    rows = np.random.default_rng(2).random((20, 2)) * (1, 20)
    plain = predict(model, NAMES, rows)
    np.testing.assert_array_equal(predict(model, ("area", "speed"), rows[:, ::-1]), plain)
    more = np.column_stack((np.full(20, np.nan), rows[:, 1], np.arange(20), rows[:, 0]))
    np.testing.assert_array_equal(predict(model, ("light", "area", "snr", "speed"), more), plain)


def test_a_missing_feature_is_named(model: Model) -> None:
    with pytest.raises(ValueError, match=r"needs the features \['area'\]"):
        predict(model, ("speed", "light"), np.zeros((1, 2)))


def test_no_rows_give_no_confidences(model: Model) -> None:
    assert predict(model, NAMES, np.empty((0, 2))).shape == (0,)


def test_without_trees_the_baseline_speaks(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path, model_values(baseline=0.0)))
    assert predict(model, NAMES, np.zeros((3, 2))).tolist() == [0.5, 0.5, 0.5]


def test_calibration_turns_log_odds_into_confidence(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path, model_values(STUMP, slope=0.5, offset=-1.0)))
    expected = 1 / (1 + math.exp(-(0.5 * (0.25 + 3.0) - 1.0)))
    assert predict(model, NAMES, np.array([[0.9, 0.0]])) == pytest.approx([expected])


@pytest.mark.parametrize(("baseline", "expected"), [(1e9, 1.0), (-1e9, 0.0)])
def test_extreme_log_odds_stay_between_0_and_1(tmp_path: Path, baseline: float, expected: float) -> None:
    model = read_model(write_model(tmp_path, model_values(baseline=baseline)))
    assert predict(model, NAMES, np.zeros((1, 2))) == pytest.approx([expected])


CURVE = {
    "floor": -1.0, "share": 0.25,
    "networks": [
        {"features": ["along_0", "swings"], "unit": [0.0, 0.0], "mean": [1.0, 0.0], "scale": [2.0, 1.0],
         "layers": [{"weights": [[1.0], [0.0]], "biases": [0.5]}]},
        {"features": ["swings"], "unit": [0.0], "mean": [0.0], "scale": [1.0],
         "layers": [{"weights": [[1.0]], "biases": [0.0]}]},
    ],
}  # fmt: skip
"""Above log odds of -1 a quarter is the mean of (along - 1) / 2 + 0.5 and of swings."""


def test_the_look_at_the_curve_is_averaged_with_the_trees_where_they_leave_it_open(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path, model_values(STUMP, TWO_DEEP, close=CURVE)))
    rows, asked = np.array([[0.9, 50.0], [0.1, 5.0], [0.9, 5.0]]), []
    first = log_odds(model, rows)  # 3.65, -1.65, 3.45

    def read(which: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        asked.extend(which.tolist())
        yield which[1:], np.array([[9.0, -4.0, 3.0]])  # the last first: some at a time, in any order
        yield which[:1], np.array([[9.0, 2.0, 5.0]])

    curves = Curves(("more", "swings", "along_0"), read)
    said = np.array([((5 - 1) / 2 + 0.5 + 2) / 2, np.nan, ((3 - 1) / 2 + 0.5 - 4) / 2])
    expected = np.where([True, False, True], 0.75 * first + 0.25 * said, first)
    assert predict(model, NAMES, rows, curves) == pytest.approx(1 / (1 + np.exp(-expected)))
    assert asked == [0, 2]
    with pytest.raises(ValueError, match="looks at curves and needs `curves`"):
        predict(model, NAMES, rows)
    with pytest.raises(ValueError, match=r"needs the features \['along_0'\]"):
        predict(model, NAMES, rows, Curves(("swings",), read))


def test_the_look_at_the_neighbours_sees_what_the_one_at_the_curve_said(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path, model_values(STUMP, TWO_DEEP, close=CURVE, second=NEIGHBOURS)))
    rows, heard = np.array([[0.9, 50.0]]), []
    curves = Curves(("along_0", "swings"), lambda which: [(which, np.array([[5.0, 2.0]]))])

    def read(odds: np.ndarray, which: np.ndarray) -> np.ndarray:
        heard.extend(odds.tolist())
        return np.array([[1.0, 1.0]])

    judgement = judgement_of(model, NAMES, rows, curves, Neighbours(("odds", "best_here"), read))
    assert heard == pytest.approx([0.75 * 3.65 + 0.25 * 2.25])
    assert list(judgement.earlier) == [Look.MEASURES, Look.CURVE]
    for sure, odds in zip(
        (*judgement.earlier.values(), judgement.confidence), (3.65, *heard, heard[0] + 3), strict=True
    ):
        assert sure == pytest.approx([1 / (1 + math.exp(-odds))])


NEIGHBOURS = {"features": ["odds", "best_here"], "floor": -1.0, "baseline": 0.0, "trees": [STUMP]}
"""Earlier odds of at most 0.5: 2 less, above: 3 more; of what is above -1."""


def test_the_look_at_the_neighbours_corrects_what_the_earlier_ones_leave_open(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path, model_values(STUMP, TWO_DEEP, second=NEIGHBOURS)))
    rows, asked = np.array([[0.9, 50.0], [0.1, 5.0], [0.9, 5.0]]), []
    first = log_odds(model, rows)  # 3.65, -1.65, 3.45

    def read(odds: np.ndarray, which: np.ndarray) -> np.ndarray:
        asked.extend(which.tolist())
        np.testing.assert_array_equal(odds, first)
        return np.column_stack((np.full(len(which), np.nan), [-1.0, odds[2]]))

    sure = predict(model, NAMES, rows, None, Neighbours(("best_here", "odds"), read))
    assert asked == [0, 2]
    assert sure == pytest.approx(1 / (1 + np.exp(-(first + np.array([-2.0, 0.0, 3.0])))))
    with pytest.raises(ValueError, match="looks at neighbours and needs `neighbours`"):
        predict(model, NAMES, rows)
    with pytest.raises(ValueError, match=r"needs the features \['best_here'\]"):
        predict(model, NAMES, rows, None, Neighbours(("odds",), read))


def test_the_look_at_the_neighbours_of_no_candidates(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path, model_values(STUMP, TWO_DEEP, second=NEIGHBOURS)))
    neighbours = Neighbours(("odds", "best_here"), lambda _, which: np.empty((len(which), 2)))
    assert predict(model, NAMES, np.empty((0, 2)), None, neighbours).shape == (0,)


def test_the_likeliest_kind_is_the_one_with_the_highest_odds(tmp_path: Path) -> None:
    kinds = {"slow": {"baseline": 0.0, "trees": [STUMP]}, "rhythmic": {"baseline": 0.5, "trees": []}}
    model = read_model(write_model(tmp_path, model_values(STUMP) | {"kinds": kinds}))
    assert likely_kinds(model, NAMES, np.array([[0.9, 0.0], [0.1, 0.0]])) == ["slow", "rhythmic"]
    assert likely_kinds(model, NAMES, np.empty((0, 2))) == []
    with pytest.raises(ValueError, match="which are not given"):
        likely_kinds(model, ("speed",), np.zeros((1, 1)))


def test_a_model_without_kinds_names_none(model: Model) -> None:
    assert likely_kinds(model, NAMES, np.zeros((2, 2))) == ["", ""]


@pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")
def test_the_kernel_and_the_plain_code_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_kernel() is not None
    model = load_model()
    rng = np.random.default_rng(3)
    rows = rng.normal(scale=10, size=(400, len(model.features))) ** 3
    rows[rng.random(rows.shape) < 0.05] = np.nan
    compiled = log_odds(model, rows)
    kinds = likely_kinds(model, model.features, rows)
    monkeypatch.setattr("detector.classify.predict.load_kernel", lambda: None)
    np.testing.assert_array_equal(log_odds(model, rows), compiled)
    assert likely_kinds(model, model.features, rows) == kinds
    assert np.ptp(compiled) > 1


def test_no_rows_give_no_confidence(model: Model) -> None:
    assert predict(model, NAMES, np.empty((0, 2))).shape == (0,)


def test_rows_of_another_width_are_refused(model: Model) -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 1\), expected \(n, 2\)"):
        log_odds(model, np.zeros((3, 1)))


def test_fewer_columns_than_names_are_refused(model: Model) -> None:
    """The kernel would read beyond its rows."""
    for rows in (np.zeros((3, 1)), np.zeros((3, 0))):
        with pytest.raises(ValueError, match="too few columns"):
            predict(model, NAMES, rows)


def test_many_rows_are_shared_among_processors_and_add_up_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    model, values = load_model(), np.random.default_rng(4).random((3 * 8192 + 5, len(load_model().features)))
    monkeypatch.setattr("detector.classify.predict.usable_cores", lambda: 1)
    alone = log_odds(model, values)
    monkeypatch.setattr("detector.classify.predict.usable_cores", lambda: 3)
    assert np.array_equal(log_odds(model, values), alone)
