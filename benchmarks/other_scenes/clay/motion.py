"""Courses of movement at 500 samples a second: bursts on damped limbs, slow and rhythmic movement, breathing."""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import lfilter

RATE = 500


def damped(force: np.ndarray, hertz: float, damping: float) -> np.ndarray:
    """Angle of a mass with tone (spring) and damping that a force drives."""
    w, dt = 2 * np.pi * hertz, 1 / RATE
    a = [1 + damping * w * dt, -2 + (w * dt) ** 2, 1 - damping * w * dt]
    return lfilter([0, (w * dt) ** 2], a, force)


def jerk(rng: np.random.Generator, keep: float | None = None) -> np.ndarray:
    """Course 0..1 of a jerk: quick out, back at once, slowly, in steps or only in part (keep stays)."""
    t = np.arange(int(1.5 * RATE)) / RATE
    for _ in range(30):
        force, length = np.zeros(len(t)), rng.uniform(0.025, 0.09)
        for _ in range(rng.integers(1, 4)):
            force += rng.uniform(0.5, 1) * np.exp(
                -(((t / length - rng.uniform(0.3, 0.7)) / rng.uniform(0.15, 0.3)) ** 2)
            )
        course = damped(force, rng.uniform(1.6, 6.5), rng.choice([0.35, 0.6, 0.9, 1.3]) * rng.uniform(0.8, 1.2))
        peak = int(np.argmax(course))
        start = int(np.argmax(course > 0.1 * course[peak]))
        if 0.034 <= (peak - start) / RATE <= 0.14:
            break
    course = course / course[peak]
    left = (rng.choice([0, rng.uniform(0, 0.25), rng.uniform(0.3, 0.65)], p=[0.5, 0.3, 0.2])) if keep is None else keep
    back = course[peak:]
    if rng.random() < 0.3:
        pace = gaussian_filter1d((rng.random(len(back) // 40 + 2) < 0.6).astype(float).repeat(40), 6)[: len(back)]
        pace[:10] = 1
        back = np.interp(np.cumsum(0.03 + pace) - pace[0], np.arange(len(back)), back)
    elif rng.random() < 0.3:
        back = np.interp(np.arange(len(back)) / rng.uniform(1.2, 2.5), np.arange(len(back)), back)
    course = np.concatenate([course[:peak], left + (1 - left) * back])
    fade = np.clip((len(course) - np.arange(len(course))) / (0.5 * RATE), 0, 1)
    return left + (course - left) * fade if left else course * fade


def whip(course: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What a slack joint further out does when the limb that carries it is thrown: it lags and swings."""
    push = np.gradient(np.gradient(course)) * RATE
    swing = damped(-push, rng.uniform(3, 7), rng.uniform(0.4, 0.9))
    return 0.5 * swing / (np.abs(swing).max() + 1e-9)


def throw(rng: np.random.Generator) -> np.ndarray:
    """Course of a twitch: quick out and stays."""
    t = np.arange(int(0.8 * RATE)) / RATE
    return 1 - np.exp(-((t / rng.uniform(0.05, 0.1)) ** 2) * 1.5)


def slow(rng: np.random.Generator, rise: float) -> np.ndarray:
    """Course of a slow stretch: rise seconds out, rests, and returns (mostly)."""
    hold, back = rng.uniform(0.1, 2.0), rise * rng.uniform(0.8, 2.5)
    t = np.arange(0, rise + hold + back, 1 / RATE)
    left = float(rng.choice([0, 0, rng.uniform(0.3, 1)]))
    out, away = (np.clip(x, 0, 1) for x in (t / rise, (t - rise - hold) / back))
    ease = [x * x * (3 - 2 * x) for x in (out, away)]
    return ease[0] * (1 - (1 - left) * ease[1])


def rhythm(rng: np.random.Generator, hertz: float, seconds: float) -> np.ndarray:
    """An uneven rhythm that swells and fades."""
    t = np.arange(int(seconds * RATE)) / RATE
    wander = gaussian_filter1d(rng.normal(size=len(t)), RATE * 0.3) * np.sqrt(RATE * 0.3) * 0.25
    phase = 2 * np.pi * np.cumsum(hertz * (1 + wander)) / RATE
    swell = np.sin(np.pi * np.clip(t / seconds, 0, 1)) ** 0.5 * (0.8 + 0.2 * np.sin(2 * np.pi * t * 0.4))
    return swell * (np.sin(phase) + rng.uniform(0, 0.3) * np.sin(2 * phase))


def restless(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """Wandering movement of a waking body, ends near where it began."""
    count = int(seconds * RATE)
    noise = gaussian_filter1d(rng.normal(size=count), RATE * rng.uniform(0.12, 0.3))
    gate = np.sin(np.pi * np.arange(count) / count) ** 0.6
    return noise / (np.abs(noise).max() + 1e-9) * gate


def breathing(rng: np.random.Generator, count: int) -> np.ndarray:
    """Depth of breath over count samples, with sighs and pauses."""
    pace, depth = np.full(count, rng.uniform(0.4, 0.95)), np.full(count, rng.uniform(0.4, 1.1))
    pace *= 1 + 0.15 * np.sin(np.arange(count) / RATE * rng.uniform(0.2, 0.7) + rng.uniform(0, 6))
    for at in rng.integers(0, count, rng.integers(0, 3)):
        which, factor = (pace, 0.02) if rng.random() < 0.5 else (depth, rng.uniform(1.6, 2.2))
        which[at : at + int(rng.uniform(1.5, 5) * RATE)] *= factor
    phase = 2 * np.pi * np.cumsum(gaussian_filter1d(pace, RATE * 0.15)) / RATE + rng.uniform(0, 6)
    return gaussian_filter1d(depth, RATE * 0.4) * (0.5 - 0.5 * np.cos(phase + 0.4 * np.sin(phase)))
