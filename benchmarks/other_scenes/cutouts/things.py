"""Other things that move: caregiver, pet, toy, cord, insect, dust, mobile, shadows and headlights, lamp and camera."""

import numpy as np

from benchmarks.other_scenes.cutouts.paint import cloth, cut, plain, shadow, skin
from benchmarks.other_scenes.cutouts.plan import Plan, Row, Thing
from benchmarks.other_scenes.cutouts.pulses import RATE, pulse, smooth, wander
from benchmarks.other_scenes.cutouts.stage import Sprite


def _when(plan: Plan, low: float, high: float) -> tuple[float, float, slice, int]:
    """Random start and length, their samples and how many."""
    length = min(plan.rng.uniform(low, high), plan.seconds - 2)
    start = plan.rng.uniform(0.5, plan.seconds - length - 0.5)
    first = int(start * RATE)
    return start, length, slice(first, first + int(length * RATE)), int(length * RATE)


def _enter(plan: Plan, thing: Thing, start: float, length: float, arm: float = 0.0, kind: str = "distractor") -> None:
    """Add a thing; its row tells how far its middle (and, by turning, an arm of it) goes."""
    plan.things.append(thing)
    part = thing.track[int(start * RATE) : int((start + length) * RATE)]
    far = np.hypot(*(part[:, :2] - part[0, :2]).T) + arm * np.abs(part[:, 2] - part[0, 2])
    plan.rows.append(Row(start, length, kind, "none", float(far.max() * (thing.on_screen or plan.camera.scale))))


def _edge(plan: Plan, inset: float) -> tuple[float, float]:
    """A place on the sheet near a side of the picture."""
    side, along = plan.rng.integers(4), plan.rng.uniform(0.15, 0.85)
    return plan.camera.spot(*[(inset, along), (1 - inset, along), (along, inset), (along, 1 - inset)][side])


def _flicks(plan: Plan, part: slice, gap: float) -> np.ndarray:
    """Quick throws that come back, like jerks (a tail, a plucked cord)."""
    rng, out, first = plan.rng, np.zeros(plan.count), part.start + 50
    while first < part.stop - 300:
        flick = pulse(rng, str(rng.choice(["tone", "gravity", "slow"])), 0.12, 0.8)[: plan.count - first]
        out[first : first + len(flick)] += (flick - flick[-1] * smooth(len(flick))) * rng.uniform(-1, 1)
        first += int((rng.exponential(gap) + 0.15) * RATE)
    return out


def hand(plan: Plan) -> None:
    """A caregiver's hand comes in, rests, pats or rocks, and leaves."""
    rng, start = plan.rng, plan.free(6.0)
    if start is None:
        return
    rods = [(-6, 0, 0, 0, 0.45, 0.2), (0, 0, 0.35, 0, 0.22, 0.27), (0.1, 0.1, 0.5, 0.5, 0.09, 0.07)]
    rods += [(0.45, 0.14 * k, 0.9 - 0.05 * k * k, 0.2 * k, 0.075, 0.06) for k in (-1.5, -0.5, 0.5, 1.5)]
    (x0, y0), (x1, y1), deed = _edge(plan, -0.5), rng.normal(0, 0.35, 2), rng.integers(3)
    first, n, go = int(start * RATE), 6 * RATE, int(rng.uniform(0.5, 1.3) * RATE)
    near = np.concatenate([smooth(go), np.ones(n - 2 * go), 1 - smooth(go)])[: plan.count - first]
    swing = np.sin(2 * np.pi * rng.uniform(0.7, (1, 3, 1.4)[deed]) * np.arange(len(near)) / RATE)
    swing = np.convolve(swing * (near > 0.99), np.ones(60) / 60, "same")
    track = np.tile([x0, y0, np.arctan2(y1 - y0, x1 - x0), 0.0], (plan.count, 1))
    track[first : first + len(near), 0] += (x1 - x0) * near + 0.05 * swing * (deed == 2)
    track[first : first + len(near), 1] += (y1 - y0) * near
    track[first : first + len(near), 3] = 1 + 0.04 * swing * (deed == 1)
    if deed:
        plan.add(start, ["x", "y", "rot"], swing[:, None] * ((0, 0.008, 0.004) if deed == 1 else (0.05, 0, 0.02)))
    sprite = cut(plan.palette, rods, skin(rng), 0.16)
    plan.things.append(Thing("shade of hand", shadow(plan.palette, sprite, 0.1, 0.35), track, 0.2))
    _enter(plan, Thing("hand", sprite, track, 0.45), start, 6.0, 0, "handling")


