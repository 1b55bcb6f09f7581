from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.classify.network import Convolution, Layer, Network, odds_of
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


STEPS = Network(  # two curves of five moments and a size; how much the first one rises, every second moment
    (*(f"along_{k}" for k in range(5)), *(f"place_{k}" for k in range(5)), "speed"),
    floats([0] * 11),
    floats([0] * 11),
    floats([1] * 11),
    (Layer(floats([[1], [10], [100], [0.5]]), floats([0])),),
    (2, 5),
    (Convolution(Layer(floats([[-1], [0], [0], [0], [1], [0]]), floats([0])), 3, 2),),
)


@pytest.mark.parametrize(
    ("along", "odds"),
    [
        ([0, 1, 3, 6, 6], 1 + 10 * 5),  # rises by 1 until 1, by 5 around 2; falls by 6 in the end, which is 0
        ([5, 4, 3, 2, 1], 4),  # before the first moment there is nothing
        ([0, 0, 0, -2, 0], 100 * 2),
    ],
)
def test_a_convolution_looks_along_the_curves_as_by_hand(along: list[float], odds: float) -> None:
    assert odds_of(STEPS, np.array([[*along, 9, 9, 9, 9, 9, 4.0]])).tolist() == [odds + 2]


def looking_along(rng: np.random.Generator) -> Network:
    """Return a network of two curves of 21 moments and three sizes, with convolutions that see 5 and 3 of them."""
    names = tuple(map(str, range(45)))
    first, second, layers = (some_network(rng, *sizes).layers for sizes in ((2 * 5, 6), (6 * 3, 4), (4 * 6 + 3, 8, 1)))
    convolutions = (Convolution(first[0], 5, 2), Convolution(second[0], 3, 2))
    return Network(names, floats([0] * 45), floats([0] * 45), floats([1] * 45), layers, (2, 21), convolutions)


def test_convolutions_are_what_sums_over_moments_give() -> None:
    rng = np.random.default_rng(6)
    network, inputs = looking_along(rng), rng.normal(size=(5, 45))
    for row, odds in zip(inputs, odds_of(network, inputs), strict=True):
        seen = row[:42].reshape(2, 21).T
        for layer, moments, every in network.convolutions:
            padded = np.pad(seen, ((moments // 2, moments // 2), (0, 0)))
            sums = [padded[at : at + moments].ravel() @ layer.weights for at in range(0, len(seen), every)]
            seen = np.maximum(np.array(sums) + layer.biases, 0)
        hidden, last = network.layers
        values = np.maximum(np.concatenate((seen.ravel(), row[42:])) @ hidden.weights + hidden.biases, 0)
        assert odds == pytest.approx((values @ last.weights + last.biases)[0], rel=1e-4, abs=1e-4)


def test_rows_whose_curves_are_convolved_do_not_depend_on_each_other_to_the_bit() -> None:
    rng = np.random.default_rng(7)
    network, inputs = looking_along(rng), rng.normal(size=(300, 45))
    alone = np.concatenate([odds_of(network, row[None]) for row in inputs])
    np.testing.assert_array_equal(odds_of(network, inputs), alone)
    assert odds_of(network, inputs[:0]).shape == (0,)


@pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")
def test_the_kernel_and_numpy_convolve_to_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    network, inputs = looking_along(rng), rng.normal(size=(333, 45))
    compiled = odds_of(network, inputs)
    monkeypatch.setattr("detector.classify.network.load_kernel", lambda: None)
    np.testing.assert_array_equal(odds_of(network, inputs), compiled)


@pytest.mark.skipif(not FILE.exists(), reason="the kernel was not built: no compiler")
def test_the_kernel_and_numpy_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    network, inputs = some_network(rng, 380, 96, 48, 1), rng.normal(size=(777, 380))
    compiled = odds_of(network, inputs)
    monkeypatch.setattr("detector.classify.network.load_kernel", lambda: None)
    np.testing.assert_array_equal(odds_of(network, inputs), compiled)
