from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from detector.classify import model_file
from detector.classify.model_file import FORMAT, load_model, read_model, registered_model
from detector.errors import ResourceError
from detector.events.candidates import FEATURES
from detector.events.context import CONTEXT_FEATURES
from detector.events.curves import CURVE_FEATURES
from detector.events.neighbours import NEIGHBOUR_FEATURES
from detector.events.views import VIEW_FEATURES
from detector.resources import MODELS, models_folder
from tests.unit.classify.trees import STUMP, model_values, write_model

if TYPE_CHECKING:
    from pathlib import Path


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path, model_values(STUMP, STUMP)))
    assert (model.name, model.features, model.slope, model.offset) == ("tiny-1", ("speed", "area"), 1.0, 0.0)
    assert (model.by_measures.kind, model.by_measures.baseline) == ("jerk", 0.25)
    assert model.by_measures.roots.tolist() == [0, 3]
    assert model.by_measures.feature.tolist() == [0, -1, -1] * 2
    assert model.by_measures.value.tolist() == [0.0, -2.0, 3.0] * 2
    assert (model.by_measures.left[[0, 3]].tolist(), model.by_measures.right[[0, 3]].tolist()) == ([1, 4], [2, 5])


def test_a_model_without_trees_is_a_model(tmp_path: Path) -> None:
    assert read_model(write_model(tmp_path, model_values())).by_measures.roots.size == 0


def test_the_right_hash_is_accepted(tmp_path: Path) -> None:
    path = write_model(tmp_path, model_values(STUMP))
    assert read_model(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest()).name == "tiny-1"


def test_one_altered_byte_is_refused(tmp_path: Path) -> None:
    path = write_model(tmp_path, model_values(STUMP))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes().replace(b"3.0", b"3.1"))
    with pytest.raises(ResourceError, match=f"expected {sha256}"):
        read_model(path, sha256=sha256)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"none\.json: the model cannot be read"):
        read_model(tmp_path / "none.json")


@pytest.mark.parametrize("content", [b"", b"not json", b"[]", b"null", b"3", b"{}", b"\xff\xfe", b'"text"'])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(ResourceError, match=f"is not a model of format {FORMAT}"):
        read_model(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": FORMAT + 1},
        {"format": str(FORMAT)},
        {"baseline": float("nan")},
        {"slope": float("inf")},
        {"offset": "much"},
        {"baseline": None},
        {"trees": 3},
        {"features": None},
    ],
)
def test_wrong_formats_and_numbers_that_are_not_finite_are_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ResourceError, match="is not a model"):
        read_model(write_model(tmp_path, model_values(STUMP) | changes))


@pytest.mark.parametrize("name", ["format", "name", "features", "trees", "baseline", "slope", "offset"])
def test_every_part_must_be_there(tmp_path: Path, name: str) -> None:
    values = model_values(STUMP)
    del values[name]
    with pytest.raises(ResourceError, match=name):
        read_model(write_model(tmp_path, values))


@pytest.mark.parametrize(
    "changes",
    [
        {"left": [0, -1, -1]},  # a cycle of one
        {"left": [-1, -1, -1]},
        {"right": [3, -1, -1]},  # beyond the last node
        {"feature": [2, -1, -1]},  # no such feature
        {"threshold": [float("nan"), 0.0, 0.0]},
        {"value": [0.0, float("inf"), 3.0]},
        {"value": [0.0, 3.0]},
        {"feature": [], "left": [], "right": [], "threshold": [], "value": []},
        {"feature": "abc"},
        {"left": [[1], [2], [3]]},
        {"threshold": [None, 0, 0]},
        {"feature": [0.5, -1, -1]},
        {"left": [1.5, -1, -1]},
    ],
)
def test_a_broken_tree_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(ResourceError, match="is not a model"):
        read_model(write_model(tmp_path, model_values(STUMP | changes)))


