"""Boosted trees that always grow alike, and as plain numbers."""

from __future__ import annotations

from typing import Any

import lightgbm

__all__ = ["LEAST_LEAF", "RIDGE", "ROWS", "SHARE", "grower", "trees_of"]

LEAST_LEAF, RIDGE, SHARE, ROWS = 40, 10.0, 0.3, 0.7  # SHARE of the features, ROWS of the candidates


def grower(trees: int, leaves: int, rate: float, **options: Any) -> lightgbm.LGBMClassifier:
    """Return boosted trees that always grow alike."""
    return lightgbm.LGBMClassifier(
        n_estimators=trees, num_leaves=leaves, learning_rate=rate, min_child_samples=LEAST_LEAF, reg_lambda=RIDGE,
        feature_fraction_bynode=SHARE, subsample=ROWS, subsample_freq=1, use_missing=False, random_state=0,
        deterministic=True, force_row_wise=True, n_jobs=1, verbose=-1, **options,
    )  # fmt: skip


def trees_of(model: lightgbm.LGBMClassifier, share: float = 1.0) -> list[dict[str, list[float]]]:
    """Return the trees as plain numbers, each leaf times `share`; the log odds before any tree are in the first's."""
    trees = []
    for tree in model.booster_.dump_model()["tree_info"]:
        nodes: list[dict[str, Any]] = []
        _walk(tree["tree_structure"], nodes, share)
        columns = ("feature", "threshold", "left", "right", "value")
        trees.append({column: [node[column] for node in nodes] for column in columns})
    return trees


def _walk(part: dict[str, Any], nodes: list[dict[str, Any]], share: float) -> int:
    """Append a node and those below it, parents first; return its number."""
    place, value = len(nodes), share * part.get("leaf_value", 0.0)
    nodes.append({"feature": -1, "threshold": 0.0, "left": 0, "right": 0, "value": value})
    if "split_feature" in part:
        nodes[place]["feature"], nodes[place]["threshold"] = part["split_feature"], part["threshold"]
        nodes[place]["left"] = _walk(part["left_child"], nodes, share)
        nodes[place]["right"] = _walk(part["right_child"], nodes, share)
    return place
