"""What an infant does besides jerking: breathes, stretches, squirms, sucks, chews, trembles, kicks, hiccups."""

import numpy as np

from benchmarks.other_scenes.cutouts.body import CHANNELS, LIMBS, limb_parts
from benchmarks.other_scenes.cutouts.plan import Plan, Row
from benchmarks.other_scenes.cutouts.pulses import RATE, pulse, smooth, wander


def breathe(plan: Plan) -> None:
    """Breathing with drifting rate and depth, sighs and pauses."""
    rng, n = plan.rng, plan.count
    rate, depth = rng.uniform(0.42, 1.05) * (1 + 0.1 * wander(rng, n, 0.2)), np.exp(0.15 * wander(rng, n, 0.3))
    if rng.random() < 0.4:
        since = np.arange(n) / RATE - rng.uniform(2, plan.seconds - 2)
        depth *= 1 + rng.uniform(1, 2.2) * np.exp(-((since / 0.9) ** 2))
        pause = 1 / (1 + np.exp(-(np.abs(since - 3.5) - rng.choice([-1, 1]) * rng.uniform(0.8, 2)) * 6))
        rate, depth = rate * (0.15 + 0.85 * pause), depth * (0.1 + 0.9 * pause)
    wave = 0.5 - 0.5 * np.cos(2 * np.pi * (np.cumsum(rate) / RATE % 1) ** 0.8)
    plan.add(0, ["breath", "head"], rng.uniform(0.012, 0.055) * (wave * depth)[:, None] * [1, rng.choice([0, 0.15])])


def _act(plan: Plan, names: list[str], samples: np.ndarray, kind: str, limbs: list[str]) -> None:
    """Add a movement at a free time and write its row."""
    start = plan.free(len(samples) / RATE)
    if start is not None:
        parts = [part for limb in limbs for part in limb_parts(limb)] or ["trunk", "head"]
        paths = plan.paths(start, names, samples[::10], parts).values()
        size = max(np.linalg.norm(path - path[0], axis=-1).max() for path in paths)
        plan.add(start, names, samples)
        plan.rows.append(Row(start, len(samples) / RATE, kind, ",".join(limbs) or "none", float(size)))


def slow(plan: Plan) -> None:
    """A slow stretch, a turn of the head, or a spasm-like movement (rise above 0.3 s)."""
    rng, rise = plan.rng, plan.rng.uniform(*((0.5, 0.9) if plan.rng.random() < 0.4 else (0.9, 3.0)))
    limbs = [["head"], [str(rng.choice(LIMBS))], list(LIMBS[:2]), list(LIMBS)][rng.choice(4, p=[0.25, 0.45, 0.2, 0.1])]
    back = 1 - smooth(int(rng.uniform(0.7, 3) * RATE)) * rng.choice([1.0, rng.uniform(0, 1)])
    curve = np.concatenate([smooth(int(rise * RATE)), np.ones(int(rng.uniform(0, 1.5) * RATE)), back])
    names = [part for limb in limbs for part in limb_parts(limb)]
    _act(plan, names, curve[:, None] * rng.normal(0, 0.33, len(names)), "slow", limbs)


def gross(plan: Plan) -> None:
    """A squirm of the whole body, with quick parts."""
    rng, n, power = plan.rng, int(plan.rng.uniform(1.5, 5) * RATE), plan.rng.uniform(0.4, 1.2)
    names = [name for name in CHANNELS if "lift" not in name and name != "mouth"]
    envelope = np.sin(np.linspace(0, np.pi, n)) ** 0.7
    sizes = {"x": 0.07, "y": 0.06, "rot": 0.09, "head": 0.25, "breath": 0.01}
    moves = [wander(rng, n, rng.uniform(0.5, 1.6)) * sizes.get(name, 0.3) * power * envelope for name in names]
    settle = smooth(n)[:, None] * rng.normal(0, 0.2, len(names)) * power * [sizes.get(name, 0.3) for name in names]
    _act(plan, names, np.column_stack(moves) + settle, "gross", list(LIMBS))


def rhythm(plan: Plan) -> None:
    """Sucking, chewing, a tremor or cycling legs: waxing and waning oscillations, in bursts."""
    rng, n, kind = plan.rng, int(plan.rng.uniform(2, 8) * RATE), int(plan.rng.choice(4, p=[0.35, 0.2, 0.25, 0.2]))
    hertz = rng.uniform(*((1.6, 2.7), (0.8, 1.5), (4, 9), (0.7, 2.2))[kind])
    shaking = [str(rng.choice(LIMBS))] if rng.random() < 0.6 else list(LIMBS[:2])
    limbs = (["head"], ["head"], shaking, list(LIMBS[2:]))[kind]
    sizes = {"mouth": rng.uniform(0.4, 1.2), "head": rng.uniform(0, 0.035)}
    if kind > 1:
        joints = {2: {1: 0.06, 2: 0.12}, 3: {0: 0.18, 1: 0.35}}[kind]
        sizes = {f"{limb}.{j}": rng.uniform(0.3, 1.3) * size for limb in limbs for j, size in joints.items()}
    phase = 2 * np.pi * np.cumsum(hertz * (1 + 0.07 * wander(rng, n, 1))) / RATE
    envelope = np.clip(np.sin(np.linspace(0, np.pi, n)) * rng.uniform(1, 4), 0, 1)
    envelope *= 0.7 + 0.3 * np.tanh(wander(rng, n, 0.7))
    if kind < 2:
        envelope *= np.convolve(wander(rng, n, 0.25) > -0.5, np.ones(150) / 150, "same")
    late, base = rng.choice([0, np.pi]), 1 if kind < 2 else 0
    waves = [size * (base + np.sin(phase + late * ("right" in name))) for name, size in sizes.items()]
    _act(plan, list(sizes), np.column_stack(waves) * envelope[:, None] / (1 + base), "rhythmic", limbs)


def hiccups(plan: Plan) -> None:
    """A run of hiccups: the trunk and head bob quickly and regularly."""
    rng, gap = plan.rng, int(plan.rng.uniform(1.4, 3) * RATE)
    wave = np.zeros(gap * rng.integers(3, 6) + 2 * RATE)
    for first in range(0, len(wave) - 2 * RATE, gap):
        bob = pulse(rng, "tone", 0.09, 0.7)[: len(wave) - first - rng.integers(60)]
        wave[first : first + len(bob)] += (bob - bob[-1] * smooth(len(bob))) * rng.uniform(0.7, 1.2)
    sizes = np.array([rng.uniform(0.02, 0.05), rng.uniform(-0.03, -0.01), rng.normal(0, 0.05)])
    _act(plan, ["breath", "y", "head"], wave[:, None] * sizes, "rhythmic", [])


MOVES = (slow, slow, gross, rhythm, rhythm, rhythm, hiccups)
