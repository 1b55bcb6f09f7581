"""The scene: mattress, sleeper and blanket, or a still photograph; only what changes is drawn again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.cloth import textures
from benchmarks.other_scenes.cloth.layers import Light, Part, Rect, push_along, rect_grid, smoothstep, swell, turn_about
from benchmarks.other_scenes.cloth.sleeper import LIMBS, Blob, Look, bounds, height_of, make_sleeper

if TYPE_CHECKING:
    from benchmarks.other_scenes.cloth.layers import Field


def overlap(a: Rect, b: Rect) -> Rect | None:
    """Intersect two rectangles."""
    x0, y0, x1, y1 = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def cut(picture: Field, rect: Rect, origin: tuple[int, int] = (0, 0), step: int = 1) -> Field:
    """View of `rect` of a picture whose corner is at `origin`; `step` 2 for planes of half size."""
    x0, y0, x1, y1 = rect
    ox, oy = origin
    return picture[(y0 - oy) // step : (y1 - oy) // step, (x0 - ox) // step : (x1 - ox) // step]


@dataclass
class Sheet:
    """What lies on top and is dragged and lifted by parts below: a blanket, or a whole photograph.

    `stack` holds height, albedo times alpha, alpha; a photograph is not shaded.
    """

    rect: Rect
    stack: Field
    chroma: tuple[float, float] = (0.0, 0.0)
    planes: Field | None = None
    shaded: bool = True

    def draw(self, rect: Rect, parts: list[Part], light: Light) -> tuple[Field, Field, Field, Field]:
        """Brightness times alpha, alpha, and the displacement, within `rect`."""
        mx, my = rect_grid(rect)
        dx, dy = np.zeros_like(mx), np.zeros_like(mx)
        rise = np.zeros_like(mx)
        origin = rect[:2]
        for part in parts:
            shared = overlap(rect, part.rect) if part.coupling is not None and part.moved is not None else None
            if shared is None:
                continue
            near = cut(part.coupling, shared, part.rect[:2])
            cut(dx, shared, origin)[:] += near * cut(part.moved[0], shared, part.rect[:2])
            cut(dy, shared, origin)[:] += near * cut(part.moved[1], shared, part.rect[:2])
            if self.shaded:
                bump = cut(part.bump, shared, part.rect[:2])
                cut(rise, shared, origin)[:] = np.maximum(cut(rise, shared, origin), bump)
                if part.crease is not None and part.strain:
                    crease = cut(part.crease, shared, part.rect[:2])
                    cut(rise, shared, origin)[:] += crease * np.float32(np.tanh(part.strain / 12))
        mx += dx - np.float32(self.rect[0])
        my += dy - np.float32(self.rect[1])
        border = cv2.BORDER_CONSTANT if self.shaded else cv2.BORDER_REFLECT_101
        out = cv2.remap(self.stack, mx, my, cv2.INTER_CUBIC, borderMode=border)
        if not self.shaded:
            return out, np.ones_like(out), dx, dy
        height, albedo, alpha = cv2.split(out)
        return light.shade(height + rise) * albedo, np.clip(alpha, 0, 1), dx, dy


@dataclass
class Scene:
    """A resting picture and the parts that move in it."""

    size: tuple[int, int]
    scale: float
    base: Field
    base_uv: Field
    parts: list[Part]
    sheet: Sheet | None
    light: Light
    colour: bool
    kind: str
    y: Field = field(init=False)
    uv: Field = field(init=False)

    def __post_init__(self) -> None:
        self.y, self.uv = self.base.copy(), self.base_uv.copy()
        self.take({})
        # what never moves is drawn only here
        self._compose((0, 0, *self.size))

    def part(self, name: str) -> Part:
        """Find a part by name."""
        return next(p for p in self.parts if p.name == name)

    def limbs(self) -> list[Part]:
        """Parts that can jerk."""
        return [p for p in self.parts if p.name in LIMBS]

    def take(self, moves: dict[tuple[str, str], float], offset: tuple[float, float] = (0.0, 0.0)) -> Rect | None:
        """Move the parts (scene pixels) and draw again what changed; returns that rectangle."""
        dirty: list[Rect] = []
        for part in self.parts:
            mine = {mode: moves.get((part.name, mode), 0.0) for mode in part.modes}
            if part.pose(mine, offset, self.light):
                dirty.append(part.rect)
        if not dirty:
            return None
        corners = np.array(dirty)
        rect = (*(int(v) for v in corners[:, :2].min(axis=0)), *(int(v) for v in corners[:, 2:].max(axis=0)))
        self._compose(rect)
        return rect

    def _compose(self, rect: Rect) -> None:
        y, uv = cut(self.y, rect), cut(self.uv, rect, step=2)
        y[:], uv[:] = cut(self.base, rect), cut(self.base_uv, rect, step=2)
        for part in self.parts:
            shared = overlap(rect, part.rect) if part.shown is not None else None
            if shared is None:
                continue
            shown, alpha, shadow = (cut(plane, shared, part.rect[:2]) for plane in part.shown)
            tint = part.chroma if part.bare is None else cut(part.tint, shared, part.rect[:2], 2)
            self._blend(shared, shown, alpha, tint, shadow)
        if self.sheet is None:
            return
        shared = overlap(rect, self.sheet.rect)
        if shared is None:
            return
        # slopes at the rim of a rectangle are wrong: draw a little more than is used
        wide = overlap((shared[0] - 4, shared[1] - 4, shared[2] + 4, shared[3] + 4), self.sheet.rect)
        drawn = self.sheet.draw(wide, self.parts, self.light)
        shown, alpha, dx, dy = (cut(plane, shared, wide[:2]) for plane in drawn)
        if self.sheet.shaded:
            self._blend(shared, shown, alpha, self.sheet.chroma, None)
            return
        cut(self.y, shared)[:] = shown
        if self.colour:
            self._drag_colour(shared, dx, dy)

    def _blend(
        self, rect: Rect, shown: Field, alpha: Field, chroma: Field | tuple[float, float], shadow: Field | None
    ) -> None:
        y = cut(self.y, rect)
        if shadow is not None:
            y *= 1 - shadow
        y *= 1 - alpha
        y += shown
        if self.colour:
            uv = cut(self.uv, rect, step=2)
            a, s = alpha[::2, ::2, None], shown[::2, ::2, None]
            uv *= 1 - a
            uv += s * np.float32(chroma)

    def _drag_colour(self, rect: Rect, dx: Field, dy: Field) -> None:
        x0, y0, x1, y1 = rect
        mx, my = rect_grid((x0 // 2, y0 // 2, x1 // 2, y1 // 2))
        mx, my = mx + dx[::2, ::2] / 2, my + dy[::2, ::2] / 2
        cut(self.uv, rect, step=2)[:] = cv2.remap(self.base_uv, mx, my, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def random_light(rng: np.random.Generator) -> Light:
    """Choose a lamp at a random side; light near the lens shades little."""
    slope, turn = rng.uniform(0.2, 1.0), rng.uniform(0, 2 * np.pi)
    direction = np.array([slope * np.cos(turn), slope * np.sin(turn), 1.0])
    return Light(tuple(float(v) for v in direction / np.linalg.norm(direction)), float(rng.uniform(0.15, 0.5)))


def _mattress(rng: np.random.Generator, size: tuple[int, int], light: Light) -> Field:
    shape, scale = (size[1], size[0]), size[0] / 640
    height = textures.folds(rng, shape, scale * 1.3, int(rng.integers(8, 30))) * np.float32(rng.uniform(0.15, 0.6))
    albedo = rng.uniform(0.2, 0.8) * textures.cloth(rng, shape, scale * 1.5, rng.uniform(0.03, 0.15))
    return (light.shade(height) * albedo).astype(np.float32)


def _under(rng: np.random.Generator, part: Part, look: Look, cover: float) -> None:
    """Tie the blanket to a part below it."""
    near = cv2.GaussianBlur((part.soft > 1.5).astype(np.float32), (0, 0), 7 * look.scale)
    part.coupling = np.clip(near * 1.6, 0, 1) * np.float32(cover)
    part.crease = textures.folds(rng, part.soft.shape, look.scale * 0.8, 8) * part.coupling * np.float32(0.5)
    part.cover = cover


def _blanket(rng: np.random.Generator, look: Look, parts: list[Part]) -> Sheet:
    """Lay a blanket over what lies below a line across the sleeper."""
    trunk = next(p for p in parts if p.name == "trunk")
    neck, hip = trunk.joints[0], trunk.joints[2]
    way = (hip - neck) / np.hypot(*(hip - neck))
    w, h = look.size
    x, y = rect_grid((0, 0, w, h))
    start = neck + (hip - neck) * rng.uniform(0.1, 0.95)
    edge = 10 * look.scale * textures.smooth_noise(rng, (h, w), 50 * look.scale)
    alpha = smoothstep(-1.2, 1.2, ((x - start[0]) * way[0] + (y - start[1]) * way[1] + edge).astype(np.float32))
    thin = rng.uniform(0.45, 0.9)
    height = textures.folds(rng, (h, w), look.scale * 1.4, int(rng.integers(25, 70)))
    # the hem is thick
    height += cv2.GaussianBlur(alpha, (0, 0), 3 * look.scale) * np.float32(5 * look.scale)
    albedo = rng.uniform(0.25, 0.8) * textures.cloth(rng, (h, w), look.scale, rng.uniform(0.05, 0.25))
    for part in parts:
        if part.soft is not None:
            _under(rng, part, look, thin)
            # the blanket follows only what it lies on
            part.coupling *= cut(cv2.GaussianBlur(alpha, (0, 0), 4), part.rect)
    chroma = tuple(float(v) for v in rng.normal(0, 0.1, 2))
    return Sheet((0, 0, w, h), cv2.merge([height, albedo * alpha, alpha]), chroma)


def covered(part: Part, sheet: Sheet | None) -> bool:
    """Whether the part's tip lies below the blanket."""
    if sheet is None or not sheet.shaded:
        return False
    x, y = (int(v) for v in part.joints[2])
    return bool(sheet.stack[y, x, 2] > 0.5)


