"""Courses of movement in time, a thousand samples a second."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

Array = np.ndarray
RATE = 1000.0
FORMS = {"fast": 0.32, "slowret": 0.2, "incomplete": 0.12, "steps": 0.1, "rebound": 0.13, "elastic": 0.13}


def smoothstep(x: Array) -> Array:
    """Rise from 0 to 1 with level ends."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def minimum_jerk(x: Array) -> Array:
    """Rise from 0 to 1 as a reaching limb does."""
    x = np.clip(x, 0, 1)
    return x * x * x * (10 - 15 * x + 6 * x * x)


def wander(rng: np.random.Generator, knots: int, n: int) -> Array:
    """Smooth random course through so many knots."""
    drawn = rng.standard_normal((1, knots)).astype(np.float32)
    return cv2.resize(drawn, (n, 1), interpolation=cv2.INTER_CUBIC)[0]


def begin_and_end(samples: Array) -> tuple[float, float]:
    """Seconds until it has gone 3 % of its way, and until it stays within 5 % of its last value."""
    far = np.abs(samples)
    most = far.max()
    first = int(np.argmax(far > 0.03 * most))
    away = np.abs(samples - samples[-1]) > 0.05 * most
    return first / RATE, (len(samples) - int(np.argmax(away[::-1]))) / RATE


@dataclass
class Pulse:
    """The course of a jerk, of height 1; what is left over at its end."""

    samples: Array
    left: float
    form: str


def _elastic(rng: np.random.Generator, t: Array, rise: float, longest: float) -> Array:
    """Swing to both sides, dying away."""
    hz = min(max(1 / (4 * rise), 2.5), 8)
    decay = min(rng.uniform(0.06, 0.22), longest / 4)
    p = np.sin(2 * np.pi * hz * t) * np.exp(-t / decay) * minimum_jerk(t / (0.5 * rise) + 0.2)
    p[0] = 0
    return p * (1 - minimum_jerk((t - 0.7 * longest) / (0.3 * longest)))


def _steps(rng: np.random.Generator, t: Array, rise: float, rest: float, longest: float) -> Array:
    """Go up in two or three steps."""
    count = int(rng.integers(2, 4))
    p, begin, before = np.zeros(len(t)), 0.0, 0.0
    levels = [*np.sort(rng.uniform(0.3, 0.8, count - 1)).tolist(), 1.0]
    length = min(rise, 0.45 * rest / count)
    for level in levels:
        p += (level - before) * minimum_jerk((t - begin) / length)
        before = level
        begin += length + min(rng.uniform(0.03, 0.09), 0.3 * rest / count)
    back = min(rng.uniform(0.08, 0.4), max(0.05, longest - begin))
    p -= minimum_jerk((t - begin) / back)
    return p


def _stroke(
    rng: np.random.Generator, t: Array, form: str, rise: float, hold: float, longest: float
) -> tuple[Array, float]:
    """Go there and back, perhaps not all the way or beyond; tells what is left."""
    back = rng.uniform(0.05, 0.2) if form in ("fast", "rebound") else rng.uniform(0.25, 0.8)
    left = rng.uniform(0.2, 0.5) if form == "incomplete" else 0.0
    back = min(back, max(0.03, longest - rise) - hold)
    p = minimum_jerk(t / rise) - (1 - left) * minimum_jerk((t - rise - hold) / back)
    if form == "rebound":
        beyond = rng.uniform(0.15, 0.45)
        length = min(rng.uniform(0.1, 0.3), max(0.04, longest - rise - hold - back))
        z = (t - rise - hold - 0.75 * back) / (length + 0.25 * back)
        p -= beyond * np.where((z > 0) & (z < 1), np.sin(np.pi * np.clip(z, 0, 1)) ** 2, 0)
    return p, left


def jerk_pulse(rng: np.random.Generator, longest: float = 1.0, form: str | None = None) -> Pulse:
    """Draw the course of a jerk that lasts about `longest` seconds at most."""
    form = form or str(rng.choice(list(FORMS), p=list(FORMS.values())))
    rise = float(np.exp(rng.uniform(np.log(0.03), np.log(0.15))))
    rise = min(rise, 0.45 * longest)
    rest = max(0.03, longest - rise)
    t = np.arange(int(1000 * longest * 1.5 + 300)) / RATE
    hold = float(min(rng.choice([0, rng.uniform(0, 0.1)]), 0.2 * rest))
    left = 0.0
    if form == "elastic":
        p = _elastic(rng, t, rise, longest)
    elif form == "steps":
        p = _steps(rng, t, rise, rest, longest)
    else:
        p, left = _stroke(rng, t, form, rise, hold, longest)
    return Pulse((p / np.abs(p).max()).astype(np.float32), left, form)
