"""Jerks: single ones, of several limbs at once, and trains of them."""

from __future__ import annotations

import numpy as np

from benchmarks.other_scenes.plates.curves import RATE, Pulse, begin_and_end, jerk_pulse, minimum_jerk
from benchmarks.other_scenes.plates.plan import Move, Plan, Row, group_of

Later = tuple[Move, float]


def add_jerk(plan: Plan, begin: float, move: Move, pulse: Pulse, others: list[Later], tag: str = "") -> None:
    """Add one jerk; the parts of `others` take part, each so many seconds later."""
    first, last = begin_and_end(pulse.samples)
    members = [(move, 0.0), *others]
    far, part, delay = max((m.amplitude, m.part, late) for m, late in members)
    parts = [m.part for m, _ in members]
    for m, late in members:
        plan.put(m.values, pulse.samples, begin + late)
    onset = min(begin + late + first for _, late in members)
    end = max(begin + late + last for _, late in members)
    plan.busy += [(begin, end, group_of(name)) for name in parts]
    peak = begin + delay + int(np.argmax(np.abs(pulse.samples))) / RATE
    plan.rows.append(Row(onset, end - onset, "jerk", "+".join(parts), far, part, peak, pulse.form, tag))
    if pulse.left > 0.02:
        _undo(plan, begin, end, last, members, pulse.left)


def _undo(plan: Plan, begin: float, end: float, last: float, members: list[Later], left: float) -> None:
    """After a while, slowly take back what a jerk left over."""
    row, wait, length = plan.rows[-1], plan.rng.uniform(0.5, 1.5), plan.rng.uniform(1.5, 3.5)
    back = (-left * minimum_jerk(np.arange(int(length * 1000) + 2) / RATE / length)).astype(np.float32)
    for move, late in members:
        plan.put(move.values, back, begin + late + last + wait)
        plan.busy.append((begin, end + wait + length + 0.3, group_of(move.part)))
    if left * row.amplitude > 0.5:
        since = begin + last + wait + 0.1 * length
        plan.rows.append(Row(since, 0.8 * length, "slow", row.limb, left * row.amplitude))


def _others(plan: Plan, move: Move, amplitude: float) -> list[Later]:
    """Up to three other parts that take part in a jerk of this amplitude."""
    rng, scale, others = plan.rng, plan.scene.camera.scale, []
    for _ in range(int(rng.integers(1, 4))):
        wanted = float(np.clip(amplitude * np.exp(rng.normal(-0.3, 0.4)), 1 * scale, 40 * scale))
        other = plan.any_part(wanted)
        taken = [group_of(m.part) for m in (move, *(m for m, _ in others))]
        if other and group_of(other.part) not in taken:
            others.append((other, float(rng.uniform(0, 0.09))))
    return others


def _single(plan: Plan, gap: float) -> bool:
    """Try to place one jerk at least `gap` seconds from any other."""
    rng, amplitude = plan.rng, plan.amplitude()
    move = plan.any_part(amplitude)
    if not move:
        return False
    pulse = jerk_pulse(rng, float(np.exp(rng.uniform(np.log(0.08), np.log(1.0)))))
    begin = rng.uniform(0.6, plan.seconds - 2)
    others = _others(plan, move, amplitude) if rng.random() < 0.22 else []
    length = begin_and_end(pulse.samples)[1] + 0.1
    if not plan.free(begin - 0.1, begin + length, [group_of(m.part) for m in (move, *(m for m, _ in others))]):
        return False
    if any(row.onset - gap - length < begin < row.end + gap for row in plan.jerks()):
        return False
    add_jerk(plan, begin, move, pulse, others)
    return True


def add_singles(plan: Plan, count: int, gap: float = 1.0) -> None:
    """Add so many jerks, as far as there is room."""
    for _ in range(count):
        for _ in range(20):
            if _single(plan, gap):
                break


def _train_parts(plan: Plan) -> list[Move]:
    """Draw the part of a train, or two or three that alternate."""
    rng, amplitude = plan.rng, plan.amplitude()
    count = 1 if rng.choice(["same", "alt"]) == "same" else int(rng.integers(2, 4))
    moves: list[Move] = []
    for _ in range(count * 3):
        move = plan.any_part(amplitude * (float(np.exp(rng.normal(0, 0.3))) if moves else 1))
        if move and group_of(move.part) not in [group_of(m.part) for m in moves]:
            moves.append(move)
        if len(moves) == count:
            break
    return moves


def _fill_train(plan: Plan, moves: list[Move], begin: float, hz: float, count: int) -> None:
    """Add the jerks of a train, of uneven size and distance; some swing to both sides."""
    rng, scale = plan.rng, plan.scene.camera.scale
    longest = min(1.0, 0.82 / hz * rng.uniform(0.6, 1))
    to_both, t = rng.random() < 0.35, begin
    form = str(rng.choice(["fast", "fast", "rebound", "slowret", "elastic"]))
    for i in range(count):
        in_turn = rng.random() < 0.85 or len(moves) == 1
        move = moves[i % len(moves)] if in_turn else moves[rng.integers(len(moves))]
        gain = min(float(np.exp(rng.normal(0, 0.25))), max(1, 0.95 * 40 * scale / move.amplitude))
        gain = max(gain, 1.0 * scale / move.amplitude)
        side = -1 if to_both and i % 2 else 1
        move = plan.scaled(move, gain * side) or plan.scaled(move, side) or move
        pulse = jerk_pulse(rng, max(0.06, longest * rng.uniform(0.8, 1)), form)
        add_jerk(plan, t, move, pulse, [], f"train{hz:.1f}")
        step = 1 / hz * float(np.exp(rng.normal(0, 0.12)))
        t += max(step, begin_and_end(pulse.samples)[1] + 0.01, 0.14 if hz > 5 else 0.15)
        if t > plan.seconds - 1.3:
            break


def add_train(plan: Plan) -> None:
    """Add 3 to 12 jerks at 0.5 to 6 Hz, if there is room."""
    rng = plan.rng
    for _ in range(20):
        hz, count = float(np.exp(rng.uniform(np.log(0.5), np.log(6)))), int(rng.integers(3, 13))
        count = min(count, int(max(3, 9 * hz)))
        if count / hz > 0.6 * plan.seconds:
            continue
        moves = _train_parts(plan)
        if not moves:
            continue
        begin = rng.uniform(0.6, max(0.7, plan.seconds - 1.5 - count / hz))
        free = plan.free(begin - 0.2, begin + count / hz + 0.5, [group_of(move.part) for move in moves])
        if free and not any(begin - 1.2 < row.onset < begin + count / hz + 1 for row in plan.jerks()):
            _fill_train(plan, moves, begin, hz, count)
            return
