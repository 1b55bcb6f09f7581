"""Which disturbances a clip has, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.plates import effects, visitors
from benchmarks.other_scenes.plates.plan import ALL, Plan, Row

if TYPE_CHECKING:
    from benchmarks.other_scenes.plates.effects import Effect

KINDS: dict[str, type[Effect]] = {
    "light_step": effects.LightStep, "headlight": effects.Headlight, "exposure": effects.Exposure,
    "focus": effects.Focus, "bump": effects.Bump, "drift": effects.Drift, "insect": visitors.Insect,
    "curtain": visitors.Curtain, "toy": visitors.Toy, "clock": effects.Clock, "pet": visitors.Pet,
    "shadow": effects.Shadow, "dust": visitors.Dust, "repeat": effects.Repeat, "handling": visitors.Hand,
}  # fmt: skip
MILD = ("clock", "insect", "exposure", "headlight", "shadow", "dust", "toy", "drift", "curtain", "light_step", "repeat")
ANY = (*MILD, "handling", "pet", "bump", "focus")
STARTS = {"clock": 0.0, "toy": 0.5, "dust": 0.5, "drift": 0.5}
SPOILS = ("bump", "repeat", "light_step", "focus")  # kept away from jerks


def _lengths(rng: np.random.Generator, seconds: float) -> dict[str, float]:
    """Seconds that each kind would last."""
    bounds = {"headlight": (1, 3), "exposure": (3, 8), "focus": (1, 3), "bump": (0.3, 0.9), "insect": (2, 6),
              "curtain": (5, 10), "pet": (4, 9), "shadow": (1, 5), "handling": (3, 7)}  # fmt: skip
    lengths = {kind: rng.uniform(*bound) for kind, bound in bounds.items()}
    lengths |= {"light_step": 1.0, "repeat": 0.3, "clock": seconds}
    return lengths | dict.fromkeys(("drift", "toy", "dust"), seconds - 1)


def _begin(plan: Plan, kind: str, length: float, *, spare: bool) -> float | None:
    """When a disturbance begins; None if there is no room."""
    for _ in range(12):
        begin = STARTS.get(kind)
        if begin is None:
            begin = plan.rng.uniform(0.6, max(0.61, plan.seconds - length - 0.5))
        end = begin + length
        if kind == "handling" and not plan.free(begin, end, [ALL], 0.4):
            continue
        near = any(row.onset - 0.4 < end and row.end + 0.4 > begin for row in plan.jerks())
        if spare and kind in SPOILS and near:
            continue
        if kind == "bump" and not plan.free(begin, end, [ALL], 0.2):
            continue
        return begin
    return None


def disturb(plan: Plan, kinds: tuple[str, ...], count: int, *, spare: bool) -> None:
    """Add so many disturbances; with `spare`, what spoils pictures keeps away from jerks."""
    rng, camera = plan.rng, plan.scene.camera
    for drawn in rng.choice(kinds, size=min(count, len(kinds)), replace=False):
        kind = "insect" if drawn == "dust" and not camera.infrared else str(drawn)
        length = _lengths(rng, plan.seconds)[kind]
        length = length if kind == "clock" else min(length, plan.seconds - 1.2)
        begin = _begin(plan, kind, length, spare=spare)
        if begin is None:
            continue
        if kind in ("handling", "bump"):
            plan.busy.append((begin, begin + length, ALL))
        own = np.random.default_rng(int(rng.integers(1 << 30)))
        effect = KINDS[kind](kind, begin, begin + length, plan.scene, own)
        plan.effects.append(effect)
        told = "handling" if kind == "handling" else "distractor"
        plan.rows.append(Row(begin, length, told, "", effect.amplitude))
