"""The renderers by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.other_scenes.cloth import clip as cloth
from benchmarks.other_scenes.dolls import clip as dolls
from benchmarks.other_scenes.plates import clip as plates

if TYPE_CHECKING:
    from pathlib import Path

RENDERERS = {"cloth": cloth.render, "dolls": dolls.render, "plates": plates.render}


def rendered(renderer: str, out: Path, seed: int, number: int) -> str:
    """Render one clip by the renderer of that name, and return the clip's name; one that is there is kept."""
    return RENDERERS[renderer](out, seed, number)
