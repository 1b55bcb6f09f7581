"""The renderers by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

RENDERERS = ("clay", "cloth", "cutouts", "dolls", "plates", "puppets")


def rendered(renderer: str, out: Path, seed: int, number: int) -> str:
    """Render one clip by the renderer of that name, and return the clip's name; one that is there is kept.

    Loaded by its name: one of them needs a physics engine that the others do without.
    """
    module = import_module(f"benchmarks.other_scenes.{renderer}.clip")
    return str(module.render(out, seed, number))
