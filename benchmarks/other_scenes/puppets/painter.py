"""Clean pictures of states: rendering, lens, lights, and a blanket draped over the body."""

import cv2
import mujoco
import numpy as np

from benchmarks.other_scenes.puppets.camera import View
from benchmarks.other_scenes.puppets.lights import Lights
from benchmarks.other_scenes.puppets.room import COVER
from benchmarks.other_scenes.puppets.stage import Stage

Array = np.ndarray
RADII = {"thigh": 0.036, "shank": 0.028, "foot": 0.02, "belly": 0.045, "pelvis": 0.058, "hand": 0.012, "forearm": 0.02}


class Painter:
    """Renders clean pictures of the clip's states."""

    def __init__(self, stage: Stage, view: View, lights: Lights, gamma: float, shadow: bool) -> None:
        self.stage, self.view, self.lights, self.gamma = stage, view, lights, gamma
        self.data = mujoco.MjData(stage.model)
        self.renderer = mujoco.Renderer(stage.model, view.size[1], view.size[0])
        self.renderer.scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = shadow
        self.renderer.scene.flags[mujoco.mjtRndFlag.mjRND_REFLECTION] = 0
        self.maps = view.maps() if view.bend else None
        names = [p.body.split("_", 1)[-1] for p in stage.points]
        self.under = np.array([i for i, n in enumerate(names) if n in RADII])
        self.radii = np.array([RADII[names[i]] for i in self.under])
        self.covered = any(stage.model.geom(g).name == "cover" for g in range(stage.model.ngeom))

        lights.gain = float(np.clip(lights.level / self.paint(stage.states[0], 0.0).mean(), 0.1, 3))

    def drape(self) -> None:
        """Lay the blanket over the points beneath it."""
        model = self.stage.model
        place = model.geom("cover").pos
        half = model.hfield_size[model.hfield("cover").id]
        x = place[0] + np.linspace(-half[0], half[0], COVER[1])
        y = place[1] + np.linspace(-half[1], half[1], COVER[0])
        spots = self.stage.world(self.data)[self.under]
        far = (spots[:, 0, None, None] - x) ** 2 + (spots[:, 1, None, None] - y[:, None]) ** 2
        tops = (spots[:, 2] + self.radii)[:, None, None] - far / (2.4 * self.radii)[:, None, None]
        heights = cv2.GaussianBlur(np.maximum(tops.max(0), 0.004), (0, 0), 1.3) + 0.004
        start = model.hfield_adr[model.hfield("cover").id]
        model.hfield_data[start : start + heights.size] = (heights / half[2]).ravel()
        context = self.renderer._mjr_context  # noqa: SLF001 (nothing public uploads a height field)
        mujoco.mjr_uploadHField(model, context, model.hfield("cover").id)

    def paint(self, state: Array, t: float) -> Array:
        """The clean picture (float, 0-255, RGB) of a state at a time."""
        model, data = self.stage.model, self.data
        data.qpos[:] = state
        path = self.stage.score.path
        if path is not None:
            row = path[min(int(t / model.opt.timestep), len(path) - 1)]
            data.mocap_pos[0], data.mocap_quat[0] = row[:3], row[3:]
        gain = self.lights.set(model, t)
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_camlight(model, data)
        if self.covered:
            self.drape()
        self.renderer.update_scene(data, camera="view")
        picture = self.renderer.render()
        if self.maps is not None:
            picture = cv2.remap(picture, *self.maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        table = 255 * gain * (np.arange(256, dtype=np.float32) / 255) ** np.float32(self.gamma)
        return table[picture]

    def close(self) -> None:
        """Free the renderer."""
        self.renderer.close()
