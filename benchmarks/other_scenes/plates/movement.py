"""What is no jerk: breathing, slow and gross movement, rhythms, a twitch that does not come back at once."""

from __future__ import annotations

import numpy as np

from benchmarks.other_scenes.plates.curves import RATE, begin_and_end, minimum_jerk, smoothstep, wander
from benchmarks.other_scenes.plates.plan import ALL, Move, Plan, Row, group_of
from benchmarks.other_scenes.plates.sleeper import LIMBS

Array = np.ndarray
RHYTHMS = ("suck", "chew", "pat", "tremor", "rock")


def breathe(plan: Plan) -> None:
    """Swell and shift the trunk, with a pause or a sigh in some clips."""
    rng, camera, rig, seconds = plan.rng, plan.scene.camera, plan.scene.rig, plan.seconds
    n, hz, size = rig.samples, rng.uniform(0.35, 0.95), float(np.exp(rng.uniform(np.log(0.25), np.log(2.0))))
    size = size * camera.scale * min(1.3, plan.scene.sleeper.layout.length / camera.height)
    phase = 2 * np.pi * np.cumsum(hz * (1 + 0.15 * wander(rng, max(2, int(seconds / 2)), n))) / 1000
    phase = phase + rng.uniform(0, 6)
    depth = 1 + 0.3 * wander(rng, max(2, int(seconds / 3)), n)
    t = np.arange(n)
    if rng.random() < 0.25:
        begin, length = int(rng.uniform(2, seconds - 4) * 1000), int(rng.uniform(3, 7) * 1000)
        still = smoothstep((t - begin) / 500.0) * (1 - smoothstep((t - begin - length) / 700.0))
        depth = depth * (1 - still * 0.95)
        plan.told["breath_pause"] = begin / RATE
    course = ((0.5 - 0.5 * np.cos(phase)) ** 0.8) * depth
    if rng.random() < 0.25:
        begin = rng.uniform(2, seconds - 4)
        since = t / RATE - begin
        course = course + 1.6 * smoothstep(since / 0.9) * (1 - smoothstep((since - 0.9) / 1.4))
        plan.told["sigh"] = round(begin, 2)
    course, share = course.astype(np.float32), rng.uniform(0, 1)
    shifted, swollen = size * share, size * (1 - share) / rig.breath_radius * 1.3
    plan.put({"breath_t": shifted, "breath_s": swollen}, course, 0)
    plan.told |= {"breath_hz": round(float(hz), 2), "breath_px": round(size, 2)}


def slow(plan: Plan) -> None:
    """Move a part slowly there and back."""
    rng = plan.rng
    for _ in range(10):
        move = plan.any_part(rng.uniform(3, 30) * plan.scene.camera.scale)
        if not move:
            continue
        there, hold, back = rng.uniform(0.6, 2.2), rng.uniform(0, 1.5), rng.uniform(0.7, 2.5)
        begin, length = rng.uniform(0.6, plan.seconds - 3), there + hold + back
        if not plan.free(begin, min(begin + there + hold + back, plan.seconds - 0.5), [group_of(move.part)]):
            continue
        t = np.arange(int(length * 1000) + 50) / RATE
        course = (minimum_jerk(t / there) - minimum_jerk((t - there - hold) / back)).astype(np.float32)
        plan.put(move.values, course, begin)
        plan.busy.append((begin, begin + there + hold + back, group_of(move.part)))
        first, last = begin_and_end(course)
        plan.rows.append(Row(begin + first, last - first, "slow", move.part, move.amplitude))
        return


def twitch(plan: Plan) -> None:
    """Move a part fast, and back only seconds later and slowly."""
    rng = plan.rng
    for _ in range(10):
        move = plan.any_part(float(np.exp(rng.uniform(np.log(2), np.log(25)))) * plan.scene.camera.scale)
        if not move:
            continue
        rise, begin = rng.uniform(0.05, 0.18), rng.uniform(0.8, plan.seconds - 2)
        hold, back = rng.uniform(2.5, 5), rng.uniform(1.2, 3)
        group, latest = group_of(move.part), plan.seconds - 0.5
        if not plan.free(begin, min(latest, begin + rise + hold + back), [group], 0.5):
            continue
        course = minimum_jerk(np.arange(int((rise + 0.05) * 1000)) / RATE / rise).astype(np.float32)
        plan.put(move.values, course, begin)
        first, _ = begin_and_end(course)
        plan.rows.append(Row(begin + first, rise - first, "twitch", move.part, move.amplitude))
        again = begin + rise + hold
        undone = -minimum_jerk(np.arange(int(back * 1000) + 2) / RATE / back).astype(np.float32)
        plan.put(move.values, undone, again)
        plan.busy.append((begin, again + back, group))
        if again + 0.3 < plan.seconds:
            plan.rows.append(Row(again + 0.1 * back, 0.8 * back, "slow", move.part, move.amplitude))
        return


