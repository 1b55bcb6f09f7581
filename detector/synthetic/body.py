"""The sleeper's layers, from the bottom of the picture upwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.synthetic.layers import Layer, Surface, limb_layer, shape_layer
from detector.synthetic.recipe import LIMBS
from detector.synthetic.textures import fractal

if TYPE_CHECKING:
    from detector.synthetic.recipe import Recipe
    from detector.synthetic.skeleton import Array, Skeleton

__all__ = ["body_layers", "cloth_tint"]

_SKIN_TINT = (0.70, 0.82, 1.05)


def cloth_tint(rng: np.random.Generator) -> tuple[float, float, float]:
    """Return a pale colour (blue, green, red factors around 1), as of children's clothes and sheets."""
    tint = 1.0 + rng.uniform(-0.35, 0.15, 3)
    tint /= 0.114 * tint[0] + 0.587 * tint[1] + 0.299 * tint[2]
    return (float(tint[0]), float(tint[1]), float(tint[2]))


def body_layers(recipe: Recipe, skeleton: Skeleton, density: float) -> list[tuple[str, Layer]]:
    """Return (part name, layer) pairs in drawing order; the name is a key of `Skeleton.places`."""
    sleeper = recipe.sleeper
    rng = np.random.default_rng([recipe.seed, 5])
    period = 0.016 * skeleton.length * rng.uniform(0.7, 1.8)
    skin = Surface(sleeper.skin_grey, sleeper.skin_contrast, "plain", 8.0, _SKIN_TINT, skin=True)
    wear = Surface(sleeper.cloth_grey, sleeper.cloth_contrast, sleeper.texture, period, cloth_tint(rng))
    limbs: dict[str, list[tuple[str, Layer]]] = {limb: [] for limb in LIMBS}
    if sleeper.cover != "swaddle":
        limbs = {limb: _limb(limb, recipe, skeleton, density, rng, (skin, wear)) for limb in LIMBS}
    trunk = _trunk(recipe, skeleton.length, density, rng, (skin, wear))
    head = _head(recipe, skeleton.length, density, rng, skin)
    order: list[tuple[str, Layer]] = []
    arms_under = rng.random() < 0.4
    for leg in ("right_leg", "left_leg"):
        order += limbs[leg][::-1] if rng.random() < 0.5 else limbs[leg]
    order += limbs["right_arm"] if arms_under else []
    order += [*trunk, *head]
    order += limbs["left_arm"] if arms_under else limbs["right_arm"] + limbs["left_arm"]
    return order


def _limb(
    limb: str,
    recipe: Recipe,
    skeleton: Skeleton,
    density: float,
    rng: np.random.Generator,
    cover: tuple[Surface, Surface],
) -> list[tuple[str, Layer]]:
    sleeper, colour = recipe.sleeper, recipe.camera.colour
    out = []
    for index, part in enumerate(skeleton.limb_parts(limb)):
        covered = _covered(sleeper.clothes, limb, index)
        wide = skeleton.length * sleeper.plump * (1.12 if covered else 1.0)
        layer = limb_layer(
            part.length * skeleton.length, part.near * wide, part.far * wide, cover[int(covered)], density, rng,
            colour=colour, cuff=covered and not _covered(sleeper.clothes, limb, index + 1),
        )  # fmt: skip
        if index == 2 and not covered:
            layer = _with_fingers(layer, part.length * skeleton.length, density)
        out.append((f"{limb}_{part.name}", layer))
    return out


def _trunk(
    recipe: Recipe, length: float, density: float, rng: np.random.Generator, cover: tuple[Surface, Surface]
) -> list[tuple[str, Layer]]:
    colour, bare = recipe.camera.colour, recipe.sleeper.clothes == "nappy"
    half = (0.128 * length, 0.20 * length)
    surface = cover[0] if bare else cover[1]
    body = shape_layer(half, -0.01 * length, surface, density, rng, colour=colour, form=(2.7, 0.06, 0.35))
    if not bare:
        return [("trunk", body)]
    white = Surface(min(recipe.sleeper.cloth_grey * 1.15, 240), 0.05, "plain", 9.0, (1.0, 1.0, 1.0))
    half = (0.118 * length, 0.075 * length)
    nappy = shape_layer(half, 0.125 * length, white, density, rng, colour=colour, form=(3.0, 0.0, 0.35))
    return [("trunk", body), ("trunk", nappy)]


def _head(
    recipe: Recipe, length: float, density: float, rng: np.random.Generator, skin: Surface
) -> list[tuple[str, Layer]]:
    half = (0.098 * length, 0.122 * length)
    head = shape_layer(half, 0.112 * length, skin, density, rng, colour=recipe.camera.colour, form=(2.0, 0.0, 0.3))
    if recipe.sleeper.posture == "prone":
        return [("head", _hair(head, length, density, recipe, top=0.0))]
    return [("head", _face(head, length, density, recipe)), ("jaw", _mouth(length, skin, density, rng, recipe))]


def _covered(clothes: str, limb: str, index: int) -> bool:
    if clothes == "nappy" or index > 2:
        return False
    if clothes == "bodysuit":
        return index == 0 and limb.endswith("arm")
    return index < 2 or limb.endswith("leg")


def _pixel(layer: Layer, x: float, y: float) -> tuple[float, float]:
    place = np.linalg.inv(layer.to_part) @ np.array([x, y, 1.0])
    return float(place[0]), float(place[1])


