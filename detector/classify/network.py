"""A small network of plain numbers: it looks along curves, then multiplies, adds and lets through what is positive.

Sums are taken in one order, one input after the other, and not by a library for matrices, so that the kernel and every
version of numpy give the same numbers to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from detector.native.library import load_kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]

__all__ = ["FARTHEST", "Convolution", "Layer", "Network", "compressed", "odds_of"]

FARTHEST = 6.0
"""How far an input may be from its mean, in its own deviations: where no scene has been a network knows nothing."""

_ROWS = 256  # rows that are worked on at a time, so that their sums stay in the processor's cache


class Layer(NamedTuple):
    """What one layer multiplies with and adds.

    Attributes
    ----------
    weights : float32, shape (inputs, outputs)
    biases : float32, shape (outputs,)
    """

    weights: FloatArray
    biases: FloatArray


class Convolution(NamedTuple):
    """What is looked for everywhere along curves: a layer on each stretch of moments, the same for all stretches.

    Attributes
    ----------
    layer : Layer
        Its inputs are the curves at the first moment of a stretch, at the second, and so on; its outputs are curves.
    moments : int
        Length of a stretch, an odd number: as many before its middle as after it. Beyond both ends curves are 0.
    every : int
        How many moments later the next stretch has its middle; the first one's is the first moment.
    """

    layer: Layer
    moments: int
    every: int


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Convolutions of curves, then layers one after the other; all but the last let through what is positive (ReLU).

    Attributes
    ----------
    features : tuple of str
        Names of the inputs, in order.
    unit : float32, shape (inputs,)
        Inputs of many orders of size are compressed to arsinh(input / unit): as they are below it, their logarithm
        above it. 0: as they are.
    mean, scale : float32, shape (inputs,)
        Taken from each input, and what it is then divided by; what is farther than 6 from the mean then counts as 6.
    layers : tuple of Layer
        Each takes what the one before gives; the last gives one number, log odds. The first takes what the last
        convolution gives, moment by moment, then the inputs that are no curves.
    curves : (int, int)
        Curves, and moments of each: the first inputs, curve after curve. Of no meaning without convolutions.
    convolutions : tuple of Convolution
        Each takes the curves that the one before gives; without any, the first layer takes all inputs as they stand.
    """

    features: tuple[str, ...]
    unit: FloatArray = field(repr=False)
    mean: FloatArray = field(repr=False)
    scale: FloatArray = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    curves: tuple[int, int] = (0, 0)
    convolutions: tuple[Convolution, ...] = field(default=(), repr=False)


def odds_of(network: Network, inputs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the log odds that a network gives to rows of inputs, shape (n, inputs); shape (n,).

    Raises
    ------
    ValueError
        If the rows are of another length: the kernel would read beyond them.
    """
    if inputs.ndim != 2 or inputs.shape[1] != len(network.mean):
        raise ValueError(f"inputs have shape {inputs.shape}, expected (n, {len(network.mean)})")
    odds = np.empty(len(inputs))
    for first in range(0, len(inputs), _ROWS):
        rows = slice(first, first + _ROWS)
        values = compressed(inputs[rows].astype(np.float32), network.unit)
        values = np.clip((values - network.mean) / network.scale, -FARTHEST, FARTHEST)
        if network.convolutions:
            values = _convolved(network, values)
        for layer in network.layers[:-1]:
            values = np.maximum(_sums(layer, values), 0)
        odds[rows] = _sums(network.layers[-1], values)[:, 0]
    return odds


def compressed(inputs: FloatArray, unit: FloatArray) -> FloatArray:
    """Return inputs, shape (n, inputs), before they are scaled: those that have a `Network.unit` as their arsinh."""
    bent = np.flatnonzero(unit)
    values = inputs.copy()
    values[:, bent] = np.arcsinh(inputs[:, bent] / unit[bent])
    return values


def _convolved(network: Network, values: FloatArray) -> FloatArray:
    """Return what the convolutions give of the curves of each row, and the row's other inputs after it."""
    (curves, moments), rows = network.curves, len(values)
    seen = values[:, : curves * moments].reshape(rows, curves, moments).transpose(0, 2, 1)  # moment by moment
    for convolution in network.convolutions:
        beyond = convolution.moments // 2
        padded = np.pad(seen, ((0, 0), (beyond, beyond), (0, 0)))
        stretches = sliding_window_view(padded, convolution.moments, axis=1)[:, :: convolution.every]
        inputs = stretches.transpose(0, 1, 3, 2).reshape(-1, convolution.moments * seen.shape[2])
        seen = np.maximum(_sums(convolution.layer, inputs), 0).reshape(rows, -1, len(convolution.layer.biases))
    return np.hstack((seen.reshape(rows, -1), values[:, curves * moments :]))


def _sums(layer: Layer, values: FloatArray) -> FloatArray:
    sums, library = np.tile(layer.biases, (len(values), 1)), load_kernel()
    if library is None:
        product = np.empty_like(sums)
        for column, weights in zip(values.T, layer.weights, strict=True):
            np.multiply(column[:, None], weights, out=product)
            sums += product
    else:
        values = np.ascontiguousarray(values)
        shape = len(values), *layer.weights.shape
        library.add_layer(values.ctypes.data, *shape[:2], layer.weights.ctypes.data, shape[2], sums.ctypes.data)
    return sums
