"""A network that looks at curves, fitted by JAX, as the plain numbers that run without it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from detector.classify.network import Convolution, Layer
from detector.events.curves import CURVE_SHAPE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    Parts = list[tuple[jax.Array, jax.Array]]
    """Weights and biases: of the convolutions, and of the layers after them."""
    Step = Callable[[Parts, optax.OptState, tuple[jax.Array, ...]], tuple[Parts, optax.OptState]]

__all__ = ["fitted"]

jax.config.update("jax_platforms", "cpu")

_CURVES, _MOMENTS = CURVE_SHAPE


def fitted(
    inputs: npt.NDArray[np.float32],
    jerk: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.float64],
    seed: int,
    look: Mapping[str, Any],
    shape: Mapping[str, Any],
) -> tuple[tuple[Convolution, ...], tuple[Layer, ...]]:
    """Return convolutions and layers fitted to scaled inputs.

    Parameters
    ----------
    inputs : float32, shape (n, inputs)
        The curves first, curve after curve.
    jerk : bool, shape (n,)
        What each is.
    weights : float64, shape (n,)
        How much each counts.
    seed : int
        Of the numbers that it begins with, and of the order of the rows.
    look : mapping
        ``rounds``, ``batch`` and ``rate``: of `curve_look.LOOK`.
    shape : mapping
        Of the network: one of its ``shapes``.
    """
    rng, n = np.random.default_rng(seed), len(inputs)
    batches = max(n // look["batch"], 1)
    parts = _begun(rng, inputs.shape[1], shape)
    slower = optax.cosine_decay_schedule(look["rate"], look["rounds"] * batches)  # until it stands still
    optimizer = optax.adam(slower)
    step, state = _stepping(optimizer, shape["every"]), optimizer.init(parts)
    for _ in range(look["rounds"]):
        for rows in rng.permutation(n)[: batches * look["batch"]].reshape(batches, -1):  # a few are left out of a round
            batch = inputs[rows], jerk[rows].astype(np.float32), weights[rows].astype(np.float32)
            parts, state = step(parts, state, batch)
    layers = tuple(Layer(np.array(weights), np.array(biases)) for weights, biases in parts)
    along = zip(layers, shape["every"], strict=False)
    return tuple(Convolution(layer, shape["moments"], every) for layer, every in along), layers[len(shape["every"]) :]


def _begun(rng: np.random.Generator, inputs: int, shape: Mapping[str, Any]) -> Parts:
    """Return the numbers that a network begins with (He et al. 2015, doi:10.1109/ICCV.2015.123)."""
    sizes, given, moments = [], _CURVES, _MOMENTS
    for curves, every in zip(shape["curves"], shape["every"], strict=True):
        sizes.append((given * shape["moments"], curves))
        given, moments = curves, -(-moments // every)
    sizes += pairwise((given * moments + inputs - _CURVES * _MOMENTS, *shape["hidden"], 1))
    return [
        (jnp.asarray(rng.normal(0, np.sqrt(2 / given), (given, gives)), jnp.float32), jnp.zeros(gives))
        for given, gives in sizes
    ]


def _stepping(optimizer: optax.GradientTransformation, every: tuple[int, ...]) -> Step:
    """Return what takes parts and optimizer one step on, by a batch: inputs, what they are, and weights."""

    def loss(parts: Parts, inputs: jax.Array, jerk: jax.Array, weights: jax.Array) -> jax.Array:
        return (optax.sigmoid_binary_cross_entropy(_odds(parts, inputs, every), jerk) * weights).mean()

    def step(parts: Parts, state: optax.OptState, batch: tuple[jax.Array, ...]) -> tuple[Parts, optax.OptState]:
        updates, state = optimizer.update(jax.grad(loss)(parts, *batch), state)
        return optax.apply_updates(parts, updates), state

    return jax.jit(step)


def _odds(parts: Parts, inputs: jax.Array, every: tuple[int, ...]) -> jax.Array:
    """Return what the network of `parts` says, shape (n,): as detector.classify.network does."""
    size, values = _CURVES * _MOMENTS, inputs
    seen = inputs[:, :size].reshape(-1, _CURVES, _MOMENTS).transpose(0, 2, 1)
    for (weights, biases), step in zip(parts, every, strict=False):
        kernel = weights.reshape(-1, seen.shape[2], weights.shape[1])
        beyond = len(kernel) // 2
        seen = jax.lax.conv_general_dilated(
            seen, kernel, (step,), [(beyond, beyond)], dimension_numbers=("NWC", "WIO", "NWC")
        )
        seen = jax.nn.relu(seen + biases)
    if every:
        values = jnp.concatenate((seen.reshape(len(inputs), -1), inputs[:, size:]), axis=1)
    *hidden, (weights, biases) = parts[len(every) :]
    for more, bias in hidden:
        values = jax.nn.relu(values @ more + bias)
    return (values @ weights + biases)[:, 0]
