"""Waveforms of movement: damped second-order joints driven by torque pulses, breathing, slow and rhythmic ones."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, lfilter, sosfiltfilt

Array = np.ndarray
RATE = 500.0


def _joint_response(torque: Array, omega: float, zeta: float) -> Array:
    """Angle of a joint (mass, spring, damper) under a torque, by the bilinear transform at RATE."""
    k = 2.0 * RATE
    a = np.array(
        [k * k + 2 * zeta * omega * k + omega**2, 2 * (omega**2 - k * k), k * k - 2 * zeta * omega * k + omega**2]
    )
    b = np.array([1.0, 2.0, 1.0]) * omega**2
    return lfilter(b / a[0], a / a[0], torque)


def rise_and_return(wave: Array) -> tuple[float, float]:
    """Seconds from 1/20 of the way to the peak, and from the peak back to within 1/5 of what is undone."""
    peak = int(np.argmax(wave))
    start = int(np.argmax(wave >= 0.05 * wave[peak]))
    undone = wave - wave[-1]
    outside = np.flatnonzero(np.abs(undone[peak:]) > 0.2 * (wave[peak] - wave[-1]))
    back = outside[-1] + 1 if len(outside) else 0
    return (peak - start) / RATE, back / RATE


def _pulse(n: int, start: float, width: float) -> Array:
    t = np.arange(n) / RATE
    inside = (t >= start) & (t < start + width)
    return np.where(inside, np.sin(np.pi * np.clip((t - start) / width, 0, 1)) ** 0.7, 0.0)


def jerk_wave(rng: np.random.Generator, shape: str, rise: tuple[float, float], back: tuple[float, float]) -> Array:
    """One jerk of unit height; redrawn until rise and return are within the wanted ranges (seconds)."""
    n = int(2.6 * RATE)
    best, wave = np.inf, np.zeros(n)
    for _ in range(40):
        want_rise, want_back = rng.uniform(*rise), np.exp(rng.uniform(*np.log(back)))
        zeta = rng.uniform(0.3, 0.5) if shape == "rebound" else rng.uniform(0.7, 1.3)
        omega = (1.3 if shape == "rebound" else 3.0 * zeta**0.6) / want_back * (1.7 if shape == "rebound" else 1.0)
        torque = _pulse(n, 0.02, want_rise * 1.15)
        if shape == "two-step":
            torque = 0.6 * _pulse(n, 0.02, want_rise * 0.6) + _pulse(n, 0.02 + want_rise * 0.75, want_rise * 0.6)
        candidate = _joint_response(torque, omega, zeta)
        candidate /= candidate.max()
        if shape in ("incomplete", "twitch"):
            stays = rng.uniform(0.1, 0.33) if shape == "incomplete" else rng.uniform(0.6, 0.95)
            step = np.cumsum(torque) / torque.sum()
            candidate = (1 - stays) * candidate + stays * step
        candidate /= candidate.max()
        got_rise, got_back = rise_and_return(candidate)
        miss = max(0.0, rise[0] - got_rise, got_rise - rise[1]) / rise[1]
        miss += 0.0 if shape == "twitch" else max(0.0, back[0] - got_back, got_back - back[1]) / back[1]
        if miss < best:
            best, wave = miss, candidate
        if best == 0.0:
            break
    return wave


def breathing(rng: np.random.Generator, n: int) -> Array:
    """Breathing of about unit height with wandering rate and depth, sighs and pauses."""
    rate = rng.uniform(25, 45) / 60
    wander = rng.standard_normal(n // 250 + 3).cumsum()
    wander = np.interp(np.arange(n), np.arange(len(wander)) * 250.0, 0.06 * (wander - wander.mean()))
    speed = rate * np.clip(1.0 + wander, 0.7, 1.4)
    depth = np.ones(n)
    t = np.arange(n) / RATE
    if rng.random() < 0.25:
        pause = rng.uniform(0, t[-1])
        held = np.clip((t - pause) / 0.4, 0, 1) * np.clip((pause + rng.uniform(2, 5) - t) / 0.4, 0, 1)
        speed, depth = speed * (1 - 0.97 * held), depth * (1 - 0.9 * held)
    if rng.random() < 0.25:
        depth = depth + rng.uniform(0.8, 1.8) * np.exp(-(((t - rng.uniform(0, t[-1])) / 0.9) ** 2))
    phase = np.cumsum(speed) / RATE + rng.random()
    return depth * (0.5 - 0.5 * np.cos(2 * np.pi * (phase + 0.06 * np.sin(2 * np.pi * phase))))


def ramp(t: Array, start: float, length: float) -> Array:
    """Minimum-jerk step from 0 to 1."""
    s = np.clip((t - start) / length, 0, 1)
    return s**3 * (10 - 15 * s + 6 * s**2)


def band_noise(rng: np.random.Generator, n: int, low: float, high: float) -> Array:
    """Noise of unit peak between two frequencies (Hz)."""
    sos = butter(2, [low, high], "bandpass", fs=RATE, output="sos")
    noise = sosfiltfilt(sos, rng.standard_normal(n + 2000))[1000 : 1000 + n]
    return noise / np.abs(noise).max()


def envelope(t: Array, start: float, end: float, edge: float) -> Array:
    """1 between start and end with smooth edges outside them."""
    return ramp(t, start, edge) * (1 - ramp(t, end - edge, edge))
