"""The scene as light, before it reaches the sensor: bed, sleeper and everything around them, at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.synthetic.body import body_layers
from detector.synthetic.camera import Mount
from detector.synthetic.cover import Cloth
from detector.synthetic.ground import Ground
from detector.synthetic.layers import lay
from detector.synthetic.light import Lighting
from detector.synthetic.movement import Timeline
from detector.synthetic.props import bars, toys
from detector.synthetic.skeleton import Skeleton
from detector.synthetic.things import draw_clock
from detector.synthetic.visitors import visitors

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Recipe
    from detector.synthetic.sensor import Chip

    Picture = npt.NDArray[np.float32]

__all__ = ["Scene"]


class Scene:
    """Everything in front of the lens.

    Parameters
    ----------
    recipe : Recipe
        Recipe of the clip.
    """

    def __init__(self, recipe: Recipe) -> None:
        camera = recipe.camera
        self.recipe = recipe
        self._mount = Mount(recipe)
        self._scale = camera.width / 640.0
        self.skeleton = Skeleton(recipe.sleeper, camera.height / camera.width)
        self.timeline = Timeline(recipe, self.skeleton, self._mount.steady)
        self._layers = body_layers(recipe, self.skeleton, 1.4 * self._scale)
        self._cloth: Cloth | None = None
        if recipe.sleeper.cover != "none":
            self._cloth = Cloth(recipe, self.skeleton, self._scale, self._mount.steady)
        self._ground = Ground(recipe, self._scale)
        self._lighting = Lighting(recipe)
        self._toys, self._bars = toys(recipe, 1.2 * self._scale), bars(recipe, self._scale)
        self._visitors = visitors(recipe)
        self._clocks = [item for item in recipe.distractors if item.kind == "clock"]

    def expose(self, chip: Chip, time_s: float) -> npt.NDArray[np.uint8]:
        """Return the camera's picture at `time_s`: uint8, shape (h, w) or (h, w, 3)."""
        picture = chip.expose(self.light(time_s), noise=self._lighting.noise(time_s))
        for item in self._clocks:
            draw_clock(picture, item, time_s)
        return picture

    def light(self, time_s: float) -> Picture:
        """Return the light that reaches the sensor: grey levels, float32, shape (h, w) or (h, w, 3) (BGR)."""
        camera = self.recipe.camera
        # The time stamp is the middle of the exposure, so that the exposure time does not shift any onset.
        half_s = 0.5 * camera.exposure / camera.fps
        count = int(np.clip(np.ceil(self._path(time_s - half_s, time_s + half_s) / 1.2), 1, 6)) if half_s > 0 else 1
        moments = np.linspace(time_s - half_s, time_s + half_s, count) if count > 1 else np.array([time_s])
        total = self._still(float(moments[0]))
        for moment in moments[1:]:
            total += self._still(float(moment))
        if count > 1:
            total *= np.float32(1 / count)
        blur = (camera.blur_px + self._mount.defocus_px(time_s)) * self._scale
        if blur > 0.1:
            total = np.asarray(cv2.GaussianBlur(total, (0, 0), blur), np.float32)
        light = self._lighting.at(time_s)
        total *= light if total.ndim == 2 else light[:, :, None]
        return total

    def _path(self, start_s: float, end_s: float) -> float:
        """Return how far (px of the video) the fastest thing moves while the shutter is open."""
        change = np.abs(self.timeline.at(end_s) - self.timeline.at(start_s))
        limbs = change[:3].max() + np.deg2rad(change[6:18].max() + 60 * change[18:].max()) * 0.35 * self.skeleton.length
        first, last = self._mount.view(start_s), self._mount.view(end_s)
        camera = 0.0 if first is last else float(np.hypot(*(last - first)[:2, 2])) / self._scale
        visitors_move = (
            3.0 if any(item.kind in {"hand", "patting", "insects"} for item in self.recipe.distractors) else 0.0
        )
        return float((limbs + camera) * self._scale + visitors_move)

    def _still(self, time_s: float) -> Picture:
        """Return the scene at one instant, without the effects of lens, light or shutter."""
        pose, view = self.timeline.at(time_s), self._mount.view(time_s)
        places = self.skeleton.places(pose)
        canvas = self._ground.at(view, time_s)
        for place, layer in self._toys:
            lay(canvas, layer, view @ place)
        for name, layer in self._layers:
            lay(canvas, layer, view @ places[name])
        if self._cloth is not None:
            self._cloth.lay(canvas, view, pose)
        for place, layer in self._bars:
            lay(canvas, layer, view @ place)
        for visitor in self._visitors:
            visitor.draw(canvas, view, time_s)
        return canvas
