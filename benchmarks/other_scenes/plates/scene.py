"""The scene: sleeper, plate and rig of one clip, and the picture of it at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.plates.fabrics import make_fabrics
from benchmarks.other_scenes.plates.plate import paint_plate
from benchmarks.other_scenes.plates.rig import CHAINS, make_rig
from benchmarks.other_scenes.plates.sleeper import make_sleeper

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.camera import Camera
    from benchmarks.other_scenes.plates.sleeper import Piece

Array = np.ndarray
Region = tuple[int, int, int, int]
PIECES = {"hand": ("hand",), "forearm": ("hand", "fore"), "arm": ("hand", "fore", "upper"), "foot": ("foot",),
          "shin": ("foot", "shin"), "leg": ("foot", "shin", "thigh")}  # fmt: skip
NOWHERE = np.zeros((0, 2), np.float32)


def limb_of(part: str) -> str:
    """Limb that a moving part belongs to; `body` for head, jaw, shoulders and hips."""
    if part in ("head", "jaw") or part.endswith(("shoulder", "_hip")):
        return "body"
    side, name = part.split("_")
    return f"{side}_arm" if name in ("hand", "forearm", "arm") else f"{side}_leg"


class Scene:
    """Everything of a clip but its movement, camera noise and encoding."""

    def __init__(self, rng: np.random.Generator, camera: Camera) -> None:
        self.camera = camera
        self.sleeper = make_sleeper(rng, camera)
        self.fabrics = make_fabrics(rng, camera, self.sleeper.layout.length)
        self.plate = paint_plate(rng, camera, self.fabrics, self.sleeper)
        self.rig = make_rig(rng, camera, self.sleeper, self.plate.chin)
        self.ground = self.plate.pictures["base" if self.sleeper.loose else "full"]
        self.dragged = self.rig.touched()
        self.layers: dict[str, Region] = {}

    def told(self) -> dict[str, object]:
        """What was drawn, for the record of the clip."""
        sleeper, layout = self.sleeper, self.sleeper.layout
        told = {"textures": self.fabrics.told(), "cover": sleeper.cover, "uncovered": sleeper.loose}
        told |= {"body_len_frac_of_height": round(layout.length / self.camera.height, 3)}
        return told | {"squash": round(layout.squash, 2), "angle": round(layout.angle, 1), "side": sleeper.on_side}

    def points(self, part: str) -> Array:
        """Points of a part that can be seen at rest; none if it is mostly hidden or outside."""
        if limb_of(part) == "body" and part not in ("head", "jaw"):
            around = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]) * self.sleeper.layout.breadth * 0.03
            return self._within(np.array(self.rig.movers[part].centre + around, np.float32))
        if part == "jaw":
            return np.array([self.plate.chin.at], np.float32)
        side, _, name = part.partition("_")
        names = ["head"] if part == "head" else [f"{side}_{piece}" for piece in PIECES[name]]
        pieces = [piece for piece in self.sleeper.pieces if piece.name in names]
        spots = [(piece.limb, spot) for piece in pieces for spot in _spots(piece)]
        seen = [spot for limb, spot in spots if self._seen(limb, spot)]
        return NOWHERE if len(seen) < 0.3 * len(spots) else np.array(seen, np.float32)

    def _within(self, points: Array) -> Array:
        w, h = self.camera.width, self.camera.height
        inside = (points[:, 0] > 2) & (points[:, 0] < w - 3) & (points[:, 1] > 2) & (points[:, 1] < h - 3)
        return points[inside] if inside.mean() > 0.5 else NOWHERE

    def _seen(self, limb: str, spot: Array) -> bool:
        """Whether a place of a limb is in the picture, and no other limb lies on it; a cover shows what it hides."""
        x, y = round(float(spot[0])), round(float(spot[1]))
        if not (2 <= x < self.camera.width - 2 and 2 <= y < self.camera.height - 2):
            return False
        cell = self.plate.cell(spot)
        top = self.plate.label[cell]
        return bool(self.plate.covered[cell] > 0.5 or (top >= 0 and self.sleeper.pieces[top].limb == limb))

    def spread_layers(self) -> None:
        """Find the region in which each loose limb is ever drawn; to be called when all movement is planned."""
        movers, grid = self.rig.movers, self.rig.grid
        for limb in self.sleeper.loose:
            far = 0
            for name in [*CHAINS[limb], "gross_t", "gross_r"]:
                unit = 1 if movers[name].kind == "trans" else 0.33 * self.sleeper.layout.length
                far += np.abs(movers[name].signal).max() * unit
            ys, xs = np.where(self.plate.opacity[limb] > 2)
            if not len(ys):
                self.layers[limb] = (0, 3, 0, 3)
                continue
            pad = 1.1 * far + 6 + 4
            lows = [max(0, int((v.min() - pad) // grid.cell)) for v in (ys, xs)]
            highs = [int((v.max() + pad) // grid.cell) + 4 for v in (ys, xs)]
            self.layers[limb] = (lows[0], min(grid.h, highs[0]), lows[1], min(grid.w, highs[1]))

    def render(self, t: float) -> Array:
        """Draw the scene at a time: the plate dragged along, and the loose limbs above it."""
        out = self.ground.copy()
        self._put(out, t, None, self.dragged)
        for limb in self.sleeper.loose:
            self._put(out, t, limb, self.layers[limb])
        return out

    def _put(self, out: Array, t: float, layer: str | None, region: Region) -> None:
        top, bottom, left, right = region
        cell = self.rig.grid.cell
        size = ((right - left) * cell, (bottom - top) * cell)
        come_from = cv2.resize(self.rig.back(t, layer, region), size, interpolation=cv2.INTER_LINEAR)
        ox, oy, edge = (left - 1) * cell, (top - 1) * cell, cell // 2 + 1
        x0, y0 = max(0, ox + edge), max(0, oy + edge)
        x1, y1 = min(self.camera.width, ox + size[0] - edge), min(self.camera.height, oy + size[1] - edge)
        if x1 <= x0 or y1 <= y0:
            return
        come_from = come_from[y0 - oy : y1 - oy, x0 - ox : x1 - ox]
        way = cv2.INTER_CUBIC if self.camera.width <= 860 else cv2.INTER_LINEAR
        source = self.ground if layer is None else self.plate.pictures["full"]
        picture = cv2.remap(source, come_from, None, way, borderMode=cv2.BORDER_REPLICATE)
        if layer is None:
            out[y0:y1, x0:x1] = picture
            return
        share = self.plate.opacity[layer]
        share = cv2.remap(share, come_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        share = share.astype(np.float32) * np.float32(1 / 255)
        below = out[y0:y1, x0:x1].astype(np.float32)
        below += (picture.astype(np.float32) - below) * (share[..., None] if picture.ndim == 3 else share)
        out[y0:y1, x0:x1] = (below + 0.5).astype(np.uint8)


def _spots(piece: Piece) -> list[Array]:
    """Fifteen places on a piece."""
    along = piece.b - piece.a
    across = np.array([-along[1], along[0]]) / (np.hypot(*along) + 1e-3)
    return [
        piece.a + along * t + across * o * (piece.ra + (piece.rb - piece.ra) * t)
        for t in np.linspace(0, 1, 5)
        for o in (-0.7, 0, 0.7)
    ]
