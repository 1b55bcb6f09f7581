"""Jerks: torque bursts scaled by trial runs to a wanted size, timed against a run without them."""

from dataclasses import dataclass

import numpy as np

from benchmarks.other_scenes.puppets.camera import View
from benchmarks.other_scenes.puppets.scene import STEP
from benchmarks.other_scenes.puppets.score import Row
from benchmarks.other_scenes.puppets.stage import Stage
from benchmarks.other_scenes.puppets.truth import Motion, measure, visible

Rng = np.random.Generator
Array = np.ndarray
TRIAL, WINDOW, HOLD, STAYS, UNSEEN = 0.7, 2.2, 40.0, 0.75, 0.8
PARTS = {
    "arm": {"shoulder_flex": 1, "shoulder_out": 1, "shoulder_turn": 0.6, "elbow": 0.6, "wrist": 0.05},
    "forearm": {"elbow": 1, "wrist": 0.1},
    "hand": {"wrist": 1, "wrist_side": 0.5, "finger": 0.25},
    "leg": {"hip_flex": 1, "hip_out": 0.8, "hip_turn": 0.4, "knee": 0.5, "ankle": 0.05},
    "shank": {"knee": 1, "ankle": 0.12},
    "foot": {"ankle": 1, "ankle_side": 0.4},
    "head": {"neck_turn": 1, "neck_nod": 0.6, "neck_tilt": 0.4},
}
FORCE = {"arm": 0.25, "forearm": 0.1, "hand": 0.012, "leg": 0.9, "shank": 0.4, "foot": 0.04, "head": 0.3}


@dataclass(frozen=True)
class Wish:
    """A jerk to come: when, which parts of which limbs, how large in pixels and how quick."""

    start: float
    parts: tuple[tuple[str, str], ...]
    size: float
    quick: float
    shape: str


@dataclass
class Done:
    """A jerk that was played: its row, its two states for comparison, and what moved."""

    row: Row
    moved: Array
    still: Array
    moment: float


def limb_of(side: str, part: str) -> str:
    """The limb that a part belongs to."""
    if part == "head":
        return "head"
    return f"{side}_{'arm' if part in ('arm', 'forearm', 'hand') else 'leg'}"


def burst(rng: Rng, wish: Wish) -> Array:
    """The unit torque over time: agonist, then by shape an antagonist, a held tail, steps or to the end."""
    count = max(8, int(wish.quick / STEP))
    half = max(4, int(count * rng.uniform(0.35, 0.6)))
    rise = np.sin(np.pi * np.linspace(0, 1, half) ** rng.uniform(0.5, 1.0))
    brake = {"loose": rng.uniform(0, 0.4), "snap": rng.uniform(1.2, 1.9)}.get(wish.shape, rng.uniform(0.6, 1.0))
    wave = np.r_[rise, -brake * np.sin(np.pi * np.linspace(0, 1, max(4, count - half)))]
    if wish.shape == "held":
        tail = np.linspace(1, 0, int(rng.uniform(0.15, 0.6) / STEP)) ** rng.uniform(0.7, 2)
        wave = np.r_[wave, rng.uniform(0.1, 0.4) * tail]
    if wish.shape == "stay":
        wave = np.r_[wave, np.full(int(HOLD / STEP), rng.uniform(0.4, 0.8))]
    if wish.shape == "steps":
        levels = rng.uniform(0.1, 0.35) * np.linspace(1, 0.2, rng.integers(2, 4))
        wave = np.r_[wave, np.repeat(levels, int(rng.uniform(0.1, 0.22) / STEP))]
    return wave


def torques(rng: Rng, stage: Stage, wish: Wish) -> Array:
    """The unit torque matrix (steps x joints) of a wish."""
    wave = burst(rng, wish)
    joints = stage.score.joints
    unit = np.zeros((len(wave) + 30, stage.score.drive.shape[1]))
    for side, part in wish.parts:
        late = int(rng.uniform(0, 0.03) / STEP)
        names = PARTS[part]
        weights = rng.normal(0, 1, len(names)) + 0.6 * rng.choice([-1, 1])
        for (name, share), weight in zip(names.items(), weights, strict=True):
            column = joints[name if part == "head" else f"{side}_{name}"]
            unit[late : late + len(wave), column] += FORCE[part] * share * weight * wave
    return unit


