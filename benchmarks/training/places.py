"""Where a rendered jerk happens, from the recipe beside its clip; real recordings have none, and any place is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from detector.synthetic.camera import view_matrix
from detector.synthetic.recipe import Recipe
from detector.synthetic.skeleton import Skeleton, to_picture

if TYPE_CHECKING:
    from pathlib import Path

    from detector.events.candidate_table import Candidate

SAME_MOMENT_S = 0.12  # limbs that jerk together begin within 0.10 s (docs/glossary.md)
NEAR = 0.10  # of the diagonal: a limb's own width, and the cloth next to it
RADII = 2.5  # times the zone's own radius


@dataclass(frozen=True, eq=False)
class Places:
    """Onsets of the limbs' jerks, and the places of elbow or knee and of the tip, in fractions of the picture."""

    onset_s: npt.NDArray[np.float64]
    points: npt.NDArray[np.float64]
    size: tuple[int, int]

    @classmethod
    def beside(cls, video: Path) -> Places:
        """Read the recipe beside `video`, if there is one."""
        path = video.with_suffix(".toml")
        if not path.exists():
            return cls(np.zeros(0), np.zeros((0, 2, 2)), (1, 1))
        recipe = Recipe.from_toml(path.read_text("utf-8"))
        camera = recipe.camera
        size = np.array([camera.width, camera.height])
        skeleton = Skeleton(recipe.sleeper, camera.height / camera.width)
        view, rest = view_matrix(camera), skeleton.rest()
        joints = skeleton.places(rest)
        onsets, points = [], []
        for jerk in recipe.jerks:
            for limb in jerk.limbs:
                middle = joints[f"{limb}_{skeleton.limb_parts(limb)[1].name}"][:2, 2]
                onsets.append(jerk.onset_s)
                points.append(to_picture(view, np.array([middle, skeleton.tip(rest, limb)])) / size)
        return cls(np.array(onsets), np.array(points).reshape(-1, 2, 2), (camera.width, camera.height))

    def has(self, candidate: Candidate, onset_s: float) -> bool:
        """Tell whether a candidate lies on a limb that jerks at `onset_s`; True where no places are known."""
        if not len(self.onset_s):
            return True
        now = self.points[np.abs(self.onset_s - onset_s) <= SAME_MOMENT_S + 0.05]
        if not len(now):
            return True
        apart = (now - (candidate.zone.x, candidate.zone.y)) * self.size / np.hypot(*self.size)
        return bool(np.hypot(apart[..., 0], apart[..., 1]).min() <= NEAR + RADII * candidate.zone.extent)
