"""Conditions with a sleeper at rest: variants of jerks, and of how they are filmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.synthetic.draft import Draft, Order

__all__ = ["CONDITIONS", "NEGATIVE", "mixed_jerks"]


def mixed_jerks(draft: Draft, low: float = 3.0, high: float = 25.0) -> None:
    """Plant a train and single jerks, or only single jerks, as on an ordinary night."""
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


def _slow_rise(draft: Draft) -> None:
    """Plant jerks, in trains too, that rise as slowly as jerks can and return as fast as they rose, or nearly so."""
    if draft.rng.random() < 0.5:
        draft.singles(3, 25, "full", gap=(1.0, 4.0))
    else:
        draft.trains((0.6, 1.8), 3, 22, order=draft.pick(("same", "turning")))
    for k, jerk in enumerate(draft.jerks):
        rise_s = draft.between(0.08, 0.15)
        back_s = round(min(0.25, rise_s * draft.between(0.8, 2.0)), 4)
        draft.jerks[k] = jerk.model_copy(update={"rise_s": round(rise_s, 4), "return_s": back_s})


def _alternating(draft: Draft) -> None:
    draft.trains((1.0, 5.0), 4, 22, order="alternating")


def _turning_trains(draft: Draft) -> None:
    draft.trains((2.0, 4.5), 4, 22, order="turning", jitter=draft.between(0.03, 0.2))


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


CONDITIONS: dict[str, Callable[[Draft], None]] = {
    "clean_ir": _clean_infrared,
    "low_light": _low_light,
    "small_amplitude": _small_amplitude,
    "dense_trains": _dense_trains,
    "single_jerks": _single_jerks,
    "incomplete_return": _incomplete_return,
    "creeping": _creeping,
    "slow_return": _slow_return,
    "slow_rise": _slow_rise,
    "alternating": _alternating,
    "turning_trains": _turning_trains,
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
    "twitch_no_return": _twitch_no_return,
    "still": _still,
    "breathing_only": _breathing_only,
}

NEGATIVE = frozenset({"twitch_no_return", "still", "breathing_only"})