def sized(stage: Stage, view: View, wish: Wish, unit: Array, still: Array, seen: Array) -> tuple[float, float]:
    """The torque factor that moves about as far as wished, and the size it reaches."""
    factor, best = 0.15, (0.0, 0.0)
    log_low, log_high = np.log(0.002), np.log(8.0)
    for _ in range(7):
        track, _ = stage.trial(len(still), unit * factor)
        gap = view.project(track) - view.project(still[: len(track)])
        size = float(np.nanmax(np.where(seen, np.linalg.norm(gap, axis=-1), 0), initial=0))
        if not best[0] or abs(np.log((size + 1e-3) / wish.size)) < abs(np.log((best[1] + 1e-3) / wish.size)):
            best = (factor, size)
        if 0.85 < size / wish.size < 1.18:
            break
        if size < wish.size:
            log_low = max(log_low, np.log(factor))
        else:
            log_high = min(log_high, np.log(factor))
        guess = np.log(factor) + 0.8 * np.log(wish.size / max(size, 0.05))
        inside = log_low + 0.05 < guess < log_high - 0.05
        factor = float(np.exp(guess if inside else (log_low + log_high) / 2))
    return best


def candidate(rng: Rng, stage: Stage, view: View, wish: Wish, still: Array, seen: Array) -> tuple[Array, Motion | None]:
    """A scaled burst and its motion in the trial, or none when it is too small, too large or too slow."""
    unit = torques(rng, stage, wish)
    factor, size = sized(stage, view, wish, unit, still[: int(TRIAL / STEP)], seen)
    if not 0.5 * wish.size < size < 2.0 * wish.size:
        return unit, None
    track, states = stage.trial(int(WINDOW / STEP), unit * factor)
    motion = measure(view.project(track), view.project(still[: len(track)]), seen, states)
    good = motion is not None and 0.025 < motion.rise < 0.31 and motion.onset < 0.3 and motion.peak_at < 0.7
    return unit * factor, motion if good else None


def perform(rng: Rng, stage: Stage, view: View, wish: Wish) -> Done | None:
    """Play the clip up to the wished jerk, add it to the score, and tell what it does."""
    stage.play(int(wish.start / STEP))
    still, rest = stage.trial(int(WINDOW / STEP), None)
    if len(still) < 0.8 / STEP:
        return None
    limbs = {limb_of(side, part) for side, part in wish.parts}
    own = np.isin([p.limb for p in stage.points], list(limbs))
    seen = own & visible(stage, view, still[0])
    hidden = not seen.any()
    if hidden:
        if rng.random() < UNSEEN:
            return None
        seen = own
    for tries in range(5):
        extra, motion = candidate(rng, stage, view, wish, still, seen)
        stays = motion is not None and motion.left > STAYS
        if motion is not None and (not stays or wish.shape == "stay" or (tries == 4 and rng.random() < 0.15)):
            break
    else:
        return None
    last = min(stage.score.steps, stage.step + len(extra))
    stage.score.drive[stage.step : last] += extra[: last - stage.step]
    origin = stage.step * STEP
    kind = "dont_care" if hidden else "twitch" if stays else "jerk"  # a blanket shows some of it, nobody knows how much
    row = Row(origin + motion.onset, motion.duration, kind, ",".join(sorted(limbs)), motion.size)
    row.places = ends(stage, view, motion, still, limbs)
    parts = "/".join(f"{side}_{part}" for side, part in wish.parts)
    row.note = f"{parts} {wish.shape} rise={motion.rise:.3f} left={motion.left:.2f}"
    index = int(motion.peak_at / STEP)
    return Done(row, motion.states[index], rest[index], origin + motion.peak_at)


def ends(stage: Stage, view: View, motion: Motion, still: Array, limbs: set[str]) -> list[list[float]]:
    """Both ends of every segment of the limbs that moved at least half as far as the farthest point."""
    flat = view.project(still[int(motion.onset / STEP)]) / np.array(view.size)
    found = []
    for body in np.unique(stage.bodies):
        own = np.flatnonzero(stage.bodies == body)
        if stage.points[own[0]].limb in limbs and motion.reach[own].max() >= 0.5 * motion.size:
            found += [[round(float(v), 4) for v in flat[i]] for i in (own[0], own[-1]) if np.isfinite(flat[i]).all()]
    return found
