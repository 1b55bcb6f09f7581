"""What disturbs the picture: lamps, camera movement, and things that pass by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.cloth import curves
from benchmarks.other_scenes.cloth.curves import RATE
from benchmarks.other_scenes.cloth.plan import Event, Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.other_scenes.cloth.layers import Field

Path = Callable[[float], "tuple[float, float, float] | None"]


@dataclass
class Sprite:
    """A small picture (brightness times alpha, alpha) that moves over the scene; the path gives x, y, angle."""

    picture: Field
    path: Path
    chroma: tuple[float, float] = (0.0, 0.0)

    def paste(self, y: Field, uv: Field | None, t: float) -> None:
        """Draw into the picture at time `t`."""
        where = self.path(t)
        if where is None:
            return
        h, w = self.picture.shape[:2]
        r = int(np.hypot(h, w) / 2) + 2
        x0, y0 = (int(np.floor(v - r)) // 2 * 2 for v in where[:2])
        left, top = max(x0, 0), max(y0, 0)
        right, bottom = min(x0 + 2 * r, y.shape[1]) // 2 * 2, min(y0 + 2 * r, y.shape[0]) // 2 * 2
        if right <= left or bottom <= top:
            return
        turn = cv2.getRotationMatrix2D((w / 2, h / 2), np.degrees(where[2]), 1.0)
        turn[:, 2] += (where[0] - w / 2 - left, where[1] - h / 2 - top)
        shown, alpha = cv2.split(cv2.warpAffine(self.picture, turn, (right - left, bottom - top)))
        y[top:bottom, left:right] *= 1 - alpha
        y[top:bottom, left:right] += shown
        if uv is not None:
            part = uv[top // 2 : bottom // 2, left // 2 : right // 2]
            part *= 1 - alpha[::2, ::2, None]
            part += shown[::2, ::2, None] * np.float32(self.chroma)

    def covers(self, t: float, point: NDArray[np.float64]) -> bool:
        """Whether the sprite may hide a point."""
        where = self.path(t)
        return where is not None and np.hypot(where[0] - point[0], where[1] - point[1]) < max(self.picture.shape) / 2


@dataclass
class Effects:
    """All disturbances of a clip, as curves at 1 kHz or functions of time."""

    size: tuple[int, int]
    scale: float
    gain: NDArray[np.float64]
    blur: NDArray[np.float64] | None = None
    shift: NDArray[np.float64] | None = None
    bands: tuple[float, float, float] | None = None
    fields: list[Callable[[float], Field | None]] = field(default_factory=list)
    sprites: list[Sprite] = field(default_factory=list)
    clock: bool = False

    def at(self, curve: NDArray[np.float64], t: float) -> NDArray[np.float64]:
        """Value of a curve at a time."""
        return curve[..., min(int(t * RATE), curve.shape[-1] - 1)]

    def light(self, y: Field, t: float) -> Field:
        """Show the picture in the light of the moment (always a new array)."""
        out = y * np.float32(self.at(self.gain, t))
        for fn in self.fields:
            coarse = fn(t)
            if coarse is not None:
                out *= cv2.resize(coarse, out.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        if self.bands is not None:
            rate, depth, waves = self.bands
            rows = np.linspace(0, waves * 2 * np.pi, out.shape[0], dtype=np.float32)[:, None]
            out *= 1 + np.float32(depth) * np.sin(rows + np.float32(2 * np.pi * rate * t % (2 * np.pi)))
        return out

    def move(self, y: Field, t: float, share: float = 1.0) -> Field:
        """Show the picture as the shaken, hunting camera sees it."""
        if self.shift is not None:
            dx, dy = self.at(self.shift, t) * self.scale * share
            if abs(dx) + abs(dy) > 0.02:
                matrix = np.float32([[1, 0, dx], [0, 1, dy]])
                y = cv2.warpAffine(y, matrix, y.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        if self.blur is not None and share == 1.0:
            sigma = float(self.at(self.blur, t)) * self.scale
            if sigma > 0.25:
                y = cv2.GaussianBlur(y, (0, 0), sigma)
        return y


def _span(plan: Plan, low: float, high: float) -> tuple[float, float]:
    length = float(plan.rng.uniform(low, high))
    start = plan.random_time(length)
    return start, start + length


def _note(plan: Plan, span: tuple[float, float], name: str, size: float = 0.0) -> None:
    plan.record(Event(*span, "distractor", name, size), "")


def lamp(plan: Plan, fx: Effects) -> None:
    """Dim, brighten or switch a lamp, once or there and back."""
    rng = plan.rng
    ramp = float(rng.choice([0.02, rng.uniform(0.1, 0.5), rng.uniform(0.5, 3)]))
    start, end = _span(plan, ramp + 0.3, ramp + 5)
    factor = rng.uniform(0.45, 0.9) if rng.random() < 0.6 else rng.uniform(1.1, 1.5)
    step = np.concatenate([curves.min_jerk(ramp), np.ones(len(fx.gain))])
    curves.add(fx.gain, start, step, factor - 1)
    if rng.random() < 0.5:
        curves.add(fx.gain, end - ramp, step, 1 - factor)
        _note(plan, (start, end), "lamp")
    else:
        _note(plan, (start, start + ramp), "lamp")


def headlights(plan: Plan, fx: Effects) -> None:
    """Sweep a beam across the room."""
    rng = plan.rng
    start, end = _span(plan, 1, 4)
    x, y = np.meshgrid(np.linspace(0, 1, 40, dtype=np.float32), np.linspace(0, 1, 30, dtype=np.float32))
    slope, width, power = rng.uniform(-0.6, 0.6), rng.uniform(0.08, 0.3), rng.uniform(0.15, 0.9)
    way = rng.choice([-1, 1])

    def beam(t: float) -> Field | None:
        if not start < t < end:
            return None
        u = (t - start) / (end - start)
        centre = 0.5 + way * (u - 0.5) * 2
        strength = power * np.sin(np.pi * u) ** 2
        return (1 + strength * np.exp(-(((x + slope * y - centre) / width) ** 2))).astype(np.float32)

    fx.fields.append(beam)
    _note(plan, (start, end), "headlights")


def exposure(plan: Plan, fx: Effects) -> None:
    """Let the exposure control overshoot and ring."""
    rng = plan.rng
    start, end = _span(plan, 1, 4)
    t = np.arange(int((end - start) * RATE)) / RATE
    ring = np.exp(-t * 3 / (end - start)) * np.sin(2 * np.pi * rng.uniform(0.5, 2.5) * t)
    # a real control works in steps of a few frames
    steps = np.repeat(ring[::80], 80)[: len(ring)]
    curves.add(fx.gain, start, steps, float(rng.uniform(0.05, 0.25)))
    _note(plan, (start, end), "exposure")


def focus(plan: Plan, fx: Effects) -> None:
    """Let the focus hunt."""
    start, end = _span(plan, 1, 3.5)
    fx.blur = np.zeros_like(fx.gain)
    wave = np.abs(curves.oscillation(plan.rng, end - start, plan.rng.uniform(0.4, 1.2), 0.1))
    curves.add(fx.blur, start, wave, float(plan.rng.uniform(0.8, 3)))
    _note(plan, (start, end), "focus")


def mains(plan: Plan, fx: Effects) -> None:
    """Mains bands wander through the picture all the time."""
    rng = plan.rng
    fx.bands = (float(rng.uniform(-3, 3)), float(rng.uniform(0.008, 0.05)), float(rng.uniform(0.5, 4)))
    _note(plan, (0.0, plan.seconds), "mains")


def knock(plan: Plan, fx: Effects) -> None:
    """Knock the camera, or let it vibrate for a while."""
    rng = plan.rng
    fx.shift = np.zeros((2, len(fx.gain)))
    if rng.random() < 0.6:
        start, end = _span(plan, 0.5, 1.5)
        t = np.arange(int((end - start) * RATE)) / RATE
        wave = np.exp(-t * 5 / (end - start)) * np.sin(2 * np.pi * rng.uniform(3, 10) * t)
        size, name = rng.uniform(1.5, 9), "knock"
    else:
        start, end = _span(plan, 1.5, 6)
        wave = curves.oscillation(rng, end - start, rng.uniform(6, 13), 0.1)
        size, name = rng.uniform(0.3, 1.6), "vibration"
    angle = rng.uniform(0, 2 * np.pi)
    curves.add(fx.shift[0], start, wave, size * np.cos(angle))
    curves.add(fx.shift[1], start, wave, size * np.sin(angle))
    plan.record(Event(start, end, "distractor", name, float(size)), "all", block=0.1)
