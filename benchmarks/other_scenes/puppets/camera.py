"""The camera: placement, projection with lens distortion, and the remap that draws this distortion."""

from dataclasses import dataclass, replace

import cv2
import mujoco
import numpy as np

Rng = np.random.Generator
Array = np.ndarray


@dataclass(frozen=True)
class View:
    """A fixed camera; focal length in pixels of the undistorted rendering."""

    position: Array
    axes: Array
    focal: float
    size: tuple[int, int]
    bend: float
    kind: str

    @property
    def reach(self) -> float:
        """Half the picture's diagonal in pixels."""
        return float(np.hypot(*self.size) / 2)

    def project(self, places: Array) -> Array:
        """World places (..., 3) to pixels (..., 2); those behind the camera become nan."""
        local = (places - self.position) @ self.axes
        depth = np.where(local[..., 2:] < -0.01, -local[..., 2:], np.nan)
        flat = local[..., :2] / depth * (self.focal, -self.focal) / self.reach
        wide = np.linalg.norm(flat, axis=-1, keepdims=True) * (1 + self.bend)
        bent = wide.copy()
        for _ in range(6):
            bent = bent - (bent + self.bend * bent**3 - wide) / (1 + 3 * self.bend * bent**2)
        factor = np.where(wide > 1e-9, bent / np.maximum(wide, 1e-9), 1) * (1 + self.bend)
        return flat * factor * self.reach + np.array(self.size) / 2

    def maps(self) -> tuple[Array, Array]:
        """Remap tables from the rendering to the picture."""
        width, height = self.size
        x, y = np.meshgrid(np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2)
        factor = (1 + self.bend * (x**2 + y**2) / self.reach**2) / (1 + self.bend)
        return cv2.convertMaps(
            (x * factor + width / 2 - 0.5).astype(np.float32),
            (y * factor + height / 2 - 0.5).astype(np.float32),
            cv2.CV_16SC2,
        )

    def apply(self, model: mujoco.MjModel) -> None:
        """Put the model's camera here."""
        model.cam_pos[0] = self.position
        mujoco.mju_mat2Quat(model.cam_quat[0], self.axes.ravel())
        model.cam_fovy[0] = np.degrees(2 * np.arctan(self.size[1] / 2 / self.focal))


def look(position: Array, target: Array, up: Array, roll: float) -> Array:
    """Camera axes as columns: right, up, backward."""
    back = (position - target) / np.linalg.norm(position - target)
    right = np.cross(up, back)
    right /= np.linalg.norm(right)
    above = np.cross(back, right)
    c, s = np.cos(roll), np.sin(roll)
    return np.stack([c * right + s * above, c * above - s * right, back], 1)


def aim(rng: Rng, centre: Array) -> tuple[str, Array, Array]:
    """Draw a direction of view: its name, the camera's place and the upward direction."""
    kind = str(rng.choice(["above", "above", "foot", "side", "oblique", "oblique"]))
    rise = np.radians({"above": rng.uniform(65, 88), "oblique": rng.uniform(35, 65)}.get(kind, rng.uniform(18, 45)))
    turn = {"foot": np.pi + rng.normal(0, 0.25), "side": rng.choice([-1, 1]) * np.pi / 2 + rng.normal(0, 0.25)}.get(
        kind, rng.uniform(-np.pi, np.pi)
    )
    away = np.array([np.cos(rise) * np.cos(turn), np.cos(rise) * np.sin(turn), np.sin(rise)])
    place = centre + away * float(np.exp(rng.uniform(np.log(0.6), np.log(2.2))))
    up = np.array([0, 0, 1.0])
    if kind == "above" and rng.random() < 0.7:
        up = np.array([(1.0, 0, 0), (0, 1, 0), (0, -1, 0)][rng.integers(3)])
    return kind, place, up


def hidden(model: mujoco.MjModel, data: mujoco.MjData, place: Array, spots: Array) -> float:
    """The share of the body that is hidden from a place by other things than a blanket."""
    root, count = model.body("chest").id, 0
    for spot in spots:
        hit = np.full(1, -1, np.int32)
        mujoco.mj_ray(model, data, place, spot - place, None, 1, -1, hit, None)
        if hit[0] >= 0 and model.geom(hit[0]).name != "cover":
            count += model.body_rootid[model.geom_bodyid[hit[0]]] != root
    return count / len(spots)


def draw(rng: Rng, model: mujoco.MjModel, data: mujoco.MjData, size: tuple[int, int], spots: Array) -> View:
    """Draw a camera that sees the body at one fifth to all of the picture's width."""
    width, height = size
    share = float(np.exp(rng.uniform(np.log(0.22), np.log(1.0))))
    bend = rng.choice([0.0, 1.0]) * rng.uniform(0.02, 0.14)
    tilt = rng.normal(0, np.radians(5)) + (np.pi if rng.random() < 0.08 else 0)
    for tries in range(400):
        centre = spots.mean(0) + rng.normal(0, 0.02, 3)
        kind, place, up = aim(rng, centre)
        view = View(place, look(place, centre, up, tilt), float(width), size, bend, kind)
        for _ in range(4):
            span = np.ptp(view.project(spots), axis=0)
            view = replace(view, focal=view.focal * min(share * width / span.max(), 0.97 * height / span[1]))
        fov = np.degrees(2 * np.arctan(width / 2 / view.focal))
        if 22 < fov < 105 and hidden(model, data, place, spots) < 0.3 + tries / 400:
            shift = rng.uniform(-1, 1, 2) * (np.array(size) - np.ptp(view.project(spots), axis=0)) * 0.35
            right, above, _ = view.axes.T
            move = (shift[0] * right - shift[1] * above) * np.linalg.norm(place - centre) / view.focal
            return replace(view, position=place + move)
    raise RuntimeError("no free view of the body")
