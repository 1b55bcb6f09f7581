"""A small network of plain numbers: convolutions along curves, then dense layers with ReLU.

Sums are taken in a fixed order, one input after the other, and not by a matrix library, so that the kernel and every
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
"""Largest distance of an input from the mean, in its own deviations: no network knows what no scene shows."""

_ROWS = 256  # rows processed at a time, so that their sums stay in the processor's cache


class Layer(NamedTuple):
    """Weights and biases of one layer.

    Attributes
    ----------
    weights : float32, shape (inputs, outputs)
    biases : float32, shape (outputs,)
    """

    weights: FloatArray
    biases: FloatArray


class Convolution(NamedTuple):
    """A convolution along curves: the same layer applied to each stretch of moments.

    Attributes
    ----------
    layer : Layer
        Its inputs are the curves at the first moment of a stretch, at the second, and so on; its outputs are curves.
    moments : int
        Length of a stretch, an odd number, so that it is centred on a moment. Beyond both ends, curves are 0.
    every : int
        Moments from the middle of a stretch to that of the next; the first is centred on the first moment.
    """

    layer: Layer
    moments: int
    every: int


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Convolutions of curves, then layers one after the other, all but the last with ReLU.

    Attributes
    ----------
    features : tuple of str
        Names of the inputs, in order.
    unit : float32, shape (inputs,)
        Inputs that span many orders of magnitude are compressed to arsinh(input / unit), which is linear below the unit
        and logarithmic above it. With 0, the input is unchanged.
    mean, scale : float32, shape (inputs,)
        Subtracted from each input, and divisor of the difference; a result beyond 6 in size then counts as 6.
    layers : tuple of Layer
        Each takes the output of the one before; the last gives one number, the log odds. The first takes the output of
        the last convolution, moment by moment, then the inputs that are not curves.
    curves : (int, int)
        Number of curves, and of moments in each: the first inputs, curve after curve. Meaningless without convolutions.
    convolutions : tuple of Convolution
        Each takes the curves that the one before gives; without any, the first layer takes all inputs unchanged.
    """

    features: tuple[str, ...]
    unit: FloatArray = field(repr=False)
    mean: FloatArray = field(repr=False)
    scale: FloatArray = field(repr=False)
    layers: tuple[Layer, ...] = field(repr=False)
    curves: tuple[int, int] = (0, 0)
    convolutions: tuple[Convolution, ...] = field(default=(), repr=False)


def odds_of(network: Network, inputs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the log odds, shape (n,), that a network gives to rows of inputs, shape (n, inputs).

    Raises
    ------
    ValueError
        If the rows have another length: the kernel would read beyond them.
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
    """Return inputs, shape (n, inputs), before scaling: those with a `Network.unit` as their arsinh."""
    bent = np.flatnonzero(unit)
    values = inputs.copy()
    values[:, bent] = np.arcsinh(inputs[:, bent] / unit[bent])
    return values


def _convolved(network: Network, values: FloatArray) -> FloatArray:
    """Return the convolved curves of each row, followed by the row's other inputs."""
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
