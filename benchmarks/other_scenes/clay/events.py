"""Movements of the body as changes of the skeleton's state: arrays (samples, WIDTH) that start at rest."""

import numpy as np

from benchmarks.other_scenes.clay import motion
from benchmarks.other_scenes.clay.skeleton import LIMBS, SHIFT, SLOTS, SUCK, VISITOR_SHIFT, WIDTH
from benchmarks.other_scenes.clay.stage import Stage


def unit(rng: np.random.Generator) -> np.ndarray:
    """A random direction."""
    way = rng.normal(size=3)
    return way / np.linalg.norm(way)


def stack(rows: list[tuple]) -> np.ndarray:
    """Change of state from rows (delay, first slot, vector, course); courses hold their last value."""
    length = max(delay + len(course) for delay, _, _, course in rows)
    delta = np.zeros((length, WIDTH))
    for delay, slot, vector, course in rows:
        delta[delay : delay + len(course), slot : slot + len(vector)] += course[:, None] * vector
        delta[delay + len(course) :, slot : slot + len(vector)] += course[-1] * np.asarray(vector)
    return delta


def throw(rng: np.random.Generator, stage: Stage, limb: str, course: np.ndarray, delay: int, size: float) -> list:
    """One limb's share in a movement: an active joint, maybe a second, and slack joints further out."""
    slot, aims = SLOTS[limb].start, stage.chains[limb].frames[:, :, 2]
    if limb == "head":
        return [(delay, slot, size * unit(rng), course)]
    joint = int(rng.choice([0, 1, 2], p=[0.45, 0.3, 0.25]))
    axis = np.cross(aims[max(joint - 1, 0)], aims[joint])
    if joint == 0 or rng.random() < 0.25 or np.linalg.norm(axis) < 0.2:
        axis = np.cross(aims[joint], unit(rng))
    axis = axis / (np.linalg.norm(axis) + 1e-6)
    rows = [(delay, slot + 3 * joint, size * axis, course)]
    if joint == 0 and rng.random() < 0.5:
        rows.append((delay + int(rng.integers(0, 9)), slot + 3, size * rng.uniform(-0.8, 0.8) * unit(rng), course))
    whip = motion.whip(course, rng)
    return rows + [(delay, slot + 3 * j, -size * axis * rng.uniform(0.1, 1), whip) for j in range(joint + 1, 3)]


def jerk(rng: np.random.Generator, stage: Stage, limbs: tuple[str, ...], kind: str, keep: float | None) -> np.ndarray:
    """A jerk (or twitch) of some limbs at one moment; the trunk gives way a little."""
    shared = motion.throw(rng) if kind == "twitch" else motion.jerk(rng, keep)
    rows = [(6, 3, rng.uniform(0, 0.03) * (rng.random() < 0.25) * unit(rng), motion.damped(shared, 3.5, 0.8))]
    for index, limb in enumerate(limbs):
        course = shared if index == 0 or rng.random() < 0.5 or kind == "twitch" else motion.jerk(rng, keep)
        size = 0.3 * rng.choice([-1, 1]) * (1 if index == 0 else rng.uniform(0.5, 1))
        rows += throw(rng, stage, limb, course, int(rng.integers(0, 8)) * (index > 0), size)
    return stack(rows)


def slow(rng: np.random.Generator, stage: Stage) -> tuple[tuple[str, ...], np.ndarray]:
    """A slow stretch, a turn of the head or a spasm of both sides."""
    count = int(rng.choice([1, 1, 2, 4]))
    limbs = ("head",) if rng.random() < 0.2 else tuple(str(name) for name in rng.permutation(LIMBS)[:count])
    course = motion.slow(rng, float(rng.choice([rng.uniform(0.5, 0.8), rng.uniform(0.8, 3)])))
    return limbs, stack([row for limb in limbs for row in throw(rng, stage, limb, course, 0, 0.3)])


def gross(rng: np.random.Generator) -> np.ndarray:
    """The whole body moves."""
    seconds, size = rng.uniform(1.5, 4), rng.uniform(0.15, 0.6)
    scales = np.r_[np.full(9, 0.25), np.ones(36), np.full(2, 0.05)] * size * rng.uniform(0.3, 1, 47)
    delta = np.zeros((int(seconds * motion.RATE), WIDTH))
    delta[:, :47] = np.column_stack([motion.restless(rng, seconds) for _ in scales]) * scales
    return delta


def rhythmic(rng: np.random.Generator, stage: Stage) -> tuple[tuple[str, ...], np.ndarray]:
    """Sucking, chewing, tremor, kicking or hiccups."""
    name = str(rng.choice(["jaw", "tremor", "kicking", "hiccups"], p=[0.4, 0.25, 0.2, 0.15]))
    if name == "jaw":
        course = 0.5 + 0.5 * motion.rhythm(rng, rng.uniform(0.8, 2.5), rng.uniform(2, 7))
        return ("head",), stack([(0, SUCK, [rng.uniform(0.5, 1.3)], (course - 0.5) * 2)])
    if name == "hiccups":
        course, rows, spots = motion.jerk(rng, 0.0), [], np.cumsum(rng.uniform(0.8, 2.2, rng.integers(2, 6)))
        for delay in ((spots - spots[0]) * motion.RATE).astype(int):
            rows += [(delay, 3, [0.05, 0, 0.005], course), (delay, SHIFT.start, [0, 0.002, 0.002], course)]
        return ("none",), stack(rows)
    limbs, hertz, size = ("left_leg", "right_leg"), rng.uniform(0.8, 2), 0.35
    if name == "tremor":
        limbs, hertz, size = (
            tuple(str(x) for x in rng.permutation(LIMBS)[: rng.integers(1, 3)]),
            rng.uniform(4, 9),
            0.06,
        )
    course = motion.rhythm(rng, hertz, rng.uniform(1.5, 5))
    return limbs, stack([row for limb in limbs for row in throw(rng, stage, limb, course, 0, size)])


def visit(rng: np.random.Generator, stage: Stage, seconds: float) -> np.ndarray:
    """A hand comes, rests, pats or rocks and leaves; or an animal walks past."""
    t = np.arange(int(seconds * motion.RATE)) / motion.RATE
    back = -stage.chains["visitor"].frames[0, :, 2] * np.array([1, 1, 0])
    delta, wave = np.zeros((len(t), WIDTH)), np.sin(2 * np.pi * rng.uniform(0.8, 2.6) * t)
    if stage.meta["guest"] == "pet":
        halt = 0.25 * np.sin(2 * np.pi * t / seconds) * rng.uniform(0, 1)
        delta[:, VISITOR_SHIFT] = (1.3 - 2.6 * (t / seconds + halt))[:, None] * back + 0.004 * wave[:, None]
        delta[:, SLOTS["visitor"].stop - 1] = 0.25 * np.sin(2 * np.pi * 0.6 * t)
        return delta
    here = np.clip(np.minimum(t, seconds - t) / rng.uniform(0.6, 1.5), 0, 1)
    here = here * here * (3 - 2 * here)
    delta[:, VISITOR_SHIFT] = (1 - here)[:, None] * (0.9 * back + [0, 0, 0.15])
    act = rng.integers(3)
    pat, rock = 0.022 * (act == 1) * here**6, (act == 2) * here**6 * wave * rng.uniform(0.003, 0.012)
    delta[:, VISITOR_SHIFT.start + 2] += pat * np.maximum(wave, -0.2)
    delta[:, SHIFT.start + 2] -= 0.1 * pat * np.maximum(-wave, 0)
    delta[:, [SHIFT.start, VISITOR_SHIFT.start]] += rock[:, None]
    return delta
