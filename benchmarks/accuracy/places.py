"""Site and side, as a person would read them off who had named each limb's region without fault.

The detector itself knows places, not limbs; the limb at a place comes from regions that a user draws. Here the regions
are ideal: each found jerk goes to the limb whose rest path passes nearest to its centre.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.evaluation.matching import match_onsets
from detector.evaluation.scores import TOLERANCE_S
from detector.synthetic.camera import view_matrix
from detector.synthetic.recipe import LIMBS
from detector.synthetic.skeleton import Skeleton, to_picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from benchmarks.accuracy.analysis import Measured
    from detector.synthetic.recipe import Recipe

_STEPS = np.linspace(0, 1, 9)[:, None]


def place_accuracy(items: Sequence[Measured]) -> dict[str, Any]:
    """Return the share of found single-limb jerks whose nearest limb is the true one, and is on the true side."""
    limb_right = side_right = n = 0
    for item in items:
        known = item.pair.truth.of("jerk")
        jerks = item.result.jerks
        matches = match_onsets([jerk.onset_s for jerk in jerks], known.onset_s, TOLERANCE_S)
        paths = limb_paths(item.clip.recipe)
        for found, true in zip(matches.predicted.tolist(), matches.truth.tolist(), strict=True):
            limb = known.site[true].replace(" ", "_")
            if limb not in paths:
                continue  # several limbs at once
            place = np.array(
                [jerks[found].x * item.result.recording.width, jerks[found].y * item.result.recording.height]
            )
            nearest = min(paths, key=lambda name: float(np.hypot(*(paths[name] - place).T).min()))
            limb_right += nearest == limb
            side_right += nearest.split("_")[0] == limb.split("_")[0]
            n += 1
    return {
        "pairs": n,
        "site": limb_right / n if n else None,
        "side": side_right / n if n else None,
    }


def limb_paths(recipe: Recipe) -> dict[str, npt.NDArray[np.float64]]:
    """Return points along each limb at rest, in pixels of the video, from its middle joint to its tip."""
    camera = recipe.camera
    skeleton = Skeleton(recipe.sleeper, camera.height / camera.width)
    rest, view = skeleton.rest(), view_matrix(camera)
    places = skeleton.places(rest)
    paths = {}
    for limb in LIMBS:
        joints = [places[f"{limb}_{part.name}"][:2, 2] for part in skeleton.limb_parts(limb)]
        points = [*joints, skeleton.tip(rest, limb)]
        lines = [a + _STEPS * (np.asarray(b) - np.asarray(a)) for a, b in pairwise(points)]
        paths[limb] = to_picture(view, np.concatenate(lines))
    return paths
