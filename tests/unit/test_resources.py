from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from detector import resources
from detector.errors import ResourceError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a checkout of one sample and let the package believe that it lives there."""
    (tmp_path / "detector").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "sleepjerk"\n')
    _fill(tmp_path)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "detector")
    return tmp_path


def _fill(root: Path, **changes: Any) -> None:
    samples = root / "samples"
    (samples / "clips").mkdir(parents=True)
    (samples / "truth").mkdir()
    (root / "models").mkdir()
    (samples / "clips" / "a.mp4").write_bytes(b"film")
    (samples / "truth" / "a.tsv").write_text("onset\tduration\ttrial_type\n")
    entry = {
        "name": "a", "file": "clips/a.mp4", "truth": "truth/a.tsv", "recipe": "a", "bytes": 4, "description": "A film.",
        "sha256": hashlib.sha256(b"film").hexdigest(), "duration_s": 10, "fps": 30,
    }  # fmt: skip
    (samples / "manifest.json").write_text(json.dumps({"format": 1, "samples": [entry]} | changes))


def test_a_checkout(checkout: Path) -> None:
    assert resources.sample_names() == ("a",)
    assert resources.sample_path("a") == checkout / "samples" / "clips" / "a.mp4"
    assert resources.sample_truth("a") == checkout / "samples" / "truth" / "a.tsv"
    assert resources.sample("a").duration_s == 10.0
    assert resources.models_folder() == checkout / "models"


def test_an_installation_comes_first(checkout: Path) -> None:
    data = checkout / "detector" / "_data"
    _fill(data)
    assert resources.sample_path("a") == data / "samples" / "clips" / "a.mp4"


@pytest.mark.parametrize("pyproject", ['[project]\nname = "other"\n', "project = 1", "[", None])
def test_samples_beside_another_project_are_not_ours(checkout: Path, pyproject: str | None) -> None:
    if pyproject is None:
        (checkout / "pyproject.toml").unlink()
    else:
        (checkout / "pyproject.toml").write_text(pyproject)
    with pytest.raises(ResourceError) as caught:
        resources.sample_names()
    assert str(checkout / "detector" / "_data" / "samples") in str(caught.value)
    assert str(checkout / "samples") in str(caught.value)


def test_an_altered_clip(checkout: Path) -> None:
    (checkout / "samples" / "clips" / "a.mp4").write_bytes(b"filn")
    with pytest.raises(ResourceError, match="altered"):
        resources.sample_path("a")


def test_missing_files(checkout: Path) -> None:
    (checkout / "samples" / "clips" / "a.mp4").unlink()
    (checkout / "samples" / "truth" / "a.tsv").unlink()
    with pytest.raises(ResourceError, match="cannot be read"):
        resources.sample_path("a")
    with pytest.raises(ResourceError, match="no such file"):
        resources.sample_truth("a")


def test_an_unknown_sample_names_the_known(checkout: Path) -> None:
    with pytest.raises(ResourceError, match="there is no sample 'b'; the samples are a"):
        resources.sample_path("b")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2, "samples": []}', '{"format": 1, "samples": [{}]}'])
def test_a_damaged_manifest(checkout: Path, content: str) -> None:
    (checkout / "samples" / "manifest.json").write_text(content)
    with pytest.raises(ResourceError, match=r"manifest\.json"):
        resources.sample_names()


def test_no_manifest_is_a_missing_file(checkout: Path) -> None:
    (checkout / "samples" / "manifest.json").unlink()
    with pytest.raises(FileNotFoundError):
        resources.sample_names()
