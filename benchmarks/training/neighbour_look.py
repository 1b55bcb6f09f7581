"""The look at neighbours: trees that correct a candidate's odds by those of its neighbours (docs/decisions/0023).

They learn from odds of trees that never saw the clip's condition, nor anything of its renderer: the earlier looks are
as unsure in a room that no scene shows.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from gather import JERK, UNUSED, Clip
from sklearn.model_selection import GroupKFold
from trees import grower, trees_of

from detector.classify.predict import Neighbours, odds_by_neighbours
from detector.events.neighbours import NEIGHBOUR_FEATURES, neighbours_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import lightgbm

    from detector.classify.model_file import NeighbourLook

__all__ = ["LOOK", "fit_neighbour_look", "neighbour_odds_out_of_fold", "neighbour_values", "with_neighbour_look"]

# Below log odds of the floor (one in 34) lower ones brought nothing. Half of what the trees say is taken: all of it
# finds less in scenes of some renderers that no tree has seen (docs/decisions/0023).
LOOK = {"trees": 300, "leaves": 12, "rate": 0.04, "floor": -3.5, "taken": 0.5}

FloatArray = npt.NDArray[np.float64]


def fit_neighbour_look(clips: Sequence[Clip], odds: Sequence[FloatArray]) -> lightgbm.LGBMClassifier:
    """Return the trees fitted to what earlier log odds above the floor leave."""
    parts = [
        (clip, first, np.flatnonzero((first > LOOK["floor"]) & (clip.labels != UNUSED)))
        for clip, first in zip(clips, odds, strict=True)
    ]
    model = grower(int(LOOK["trees"]), int(LOOK["leaves"]), LOOK["rate"])
    return model.fit(
        np.vstack([neighbours_of(clip.candidates, first, which) for clip, first, which in parts]),
        np.concatenate([clip.labels[which] == JERK for clip, _, which in parts]),
        sample_weight=np.concatenate([clip.weights[which] for clip, _, which in parts]),
        init_score=np.concatenate([first[which] for _, first, which in parts]),
    )


def neighbour_odds_out_of_fold(
    clips: list[Clip], odds: list[FloatArray], unseen: list[FloatArray], groups: list[str], folds: int
) -> list[FloatArray]:
    """Return `odds` corrected by trees that saw no clip of a clip's group; they learn from `unseen`."""
    corrected = [first.copy() for first in odds]

    def hold_out(split: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]) -> None:
        train, test = split
        model = fit_neighbour_look([clips[i] for i in train], [unseen[i] for i in train])
        for i in test:
            which = np.flatnonzero(odds[i] > LOOK["floor"])
            if len(which):
                values = neighbours_of(clips[i].candidates, odds[i], which)
                corrected[i][which] += LOOK["taken"] * model.predict(values, raw_score=True)

    splits = GroupKFold(min(folds, len(set(groups)))).split(clips, groups=groups)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(hold_out, splits))
    return corrected


def with_neighbour_look(look: NeighbourLook, clips: list[Clip], odds: list[FloatArray]) -> list[FloatArray]:
    """Return `odds` corrected by the look at neighbours of a model that is kept."""
    return [
        odds_by_neighbours(look, first, Neighbours(NEIGHBOUR_FEATURES, partial(neighbours_of, clip.candidates)))
        for clip, first in zip(clips, odds, strict=True)
    ]


def neighbour_values(model: lightgbm.LGBMClassifier) -> dict[str, Any]:
    """Return the look at neighbours as plain numbers, as `detector.classify.model_file` reads it."""
    trees = trees_of(model, LOOK["taken"])
    return {"features": list(NEIGHBOUR_FEATURES), "floor": LOOK["floor"], "baseline": 0.0, "trees": trees}
