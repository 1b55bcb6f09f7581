"""Jerks: when, which limbs, how large; placed on the track and measured in the picture."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.dolls.body import LIMBS, Body, limb_pose
from benchmarks.other_scenes.dolls.movement import Row, Track, tip_shift
from benchmarks.other_scenes.dolls.waves import RATE, jerk_wave

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.other_scenes.dolls.camera import Camera
    from benchmarks.other_scenes.dolls.visibility import Witness

Array = np.ndarray
MIN_GAP = 0.173  # with the scatter of onsets, no two jerks of a limb come nearer than 0.15 s


@dataclass
class LimbJerk:
    """One limb's part in a jerk: a direction in joint space (scaled) and its waveform."""

    limb: str
    distal: bool
    start: float
    direction: Array
    wave: Array
    shape: str
    drag: float


# A limb that takes part: name, distal only, direction in joint space, share that shows, lag (s).
Member = tuple[str, bool, Array, float, float]


def _direction(rng: np.random.Generator, body: Body, limb: str, distal: bool) -> Array:
    bones = body.bones[limb]
    last = 2 if "arm" in limb else 1
    moving = bones[-last:] if distal else bones
    vector = np.zeros(body.n_dof)
    for k, bone in enumerate(moving):
        vector[bone.dofs] = rng.normal(0, 1.0 if k == 0 else 0.6, 3)
    return vector / np.linalg.norm(vector)


def aim(rng: np.random.Generator, body: Body, camera: Camera, limb: str, distal: bool, pixels: float) -> Array:
    """Find a direction in joint space that moves the tip the wanted pixels (at 640), or as far as joints allow."""
    limit = 0.9 if distal else 0.8
    best, best_reach = np.zeros(body.n_dof), 0.0
    for _ in range(3):
        unit = _direction(rng, body, limb, distal)
        sizes = np.linspace(0, limit, 25)
        shift = tip_shift(body, camera, np.outer(sizes, unit), limb)
        reach = int(np.argmax(shift >= pixels)) if shift.max() >= pixels else -1
        if reach > 0:
            return unit * float(np.interp(pixels, shift[reach - 1 : reach + 1], sizes[reach - 1 : reach + 1]))
        if shift.max() > best_reach:
            best, best_reach = unit * sizes[int(shift.argmax())], float(shift.max())
    return best


def _train_times(rng: np.random.Generator, seconds: float) -> tuple[list[float], float]:
    rate = float(np.exp(rng.uniform(0, np.log(6))))
    count = int(rng.integers(4, 16))
    steps = np.maximum(rng.normal(1, rng.uniform(0.03, 0.2), count) / rate, MIN_GAP)
    times = rng.uniform(0.3, max(0.4, seconds - steps.sum() - 1.0)) + np.cumsum(steps)
    return [float(t) for t in times if t < seconds - 0.9], 1 / rate


def _ranges(interval: float) -> tuple[tuple[float, float], tuple[float, float]]:
    rise = (0.03, float(np.clip(0.36 * interval, 0.05, 0.14)))
    return rise, (0.08, float(np.clip(0.6 * interval, 0.1, 0.48)))


