"""Conditions in which one thing other than the sleeper changes the picture, each with a quiet variant without jerks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detector.synthetic.plain import mixed_jerks

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.synthetic.draft import Draft
    from detector.synthetic.recipe import DistractorKind

__all__ = ["CONDITIONS", "DISTURBANCES", "with_jerks"]


def _dirty_picture(draft: Draft) -> None:
    draft.change("sensor", hot_pixels=int(draft.rng.integers(50, 600)), flakes=draft.between(2, 60),
                 denoise=draft.between(0.5, 0.92), read=draft.between(2, 7), fixed=draft.between(1, 4),
                 sharpen=draft.pick((0.0, 0.6, 1.2)))  # fmt: skip
    if draft.rng.random() < 0.4:
        draft.distractor("television", rate_hz=draft.between(0.3, 1.5))


def _starved_codec(draft: Draft) -> None:
    name = draft.pick(("libx264", "libx264", "mpeg4", "libx265"))
    rate = int(draft.between(90, 350)) * (2 if name == "mpeg4" else 1)
    draft.change("codec", name=name, bitrate_kbps=rate, gop=int(draft.pick((25, 50, 100, 250))))
    draft.change("sensor", read=draft.between(1.5, 4))


def _other_codecs(draft: Draft) -> None:
    name = draft.pick(("libx265", "mpeg4", "mjpeg", "libx264"))
    draft.change("codec", name=name, crf=int(draft.rng.integers(16, 38)), gop=int(draft.pick((12, 25, 100, 250))),
                 preset=draft.pick(("ultrafast", "superfast", "veryfast", "fast")),
                 container=draft.pick(("mp4", "mkv")))  # fmt: skip


def _light_changes(draft: Draft) -> None:
    now = draft.between(3, 6)
    while now < draft.camera.duration_s - 4:
        kind: DistractorKind = draft.pick(
            ("light_step", "light_step", "headlights", "exposure_hunting", "infrared_switch", "shadow")
        )
        length = draft.between(0.6, 4.0)
        draft.distractor(kind, now, length, rate_hz=draft.between(0.8, 2.5), size=draft.between(0.6, 1.6))
        now += length + draft.between(2, 5)


def _television(draft: Draft) -> None:
    draft.distractor("television", rate_hz=draft.between(0.3, 3.0), strength=draft.between(0.5, 1.6))


def _flashes(draft: Draft) -> None:
    now = draft.between(1.5, 4)
    while now < draft.camera.duration_s - 2:
        length = draft.log_between(0.05, 1.5)
        draft.distractor("flash", now, length, size=draft.between(0.5, 1.6), strength=draft.log_between(0.3, 2))
        now += length + draft.between(0.6, 4)


def _mains_flicker(draft: Draft) -> None:
    draft.distractor(
        "mains", rate_hz=draft.log_between(0.1, 12), size=draft.between(0.3, 2), strength=draft.between(0.4, 1.8)
    )


def _camera_motion(draft: Draft) -> None:
    kind = draft.pick(("vibration", "bumps", "pan", "focus_hunting"))
    if kind == "vibration":
        draft.distractor("vibration", rate_hz=draft.between(4, 12), strength=draft.between(0.4, 2.5))
        return
    now = draft.between(3, 6)
    while now < draft.camera.duration_s - 4:
        length = draft.between(0.8, 3)
        draft.distractor("bump" if kind == "bumps" else kind, now, length, rate_hz=draft.between(0.7, 2))  # type: ignore[arg-type]
        draft.keep_jerks_outside(now - 0.6, now + (0.8 if kind == "bumps" else length))
        now += length + draft.between(3, 6)


def _insects(draft: Draft) -> None:
    draft.distractor("insects", size=draft.between(0.6, 1.6), strength=draft.between(0.5, 2))


def _dust(draft: Draft) -> None:
    draft.distractor("dust", size=draft.between(0.8, 2.2), strength=draft.between(0.5, 2))


def _curtain(draft: Draft) -> None:
    draft.distractor(
        "curtain", rate_hz=draft.between(0.6, 2), size=draft.between(0.2, 1.4), strength=draft.between(0.5, 2)
    )


def _mobile(draft: Draft) -> None:
    draft.distractor("mobile", rate_hz=draft.between(0.5, 2.5), size=draft.between(0.7, 1.4))


def _stray(draft: Draft) -> None:
    for _ in range(draft.pick((1, 1, 2))):
        begin = draft.pick((0.0, 0.0, draft.between(1, 8)))
        draft.distractor("stray", begin, draft.camera.duration_s - begin - draft.pick((0.0, draft.between(1, 6))),
                         size=draft.log_between(0.4, 2.0), rate_hz=draft.log_between(0.4, 3.0),
                         strength=draft.log_between(0.3, 3.0))  # fmt: skip


def _pet(draft: Draft) -> None:
    begin = draft.pick((0.0, draft.between(2, 8)))
    draft.distractor(
        "pet", begin, draft.camera.duration_s - begin - draft.pick((0.0, 4.0)), size=draft.between(0.8, 1.8)
    )


def _person_beside(draft: Draft) -> None:
    begin = draft.pick((0.0, draft.between(2, 8)))
    draft.distractor(
        "person", begin, draft.camera.duration_s - begin - 3, size=draft.between(0.7, 1.2), x=draft.pick((0.1, 0.9))
    )


def _caregiver(draft: Draft) -> None:
    now = draft.between(3, 6)
    while now < draft.camera.duration_s - 6:
        length = draft.between(3, 8)
        draft.distractor("hand", now, length, x=draft.sleeper.x + draft.between(-0.15, 0.15),
                         y=draft.sleeper.y + draft.between(-0.15, 0.15), size=draft.between(0.8, 1.4))  # fmt: skip
        draft.keep_jerks_outside(now - 0.5, now + length + 0.3)
        now += length + draft.between(5, 10)


def _patting(draft: Draft) -> None:
    resting = draft.rng.random() < 0.6
    begin, length = 0.0 if resting else draft.between(3, 6), draft.between(10, 18)
    x, y = draft.sleeper.x + draft.between(-0.1, 0.1), draft.sleeper.y + draft.between(-0.1, 0.1)
    draft.distractor("patting", begin, length, rate_hz=draft.between(0.9, 3.0), x=x, y=y, size=draft.between(0.8, 1.3))
    draft.keep_jerks_outside(begin - 0.5, begin + length + 0.3)


def _rocking(draft: Draft) -> None:
    begin, length = draft.between(3, 8), draft.between(6, 14)
    draft.distractor("rocking", begin, length, rate_hz=draft.between(0.4, 1.5), strength=draft.between(0.4, 2))
    draft.keep_jerks_outside(begin - 0.5, begin + length + 0.3)


def _clock_overlay(draft: Draft) -> None:
    draft.distractor("clock", rate_hz=draft.pick((1.0, 1.0, 10.0, 25.0)), size=draft.between(0.8, 1.3))


def _monitor(draft: Draft) -> None:
    for _ in range(draft.pick((1, 1, 2))):
        draft.distractor("monitor", rate_hz=draft.log_between(0.5, 5), size=draft.log_between(0.4, 1.4),
                         strength=draft.log_between(0.3, 1.6), x=draft.between(0, 0.85),
                         y=draft.pick((0.03, 0.75)))  # fmt: skip


def _cord(draft: Draft) -> None:
    for _ in range(draft.pick((1, 1, 2))):
        draft.distractor("cord", rate_hz=draft.log_between(0.5, 4), size=draft.log_between(0.4, 2),
                         strength=draft.log_between(0.2, 1.5), y=draft.between(-0.1, 0.5))  # fmt: skip


def _passer(draft: Draft) -> None:
    now = draft.between(1.5, 5)
    while now < draft.camera.duration_s - 3:
        length = draft.log_between(1.2, 6)
        draft.distractor("passer", now, length, size=draft.log_between(0.6, 2.5), rate_hz=draft.between(0.7, 1.6),
                         y=draft.pick((draft.between(-0.1, 0.15), draft.between(0.85, 1.1), draft.between(0, 1))),
                         strength=draft.between(0.3, 1.3))  # fmt: skip
        now += length + draft.between(0.8, 6)


DISTURBANCES: dict[str, Callable[[Draft], None]] = {
    "dirty_picture": _dirty_picture,
    "starved_codec": _starved_codec,
    "other_codecs": _other_codecs,
    "light_changes": _light_changes,
    "television": _television,
    "flashes": _flashes,
    "mains_flicker": _mains_flicker,
    "camera_motion": _camera_motion,
    "insects": _insects,
    "dust": _dust,
    "curtain": _curtain,
    "mobile": _mobile,
    "stray": _stray,
    "pet": _pet,
    "person_beside": _person_beside,
    "caregiver": _caregiver,
    "patting": _patting,
    "rocking": _rocking,
    "clock_overlay": _clock_overlay,
    "monitor": _monitor,
    "cord": _cord,
    "passer": _passer,
}
"""The functions that apply each disturbance to a clip."""


def with_jerks(disturb: Callable[[Draft], None]) -> Callable[[Draft], None]:
    """Return a function that plants the jerks of an ordinary night and then applies `disturb`."""

    def draw(draft: Draft) -> None:
        mixed_jerks(draft, 4, 25)
        disturb(draft)

    return draw


CONDITIONS: dict[str, Callable[[Draft], None]] = {
    **{name: with_jerks(disturb) for name, disturb in DISTURBANCES.items()},
    **{f"{name}_quiet": disturb for name, disturb in DISTURBANCES.items()},
}
