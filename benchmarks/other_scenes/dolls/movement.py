"""What the doll does in a clip: the track of all joint angles and the rows of truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.dolls.body import BREATH, HEAD_ROT, JAW, LIMBS, TRUNK_ROT, TRUNK_SHIFT, Body, limb_pose
from benchmarks.other_scenes.dolls.waves import RATE, band_noise, breathing, envelope, ramp

if TYPE_CHECKING:
    from benchmarks.other_scenes.dolls.camera import Camera

Array = np.ndarray


@dataclass
class Row:
    """One row of truth; places are fractions of width and height."""

    onset: float
    duration: float
    kind: str
    limb: str
    amplitude: float
    places: list[list[float]] = field(default_factory=list)


@dataclass
class Track:
    """Angles (n, n_dof) at RATE with rows and the times when a limb must not jerk."""

    angles: Array
    rows: list[Row] = field(default_factory=list)
    blocked: list[tuple[float, float, str]] = field(default_factory=list)

    @property
    def time(self) -> Array:
        """Time of every sample."""
        return np.arange(len(self.angles)) / RATE

    def free(self, start: float, end: float, limb: str) -> bool:
        """Whether a limb has nothing else to do in an interval."""
        return not any(s < end and start < e and who in ("all", limb) for s, e, who in self.blocked)

    def at(self, times: Array) -> Array:
        """Angles at given times, interpolated."""
        place = np.clip(times * RATE, 0, len(self.angles) - 1.001)
        low = place.astype(int)
        part = (place - low)[:, None]
        return self.angles[low] * (1 - part) + self.angles[low + 1] * part


def tip_shift(body: Body, camera: Camera, angles: Array, limb: str) -> Array:
    """Displacement of a limb's tip in the picture, in pixels at 640 wide, from the first row of angles."""
    pixels = camera.project(limb_pose(body, angles, limb)[0][:, -1])
    return np.linalg.norm(pixels - pixels[0], axis=-1) * (640.0 / camera.width)


def start_track(rng: np.random.Generator, body: Body, seconds: float) -> Track:
    """Start a track with breathing only."""
    n = int((seconds + 1.0) * RATE)
    track = Track(np.zeros((n, body.n_dof)))
    breath = breathing(rng, n)
    track.angles[:, BREATH] = breath * rng.uniform(0.02, 0.07)
    track.angles[:, HEAD_ROT.start] += breath * rng.uniform(-0.006, 0.006)
    return track


def _add_row(track: Track, start: float, end: float, kind: str, who: str, amplitude: float) -> None:
    track.rows.append(Row(start, end - start, kind, who, amplitude))


def add_slow(rng: np.random.Generator, track: Track, body: Body, camera: Camera, seconds: float) -> None:
    """Add a stretch of a limb, or a turn of the head that may not come back."""
    t = track.time
    start, out, hold, home = (
        rng.uniform(0.5, seconds - 5),
        rng.uniform(0.8, 2.2),
        rng.uniform(0.2, 2),
        rng.uniform(1, 3),
    )
    wave = ramp(t, start, out) * (1 - ramp(t, start + out + hold, home) * rng.choice([0.0, 1.0, rng.random()]))
    end = min(start + out + hold + home, seconds)
    if rng.random() < 0.35:
        turn = np.array([rng.normal(0, 0.12), rng.choice([-1, 1]) * rng.uniform(0.15, 0.9), rng.normal(0, 0.1)])
        track.angles[:, HEAD_ROT] += np.outer(wave, turn)
        _add_row(track, start, end, "slow", "head", abs(turn[1]) * 0.05 * _scale(camera))
        return
    limb = str(rng.choice(LIMBS))
    before = track.angles.copy()
    for bone in body.bones[limb]:
        track.angles[:, bone.dofs] += np.outer(wave, rng.normal(0, 0.28, 3))
    i, j = int(start * RATE), int(min(end, seconds) * RATE)
    shift = tip_shift(body, camera, np.concatenate([before[i : i + 1], track.angles[i:j:25]]), limb)
    _add_row(track, start, end, "slow", limb, float(shift.max()))
    track.blocked.append((start - 0.3, end + 0.3, limb))