class JerkPlanner:
    """Fills a track with jerks that can be seen."""

    def __init__(self, rng: np.random.Generator, body: Body, track: Track, seconds: float, witness: Witness) -> None:
        self.rng, self.body, self.track, self.seconds = rng, body, track, seconds
        self.camera, self.witness = witness.camera, witness
        self.onsets: list[float] = []
        self.events: list[list[LimbJerk]] = []

    def _pixels(self) -> float:
        # Small ones are more often refused as hidden; the power makes up for it, so that few are not fewer still.
        return float(1.5 * 20.0 ** (self.rng.random() ** 1.35))

    def _limb(self, limb: str, pixels: float) -> Member | None:
        distal = bool(self.rng.random() < 0.45)
        drag = self.witness.drag_of(limb)
        direction = aim(self.rng, self.body, self.camera, limb, distal, pixels / max(drag, 0.2))
        reach = tip_shift(self.body, self.camera, np.vstack([0 * direction, direction]), limb)[1] * drag
        lag = float(self.rng.uniform(0, 0.05))
        return (limb, distal, direction, drag, lag) if reach >= 1.3 and self.witness.seen(direction) else None

    def _team(self, pick: Callable[[], list[str]]) -> list[Member]:
        """Choose limbs that can show a jerk of the drawn size.

        Others are tried before it is given up: small ones are hidden more often and would become rare.

        """
        pixels = self._pixels()
        for _ in range(5):
            team = [self._limb(limb, pixels * self.rng.uniform(0.85, 1.2)) for limb in pick()]
            if found := [member for member in team if member]:
                return found
        return []

    def _place(self, start: float, team: list, shape: str, interval: float, scale: float) -> None:
        if any(
            abs(start - other) < 2 * MIN_GAP if interval > 1 else abs(start - other) < 0.17 for other in self.onsets
        ):
            return
        jerks = []
        for limb, distal, direction, drag, lag in team:
            if self.track.free(start - 0.2, start + 0.8, limb):
                wave = jerk_wave(self.rng, shape, *_ranges(interval))
                jerks.append(LimbJerk(limb, distal, start + lag, direction * scale, wave, shape, drag))
        if jerks:
            self.onsets.append(start)
            self.events.append(jerks)

    def _room(self, times: list[float], team: list[Member]) -> float:
        """Return the share of a train's jerks that would find their limbs free."""
        return float(np.mean([all(self.track.free(t - 0.2, t + 0.8, m[0]) for m in team) for t in times or [0.0]]))

    def add_single(self) -> None:
        """One jerk of one to four limbs, away from the others."""
        count = int(self.rng.choice([1, 2, 3, 4], p=[0.6, 0.22, 0.06, 0.12]))
        shape = str(
            self.rng.choice(["plain", "rebound", "incomplete", "two-step", "twitch"], p=[0.5, 0.17, 0.17, 0.1, 0.06])
        )
        team = self._team(lambda: [str(x) for x in self.rng.permutation(LIMBS)[:count]])
        for start in self.rng.uniform(0.4, self.seconds - 1.2, 12):
            apart = all(abs(start - other) > 0.9 for other in self.onsets)
            if apart and all(self.track.free(start - 0.2, start + 0.8, member[0]) for member in team):
                self._place(float(start), team, shape, 2.0, 1.0)
                return

    def add_train(self) -> None:
        """Add a train; of one side, of both together, or of limbs in turn."""
        style = self.rng.choice(["one", "both", "turns", "all"], p=[0.5, 0.22, 0.18, 0.1])

        def pick() -> list[str]:
            order = [str(x) for x in self.rng.permutation(LIMBS)]
            pair = list(LIMBS[:2] if order[0] in LIMBS[:2] else LIMBS[2:])
            return {"one": order[:1], "both": pair, "turns": order[:2]}.get(str(style), order)

        team = self._team(pick)
        tries = [_train_times(self.rng, self.seconds) for _ in range(6)]
        times, interval = max(tries, key=lambda one: self._room(one[0], team))
        shape = str(self.rng.choice(["plain", "rebound"], p=[0.75, 0.25])) if interval > 0.5 else "plain"
        for k, start in enumerate(times):
            members = [team[k % len(team)]] if style == "turns" and team else team
            self._place(start, members, shape, min(interval, 1.0), float(self.rng.uniform(0.85, 1.15)))

    def finish(self) -> None:
        """Move the joints and write the rows."""
        for jerks in sorted(self.events, key=lambda event: event[0].start):
            for jerk in jerks:
                first = int(jerk.start * RATE)
                piece = jerk.wave[: len(self.track.angles) - first]
                self.track.angles[first : first + len(piece)] += np.outer(piece, jerk.direction)
                self.track.angles[first + len(piece) :] += jerk.wave[-1] * jerk.direction
            if row := self._row(jerks):
                self.track.rows.append(row)
        self._cut_overlaps()

    def _row(self, jerks: list[LimbJerk]) -> Row | None:
        jerks = [jerk for jerk in jerks if self._inside(jerk)]
        if not jerks:
            return None
        spans = [self._measure(jerk) for jerk in jerks]
        onset, end = min(s[0] for s in spans), max(s[1] for s in spans)
        names = "+".join(j.limb.replace("arm", "hand").replace("leg", "foot") if j.distal else j.limb for j in jerks)
        places = [point for jerk in jerks for point in self._places(jerk)]
        kind = "twitch" if jerks[0].shape == "twitch" else "jerk"
        return Row(onset, end - onset, kind, names, max(s[2] for s in spans), places)

    def _measure(self, jerk: LimbJerk) -> tuple[float, float, float]:
        base = self.track.angles[int(jerk.start * RATE)]
        angles = base + np.vstack([0 * jerk.direction, np.outer(jerk.wave, jerk.direction)])
        shift = tip_shift(self.body, self.camera, angles, jerk.limb)[1:] * jerk.drag
        peak = int(shift.argmax())
        onset = int(np.argmax(shift > min(0.05 * shift[peak], 0.3)))
        final = np.vstack([base + jerk.wave[-1] * jerk.direction, angles[1:]])
        undone = tip_shift(self.body, self.camera, final, jerk.limb)[1:] * jerk.drag
        outside = np.flatnonzero(undone[peak:] > 0.2 * undone[peak])
        end = peak + (int(outside[-1]) + 1 if len(outside) and jerk.shape != "twitch" else 0)
        return jerk.start + onset / RATE, jerk.start + end / RATE, float(shift[peak])

    def _inside(self, jerk: LimbJerk) -> bool:
        x, y = self._places(jerk)[0]  # slow movement may have carried the limb out of view since it was chosen
        return 0.005 < x < 0.995 and 0.005 < y < 0.995

    def _places(self, jerk: LimbJerk) -> list[list[float]]:
        joints = limb_pose(self.body, self.track.at(np.array([jerk.start])), jerk.limb)[0][0]
        last = 2 if "arm" in jerk.limb else 1
        middle = -1 - last if jerk.distal else 1
        pixels = self.camera.project(joints[[-1, middle]]) + 0.5
        return [[round(float(x) / self.camera.width, 4), round(float(y) / self.camera.height, 4)] for x, y in pixels]

    def _cut_overlaps(self) -> None:
        rows = sorted((r for r in self.track.rows if r.kind in ("jerk", "twitch")), key=lambda r: r.onset)
        for row, following in itertools.pairwise(rows):
            if set(_sites(row)) & set(_sites(following)):
                row.duration = min(row.duration, following.onset - row.onset)


def _sites(row: Row) -> list[str]:
    return [name.replace("hand", "arm").replace("foot", "leg") for name in row.limb.split("+")]
