"""The closed list of conditions, each with a function that draws a recipe for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.errors import SettingsError
from detector.synthetic import disturbed, mixed, plain, restless
from detector.synthetic.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.synthetic.recipe import Recipe

__all__ = ["CONDITIONS", "NEGATIVE", "random_recipe"]

CONDITIONS: dict[str, Callable[[Draft], None]] = {
    **plain.CONDITIONS,
    **restless.CONDITIONS,
    **disturbed.CONDITIONS,
    **mixed.CONDITIONS,
}

# Conditions without any jerk: every jerk found in them is false.
NEGATIVE = plain.NEGATIVE | restless.NEGATIVE | {name for name in CONDITIONS if name.endswith("_quiet")}


def random_recipe(seed: int, condition: str) -> Recipe:
    """Return the recipe that `seed` draws for a condition.

    Parameters
    ----------
    seed : int
        0 or more; seeds used for tuning must not be used for reported numbers.
    condition : str
        A key of `CONDITIONS`.

    Raises
    ------
    SettingsError
        If the condition is unknown.
    """
    if condition not in CONDITIONS:
        raise SettingsError(f"unknown condition {condition!r}; choose one of {', '.join(CONDITIONS)}", key="condition")
    draft = Draft(np.random.default_rng([seed, *condition.encode()]))
    CONDITIONS[condition](draft)
    return draft.finish(seed, condition)
