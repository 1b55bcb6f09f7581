"""Reading a model: JSON of plain numbers, checked by its hash and its shape. Never pickle."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.errors import ResourceError
from detector.records.events import Kind
from detector.resources import models_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["FORMAT", "Forest", "Model", "Tree", "load_model", "read_model"]

FORMAT = 1
"""Version of the layout of ``model.json``."""


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One regression tree. Node 0 is the root; arrays have one value a node.

    Attributes
    ----------
    feature : intp
        Column that is looked at; -1 in a leaf.
    threshold : float64
        A value at most this goes left.
    left, right : intp
        Nodes that follow.
    value : float64
        What a leaf adds to the log odds.
    """

    feature: IndexArray = field(repr=False)
    threshold: FloatArray = field(repr=False)
    left: IndexArray = field(repr=False)
    right: IndexArray = field(repr=False)
    value: FloatArray = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Gradient-boosted trees with the names of the features they were trained on.

    Attributes
    ----------
    name : str
        Name of its folder in ``models/``.
    features : tuple of str
        Columns, in order.
    baseline : float
        Log odds before any tree.
    trees : tuple of Tree
        Their leaves are added up.
    slope, offset : float
        Calibration: confidence = 1 / (1 + exp(-(slope * log odds + offset))) (Platt 1999).
    kinds : tuple of Forest
        What a refused candidate may be, one forest a kind; empty where the model cannot tell.
    sha256 : str
        Hex digest of the file that it was read from.
    """

    name: str
    features: tuple[str, ...]
    baseline: float
    trees: tuple[Tree, ...] = field(repr=False)
    slope: float
    offset: float
    kinds: tuple[Forest, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees whose sum says how much a refused candidate looks like one kind of movement.

    Attributes
    ----------
    kind : str
        Value of `detector.records.events.Kind`.
    baseline : float
        Log odds before any tree.
    trees : tuple of Tree
        Their leaves are added up.
    """

    kind: str
    baseline: float
    trees: tuple[Tree, ...] = field(repr=False)


def load_model(name: str = "") -> Model:
    """Return a model that ships with the package; without a name, the default one of ``models/registry.json``.

    Raises
    ------
    ResourceError
        If it is missing, its hash does not fit the registry, or its content is not a model.
    """
    folder = models_folder()
    try:
        registry = json.loads((folder / "registry.json").read_text("utf-8"))
        name = name or registry["default"]
        sha256 = registry["models"][name]["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ResourceError(f"{folder / 'registry.json'}: no entry for the model {name!r} ({error!r})") from None
    return read_model(folder / name / "model.json", sha256=sha256)


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
        raise ResourceError(f"{path}: is not a model of format {FORMAT} ({error!r})") from None


def _model(values: Mapping[str, Any]) -> Model:
    if values["format"] != FORMAT:
        raise ValueError(f"format is {values['format']!r}")
    features = tuple(str(name) for name in values["features"])
    trees = tuple(_tree(tree, len(features)) for tree in values["trees"])
    numbers = [float(values[key]) for key in ("baseline", "slope", "offset")]
    if not np.isfinite(numbers).all():
        raise ValueError("baseline, slope and offset must be finite")
    kinds = tuple(_forest(kind, forest, len(features)) for kind, forest in values.get("kinds", {}).items())
    return Model(str(values["name"]), features, numbers[0], trees, numbers[1], numbers[2], kinds)


def _forest(kind: str, values: Mapping[str, Any], n_features: int) -> Forest:
    baseline = float(values["baseline"])
    if not np.isfinite(baseline):
        raise ValueError(f"the baseline of {kind!r} must be finite")
    return Forest(str(Kind(kind)), baseline, tuple(_tree(tree, n_features) for tree in values["trees"]))


def _tree(values: Mapping[str, Any], n_features: int) -> Tree:
    threshold, value, *whole = (
        np.array(values[key], np.float64) for key in ("threshold", "value", "feature", "left", "right")
    )
    shapes = {column.shape for column in (threshold, value, *whole)}
    if len(shapes) != 1 or threshold.ndim != 1 or threshold.size == 0:
        raise ValueError("the columns of a tree must be lists of one length, at least 1")
    if not all(np.array_equal(column, np.trunc(column)) for column in whole):
        raise ValueError("features and nodes of a tree must be whole numbers")
    feature, left, right = (column.astype(np.intp) for column in whole)
    inner = feature >= 0
    nodes = np.arange(len(feature))
    # children come after their parent, so that every walk ends
    later = (left[inner] > nodes[inner]) & (right[inner] > nodes[inner])
    inside = (left[inner] < len(feature)) & (right[inner] < len(feature))
    if not (later.all() and inside.all() and (feature < n_features).all()):
        raise ValueError("a tree points outside itself or its features")
    if not (np.isfinite(threshold).all() and np.isfinite(value).all()):
        raise ValueError("thresholds and values must be finite")
    return Tree(feature, threshold, left, right, value)
