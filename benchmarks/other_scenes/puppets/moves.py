"""Movements of the infant that are not jerks, written into the score."""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import gaussian_filter1d

from benchmarks.other_scenes.puppets.body import SIDES
from benchmarks.other_scenes.puppets.scene import STEP
from benchmarks.other_scenes.puppets.score import Row, Score, ramp

Rng = np.random.Generator
Array = np.ndarray
GAIN = {"shoulder": 0.45, "elbow": 0.25, "wrist": 0.03, "finger": 0.012, "hip": 1.5, "knee": 0.7, "ankle": 0.08}
GAIN |= {"neck": 0.8, "spine": 4.0, "jaw": 0.6}
ARM = ("shoulder_flex", "shoulder_out", "shoulder_turn", "elbow", "wrist")
LEG = ("hip_flex", "hip_out", "hip_turn", "knee", "ankle")


def strength(joint: str) -> float:
    """The posture gain of a joint's muscles."""
    return next(gain for key, gain in GAIN.items() if key in joint)


def noise(rng: Rng, count: int, hertz: float) -> Array:
    """Smooth noise of unit deviation around a frequency."""
    wave = gaussian_filter1d(rng.standard_normal(count), 0.16 / hertz / STEP)
    return wave / (wave.std() + 1e-9)


def breathe(rng: Rng, score: Score) -> float:
    """Breathing of the belly and spine through the whole clip; the rate per minute."""
    rate, depth = rng.uniform(25, 60), rng.uniform(0.0015, 0.004)
    count, t = score.steps, np.arange(score.steps) * STEP
    phase = np.cumsum(rate / 60 * (1 + 0.08 * noise(rng, count, 0.2))) * STEP
    size = 1 + 0.12 * noise(rng, count, 0.3)
    if rng.random() < 0.4:
        start, length = rng.uniform(0, t[-1]), rng.uniform(2.5, 6)
        size *= 1 - ((t > start) & (t < start + length))
    if rng.random() < 0.4:
        size += rng.uniform(1, 2.5) * np.exp(-0.5 * ((t - rng.uniform(0, t[-1])) / 0.6) ** 2)
    size = gaussian_filter1d(size, 0.15 / STEP)
    wave = depth * size * (0.5 - 0.5 * np.cos(2 * np.pi * phase)) ** 0.9
    score.drive[:, score.joints["belly"]] += 400 * wave
    score.drive[:, score.joints["spine_bend"]] += 12 * wave * rng.uniform(-1, 1)
    return rate


def shifted(rng: Rng, score: Score, names: list[str], start: float, seconds: float, degrees: float) -> None:
    """Lead joints slowly to another posture and mostly back."""
    count = int(seconds / STEP)
    for name in names:
        course = ramp(count, rng.uniform(0.3, 0.5)) * (1 + 0.15 * noise(rng, count, 0.7))
        score.lead(name, start, np.radians(degrees * rng.normal(0, 1)) * course, strength(name))


def slow(rng: Rng, score: Score, start: float) -> None:
    """A slow movement of one limb."""
    side, seconds = str(rng.choice(list(SIDES))), rng.uniform(1, 5)
    arm = rng.random() < 0.5
    names = [f"{side}_{n}" for n in (ARM if arm else LEG)]
    shifted(rng, score, names, start, seconds, rng.uniform(8, 40))
    score.rows.append(Row(start, seconds, "slow", f"{side}_{'arm' if arm else 'leg'}"))


def stretch(rng: Rng, score: Score, start: float) -> None:
    """A stretch of several limbs and the trunk."""
    seconds = rng.uniform(2, 5)
    names = [f"{s}_{n}" for s in SIDES for n in (*ARM, *LEG)] + ["spine_bend", "spine_tilt", "neck_nod"]
    shifted(rng, score, names, start, seconds, rng.uniform(10, 30))
    score.rows.append(Row(start, seconds, "slow", "body"))


def turn_head(rng: Rng, score: Score, start: float) -> None:
    """A head turn."""
    seconds = rng.uniform(0.8, 3)
    shifted(rng, score, ["neck_turn", "neck_nod"], start, seconds, rng.uniform(8, 40))
    score.rows.append(Row(start, seconds, "slow", "head"))


def fidget(rng: Rng, score: Score, start: float) -> None:
    """Small smooth writhing of hands and feet."""
    seconds, side = rng.uniform(2, 8), str(rng.choice(list(SIDES)))
    arm = rng.random() < 0.6
    count = int(seconds / STEP)
    for part in ("wrist", "wrist_side", "finger", "elbow") if arm else ("ankle", "ankle_side", "knee"):
        name = f"{side}_{part}"
        course = noise(rng, count, rng.uniform(0.7, 1.5)) * np.radians(rng.uniform(3, 14)) * ramp(count)
        score.lead(name, start, course, strength(part))
    score.rows.append(Row(start, seconds, "slow", f"{side}_{'arm' if arm else 'leg'}"))


def gross(rng: Rng, score: Score, start: float) -> None:
    """The whole body thrashing or rolling."""
    seconds = rng.uniform(2, 7)
    count = int(seconds / STEP)
    size, pace = rng.uniform(8, 28), rng.uniform(0.5, 1.6)
    for name in score.joints:
        if any(key in name for key in GAIN) and name != "jaw":
            course = np.radians(size) * noise(rng, count, pace) * ramp(count)
            score.lead(name, start, course, strength(name))
    score.rows.append(Row(start, seconds + 0.4, "gross", "body"))


