"""When, where and how large the jerks of a clip are to be."""

import numpy as np

from benchmarks.other_scenes.puppets.jerks import Wish, limb_of
from benchmarks.other_scenes.puppets.plan import Plan
from benchmarks.other_scenes.puppets.score import Row

Rng = np.random.Generator
Array = np.ndarray
Parts = tuple[tuple[str, str], ...]
LEAD = 1.0


def size(rng: Rng, width: int) -> float:
    """A size in pixels: a quarter 1-3, a quarter 3-6, half 6-60, at 640 pixels of width."""
    low, high = [(1, 3), (3, 6), (6, 18), (12, 60)][rng.choice(4, p=[0.15, 0.2, 0.33, 0.32])]
    return float(np.exp(rng.uniform(np.log(low), np.log(high)))) * width / 640


def part(rng: Rng, scale: float, pixels: float, sides: dict[str, float]) -> tuple[str, str]:
    """A part that can move so far (pixels at a scale of pixels per metre), on a limb that is seen."""
    metres = pixels / scale
    limbs = list(sides)
    shares = np.array([sides[limb] ** 2 + 0.01 for limb in limbs])
    limb = limbs[rng.choice(len(limbs), p=shares / shares.sum())]
    if limb == "head":
        return "", "head"
    side, kind = limb.split("_")
    whole = {"arm": ["arm", "forearm"], "leg": ["leg", "shank"]}[kind]
    small = {"arm": ["hand", "hand"], "leg": ["foot", "foot"]}[kind]
    return side, str(rng.choice(whole + small if metres < 0.03 else whole))


def parts(rng: Rng, scale: float, pixels: float, sides: dict[str, float]) -> Parts:
    """One part, or several limbs at once."""
    found = {}
    for _ in range(1 if rng.random() < 0.75 else int(rng.integers(2, 5))):
        side, name = part(rng, scale, pixels, sides)
        found[limb_of(side, name)] = (side, name)
    return tuple(found.values())


def clear(moment: float, seconds: float, rows: list[Row]) -> bool:
    """Whether a moment keeps away from gross movement and handling."""
    masks = [r for r in rows if r.kind in ("gross", "handling")]
    return not any(r.onset - 1.5 < moment < r.end + 0.7 for r in masks) and LEAD < moment < seconds - 1.5


def train(
    rng: Rng, plan: Plan, scale: float, sides: dict[str, float], rows: list[Row], others: list[Wish]
) -> list[Wish]:
    """A train of jerks: same limbs or changing ones, sizes varying around one."""
    rate, count = float(np.exp(rng.uniform(np.log(0.8), np.log(6)))), int(rng.integers(3, 21))
    centre, steady = size(rng, plan.size[0]), rng.random() < 0.6
    kept = parts(rng, scale, centre, sides)
    length = min(count / rate, 0.6 * plan.seconds)
    starts = rng.uniform(LEAD, max(plan.seconds - 1.5 - length, LEAD + 0.5), 30)
    free = [s for s in starts if all(w.start < s - 1.0 or w.start > s + length + 1.5 for w in others)]
    if not free:
        return []
    moment = free[0]
    found = []
    for _ in range(count):
        pixels = min(max(centre * np.exp(rng.normal(0, 0.35)), 1.0), 0.12 * scale)
        chosen = kept if steady else parts(rng, scale, pixels, sides)
        quick = min(rng.uniform(0.03, 0.16), 0.4 / rate)
        shape = str(rng.choice(["loose", "braked", "snap", "snap", "held"])) if rate < 2.5 else "snap"
        if clear(moment, plan.seconds, rows):
            found.append(Wish(moment, chosen, pixels, quick, shape))
        moment += max(1 / rate * np.exp(rng.normal(0, 0.15)), 0.16)
    return found


def draw(rng: Rng, plan: Plan, scale: float, sides: dict[str, float], rows: list[Row]) -> list[Wish]:
    """All jerks of a clip in order, those of one limb far enough apart."""
    found: list[Wish] = []
    for _ in range(plan.trains):
        found += train(rng, plan, scale, sides, rows, found)
    for _ in range(plan.singles):
        pixels = min(size(rng, plan.size[0]), rng.uniform(0.06, 0.14) * scale)
        moments = [m for m in rng.uniform(LEAD, plan.seconds - 1.5, 20) if clear(m, plan.seconds, rows)]
        apart = [m for m in moments if all(abs(m - w.start) > 0.8 for w in found)]
        shape = str(rng.choice(["loose", "braked", "braked", "snap", "snap", "held", "steps", "stay"]))
        if apart:
            found.append(Wish(apart[0], parts(rng, scale, pixels, sides), pixels, rng.uniform(0.03, 0.22), shape))
    last: dict[str, float] = {}
    kept = []
    for wish in sorted(found, key=lambda w: w.start):
        limbs = {limb_of(*p) for p in wish.parts}
        if all(wish.start - last.get(limb, -9) > 0.155 for limb in limbs):
            kept.append(wish)
            last |= dict.fromkeys(limbs, wish.start)
    return kept
