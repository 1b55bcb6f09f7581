"""Can a movement be seen at all? Judged on rendered pictures, so that hidden jerks never enter the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.dolls.body import LIMBS, Body, limb_pose, pose_parts

if TYPE_CHECKING:
    from benchmarks.other_scenes.dolls.scene import Scene

Array = np.ndarray
ENOUGH = 150.0  # squared signal to noise over all pixels that change


class Witness:
    """Compares the picture at rest with the picture at the height of a jerk, against the camera's noise."""

    def __init__(self, scene: Scene, body: Body, noise: float, magnification: float) -> None:
        self.scene, self.body, self.camera = scene, body, scene.camera
        self.weight = magnification**2 / noise**2
        self.zero = np.zeros((1, body.n_dof))
        self.level = 0.75 / max(float(np.percentile(scene.ground, 90)), 0.05)
        self.still: Array | None = None
        self.shares: dict[str, float] = {}

    def _picture(self, angles: Array) -> Array:
        poses = pose_parts(self.body, angles)
        self.scene.set_motion(poses)
        self.scene.hang_blanket(poses)
        return 235.0 * np.sqrt(np.clip(self.scene.render(0)[0] * self.level, 0.0, 1.2))

    def _tip(self, limb: str) -> Array:
        return self.camera.project(limb_pose(self.body, self.zero, limb)[0][0, -1])

    def drag_of(self, limb: str) -> float:
        """Return the share of the tip's way that shows: 1 if bare, the drag of the blanket if covered."""
        cover = self.scene.blanket
        if cover is None or (cover.over_arms and "arm" in limb):
            return 1.0
        return cover.drag if cover.covers(self._tip(limb)) else 1.0

    def seen(self, direction: Array) -> bool:
        """Tell whether moving one limb by these angles changes the picture well above the noise."""
        bones = self.body.bones
        limb = next(x for x in LIMBS if np.any(direction[bones[x][0].dofs.start : bones[x][-1].dofs.stop]))
        x, y = self._tip(limb)
        if not (2 < x < self.camera.width - 2 and 2 < y < self.camera.height - 2):
            return False
        if self.still is None:
            self.still = self._picture(self.zero)
            ends = {x: f"{x}.{'hand' if 'arm' in x else 'foot'}" for x in LIMBS}
            self.shares = {x: self.scene.visible_share(end) for x, end in ends.items()}
        if self.shares[limb] < 0.35:
            return False  # behind the trunk or another limb: its amplitude would not be what is seen
        change = self._picture(direction[None]) - self.still
        change[np.abs(change) < 2.5] = 0.0
        return float(np.square(change).sum()) * self.weight >= ENOUGH