def plucked(plan: Plan) -> None:
    """A cat's tail, a cord or a soft toy at the edge of the picture: swings, flicks, now and then tips over."""
    rng, kind, fur = plan.rng, int(plan.rng.integers(3)), cloth(plan.rng, 0.08, 0.9)
    (x, y), angle = _edge(plan, (0.02, 0, 0.15)[kind]), rng.uniform(0, 6.3)
    start, length, part, _ = _when(plan, 5, 12)
    tail = [(0, 0, 0.4, 0.06, 0.09, 0.08), (0.4, 0.06, 0.95, -0.05, 0.08, 0.05)]
    cord = [(0, 0, rng.uniform(0.3, 0.7), 0.06, 0.02, 0.03), (0.3, 0.03, rng.uniform(0.5, 1.4), 0, 0.02, 0.03)]
    bear = [(0, 0, 0.1, 0, 0.22, 0.2), (0.35, 0, 0.36, 0, 0.16, 0.15), (0.1, -0.3, 0.15, 0.3, 0.07, 0.07)]
    now = np.arange(plan.count) / RATE - start
    swing = np.where(now > 0, np.sin(2 * np.pi * rng.uniform(0.6, 1.3) * now) * np.exp(-now / 4), 0)
    track = np.tile([x, y, angle if kind == 2 else np.arctan2(-y, -x) + rng.normal(0, 0.6), 1.0], (plan.count, 1))
    track[:, 2] += rng.uniform(0.15, 0.7) * _flicks(plan, part, 1.8) + rng.choice([0, 0.12]) * swing
    tip = smooth(int(rng.uniform(0.12, 0.5) * RATE)) * rng.choice([0, rng.uniform(0.3, 1.5)]) * (kind == 2)
    middle = (part.start + part.stop) // 2
    track[middle:, 2] += np.pad(tip, (0, plan.count), mode="edge")[: plan.count - middle]
    if kind == 0:
        lie = np.tile([x, y, np.arctan2(y, x), 1.0], (plan.count, 1))
        lie[:, 3] += 0.012 * np.sin(2 * np.pi * rng.uniform(0.3, 0.5) * now)
        cat = [(0.35, 0, 1.1, 0, 0.42, 0.36), (1.6, 0.1, 1.65, 0.1, 0.25, 0.23), (1.6, 0.25, 1.75, 0.38, 0.09, 0.02)]
        plan.things.append(Thing("cat", cut(plan.palette, cat, fur, 0.3), lie, 0.2))
    sprite = cut(plan.palette, (tail, cord, bear)[kind], fur, (0.06, 0.02, 0.1)[kind])
    _enter(plan, Thing(("tail", "cord", "toy")[kind], sprite, track, 0.3), start, length, 0.8)


def drifter(plan: Plan) -> None:
    """A fly that walks, stops and dashes, on the bed or near the lens; or a bright speck of dust."""
    rng, dust, (start, length, part, n) = plan.rng, plan.rng.random() < 0.4, _when(plan, 2, 10)
    size = rng.uniform(0.02, 0.07)
    go = np.convolve(wander(rng, n, 1.5) > 0.3, np.ones(15) / 15, "same") * rng.uniform(0.3, 2.5)
    way = np.cumsum(np.abs(wander(rng, n, 0.5)) * wander(rng, n, 0.7)) * 6 / RATE + rng.uniform(0, 6)
    if dust:
        go, way = np.full(n, rng.uniform(0.2, 2)), rng.uniform(0, 6) + 0.5 * wander(rng, n, 0.4)
    half = size / 2
    sprite = cut(plan.palette, [(-half, 0, half, 0, half, half)], plain([0.06 + 0.9 * dust] * 3), 0.03)
    (x, y), track = plan.camera.spot(*rng.uniform(0.1, 0.9, 2)), np.zeros((plan.count, 4))
    path = np.cumsum(go[:, None] * np.column_stack([np.cos(way), np.sin(way)]), 0) / RATE + (x, y)
    track[part] = np.column_stack([path, way, np.ones(n)])
    _enter(plan, Thing(f"drifter {start}", sprite, track, 0.9 if dust else 0.25), start, length)


