"""The plate: a still picture of the sleeper that is warped for each frame, and a second one without its loose limbs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.plates.camera import Canvas
from benchmarks.other_scenes.plates.cover import lay_cover
from benchmarks.other_scenes.plates.face import Chin, paint_face
from benchmarks.other_scenes.plates.surroundings import paint_surroundings
from benchmarks.other_scenes.plates.textures import fractal, sample

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.camera import Camera
    from benchmarks.other_scenes.plates.fabrics import Fabrics
    from benchmarks.other_scenes.plates.sleeper import Piece, Sleeper

Array = np.ndarray
GREY = np.array([0.25, 0.45, 0.3], np.float32)


@dataclass
class Plate:
    """Pictures as the lens gives them, opacity of loose limbs, and what can be seen where (`label`: index of piece)."""

    pictures: dict[str, Array]
    opacity: dict[str, Array]
    label: Array
    covered: Array
    step: int
    gain: float
    chin: Chin

    def cell(self, at: Array) -> tuple[int, int]:
        """Row and column of a place in `label` and `covered`."""
        x, y = round(float(at[0])), round(float(at[1]))
        return min(y // self.step, self.label.shape[0] - 1), min(x // self.step, self.label.shape[1] - 1)


@dataclass
class _Easel:
    """What is being painted."""

    rng: np.random.Generator
    canvas: Canvas
    fabrics: Fabrics
    sleeper: Sleeper
    plates: dict[str, Array]
    label: Array
    heights: Array
    masks: dict[str, Array] = field(default_factory=dict)
    chin: Chin | None = None

    def paint(self, index: int, piece: Piece) -> None:
        """Paint one piece over what is there, with its shadow."""
        canvas, step = self.canvas, self.canvas.step
        geometry = piece.geometry(canvas.x, canvas.y)
        rim, nx, ny, _, _, r = geometry
        mask = np.clip(0.5 - rim / (1.6 * step), 0, 1).astype(np.float32)
        out = np.clip(nx * nx + ny * ny, 0, 1)
        picture = self._surface(piece, geometry, out)
        if piece.name == "head":
            picture, self.chin = paint_face(self.rng, picture, canvas, piece)
        lx, ly = self.fabrics.light
        away = np.float32([[1, 0, -lx * piece.ra * 0.5 / step], [0, 1, -ly * piece.ra * 0.5 / step]])
        cast = cv2.GaussianBlur(
            cv2.warpAffine(mask, away, (canvas.w, canvas.h)), (0, 0), max(1, 0.35 * piece.ra / step)
        )
        for key, plate in self.plates.items():
            if key == "full" or piece.limb not in self.sleeper.loose:
                dark = plate * (1 - 0.55 * cast)[..., None]
                self.plates[key] = dark * (1 - mask[..., None]) + picture * mask[..., None]
        self.label[mask > 0.5] = index
        self.heights = np.maximum(self.heights, np.sqrt(np.clip(1 - out, 0, 1)) * r * (rim < 0))
        self.masks[piece.name] = mask

    def _surface(self, piece: Piece, geometry: tuple[Array, ...], out: Array) -> Array:
        """Texture wound round the piece, shaded as a round thing; cloth is wrinkled."""
        _, nx, ny, along, across, r = geometry
        lx, ly = self.fabrics.light
        shade = np.clip(0.42 + 0.62 * (np.sqrt(1 - out * 0.97) * 0.75 + nx * lx + ny * ly), 0.12, 1.4)
        scale = self.fabrics.scales[piece.cloth]
        off = zlib.crc32(piece.limb.encode()) % 300
        round_it = r * np.arcsin(np.clip(across / r, -1, 1))
        cloth = sample(self.fabrics.textures[piece.cloth].picture, along * scale + off, round_it * scale + off / 2)
        picture = cloth * shade[..., None]
        if piece.cloth == "skin":
            return picture
        w, h = self.canvas.w, self.canvas.h
        wrinkles = fractal(self.rng, h // 4 + 2, w // 4 + 2, int(self.rng.integers(8, 20)), 4)
        wrinkles = cv2.resize(wrinkles, (w, h))
        return picture * (1 + self.rng.uniform(0.02, 0.1) * wrinkles)[..., None]


def _illumination(rng: np.random.Generator, canvas: Canvas, camera: Camera) -> Array:
    """Light of a lamp beside an infrared camera, or of a room."""
    w, h = canvas.w, canvas.h
    x, y = w * rng.uniform(0.35, 0.65), h * rng.uniform(0.3, 0.7)
    if camera.infrared:
        far = np.hypot((canvas.column - x) / w, (canvas.row - y) / w)
        light = rng.uniform(0.35, 0.7) + rng.uniform(0.5, 1.0) * np.exp(-((far / rng.uniform(0.2, 0.45)) ** 2))
        edge = np.hypot((canvas.column - w / 2) / w, (canvas.row - h / 2) / w)
        return (light * (1 - rng.uniform(0.3, 0.9) * edge**2 * 2))[..., None]
    light = 1 + rng.uniform(-0.3, 0.3) * (canvas.column / w - 0.5) + rng.uniform(-0.3, 0.3) * (canvas.row / h - 0.5)
    if rng.random() < 0.4:
        return light[..., None] * np.array([rng.uniform(0.6, 1), rng.uniform(0.8, 1), 1], np.float32)
    return light[..., None]


def _exposed(rng: np.random.Generator, canvas: Canvas, picture: Array, camera: Camera, blur: float) -> Array:
    """Eight bits of a lit picture: grey in infrared, a soft shoulder, grain where it was enlarged, the lens."""
    if camera.infrared:
        picture = picture @ GREY
    picture = 255 * np.clip(picture, 0, 1.6)
    picture = np.where(picture > 200, 200 + 55 * (1 - np.exp(-(picture - 200) / 55)), picture)
    picture = canvas.enlarged(picture.astype(np.float32))
    if canvas.step == 2:
        grain = rng.standard_normal((camera.height, camera.width)).astype(np.float32)
        picture = picture + (grain if picture.ndim == 2 else grain[..., None]) * 0.02 * picture
    return np.clip(cv2.GaussianBlur(picture, (0, 0), blur) + 0.5, 0, 255).astype(np.uint8)


def _opacity(easel: _Easel, limb: str, blur: float) -> Array:
    """Opacity of a loose limb, with a halo of sheet in some."""
    canvas = easel.canvas
    mask = np.zeros((canvas.h, canvas.w), np.float32)
    for piece in easel.sleeper.pieces:
        if piece.limb == limb:
            mask = np.maximum(mask, easel.masks[piece.name])
    halo = easel.rng.uniform(0.0, 0.012) * easel.sleeper.layout.breadth / canvas.step
    if halo > 1:
        mask = np.maximum(mask, np.clip(1.5 * cv2.GaussianBlur(mask, (0, 0), halo), 0, 1))
    mask = cv2.GaussianBlur(canvas.enlarged(mask), (0, 0), blur)
    return np.clip(mask * 255 + 0.5, 0, 255).astype(np.uint8)


def paint_plate(rng: np.random.Generator, camera: Camera, fabrics: Fabrics, sleeper: Sleeper) -> Plate:
    """Paint the sleeper into its surroundings, cover it, light it."""
    canvas = Canvas(camera)
    shape = (canvas.h, canvas.w)
    ground = paint_surroundings(rng, canvas, fabrics, sleeper.layout)
    plates = {"full": ground, "base": ground} if sleeper.loose else {"full": ground}
    label, flat = np.full(shape, -1, np.int16), np.zeros(shape, np.float32)
    easel = _Easel(rng, canvas, fabrics, sleeper, plates, label, flat)
    for index, piece in enumerate(sleeper.pieces):
        easel.paint(index, piece)
    covered = flat
    if sleeper.cover in ("blanket", "swaddle"):
        covered = lay_cover(rng, canvas, fabrics, sleeper, plates, (easel.masks, easel.heights))
    light, gain = _illumination(rng, canvas, camera), rng.uniform(0.7, 1.05)
    if camera.dim:
        gain *= rng.uniform(0.22, 0.5)
    blur = rng.uniform(0.55, 1.0) * max(1, camera.scale * 0.8)
    pictures = {key: _exposed(rng, canvas, plate * light * gain, camera, blur) for key, plate in plates.items()}
    opacity = {limb: _opacity(easel, limb, blur) for limb in sleeper.loose}
    return Plate(pictures, opacity, label, covered, canvas.step, gain, easel.chin)
