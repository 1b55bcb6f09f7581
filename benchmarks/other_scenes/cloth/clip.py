"""One clip from its seed to its files."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.cloth import plan as planning
from benchmarks.other_scenes.cloth.camera import SIZES, Camera, make_camera, scene_size, write_clock
from benchmarks.other_scenes.cloth.curves import RATE
from benchmarks.other_scenes.cloth.effects import Effects
from benchmarks.other_scenes.cloth.encode import Writer, make_format
from benchmarks.other_scenes.cloth.plan import Plan
from benchmarks.other_scenes.cloth.scene import Scene, drawn_scene, photo_scene
from benchmarks.other_scenes.cloth.sleeper import make_look
from benchmarks.other_scenes.cloth.truth import drop_hidden, write_truth
from benchmarks.other_scenes.cloth.visitors import disturb

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RATES = {
    Fraction(25): 32,
    Fraction(30): 30,
    Fraction(30000, 1001): 8,
    Fraction(20): 6,
    Fraction(15): 8,
    Fraction(25, 2): 5,
    Fraction(50): 4,
    Fraction(60): 3,
    Fraction(24): 4,
}


def themes(seed: int, number: int) -> tuple[str, str, str]:
    """Scene and theme of a clip, and the kind that names it."""
    rng = np.random.default_rng([seed, number, 1])
    scene = str(rng.choice(["bare", "blanket", "photo"], p=[0.43, 0.32, 0.25]))
    theme = str(rng.choice(["calm", "disturbed", *planning.JERKY], p=[0.1, 0.1, 0.3, 0.24, 0.12, 0.14]))
    return scene, theme, theme if theme in ("calm", "disturbed") else scene


def _weighted(rng: np.random.Generator, table: dict) -> object:
    p = np.array(list(table.values()), float)
    return list(table)[int(rng.choice(len(table), p=p / p.sum()))]


def frame_times(rng: np.random.Generator, seconds: float, fps: Fraction, *, even: bool) -> NDArray[np.float64]:
    """Rows of capture time and presentation time: uneven, dropped and repeated frames in some clips."""
    shown = np.arange(int(seconds * fps)) / float(fps)
    taken = shown.copy()
    fate = rng.random()
    if fate < 0.12 and not even:
        shown[1:] += np.clip(rng.normal(0, 0.12, len(shown) - 1), -0.4, 0.4) / float(fps)
        taken = shown.copy()
    elif fate < 0.24 and not even:
        keep = rng.random(len(shown)) > rng.uniform(0.005, 0.04)
        keep[0] = True
        shown, taken = shown[keep], taken[keep]
    elif fate < 0.36:
        again = np.flatnonzero(rng.random(len(shown)) < rng.uniform(0.005, 0.03))
        again = again[again > 0]
        taken[again] = taken[again - 1]
    return np.stack([taken, shown])


def _fill(plan: Plan, scene: Scene, theme: str, low: float) -> None:
    """Everything the sleeper does."""
    rng = plan.rng
    planning.breathe(plan, scene)
    calm = theme in ("calm", "disturbed")
    if rng.random() < (0.35 if calm else 0.15):
        planning.gross(plan, scene)
    for _ in range(int(rng.integers(1, 5)) if calm else int(rng.integers(0, 3))):
        planning.slow(plan, scene)
    for _ in range(int(rng.integers(0, 4)) if calm else int(rng.integers(0, 3))):
        planning.rhythmic(plan, scene)
    if rng.random() < 0.25:
        planning.twitches(plan, scene, low)
    if not calm:
        planning.fill_jerks(plan, scene, theme, low)


def _scene(rng: np.random.Generator, kind: str, size: tuple[int, int], *, colour: bool) -> tuple[Scene, object]:
    for _ in range(20):
        look = make_look(rng, size, colour=colour)
        if kind == "photo":
            return photo_scene(rng, look, colour=colour), look
        scene = drawn_scene(rng, look, blanket=kind == "blanket", colour=colour)
        if len(scene.limbs()) >= 2:
            break
    return scene, look


def _moves(plan: Plan, scale: float, t: float) -> dict[tuple[str, str], float]:
    k = int(t * RATE)
    return {key: float(curve[k]) * scale for key, curve in plan.curves.items()}


def _look_at(scene: Scene, plan: Plan, t: float, exposure: float) -> NDArray[np.float32]:
    """Draw the scene at time `t`, smeared over the exposure when something moves fast."""
    moves, before = _moves(plan, scene.scale, t), _moves(plan, scene.scale, max(t - exposure, 0))
    offset = (0.0, 0.0)
    if plan.offset is not None:
        offset = tuple(float(v) * scene.scale for v in plan.offset[:, int(t * RATE)])
    fast = max((abs(moves[k] - before[k]) for k in moves), default=0.0)
    if fast < 1.0:
        scene.take(moves, offset)
        return scene.y
    total = np.zeros_like(scene.y)
    for share in (1.0, 0.5, 0.0):
        scene.take(_moves(plan, scene.scale, max(t - share * exposure, 0)), offset)
        total += scene.y
    return total / 3


def _planes(scene: Scene, plan: Plan, fx: Effects, camera: Camera, t: float) -> NDArray[np.uint8]:
    y, uv = _look_at(scene, plan, t, camera.exposure / plan.fps), scene.uv
    if fx.sprites:
        y, uv = y.copy(), uv.copy()
        for sprite in fx.sprites:
            sprite.paste(y, uv if scene.colour else None, t)
    y = camera.luma(fx.move(fx.light(y, t), t))
    if fx.clock:
        write_clock(y, t)
    w, h = camera.size
    out = np.full((h * 3 // 2, w), 128, np.uint8)
    out[:h] = y
    if scene.colour:
        u, v = camera.chroma(fx.move(uv, t, 0.5))
        out[h:].reshape(-1)[: w * h // 4] = u.ravel()
        out[h:].reshape(-1)[w * h // 4 :] = v.ravel()
    return out


def render(out: Path, seed: int, number: int) -> str:
    """Render clip `number` unless it is there, and return its name; its truth is written last."""
    kind, theme, name = themes(seed, number)
    stem = out / f"{name}-{number:04d}"
    if not stem.with_name(f"{stem.name}.truth.tsv").exists():
        _render(stem, kind, theme, np.random.default_rng([seed, number]))
    return stem.name


def _render(stem: Path, kind: str, theme: str, rng: np.random.Generator) -> None:
    size, fps = _weighted(rng, SIZES), _weighted(rng, RATES)
    if size[0] >= 1280 or fps > 30:  # keeps the work of a clip in bounds
        fps = min(fps, Fraction(30)) if size[0] > 704 else fps
    seconds = float(rng.uniform(14, 22 if size[0] < 1280 else 16))
    colour = bool(rng.random() < 0.45)
    form = make_format(rng, float(fps), size)
    scene, look = _scene(rng, kind, scene_size(size), colour=colour)
    camera = make_camera(rng, size)
    plan = Plan(seconds, float(fps), rng)
    fx = Effects(scene.size, scene.scale, np.ones(int((seconds + 1) * RATE)))
    count = int(rng.integers(1, 4)) if theme == "disturbed" else int(rng.choice([0, 1, 2], p=[0.65, 0.27, 0.08]))
    disturb(plan, fx, scene, look, 0 if theme == "calm" else count)
    _fill(plan, scene, theme, 2.5 if form.starved else 1.5)
    times = frame_times(rng, seconds, fps, even=form.even)
    least = max(10.0 if form.starved else 5.0, 1.2 * 219 * camera.noise)
    drop_hidden(plan, scene, camera, fx, times[0], least)
    path = stem.with_name(stem.name + form.suffix)
    writer = Writer(path, form, size, fps)
    for taken, shown in times.T:
        writer.write(_planes(scene, plan, fx, camera, float(taken)), float(shown))
    writer.close()
    write_truth(stem, plan, camera)
