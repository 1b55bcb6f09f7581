"""Displacement curves made from kinematic primitives, sampled at 1 kHz."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 1000
STYLES = ("stroke", "exponential", "ring", "plateau", "two-step", "overshoot")


@dataclass(frozen=True)
class Pulse:
    """One fast movement of unit height: its samples, and where it leaves rest, peaks and is back (s)."""

    samples: NDArray[np.float64]
    peak: float
    stay: float


def min_jerk(duration: float) -> NDArray[np.float64]:
    """Minimum-jerk stroke from 0 to 1."""
    tau = np.linspace(0, 1, max(round(duration * RATE), 2))
    return tau**3 * (10 - 15 * tau + 6 * tau**2)


def _way_back(rng: np.random.Generator, style: str, ret: float, stay: float) -> NDArray[np.float64]:
    """From 1 to `stay`, in about `ret` seconds, by the chosen primitive."""
    t = np.arange(int(ret * 2.2 * RATE)) / RATE
    if style == "exponential":
        return stay + (1 - stay) * np.exp(-t * 2.2 / ret)
    if style == "ring":
        period = ret * rng.uniform(1.6, 2.6)
        return stay + (1 - stay) * np.exp(-t * rng.uniform(1.8, 2.6) / ret) * np.cos(2 * np.pi * t / period)
    if style == "overshoot":
        beyond = rng.uniform(0.12, 0.4)
        down = 1 - (1 - stay + beyond) * min_jerk(ret)
        return np.concatenate([down, stay - beyond + beyond * min_jerk(rng.uniform(0.15, 0.4))])
    return 1 - (1 - stay) * min_jerk(ret)


def make_pulse(rng: np.random.Generator, style: str, rise: float, ret: float, stay: float) -> Pulse:
    """Compose a pulse: a stroke out, a way back, and what is left creeping home or staying for long."""
    out = min_jerk(rise)
    if style == "two-step":
        first = rng.uniform(0.4, 0.65)
        pause = np.full(int(rng.uniform(0.02, 0.05) * RATE), first)
        out = np.concatenate([first * min_jerk(rise * 0.45), pause, first + (1 - first) * min_jerk(rise * 0.55)])
    hold = np.ones(int(rng.uniform(0.04, 0.2) * RATE)) if style == "plateau" else np.ones(0)
    back = _way_back(rng, style, ret, stay)
    rest = back[-1]
    creep = np.zeros(1)
    if abs(rest) > 1e-4:
        t = np.arange(int(8 * RATE)) / RATE
        creep = rest * np.exp(-t / rng.uniform(0.5, 2.5)) * (1 - np.clip(t / 8, 0, 1))
    peak = len(out) + len(hold)
    return Pulse(np.concatenate([out, hold, back, creep]), peak / RATE, stay)


def timing(pulse: Pulse, amplitude: float) -> tuple[float, float]:
    """Onset and end (s after the pulse begins) of a pulse of `amplitude` pixels at 640 wide."""
    samples, peak = pulse.samples, int(pulse.peak * RATE)
    onset = int(np.argmax(np.abs(samples) >= min(0.05, 0.3 / max(amplitude, 1e-6))))
    back = np.flatnonzero(samples[peak:] <= pulse.stay + 0.2 * (1 - pulse.stay))
    end = peak + (int(back[0]) if len(back) else len(samples) - peak - 1)
    return onset / RATE, end / RATE


def random_shape(rng: np.random.Generator, longest: float) -> tuple[str, float, float, float]:
    """Style, rise, return and what stays, such that rise and return fit into `longest` seconds."""
    style = STYLES[int(rng.choice(len(STYLES), p=[0.27, 0.23, 0.16, 0.1, 0.1, 0.14]))]
    rise, ret = rng.uniform(0.03, 0.15), np.exp(rng.uniform(np.log(0.08), np.log(0.5)))
    if rng.random() < 0.2:
        rise, ret = rng.uniform(0.09, 0.15), rng.uniform(0.08, 0.1)
    stay = rng.uniform(0.05, 0.33) if rng.random() < 0.35 else 0.0
    if longest < 0.45 and style in ("plateau", "two-step"):
        style = "stroke"
    room = max(longest, 0.13)
    if rise + ret > room:
        rise = float(np.clip(rise * room / (rise + ret), 0.03, 0.15))
        ret = max(room - rise, 0.08)
    return style, float(rise), float(ret), float(stay)


def add(curve: NDArray[np.float64], start: float, samples: NDArray[np.float64], factor: float) -> None:
    """Add `factor * samples` to `curve` from `start` seconds on."""
    first = round(start * RATE)
    last = min(first + len(samples), len(curve))
    if last > first:
        curve[first:last] += factor * samples[: last - first]


def slow_move(rng: np.random.Generator, duration: float) -> NDArray[np.float64]:
    """Go slowly to 1, stay and come back slowly, with a little unsteadiness."""
    parts = rng.dirichlet((3, 2, 3)) * duration
    out = np.concatenate([min_jerk(parts[0]), np.ones(int(parts[1] * RATE)), 1 - min_jerk(parts[2])])
    t = np.arange(len(out)) / RATE
    return out * (1 + 0.06 * np.sin(2 * np.pi * rng.uniform(0.4, 1.2) * t + rng.uniform(0, 6)))


def oscillation(rng: np.random.Generator, duration: float, rate: float, jitter: float) -> NDArray[np.float64]:
    """Oscillation of unit height that swells and fades, its rate wandering by `jitter`."""
    n = int(duration * RATE)
    steps = np.repeat(rng.normal(0, jitter, n // 200 + 1), 200)[:n]
    phase = 2 * np.pi * np.cumsum(rate * (1 + steps)) / RATE
    t = np.linspace(0, 1, n)
    return np.sin(phase) * np.clip(np.minimum(t, 1 - t) * 6, 0, 1)


def breathing(rng: np.random.Generator, seconds: float) -> NDArray[np.float64]:
    """Chest height, 0..1 and more in sighs: 25-45 a minute, irregular, with sighs and pauses."""
    out: list[NDArray[np.float64]] = []
    total, rate = 0.0, rng.uniform(25, 45)
    while total < seconds + 1:
        period = 60 / np.clip(rate * rng.normal(1, 0.08), 22, 50)
        depth = rng.normal(1, 0.12) * (rng.uniform(1.7, 2.4) if rng.random() < 0.03 else 1)
        into = period * rng.uniform(0.35, 0.48)
        breath = [min_jerk(into), 1 - min_jerk(period - into)]
        if rng.random() < 0.03:
            breath.append(np.zeros(int(rng.uniform(1.5, 4.5) * RATE)))
        piece = depth * np.concatenate(breath)
        out.append(piece)
        total += len(piece) / RATE
    start = int(rng.integers(0, 500))
    return np.concatenate(out)[start : start + int(seconds * RATE)]
