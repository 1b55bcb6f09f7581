"""A camera that moves or hunts for focus, and a bed that is rocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.movement import smooth_step

if TYPE_CHECKING:
    from detector.synthetic.recipe import Camera, Distractor, Recipe
    from detector.synthetic.skeleton import Array

__all__ = ["Mount", "view_matrix"]


def view_matrix(camera: Camera) -> Array:
    """Return the 3 x 3 matrix from world px (a picture 640 wide) to pixels of the video: scale, turn, perspective."""
    ratio = camera.height / camera.width
    centre = np.array([[1.0, 0, -320.0], [0, 1.0, -320.0 * ratio], [0, 0, 1.0]])
    angle = np.deg2rad(camera.turn_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])
    lean = np.array([[1.0, 0, 0], [0, 1.0, 0], [camera.slant / 640.0, camera.tilt / 640.0, 1.0]])
    scale = camera.width / 640.0
    back = np.array([[scale, 0, camera.width / 2], [0, scale, camera.height / 2], [0, 0, 1.0]])
    return np.asarray(back @ lean @ turn @ centre, np.float64)


class Mount:
    """Where the camera looks at any time.

    Attributes
    ----------
    steady : ndarray of float64, shape (3, 3)
        World to picture when nothing moves.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.steady = view_matrix(recipe.camera)
        self._scale = recipe.camera.width / 640.0
        self._middle = (recipe.camera.width / 2, recipe.camera.height / 2)
        kinds = {"bump", "pan", "vibration", "rocking", "focus_hunting"}
        self._items = [item for item in recipe.distractors if item.kind in kinds]

    def view(self, time_s: float) -> Array:
        """Return the matrix from world px to pixels of the video at `time_s`."""
        x = y = zoom = 0.0
        for item in self._items:
            since = time_s - item.onset_s
            if since <= 0:
                continue
            path = self._path(item, since)
            heading = 2 * np.pi * item.x
            x += path * np.cos(heading)
            y += path * np.sin(heading)
            zoom += 0.004 * self._hunt(item, since) * item.strength
        if not (x or y or zoom):
            return self.steady
        right, down = self._middle
        move = np.array(
            [[1 + zoom, 0, x * self._scale - zoom * right], [0, 1 + zoom, y * self._scale - zoom * down], [0, 0, 1.0]]
        )
        return np.asarray(move @ self.steady)

    def defocus_px(self, time_s: float) -> float:
        """Return the added blur while the camera hunts for focus, in px at 640 px width."""
        return sum(1.8 * abs(self._hunt(item, time_s - item.onset_s)) * item.strength for item in self._items)

    @staticmethod
    def _hunt(item: Distractor, since_s: float) -> float:
        if item.kind != "focus_hunting" or not 0 < since_s < item.duration_s:
            return 0.0
        window = np.sin(np.pi * since_s / item.duration_s)
        return float(window * np.sin(2 * np.pi * item.rate_hz * since_s))

    @staticmethod
    def _path(item: Distractor, since_s: float) -> float:
        """Return the shift of the picture along the item's direction, in px at 640 px width."""
        if item.kind == "bump":
            swing = np.exp(-since_s / 0.25) * np.sin(2 * np.pi * 5 * since_s)
            return float(item.strength * (5 * swing + 2.5 * smooth_step(since_s / 0.12)))
        if item.kind == "pan":
            return float(item.strength * 22 * smooth_step(since_s / item.duration_s))
        if item.kind == "vibration" and since_s < item.duration_s:
            beat = 0.6 + 0.4 * np.sin(2 * np.pi * 0.37 * since_s)
            return float(item.strength * 0.5 * beat * np.sin(2 * np.pi * item.rate_hz * since_s))
        if item.kind == "rocking" and since_s < item.duration_s:
            window = min(1.0, since_s, item.duration_s - since_s)
            return float(item.strength * 4 * window * np.sin(2 * np.pi * item.rate_hz * since_s))
        return 0.0