def _darken(layer: Layer, mask: Array, depth: float) -> Layer:
    pixels = layer.pixels.copy()
    pixels[:, :, :-1] *= (1 - depth * mask)[:, :, None].astype(np.float32)
    return Layer(pixels, layer.to_part)


def _with_fingers(layer: Layer, length: float, density: float) -> Layer:
    """Cut the gaps between fingers or toes into the far half of a hand or foot."""
    mask = np.zeros(layer.pixels.shape[:2], np.float32)
    for share in (-0.42, 0.0, 0.42):
        start = _pixel(layer, share * 0.3 * length, 0.62 * length)
        end = _pixel(layer, share * 0.5 * length, 1.45 * length)
        points = [(round(x), round(y)) for x, y in (start, end)]
        cv2.line(mask, points[0], points[1], 1.0, max(1, round(0.05 * length * density)))
    return _darken(layer, cv2.GaussianBlur(mask, (0, 0), 0.6 * density).astype(np.float64), 0.38)


def _face(head: Layer, length: float, density: float, recipe: Recipe) -> Layer:
    """Draw closed eyes, brows, nose and ears on the head, to give the face the texture of a real one."""
    mask = np.zeros(head.pixels.shape[:2], np.float32)
    unit, thick = 0.098 * length, max(1, round(0.011 * length * density))
    shift = 0.0 if recipe.sleeper.posture == "supine" else 0.35 * unit
    for side in (-1, 1):
        for up, wide, bow in ((0.98, 0.26, 0.10), (1.35, 0.24, -0.07)):
            angles = np.linspace(-1, 1, 9)
            line = [
                _pixel(head, shift + side * 0.42 * unit + wide * unit * a, up * unit + bow * unit * (a * a - 0.5))
                for a in angles
            ]
            weight = 1.0 if up < 1.2 else 0.45
            cv2.polylines(mask, [np.round(line).astype(np.int32)], False, weight, thick)  # noqa: FBT003
    nose = _pixel(head, shift, 0.66 * unit)
    cv2.ellipse(mask, (round(nose[0]), round(nose[1])), (2 * thick, thick), 0, 0, 360, 0.8, -1)
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.35 * thick + 0.5), np.float32)
    return _hair(_darken(head, mask.astype(np.float64), 0.55), length, density, recipe, top=1.55)


def _hair(head: Layer, length: float, density: float, recipe: Recipe, *, top: float) -> Layer:
    """Darken the scalp from `top` (in half widths of the head above the neck) to the crown, in strands."""
    rng = np.random.default_rng([recipe.seed, 6])
    rows, columns = head.pixels.shape[:2]
    strands = cv2.resize(fractal((max(4, rows // 6), columns), 3.0, rng), (columns, rows))
    along = head.to_part[1, 2] + np.arange(rows)[:, None] / density
    edge = 1 / (1 + np.exp(-(along / (0.098 * length) - top) * 9))
    depth = rng.uniform(0.05, 0.5)
    return _darken(head, np.clip(edge * (1 + 0.35 * strands), 0, 1.6), depth)


def _mouth(length: float, skin: Surface, density: float, rng: np.random.Generator, recipe: Recipe) -> Layer:
    """Return chin and mouth, or a dummy: the part of the face that sucking moves."""
    unit = 0.098 * length
    if recipe.sleeper.dummy:
        plate = Surface(min(250.0, skin.grey * 1.25), 0.04, "plain", 5.0, (1.1, 1.0, 0.85))
        layer = shape_layer((0.36 * unit, 0.28 * unit), 0.36 * unit, plate, density, rng, colour=recipe.camera.colour)
        ring = np.zeros(layer.pixels.shape[:2], np.float32)
        centre = _pixel(layer, 0.0, 0.36 * unit)
        cv2.circle(ring, (round(centre[0]), round(centre[1])), max(2, round(0.17 * unit * density)), 1.0,
                   max(1, round(0.05 * unit * density)))  # fmt: skip
        return _darken(layer, cv2.GaussianBlur(ring, (0, 0), 0.7).astype(np.float64), 0.5)
    layer = shape_layer(
        (0.46 * unit, 0.26 * unit), 0.30 * unit, skin, density, rng, colour=recipe.camera.colour, form=(2.0, 0.0, 0.2)
    )
    mask = np.zeros(layer.pixels.shape[:2], np.float32)
    angles = np.linspace(-1, 1, 9)
    line = [_pixel(layer, 0.24 * unit * a, 0.38 * unit - 0.05 * unit * (a * a - 0.5)) for a in angles]
    cv2.polylines(mask, [np.round(line).astype(np.int32)], False, 1.0, max(1, round(0.012 * length * density)))  # noqa: FBT003
    layer = _darken(layer, cv2.GaussianBlur(mask, (0, 0), 0.6 * density).astype(np.float64), 0.5)
    inner = layer.pixels[:, :, -1]
    faded = 1 - 0.85 * (1 - inner) ** 2
    keep = np.where(inner < 1, (1 - faded) / np.maximum(1 - inner, 1e-6), 1.0)
    pixels = np.dstack([layer.pixels[:, :, :-1] * keep[:, :, None], faded]).astype(np.float32)
    return Layer(np.ascontiguousarray(pixels, dtype=np.float32), layer.to_part)
