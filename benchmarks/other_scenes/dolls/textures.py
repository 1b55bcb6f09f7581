"""Procedural surfaces: cloth, skin, face, sheet; all smooth enough to be sampled between texels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

Array = np.ndarray
CLOTHS = ("knit", "stripes", "rings", "print", "plain", "towel")


@dataclass
class Material:
    """A texture of mean 1 with the albedo and colour (U, V offsets) of the cloth."""

    texture: Array
    albedo: float
    per_metre: float
    chroma: tuple[float, float]


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], sigma: float) -> Array:
    """Noise of unit deviation that wraps at the borders."""
    noise = rng.standard_normal(shape).astype(np.float32)
    pad = int(min(4 * sigma + 2, *shape))
    noise = cv2.GaussianBlur(np.pad(noise, pad, mode="wrap"), (0, 0), max(sigma, 0.3))[pad:-pad, pad:-pad]
    return noise / (noise.std() + 1e-6)


def _cloth(rng: np.random.Generator, style: str, size: int) -> Array:
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) * (2 * np.pi / size)
    contrast = rng.uniform(0.08, 0.35)
    if style == "knit":
        n = rng.integers(14, 26)
        pattern = np.sin(n * y + 1.5 * np.sin(n * x)) * 0.6 + np.sin(n * x) * 0.4
    elif style == "stripes":
        pattern = np.tanh(3 * np.sin(rng.integers(3, 9) * y))
    elif style == "rings":
        pattern = np.tanh(3 * np.sin(rng.integers(3, 9) * x))
    elif style == "print":
        pattern = np.tanh(4 * (smooth_noise(rng, (size, size), rng.uniform(4, 9)) - 0.8)) + 0.5
    elif style == "towel":
        pattern = 0.7 * smooth_noise(rng, (size, size), 1.2)
    else:
        pattern, contrast = np.zeros_like(x), 0.0
    return 1.0 + contrast * pattern + 0.02 * smooth_noise(rng, (size, size), 6.0)


def _finish(texture: Array, texels_per_pixel: float) -> Array:
    """Blur to the pixel size, otherwise fine patterns flicker when the limb moves."""
    if texels_per_pixel > 1.2:
        texture = cv2.GaussianBlur(texture, (0, 0), 0.45 * texels_per_pixel, borderType=cv2.BORDER_REFLECT)
    return np.clip(texture, 0.05, 2.5).astype(np.float32)


def cloth(rng: np.random.Generator, style: str, pixels_per_metre: float, chroma: tuple[float, float]) -> Material:
    """Cloth of a style for limbs; 128 texels cover about 8 cm."""
    per_metre = 1600.0
    texture = _finish(_cloth(rng, style, 128), per_metre / pixels_per_metre)
    return Material(texture, float(rng.uniform(0.3, 0.85)), per_metre, chroma)


def skin(rng: np.random.Generator, albedo: float, pixels_per_metre: float, chroma: tuple[float, float]) -> Material:
    """Skin: nearly nothing to see but the shading."""
    texture = 1.0 + 0.015 * smooth_noise(rng, (128, 128), 3.0) + 0.03 * smooth_noise(rng, (128, 128), 16.0)
    return Material(_finish(texture, 1600.0 / pixels_per_metre), albedo, 1600.0, chroma)


def trunk_cloth(material: Material, rng: np.random.Generator, style: str, pixels_per_metre: float) -> Material:
    """Make the same cloth with the trunk's larger map (256 texels across 16 cm)."""
    texture = _finish(np.tile(_cloth(rng, style, 128), (2, 2)), 1600.0 / pixels_per_metre)
    return Material(texture, material.albedo, material.per_metre, material.chroma)


def face(rng: np.random.Generator, skin_material: Material) -> Material:
    """Draw a face with closed eyes, brows, mouth and some hair, seen from the front."""
    texture = np.ones((256, 256), np.float32)
    hair = rng.uniform(0.3, 0.95)
    cv2.ellipse(texture, (128, 20), (130, int(rng.uniform(30, 75))), 0, 0, 360, float(hair), -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.ellipse(texture, (128 + side * 42, 138), (22, 9), 0, 10, 170, 0.45, 4, cv2.LINE_AA)
        cv2.ellipse(texture, (128 + side * 42, 116), (24, 7), 0, 190, 350, 0.8, 3, cv2.LINE_AA)
    cv2.ellipse(texture, (128, 205), (20, 6), 0, 0, 360, 0.65, -1, cv2.LINE_AA)
    texture = cv2.GaussianBlur(texture, (0, 0), 2.5) + 0.02 * smooth_noise(rng, (256, 256), 5.0)
    return Material(texture.astype(np.float32), skin_material.albedo, 1600.0, skin_material.chroma)


def sheet(rng: np.random.Generator, size: int = 512) -> Array:
    """Sheet texture with wrinkles (brightness factors) for one metre of mattress."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) * (2 * np.pi / size)
    style = rng.choice(["plain", "weave", "check", "dots", "stripes"], p=[0.35, 0.2, 0.15, 0.15, 0.15])
    n, c = int(rng.integers(8, 30)), rng.uniform(0.04, 0.2)
    pattern = {
        "plain": np.zeros_like(x),
        "weave": np.sin(60 * x) * np.sin(60 * y),
        "check": np.tanh(3 * np.sin(n * x)) + np.tanh(3 * np.sin(n * y)),
        "dots": np.tanh(6 * (np.sin(n * x) * np.sin(n * y) - 0.7)) + 0.9,
        "stripes": np.sin(n * x),
    }[style]
    height = wrinkles(rng, size)
    relief = cv2.Sobel(height, cv2.CV_32F, 1, 0) * rng.uniform(-1, 1) + cv2.Sobel(height, cv2.CV_32F, 0, 1)
    relief /= relief.std() + 1e-6
    depth = rng.uniform(0.02, 0.1)
    return np.clip(1.0 + c * pattern + depth * relief, 0.3, 1.7).astype(np.float32)


def wrinkles(rng: np.random.Generator, size: int) -> Array:
    """Make a height field of long folds: ridged noise, stretched one way and turned."""
    base = smooth_noise(rng, (size, size), 14.0)
    base = cv2.resize(base[:, : size // 3], (size, size))
    turn = cv2.getRotationMatrix2D((size / 2, size / 2), float(rng.uniform(0, 180)), 1.4)
    base = cv2.warpAffine(base, turn, (size, size), borderMode=cv2.BORDER_REFLECT)
    return (-np.abs(base) + 0.3 * smooth_noise(rng, (size, size), 9.0)).astype(np.float32)
