"""The benchmarks are run by hand and seldom: what they take from the package must still be there."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import benchmarks

FOLDER = Path(benchmarks.__path__[0])
NEEDS_AN_ENGINE = FOLDER / "other_scenes" / "puppets"  # as benchmarks/training, which needs LightGBM
MODULES = sorted(
    ".".join(("benchmarks", *path.relative_to(FOLDER).with_suffix("").parts))
    for room in ("accuracy", "other_scenes", "report", "speed")
    for path in (FOLDER / room).rglob("*.py")
    if NEEDS_AN_ENGINE not in path.parents
)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_the_benchmarks_can_be_loaded(name: str) -> None:
    import_module(name)
