"""Each model's card says what its numbers say, and the registry's hash is that of the file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from benchmarks.training.write_card import card

MODELS = Path(__file__).resolve().parents[2] / "models"
REGISTRY = json.loads((MODELS / "registry.json").read_text("utf-8"))
FOLDERS = sorted(path.parent for path in MODELS.glob("*/model.json"))


def test_registry_names_every_model_and_its_default() -> None:
    assert sorted(REGISTRY["models"]) == [folder.name for folder in FOLDERS]
    assert REGISTRY["default"] in REGISTRY["models"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_registry_has_the_hash_of_the_file(folder: Path) -> None:
    digest = hashlib.sha256((folder / "model.json").read_bytes()).hexdigest()
    assert digest == REGISTRY["models"][folder.name]["sha256"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_card_says_what_the_numbers_say(folder: Path) -> None:
    written = (folder / "CARD.md").read_text("utf-8")
    assert written == card(folder), "run `make docs`"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_numbers_of_a_card_fit_each_other(folder: Path) -> None:
    metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
    for key in ("model_by_clip", "model_by_condition", "rules"):
        rows = metrics[key]["conditions"].values()
        true, false, missed = (sum(row[name] for row in rows) for name in ("true", "false", "missed"))
        assert true + missed == metrics["jerks"]
        assert metrics[key]["f1"] == pytest.approx(2 * true / (2 * true + false + missed), abs=1e-4)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_card_says_what_must_not_be_missed(folder: Path) -> None:
    text = " ".join((folder / "CARD.md").read_text("utf-8").split())
    for must in ("No infant was filmed", "Not for - Diagnosis", "These figures are optimistic", "## Licence"):
        assert must in text
