"""Distractors with bodies of their own: cord, mobile, pet, visiting hand, curtain, rocked cot."""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter1d

from benchmarks.other_scenes.puppets.moves import noise
from benchmarks.other_scenes.puppets.scene import STEP
from benchmarks.other_scenes.puppets.score import Row, Score, ramp

Rng = np.random.Generator
Array = np.ndarray


def cord(rng: Rng, score: Score, start: float, _spots: Array) -> None:
    """A cord or toy that is pushed and swings."""
    for axis in "xy":
        pulse = np.sin(np.pi * np.linspace(0, 1, int(0.15 / STEP)))
        score.push(f"cord_{axis}", start, pulse * rng.normal(0, 0.03))
    score.rows.append(Row(start, score.steps * STEP - start, "distractor", "", note="cord"))


def mobile(rng: Rng, score: Score, _start: float, _spots: Array) -> None:
    """A mobile that turns all the time."""
    speed = rng.uniform(0.2, 1.5) * rng.choice([-1, 1])
    score.drive[:, score.joints["mobile"]] += 0.002 * speed
    score.rows.append(Row(0, score.steps * STEP, "distractor", "", note="mobile"))


def pet(rng: Rng, score: Score, start: float, _spots: Array) -> None:
    """A pet that flicks its tail and licks."""
    seconds = min(rng.uniform(3, 12), score.steps * STEP - start)
    t = np.arange(int(seconds / STEP)) * STEP
    if rng.random() < 0.5:
        wave = np.maximum(np.sin(2 * np.pi * rng.uniform(1.5, 3.5) * t), -0.3) * ramp(len(t))
        score.push("pet_nod", start, rng.uniform(0.05, 0.25) * wave)
    for joint in ("tail_1", "tail_2"):
        wave = np.sign(np.maximum(noise(rng, len(t), 1.2) - 0.7, 0)) * rng.choice([-1, 1])
        score.push(joint, start, 0.07 * gaussian_filter1d(wave, 0.03 / STEP))
    score.rows.append(Row(start, seconds + 0.8, "distractor", "", note="pet"))


def hand(rng: Rng, score: Score, start: float, spots: Array) -> None:
    """A parent's hand that comes in, rests or pats on the trunk, and leaves."""
    if score.path is None:
        return
    stay = rng.uniform(2, 6)
    seconds = stay + 3.0
    span, t = score.span(start, seconds)
    near = np.clip(np.minimum(t, seconds - t) / 1.5, 0, 1)
    near = 0.5 - 0.5 * np.cos(np.pi * near)
    aim = spots.mean(0) + np.array([rng.uniform(-0.08, 0.05), rng.normal(0, 0.02), 0])
    side = rng.choice([-1, 1])
    aim[2] = spots[:, 2].max() + rng.uniform(0.0, 0.015)
    away = np.array([rng.uniform(-0.3, 0.3), side * 0.9, 0.35])
    lift = np.zeros(len(t))
    if rng.random() < 0.6:
        lift = rng.uniform(0.01, 0.03) * (0.5 - 0.5 * np.cos(2 * np.pi * rng.uniform(0.8, 2) * t)) * (near > 0.99)
        lift = gaussian_filter1d(lift, 0.03 / STEP)
    shuffle = np.stack([gaussian_filter1d(noise(rng, len(t), 0.3), 50) * 0.006 for _ in range(2)], 1)
    path = aim + (1 - near[:, None]) * away
    path[:, 2] += lift
    path[:, :2] += shuffle
    angle = side * np.pi / 2 + rng.normal(0, 0.4)
    score.path[span, :3] = path
    score.path[span, 3:] = np.r_[np.cos(angle / 2), 0, 0, np.sin(angle / 2)]
    score.rows.append(Row(start, seconds, "handling", "body", note="hand"))


def curtain(rng: Rng, score: Score, _start: float, _spots: Array) -> None:
    """A curtain in a draught."""
    wind = noise(rng, score.steps, rng.uniform(0.3, 0.8)) * rng.uniform(0.004, 0.015)
    for i in range(8):
        score.drive[:, score.joints[f"curtain_{i}"]] += np.roll(wind, int(i * 0.06 / STEP)) * rng.uniform(0.8, 1.2)
    score.rows.append(Row(0, score.steps * STEP, "distractor", "", note="curtain"))


def rocking(rng: Rng, score: Score, start: float, _spots: Array) -> None:
    """The cot rocked for a while."""
    seconds = min(rng.uniform(3, 10), score.steps * STEP - start)
    t = np.arange(int(seconds / STEP)) * STEP
    wave = np.sin(2 * np.pi * rng.uniform(0.4, 1.2) * t) * ramp(len(t), 0.3)
    score.push("cot", start, 9000 * rng.uniform(0.002, 0.012) * wave)
    score.rows.append(Row(start, seconds + 0.5, "handling", "body", note="rocking"))


THINGS: dict[str, Callable[[Rng, Score, float, Array], None]] = {
    "cord": cord, "mobile": mobile, "pet": pet, "hand": hand, "curtain": curtain, "rocking": rocking,
}  # fmt: skip
