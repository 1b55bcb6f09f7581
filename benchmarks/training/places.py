"""Where a rendered jerk happens: from the recipe beside its clip, or from the places that another renderer wrote.

Real recordings have neither, and any place is right.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
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
        """Read the recipe or the list of places beside `video`, if there is one."""
        path = video.with_suffix(".toml")
        if video.with_suffix(".places.json").exists():
            return cls._listed(video)
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

    @classmethod
    def _listed(cls, video: Path) -> Places:
        """Read ``<stem>.places.json``: for each jerk of ``<stem>.truth.tsv`` places as fractions of the picture."""
        listed = json.loads(video.with_suffix(".places.json").read_text("utf-8"))
        with video.with_suffix(".truth.tsv").open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file, delimiter="\t") if row["trial_type"] == "jerk"]
        each = [(float(row["onset"]), point) for row, points in zip(rows, listed, strict=True) for point in points]
        onsets, points = np.array([onset for onset, _ in each]), np.array([point for _, point in each])
        with av.open(str(video)) as film:
            size = film.streams.video[0].width, film.streams.video[0].height
        return cls(onsets, points.reshape(-1, 1, 2), size)

    def has(self, candidate: Candidate, onset_s: float) -> bool:
        """Tell whether a candidate lies on a limb that jerks at `onset_s`; True where no places are known."""
        if not len(self.onset_s):
            return True
        now = self.points[np.abs(self.onset_s - onset_s) <= SAME_MOMENT_S + 0.05]
        if not len(now):
            return True
        apart = (now - (candidate.zone.x, candidate.zone.y)) * self.size / np.hypot(*self.size)
        return bool(np.hypot(apart[..., 0], apart[..., 1]).min() <= NEAR + RADII * candidate.zone.extent)