def drawn_scene(rng: np.random.Generator, look: Look, *, blanket: bool, colour: bool) -> Scene:
    """Draw a sleeper from blobs, with or without blanket."""
    light = random_light(rng)
    w, h = look.size
    base = _mattress(rng, look.size, light)
    chroma = np.float32(rng.normal(0, 0.06, 2))
    base_uv = cv2.resize(base, (w // 2, h // 2), interpolation=cv2.INTER_AREA)[..., None] * chroma
    parts = make_sleeper(look)
    sheet = _blanket(rng, look, parts) if blanket else None
    return Scene(look.size, look.scale, base, base_uv, parts, sheet, light, colour, "blanket" if blanket else "bare")


def _photo_limb(rng: np.random.Generator, name: str, look: Look, detail: Field) -> Part:
    """Choose a soft-edged patch of the photograph whose tip lies where there is detail."""
    w, h = look.size
    best = None
    for _ in range(30):
        tip = np.array([rng.uniform(0.12, 0.88) * w, rng.uniform(0.12, 0.88) * h])
        value = detail[int(tip[1]), int(tip[0])] * rng.uniform(0.5, 1)
        best = (value, tip) if best is None or value > best[0] else best
    tip, angle, length = best[1], rng.uniform(0, 2 * np.pi), rng.uniform(45, 110) * look.scale
    mid = tip + length * 0.5 * np.array([np.cos(angle), np.sin(angle)])
    root = mid + length * 0.5 * np.array([np.cos(angle + 0.5), np.sin(angle + 0.5)])
    thick = rng.uniform(18, 32) * look.scale
    blobs: list[Blob] = [(root, mid, thick, thick), (mid, tip, thick, thick)]
    rect = bounds(blobs, look, -6)
    _, inner = height_of(rect, blobs, 1.0)
    outside = cv2.distanceTransform((inner < 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    mask = 1 - smoothstep(0, float(rng.uniform(18, 28) * look.scale), outside)
    part = Part(
        name,
        np.array([root, mid, tip]),
        rect,
        {"root": turn_about(rect, root, tip, 0.5, 0.1), "push": push_along(rect, root, tip)},
    )
    part.coupling, part.cover = mask, 1.0
    return part


def photo_scene(rng: np.random.Generator, look: Look, *, colour: bool) -> Scene:
    """Take a real photograph in which soft-edged patches are warped like limbs, and another breathes."""
    photo = textures.pick_photograph(rng, textures.SCENES)
    w, h = look.size
    zoom = max(w / photo.shape[1], h / photo.shape[0]) * rng.uniform(1.0, 1.5)
    big = cv2.resize(photo, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    big = np.maximum(big[:, ::-1] if rng.random() < 0.5 else big, 0)
    top, left = int(rng.integers(big.shape[0] - h + 1)), int(rng.integers(big.shape[1] - w + 1))
    rgb = big[top : top + h, left : left + w] ** np.float32(rng.uniform(1.4, 2.2)) * np.float32(rng.uniform(0.5, 0.9))
    luma = (rgb @ np.float32([0.299, 0.587, 0.114])).astype(np.float32)
    full = np.stack([(rgb[..., 2] - luma) * 0.56, (rgb[..., 0] - luma) * 0.71], axis=-1)
    uv = cv2.resize(full.astype(np.float32), (w // 2, h // 2), interpolation=cv2.INTER_AREA)
    detail = cv2.GaussianBlur(np.abs(luma - cv2.GaussianBlur(luma, (0, 0), 3 * look.scale)), (0, 0), 8 * look.scale)
    names = rng.permutation(LIMBS)[: int(rng.integers(1, 5))]
    parts = [_photo_limb(rng, str(name), look, detail) for name in names]
    place, size = np.array([rng.uniform(0.3, 0.7) * w, rng.uniform(0.3, 0.7) * h]), rng.uniform(50, 90) * look.scale
    rect = bounds([(place, place, size, size)], look, 0)
    chest = Part("trunk", np.array([place] * 3), rect, {"breath": swell(rect, place, size)})
    fade = np.hypot(*(g - np.float32(c) for g, c in zip(rect_grid(rect), place, strict=True)))
    chest.coupling = 1 - smoothstep(size, size + 30 * look.scale, fade)
    sheet = Sheet((0, 0, w, h), luma, shaded=False)
    return Scene(look.size, look.scale, luma, uv, [chest, *parts], sheet, Light((0, 0, 1), 0.0), colour, "photo")
