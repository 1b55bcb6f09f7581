"""What a clip's skin, clothes, sheet and blanket are made of, and from where they are lit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.plates.textures import SIZE, Texture, fractal, photo, pick

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.camera import Camera

Array = np.ndarray
SKINS = ((0.55, 0.65, 0.85), (0.4, 0.52, 0.72), (0.25, 0.35, 0.5), (0.62, 0.72, 0.9))


@dataclass
class Fabrics:
    """Textures by name, their texels a pixel, and the direction of the light."""

    textures: dict[str, Texture]
    scales: dict[str, float]
    light: Array

    def told(self) -> dict[str, list]:
        """What the cloths are, for the record of the clip."""
        named = (("cloth", "cloth"), ("cloth2", "cloth2"), ("sheet", "sheet"), ("blank", "blanket"))
        return {word: [self.textures[k].name, round(self.textures[k].contrast, 3)] for k, word in named}


def _skin(rng: np.random.Generator, camera: Camera) -> Texture:
    colour = np.array(SKINS[rng.integers(0, 4)], np.float32)
    if camera.infrared:
        colour = np.array([0.75] * 3, np.float32) * rng.uniform(0.8, 1.1)
    grain = 1 + 0.05 * fractal(rng, SIZE, SIZE, 12, 5)[..., None]
    blotches = rng.uniform(0, 0.12)
    rng.integers(0, 3)  # drawn for what is no longer there, so that a seed keeps its picture
    blotches = blotches * (cv2.resize(photo("moon"), (SIZE, SIZE)) - 0.45)
    return Texture((colour * np.clip(grain + blotches, 0.5, 1.5)).astype(np.float32), "skin", 1.0)


def make_fabrics(rng: np.random.Generator, camera: Camera, length: float) -> Fabrics:
    """Draw all materials; `length` is that of the sleeper in pixels."""
    textures = {"skin": _skin(rng, camera), "cloth": pick(rng), "cloth2": pick(rng)}
    textures["sheet"] = pick(rng, float(np.exp(rng.uniform(np.log(0.04), np.log(0.7)))))
    textures["blank"] = pick(rng)
    names = ("cloth", "cloth2", "sheet", "blank", "skin")
    scales = {name: rng.uniform(0.7, 3) * 384 / max(length, 0.5 * camera.width) for name in names}
    light = rng.normal(0, 1, 2)
    light *= rng.uniform(0.3, 0.9) / np.hypot(*light)
    return Fabrics(textures, scales, light)
