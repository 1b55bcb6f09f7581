"""Jerks: throws limbs with a wanted size in pixels and measures what the film will show of it."""

import numpy as np

from benchmarks.other_scenes.cutouts.body import INDEX, LIMBS, limb_parts
from benchmarks.other_scenes.cutouts.plan import Plan, Row
from benchmarks.other_scenes.cutouts.pulses import RATE, RETURNS, pulse
from benchmarks.other_scenes.cutouts.stage import covered

STYLES = ((1.0, 0.45, 0.3), (0.1, 1.0, 0.4), (0.0, 0.12, 1.0), (0.7, -1.0, 0.3))  # whole, middle, distal, folding


def pick_limbs(rng: np.random.Generator) -> list[str]:
    """One limb mostly; or a pair, a mixture, the head."""
    sets = ([str(rng.choice(LIMBS))], LIMBS[:2], LIMBS[2:], LIMBS[::2], LIMBS[1::2], LIMBS, ["head"])
    some = [str(limb) for limb in rng.choice(LIMBS, rng.integers(2, 4), replace=False)]
    return list((*sets, some)[rng.choice(8, p=[0.56, 0.15, 0.08, 0.03, 0.03, 0.05, 0.04, 0.06])])


def pick_size(rng: np.random.Generator, width: int) -> float:
    """A wanted size in pixels of the film: mostly 2 to 20 at 640 wide."""
    return float(np.clip(np.exp(rng.normal(np.log(7), 0.75)), 1.0, 60)) * width / 640


def _throw(plan: Plan, start: float, limbs: list[str], kind: str, pace: float) -> tuple[list[str], np.ndarray]:
    """A movement of unit angle: bursts at the roots, whip and lag at the far ends, and the tug on the trunk."""
    rng, names, columns, at = plan.rng, [], [], min(int(start * RATE), plan.count - 1)
    style = int(rng.choice(4, p=[0.46, 0.16, 0.26, 0.12]))
    first, longest = pulse(rng, kind, 0.115, pace), rng.uniform(0.05, 0.115)
    for k, limb in enumerate(limbs):
        curve = first if k == 0 or rng.random() < 0.4 else pulse(rng, kind, longest, pace)
        late = int(rng.uniform(0, 0.025) * RATE) if k else 0
        curve = np.concatenate([np.zeros(late + 2), curve]) * (rng.uniform(0.45, 1.0) if k else 1.0)
        away = plan.pose[at, INDEX[f"{limb}.0"]] - plan.puppet.body.rest[INDEX[f"{limb}.0"]] if limb != "head" else 0
        sign = -np.sign(away) if abs(away) > 0.25 else rng.choice([-1, 1])
        for joint, part in enumerate(STYLES[style] if limb != "head" else (1.0,)):
            weight = part * sign * rng.uniform(0.6, 1.3) * (-1 if style == 0 and joint and rng.random() < 0.3 else 1)
            lag = 0 if style == 2 else int(rng.uniform(0, 0.014) * joint * RATE)
            names.append(limb if limb == "head" else f"{limb}.{joint}")
            columns.append(weight * np.concatenate([np.zeros(lag), curve]))
        if limb != "head" and rng.random() < 0.6:
            names.append(f"{limb}.lift")
            columns.append(curve * rng.uniform(0, 0.35))
    tug = rng.uniform(0, 0.035) * rng.choice([-1, 0, 1]) * (style == 0)
    names, columns = [*names, "rot", "x"], [*columns, columns[0] * tug, columns[0] * tug * 0.4]
    longest = max(map(len, columns))
    return names, np.column_stack([np.pad(column, (0, longest - len(column)), mode="edge") for column in columns])


def _visible(plan: Plan, start: float, part: str, points: np.ndarray) -> np.ndarray:
    """Which points (at rest) are in the picture and uncovered."""
    layers, size = plan.layers(int(start * RATE)), np.array([plan.camera.width, plan.camera.height])
    place = [name for name, _, _ in layers].index(part)
    above = [layer for layer in layers[place + 1 :] if not layer[0].startswith(("lump", "shadow"))]
    return np.array([bool(np.all(abs(p / size - 0.5) < 0.485)) and not covered(p, above) for p in points])


