"""The scene: lamps, mattress, shadows, materials; composes one noise-free frame from cached parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.spatial.transform import Rotation

from benchmarks.other_scenes.dolls.blanket import Blanket
from benchmarks.other_scenes.dolls.body import LIMBS, Body, Part, PartTrack
from benchmarks.other_scenes.dolls.raster import Light, Patch, cast_capsule, cast_ellipsoid, shade, window
from benchmarks.other_scenes.dolls.textures import CLOTHS, Material, cloth, face, sheet, skin, smooth_noise, trunk_cloth

if TYPE_CHECKING:
    from benchmarks.other_scenes.dolls.camera import Camera

Array = np.ndarray
REDRAW = 0.03  # pixels a part may move before it is drawn anew: below what eight bits show


def make_lights(rng: np.random.Generator, camera: Camera, infrared: bool) -> tuple[list[Light], float]:
    """Place a ring lamp beside the lens (infrared), or a window and the sky of the room."""
    reference = float(np.linalg.norm(camera.position))
    if infrared:
        lamp = Light(camera.position + rng.normal(0, 0.05, 3), 1.0, False, reference)
        return [lamp], float(rng.uniform(0.03, 0.12))
    azimuth, height = rng.uniform(0, 2 * np.pi), np.radians(rng.uniform(25, 65))
    way = np.array([np.cos(azimuth) * np.cos(height), np.sin(azimuth) * np.cos(height), np.sin(height)])
    lights = [Light(way, float(rng.uniform(0.35, 0.75)), True)]
    if rng.random() < 0.3:
        lights.append(Light(np.array([-way[0], -way[1], way[2]]), 0.2, True))
    return lights, float(rng.uniform(0.2, 0.45))


class Scene:
    """Everything that is seen, before the sensor."""

    def __init__(self, rng: np.random.Generator, camera: Camera, body: Body, rest: list[PartTrack], infrared: bool,
                 covered: bool) -> None:  # fmt: skip
        self.camera, self.body, self.infrared, self.rest = camera, body, infrared, rest
        self.rays = camera.rays()
        self.shape = self.rays[0].shape
        self.lights, self.ambient = make_lights(rng, camera, infrared)
        self.scale = float(camera.focal / np.linalg.norm(camera.position))
        self.materials = self._dress(rng)
        self.floor_chroma = tuple(float(c) for c in rng.normal(0, 4, 2))
        self.ground = self._mattress(rng)
        self.shadow_depth = float(rng.uniform(0.25, 0.6))
        self.blanket = Blanket(rng, camera, self.rays, rest, self.lights, self.ambient) if covered else None
        if self.blanket and self.blanket.empty:
            self.blanket = None
        self.patches: dict[int, Patch | None] = {}
        self.drawn: dict[int, Array] = {}
        self.shadow_key: Array | None = None
        self.floor = self.ground
        self.depth = np.empty(self.shape, np.float32)
        self._add_props(rng)
        self.set_motion(rest)

    def _dress(self, rng: np.random.Generator) -> dict[str, Material]:
        tone = float(rng.uniform(0.35, 0.8))
        bare = skin(rng, tone, self.scale, (-5.0 * tone - 2, 8.0 * tone + 2))
        style, colour = str(rng.choice(CLOTHS)), tuple(float(c) for c in rng.normal(0, 8, 2))
        sleeve = cloth(rng, style, self.scale, colour)
        trousers = sleeve if rng.random() < 0.7 else cloth(rng, str(rng.choice(CLOTHS)), self.scale, colour)
        trunk = trunk_cloth(sleeve, rng, style, self.scale)
        arms, legs = rng.random() < 0.65, rng.random() < 0.6
        return {
            "upper": sleeve if rng.random() < 0.8 else bare, "fore": sleeve if arms else bare,
            "hand": sleeve if rng.random() < 0.12 else bare, "finger": bare,
            "thigh": trousers if legs or rng.random() < 0.3 else bare, "shin": trousers if legs else bare,
            "foot": trousers if rng.random() < 0.4 else bare, "chest": trunk, "belly": trunk, "pelvis": trunk,
            "head": face(rng, bare), "nose": bare, "chin": bare,
            "adult": skin(rng, float(rng.uniform(0.35, 0.75)), self.scale, (-8.0, 12.0)),
            "toy": cloth(rng, "stripes", self.scale, (12.0, -10.0)),
        }  # fmt: skip

    def _mattress(self, rng: np.random.Generator) -> Array:
        t = -self.camera.position[2] / np.minimum(self.rays[2], -0.02)
        x = (self.camera.position[0] + t * self.rays[0]).astype(np.float32)
        y = (self.camera.position[1] + t * self.rays[1]).astype(np.float32)
        picture = cv2.remap(sheet(rng), x * 512, y * 512, cv2.INTER_AREA, borderMode=cv2.BORDER_WRAP)
        blur = max(0.0, 0.35 * 512 / self.scale - 0.3)
        picture = cv2.GaussianBlur(picture, (0, 0), blur) if blur > 0.3 else picture
        light = self.ambient * np.ones_like(picture)
        for lamp in self.lights:
            if lamp.at_infinity:
                light += lamp.strength * float(lamp.vector[2])
                continue
            way = [float(lamp.vector[0]) - x, float(lamp.vector[1]) - y, float(lamp.vector[2])]
            distance2 = way[0] ** 2 + way[1] ** 2 + way[2] ** 2
            light += lamp.strength * (lamp.reference**2 / distance2) ** 0.75 * way[2] / np.sqrt(distance2)
        half, low, high = rng.uniform(0.3, 0.6), -rng.uniform(0.4, 0.7), rng.uniform(0.4, 0.6)
        inside = np.minimum(half - np.abs(x), np.minimum(y - low, high - y))
        inside = np.clip(inside * 120 + 0.5, 0, 1) * (self.rays[2] < -0.04)
        outside = 0.12 + 0.02 * smooth_noise(rng, self.shape, 25.0)
        if rng.random() < 0.35:  # boards or the bars of the cot
            outside *= 1.0 + rng.uniform(0.2, 0.8) * np.tanh(4 * (np.sin(rng.uniform(20, 50) * x + 9 * y) - 0.7))
        else:
            outside *= rng.uniform(0.6, 3.0) + rng.uniform(0.0, 0.3) * smooth_noise(rng, self.shape, 3.0)
        return (light * (inside * picture * rng.uniform(0.3, 0.9) + (1 - inside) * outside)).astype(np.float32)

    def _add_props(self, rng: np.random.Generator) -> None:
        """Draw pillows and soft toys that lie about; nothing moves them, so they become part of the ground."""
        self.depth[:] = 99.0
        for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.4, 0.3, 0.2, 0.1]))):
            style = str(rng.choice(CLOTHS))
            self.materials["prop"] = trunk_cloth(cloth(rng, style, self.scale, (0, 0)), rng, style, self.scale)
            size = rng.uniform(0.02, 0.1, 3) * np.array([1.0, 1.0, 0.6])
            angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0.27, 0.45)
            centre = np.array([[far * np.cos(angle), 0.08 + 1.3 * far * np.sin(angle), float(size[2]) * 0.8]])
            part = Part("prop", "prop", "ellipsoid", float(size.max()), tuple(float(v) for v in size))
            turn = Rotation.from_euler("z", rng.uniform(0, 6)).as_matrix()[None]
            patch = self._cast(PartTrack(part, centre, centre, turn, np.ones(1)), 0)
            if patch:
                self._lay(self.ground, None, patch)

    def set_motion(self, tracks: list[PartTrack], readout: list[PartTrack] | None = None) -> None:
        """Take the poses of all frames; with readout (poses at the last row's time) the shutter rolls."""
        if readout:
            tracks = [self._rolled(t, r) for t, r in zip(tracks, readout, strict=True)]
        self.tracks = tracks
        keys = []
        for track in tracks:
            surface = track.a + track.rot[:, :, 2] * min(track.part.radius, 0.06)
            points = np.stack([track.a, track.b, surface], axis=1)
            grow = track.scale[:, None] * self.scale * 0.06
            keys.append(np.concatenate([self.camera.project(points).reshape(-1, 6), grow], axis=1))
        self.keys = np.array(keys)
        self.shadow_key = None
        self.shadow_points = self._shadow_points()

    def hang_blanket(self, poses: list[PartTrack]) -> None:
        """Let the covered joints (and the breathing chest) of these poses drag the blanket."""
        cover = self.blanket
        if cover is None:
            return
        points, starts = [], []
        for track, rest in zip(poses, self.rest, strict=True):
            on_chest = track.part.name == "chest"
            if (track.part.limb not in LIMBS and not on_chest) or (cover.over_arms and "arm" in track.part.limb):
                continue
            start = self.camera.project(rest.b[0])
            if cover.covers(start):
                points.append(self.camera.project(track.b + np.outer(track.scale - 1.0, [0, 0, 0.25])))
                starts.append(start)
        cover.attach(points, starts)

    def visible_share(self, name: str) -> float:
        """Return the share of a part's pixels that no other part hid in the last picture."""
        k = next(i for i, track in enumerate(self.tracks) if track.part.name == name)
        patch = self.patches.get(k)
        if patch is None:
            return 0.0
        own = patch.alpha > 0.5
        front = self.depth[patch.y0 : patch.y0 + own.shape[0], patch.x0 : patch.x0 + own.shape[1]]
        return float((own & (front > patch.depth - 0.004)).sum()) / max(float(own.sum()), 1.0)

    def travel(self, index: int) -> float:
        """How far (pixels) any part goes from one pose to the next."""
        return float(np.abs(self.keys[:, index + 1, :6] - self.keys[:, index, :6]).max())

    def _rolled(self, first: PartTrack, last: PartTrack) -> PartTrack:
        row = self.camera.project((first.a[0] + first.b[0]) / 2)[1] / self.shape[0]
        w = float(np.clip(row, 0, 1))
        blend = [(1 - w) * getattr(first, n) + w * getattr(last, n) for n in ("a", "b", "rot", "scale")]
        return PartTrack(first.part, *blend)

    def _shadow_points(self) -> Array:
        lamp, lines = self.lights[0], []
        for track in self.tracks:
            for end in (track.a, track.b):
                way = np.broadcast_to(lamp.vector, end.shape) if lamp.at_infinity else lamp.vector - end
                height = np.maximum(end[:, 2:], 0.0)
                under = end * np.array([1.0, 1.0, 0.0])
                cast = end - way * height / np.maximum(way[:, 2:], 0.2)
                lines += [self.camera.project(under), self.camera.project(cast)]
        return np.array(lines, np.float32).reshape(len(self.tracks), 2, 2, -1, 2) / 4.0

    def _draw_shadow(self, frame: int) -> None:
        points = self.shadow_points[..., frame, :]
        if self.shadow_key is not None and np.abs(points - self.shadow_key).max() < 0.06:
            return
        self.shadow_key = points.copy()
        canvas = np.zeros((self.shape[0] // 4, self.shape[1] // 4), np.uint8)
        fixed = np.clip(points * 16, -30000, 30000).astype(int)
        for k, track in enumerate(self.tracks):
            radius = track.part.axes[0] * 0.85 if track.part.kind == "ellipsoid" else track.part.radius
            width = max(int(radius * self.scale / 2), 1)
            if width < 200 and track.part.limb != "toy":
                for variant in range(2):
                    a, b = fixed[k, 0, variant], fixed[k, 1, variant]
                    cv2.line(canvas, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), 255, width, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(canvas, (0, 0), max(0.012 * self.scale / 4, 0.7)).astype(np.float32)
        factor = 1.0 - soft * (self.shadow_depth / 255.0)
        self.floor = self.ground * cv2.resize(factor, (self.shape[1], self.shape[0]))

    def _patch(self, k: int, frame: int) -> Patch | None:
        key = self.keys[k, frame]
        if k in self.drawn and np.abs(self.drawn[k] - key).max() < REDRAW:
            return self.patches[k]
        self.drawn[k] = key
        self.patches[k] = self._cast(self.tracks[k], frame)
        return self.patches[k]

    def _cast(self, track: PartTrack, frame: int) -> Patch | None:
        part, a, b, rot = track.part, track.a[frame], track.b[frame], track.rot[frame]
        radius = part.radius * (1.05 if part.kind == "ellipsoid" else 1.0)
        box = window(self.camera, np.stack([a, b]), radius, self.shape)
        if box is None:
            return None
        x0, y0, x1, y1 = box
        rays = tuple(r[y0:y1, x0:x1] for r in self.rays)
        material = self.materials[part.name.split(".")[-1]]
        if part.kind == "capsule":
            hit = cast_capsule(rays, self.camera, a, b, rot, part.radius, material)
        else:
            grow = 1.0 + (float(track.scale[frame]) - 1.0) * np.array([0.3, 0.15, 1.0])
            hit = cast_ellipsoid(rays, self.camera, a, rot, np.array(part.axes) * grow, material)
        luma = shade(hit, material, self.lights, (a + b) / 2, self.ambient)
        mean = float(self.camera.depth((a + b) / 2))
        return Patch(x0, y0, luma, hit.alpha.astype(np.float32), hit.t.astype(np.float32), material.chroma, mean)

    def _lay(self, picture: Array, colour: Array | None, patch: Patch) -> None:
        h, w = patch.luma.shape
        rows, columns = slice(patch.y0, patch.y0 + h), slice(patch.x0, patch.x0 + w)
        depth, view = self.depth[rows, columns], picture[rows, columns]
        alpha = np.clip((depth - patch.depth) * 600.0 + 0.5, 0.0, 1.0)  # soft where parts run into each other
        alpha *= patch.alpha
        view += alpha * (patch.luma - view)
        np.copyto(depth, patch.depth, where=alpha > 0.5)
        if colour is not None:
            small = alpha[::2, ::2]
            for k in range(2):
                plane = colour[k, patch.y0 // 2 : (patch.y0 + h) // 2, patch.x0 // 2 : (patch.x0 + w) // 2]
                plane += small * (patch.chroma[k] - plane)

    def _is_over(self, k: int) -> bool:
        limb = self.tracks[k].part.limb
        return limb in ("adult", "toy", "head") or bool(self.blanket and self.blanket.over_arms and "arm" in limb)

    def render(self, frame: int) -> tuple[Array, Array | None]:
        """Brightness (linear, about 0 to 1) and, by daylight, U and V offsets at half size."""
        self._draw_shadow(frame)
        picture, self.depth[:] = self.floor.copy(), 99.0
        colour = None
        if not self.infrared:
            colour = np.empty((2, self.shape[0] // 2, self.shape[1] // 2), np.float32)
            colour[0], colour[1] = self.floor_chroma
        ready = [(k, p) for k in range(len(self.tracks)) if (p := self._patch(k, frame))]
        ready.sort(key=lambda item: -item[1].mean_depth)
        for k, patch in ready:
            if not self._is_over(k):
                self._lay(picture, colour, patch)
        if self.blanket:
            self.blanket.update(frame)
            self.blanket.draw(picture)
            if colour is not None:
                self._tint_blanket(colour)
        for k, patch in ready:
            if self._is_over(k):
                self._lay(picture, colour, patch)
        return picture, colour

    def _tint_blanket(self, colour: Array) -> None:
        cover = self.blanket
        view = colour[:, cover.y0 // 2 : cover.y1 // 2, cover.x0 // 2 : cover.x1 // 2]
        alpha = cover.moved[::2, ::2, 1]
        for k in range(2):
            view[k] += alpha * (cover.chroma[k] - view[k])
