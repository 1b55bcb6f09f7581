"""Random choice of the sleeper, the bed, the film and the sensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from detector.synthetic.recipe import Bed, Codec, Sensor, Sleeper

if TYPE_CHECKING:
    from detector.synthetic.dice import Dice

__all__ = [
    "LOOKS", "Film", "Look", "draw_any_film", "draw_bed", "draw_codec", "draw_film", "draw_sensor", "draw_sleeper",
]  # fmt: skip

Look = Literal["infrared", "dim", "day"]
LOOKS: tuple[Look, ...] = ("infrared", "infrared", "infrared", "dim", "day")


# Width, height and weight: most cameras in nurseries and wards send a small picture at 25-30 Hz.
_SIZES = (((640, 360), 12), ((640, 480), 3), ((480, 270), 1), ((352, 288), 1), ((320, 240), 1), ((854, 480), 1),
          ((720, 576), 1), ((1280, 720), 1))  # fmt: skip
_RATES = (25.0, 25.0, 25.0, 25.0, 30.0, 30.0, 30000 / 1001, 30000 / 1001, 20.0, 24.0, 15.0, 12.5, 50.0, 60.0)


class Film(NamedTuple):
    """Size and rate of the pictures; `shorten` keeps the number of rendered pixels within bounds."""

    width: int
    height: int
    fps: float
    shorten: float


def draw_film(dice: Dice) -> Film:
    """Return a picture size and a frame rate."""
    sizes = [size for size, often in _SIZES for _ in range(often)]
    (width, height), fps = dice.pick(sizes), dice.pick(_RATES)
    work = width * height / (640 * 480) * fps / 30
    return Film(width, height, fps, min(1.0, max(0.5, 1 / work)))


def draw_any_film(dice: Dice) -> Film:
    """Return any size and rate that a camera may send, unusual ones as often as usual ones; most are small."""
    width = dice.pick((240, 320, 320, 352, 400, 426, 480, 480, 560, 640, 640, 704, 854, 960))
    high = dice.pick((9 / 16, 9 / 16, 9 / 16, 3 / 4, 3 / 4, 9 / 11, 1.0))
    fps = dice.pick((10.0, 12.0, 12.5, 15.0, 18.0, 20.0, 24.0, 25.0, 25.0, 30.0, 30.0, 40.0, 50.0, 60.0))
    height = round(width * high / 2) * 2
    work = width * height / (640 * 360) * fps / 25
    return Film(width, height, fps, min(0.85, max(0.5, 0.8 / work)))


def draw_codec(dice: Dice) -> Codec:
    """Return how an ordinary camera stores its film: mostly H.264, from rich to rather poor."""
    name = dice.pick(("libx264", "libx264", "libx264", "libx264", "libx264", "libx264", "libx265", "mpeg4", "mjpeg"))
    return Codec(
        name=name,
        crf=int(dice.rng.integers(17, 33)),
        gop=int(dice.pick((12, 25, 50, 50, 100, 250))),
        preset=dice.pick(("ultrafast", "superfast", "veryfast", "veryfast")),
    )


def draw_bed(dice: Dice, look: Look) -> Bed:
    """Return what the sleeper lies on, with grey levels that suit the light."""
    light = {"infrared": (70, 170), "dim": (35, 80), "day": (90, 190)}[look]
    return Bed(
        texture=dice.texture(),
        grey=dice.between(*light),
        contrast=dice.log_between(0.025, 0.2),
        scale_px=dice.log_between(4, 30),
        folds=dice.between(0.03, 0.3),
        rails=bool(dice.rng.random() < 0.12),
        toys=int(dice.rng.integers(0, 3)),
    )


def draw_sleeper(dice: Dice, look: Look, size: tuple[float, float], bed_grey: float) -> Sleeper:
    """Return a sleeper whose length is drawn from `size` (share of the picture's width), lying inside the picture."""
    length = dice.log_between(*size)
    free = max(0.0, 1 - length) / 2
    light = {"infrared": (90, 190), "dim": (40, 90), "day": (110, 200)}[look]
    across = 90 * dice.pick((-1, 1)) if length > 0.55 else dice.between(-180, 180)
    return Sleeper(
        size=length,
        x=0.5 + dice.between(-0.7, 0.7) * free,
        y=0.5 + dice.between(-0.6, 0.6) * max(0.04, free - 0.1),
        angle_deg=float(np.clip(across + dice.between(-28, 28), -180, 180)),
        posture=dice.pick(("supine", "supine", "supine", "side", "prone")),
        arms_deg=tuple(angle for _ in range(2) for angle in _arm(dice)),
        legs_deg=tuple(angle for _ in range(2) for angle in _leg(dice)),
        head_deg=dice.between(-45, 45),
        plump=dice.between(0.8, 1.25),
        clothes=dice.pick(("sleepsuit", "bodysuit", "bodysuit", "nappy")),
        texture=dice.texture(),
        cloth_grey=_apart(dice, dice.between(*light), bed_grey),
        cloth_contrast=dice.log_between(0.03, 0.3),
        skin_grey=_apart(dice, dice.between(light[0] + 15, light[1] + 10), bed_grey),
        skin_contrast=dice.log_between(0.012, 0.06),
        dummy=bool(dice.rng.random() < 0.25),
    )


def _apart(dice: Dice, grey: float, bed_grey: float) -> float:
    """Return a grey level that differs from the bed by an eighth in four of five cases: limbs are rarely invisible."""
    if abs(np.log(grey / bed_grey)) > 0.12 or dice.rng.random() < 0.2:
        return grey
    moved = bed_grey * np.exp(dice.pick((-1.0, 1.0)) * dice.between(0.12, 0.45))
    return float(f"{np.clip(moved, 15, 235):.4g}")


def _arm(dice: Dice) -> tuple[float, float, float]:
    kind = int(dice.rng.integers(4))
    if kind == 0:
        return dice.between(95, 150), dice.between(20, 110), dice.between(-25, 25)
    if kind == 1:
        return dice.between(15, 60), dice.between(-100, -10), dice.between(-25, 25)
    if kind == 2:
        return dice.between(40, 100), dice.between(30, 120), dice.between(-25, 25)
    return dice.between(60, 120), dice.between(-60, 40), dice.between(-30, 30)


def _leg(dice: Dice) -> tuple[float, float, float]:
    if dice.rng.random() < 0.3:
        return dice.between(2, 25), dice.between(-25, 5), dice.between(-10, 40)
    return dice.between(25, 85), dice.between(-125, -40), dice.between(-10, 50)


def draw_sensor(dice: Dice, look: Look) -> Sensor:
    """Return an ordinary sensor for the light."""
    dim = look == "dim"
    return Sensor(
        read=dice.log_between(0.6, 2.5) * (1.6 if dim else 1.0),
        shot=dice.log_between(0.01, 0.12),
        grain_px=dice.pick((0.0, 0.5, 0.8)),
        fixed=dice.between(0.0, 0.9),
        hot_pixels=int(dice.pick((0, 0, 0, 20))),
        denoise=dice.pick((0.0, 0.0, 0.3, 0.6)),
        sharpen=dice.pick((0.0, 0.0, 0.4)),
        gamma=dice.between(0.8, 1.25),
        contrast=dice.between(0.75, 1.1),
    )
