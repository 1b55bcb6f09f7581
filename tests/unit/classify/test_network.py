from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.classify.network import Layer, Network, odds_of
from detector.native.library import FILE

if TYPE_CHECKING:
    import numpy.typing as npt


def floats(values: object) -> npt.NDArray[np.float32]:
    return np.array(values, np.float32)


BY_HAND = Network(
    ("along_0", "speed"),
    floats([0, 0]),
    floats([1, 0]),
    floats([2, 1]),
    (Layer(floats([[1, -1], [0.5, 0.5]]), floats([0, 0.25])), Layer(floats([[2], [3]]), floats([-1]))),
)


@pytest.mark.parametrize(
    ("inputs", "odds"),
    [
        ((1.0, 0.0), 3 * 0.25 - 1),  # at the mean the biases speak
        ((3.0, 0.0), 2 * 1.0 - 1),  # the second of the hidden ones is below 0 and says nothing
        ((-1.0, 0.0), 3 * 1.25 - 1),
        ((1.0, 2.0), 2 * 1.0 + 3 * 1.25 - 1),
        ((1.0, -2.0), -1.0),
    ],
)
def test_the_layers_add_up_as_by_hand(inputs: tuple[float, float], odds: float) -> None:
    assert odds_of(BY_HAND, np.array([inputs])).tolist() == [odds]


def some_network(rng: np.random.Generator, *sizes: int) -> Network:
    layers = tuple(Layer(floats(rng.normal(size=(a, b))), floats(rng.normal(size=b))) for a, b in pairwise(sizes))
    names, bent = tuple(map(str, range(sizes[0]))), floats(rng.integers(0, 3, sizes[0]))
    return Network(names, bent, floats(rng.normal(size=sizes[0])), floats(rng.uniform(0.5, 2, sizes[0])), layers)


def test_it_is_what_matrices_give() -> None:
    rng = np.random.default_rng(3)
    network, inputs = some_network(rng, 40, 16, 8, 1), rng.normal(size=(700, 40))
    bent = network.unit > 0
    values = np.where(bent, np.arcsinh(inputs / np.where(bent, network.unit, 1)), inputs)
    values = np.clip((values - network.mean) / network.scale, -6, 6)
    for layer in network.layers[:-1]:
        values = np.maximum(values @ layer.weights + layer.biases, 0)
    last = network.layers[-1]
    np.testing.assert_allclose(
        odds_of(network, inputs), (values @ last.weights + last.biases)[:, 0], rtol=1e-4, atol=1e-3
    )


def test_rows_do_not_depend_on_each_other_to_the_bit() -> None:
    rng = np.random.default_rng(4)
    network, inputs = some_network(rng, 30, 12, 1), rng.normal(size=(600, 30))
    alone = np.concatenate([odds_of(network, row[None]) for row in inputs])
    np.testing.assert_array_equal(odds_of(network, inputs), alone)
    np.testing.assert_array_equal(odds_of(network, np.asfortranarray(inputs)), alone)


def test_what_is_far_from_all_that_was_seen_says_no_more() -> None:
    far, farther = odds_of(BY_HAND, np.array([[13.0, 0.0], [1300.0, 0.0]]))
    assert far == farther == 2 * 6.0 - 1


def test_an_input_with_a_unit_is_told_by_its_logarithm() -> None:
    network = Network(("speed",), floats([0.5]), floats([0]), floats([1]), (Layer(floats([[1]]), floats([0])),))
    inputs = np.array([[0.0], [0.001], [50.0], [-50.0]])
    assert odds_of(network, inputs) == pytest.approx([0, 0.002, np.log(200), -np.log(200)], abs=1e-4)


def test_no_rows_give_no_odds() -> None:
    assert odds_of(BY_HAND, np.empty((0, 2))).shape == (0,)


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 5\), expected \(n, 2\)"):
        odds_of(BY_HAND, np.zeros((3, 5)))


@pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")
def test_the_kernel_and_numpy_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    network, inputs = some_network(rng, 380, 96, 48, 1), rng.normal(size=(777, 380))
    compiled = odds_of(network, inputs)
    monkeypatch.setattr("detector.classify.network.load_kernel", lambda: None)
    np.testing.assert_array_equal(odds_of(network, inputs), compiled)