def startle(rng: Rng, score: Score, start: float) -> None:
    """A startle: all limbs thrown out at once and slowly drawn back."""
    t = np.arange(int(1.8 / STEP)) * STEP
    course = np.clip(t / 0.12, 0, 1) * np.exp(-np.clip(t - 0.2, 0, None) / 0.5)
    for side in SIDES:
        for part, degrees in (
            ("shoulder_out", 35),
            ("shoulder_flex", 25),
            ("elbow", -40),
            ("hip_flex", 25),
            ("knee", -20),
        ):
            turn = np.radians(degrees * rng.uniform(0.5, 1.2))
            score.lead(f"{side}_{part}", start, turn * course, 2 * strength(part))
    score.rows.append(Row(start, 2.2, "gross", "body"))


def kick(rng: Rng, score: Score, start: float) -> None:
    """Rhythmic kicking of one or both legs."""
    seconds, rate = rng.uniform(3, 9), rng.uniform(0.5, 2)
    t = np.arange(int(seconds / STEP)) * STEP
    sides = list(SIDES) if rng.random() < 0.5 else [str(rng.choice(list(SIDES)))]
    size, late = rng.uniform(8, 28), rng.choice([0, np.pi])
    for i, side in enumerate(sides):
        wave = np.sin(2 * np.pi * rate * t + i * late) * ramp(len(t))
        score.lead(f"{side}_hip_flex", start, np.radians(size) * wave, 1.5)
        score.lead(f"{side}_knee", start, -np.radians(1.2 * size) * wave, 0.7)
    score.rows.append(Row(start, seconds, "rhythmic", ",".join(f"{s}_leg" for s in sides), note="kicking"))


def tremor(rng: Rng, score: Score, start: float) -> None:
    """Fine sinusoidal tremor of some limbs."""
    seconds, rate = rng.uniform(1, 10), rng.uniform(4, 9)
    t = np.arange(int(seconds / STEP)) * STEP
    limbs = rng.choice(["left_arm", "right_arm", "left_leg", "right_leg"], rng.integers(1, 4), replace=False)
    for limb in map(str, limbs):
        side, arm = limb.split("_")[0], limb.endswith("arm")
        wave = np.sin(2 * np.pi * rate * t + rng.uniform(0, 6.3)) * ramp(len(t)) * (1 + 0.15 * noise(rng, len(t), 1))
        for part, force in (("elbow", 0.05), ("wrist", 0.006)) if arm else (("knee", 0.25), ("ankle", 0.03)):
            score.push(f"{side}_{part}", start, force * rng.uniform(0.2, 1.2) * wave)
    score.rows.append(Row(start, seconds, "rhythmic", ",".join(sorted(map(str, limbs))), note="tremor"))


def suck(rng: Rng, score: Score, start: float) -> None:
    """Bursts of sucking."""
    rate, begin = rng.uniform(1.5, 3), start
    size = np.radians(rng.uniform(3, 9))
    for _ in range(rng.integers(1, 4)):
        seconds = rng.uniform(2, 5)
        t = np.arange(int(seconds / STEP)) * STEP
        wave = (0.5 - 0.5 * np.cos(2 * np.pi * rate * t)) * ramp(len(t), 0.1)
        score.lead("jaw", start, size * wave, 1.5)
        score.push("neck_nod", start, 0.02 * wave)
        start += seconds + rng.uniform(0.6, 2)
    score.rows.append(Row(begin, start - begin - 0.6, "rhythmic", "head", note="sucking"))


def chew(rng: Rng, score: Score, start: float) -> None:
    """Irregular chewing."""
    seconds = rng.uniform(2, 7)
    count = int(seconds / STEP)
    wave = np.abs(noise(rng, count, rng.uniform(0.8, 1.6))) * ramp(count)
    score.lead("jaw", start, np.radians(rng.uniform(3, 9)) * wave, 1.5)
    score.rows.append(Row(start, seconds, "rhythmic", "head", note="chewing"))


def hiccup(rng: Rng, score: Score, start: float) -> None:
    """A series of hiccups: jolts of the belly and trunk."""
    begin, pulse = start, np.sin(np.pi * np.linspace(0, 1, int(0.12 / STEP)))
    size = rng.uniform(0.4, 1.2)
    for _ in range(rng.integers(3, 8)):
        score.push("belly", start, 6 * size * pulse)
        score.push("spine_bend", start, -1.0 * size * pulse)
        score.push("neck_nod", start, -0.15 * size * pulse)
        start += rng.uniform(1.5, 3.5)
    score.rows.append(Row(begin, start - begin - 1.0, "rhythmic", "trunk,head", note="hiccup"))


MOVES: dict[str, Callable[[Rng, Score, float], None]] = {
    "slow": slow, "stretch": stretch, "head": turn_head, "fidget": fidget, "gross": gross, "startle": startle,
    "kicking": kick, "tremor": tremor, "sucking": suck, "chewing": chew, "hiccup": hiccup,
}  # fmt: skip