def test_a_walk_that_would_go_round_is_refused(tmp_path: Path) -> None:
    """Node 1 leads back to node 0: reading it must fail, as predicting with it would never end."""
    circle = {
        "feature": [0, 1, -1], "left": [1, 0, -1], "right": [2, 2, -1], "threshold": [0.5, 0.5, 0.0],
        "value": [0.0, 0.0, 1.0],
    }  # fmt: skip
    with pytest.raises(ResourceError, match="points outside"):
        read_model(write_model(tmp_path, model_values(circle)))


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models in place of the shipped one."""
    (tmp_path / "tiny-1").mkdir()
    path = write_model(tmp_path / "tiny-1", model_values(STUMP))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    registry = {"default": "tiny-1", "models": {"tiny-1": {"sha256": sha256}}}
    (tmp_path / "registry.json").write_text(json.dumps(registry), "utf-8")
    monkeypatch.setattr(model_file, "models_folder", lambda: tmp_path)
    return tmp_path


def test_the_default_model_is_that_of_the_registry(models: Path) -> None:
    assert load_model().name == load_model("tiny-1").name == "tiny-1"


def test_a_model_of_the_registry_is_read_once(models: Path) -> None:
    model = load_model()
    assert model is load_model("tiny-1")
    with pytest.raises(ValueError, match="read-only"):
        model.by_measures.value[0] = 1.0


def test_an_unknown_model_is_refused_by_its_name(models: Path) -> None:
    with pytest.raises(ResourceError, match="no entry for the model 'other-9'"):
        load_model("other-9")


def test_a_shipped_model_that_was_altered_is_refused(models: Path) -> None:
    path = models / "tiny-1" / "model.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ResourceError, match="altered"):
        load_model()


@pytest.mark.parametrize("content", [None, "", "{}", '{"default": "tiny-1"}', "[]"])
def test_a_registry_that_cannot_be_read_is_refused(models: Path, content: str | None) -> None:
    path = models / "registry.json"
    path.unlink()
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(ResourceError, match=r"registry\.json"):
        load_model()


@pytest.mark.skipif(not (models_folder() / "registry.json").exists(), reason="no model is shipped yet")
def test_the_shipped_model_fits_what_is_measured() -> None:
    model = load_model()
    assert set(model.features) <= {*FEATURES, *VIEW_FEATURES, *CONTEXT_FEATURES}
    assert model.by_measures.roots.size > 0
    assert model.slope > 0
    assert np.isfinite(model.by_measures.value).all()
    assert model.by_curve is not None
    assert {name for network in model.by_curve.networks for name in network.features} <= set(CURVE_FEATURES)
    assert model.by_neighbours is not None
    assert set(model.by_neighbours.features) <= set(NEIGHBOUR_FEATURES)
    assert np.isfinite(model.by_neighbours.correction.value).all()


NETWORK = {
    "features": ["along_0"], "unit": [0.0], "mean": [0.5], "scale": [2.0],
    "layers": [{"weights": [[1.0, -1.0]], "biases": [0.0, 0.5]}, {"weights": [[2.0], [3.0]], "biases": [-1.0]}],
}  # fmt: skip
CURVE = {"floor": -2.0, "share": 0.5, "networks": [NETWORK, NETWORK]}
CONVOLUTION = {"weights": [[1.0], [0.0], [-1.0]], "biases": [0.5], "moments": 3, "every": 2}
ALONG = {  # one curve of three moments, of which the convolution makes one of two, and a size
    "features": ["along_0", "along_1", "along_2", "speed"], "unit": [0.0] * 4, "mean": [0.5] * 4, "scale": [2.0] * 4,
    "curves": [1, 3], "convolutions": [CONVOLUTION],
    "layers": [{"weights": [[1.0], [2.0], [3.0]], "biases": [0.0]}],
}  # fmt: skip


def test_the_look_at_the_curve_is_read(tmp_path: Path) -> None:
    look = read_model(write_model(tmp_path, model_values(STUMP, close=CURVE))).by_curve
    assert look is not None
    assert (look.floor, look.share, len(look.networks)) == (-2.0, 0.5, 2)
    network = look.networks[0]
    assert (network.features, network.unit.tolist()) == (("along_0",), [0.0])
    assert (network.mean.tolist(), network.scale.tolist()) == ([0.5], [2.0])
    assert [layer.weights.shape for layer in network.layers] == [(1, 2), (2, 1)]
    assert network.layers[0].biases.tolist() == [0.0, 0.5]
    assert not network.layers[0].weights.flags.writeable
    assert read_model(write_model(tmp_path, model_values(STUMP, close=None))).by_curve is None


def test_convolutions_are_read(tmp_path: Path) -> None:
    look = read_model(write_model(tmp_path, model_values(STUMP, close=CURVE | {"networks": [ALONG]}))).by_curve
    assert look is not None
    (network,) = look.networks
    assert network.curves == (1, 3)
    ((layer, moments, every),) = network.convolutions
    assert (layer.weights.tolist(), layer.biases.tolist(), moments, every) == ([[1], [0], [-1]], [0.5], 3, 2)
    assert not layer.weights.flags.writeable


def test_networks_from_before_convolutions_are_read(tmp_path: Path) -> None:
    look = read_model(write_model(tmp_path, model_values(STUMP, close=CURVE) | {"format": 3})).by_curve
    assert look is not None
    assert [(network.curves, network.convolutions) for network in look.networks] == [((0, 0), ())] * 2


@pytest.mark.parametrize("before", [1, 2])
def test_a_model_from_before_the_look_at_the_curve_is_read(tmp_path: Path, before: int) -> None:
    assert read_model(write_model(tmp_path, model_values(STUMP) | {"format": before})).by_curve is None


@pytest.mark.parametrize(
    "changes",
    [
        {"networks": [NETWORK | {"features": []}]},
        {"networks": [NETWORK | {"features": ["along_0", "along_1"]}]},
        {"networks": [NETWORK | {"unit": [-1.0]}]},
        {"networks": [NETWORK | {"unit": [float("nan")]}]},
        {"floor": float("nan")},
        {"share": 1.5},
        {"share": -0.1},
        {"share": float("nan")},
        {"networks": []},
        {"networks": [{}]},
        {"networks": [NETWORK | {"mean": [float("inf")]}]},
        {"networks": [NETWORK | {"scale": [0.0]}]},
        {"networks": [NETWORK | {"scale": [-1.0]}]},
        {"networks": [NETWORK | {"layers": []}]},
        {"networks": [NETWORK | {"layers": [{"weights": [[1.0, 2.0]], "biases": [0.0, 0.0]}]}]},
        {"networks": [NETWORK | {"layers": [{"weights": [[1.0], [2.0]], "biases": [0.0]}]}]},
        {"networks": [NETWORK | {"layers": [{"weights": [[float("nan")]], "biases": [0.0]}]}]},
        {"networks": [NETWORK | {"layers": [{"weights": [["much"]], "biases": [0.0]}]}]},
        {"networks": [ALONG | {"curves": [2, 3]}]},  # more than there are inputs
        {"networks": [ALONG | {"curves": [0, 3]}]},
        {"networks": [ALONG | {"curves": [1]}]},
        {"networks": [ALONG | {"convolutions": [CONVOLUTION | {"moments": 2}]}]},
        {"networks": [ALONG | {"convolutions": [CONVOLUTION | {"moments": 5}]}]},
        {"networks": [ALONG | {"convolutions": [CONVOLUTION | {"every": 0}]}]},
        {"networks": [ALONG | {"convolutions": [CONVOLUTION | {"every": 1}]}]},  # three moments for the layer's two
        {"networks": [ALONG | {"convolutions": [CONVOLUTION, CONVOLUTION]}]},
        {"networks": [ALONG | {"convolutions": [CONVOLUTION | {"biases": [float("nan")]}]}]},
    ],
)
def test_a_look_at_the_curve_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    path = write_model(tmp_path, model_values(STUMP, close=CURVE | changes))
    with pytest.raises(ResourceError, match="is not a model"):
        read_model(path)


NEIGHBOURS = {"features": ["odds"], "floor": -2.0, "baseline": 0.1, "trees": [STUMP]}


def test_the_look_at_the_neighbours_is_read(tmp_path: Path) -> None:
    look = read_model(write_model(tmp_path, model_values(STUMP, second=NEIGHBOURS))).by_neighbours
    assert look is not None
    assert (look.features, look.floor, look.correction.baseline) == (("odds",), -2.0, 0.1)
    assert read_model(write_model(tmp_path, model_values(STUMP))).by_neighbours is None
    assert read_model(write_model(tmp_path, model_values(STUMP, second=None))).by_neighbours is None


def test_a_model_from_before_the_look_at_the_neighbours_is_read(tmp_path: Path) -> None:
    model = read_model(write_model(tmp_path, model_values(STUMP, format=1)))
    assert (model.features, model.by_neighbours) == (("speed", "area"), None)


@pytest.mark.parametrize("changes", [{"features": []}, {"floor": float("nan")}, {"baseline": float("inf")}])
def test_a_look_at_the_neighbours_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    path = write_model(tmp_path, model_values(STUMP, second=NEIGHBOURS | changes))
    with pytest.raises(ResourceError, match=f"is not a model of format {FORMAT}"):
        read_model(path)


def test_the_kinds_of_what_is_refused_are_read(tmp_path: Path) -> None:
    kinds = {"slow": {"baseline": 0.0, "trees": [STUMP]}, "rhythmic": {"baseline": 0.5, "trees": []}}
    model = read_model(write_model(tmp_path, model_values(STUMP) | {"kinds": kinds}))
    assert [(forest.kind, forest.baseline, len(forest.roots)) for forest in model.kinds] == [
        ("slow", 0.0, 1), ("rhythmic", 0.5, 0),
    ]  # fmt: skip
    assert read_model(write_model(tmp_path, model_values(STUMP))).kinds == ()


@pytest.mark.parametrize("kinds", [{"asleep": {"baseline": 0.0, "trees": []}}, {"slow": {"trees": []}},
                                   {"slow": {"baseline": float("nan"), "trees": []}}])  # fmt: skip
def test_kinds_that_are_none_are_refused(tmp_path: Path, kinds: dict[str, Any]) -> None:
    with pytest.raises(ResourceError, match="is not a model"):
        read_model(write_model(tmp_path, model_values(STUMP) | {"kinds": kinds}))


def test_a_folder_of_ones_own_takes_the_place_of_the_shipped_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = load_model().sha256
    (tmp_path / "ours-1").mkdir()
    path = write_model(tmp_path / "ours-1", model_values(STUMP))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    registry = {"default": "ours-1", "models": {"ours-1": {"sha256": sha256}}}
    (tmp_path / "registry.json").write_text(json.dumps(registry), "utf-8")
    monkeypatch.setenv(MODELS, str(tmp_path))
    assert load_model().sha256 == registered_model()[1] == sha256 != shipped
    monkeypatch.setenv(MODELS, str(tmp_path / "nowhere"))
    with pytest.raises(ResourceError, match=r"SLEEPJERK_MODELS=.*nowhere: there is no such folder"):
        load_model()
    monkeypatch.setenv(MODELS, "")
    assert load_model().sha256 == shipped
