"""What the camera sees of a movement: how far which visible point goes, and when."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from benchmarks.other_scenes.clay.motion import RATE
from benchmarks.other_scenes.clay.skeleton import BREATH, LIMBS, SUCK, place
from benchmarks.other_scenes.clay.stage import Stage
from benchmarks.other_scenes.clay.surface import pose


@dataclass
class Reach:
    """Way of the farthest visible point: pixels drawn; onset, peak and end in samples; places; share that stays."""

    size: float
    onset: int
    peak: int
    end: int
    places: list[list[float]]
    left: float = 0.0


def lag(states: np.ndarray, seconds: float) -> np.ndarray:
    """States as a cloth follows them, a little late."""
    share = 1 - np.exp(-1 / (RATE * seconds))
    return states[0] + lfilter([share], [1, share - 1], states - states[0], axis=0)


def tracks(stage: Stage, states: np.ndarray, limbs: tuple[str, ...], depth: np.ndarray, step: int) -> np.ndarray:
    """Ways (T, points, 2) of points that are visible in the first state."""
    placed = place(stage.chains, states)
    ways = []
    for name in {*limbs} & {*stage.skins}:
        skin = stage.skins[name]
        pick = np.linspace(0, len(skin.points) - 1, 160).astype(int)
        points, normals, _ = pose(skin, placed[name], states[:, BREATH], states[:, SUCK], pick)
        facing = (normals[0] * (stage.camera.place - points[0])).sum(1) > 0
        ways.append(points[:, facing])
    if stage.cover:
        jump = max(12 // step, 1)
        cloth = stage.cover.drape(place(stage.chains, lag(states, stage.cover.lag / step)[::jump]))
        at = np.arange(len(states)) / jump
        first = np.minimum(at.astype(int), len(cloth) - 2)
        share = np.minimum(at - first, 1)[:, None, None]
        cloth = cloth.reshape(len(cloth), -1, 3)
        ways.append(cloth[first] * (1 - share) + cloth[first + 1] * share)
    thick = np.concatenate([np.full(way.shape[1], 0.005) for way in ways])
    if stage.cover:
        thick[-ways[-1].shape[1] :] = 0.015
    x, y, far = stage.camera.project(np.concatenate(ways, 1))
    column, row = np.round(x[0]).astype(int), np.round(y[0]).astype(int)
    inside = (column >= 0) & (row >= 0) & (column < stage.camera.width) & (row < stage.camera.height)
    seen = np.zeros(len(inside), bool)
    seen[inside] = far[0, inside] < depth[row[inside], column[inside]] + thick[inside]
    return np.stack([x[:, seen], y[:, seen]], -1)


def segments(stage: Stage, ends: np.ndarray, limbs: tuple[str, ...]) -> list[list[float]]:
    """Ends (fractions of the picture) of the bones that move at least half as far as the farthest."""
    placed = place(stage.chains, ends)
    found: list[tuple[float, np.ndarray]] = []
    for name in limbs:
        x, y, _ = stage.camera.project(placed[name].origins)
        moved = np.hypot(x[1] - x[0], y[1] - y[0])
        spots = np.column_stack([x[0] / stage.camera.width, y[0] / stage.camera.height])
        found += [(max(moved[i], moved[i + 1]), spots[i : i + 2]) for i in range(len(moved) - 1)]
    most = max((moved for moved, _ in found), default=0)
    return [[round(float(v), 4) for v in spot] for moved, pair in found if moved >= 0.5 * most for spot in pair]


def reach(stage: Stage, before: np.ndarray, delta: np.ndarray, limbs: tuple[str, ...], step: int = 2) -> Reach:
    """Measure a change of state that starts from the state before, at every step-th sample."""
    states = before + delta[::step]
    _, depth = stage.picture(before, before)
    ways = tracks(stage, np.concatenate([before[None], states]), limbs, depth, step)
    bones = tuple(name for name in limbs if name in (*LIMBS, "head"))
    if not ways.shape[1]:
        return Reach(0.0, 0, 0, len(delta), segments(stage, np.stack([before, states[len(states) // 8]]), bones))
    away = np.linalg.norm(ways - ways[0], axis=-1)
    far = int(away.max(0).argmax())
    peak, away = int(away[:, far].argmax()), away[:, far]
    onset = np.flatnonzero(away[: peak + 1] <= 0.1 * away[peak])[-1]
    late = np.flatnonzero(np.linalg.norm(ways[:, far] - ways[-1, far], axis=-1) > 0.1 * away[peak])
    end = late[-1] if len(late) else peak
    places = segments(stage, np.stack([before, states[max(peak - 1, 0)]]), bones)
    return Reach(
        float(away[peak]),
        int(onset) * step,
        int(peak - 1) * step,
        int(end) * step,
        places,
        float(away[-1] / (away[peak] + 1e-9)),
    )
