"""The whole scene: still parts drawn once, moving parts redrawn when their bones have moved."""

from collections import OrderedDict

import cv2
import numpy as np

from benchmarks.other_scenes.clay.bed import shadow, sheet
from benchmarks.other_scenes.clay.cover import Cover
from benchmarks.other_scenes.clay.dress import Wardrobe
from benchmarks.other_scenes.clay.skeleton import (
    BREATH,
    LIMBS,
    SHIFT,
    SLOTS,
    SUCK,
    VISITOR_SHIFT,
    WIDTH,
    Chain,
    Placed,
    infant,
    limb_frames,
    place,
)
from benchmarks.other_scenes.clay.splat import Camera, Layer, lay, look, splat
from benchmarks.other_scenes.clay.surface import Skin, pose

STEPS = np.full(WIDTH, 0.5)
STEPS[SHIFT], STEPS[VISITOR_SHIFT], STEPS[BREATH], STEPS[SUCK] = 4, 3, 0.025, 0.02


class Stage:
    """Draws the scene for a state of the skeleton."""

    def __init__(self, rng: np.random.Generator, size: tuple[int, int], channels: int, guest: str) -> None:
        self.chains = infant(rng)
        self.camera, self.meta = aim_camera(rng, size)
        self.pixels = self.camera.focal / self.meta["distance"]
        self.density = 1.25 * self.pixels
        wardrobe = Wardrobe(rng, channels, self.density)
        self.skins: dict[str, Skin] = {name: wardrobe.part(name, self.chains[name]) for name in ("torso", *LIMBS)}
        self.skins["head"] = wardrobe.head(self.chains["head"])
        if guest:
            self.chains["visitor"] = visitor_chain(rng, guest)
            self.skins["visitor"] = wardrobe.guest(self.chains["visitor"], guest)
        side, eye = np.append(rng.normal(size=2), rng.uniform(0.8, 2)), self.camera.place + rng.normal(0, 0.15, 3)
        self.light = eye if channels == 1 and rng.random() < 0.7 else side
        self.light = np.maximum(self.light / np.linalg.norm(self.light), [-1, -1, 0.25])
        self.ambient, self.still = rng.uniform(0.25, 0.6), sheet(self.camera, rng, channels)
        rest = place(self.chains, np.zeros((1, WIDTH)))
        self.cover = Cover(rng, channels, 1.2 * self.pixels, rest) if rng.random() < 0.3 else None
        self.cache: OrderedDict[tuple, tuple] = OrderedDict()
        self.meta |= {"pattern": wardrobe.pattern, "guest": guest}
        self.meta["cover"] = "none" if not self.cover else "bag" if self.cover.bag else "blanket"

    def keys(self, state: np.ndarray, lagged: np.ndarray) -> dict[str, tuple]:
        """For every part the rounded numbers that its look depends on."""
        marks, late = (np.round(x * STEPS * self.pixels).astype(int) for x in (state, lagged))
        base = (*marks[SLOTS["torso"]], *marks[SHIFT], marks[BREATH])
        keys = {name: (name, *marks[SLOTS[name]], *base, marks[SUCK] * (name == "head")) for name in self.skins}
        if "visitor" in keys:
            keys["visitor"] = ("visitor", *marks[SLOTS["visitor"]], *marks[VISITOR_SHIFT])
        return keys | ({"cover": ("cover", *late[: BREATH + 1])} if self.cover else {})

    def draw(self, name: str, state: np.ndarray, placed: dict[str, Placed]) -> tuple[Layer | None, np.ndarray]:
        """A part's layer and its shadow on the sheet."""
        if name == "cover":
            points, normals = self.cover.surface(placed)
            albedo, folds = self.cover.albedo, np.ones(len(points))
        else:
            moment = state[[BREATH]], state[[SUCK]]
            points, normals, folds = (x[0] for x in pose(self.skins[name], placed[name], *moment, slice(None)))
            albedo = self.skins[name].albedo
        dark = shadow(self.camera, points[::9], self.light, 3 / self.density)
        facing = (normals * (self.camera.place - points)).sum(1) > 0
        points, normals, folds = points[facing], normals[facing], folds[facing]
        contact = 1 - 0.5 * np.exp(-np.maximum(points[:, 2], 0) / 0.012) * (normals[:, 2] < 0.5)
        level = self.ambient * (0.65 + 0.35 * normals[:, 2])
        level += (1 - self.ambient) * np.maximum(normals @ self.light, 0)
        colour = albedo[facing] * (level * 1.1 * contact * np.clip(folds, 0.4, 1.5))[:, None]
        return splat(self.camera, points, colour, 1.25, 0.012), dark

    def picture(self, state: np.ndarray, lagged: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The scene as the lens sees it, (h, w, C) linear 0..1, and depth of what is seen."""
        keys = self.keys(state, lagged)
        whole = ("whole", *keys.values())
        if whole not in self.cache:
            new = [name for name, key in keys.items() if key not in self.cache]
            placed = place(self.chains, np.stack([state, lagged]))
            for name in new:
                moment = int(name == "cover")
                bones = {n: Placed(*(v[moment : moment + 1] for v in vars(p).values())) for n, p in placed.items()}
                self.cache[keys[name]] = self.draw(name, state, bones)
            parts = [self.cache[key] for key in keys.values()]
            picture, depth = self.still.copy(), np.full(self.still.shape[:2], 1e6, np.float32)
            clear = np.prod([1 - dark for _, dark in parts], axis=0, dtype=np.float32)
            clear = cv2.resize(clear, (clear.shape[1] * 4, clear.shape[0] * 4))
            picture *= clear[: len(picture), : picture.shape[1], None]
            for layer in (layer for layer, _ in parts if layer is not None):
                lay(picture, depth, layer)
            self.cache[whole] = picture, depth
        for key in (whole, *keys.values()):
            if key in self.cache:
                self.cache.move_to_end(key)
        while len(self.cache) > 200:
            self.cache.popitem(last=False)
        return self.cache[whole]


def aim_camera(rng: np.random.Generator, size: tuple[int, int]) -> tuple[Camera, dict]:
    """A camera from above, oblique or the side, at some distance."""
    view = str(rng.choice(["above", "oblique", "side"], p=[0.4, 0.42, 0.18]))
    low, high = {"above": (72, 89), "oblique": (36, 68), "side": (14, 32)}[view]
    azimuth = rng.choice([0, np.pi, -np.pi / 2]) + rng.normal(0, 0.25) if view == "side" else rng.uniform(0, 2 * np.pi)
    distance, share = rng.uniform(0.75, 2.2), float(np.clip(rng.lognormal(-0.35, 0.42), 0.22, 1.15))
    target = np.array([0, 0.06, 0.05]) + rng.normal(0, 0.03, 3)
    spot, axes = look(target, azimuth, np.radians(rng.uniform(low, high)), distance, rng.normal(0, 0.12))
    centre = tuple(np.array(size) * (0.5 + rng.normal(0, 0.04 + 0.1 * (share < 0.5), 2)))
    camera = Camera(spot, axes, min(share * size[0], 400) / 0.6 * distance, *size, centre)
    return camera, {"view": view, "distance": distance, "share": share}


def visitor_chain(rng: np.random.Generator, kind: str) -> Chain:
    """Bones of a visitor, at rest beside or above the trunk; its shift brings it in."""
    way, lengths = rng.uniform(0, 2 * np.pi), (0.24, 0.22, 0.17)
    aims = np.array([[np.cos(way), np.sin(way), -0.45 if kind == "hand" else 0.05]] * 3)
    aims[2, 2] = -0.1 if kind == "hand" else 0.05
    tip = np.array([rng.normal(0, 0.05), rng.uniform(0, 0.18), 0.125 if kind == "hand" else 0.09])
    if kind != "hand":
        tip[:2] += rng.uniform(0.16, 0.28) * np.array([-np.sin(way), np.cos(way)]) * rng.choice([-1, 1])
    aims /= np.linalg.norm(aims, axis=1, keepdims=True)
    return Chain(lengths, limb_frames(aims), tip - (aims * np.array(lengths)[:, None]).sum(0), 0.03)
