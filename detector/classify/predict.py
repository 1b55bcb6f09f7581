"""From features to confidence, with numpy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.native.library import load_kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.classify.model_file import Model, Tree

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["likely_kinds", "log_odds", "predict"]

_NODE_COLUMNS = ("threshold", "value", "feature", "left", "right")
_NODE = np.dtype({"names": _NODE_COLUMNS, "formats": ("f8", "f8", "i4", "i4", "i4"), "itemsize": 32})
"""As Node in native/forest.c."""


def predict(model: Model, names: Sequence[str], values: FloatArray) -> FloatArray:
    """Return the confidence of every row, 0-1.

    Parameters
    ----------
    model : Model
        From `load_model`.
    names : sequence of str
        Names of the columns of `values`; more than the model needs may be there, in any order.
    values : ndarray of float64, shape (n, len(names))
        Features. NaN goes right at every node, as a value above any threshold would.

    Returns
    -------
    ndarray of float64, shape (n,)

    Raises
    ------
    ValueError
        If a feature of the model is not among `names`, or `values` has too few columns.
    """
    odds = _sum(model.baseline, model.trees, values, _columns(model, names))
    scaled = model.slope * odds + model.offset
    return np.asarray(1 / (1 + np.exp(-np.clip(scaled, -50, 50))))


def likely_kinds(model: Model, names: Sequence[str], values: FloatArray) -> list[str]:
    """Return what kind of movement every row looks like most, supposing that it is no jerk.

    Parameters and errors are those of `predict`.

    Returns
    -------
    list of str
        Values of `detector.records.events.Kind`; empty texts where the model cannot tell.
    """
    if not model.kinds:
        return [""] * len(values)
    columns = _columns(model, names)
    odds = np.stack([_sum(forest.baseline, forest.trees, values, columns) for forest in model.kinds])
    return [model.kinds[k].kind for k in odds.argmax(axis=0).tolist()]


def log_odds(model: Model, values: FloatArray) -> FloatArray:
    """Return the sum of the trees for rows whose columns are `model.features`, before calibration.

    Raises
    ------
    ValueError
        If `values` is not of shape (n, len(model.features)): the kernel would read beyond its rows.
    """
    if values.ndim != 2 or values.shape[1] != len(model.features):
        raise ValueError(
            f"values have shape {values.shape}, expected (n, {len(model.features)}), as {model.name!r} needs"
        )
    return _sum(model.baseline, model.trees, values, np.arange(len(model.features)))


def _columns(model: Model, names: Sequence[str]) -> IndexArray:
    """Return which column each feature of the model is."""
    places = {name: column for column, name in enumerate(names)}
    missing = sorted(set(model.features) - set(places))
    if missing:
        raise ValueError(f"the model {model.name!r} needs the features {missing}, which are not given")
    return np.array([places[name] for name in model.features], np.intp)


def _sum(baseline: float, trees: Sequence[Tree], values: FloatArray, columns: IndexArray) -> FloatArray:
    """Return the sum of the trees for each row; `columns`: which column of `values` each feature is."""
    if columns.max(initial=0) >= values.shape[1]:
        raise ValueError(f"values have shape {values.shape}, which are too few columns")
    total, library = np.full(len(values), baseline), load_kernel()
    if library is None:
        for tree in trees:
            total += _leaf_values(tree, values, columns)
        return total
    nodes, roots = _flat(trees, columns)
    if values.dtype != np.float64 or values.strides[1] != values.itemsize:
        values = np.ascontiguousarray(values, np.float64)
    arrays = (nodes.ctypes.data, roots.ctypes.data, len(trees), total.ctypes.data)
    library.add_trees(values.ctypes.data, len(values), values.strides[0] // values.itemsize, *arrays)
    return total


def _flat(trees: Sequence[Tree], columns: IndexArray) -> tuple[npt.NDArray[np.void], npt.NDArray[np.int32]]:
    """Return the nodes of all trees, one tree after the other, as the kernel reads them; and where each begins."""
    sizes = [len(tree.feature) for tree in trees]
    nodes = np.zeros(sum(sizes), _NODE)
    for name in _NODE_COLUMNS:
        nodes[name] = np.concatenate([getattr(tree, name) for tree in trees] or [np.zeros(0)])
    roots = (np.cumsum(sizes) - sizes).astype(np.int32)
    leaf = np.flatnonzero(nodes["feature"] < 0)
    own = np.arange(len(nodes)) - np.repeat(roots, sizes)
    for side in ("left", "right"):  # how much further; a leaf leads to itself
        nodes[side] -= own
        nodes[side][leaf] = 0
    nodes["feature"][leaf] = 0
    nodes["feature"] = np.append(columns, 0)[nodes["feature"]]
    return nodes, roots


def _leaf_values(tree: Tree, values: FloatArray, columns: IndexArray) -> FloatArray:
    node = np.zeros(len(values), np.intp)
    walking = np.arange(len(values))
    while True:
        walking = walking[tree.feature[node[walking]] >= 0]
        if len(walking) == 0:
            return tree.value[node]
        at = node[walking]
        goes_left = values[walking, columns[tree.feature[at]]] <= tree.threshold[at]
        node[walking] = np.where(goes_left, tree.left[at], tree.right[at])