def add_gross(rng: np.random.Generator, track: Track, body: Body, camera: Camera, seconds: float) -> None:
    """Add an arousal: trunk, head and all limbs move for some seconds."""
    length = rng.uniform(2.5, 6.5)
    start = rng.uniform(0.3, seconds - length - 0.3)
    window = envelope(track.time, start, start + length, 0.5)
    n, before = len(track.time), track.angles[int(start * RATE)].copy()
    strength = rng.uniform(0.4, 1.0)
    for dof in range(body.n_dof):
        if dof in (BREATH, JAW):
            continue
        size = 0.012 if TRUNK_SHIFT.start <= dof < TRUNK_SHIFT.stop else 0.12 if dof < HEAD_ROT.stop else 0.38
        track.angles[:, dof] += window * band_noise(rng, n, 0.25, rng.uniform(0.8, 2.2)) * size * strength
    samples = np.vstack([before, track.angles[int(start * RATE) : int((start + length) * RATE) : 25]])
    amplitude = max(float(tip_shift(body, camera, samples, limb).max()) for limb in LIMBS)
    _add_row(track, start, start + length, "gross", "body", amplitude)
    track.blocked.append((start - 0.5, start + length + 0.5, "all"))


def add_rhythm(rng: np.random.Generator, track: Track, body: Body, camera: Camera, seconds: float) -> None:
    """Sucking, a fine tremor of one limb, or rocking of the whole body."""
    t, kind = track.time, rng.choice(["sucking", "tremor", "rocking"], p=[0.5, 0.35, 0.15])
    length = rng.uniform(2.5, 7.0)
    start = rng.uniform(0.2, seconds - length - 0.2)
    window = envelope(t, start, start + length, 0.4)
    rate = {"sucking": rng.uniform(1.5, 2.6), "tremor": rng.uniform(5.5, 10), "rocking": rng.uniform(0.6, 1.2)}[kind]
    wave = window * np.sin(2 * np.pi * (rate * t + 0.08 * np.cumsum(band_noise(rng, len(t), 0.2, 1.0)) / RATE * 5))
    who, i = "body", int(start * RATE)
    if kind == "sucking":
        track.angles[:, JAW] += 0.35 * wave
        track.angles[:, HEAD_ROT.start] += 0.004 * wave
        who, size = "mouth", 0.0042 * _scale(camera)
    elif kind == "rocking":
        track.angles[:, TRUNK_ROT.start + 1] += 0.06 * wave
        size = float(tip_shift(body, camera, np.vstack([0 * track.angles[i], 0.06 * _unit(body, 1)]), LIMBS[0])[1])
    else:
        who = str(rng.choice(LIMBS))
        unit = _unit(body, body.bones[who][-2 if "arm" in who else -1].dofs.start + int(rng.integers(0, 3)))
        per_radian = tip_shift(body, camera, np.vstack([0 * unit, 0.01 * unit]), who)[1] / 0.01
        size = float(rng.uniform(0.25, 0.9))
        track.angles += np.outer(wave, unit) * min(size / max(per_radian, 1e-6), 0.08)
    _add_row(track, start, start + length, "rhythmic", who, size)
    track.blocked.append((start - 0.3, start + length + 0.3, "all" if who == "body" else who))


def add_fidgets(rng: np.random.Generator, track: Track, body: Body, seconds: float) -> None:
    """Fingers that curl and open without end for some seconds."""
    limb = str(rng.choice(LIMBS[:2]))
    length = rng.uniform(4, min(12, seconds - 1))
    start = rng.uniform(0.2, seconds - length - 0.2)
    window = envelope(track.time, start, start + length, 0.6)
    bone = body.bones[limb][-1]
    for dof in range(bone.dofs.start, bone.dofs.stop):
        track.angles[:, dof] += window * band_noise(rng, len(window), 0.3, 1.5) * 0.35
    _add_row(track, start, start + length, "distractor", limb, 0.0)
    track.blocked.append((start - 0.3, start + length + 0.3, limb))


def _scale(camera: Camera) -> float:
    """Pixels (at 640 wide) a metre near the doll."""
    return float(camera.focal / np.linalg.norm(camera.position)) * 640.0 / camera.width


def _unit(body: Body, dof: int) -> Array:
    unit = np.zeros(body.n_dof)
    unit[dof] = 1.0
    return unit
