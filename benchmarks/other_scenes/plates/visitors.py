"""What comes into the picture: insects, dust, a curtain, a swinging toy, a cat, a hand that pats."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.plates.curves import minimum_jerk, smoothstep
from benchmarks.other_scenes.plates.effects import TURN, Effect, Shot, edges
from benchmarks.other_scenes.plates.textures import photo, pick, sample

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.scene import Scene

Array = np.ndarray


def blend(frame: Array, x: float, y: float, patch: Array, opacity: Array) -> None:
    """Lay a patch over the frame, its corner at any place."""
    h, w = opacity.shape
    left, top = math.floor(x), math.floor(y)
    if x != left or y != top:
        move = np.float32([[1, 0, x - left], [0, 1, y - top]])
        w, h = w + 1, h + 1
        opacity = cv2.warpAffine(opacity, move, (w, h))
        patch = cv2.warpAffine(patch, move, (w, h), borderMode=cv2.BORDER_REPLICATE)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(frame.shape[1], left + w), min(frame.shape[0], top + h)
    if x1 <= x0 or y1 <= y0:
        return
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    share = opacity[part]
    below = frame[y0:y1, x0:x1].astype(np.float32)
    below += (patch[part] - below) * (share[..., None] if frame.ndim == 3 else share)
    frame[y0:y1, x0:x1] = np.clip(below, 0, 255).astype(np.uint8)


def _dot(frame: Array, at: tuple[float, float], size: float, grey: float, strength: float) -> None:
    n, left, top = int(3 * size + 2), int(at[0]), int(at[1])
    y, x = np.mgrid[-n : n + 1, -n : n + 1].astype(np.float32)
    far = (x - (at[0] - left)) ** 2 + (y - (at[1] - top)) ** 2
    opacity = strength * np.exp(-far / (2 * size * size)).astype(np.float32)
    patch = np.full(opacity.shape + (() if frame.ndim == 2 else (3,)), grey, np.float32)
    blend(frame, left - n, top - n, patch, opacity)


def _lit(scene: Scene, picture: Array) -> Array:
    """A thing in the light of the scene, as the camera sees it."""
    picture = picture * 255 * scene.plate.gain
    return (picture.mean(2) if scene.camera.infrared else picture).astype(np.float32)


class Insect(Effect):
    """An insect that crawls over the picture."""

    def draw(self, rng: np.random.Generator) -> None:
        self.ends, self.phases = rng.uniform(0.1, 0.9, (2, 2)), rng.uniform(0, 6.3, 4)
        self.size, self.grey = rng.uniform(1, 3) * self.scale, float(rng.choice([10, 230]))

    def act(self, shot: Shot, t: float) -> None:
        x = self.share(t)
        at, q = self.ends[0] * (1 - x) + self.ends[1] * x, self.phases
        px = at[0] + 0.06 * math.sin(7 * x + q[0]) + 0.02 * math.sin(31 * x + q[1])
        py = at[1] + 0.06 * math.sin(9 * x + q[2]) + 0.02 * math.sin(27 * x + q[3])
        h, w = shot.frame.shape[:2]
        _dot(shot.frame, (px * w, py * h), self.size, self.grey, 0.85)


class Dust(Effect):
    """Specks before the lens, bright in infrared."""

    def draw(self, rng: np.random.Generator) -> None:
        self.count = int(rng.integers(3, 14))
        self.at, self.speed = rng.uniform(0, 1, (self.count, 2)), rng.normal(0, 0.06, (self.count, 2))
        self.sizes = np.exp(rng.uniform(np.log(0.8), np.log(5), self.count)) * self.scale
        self.brightness = rng.uniform(30, 140, self.count)
        self.phases = rng.uniform(0, 6.3, (self.count, 2))

    def act(self, shot: Shot, t: float) -> None:
        x = self.share(t)
        h, w = shot.frame.shape[:2]
        for i in range(self.count):
            sway = 0.02 * np.sin(t * 1.1 + self.phases[i])
            at = (self.at[i] + self.speed[i] * t + sway) % 1.1 - 0.05
            strength = self.brightness[i] / 255.0 * edges(x)
            _dot(shot.frame, (at[0] * w, at[1] * h), self.sizes[i], 255.0, strength)


class Curtain(Effect):
    """An edge of the picture that sways as a curtain does."""

    def draw(self, rng: np.random.Generator) -> None:
        self.left, self.width = bool(rng.random() < 0.5), int(self.scene.camera.width * rng.uniform(0.08, 0.16))
        self.hz, self.amplitude = rng.uniform(0.3, 1), rng.uniform(2, 8) * self.scale

    def act(self, shot: Shot, t: float) -> None:
        x = self.share(t)
        h, w = shot.frame.shape[:2]
        begin = 0 if self.left else w - self.width
        row, column = np.arange(h, dtype=np.float32)[:, None], np.arange(self.width, dtype=np.float32)[None]
        sway = self.amplitude * math.sin(math.pi * x) ** 2 * math.sin(TURN * self.hz * (t - self.begin))
        inwards = smoothstep((self.width - column if self.left else column) / self.width * 1.5)
        columns = (column + begin + sway * (row / h) * inwards).astype(np.float32)
        rows = np.repeat(row, self.width, axis=1)
        bent = cv2.remap(shot.frame, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        shot.frame[:, begin : begin + self.width] = bent


class Toy(Effect):
    """A toy that hangs into the picture and swings."""

    lasting = True

    def draw(self, rng: np.random.Generator) -> None:
        w, h = self.scene.camera.width, self.scene.camera.height
        self.n = n = int(rng.uniform(0.05, 0.12) * w)
        cloth = cv2.resize(pick(rng, 0.8).picture, (2 * n + 1, 2 * n + 1))
        y, x = np.mgrid[-n : n + 1, -n : n + 1] / n
        self.opacity = np.clip((1 - np.hypot(x * rng.uniform(1, 2), y)) * n / 2, 0, 1).astype(np.float32)
        self.picture = _lit(self.scene, cloth)
        self.x = rng.choice([rng.uniform(0.02, 0.2), rng.uniform(0.8, 0.98)]) * w
        self.y = rng.uniform(0.0, 0.15) * h
        self.amplitude, self.hz = rng.uniform(2, 15) * self.scale, rng.uniform(0.3, 1)

    def act(self, shot: Shot, t: float) -> None:
        start = float(smoothstep(np.array((t - self.begin) / 2)))
        dx = self.amplitude * start * math.sin(TURN * self.hz * t)
        grey = (60,) * 3 if shot.frame.ndim == 3 else 60
        hangs = (int(self.x + dx), int(self.y + self.n))
        cv2.line(shot.frame, (int(self.x), 0), hangs, grey, max(1, int(self.scale)))
        blend(shot.frame, self.x + dx - self.n, self.y, self.picture, self.opacity)


class Pet(Effect):
    """A cat that looks in from a side."""

    def draw(self, rng: np.random.Generator) -> None:
        self.n = n = int(rng.uniform(0.1, 0.2) * self.scene.camera.width)
        y, x = np.mgrid[-1 : 1 : int(1.5 * n) * 1j, -1 : 1 : 2 * n * 1j]
        rim = 1 - np.hypot(x, y) + 0.1 * np.sin(8 * np.arctan2(y, x))
        self.opacity = np.clip(rim * n / 4, 0, 1).astype(np.float32)
        self.picture = _lit(self.scene, cv2.resize(photo("chelsea")[20:260, 60:380], (2 * n, int(1.5 * n))))
        self.side, self.depth, self.along = int(rng.integers(0, 4)), rng.uniform(0.3, 0.9), rng.uniform(0.2, 0.8)

    def act(self, shot: Shot, t: float) -> None:
        x = self.share(t)
        n, (h, w) = self.n, shot.frame.shape[:2]
        inside = self.depth * n * edges(x) * (1 + 0.05 * math.sin(9 * t))
        along = self.along + 0.04 * math.sin(1.3 * t)
        sides = [(inside - 2 * n, along * h - n), (w - inside, along * h - n), (along * w - n, inside - 1.5 * n),
                 (along * w - n, h - inside)]  # fmt: skip
        blend(shot.frame, *sides[self.side], self.picture, self.opacity)


def _hand_mask(n: int) -> Array:
    """Outline of a hand and wrist, fingers to the left."""
    mask, scale = np.zeros((n, n), np.float32), n / 100

    def line(a: tuple[float, float], b: tuple[float, float], thick: float) -> None:
        ends = (tuple(int(v * scale) for v in end) for end in (a, b))
        cv2.line(mask, *ends, 1.0, max(1, int(scale * thick)))

    line((98, 50), (60, 50), 15)
    cv2.circle(mask, (int(52 * scale), int(50 * scale)), int(scale * 12), 1.0, -1)
    for i, (angle, long) in enumerate(((-38, 22), (-14, 29), (6, 30), (26, 25))):
        tip = (50 - long * math.cos(math.radians(angle)), 50 + long * math.sin(math.radians(angle)))
        line((50, 46 + i * 3), tip, 5.5)
    line((56, 42), (45, 30), 6)
    return mask


def _hand_picture(scene: Scene, mask: Array) -> Array:
    """Skin with a sleeve at the wrist, shaded towards the outline."""
    n = len(mask)
    depth = cv2.distanceTransform((mask > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    shade = (0.45 + 0.55 * np.clip(depth / (n / 100 * 6), 0, 1) ** 0.6)[..., None]
    at = [v.astype(np.float32) for v in np.meshgrid(np.arange(n), np.arange(n))]
    skin = sample(scene.fabrics.textures["skin"].picture, *(v * 1.3 for v in at)) * shade * 0.9
    sleeve = sample(scene.fabrics.textures["cloth2"].picture, *at) * shade
    return np.where(np.arange(n)[None, :, None] / n > 0.75, sleeve, skin).astype(np.float32)


class Hand(Effect):
    """A hand that comes in and pats the sleeper."""

    def draw(self, rng: np.random.Generator) -> None:
        scene, length = self.scene, self.scene.sleeper.layout.length
        self.n = n = int(length * 0.75)
        mask = _hand_mask(n)
        picture, angle = _hand_picture(scene, mask), rng.uniform(0, 360)
        turn = cv2.getRotationMatrix2D((n / 2, n / 2), angle, 1)
        self.opacity = cv2.GaussianBlur(cv2.warpAffine(mask, turn, (n, n)), (0, 0), max(0.7, self.scale))
        self.picture = _lit(scene, cv2.warpAffine(picture, turn, (n, n)))
        self.from_where = np.array([math.cos(math.radians(angle)), -math.sin(math.radians(angle))])
        aim = scene.sleeper.joints[str(rng.choice(["chest", "belly", "head"]))]
        self.corner = aim - n / 2 + self.from_where * n * 0.25
        self.hz, self.pat = rng.uniform(0.6, 2), rng.uniform(0.0, 0.04) * length
        self.amplitude = n

    def act(self, shot: Shot, t: float) -> None:
        since = t - self.begin
        away = 1 - float(minimum_jerk(np.array(min(since, self.end - t) / 1.0)))
        pats = self.pat * math.sin(TURN * self.hz * since) * np.array([0.5, 0.8])
        at = self.corner + self.from_where * away * (self.scene.camera.width + self.n) + pats
        blend(shot.frame, at[0], at[1], self.picture, self.opacity)
