"""Build a sleeper: pose, then every part's height field, clothes and ways to move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.cloth import textures
from benchmarks.other_scenes.cloth.layers import (
    Part,
    Shift,
    Turn,
    local_shift,
    push_along,
    rect_grid,
    smoothstep,
    swell,
    turn_about,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.other_scenes.cloth.layers import Field, Rect

# eyes, mouth and nostrils: place and size in radii of the head, and how dark
FACE = (
    (-0.3, 0.05, 0.13, 0.03, 0.5),
    (0.3, 0.05, 0.13, 0.03, 0.5),
    (0, -0.5, 0.16, 0.05, 0.35),
    (-0.06, -0.25, 0.04, 0.03, 0.3),
    (0.06, -0.25, 0.04, 0.03, 0.3),
)
LIMBS = ("left_arm", "right_arm", "left_leg", "right_leg")
Blob = tuple["NDArray[np.float64]", "NDArray[np.float64]", float, float]


@dataclass
class Look:
    """What the parts of one sleeper have in common."""

    rng: np.random.Generator
    size: tuple[int, int]
    scale: float
    skin: float
    skin_chroma: tuple[float, float]
    suit: float
    suit_chroma: tuple[float, float]
    blur: float
    margin: float


def make_look(rng: np.random.Generator, size: tuple[int, int], *, colour: bool) -> Look:
    """Choose skin and clothes; chroma is relative to brightness (Cb, Cr)."""
    warm = rng.uniform(0.5, 1.2) if colour else 0.0
    suit = tuple(float(v) for v in rng.normal(0, 0.09, 2)) if colour else (0.0, 0.0)
    skin = rng.uniform(0.3, 0.75)
    return Look(
        rng,
        size,
        size[0] / 640,
        skin,
        (-0.10 * warm, 0.13 * warm),
        rng.uniform(0.2, 0.75),
        suit,
        float(rng.choice([0.0, 0.6, 1.0])),
        36,
    )


def bounds(blobs: list[Blob], look: Look, extra: float = 0.0) -> Rect:
    """Even rectangle around blobs with room to move, inside the picture."""
    pad = (look.margin + extra) * look.scale
    low = np.min([np.minimum(a, b) - max(ra, rb) for a, b, ra, rb in blobs], axis=0) - pad
    high = np.max([np.maximum(a, b) + max(ra, rb) for a, b, ra, rb in blobs], axis=0) + pad
    x0, y0 = (int(np.clip(v, 0, n - 16)) // 2 * 2 for v, n in zip(low, look.size, strict=True))
    x1, y1 = (int(np.clip(v, 16, n)) // 2 * 2 for v, n in zip(high, look.size, strict=True))
    return x0, y0, max(x1, x0 + 16), max(y1, y0 + 16)


def height_of(rect: Rect, blobs: list[Blob], soft: float) -> tuple[Field, Field]:
    """Height and alpha of the union of tapered capsules."""
    x, y = rect_grid(rect)
    square = np.full(x.shape, -1e9, np.float32)
    inside = np.full(x.shape, -1e9, np.float32)
    for a, b, ra, rb in blobs:
        ab = b - a
        t = ((x - a[0]) * ab[0] + (y - a[1]) * ab[1]) / max(float(ab @ ab), 1e-6)
        t = np.clip(t, 0, 1).astype(np.float32)
        dist = np.hypot(x - a[0] - t * ab[0], y - a[1] - t * ab[1]).astype(np.float32)
        r = (ra + (rb - ra) * t).astype(np.float32)
        square = np.maximum(square, r * r - dist * dist)
        inside = np.maximum(inside, r - dist)
    height = cv2.GaussianBlur(np.sqrt(np.maximum(square, 0)), (0, 0), soft)
    return height, np.clip(inside / 1.4 + 0.5, 0, 1).astype(np.float32)


def make_stack(look: Look, height: Field, alpha: Field, albedo: Field) -> Field:
    """Stack for `Part`: height, premultiplied albedo, alpha, shadow."""
    if look.blur:
        alpha = cv2.GaussianBlur(alpha, (0, 0), look.blur * look.scale)
    reach = 5 * look.scale
    moved = np.float32([[1, 0, reach * 0.5], [0, 1, reach * 0.5]])
    shadow = cv2.warpAffine(cv2.GaussianBlur(alpha, (0, 0), reach), moved, alpha.shape[::-1]) * np.float32(0.55)
    return cv2.merge([height, (albedo * alpha).astype(np.float32), alpha, shadow])


def skin_albedo(look: Look, shape: tuple[int, int]) -> Field:
    """Skin: nearly even, with mottling and fine grain."""
    mottle = 0.05 * textures.fractal(look.rng, shape, 18 * look.scale)
    mottle += 0.02 * textures.smooth_noise(look.rng, shape, 2)
    return look.skin * (1 + mottle)


def fingers(look: Look, tip: NDArray[np.float64], way: NDArray[np.float64], r: float, *, foot: bool) -> list[Blob]:
    """Fingers of a loosely closed hand, or toes."""
    side = np.array([-way[1], way[0]])
    length, thick = (0.45, 0.24) if foot else (look.rng.uniform(0.5, 1.1), 0.26)
    spread = np.linspace(-0.75, 0.75, 5 if foot else 4)
    blobs = [
        (
            tip + side * r * k + way * r * 0.5,
            tip + side * r * k * 1.15 + way * r * (0.6 + length),
            thick * r,
            thick * r * 0.8,
        )
        for k in spread
    ]
    if not foot:
        blobs.append((tip - side * r * 0.6, tip - side * r * 1.25 + way * r * 0.6, 0.3 * r, 0.24 * r))
    return blobs


def limb(look: Look, name: str, joints: NDArray[np.float64], thick: float) -> Part:
    """Build an arm or leg: root, middle joint and tip in `joints`, sleeve or bare, hand or foot at the end."""
    rng, (root, mid, tip) = look.rng, joints
    foot = name.endswith("leg")
    way = (tip - mid) / np.hypot(*(tip - mid))
    wrist = tip - way * thick * (1.1 if foot else 1.2)
    hand = thick * (0.72 if foot else 0.75)
    blobs: list[Blob] = [
        (root, mid, thick * 1.15, thick * 0.95),
        (mid, wrist, thick * 0.95, thick * 0.62),
        (wrist, tip, thick * 0.6, hand),
    ]
    blobs += fingers(look, tip, way, hand, foot=foot)
    rect = bounds(blobs, look)
    height, alpha = height_of(rect, blobs, 1.2 * look.scale)
    shape = height.shape
    x, y = rect_grid(rect)
    along = ((x - wrist[0]) * way[0] + (y - wrist[1]) * way[1]).astype(np.float32)
    beyond_mid = (x - mid[0]) * way[0] + (y - mid[1]) * way[1]
    cut = rng.choice([-1.0, 0.0, 1.0], p=[0.55, 0.3, 0.15])
    # -1: sleeve to the wrist, 0: to the middle joint, 1: over hand or foot as well
    bare = np.zeros(shape, np.float32)
    if cut <= 0:
        bare = smoothstep(-1.5, 1.5, along + 3 if cut < 0 else beyond_mid)
    suit = look.suit * textures.cloth(rng, shape, look.scale, rng.uniform(0.08, 0.25))
    wrinkles = textures.folds(rng, shape, look.scale * 0.6, 14)
    height = height + (1 - bare).astype(np.float32) * wrinkles * alpha * 0.8
    albedo = bare * skin_albedo(look, shape) + (1 - bare) * suit
    modes = {
        "root": turn_about(rect, root, tip, 0.35, 0.0),
        "mid": turn_about(rect, mid, tip, 0.5, 0.25),
        "end": turn_about(rect, wrist, tip + way * hand, 0.6, 0.3),
        "push": push_along(rect, root, tip),
    }
    stack = make_stack(look, height, alpha, albedo)
    part = Part(name, np.array([root, mid, tip]), rect, modes, stack, look.suit_chroma)
    part.lift, part.fingertip = float(rng.normal(0, 0.006)) / look.scale, tip + way * hand
    part.soft = cv2.GaussianBlur(height * alpha, (0, 0), 3.5 * look.scale)
    part.bare, part.bare_chroma = np.ascontiguousarray(bare[::2, ::2]), look.skin_chroma
    return part


def head(look: Look, neck: NDArray[np.float64], way: NDArray[np.float64], r: float) -> Part:
    """Head with hair, closed eyes, nose and mouth; turns, and sucks."""
    rng, side = look.rng, np.array([-way[1], way[0]])
    centre = neck + way * r * 0.95
    turned = rng.uniform(-0.5, 0.5)
    face = centre - way * r * 0.1 + side * r * turned
    blobs: list[Blob] = [(centre - way * r * 0.15, centre + way * r * 0.2, r * 0.85, r)]
    rect = bounds(blobs, look)
    height, alpha = height_of(rect, blobs, 1.5 * look.scale)
    x, y = rect_grid(rect)
    u = ((x - face[0]) * side[0] + (y - face[1]) * side[1]) / r
    v = ((x - face[0]) * way[0] + (y - face[1]) * way[1]) / r
    hair = smoothstep(0.25, 0.6, v + 0.15 * textures.fractal(rng, height.shape, 8 * look.scale))
    features = np.zeros(height.shape, np.float32)
    for du, dv, su, sv, dark in FACE:
        features += dark * np.exp(-(((u - du) / su) ** 2) - ((v - dv) / sv) ** 2)
    height = height + r * 0.1 * np.exp(-((u / 0.1) ** 2) - ((v + 0.12) / 0.2) ** 2) * alpha
    albedo = skin_albedo(look, height.shape) * (1 - features) * (1 - hair * rng.uniform(0.1, 0.7))
    mouth = face - way * r * 0.5
    modes = {
        "turn": local_shift(rect, centre, side, r * 0.75),
        "suck": local_shift(rect, mouth, way, r * 0.28),
        "nod": turn_about(rect, neck, centre + way * r, 0.5, 0.0),
    }
    return Part(
        "head",
        np.array([neck, face, centre]),
        rect,
        modes,
        make_stack(look, height.astype(np.float32), alpha, albedo),
        look.skin_chroma,
    )


def trunk(look: Look, neck: NDArray[np.float64], hip: NDArray[np.float64], width: float) -> Part:
    """Build the trunk; it breathes: its height and outline grow."""
    rng = look.rng
    blobs: list[Blob] = [(neck + (hip - neck) * 0.15, hip, width * 0.85, width)]
    rect = bounds(blobs, look, -12)
    height, alpha = height_of(rect, blobs, 2.5 * look.scale)
    height *= 0.7
    height += textures.folds(rng, height.shape, look.scale, 16) * alpha * 0.6
    albedo = look.suit * textures.cloth(rng, height.shape, look.scale, rng.uniform(0.08, 0.3))
    centre = neck + (hip - neck) * 0.6
    part = Part(
        "trunk",
        np.array([neck, centre, hip]),
        rect,
        {"breath": swell(rect, centre, width)},
        make_stack(look, height, alpha, albedo),
        look.suit_chroma,
        lift=0.05 / look.scale,
    )
    part.soft = cv2.GaussianBlur(height * alpha, (0, 0), 5 * look.scale)
    return part


def _chain(
    rng: np.random.Generator, root: NDArray[np.float64], angle: float, bend: float, lengths: tuple[float, float]
) -> NDArray[np.float64]:
    first = np.array([np.cos(angle), np.sin(angle)]) * lengths[0] * rng.uniform(0.75, 1.0)
    second = np.array([np.cos(angle + bend), np.sin(angle + bend)]) * lengths[1] * rng.uniform(0.75, 1.0)
    return np.array([root, root + first, root + first + second])


def make_sleeper(look: Look) -> list[Part]:
    """All parts from the lowest to the topmost."""
    rng, scale = look.rng, look.scale
    w, h = look.size
    long = min(rng.uniform(100, 175) * scale, 0.38 * h)
    phi = rng.normal(np.pi / 2, 0.35) + rng.choice([0, np.pi, -np.pi / 2, np.pi / 2], p=[0.5, 0.1, 0.2, 0.2])
    down = np.array([np.cos(phi), np.sin(phi)])
    side = np.array([-down[1], down[0]])
    middle = np.array([w * rng.uniform(0.4, 0.6), h * rng.uniform(0.42, 0.55)])
    neck, hip, width = middle - down * long / 2, middle + down * long * 0.4, long * rng.uniform(0.3, 0.38)
    parts = []
    for name, s in (("left_leg", -1), ("right_leg", 1)):
        angle = phi + s * rng.uniform(0.1, 1.0)
        joints = _chain(rng, hip + side * s * width * 0.6, angle, -s * rng.uniform(0.0, 1.7), (long * 0.5, long * 0.5))
        parts.append(limb(look, name, joints, long * rng.uniform(0.13, 0.17)))
    parts.append(trunk(look, neck, hip, width))
    parts.append(head(look, neck, -down, long * rng.uniform(0.27, 0.34)))
    for name, s in (("left_arm", -1), ("right_arm", 1)):
        angle = phi + s * rng.uniform(0.3, 2.6)
        bend = s * rng.uniform(-1.8, 1.6)
        shoulder = neck + down * long * 0.16 + side * s * width * 0.85
        joints = _chain(rng, shoulder, angle, bend, (long * 0.42, long * 0.42))
        parts.append(limb(look, name, joints, long * rng.uniform(0.1, 0.135)))
    return [p for p in parts if _inside(p, look)]


def _inside(part: Part, look: Look) -> bool:
    edge = 6 * look.scale
    low, high = part.joints.min(axis=0), part.joints.max(axis=0)
    return part.name not in LIMBS or (low.min() > edge and bool(np.all(high < np.array(look.size) - edge)))


def reach(mode: Turn | Shift, part: Part, scale: float) -> float:
    """Largest sensible displacement of the tip by this mode, pixels at 640 wide."""
    if isinstance(mode, Turn):
        return min(0.75 * mode.radius / scale, 32)
    return min(0.22 * float(np.hypot(*(part.joints[2] - part.joints[0]))) / scale, 14)
