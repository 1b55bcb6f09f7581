"""Turn features into confidence, with the compiled kernel or else numpy; no training library is needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detector.classify.network import odds_of
from detector.native.cores import usable_cores
from detector.native.library import load_kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from detector.classify.model_file import CurveLook, Forest, Model, NeighbourLook

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = [
    "Curves",
    "Judgement",
    "Look",
    "Neighbours",
    "judgement_of",
    "likely_kinds",
    "log_odds",
    "odds_by_curve",
    "odds_by_neighbours",
]

_ROWS_A_THREAD = 8192  # a tenth of a second of trees: fewer are done by the time a thread has started
_NODE_COLUMNS = ("threshold", "value", "feature", "left", "right")
_NODE = np.dtype({"names": _NODE_COLUMNS, "formats": ("f8", "f8", "i4", "i4", "i4"), "itemsize": 32})
"""As Node in native/forest.c."""


class Look(StrEnum):
    """Looks of a model, in this order; each gives odds of its own."""

    MEASURES = "by_measures"
    CURVE = "by_curve"
    NEIGHBOURS = "by_neighbours"


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Confidence of a model that each row is a jerk.

    Attributes
    ----------
    confidence : ndarray of float64, shape (n,)
        Confidence after the model's last look, 0-1.
    earlier : mapping of Look to ndarray of float64, shape (n,)
        Confidence after each earlier look, 0-1. All are on the scale of the last one, the only one that is calibrated.
    """

    confidence: FloatArray = field(repr=False)
    earlier: Mapping[Look, FloatArray] = field(repr=False)


class Curves(NamedTuple):
    """Curves of the movement of each row, moment by moment.

    Attributes
    ----------
    names : tuple of str
        Names of the columns that `read` gives.
    read : callable
        Yields the rows asked for, a few at a time, with their curves, shape (k, len(names)):
        `detector.events.curves.curves_of` of the candidates.
    """

    names: tuple[str, ...]
    read: Callable[[IndexArray], Iterable[tuple[IndexArray, FloatArray]]]


class Neighbours(NamedTuple):
    """Features of the neighbours of each row, for the look at the neighbours.

    Attributes
    ----------
    names : tuple of str
        Names of the columns that `read` gives.
    read : callable
        Returns the features, shape (m, len(names)), given the log odds of the earlier looks, shape (n,), and the
        indices of m rows: `detector.events.neighbours.neighbours_of` of the candidates.
    """

    names: tuple[str, ...]
    read: Callable[[FloatArray, IndexArray], FloatArray]


def judgement_of(
    model: Model,
    names: Sequence[str],
    values: FloatArray,
    curves: Curves | None = None,
    neighbours: Neighbours | None = None,
) -> Judgement:
    """Return a model's confidence that each row is a jerk.

    Trees look at the measures. For rows that they leave open, networks (if the model has any) look at the curves. Rows
    that are still open are corrected by the odds of their neighbours, if the model looks at them.

    Parameters
    ----------
    model : Model
        From `load_model`.
    names : sequence of str
        Names of the columns of `values`, in any order; there may be more than the model needs.
    values : ndarray of float64, shape (n, len(names))
        Features. NaN goes right at every node, as a value above any threshold would.
    curves : Curves, optional
        Needed if the model looks at curves.
    neighbours : Neighbours, optional
        Needed if the model looks at neighbours.

    Raises
    ------
    ValueError
        If a feature of the model is not among `names`, `values` has too few columns, or `curves` or `neighbours` are
        needed but missing.
    """
    odds, earlier = _sum(model.by_measures, values, _columns(model.features, names)), {}
    look = Look.MEASURES
    if model.by_curve is not None:
        if curves is None:
            raise ValueError(f"the model {model.name!r} looks at curves and needs `curves`, which are not given")
        earlier[look] = _calibrated(model, odds)
        look, odds = Look.CURVE, odds_by_curve(model.by_curve, odds, curves)
    if model.by_neighbours is not None:
        if neighbours is None:
            raise ValueError(
                f"the model {model.name!r} looks at neighbours and needs `neighbours`, which are not given"
            )
        earlier[look] = _calibrated(model, odds)
        odds = odds_by_neighbours(model.by_neighbours, odds, neighbours)
    return Judgement(_calibrated(model, odds), earlier)


def _calibrated(model: Model, odds: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(model.slope * odds + model.offset, -50, 50))))


def odds_by_curve(look: CurveLook, odds: FloatArray, curves: Curves) -> FloatArray:
    """Return the log odds of the trees, averaged with those of the networks wherever the trees' are above the floor.

    Raises
    ------
    ValueError
        If an input of the networks is not among those that `curves` gives.
    """
    columns = [_columns(network.features, curves.names) for network in look.networks]
    averaged = odds.copy()
    for rows, values in curves.read(np.flatnonzero(odds > look.floor)):
        said = [odds_of(network, values[:, some]) for network, some in zip(look.networks, columns, strict=True)]
        averaged[rows] = (1 - look.share) * odds[rows] + look.share * np.mean(said, axis=0)
    return averaged


