"""Conditions in which the sleeping body does something other than jerk, with and without jerks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.synthetic.draft import Draft
    from detector.synthetic.recipe import MotionKind

__all__ = ["CONDITIONS", "NEGATIVE"]


def _shaking(draft: Draft) -> None:
    now = 2.0
    while now < draft.camera.duration_s - 3:
        length = draft.between(0.8, 4.0)
        draft.motion("tremor", now, length, (1.0, 5.0), limb=draft.pick(draft.limbs), rate_hz=draft.between(6, 10),
                     irregularity=draft.between(0.05, 0.4))  # fmt: skip
        now += length + draft.between(2, 6)


def _trembling(draft: Draft) -> None:
    now = draft.between(1, 3)
    while now < draft.camera.duration_s - 2:
        length, rate_hz = draft.between(0.6, 6), draft.log_between(4, 12)
        for limb in draft.some(draft.pick((1, 1, 2))):
            draft.motion("tremor", now, length, (1, 8), limb=limb, rate_hz=rate_hz, irregularity=draft.between(0, 0.6))
        now += length + draft.between(0.8, 5)


def _tremor_and_jerks(draft: Draft) -> None:
    now = 2.0
    while now < draft.camera.duration_s - 5:
        length = draft.between(1, 3)
        draft.motion("tremor", now, length, (1.0, 3.5), limb=draft.pick(draft.limbs), rate_hz=draft.between(6, 10))
        now += length + draft.between(1.0, 2.0)
        draft.jerks.append(draft.jerk(now, draft.some(1), draft.amplitude(6, 22)))
        now += draft.between(1.5, 3)


def _suck(draft: Draft, kind: Literal["suck", "chew"]) -> None:
    draft.restart(size=(0.5, 1.1))
    draft.change("sleeper", posture=draft.pick(("supine", "side")))
    draft.motion(kind, 1.5, draft.camera.duration_s - 2.5, (1.5, 5.0), limb="head", rate_hz=draft.between(1.4, 2.6),
                 irregularity=draft.between(0.03, 0.1) if kind == "suck" else draft.between(0.2, 0.45))  # fmt: skip


def _sucking(draft: Draft) -> None:
    _suck(draft, "suck")


def _chewing(draft: Draft) -> None:
    _suck(draft, "chew")


def _sucking_and_jerks(draft: Draft) -> None:
    _suck(draft, draft.pick(("suck", "chew")))
    draft.singles(5, 25)


def _rolling(draft: Draft) -> None:
    limb, rate_hz, now = draft.pick(("head", "body")), draft.log_between(0.4, 2.2), draft.between(1, 4)
    while now < draft.camera.duration_s - 3:
        length = draft.between(2, 10)
        draft.motion("roll", now, length, (3, 30), limb=limb, rate_hz=rate_hz, irregularity=draft.between(0, 0.4))
        now += length + draft.between(1, 5)


def _gross(draft: Draft) -> None:
    now = draft.between(2, 6)
    while now < draft.camera.duration_s - 4:
        length = draft.between(3, 9)
        draft.motion(draft.pick(("gross", "gross", "arousal")), now, length, (15, 50), rate_hz=draft.between(0.5, 1.1))
        now += length + draft.between(5, 9)


def _gross_and_jerks(draft: Draft) -> None:
    begin, length = draft.between(8, 14), draft.between(3, 7)
    draft.motion("gross", begin, length, (15, 50), rate_hz=draft.between(0.5, 1.1))
    draft.singles(5, 25)
    draft.keep_jerks_outside(begin - 0.7, begin + length + 0.5)


def _slow_movements(draft: Draft) -> None:
    now = 2.0
    while now < draft.camera.duration_s - 4:
        kind: MotionKind = draft.pick(("stretch", "stretch", "head_turn"))
        limb = "head" if kind == "head_turn" else draft.pick((*draft.limbs, "body"))
        length = draft.between(0.9, 3.5)
        draft.motion(kind, now, length, (6, 40), limb=limb)
        now += length + draft.between(1.5, 4)


def _fidget(draft: Draft, pause: tuple[float, float]) -> list[tuple[float, float]]:
    """Plant bouts of aimless movement of single limbs and return the start and end of each."""
    bouts, now = [], draft.between(1.5, 4)
    while now < draft.camera.duration_s - 4:
        length = draft.between(1.5, 6)
        draft.motion("fidget", now, length, (4, 30), limb=draft.pick(draft.limbs), rate_hz=draft.log_between(0.4, 2.5))
        bouts.append((now, now + length))
        now += length + draft.between(*pause)
    return bouts


def _fidgeting(draft: Draft) -> None:
    _fidget(draft, (0.5, 4))


def _fidgeting_and_jerks(draft: Draft) -> None:
    draft.singles(5, 25, gap=(1.8, 4.0))
    for begin_s, end_s in _fidget(draft, (3, 7)):
        draft.keep_jerks_outside(begin_s - 0.6, end_s + 0.4)


def _startles(draft: Draft) -> None:
    now = 3.0
    while now < draft.camera.duration_s - 3:
        draft.motion("startle", now, draft.between(1.2, 2.5), (15, 45))
        now += draft.between(4, 8)


def _during_slow_movement(draft: Draft) -> None:
    now = 2.0
    while now < draft.camera.duration_s - 4:
        length, limb = draft.between(2.0, 3.5), draft.pick(draft.limbs)
        draft.motion("stretch", now, length, (10, 40), limb=limb)
        moment = now + draft.between(0.15, 0.7) * length
        draft.jerks.append(draft.jerk(moment, (limb,), draft.amplitude(6, 22), draft.pick(("full", "fast", "rebound"))))
        now += length + draft.between(1.0, 3.0)


CONDITIONS: dict[str, Callable[[Draft], None]] = {
    "during_slow_movement": _during_slow_movement,
    "tremor_and_jerks": _tremor_and_jerks,
    "sucking_and_jerks": _sucking_and_jerks,
    "gross_and_jerks": _gross_and_jerks,
    "fidgeting_and_jerks": _fidgeting_and_jerks,
    "slow_movements": _slow_movements,
    "fidgeting": _fidgeting,
    "startles": _startles,
    "tremor": _shaking,
    "trembling": _trembling,
    "sucking": _sucking,
    "chewing": _chewing,
    "rolling": _rolling,
    "gross": _gross,
}

NEGATIVE = frozenset(
    {"slow_movements", "fidgeting", "startles", "tremor", "trembling", "sucking", "chewing", "rolling", "gross"}
)
