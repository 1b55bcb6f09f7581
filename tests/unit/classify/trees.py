"""Models small enough to be worked out by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from detector.classify.model_file import FORMAT

if TYPE_CHECKING:
    from pathlib import Path

STUMP = {
    "feature": [0, -1, -1], "left": [1, -1, -1], "right": [2, -1, -1], "threshold": [0.5, 0.0, 0.0],
    "value": [0.0, -2.0, 3.0],
}  # fmt: skip
"""speed at most 0.5: -2, above: 3."""

TWO_DEEP = {
    "feature": [1, 0, -1, -1, -1], "left": [1, 2, -1, -1, -1], "right": [4, 3, -1, -1, -1],
    "threshold": [10.0, 0.2, 0.0, 0.0, 0.0], "value": [9.0, 9.0, 0.1, 0.2, 0.4],
}  # fmt: skip
"""area at most 10: (speed at most 0.2: 0.1, above: 0.2), above: 0.4."""


def model_values(*trees: dict[str, Any], **changes: object) -> dict[str, Any]:
    values = {
        "format": FORMAT, "name": "tiny-1", "features": ["speed", "area"], "baseline": 0.25, "trees": list(trees),
        "slope": 1.0, "offset": 0.0,
    }  # fmt: skip
    return values | changes


def write_model(folder: Path, values: dict[str, Any]) -> Path:
    path = folder / "model.json"
    path.write_text(json.dumps(values), "utf-8")
    return path
