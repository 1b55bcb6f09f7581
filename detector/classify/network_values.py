"""Make networks from the plain numbers of a model file, checked so that they can run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detector.classify.network import Convolution, Layer, Network

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

__all__ = ["network_of"]


def network_of(values: Mapping[str, Any]) -> Network:
    """Return the network described in a model file.

    Parameters
    ----------
    values : mapping
        ``features``, ``unit``, ``mean``, ``scale`` and ``layers`` as in `Network`; with ``convolutions``, each with its
        ``weights``, ``biases``, ``moments`` and ``every``, also ``curves``.

    Raises
    ------
    ValueError
        If values are not finite numbers, or their shapes do not fit together; `KeyError` if one is missing, `TypeError`
        if one has the wrong type.
    """
    features = tuple(str(name) for name in values["features"])
    unit, mean, scale = (_finite(values[name], (len(features),)) for name in ("unit", "mean", "scale"))
    if not ((scale > 0) & (unit >= 0)).all():
        raise ValueError("the scales of a network must be above 0, its units not below")
    shape, convolutions, inputs = _convolutions(values, len(features))
    layers = []
    for layer in values["layers"]:
        layers.append(_layer(layer, inputs))
        inputs = len(layers[-1].biases)
    if not layers or inputs != 1:
        raise ValueError("the last layer of a network must give one number")
    return Network(features, unit, mean, scale, tuple(layers), shape, convolutions)


def _convolutions(values: Mapping[str, Any], inputs: int) -> tuple[tuple[int, int], tuple[Convolution, ...], int]:
    """Return the shape of the curves of a network, its convolutions, and the number of inputs of its first layer."""
    if not values.get("convolutions"):
        return (0, 0), (), inputs
    curves, moments = (int(number) for number in values["curves"])
    shape = curves, moments
    others, convolutions = inputs - curves * moments, []
    if min(shape) < 1 or others < 0:
        raise ValueError(f"{inputs} inputs of a network hold no {curves} curves of {moments} moments")
    for convolution in values["convolutions"]:
        long, every = int(convolution["moments"]), int(convolution["every"])
        if long < 1 or long % 2 == 0 or every < 1:
            raise ValueError(f"a convolution sees {long} moments, every {every}: expected an odd number, 1 or more")
        convolutions.append(Convolution(_layer(convolution, long * curves), long, every))
        curves, moments = len(convolutions[-1].layer.biases), -(-moments // every)
    return shape, tuple(convolutions), curves * moments + others


def _layer(values: Mapping[str, Any], inputs: int) -> Layer:
    outputs = len(values["biases"])
    return Layer(_finite(values["weights"], (inputs, outputs)), _finite(values["biases"], (outputs,)))


def _finite(values: Any, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    array = np.array(values, np.float32)
    if array.shape != shape or not np.isfinite(array).all():
        raise ValueError(f"numbers of a network have shape {array.shape}, expected {shape}, all finite")
    array.flags.writeable = False  # a model that was read once is shared by all
    return array
