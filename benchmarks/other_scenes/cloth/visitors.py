"""Things and beings that pass through the picture, as sprites or moving fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.cloth import curves, textures
from benchmarks.other_scenes.cloth.curves import RATE
from benchmarks.other_scenes.cloth.effects import Effects, Sprite, exposure, focus, headlights, knock, lamp, mains
from benchmarks.other_scenes.cloth.plan import Event, Plan
from benchmarks.other_scenes.cloth.sleeper import fingers, height_of

if TYPE_CHECKING:
    from benchmarks.other_scenes.cloth.effects import Path
    from benchmarks.other_scenes.cloth.layers import Field, Light
    from benchmarks.other_scenes.cloth.scene import Scene
    from benchmarks.other_scenes.cloth.sleeper import Look


def blob(rng: np.random.Generator, w: float, h: float, level: float, rough: float, soft: float) -> Field:
    """Draw a soft, textured ellipse: brightness times alpha, and alpha."""
    pad = 2 + int(3 * soft)
    shape = (int(h) + 2 * pad, int(w) + 2 * pad)
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    r = np.hypot((x - shape[1] / 2) / (w / 2), (y - shape[0] / 2) / (h / 2))
    r += 0.08 * rough * textures.fractal(rng, shape, max(w / 4, 2))
    alpha = cv2.GaussianBlur((r < 1).astype(np.float32), (0, 0), soft)
    dome = 0.6 + 0.4 * np.sqrt(np.clip(1 - r * r, 0, 1))
    bright = level * dome * np.clip(1 + 0.2 * rough * textures.fractal(rng, shape, max(w / 6, 2)), 0.2, 2)
    return cv2.merge([(bright * alpha).astype(np.float32), alpha])


def _hand_picture(look: Look, light: Light) -> tuple[Field, float]:
    """Draw an adult's hand and forearm, the fingers at the right end; and the distance of the palm from the centre."""
    s = look.scale
    r, long = 24 * s, 640 * s
    tip = np.array([long, 60 * s])
    way = np.array([1.0, 0.0])
    blobs = [(np.array([0.0, 60 * s]), tip - way * r * 2.2, 26 * s, 16 * s), (tip - way * r * 2.2, tip, 17 * s, r)]
    blobs += fingers(look, tip, way, r, foot=False)
    height, alpha = height_of((0, 0, int(long + 3 * r), int(120 * s)), blobs, 1.5 * s)
    albedo = look.skin * (1 + 0.05 * textures.fractal(look.rng, height.shape, 20 * s))
    sleeve = 1 - np.clip((np.arange(height.shape[1]) - 450 * s) / 3, 0, 1).astype(np.float32)
    wool = look.rng.uniform(0.1, 0.7) * textures.cloth(look.rng, height.shape, s, 0.15)
    albedo = albedo * (1 - sleeve) + sleeve * wool
    shaded = light.shade(height) * albedo * alpha
    return cv2.merge([shaded.astype(np.float32), alpha]), float(long - height.shape[1] / 2)


def hand(plan: Plan, fx: Effects, scene: Scene, look: Look) -> None:
    """Let an adult's hand come in, rest or pat, and go."""
    rng = plan.rng
    length = float(rng.uniform(3, 7))
    start = plan.random_time(length)
    if not plan.free(start, start + length, "all"):
        return
    picture, palm = _hand_picture(look, scene.light)
    target = scene.part("trunk").joints[1] + rng.normal(0, 25, 2) * fx.scale
    angle = float(rng.uniform(0, 2 * np.pi))
    way = np.array([np.cos(angle), -np.sin(angle)])
    enter = float(rng.uniform(0.5, 1.0))
    middle = np.ones(int((length - 2 * enter) * RATE))
    if rng.random() < 0.6:
        pats = curves.oscillation(rng, length - 2 * enter, rng.uniform(1, 3), 0.08)
        middle = middle - 0.012 * rng.uniform(0.5, 2) * (1 - pats[: len(middle)])
    come = np.concatenate([curves.min_jerk(enter), middle, 1 - curves.min_jerk(enter)])

    def path(t: float) -> tuple[float, float, float] | None:
        k = int((t - start) * RATE)
        if not 0 <= k < len(come):
            return None
        at = target - way * (palm + (1 - come[k]) * 700 * fx.scale)
        return float(at[0]), float(at[1]), angle

    fx.sprites.append(Sprite(picture, path, look.skin_chroma))
    plan.record(Event(start, start + length, "handling", "hand", 0.0), "all")


def _crossing(plan: Plan, span: tuple[float, float], a: np.ndarray, b: np.ndarray, wobble: float) -> Path:
    rate, phase = plan.rng.uniform(0.8, 2.5), plan.rng.uniform(0, 6)

    def path(t: float) -> tuple[float, float, float] | None:
        u = (t - span[0]) / (span[1] - span[0])
        if not 0 <= u <= 1:
            return None
        at = a + (b - a) * u
        sway = wobble * np.sin(2 * np.pi * rate * t + phase)
        return float(at[0]), float(at[1] + sway), float(0.05 * np.sin(rate * t + phase))

    return path