def _between(t: Array, length: float, edge: float) -> Array:
    """Level 1 with soft edges."""
    return smoothstep(t / edge) * (1 - smoothstep((t - length + edge) / edge))


def gross(plan: Plan) -> None:
    """Move the whole body for seconds, and limbs with it."""
    rng, scene = plan.rng, plan.scene
    for _ in range(10):
        length = rng.uniform(2, min(9, plan.seconds / 3))
        begin = rng.uniform(0.6, plan.seconds - length - 0.6)
        if not plan.free(begin, begin + length, [ALL], 0.4):
            continue
        n = int(length * 1000) + 2
        inside = _between(np.arange(n) / RATE, length, 0.8)
        size = rng.uniform(3, 14) * scene.camera.scale
        turn = size / (0.5 * scene.sleeper.layout.length)
        for values in ({"gross_t": size}, {"gross_r": turn}):
            course = wander(rng, max(3, int(length * 0.8)), n) * inside
            plan.put(values, course.astype(np.float32), begin)
        for part in (*LIMBS, "head"):
            move = plan.aim(part, rng.uniform(2, 12) * scene.camera.scale)
            if move and rng.random() < 0.75:
                course = 0.6 * (wander(rng, max(3, int(length * 1.6)), n) * inside)
                plan.put(move.values, course.astype(np.float32), begin)
        plan.busy.append((begin, begin + length, ALL))
        plan.rows.append(Row(begin + 0.15, length - 0.3, "gross", "body", 1.5 * size))
        return


def _rhythm(plan: Plan, kind: str) -> tuple[float, Move] | None:
    """Rate and movement of a rhythm."""
    rng, camera = plan.rng, plan.scene.camera
    if kind in ("suck", "chew"):
        hz = rng.uniform(1.5, 2.6) if kind == "suck" else rng.uniform(0.8, 1.4)
        size = rng.uniform(1, 3) * camera.scale * min(1, plan.scene.sleeper.layout.length / camera.height)
        return hz, Move("jaw", {"jaw": size}, size, np.zeros((0, 2)))
    if kind == "rock":
        hz, size = rng.uniform(0.5, 1.1), rng.uniform(2, 6) * camera.scale
        return hz, Move("body", {"gross_t": size}, size, np.zeros((0, 2)))
    hz = rng.uniform(6, 10) if kind == "tremor" else rng.uniform(1.5, 3)
    size = (rng.uniform(0.4, 1.3) if kind == "tremor" else rng.uniform(3, 12)) * camera.scale
    move = plan.any_part(size)
    return (camera.fps / 3 if hz > camera.fps / 2.5 else hz, move) if move else None


def rhythm(plan: Plan) -> None:
    """Suck, chew, pat, tremble or rock for seconds."""
    rng, kind = plan.rng, str(plan.rng.choice(RHYTHMS))
    for _ in range(15):
        length = rng.uniform(2.5, 7)
        begin = rng.uniform(0.6, plan.seconds - length - 0.6)
        drawn = _rhythm(plan, kind)
        if not drawn:
            continue
        hz, move = drawn
        group = ALL if move.part == "body" else group_of(move.part)
        if not plan.free(begin, begin + length, [group]):
            continue
        t = np.arange(int(length * 1000) + 2) / RATE
        phase = 2 * np.pi * hz * t + 0.4 * np.sin(2 * np.pi * 0.3 * t + rng.uniform(0, 6))
        swing = np.sin(phase) if kind == "tremor" else 0.5 - 0.5 * np.cos(phase)
        plan.put(move.values, (_between(t, length, 0.5) * swing).astype(np.float32), begin)
        plan.busy.append((begin, begin + length, group))
        plan.rows.append(Row(begin + 0.1, length - 0.2, "rhythmic", move.part, move.amplitude))
        return
