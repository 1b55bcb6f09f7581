"""Simple random draws that stay readable in a recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from detector.synthetic.textures import TEXTURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.synthetic.recipe import Texture

__all__ = ["Dice"]

T = TypeVar("T")


class Dice:
    """Draws from one generator, in order."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def between(self, low: float, high: float) -> float:
        """Return a uniform number, rounded to four digits so that the TOML stays readable."""
        return float(f"{self.rng.uniform(low, high):.4g}")

    def log_between(self, low: float, high: float) -> float:
        """Return a number whose logarithm is uniform."""
        return float(f"{np.exp(self.rng.uniform(np.log(low), np.log(high))):.4g}")

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of `choices`."""
        return choices[int(self.rng.integers(len(choices)))]

    def texture(self) -> Texture:
        """Return one of the patterns of cloth."""
        return self.pick(TEXTURES)