def somebody(plan: Plan, fx: Effects) -> None:
    """Somebody sits or walks beside the bed, at the rim of the picture."""
    rng, (w, h) = plan.rng, fx.size
    span = (0.0, plan.seconds) if rng.random() < 0.4 else _window(plan, 3, 9)
    picture = blob(rng, 0.28 * w, 0.8 * h, rng.uniform(0.05, 0.5), 0.6, 4 * fx.scale)
    x = -0.04 * w if rng.random() < 0.5 else 1.04 * w
    a, b = np.array([x, h * rng.uniform(0.3, 0.7)]), np.array([x, h * rng.uniform(0.3, 0.7)])
    fx.sprites.append(Sprite(picture, _crossing(plan, span, a, b, 3 * fx.scale)))
    plan.record(Event(*span, "distractor", "somebody", 0.0), "")


def pet(plan: Plan, fx: Effects) -> None:
    """Let a cat walk along the rim."""
    rng, (w, h) = plan.rng, fx.size
    span = _window(plan, 3, 8)
    picture = blob(rng, 150 * fx.scale, 75 * fx.scale, rng.uniform(0.1, 0.7), 2.0, 1.5 * fx.scale)
    row = h * rng.choice([0.06, 0.94])
    ends = [np.array([-90.0 * fx.scale, row]), np.array([w + 90.0 * fx.scale, row])]
    fx.sprites.append(Sprite(picture, _crossing(plan, span, *ends[:: rng.choice([-1, 1])], 3 * fx.scale)))
    plan.record(Event(*span, "distractor", "pet", 0.0), "")


def mobile(plan: Plan, fx: Effects) -> None:
    """Swing a mobile above the bed all the time."""
    rng, (w, h) = plan.rng, fx.size
    hook, rate = np.array([rng.uniform(0.1, 0.9) * w, -0.1 * h]), rng.uniform(0.25, 0.7)
    for _ in range(int(rng.integers(2, 5))):
        size, long = rng.uniform(16, 34) * fx.scale, rng.uniform(0.15, 0.3) * h
        picture = blob(rng, size, size * rng.uniform(0.6, 1.3), rng.uniform(0.1, 0.9), 0.8, fx.scale)
        rest, swing = rng.normal(0, 0.5), rng.uniform(0.05, 0.3)
        phase, own = rng.uniform(0, 6), rate * rng.uniform(0.9, 1.1)

        def path(
            t: float,
            rest: float = rest,
            swing: float = swing,
            phase: float = phase,
            own: float = own,
            long: float = long,
        ) -> tuple[float, float, float]:
            a = rest + swing * np.sin(2 * np.pi * own * t + phase)
            return float(hook[0] + long * np.sin(a)), float(hook[1] + 0.1 * h + long * np.cos(a)), float(a)

        fx.sprites.append(Sprite(picture, path))
    plan.record(Event(0.0, plan.seconds, "distractor", "mobile", 0.0), "")


def insects(plan: Plan, fx: Effects) -> None:
    """Let an insect run and stop, or dust drift brightly before the infrared lamp."""
    rng, (w, h) = plan.rng, fx.size
    dust = rng.random() < 0.5
    span = _window(plan, 3, 10)
    for _ in range(int(rng.integers(3, 12)) if dust else 1):
        size = rng.uniform(3, 16) * fx.scale if dust else rng.uniform(3, 6) * fx.scale
        picture = blob(rng, size, size, 1.0 if dust else 0.05, 0.2, size / 4 if dust else 0.8)
        picture *= np.float32(rng.uniform(0.2, 0.6) if dust else 1)
        times = np.linspace(*span, 24 if dust else 60)
        steps = rng.normal(0, 1, (len(times), 2)) * (rng.random((len(times), 1)) < (1 if dust else 0.5))
        tracks = np.cumsum(steps * 14 * fx.scale, axis=0) + rng.uniform(0, 1, 2) * (w, h)

        def path(t: float, times: np.ndarray = times, tracks: np.ndarray = tracks) -> tuple[float, float, float] | None:
            if not span[0] < t < span[1]:
                return None
            return float(np.interp(t, times, tracks[:, 0])), float(np.interp(t, times, tracks[:, 1])), 0.0

        fx.sprites.append(Sprite(picture, path))
    plan.record(Event(*span, "distractor", "dust" if dust else "insect", 0.0), "")


def curtain(plan: Plan, fx: Effects) -> None:
    """Let a curtain wave at one side."""
    rng = plan.rng
    x = np.linspace(0, 1, 64, dtype=np.float32)[None].repeat(16, axis=0)
    x = x[:, ::-1] if rng.random() < 0.5 else x
    wide, depth, rate, waves = rng.uniform(0.1, 0.25), rng.uniform(0.1, 0.5), rng.uniform(0.2, 0.9), rng.uniform(3, 9)
    edge = np.clip((wide - x) / 0.03, 0, 1)

    def waving(t: float) -> Field:
        phase = 2 * np.pi * (waves * x / wide + rate * t) + np.sin(1.7 * t)
        return (1 + depth * edge * np.sin(phase)).astype(np.float32)

    fx.fields.append(waving)
    plan.record(Event(0.0, plan.seconds, "distractor", "curtain", 0.0), "")


def _window(plan: Plan, low: float, high: float) -> tuple[float, float]:
    length = float(plan.rng.uniform(low, high))
    start = plan.random_time(length)
    return start, start + length


def disturb(plan: Plan, fx: Effects, scene: Scene, look: Look, count: int) -> None:
    """Add `count` disturbances of different kinds."""
    simple = (lamp, headlights, exposure, focus, mains, knock, somebody, pet, mobile, insects, curtain)
    for index in plan.rng.permutation(len(simple) + 2)[:count]:
        if index >= len(simple):
            hand(plan, fx, scene, look)
        else:
            simple[int(index)](plan, fx)
    fx.clock = bool(plan.rng.random() < 0.2)
