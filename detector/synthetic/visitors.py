"""Things that enter the picture besides the sleeper, chosen by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from detector.synthetic.bedside import Cord, Monitor
from detector.synthetic.living import Bulk, Hand, Pet
from detector.synthetic.passer import Passer
from detector.synthetic.stray import Stray
from detector.synthetic.things import Curtain, Mobile, Specks

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from detector.synthetic.recipe import Distractor, Recipe
    from detector.synthetic.skeleton import Array

    Picture = npt.NDArray[np.float32]

__all__ = ["Visitor", "visitors"]


class Visitor(Protocol):
    """Anything that is drawn into the scene's light."""

    def draw(self, canvas: Picture, view: Array, time_s: float) -> None:
        """Draw into `canvas` (changed in place) at `time_s`; `view` maps world px to its pixels."""


def visitors(recipe: Recipe) -> list[Visitor]:
    """Return the things to draw over the sleeper, in order."""
    makers: dict[str, Callable[[Distractor, Recipe, np.random.Generator], Visitor]] = {
        "hand": Hand, "patting": Hand, "person": Bulk, "pet": Pet, "curtain": Curtain, "mobile": Mobile, "stray": Stray,
        "insects": Specks, "dust": Specks, "monitor": Monitor, "cord": Cord, "passer": Passer,
    }  # fmt: skip
    out: list[Visitor] = []
    for place, item in enumerate(recipe.distractors):
        if item.kind in makers:
            out.append(makers[item.kind](item, recipe, np.random.default_rng([recipe.seed, place, 53])))
    return out