def odds_by_neighbours(look: NeighbourLook, odds: FloatArray, neighbours: Neighbours) -> FloatArray:
    """Return the log odds of the earlier looks, corrected wherever they are above the floor.

    Raises
    ------
    ValueError
        If a feature of the look is not among those that `neighbours` gives.
    """
    columns, which = _columns(look.features, neighbours.names), np.flatnonzero(odds > look.floor)
    corrected = odds.copy()
    corrected[which] += _sum(look.correction, neighbours.read(odds, which), columns)
    return corrected


def likely_kinds(model: Model, names: Sequence[str], values: FloatArray) -> list[str]:
    """Return the kind of movement that each row looks like most, assuming that it is not a jerk.

    Parameters and errors are those of `judgement_of`.

    Returns
    -------
    list of str
        Values of `detector.records.events.Kind`; empty strings if the model cannot tell.
    """
    if not model.kinds:
        return [""] * len(values)
    columns = _columns(model.features, names)
    odds = np.stack([_sum(forest, values, columns) for forest in model.kinds])
    return [model.kinds[k].kind for k in odds.argmax(axis=0).tolist()]


def log_odds(model: Model, values: FloatArray) -> FloatArray:
    """Return the sum of the trees for rows whose columns are `model.features`, before calibration.

    Raises
    ------
    ValueError
        If `values` does not have shape (n, len(model.features)): the kernel would read beyond its rows.
    """
    if values.ndim != 2 or values.shape[1] != len(model.features):
        raise ValueError(
            f"values have shape {values.shape}, expected (n, {len(model.features)}), as {model.name!r} needs"
        )
    return _sum(model.by_measures, values, np.arange(len(model.features)))


def _columns(features: Sequence[str], names: Sequence[str]) -> IndexArray:
    """Return the index in `names` of each feature of a model."""
    places = {name: column for column, name in enumerate(names)}
    missing = sorted(set(features) - set(places))
    if missing:
        raise ValueError(f"the model needs the features {missing}, which are not given")
    return np.array([places[name] for name in features], np.intp)


def _sum(forest: Forest, values: FloatArray, columns: IndexArray) -> FloatArray:
    """Return the sum of the trees for each row; `columns` gives the column of `values` for each feature."""
    if columns.max(initial=0) >= values.shape[1]:
        raise ValueError(f"values have shape {values.shape}, which are too few columns")
    total, library = np.full(len(values), forest.baseline), load_kernel()
    if library is None:
        for root in forest.roots:
            total += _leaf_values(forest, root, values, columns)
        return total
    nodes, roots = _nodes(forest, columns), forest.roots.astype(np.int32)
    if values.dtype != np.float64 or values.strides[1] != values.itemsize:
        values = np.ascontiguousarray(values, np.float64)

    def add(rows: slice) -> None:
        part, out = values[rows], total[rows]
        width = values.strides[0] // values.itemsize
        arrays = (nodes.ctypes.data, roots.ctypes.data, len(roots), out.ctypes.data)
        library.add_trees(part.ctypes.data, len(part), width, *arrays)

    parts = _parts(len(values))
    if len(parts) == 1:
        add(parts[0])
        return total
    with ThreadPoolExecutor(len(parts)) as threads:
        list(threads.map(add, parts))
    return total


def _parts(n: int) -> list[slice]:
    """Divide n rows among the processors; each row has its own sum, so the number of processors changes nothing."""
    some = max(1, min(usable_cores(), n // _ROWS_A_THREAD))
    edges = [n * k // some for k in range(some + 1)]
    return [slice(*ends) for ends in pairwise(edges)]


def _nodes(forest: Forest, columns: IndexArray) -> npt.NDArray[np.void]:
    """Return the nodes as the kernel reads them."""
    nodes = np.zeros(len(forest.feature), _NODE)
    for name in _NODE_COLUMNS:
        nodes[name] = getattr(forest, name)
    leaf = forest.feature < 0
    for side in ("left", "right"):  # as offsets; a leaf leads to itself
        nodes[side] = np.where(leaf, 0, nodes[side] - np.arange(len(nodes)))
    nodes["feature"] = np.append(columns, 0)[forest.feature]
    return nodes


def _leaf_values(forest: Forest, root: int, values: FloatArray, columns: IndexArray) -> FloatArray:
    node = np.full(len(values), root, np.intp)
    walking = np.arange(len(values))
    while True:
        walking = walking[forest.feature[node[walking]] >= 0]
        if len(walking) == 0:
            return forest.value[node]
        at = node[walking]
        goes_left = values[walking, columns[forest.feature[at]]] <= forest.threshold[at]
        node[walking] = np.where(goes_left, forest.left[at], forest.right[at])
