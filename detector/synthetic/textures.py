"""Procedural patterns of cloth, skin and sheets: zero mean, standard deviation 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from detector.synthetic.recipe import Texture

    Plane = npt.NDArray[np.float32]

__all__ = ["TEXTURES", "cloth", "creases", "fractal"]

TEXTURES: tuple[Texture, ...] = ("plain", "weave", "knit", "stripes", "dots", "check", "fleece", "print")


def fractal(shape: tuple[int, int], coarsest_px: float, rng: np.random.Generator, *, roughness: float = 0.6) -> Plane:
    """Return noise of several octaves.

    Parameters
    ----------
    shape : tuple of int
        Height and width.
    coarsest_px : float
        Grain of the coarsest octave in pixels, halved for each further octave down to 2 px.
    rng : Generator
        Source of randomness.
    roughness : float
        Ratio of each octave's amplitude to that of the next coarser one, 0-1.

    Returns
    -------
    ndarray of float32, shape `shape`
        Mean 0, standard deviation 1.
    """
    height, width = shape
    total = np.zeros(shape, np.float32)
    grain, weight = max(coarsest_px, 2.0), 1.0
    while grain >= 1.9:
        small = (max(2, round(height / grain) + 2), max(2, round(width / grain) + 2))
        noise = rng.standard_normal(small, dtype=np.float32)
        total += weight * cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
        grain /= 2
        weight *= roughness
    return _standard(total)


def creases(shape: tuple[int, int], coarsest_px: float, rng: np.random.Generator) -> Plane:
    """Return folds of cloth: ridges with soft flanks; mean 0, standard deviation 1."""
    ridged = -np.abs(fractal(shape, coarsest_px, rng, roughness=0.45))
    sloped = cv2.Sobel(cv2.GaussianBlur(fractal(shape, coarsest_px, rng), (0, 0), 2.0), cv2.CV_32F, 1, 0, ksize=3)
    return _standard(_standard(np.asarray(ridged, np.float32)) + _standard(np.asarray(sloped, np.float32)))


def cloth(kind: Texture, shape: tuple[int, int], period_px: float, rng: np.random.Generator) -> Plane:
    """Return a cloth of the given kind with a pattern period in pixels; mean 0, standard deviation 1."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    turn = rng.uniform(0, np.pi)
    along = (columns * np.cos(turn) + rows * np.sin(turn)).astype(np.float32)
    across = (rows * np.cos(turn) - columns * np.sin(turn)).astype(np.float32)
    bend = fractal(shape, 12 * period_px, rng) * np.float32(0.25 * period_px)
    along, across = along + bend, across - bend
    wave = np.float32(2 * np.pi / period_px)
    grain = fractal(shape, 4.0, rng)
    makers: dict[str, Callable[[], npt.NDArray[np.floating]]] = {
        "plain": lambda: fractal(shape, 30.0, rng) + grain,
        "fleece": lambda: fractal(shape, 2.5 * period_px, rng, roughness=0.9) + 0.6 * grain,
        "weave": lambda: np.sin(wave * along) * np.sin(wave * across) + 0.8 * grain,
        "knit": lambda: np.sin(wave * along + 1.5 * np.abs(np.sin(wave * across / 2))) + 0.7 * grain,
        "stripes": lambda: np.tanh(3 * np.sin(wave * along / 3)) + 0.25 * grain,
        "check": lambda: sum((np.tanh(3 * np.sin(wave * axis / 3)) for axis in (along, across)), 0.3 * grain),
        "dots": lambda: (
            np.tanh(6 * (np.abs(np.sin(wave * along / 2) * np.sin(wave * across / 2)) - 0.6)) + 0.25 * grain
        ),
        "print": lambda: _print(shape, period_px, rng) + 0.25 * grain,
    }
    return _standard(makers[kind]())


def _print(shape: tuple[int, int], period_px: float, rng: np.random.Generator) -> Plane:
    """Return scattered figures (rings, stars, blots), as on children's clothes."""
    plane = np.full(shape, 128, np.uint8)
    count = int(shape[0] * shape[1] / (4 * period_px) ** 2) + 3
    for _ in range(count):
        centre = (int(rng.integers(0, shape[1])), int(rng.integers(0, shape[0])))
        radius = max(2, int(rng.uniform(0.5, 1.2) * period_px))
        level = int(128 + rng.choice([-127, 127]) * rng.uniform(0.4, 1.0))
        if rng.random() < 0.5:
            cv2.circle(plane, centre, radius, level, -1 if rng.random() < 0.5 else max(1, radius // 3), cv2.LINE_AA)
        else:
            angles = np.linspace(0, 2 * np.pi, 11)[:-1] + rng.uniform(0, 6)
            reach = np.where(np.arange(10) % 2 == 0, radius, 0.45 * radius)
            points = np.stack([centre[0] + reach * np.cos(angles), centre[1] + reach * np.sin(angles)], axis=1)
            cv2.fillPoly(plane, [points.astype(np.int32)], level, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.8), np.float32)


def _standard(plane: npt.NDArray[np.floating]) -> Plane:
    centred = plane - plane.mean()
    return np.asarray(centred / max(float(centred.std()), 1e-6), np.float32)