def _row(plan: Plan, start: float, limbs: list[str], names: list[str], samples: np.ndarray) -> Row | None:
    """The truth of a movement, or None when it is not that of a jerk or twitch."""
    paths = plan.paths(start, names, samples, [part for limb in limbs for part in limb_parts(limb)])
    far = {part: np.linalg.norm(path - path[0], axis=-1) for part, path in paths.items()}
    top = {part: values.max(0) for part, values in far.items()}
    seen = {part: top[part] * _visible(plan, start, part, path[0]) for part, path in paths.items()}
    hidden = max(values.max() for values in seen.values()) < plan.sensor.smallest
    best = top if hidden else seen
    part = max(best, key=lambda name: best[name].max())
    point = int(np.argmax(best[part]))
    curve, size = far[part][:, point], best[part][point]
    peak, onset, remains = int(np.argmax(curve)), int(np.argmax(curve > 0.1 * size)), curve[-1] / size
    if not 0.03 <= (peak - onset) / RATE <= 0.15 or 0.72 < remains < 0.82:
        return None
    away = np.linalg.norm(paths[part][:, point] - paths[part][-1, point], axis=-1)
    end = max(peak, int(np.max(np.flatnonzero(away > 0.1 * size), initial=0)) + 1)
    end = min(end, plan.count - 1 - int(start * RATE))
    kind = "dont_care" if hidden else "twitch" if remains > 0.8 else "jerk"
    moving = [path[0] for name, path in paths.items() if top[name].max() >= 0.5 * size]
    ends = [(p[k] / (plan.camera.width, plan.camera.height)).round(4).tolist() for p in moving for k in (0, 5)]
    return Row(start + onset / RATE, (end - onset) / RATE, kind, ",".join(limbs), float(size), ends)


def jerk(plan: Plan, start: float, limbs: list[str], size: float, kind: str = "", pace: float = 1.0) -> None:
    """Throw the limbs so that their farthest point moves `size` pixels (less when its joints do not allow it)."""
    kind = kind or str(plan.rng.choice([*RETURNS, "stay"], p=[0.31, 0.21, 0.15, 0.13, 0.16, 0.04]))
    for _ in range(8):
        names, unit = _throw(plan, start, limbs, kind, pace)
        scale = 0.2
        for _ in range(4):
            paths = plan.paths(start, names, unit[::6] * scale, [part for limb in limbs for part in limb_parts(limb)])
            now = max(np.linalg.norm(path - path[0], axis=-1).max() for path in paths.values())
            scale = min(scale * size / max(now, 1e-6), 1.1)
        row = _row(plan, start, limbs, names, unit * scale)
        if row is not None:
            plan.add(start, names, unit * scale)
            plan.rows.append(row)
            return


def train(plan: Plan, start: float, length: float, hertz: float) -> None:
    """A train or cluster: jittered times, growing or fading sizes, the same or changing limbs."""
    rng, time, turn, width = plan.rng, start, 0, plan.camera.width
    habit = str(rng.choice(["same", "alternating", "multifocal"], p=[0.45, 0.25, 0.3]))
    limbs, size, jitter, grow = pick_limbs(rng), pick_size(rng, width), rng.uniform(0.05, 0.45), rng.normal(0, 0.5)
    other = [limb.replace("left", "#").replace("right", "left").replace("#", "right") for limb in limbs]
    kinds = RETURNS if hertz < 1.2 else ("tone", "gravity", "tone")
    while time < min(start + length, plan.seconds - 0.8):
        if habit == "multifocal" and rng.random() < 0.7:
            limbs = pick_limbs(rng)
        now = np.clip(size * np.exp(rng.normal(0, 0.3) + grow * (time - start) / length), 1, 0.09 * width)
        chosen = other if habit == "alternating" and turn % 2 else limbs
        jerk(plan, time, chosen, float(now), str(rng.choice(kinds)), float(np.clip(1.3 / hertz, 0.3, 1.0)))
        time, turn = time + max(np.exp(rng.normal(0, jitter)) / hertz, 0.11), turn + 1
