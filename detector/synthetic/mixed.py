"""Conditions that combine several things: a method tested on only one thing at a time fails on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from detector.synthetic import restless
from detector.synthetic.casting import draw_any_film
from detector.synthetic.disturbed import DISTURBANCES, with_jerks
from detector.synthetic.plain import mixed_jerks

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.synthetic.draft import Draft
    from detector.synthetic.recipe import MotionKind

__all__ = ["CONDITIONS"]

_AT_NIGHT = (
    "clock_overlay", "curtain", "dirty_picture", "dust", "insects", "light_changes", "mains_flicker", "mobile",
    "other_codecs", "person_beside", "pet", "starved_codec", "television",
)  # fmt: skip
_BEFORE_A_CHEAP_CAMERA = (
    "caregiver", "clock_overlay", "curtain", "dirty_picture", "dust", "flashes", "insects", "light_changes",
    "mains_flicker", "mobile", "patting", "person_beside", "pet", "rocking", "stray", "television",
)  # fmt: skip
_RESTLESS = (
    "chewing", "fidgeting", "gross", "slow_movements", "startles", "sucking", "trembling", "tremor",
)  # fmt: skip
_CODECS = ("starved_codec", "other_codecs")
_HIDES_JERKS: frozenset[MotionKind] = frozenset({"fidget", "startle", "gross", "arousal", "tremor"})


def _some(draft: Draft, names: tuple[str, ...], counts: tuple[int, ...]) -> None:
    """Apply a random number of the named disturbances."""
    for index in draft.rng.permutation(len(names))[: draft.pick(counts)]:
        DISTURBANCES[names[int(index)]](draft)


def _night_mix(draft: Draft) -> None:
    _some(draft, _AT_NIGHT, (2, 3))


def _cheap_camera(draft: Draft) -> None:
    """Apply one or two disturbances before a camera that stores little: codecs make movements of their own from it."""
    _some(draft, _BEFORE_A_CHEAP_CAMERA, (1, 1, 2))
    DISTURBANCES[draft.pick(_CODECS)](draft)


def _cheap_camera_quiet(draft: Draft) -> None:
    """Do as `_cheap_camera`, or move the body in other ways."""
    if draft.rng.random() < 0.5:
        _cheap_camera(draft)
        return
    restless.CONDITIONS[draft.pick(_RESTLESS)](draft)
    DISTURBANCES[draft.pick(_CODECS)](draft)


def _anything(draft: Draft) -> None:
    """Film, in any way, a sleeper who may also move in other ways, with up to two disturbances."""
    draft.restart(film=draw_any_film(draft), size=draft.pick(((0.45, 1.05), (0.25, 0.5), (0.8, 1.3))))
    _any_jerks(draft)
    _around(draft)


def _anything_quiet(draft: Draft) -> None:
    draft.restart(film=draw_any_film(draft), size=draft.pick(((0.45, 1.05), (0.25, 0.5), (0.8, 1.3))))
    if draft.rng.random() < 0.25:
        draft.singles(1.5, 30, "none", gap=(1.5, 6))
    _around(draft)


def _any_jerks(draft: Draft) -> None:
    low = draft.log_between(2.5, 7)
    high = low * draft.between(2, 5)
    way = draft.pick(("mixed", "mixed", "trains", "singles", "incomplete", "creeping", "end"))
    if way == "trains":
        draft.trains((0.7, 6), low, high, order=draft.pick(("same", "changing", "alternating")))
    elif way == "creeping":
        draft.trains((0.7, 3), low, high, shape="creeping")
    elif way == "mixed":
        mixed_jerks(draft, low, high)
    else:
        shape: Literal["incomplete", "mixed"] = "incomplete" if way == "incomplete" else "mixed"
        draft.singles(low, high, shape, part="end" if way == "end" else "any", gap=(1.5, 6))


def _around(draft: Draft) -> None:
    """Move the body in other ways, add disturbances and change how the clip is stored, each optionally."""
    for _ in range(draft.pick((0, 0, 1, 2))):
        _move(draft)
    _some(draft, tuple(sorted(set(DISTURBANCES) - set(_CODECS))), (0, 1, 1, 2))
    if draft.rng.random() < 0.5:
        DISTURBANCES[draft.pick(_CODECS)](draft)
    if draft.rng.random() < 0.2:
        draft.change("camera", jitter=draft.between(0, 0.4), drop_share=draft.between(0, 0.06),
                     repeat_share=draft.between(0, 0.05))  # fmt: skip


def _move(draft: Draft) -> None:
    kind: MotionKind = draft.pick(
        ("stretch", "stretch", "fidget", "fidget", "head_turn", "suck", "chew", "tremor", "roll", "gross", "startle",
         "arousal")
    )  # fmt: skip
    low, high = {"tremor": (4.0, 12.0), "suck": (1.0, 3.0), "chew": (1.0, 3.0)}.get(kind, (0.4, 2.0))
    small = kind in {"suck", "chew", "tremor"}
    now = draft.between(1, 5)
    while now < draft.camera.duration_s - 2:
        length = draft.log_between(0.8, 7)
        limb = "head" if kind in {"head_turn", "suck", "chew"} else draft.pick((*draft.limbs, "body"))
        draft.motion(kind, now, length, (1, 7) if small else (4, 40), limb=limb, rate_hz=draft.log_between(low, high),
                     irregularity=draft.between(0, 0.5))  # fmt: skip
        if kind in _HIDES_JERKS:
            draft.keep_jerks_outside(now - 0.6, now + length + 0.4)
        now += length + draft.between(1.5, 8)


CONDITIONS: dict[str, Callable[[Draft], None]] = {
    "night_mix": with_jerks(_night_mix),
    "night_mix_quiet": _night_mix,
    "cheap_camera": with_jerks(_cheap_camera),
    "cheap_camera_quiet": _cheap_camera_quiet,
    "anything": _anything,
    "anything_quiet": _anything_quiet,
}
