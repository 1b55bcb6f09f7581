"""Skins of tubes round chains of bones: material points with normals, weights, colour and folds."""

from dataclasses import dataclass, field

import numpy as np
from scipy.interpolate import PchipInterpolator

from benchmarks.other_scenes.clay.skeleton import Placed


def grain(points: np.ndarray, rng: np.random.Generator, pitch: float) -> np.ndarray:
    """Smooth random values, about -1 to 1, that vary over pitch metres."""
    ways = rng.normal(0, 2 * np.pi / pitch / 1.7, (7, points.shape[1]))
    return np.sin(points @ ways.T + rng.uniform(0, 6.3, 7)).sum(1) / 3.2


@dataclass
class Skin:
    """Points of a closed surface in the straight pose of its chain; jaw and swell move them along."""

    points: np.ndarray
    normals: np.ndarray
    weights: np.ndarray
    starts: np.ndarray
    albedo: np.ndarray = field(default_factory=lambda: np.zeros(0))
    jaw: np.ndarray | float = 0.0
    swell: np.ndarray | float = 0.0

    def add_folds(self, cloth: np.ndarray, rng: np.random.Generator) -> None:
        """Creases near every joint that deepen as it bends, and cloth that slides along the limb."""
        z = self.points[:, 2:]
        near = np.exp(-(((z - self.starts[1:]) / 0.025) ** 2))
        wavy = z[:, 0] / rng.uniform(0.006, 0.011) + 0.7 * grain(self.points, rng, 0.03)
        self.folds = (near * (np.sin(2 * np.pi * wavy) * (0.25 + 0.75 * cloth))[:, None]).astype(np.float32)
        self.slide = (cloth * rng.uniform(0.002, 0.008)).astype(np.float32)


def tube(lengths: tuple[float, ...], rows: list | np.ndarray, density: float, rng: np.random.Generator) -> Skin:
    """A skin over a chain, evenly sampled, from rows of place, half width and half depth; without colour yet."""
    knots = np.array(rows)
    fine = np.linspace(knots[0, 0], knots[-1, 0], 1500)
    radii = np.maximum(PchipInterpolator(knots[:, 0], knots[:, 1:])(fine), 1e-5)
    slopes = np.gradient(radii, fine, axis=0)
    area = np.cumsum(radii.mean(1) * np.sqrt(1 + np.minimum(slopes.mean(1) ** 2, 9)))
    count = int(area[-1] * (fine[1] - fine[0]) * 2 * np.pi * density**2)
    along = np.interp((np.arange(count) + 0.5) / count * area[-1], area, fine)
    angle = 2 * np.pi * (np.arange(count) * 0.6180339887 % 1) + rng.normal(0, 0.02, count)
    wide, deep, steep_wide, steep_deep = (np.interp(along, fine, v) for v in (*radii.T, *slopes.T))
    cosine, sine = np.cos(angle), np.sin(angle)
    steep = (steep_wide * cosine**2 + steep_deep * sine**2) * np.minimum(wide, deep)
    normals = np.column_stack([cosine * deep, sine * wide, -steep])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    gates = 1 / (1 + np.exp(-(along[:, None] - starts) / (0.1 * min(lengths))))
    gates[:, 0] = 1
    weights = gates - np.column_stack([gates[:, 1:], np.zeros(count)])
    points = np.column_stack([wide * cosine, deep * sine, along])
    return Skin(*(x.astype(np.float32) for x in (points, normals, weights)), starts)


def pose(skin: Skin, placed: Placed, breath: np.ndarray, suck: np.ndarray, pick: np.ndarray | slice) -> tuple:
    """Points (T,N,3), normals (T,N,3) and light on folds (T,N) of picked points of a skin on its placed bones."""
    grow = [np.broadcast_to(v, skin.points.shape)[None, pick] for v in (skin.jaw, skin.normals * skin.swell)]
    local = skin.points[None, pick] + grow[0] * suck[:, None, None] + grow[1] * breath[:, None, None]
    local = local.astype(np.float32)
    aims = placed.frames[..., 2]
    bend = np.arccos(np.clip((aims[:, 1:] * aims[:, :-1]).sum(-1), -1, 1)).astype(np.float32)
    light = 1 + 0.17 * (bend @ skin.folds[pick].T)
    local[..., 2] -= skin.slide[pick] * (1 - bend.sum(1)[:, None])
    moves = placed.origins[:, :-1] - skin.starts[:, None] * aims
    weights = skin.weights[pick]
    turn = np.tensordot(placed.frames.astype(np.float32), weights, (1, 1))
    shift = np.tensordot(moves.astype(np.float32), weights, (1, 1))
    points = np.stack([(turn[:, i] * local.transpose(0, 2, 1)).sum(1) + shift[:, i] for i in range(3)], -1)
    normals = np.stack([(turn[:, i] * skin.normals[pick].T).sum(1) for i in range(3)], -1)
    return points, normals, light
