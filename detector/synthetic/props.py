"""Still things around the sleeper: toys on the bed, bars of a cot in the foreground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.layers import Layer, Surface, limb_layer, shape_layer
from detector.synthetic.textures import TEXTURES

if TYPE_CHECKING:
    from detector.synthetic.recipe import Recipe
    from detector.synthetic.skeleton import Array

__all__ = ["bars", "toys"]


def toys(recipe: Recipe, density: float) -> list[tuple[Array, Layer]]:
    """Return (place in the world, layer) of the toys that lie on the bed beneath the sleeper."""
    rng = np.random.default_rng([recipe.seed, 61])
    height = 640 * recipe.camera.height / recipe.camera.width
    out = []
    for _ in range(recipe.bed.toys):
        tint = rng.uniform(0.6, 1.2, 3)
        surface = Surface(
            recipe.bed.grey * float(rng.uniform(0.4, 1.5)), 0.15, TEXTURES[int(rng.integers(len(TEXTURES)))], 7.0,
            (float(tint[0]), float(tint[1]), float(tint[2])),
        )  # fmt: skip
        half = (float(rng.uniform(12, 45)), float(rng.uniform(12, 45)))
        layer = shape_layer(
            half, 0.0, surface, density, rng, colour=recipe.camera.colour, form=(float(rng.uniform(1.6, 5)), 0.0, 0.35)
        )
        angle = rng.uniform(0, 2 * np.pi)
        x, y = rng.uniform(0, 640), height * rng.choice([rng.uniform(0, 0.2), rng.uniform(0.8, 1)])
        cos, sin = np.cos(angle), np.sin(angle)
        out.append((np.array([[cos, -sin, x], [sin, cos, y], [0, 0, 1.0]]), layer))
    return out


def bars(recipe: Recipe, density: float) -> list[tuple[Array, Layer]]:
    """Return (place in the world, layer) of the cot's bars, which are in front of the sleeper."""
    if not recipe.bed.rails:
        return []
    rng = np.random.default_rng([recipe.seed, 67])
    height = 640 * recipe.camera.height / recipe.camera.width
    half, gap, top = float(rng.uniform(4, 8)), float(rng.uniform(55, 110)), float(rng.uniform(0.55, 0.8)) * height
    wood = Surface(recipe.bed.grey * float(rng.uniform(0.6, 1.6)), 0.03, "plain", 9.0, (0.8, 0.95, 1.1))
    bar = limb_layer(1.2 * height, half, half, wood, density, rng, colour=recipe.camera.colour)
    out = [(np.array([[1.0, 0, x], [0, 1.0, top], [0, 0, 1.0]]), bar) for x in np.arange(rng.uniform(0, gap), 640, gap)]
    rail = limb_layer(900.0, 1.5 * half, 1.5 * half, wood, density, rng, colour=recipe.camera.colour)
    return [*out, (np.array([[0.0, 1.0, -130.0], [1.0, 0.0, top], [0, 0, 1.0]]), rail)]
