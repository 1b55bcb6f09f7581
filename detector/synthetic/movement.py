"""When and how far everything moves: joint angles on a fine time grid, the source of both pictures and truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.synthetic.recipe import LIMBS
from detector.synthetic.skeleton import BREATH, FREEDOMS, HEAD, JAW, SHIFT_X, SHIFT_Y, TURN, freedom, lift, to_picture

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.synthetic.recipe import Jerk, Motion, Recipe
    from detector.synthetic.skeleton import Skeleton

    Array = npt.NDArray[np.float64]

__all__ = ["STEP_S", "Timeline", "excursion", "jerk_angles", "smooth_step"]

STEP_S = 0.001


def smooth_step(x: npt.ArrayLike) -> Array:
    """Return the minimum-jerk path from 0 to 1 (Flash and Hogan 1985), clipped outside 0-1."""
    clipped = np.clip(np.asarray(x, np.float64), 0.0, 1.0)
    return np.asarray(clipped**3 * (10.0 - 15.0 * clipped + 6.0 * clipped**2))


def excursion(jerk: Jerk, since_s: Array) -> Array:
    """Return the displacement of a jerk, 1 at its peak, at times `since_s` after its own start (seconds)."""
    out = smooth_step(since_s / jerk.rise_s)
    back = np.zeros_like(out)
    each = jerk.return_s / jerk.steps
    begin = jerk.rise_s + jerk.hold_s
    for step in range(jerk.steps):
        # With several steps, each takes 45 % of its share of the time, and the limb waits for the rest of it.
        moving = each * (1.0 if jerk.steps == 1 else 0.45)
        back += smooth_step((since_s - begin - step * each) / moving) / jerk.steps
    out -= (1.0 - jerk.residual) * back
    end = begin + jerk.return_s
    if jerk.rebound:
        swing = np.clip((since_s - end + 0.25 * each) / (1.2 * max(each, jerk.rise_s)), 0.0, 1.0)
        out -= jerk.rebound * np.sin(np.pi * swing) ** 2
    if jerk.drift_s:
        creep = 1.0 - np.exp(-np.maximum(since_s - end, 0.0) / jerk.drift_s)
        out -= jerk.residual * creep
    return out


def jerk_angles(jerk: Jerk, limb: str, skeleton: Skeleton, view: Array) -> Array:
    """Return the change of pose, shape (FREEDOMS,), that moves `limb`'s tip by the jerk's amplitude in the picture.

    A joint never turns more than 75 degrees: a limb too short for the amplitude moves less, as the truth records.
    """
    gains = np.zeros(FREEDOMS)
    first = {"whole": 0, "lower": 1, "end": 2}[jerk.part]
    gains[freedom(limb, first)] = jerk.sign
    if first < 2:
        gains[freedom(limb, first + 1)] = jerk.sign * jerk.bend
    if first == 0:
        gains[freedom(limb, 2)] = 0.4 * jerk.sign * jerk.bend
    gains[lift(limb)] = 0.01 * jerk.lift
    rest = skeleton.rest()
    start = to_picture(view, skeleton.tip(rest, limb)[None])
    low, high = 0.0, 75.0 / max(1.0, float(np.abs(gains).max()), 2.5 * abs(jerk.lift))
    for _ in range(30):
        middle = (low + high) / 2
        moved = to_picture(view, skeleton.tip(rest + middle * gains, limb)[None])
        if float(np.hypot(*(moved - start)[0])) < jerk.amplitude_px:
            low = middle
        else:
            high = middle
    return gains * low


class Timeline:
    """Pose of the sleeper at any time.

    Parameters
    ----------
    recipe : Recipe
        Recipe of the clip.
    skeleton : Skeleton
        The sleeper's skeleton.
    view : ndarray of float64, shape (3, 3)
        World to picture at rest, to convert amplitudes given in pixels of the video.

    Attributes
    ----------
    poses : ndarray of float32, shape (n, FREEDOMS)
        Pose every millisecond from 0 s.
    """

    def __init__(self, recipe: Recipe, skeleton: Skeleton, view: Array) -> None:
        self._times = np.arange(0.0, recipe.camera.duration_s + 0.5, STEP_S)
        self._rng = np.random.default_rng([recipe.seed, 11])
        self._scale = 640.0 / recipe.camera.width
        self._skeleton = skeleton
        self.poses = np.tile(skeleton.rest().astype(np.float32), (len(self._times), 1))
        if recipe.breathing.amplitude_px > 0 and recipe.breathing.rate_hz > 0:
            self.poses[:, BREATH] += self._breath(recipe)
        for jerk in recipe.jerks:
            for place, limb in enumerate(jerk.limbs):
                lag = jerk.lags_s[place] if place < len(jerk.lags_s) else 0.0
                path = excursion(jerk, self._times - jerk.onset_s - lag)
                self._add(jerk_angles(jerk, limb, skeleton, view), path)
                if jerk.recoil:
                    size = jerk.recoil * jerk.amplitude_px * self._scale
                    heading = self._rng.uniform(0, 2 * np.pi)
                    self._add(_unit(SHIFT_X) * size * np.cos(heading) + _unit(SHIFT_Y) * size * np.sin(heading), path)
        for motion in recipe.motions:
            self._motion(motion)

    def _add(self, angles: Array, path: Array) -> None:
        for index in np.flatnonzero(angles):
            self.poses[:, index] += (angles[index] * path).astype(np.float32)

    def at(self, time_s: float) -> Array:
        """Return the pose at `time_s`, shape (FREEDOMS,)."""
        place = min(max(time_s, 0.0), self._times[-1] - 2 * STEP_S) / STEP_S
        index = int(place)
        part = place - index
        return np.asarray(self.poses[index] * (1.0 - part) + self.poses[index + 1] * part, np.float64)

    def _breath(self, recipe: Recipe) -> Array:
        breathing, rng = recipe.breathing, self._rng
        path = np.zeros(len(self._times))
        now = -rng.uniform(0, 1 / breathing.rate_hz)
        while now < self._times[-1]:
            period = max(0.4, 1 + breathing.irregularity * rng.standard_normal()) / breathing.rate_hz
            depth = max(0.1, 1 + breathing.irregularity * rng.standard_normal())
            if breathing.sigh_every_s and rng.random() < period / breathing.sigh_every_s:
                period, depth = 1.8 * period, 2.5 * depth
            inhale = 0.42 * period
            path += depth * (smooth_step((self._times - now) / inhale)
                             - smooth_step((self._times - now - inhale) / (0.5 * period)))  # fmt: skip
            now += period
            if breathing.pause_every_s and rng.random() < period / breathing.pause_every_s:
                now += rng.uniform(3.0, 8.0)
        return np.asarray(breathing.amplitude_px * self._scale * path)

    def _motion(self, motion: Motion) -> None:
        {
            "stretch": self._stretch, "fidget": self._fidget, "startle": self._startle, "head_turn": self._head_turn,
            "suck": self._suck, "chew": self._suck, "tremor": self._tremor, "roll": self._roll,
            "gross": self._gross, "arousal": self._gross,
        }[motion.kind](motion)  # fmt: skip

    def _degrees(self, amplitude_px: float, limb: str) -> float:
        """Return the turn of the first joint that moves the limb's tip by about `amplitude_px`."""
        rest = self._skeleton.rest()
        turned = rest.copy()
        turned[freedom(limb, 0)] += 1.0
        step = np.hypot(*(self._skeleton.tip(turned, limb) - self._skeleton.tip(rest, limb)))
        return float(amplitude_px * self._scale / max(step, 0.05))

    def _wander(self, rate_hz: float) -> Array:
        """Return smooth random movement with most power below `rate_hz`, standard deviation 1."""
        knots = self._rng.standard_normal(int(self._times[-1] * rate_hz * 2) + 6)
        where = np.linspace(0, len(knots) - 1.001, len(self._times))
        index = where.astype(int)
        part = smooth_step(where - index)
        return np.asarray(knots[index] * (1 - part) + knots[np.minimum(index + 1, len(knots) - 1)] * part)

    def _window(self, motion: Motion, ramp_s: float) -> Array:
        since = self._times - motion.onset_s
        ramp = min(ramp_s, motion.duration_s / 2)
        return smooth_step(since / ramp) * smooth_step((motion.duration_s - since) / ramp)

    def _stretch(self, motion: Motion) -> None:
        path = self._window(motion, 0.42 * motion.duration_s)
        for limb in LIMBS if motion.limb in {"body", "head"} else (motion.limb,):
            size = self._degrees(motion.amplitude_px, limb) * (1 if self._rng.random() < 0.5 else -1)
            self._add(
                _unit(freedom(limb, 0)) * size + _unit(freedom(limb, 1)) * size * self._rng.uniform(-0.8, 0.8), path
            )

    def _fidget(self, motion: Motion) -> None:
        """Move one limb aimlessly to and fro, without a rest position to return to."""
        window = self._window(motion, 0.4)
        limb = motion.limb if motion.limb in LIMBS else "left_arm"
        size = 0.5 * self._degrees(motion.amplitude_px, limb)
        for joint, share in ((0, 1.0), (1, 0.8)):
            pace = motion.rate_hz * self._rng.uniform(0.6, 1.4)
            self._add(_unit(freedom(limb, joint)) * size * share, window * self._wander(pace))

    def _startle(self, motion: Motion) -> None:
        since = self._times - motion.onset_s
        rise = min(0.18, 0.3 * motion.duration_s)
        path = smooth_step(since / rise) - smooth_step((since - 1.5 * rise) / (motion.duration_s - 1.5 * rise))
        for limb in LIMBS:
            size = self._degrees(motion.amplitude_px * (1.0 if limb.endswith("arm") else 0.4), limb)
            self._add(_unit(freedom(limb, 0)) * size - _unit(freedom(limb, 1)) * 0.5 * size, path)

    def _head_turn(self, motion: Motion) -> None:
        degrees = np.rad2deg(motion.amplitude_px * self._scale / (0.24 * self._skeleton.length))
        path = smooth_step((self._times - motion.onset_s) / motion.duration_s)
        self._add(_unit(HEAD) * degrees * (1 if self._rng.random() < 0.5 else -1), path)

    def _suck(self, motion: Motion) -> None:
        path, now, end = np.zeros(len(self._times)), motion.onset_s, motion.onset_s + motion.duration_s
        chewing = motion.kind == "chew"
        while now < end:
            for _ in range(int(self._rng.integers(3, 8 if chewing else 14))):
                period = max(0.5, 1 + motion.irregularity * self._rng.standard_normal()) / motion.rate_hz
                depth = max(0.15, 1 + motion.irregularity * self._rng.standard_normal())
                if now + period > end:
                    break
                since = np.clip((self._times - now) / period, 0, 1)
                path += depth * np.sin(np.pi * since) ** (2 if not chewing else 4)
                now += period
            now += self._rng.uniform(0.6, 4.0)
        self._add(_unit(JAW) * motion.amplitude_px * self._scale, path)

    def _tremor(self, motion: Motion) -> None:
        phase = 2 * np.pi * motion.rate_hz * (self._times - motion.onset_s)
        phase = phase + 2.0 * motion.irregularity * self._wander(motion.rate_hz / 4)
        depth = self._window(motion, 0.25) * (1 + 0.5 * motion.irregularity * self._wander(2.0))
        limb = motion.limb if motion.limb in LIMBS else "left_leg"
        # Half of the peak-to-peak path: the amplitude is the largest displacement between two places.
        size = 0.5 * self._degrees(motion.amplitude_px, limb)
        self._add(_unit(freedom(limb, 0)) * size + _unit(freedom(limb, 1)) * 0.5 * size, depth * np.sin(phase))

    def _roll(self, motion: Motion) -> None:
        """Rock the head, or the whole body, from side to side without rest in between."""
        phase = 2 * np.pi * motion.rate_hz * (self._times - motion.onset_s)
        phase = phase + 2.0 * motion.irregularity * self._wander(motion.rate_hz / 3)
        path = self._window(motion, 0.8) * (1 + 0.5 * motion.irregularity * self._wander(1.0)) * np.sin(phase)
        size = 0.5 * motion.amplitude_px * self._scale
        if motion.limb != "head":
            self._add(_unit(TURN) * np.rad2deg(size / (0.5 * self._skeleton.length)), path)
            self._add(_unit(SHIFT_X if self._rng.random() < 0.5 else SHIFT_Y) * 0.5 * size, path)
        self._add(_unit(HEAD) * np.rad2deg(size / (0.24 * self._skeleton.length)), path)

    def _gross(self, motion: Motion) -> None:
        window = self._window(motion, 0.8)
        drift = smooth_step((self._times - motion.onset_s) / motion.duration_s)
        size = motion.amplitude_px * self._scale * (0.5 if motion.kind == "arousal" else 1.0)
        for index in (SHIFT_X, SHIFT_Y):
            self._add(_unit(index) * 0.35 * size, window * self._wander(0.5) + drift * self._rng.normal(0, 0.6))
        self._add(_unit(TURN) * np.rad2deg(0.4 * size / self._skeleton.length), window * self._wander(0.4))
        self._add(_unit(HEAD) * np.rad2deg(size / (0.3 * self._skeleton.length)), window * self._wander(0.5))
        for limb in LIMBS:
            degrees = self._degrees(size / self._scale, limb)
            for joint in range(2):
                path = window * self._wander(motion.rate_hz) + drift * self._rng.normal(0, 0.4)
                self._add(_unit(freedom(limb, joint)) * degrees * (0.8 if joint == 0 else 0.5), path)


def _unit(index: int) -> Array:
    out = np.zeros(FREEDOMS)
    out[index] = 1.0
    return out
