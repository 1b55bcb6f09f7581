"""From features to confidence, with numpy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.classify.model_file import Model, Tree

    FloatArray = npt.NDArray[np.float64]

__all__ = ["likely_kinds", "log_odds", "predict"]


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
        If a feature of the model is not among `names`.
    """
    scaled = model.slope * log_odds(model, _columns(model, names, values)) + model.offset
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
    columns = _columns(model, names, values)
    odds = np.stack([_sum(forest.baseline, forest.trees, columns) for forest in model.kinds])
    return [model.kinds[k].kind for k in odds.argmax(axis=0).tolist()]


def log_odds(model: Model, values: FloatArray) -> FloatArray:
    """Return the sum of the trees for rows whose columns are `model.features`, before calibration."""
    return _sum(model.baseline, model.trees, values)


def _columns(model: Model, names: Sequence[str], values: FloatArray) -> FloatArray:
    missing = sorted(set(model.features) - set(names))
    if missing:
        raise ValueError(f"the model {model.name!r} needs the features {missing}, which are not given")
    return values[:, [list(names).index(name) for name in model.features]]


def _sum(baseline: float, trees: Sequence[Tree], values: FloatArray) -> FloatArray:
    total = np.full(len(values), baseline)
    for tree in trees:
        total += _leaf_values(tree, values)
    return total


def _leaf_values(tree: Tree, values: FloatArray) -> FloatArray:
    node = np.zeros(len(values), np.intp)
    walking = np.arange(len(values))
    while True:
        walking = walking[tree.feature[node[walking]] >= 0]
        if len(walking) == 0:
            return tree.value[node]
        at = node[walking]
        goes_left = values[walking, tree.feature[at]] <= tree.threshold[at]
        node[walking] = np.where(goes_left, tree.left[at], tree.right[at])
