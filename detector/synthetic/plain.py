"""Conditions of the sleeper alone: how jerks go, how they are filmed, and what else a sleeping body does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.synthetic.draft import Draft, Order
    from detector.synthetic.recipe import MotionKind

__all__ = ["CONDITIONS", "NEGATIVE", "mixed_jerks"]


def mixed_jerks(draft: Draft, low: float = 3.0, high: float = 25.0) -> None:
    """Plant a train and single jerks, or single jerks alone: the ordinary night."""
    begin = 1.5
    if draft.rng.random() < 0.5:
        count, pace = int(draft.rng.integers(3, 9)), draft.pace(1, 4)
        order: Order = draft.pick(("same", "changing", "alternating"))
        begin = draft.train(draft.between(2, 4), count, pace, (low, high), order=order) + 2.5
    draft.singles(low, high, begin_s=begin)


def _clean_infrared(draft: Draft) -> None:
    draft.restart(look="infrared")
    mixed_jerks(draft)


def _low_light(draft: Draft) -> None:
    draft.restart(look="dim")
    draft.change(
        "sensor", read=draft.between(4, 10), shot=draft.between(0.1, 0.4), grain_px=draft.pick((0.0, 0.6, 1.0))
    )
    mixed_jerks(draft, 5, 28)


def _small_amplitude(draft: Draft) -> None:
    draft.restart(size=(0.6, 1.1))
    draft.singles(1.5, 4.0, "full", gap=(2.0, 4.0))


def _dense_trains(draft: Draft) -> None:
    draft.change("camera", fps=draft.pick((25.0, 30.0, 30.0)))
    draft.trains((3.0, 8.0 if draft.camera.fps > 26 else 6.0), 4, 22, jitter=draft.between(0.03, 0.2))


def _single_jerks(draft: Draft) -> None:
    draft.singles(3, 30, gap=(2.2, 5.0))


def _incomplete_return(draft: Draft) -> None:
    draft.singles(4, 25, "incomplete", gap=(2.0, 4.5))


def _creeping(draft: Draft) -> None:
    draft.trains((0.7, 3.0), 4, 16, shape="creeping")


def _slow_return(draft: Draft) -> None:
    draft.singles(4, 25, draft.pick(("slow", "slow", "steps")), gap=(1.8, 4.5))


def _alternating(draft: Draft) -> None:
    draft.trains((1.0, 5.0), 4, 22, order="alternating")


def _wide_view(draft: Draft) -> None:
    draft.restart(size=(0.2, 0.33))
    mixed_jerks(draft, 8, 34)


def _hand_or_foot_only(draft: Draft) -> None:
    draft.restart(size=(0.5, 1.1))
    draft.singles(4, 16, "full", part="end", gap=(2.0, 4.0), several=0.05)


def _under_cloth(draft: Draft, kind: str, coupling: tuple[float, float], spread: tuple[float, float]) -> None:
    draft.restart(size=(0.5, 1.1))
    grey = draft.between(60, 190) * (0.5 if draft.look == "dim" else 1.0)
    draft.change("sleeper", cover=kind, cover_grey=grey, cover_coupling=draft.between(*coupling),
                 cover_spread=draft.between(*spread), cover_texture=draft.texture(),
                 cover_contrast=draft.log_between(0.03, 0.25))  # fmt: skip


def _blanket(draft: Draft) -> None:
    _under_cloth(draft, "blanket", (0.4, 0.9), (0.03, 0.08))
    draft.change("sleeper", cover_from=draft.pick((-0.22, -0.1, 0.02)))
    mixed_jerks(draft, 7, 32)


def _swaddle(draft: Draft) -> None:
    _under_cloth(draft, "swaddle", (0.35, 0.8), (0.04, 0.09))
    arm, leg = (
        (draft.between(8, 20), draft.between(-70, -5), 0.0),
        (draft.between(20, 45), draft.between(-95, -50), 10.0),
    )
    draft.change("sleeper", arms_deg=arm + arm, legs_deg=leg + leg, posture="supine")
    mixed_jerks(draft, 7, 30)


def _low_fps(draft: Draft) -> None:
    draft.change("camera", fps=draft.pick((10.0, 12.5, 15.0)))
    mixed_jerks(draft, 4, 25)


def _high_fps(draft: Draft) -> None:
    draft.change("camera", fps=draft.pick((50.0, 60.0)), duration_s=20.0)
    mixed_jerks(draft)


def _variable_fps(draft: Draft) -> None:
    draft.change("camera", jitter=draft.between(0.1, 0.4), wander=draft.between(0, 0.4),
                 drop_share=draft.between(0, 0.06), repeat_share=draft.between(0, 0.04))  # fmt: skip
    mixed_jerks(draft, 4, 25)


def _day_colour(draft: Draft) -> None:
    draft.restart(look="day")
    draft.change("camera", colour=True)
    mixed_jerks(draft)


def _large_picture(draft: Draft) -> None:
    width, height = draft.pick(((1280, 720), (1280, 720), (1920, 1080)))
    draft.change("camera", width=width, height=height, duration_s=15.0)
    mixed_jerks(draft)


def _small_picture(draft: Draft) -> None:
    width, height = draft.pick(((320, 240), (352, 288), (480, 270)))
    draft.change("camera", width=width, height=height)
    mixed_jerks(draft, 5, 28)


def _portrait(draft: Draft) -> None:
    width, height = draft.pick(((360, 640), (480, 854), (540, 960)))
    draft.restart(size=(0.7, 1.4))
    draft.change("camera", width=width, height=height)
    draft.change(
        "sleeper", angle_deg=draft.between(-35, 35) + draft.pick((0, 180)) - 0.0, y=0.5 + draft.between(-0.06, 0.06)
    )
    mixed_jerks(draft)


def _twitch_no_return(draft: Draft) -> None:
    draft.singles(4, 25, "none", gap=(2.5, 5.0))


def _still(draft: Draft) -> None:
    draft.change("breathing", amplitude_px=0.0)


def _breathing_only(draft: Draft) -> None:
    draft.restart(size=(0.5, 1.2))
    draft.change("breathing", amplitude_px=draft.between(0.8, 2.5) * draft.relative_size, sigh_every_s=12.0)


def _shaking(draft: Draft) -> None:
    now = 2.0
    while now < draft.camera.duration_s - 3:
        length = draft.between(0.8, 4.0)
        draft.motion("tremor", now, length, (1.0, 5.0), limb=draft.pick(draft.limbs), rate_hz=draft.between(6, 10),
                     irregularity=draft.between(0.05, 0.4))  # fmt: skip
        now += length + draft.between(2, 6)


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
    "clean_ir": _clean_infrared,
    "low_light": _low_light,
    "small_amplitude": _small_amplitude,
    "dense_trains": _dense_trains,
    "single_jerks": _single_jerks,
    "incomplete_return": _incomplete_return,
    "creeping": _creeping,
    "slow_return": _slow_return,
    "alternating": _alternating,
    "during_slow_movement": _during_slow_movement,
    "wide_view": _wide_view,
    "hand_or_foot_only": _hand_or_foot_only,
    "blanket": _blanket,
    "swaddle": _swaddle,
    "low_fps": _low_fps,
    "high_fps": _high_fps,
    "variable_fps": _variable_fps,
    "day_colour": _day_colour,
    "large_picture": _large_picture,
    "small_picture": _small_picture,
    "portrait": _portrait,
    "tremor_and_jerks": _tremor_and_jerks,
    "sucking_and_jerks": _sucking_and_jerks,
    "gross_and_jerks": _gross_and_jerks,
    "twitch_no_return": _twitch_no_return,
    "slow_movements": _slow_movements,
    "startles": _startles,
    "tremor": _shaking,
    "sucking": _sucking,
    "chewing": _chewing,
    "gross": _gross,
    "still": _still,
    "breathing_only": _breathing_only,
}

NEGATIVE = frozenset({
    "twitch_no_return", "slow_movements", "startles", "tremor", "sucking", "chewing", "gross", "still",
    "breathing_only",
})  # fmt: skip
