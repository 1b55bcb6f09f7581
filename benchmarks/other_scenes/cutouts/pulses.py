"""How a thrown joint moves: a muscle burst on a mass, then a return by tone, gravity, friction or in steps."""

import numpy as np
from scipy.interpolate import CubicSpline

RATE = 500  # samples per second of every movement
RETURNS = ("tone", "gravity", "slow", "steps", "friction")


def _rise(rng: np.random.Generator, longest: float) -> np.ndarray:
    """One to three motor discharges push a mass with tone and damping, from rest to the turning point (0 to 1)."""
    force, start, moments = np.zeros(600), 0.0, np.arange(600) / 1000
    for strength in rng.uniform(0.5, 1.0, rng.choice([1, 2, 3], p=[0.7, 0.22, 0.08])):
        phase = (moments - start) / rng.uniform(0.02, 0.1)
        force += strength * np.where((phase > 0) & (phase < 1), np.sin(np.pi * np.clip(phase, 0, 1)) ** 1.5, 0)
        start += rng.uniform(0.01, 0.03)
    tone = rng.uniform(9, 26)
    damping, spot, speed, path = rng.uniform(0.2, 0.9) * 2 * tone, 0.0, 0.0, [0.0]
    for push in force:
        speed += (push * 400 - damping * speed - tone**2 * spot) / 1000
        spot += speed / 1000
        path.append(spot)
    curve = np.array(path[: int(np.argmax(path)) + 1]) / max(path)
    taken = (len(curve) - 1 - np.argmax(curve > 0.1)) / 1000
    count = round((len(curve) - 1) / 1000 * np.clip(taken, 0.036, longest) / taken * RATE) + 1
    return np.interp(np.linspace(0, len(curve) - 1, count), np.arange(len(curve)), curve)


def _return(rng: np.random.Generator, kind: str, pace: float) -> np.ndarray:
    """From 1 (farthest) to 0 (where it stays)."""
    t = np.arange(1, 3 * RATE) / RATE
    if kind == "gravity":  # falls onto the mattress with a small bounce
        length, bounce = rng.uniform(0.1, 0.32) * max(pace, 0.5), rng.uniform(0, 0.18)
        hop = np.clip((t - length) / (length * np.sqrt(bounce) + 1e-6), 0, 1)
        return np.clip(1 - (t / length) ** 2, 0, None) + bounce * 4 * hop * (1 - hop)
    if kind == "steps":  # slips and sticks on the sheet
        start, out = 0.0, np.ones_like(t)
        for part in rng.dirichlet(np.full(rng.integers(2, 5), 3.0)):
            phase = np.clip((t - start) / rng.uniform(0.05, 0.14), 0, 1)
            out -= part * phase * phase * (3 - 2 * phase)
            start += 0.1 + rng.uniform(0.03, 0.25) * pace
        return out
    if kind == "slow":
        lag = rng.uniform(0.15, 0.45) * pace
        return (1 + t / lag) * np.exp(-t / lag)
    tone, ratio = rng.uniform(9, 22) / pace, rng.uniform(0.2, 0.75) if kind == "tone" else rng.uniform(0.75, 0.95)
    swing = tone * np.sqrt(1 - ratio**2)
    curve = np.exp(-ratio * tone * t) * (np.cos(swing * t) + ratio * tone / swing * np.sin(swing * t))
    if kind == "friction":
        curve[np.argmax(curve < 0.03) :] = 0.03
    return curve


def pulse(rng: np.random.Generator, kind: str, longest_rise: float = 0.12, pace: float = 1.0) -> np.ndarray:
    """One throw: 0 to 1 and back to where it stays; `kind` is one of RETURNS or `stay`; a smaller pace is quicker."""
    hold = np.ones(int(rng.uniform(0, 0.05) * pace * RATE) if rng.random() < 0.35 else 0)
    left = rng.choice([0.0, rng.uniform(0, 0.1), rng.uniform(0.1, 0.4)], p=[0.5, 0.3, 0.2])
    left = {"stay": rng.uniform(0.88, 0.98), "friction": rng.uniform(0.1, 0.64)}.get(kind, left)
    back = _return(rng, "tone" if kind == "stay" else kind, pace)
    back[-RATE // 2 :] *= np.linspace(1, 0, RATE // 2)
    return np.concatenate([_rise(rng, longest_rise), hold, left + (1 - left) * back])


def smooth(count: int) -> np.ndarray:
    """A minimum-jerk ramp from 0 to 1."""
    u = np.linspace(0, 1, count)
    return u**3 * (10 - 15 * u + 6 * u * u)


def wander(rng: np.random.Generator, count: int, hertz: float) -> np.ndarray:
    """Smooth random movement around zero, about unit size."""
    knots = rng.normal(size=int(count / RATE * hertz * 2) + 5)
    return CubicSpline(np.arange(len(knots)), knots)(np.linspace(1, len(knots) - 2, count))
