"""Read a model: JSON of plain numbers, checked by its hash and its shape. Never pickle."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.classify.network_values import network_of
from detector.errors import ResourceError
from detector.records.events import Kind
from detector.resources import models_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from detector.classify.network import Network

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["FORMAT", "CurveLook", "Forest", "Model", "NeighbourLook", "load_model", "read_model", "registered_model"]

FORMAT = 4
"""Version of the layout of ``model.json``.

Earlier versions are read, too: 1 (trees only), 2 (no look at the curve) and 3 (networks without convolutions).
"""

_COLUMNS = ("feature", "threshold", "left", "right", "value")


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Regression trees whose leaves are summed, one after the other in the same arrays, with one value per node.

    Attributes
    ----------
    kind : str
        Value of `detector.records.events.Kind` that high odds indicate.
    baseline : float
        Log odds before any tree.
    roots : intp, shape (trees,)
        First node of each tree.
    feature : intp
        Column to compare; -1 in a leaf.
    threshold : float64
        Values up to this go left.
    left, right : intp
        Child nodes, always later ones of the same tree; meaningless in a leaf.
    value : float64
        Amount that a leaf adds to the log odds.
    """

    kind: str
    baseline: float
    roots: IndexArray = field(repr=False)
    feature: IndexArray = field(repr=False)
    threshold: FloatArray = field(repr=False)
    left: IndexArray = field(repr=False)
    right: IndexArray = field(repr=False)
    value: FloatArray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class CurveLook:
    """The look at the curves of candidates that the trees leave open: networks, averaged with the trees.

    Attributes
    ----------
    floor : float
        Log odds of the trees above which this look is taken.
    share : float
        Weight of the networks in the log odds, 0-1; the rest is the trees'.
    networks : tuple of Network
        Networks whose log odds are averaged; their inputs come from `detector.events.curves`.
    """

    floor: float
    share: float
    networks: tuple[Network, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourLook:
    """The look at the neighbours: trees that correct the odds of the earlier looks using those of the neighbours.

    Attributes
    ----------
    features : tuple of str
        Columns, in order, from `detector.events.neighbours`.
    floor : float
        Log odds of the earlier looks above which this look is taken.
    correction : Forest
        Trees whose sum is added to these log odds.
    """

    features: tuple[str, ...]
    floor: float
    correction: Forest = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A trained classifier of up to three looks: at the measures (trees), at the curve and at the neighbours.

    Attributes
    ----------
    name : str
        Name of its folder in ``models/``.
    features : tuple of str
        Columns that the trees were trained on, in order.
    by_measures : Forest
        The first look, at the measured features: how likely a candidate is a jerk.
    slope, offset : float
        Calibration: confidence = 1 / (1 + exp(-(slope * log odds + offset))) (Platt 1999).
    kinds : tuple of Forest
        Kinds that a refused candidate may be, one forest each; empty if the model cannot tell.
    by_curve : CurveLook or None
        The look at the curves of candidates that `by_measures` leaves open; None if the model has none.
    by_neighbours : NeighbourLook or None
        The last look, which corrects the earlier ones before calibration; None if the model has none.
    sha256 : str
        Hex digest of the model's file.
    """

    name: str
    features: tuple[str, ...]
    by_measures: Forest = field(repr=False)
    slope: float
    offset: float
    kinds: tuple[Forest, ...] = field(default=(), repr=False)
    by_curve: CurveLook | None = field(default=None, repr=False)
    by_neighbours: NeighbourLook | None = field(default=None, repr=False)
    sha256: str = ""


def load_model(name: str = "") -> Model:
    """Return a model from the models folder; without a name, the default one in its ``registry.json``.

    Raises
    ------
    ResourceError
        If it is missing, its hash does not match the registry, or its content is not a model.
    """
    return _read_once(*registered_model(name))


def registered_model(name: str = "") -> tuple[Path, str]:
    """Return the file of a model and its SHA-256 in the registry; without a name, those of the default one.

    Raises
    ------
    ResourceError
        If there is no such entry.
    """
    folder = models_folder()
    try:
        registry = json.loads((folder / "registry.json").read_text("utf-8"))
        name = name or registry["default"]
        sha256 = registry["models"][name]["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResourceError(f"{folder / 'registry.json'}: no entry for the model {name!r} ({error!r})") from None
    return folder / name / "model.json", sha256


@lru_cache(maxsize=2)
def _read_once(path: Path, sha256: str) -> Model:
    """Read a model of the registry once per process, because a film asks for it every half minute."""
    return read_model(path, sha256=sha256)


def read_model(path: Path, *, sha256: str = "") -> Model:
    """Return the model in `path`.

    Raises
    ------
    ResourceError
        If the file cannot be read, has another hash than `sha256`, or holds anything but finite numbers in the layout.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ResourceError(f"{path}: the model cannot be read ({error.strerror}); install sleepjerk again") from None
    digest = hashlib.sha256(content).hexdigest()
    if sha256 and digest != sha256:
        raise ResourceError(
            f"{path}: sha256 is {digest}, expected {sha256}; the file was altered, install sleepjerk again"
        )
    try:
        return replace(_model(json.loads(content)), sha256=digest)
    except (ValueError, KeyError, TypeError) as error:
        raise ResourceError(f"{path}: is not a model of format {FORMAT} or earlier ({error!r})") from None


def _model(values: Mapping[str, Any]) -> Model:
    if values["format"] not in range(1, FORMAT + 1):
        raise ValueError(f"format is {values['format']!r}")
    features = tuple(str(name) for name in values["features"])
    slope, offset = float(values["slope"]), float(values["offset"])
    if not np.isfinite([slope, offset]).all():
        raise ValueError("slope and offset must be finite")
    by_measures = _forest("jerk", values, len(features))
    kinds = tuple(_forest(kind, forest, len(features)) for kind, forest in values.get("kinds", {}).items())
    # the keys are older than the names of the looks, and the hashes of models in use depend on them
    curve, neighbours = values.get("close"), values.get("second")
    looks = _curve_look(curve) if curve else None, _neighbour_look(neighbours) if neighbours else None
    return Model(str(values["name"]), features, by_measures, slope, offset, kinds, *looks)


def _curve_look(values: Mapping[str, Any]) -> CurveLook:
    floor, share = float(values["floor"]), float(values["share"])
    if not np.isfinite(floor) or not 0 <= share <= 1:
        raise ValueError("the floor of the look at the curve must be finite, its share 0-1")
    networks = tuple(network_of(network) for network in values["networks"])
    if not networks:
        raise ValueError("a look at the curve needs a network")
    return CurveLook(floor, share, networks)


def _neighbour_look(values: Mapping[str, Any]) -> NeighbourLook:
    features, floor = tuple(str(name) for name in values["features"]), float(values["floor"])
    if not np.isfinite(floor):
        raise ValueError("the floor of the look at the neighbours must be finite")
    return NeighbourLook(features, floor, _forest("jerk", values, len(features)))


def _forest(kind: str, values: Mapping[str, Any], n_features: int) -> Forest:
    baseline = float(values["baseline"])
    if not np.isfinite(baseline):
        raise ValueError(f"the baseline of {kind!r} must be finite")
    trees, columns = values["trees"], {}
    sizes = np.array([len(tree["feature"]) for tree in trees], np.intp)
    if (sizes == 0).any():
        raise ValueError("a tree needs a node")
    for name in _COLUMNS:
        if [len(tree[name]) for tree in trees] != sizes.tolist():
            raise ValueError("the columns of a tree must be lists of one length")
        columns[name] = np.array(list(chain.from_iterable(tree[name] for tree in trees)), np.float64)
        if not np.isfinite(columns[name]).all():
            raise ValueError(f"{name} must be finite in every node")
    roots = np.cumsum(sizes) - sizes
    return Forest(str(Kind(kind)), baseline, roots, **_linked(columns, roots, sizes, n_features))


def _linked(columns: Mapping[str, FloatArray], roots: IndexArray, sizes: IndexArray, n_features: int) -> dict[str, Any]:
    """Return the columns with nodes numbered across all trees; each must lead to a later one, so every walk ends."""
    first, beyond = np.repeat(roots, sizes), np.repeat(roots + sizes, sizes)
    whole = {name: columns[name].astype(np.intp) for name in ("feature", "left", "right")}
    if not all(np.array_equal(columns[name], whole[name]) for name in whole):
        raise ValueError("features and nodes of a tree must be whole numbers")
    inner = whole["feature"] >= 0
    for side in ("left", "right"):
        whole[side] += first
        leads_on = (whole[side] > np.arange(len(first))) & (whole[side] < beyond)
        if not leads_on[inner].all():
            raise ValueError("a tree points outside itself, or back")
    if not (whole["feature"] < n_features).all():
        raise ValueError("a tree looks at features that are not there")
    linked = {**columns, **whole}
    for column in linked.values():
        column.flags.writeable = False  # a model that was read once is shared by all
    return linked
