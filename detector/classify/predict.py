"""From features to confidence, with numpy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.classify.model_file import Model, Tree

    FloatArray = npt.NDArray[np.float64]

__all__ = ["log_odds", "predict"]


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
    missing = sorted(set(model.features) - set(names))
    if missing:
        raise ValueError(f"the model {model.name!r} needs the features {missing}, which are not given")
    columns = [list(names).index(name) for name in model.features]
    scaled = model.slope * log_odds(model, values[:, columns]) + model.offset
    return np.asarray(1 / (1 + np.exp(-np.clip(scaled, -50, 50))))


def log_odds(model: Model, values: FloatArray) -> FloatArray:
    """Return the sum of the trees for rows whose columns are `model.features`, before calibration."""
    total = np.full(len(values), model.baseline)
    for tree in model.trees:
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