def mobile(plan: Plan) -> None:
    """Hanging figures circle, with a nudge now and then."""
    rng, count, radius = plan.rng, plan.rng.integers(2, 5), plan.rng.uniform(0.5, 0.9)
    x, y = plan.camera.spot(rng.uniform(0.2, 0.8), rng.uniform(-0.05, 0.25))
    nudges = np.cumsum(_flicks(plan, slice(0, plan.count), 4))
    turn = rng.normal(0, 0.8) * np.arange(plan.count) / RATE + 0.007 * nudges
    for k in range(count):
        a, bob = turn + 2 * np.pi * k / count, 0.03 * wander(rng, plan.count, 0.8)
        track = np.column_stack([x + radius * np.cos(a) + bob, y + 0.6 * radius * np.sin(a), a, np.ones(plan.count)])
        sprite = cut(plan.palette, [(-0.08, 0, 0.08, 0, 0.1, 0.06)], cloth(rng), 0.06)
        _enter(plan, Thing(f"mobile {k}", sprite, track, 1.2), 0, plan.seconds)


def shade(plan: Plan) -> None:
    """A soft shadow (curtain, branch, passer-by) or a bright sweep of headlights crosses the bed."""
    rng, bright, (start, length, part, n) = plan.rng, plan.rng.random() < 0.4, _when(plan, 1.2, 6)
    blob = cut(plan.palette, [(0, -1.5, 0, 1.5, 0.3, 0.4)], plain([1] * 3), 0.2)
    soft = shadow(plan.palette, blob, rng.uniform(0.05, 0.3), rng.uniform(0.15, 0.45) * (-1 if bright else 1))
    sprite = Sprite(soft.pixels * np.float32([1] * (soft.pixels.shape[2] - 1) + [not bright]), soft.to_units)
    a, b = (np.array(plan.camera.spot(u, rng.uniform(0, 1))) for u in (-0.5, 1.5))
    waft = 0.5 + 0.3 * wander(rng, n, 0.8) * np.sin(np.linspace(0, np.pi, n))
    u = np.linspace(0, 1, n) if rng.random() < 0.5 else waft
    track = np.zeros((plan.count, 4))
    track[part] = np.column_stack([a + (b - a) * u[:, None], np.full(n, rng.normal(0, 0.4)), np.ones(n)])
    _enter(plan, Thing("shade", sprite, track, 0.3), start, length)


def disturb(plan: Plan) -> None:
    """Lamp switched, flashing, flickering or drifting; the camera bumped; the focus hunting."""
    rng, kind = plan.rng, int(plan.rng.integers(6))
    start, length, part, n = _when(plan, *((0.6, 0.9) if kind < 3 else (2, 6)))
    now, fade, size = np.arange(n) / RATE, np.sin(np.linspace(0, np.pi, n)), 0.0
    if kind == 0:
        ramp = np.pad(smooth(int(rng.uniform(0.02, 0.3) * RATE)), (0, plan.count), mode="edge")
        plan.gain[part.start :] *= 1 + ramp[: plan.count - part.start] * rng.choice([-0.45, -0.2, 0.15, 0.3])
    elif kind == 1:
        plan.gain[part] *= 1 + rng.uniform(0.3, 1) * np.exp(-now / 0.06)
    elif kind == 2:
        size, way = rng.uniform(1, 12) * plan.camera.width / 640, rng.uniform(0, 2 * np.pi)
        ring = size * np.exp(-now / rng.uniform(0.08, 0.25)) * np.sin(2 * np.pi * rng.uniform(3, 9) * now) * fade**0.2
        plan.bump[part] += ring[:, None] * (np.cos(way), np.sin(way))
    elif kind == 3:
        plan.gain[part] *= 1 + 0.1 * fade * np.sign(wander(rng, n, 4)) * rng.uniform(0.3, 1)
    elif kind == 4:
        plan.gain[part] *= 1 + 0.25 * fade * wander(rng, n, 0.3)
    else:
        plan.blur[part] += rng.uniform(0.8, 2.5) * fade * np.abs(wander(rng, n, 0.6))
    plan.rows.append(Row(start, length, "distractor", "none", float(size), [], kind < 3))


THINGS = (plucked, plucked, plucked, drifter, mobile, shade, disturb, disturb, hand)
