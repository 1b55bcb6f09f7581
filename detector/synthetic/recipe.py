"""The recipe of one synthetic clip: plain numbers and words, one recipe = one TOML file.

Lengths called ``_px`` are in pixels of the video. Places are fractions of the picture's width and height. Angles are in
degrees, clockwise in the picture. All randomness of a render comes from ``Recipe.seed``.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detector.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "LIMBS", "Bed", "Breathing", "Camera", "Codec", "Distractor", "DistractorKind", "Jerk", "Limb", "Motion",
    "MotionKind", "Recipe", "Sensor", "Sleeper", "Texture",
]  # fmt: skip

Limb = Literal["left_arm", "right_arm", "left_leg", "right_leg"]
LIMBS: tuple[Limb, ...] = ("left_arm", "right_arm", "left_leg", "right_leg")
Texture = Literal["plain", "weave", "knit", "stripes", "dots", "check", "fleece", "print"]
MotionKind = Literal["stretch", "fidget", "head_turn", "suck", "chew", "tremor", "roll", "gross", "startle", "arousal"]
DistractorKind = Literal[
    "hand", "patting", "rocking", "person", "pet", "light_step", "headlights", "exposure_hunting", "infrared_switch",
    "mains", "shadow", "television", "flash", "bump", "pan", "vibration", "focus_hunting", "insects", "dust",
    "curtain", "mobile", "stray", "clock", "monitor", "cord", "passer",
]  # fmt: skip


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Camera(_Block):
    """Picture, clock and optics."""

    width: int = Field(default=640, ge=64, le=7680, multiple_of=2, description="Picture width in pixels.")
    height: int = Field(default=360, ge=64, le=4320, multiple_of=2, description="Picture height in pixels.")
    fps: float = Field(default=25.0, ge=5, le=120, description="Nominal frame rate in Hz.")
    duration_s: float = Field(default=30.0, gt=0.2, le=3600, description="Length of the clip in seconds.")
    jitter: float = Field(
        default=0.0, ge=0, le=0.45, description="Uniform error of each time stamp, share of an interval."
    )
    wander: float = Field(default=0.0, ge=0, le=0.6, description="Slow change of the frame rate, share of the rate.")
    drop_share: float = Field(default=0.0, ge=0, le=0.3, description="Share of pictures lost (time stamps show it).")
    repeat_share: float = Field(
        default=0.0, ge=0, le=0.3, description="Share of pictures stored as a copy of the one before."
    )
    exposure: float = Field(
        default=0.4, ge=0, le=1, description="Exposure as a share of the frame interval (motion blur)."
    )
    colour: bool = Field(default=False, description="Colour pictures (BGR) instead of grey.")
    turn_deg: float = Field(default=0.0, ge=-180, le=180, description="Rotation of the camera about its axis.")
    tilt: float = Field(
        default=0.0, ge=-0.5, le=0.5, description="Perspective: relative change of scale, top to bottom."
    )
    slant: float = Field(
        default=0.0, ge=-0.5, le=0.5, description="Perspective: relative change of scale, left to right."
    )
    blur_px: float = Field(default=0.6, ge=0, le=6, description="Standard deviation of the lens blur at 640 px width.")
    vignette: float = Field(default=0.3, ge=0, le=0.95, description="Loss of light at the far corner, 0-1.")
    spot_x: float = Field(default=0.5, description="Centre of the light as a fraction of the width.")
    spot_y: float = Field(default=0.5, description="Centre of the light as a fraction of the height.")


class Bed(_Block):
    """What the sleeper lies on."""

    texture: Texture = "weave"
    grey: float = Field(default=120.0, ge=5, le=250, description="Mean grey level.")
    contrast: float = Field(
        default=0.08, ge=0, le=0.6, description="Contrast of the pattern (standard deviation/mean)."
    )
    scale_px: float = Field(default=9.0, ge=1.5, le=80, description="Period of the pattern at 640 px width.")
    folds: float = Field(default=0.12, ge=0, le=0.6, description="Contrast of the folds of the sheet.")
    rails: bool = Field(default=False, description="Bars of a cot in the foreground.")
    toys: int = Field(default=0, ge=0, le=6, description="Still objects on the bed.")
    picture: str = Field(default="", description="File of a picture or video that takes the bed's place; empty: none.")


class Sleeper(_Block):
    """Build, place, pose and clothes of the infant."""

    size: float = Field(
        default=0.8, ge=0.12, le=1.6, description="Length from crown to toe as a fraction of picture width."
    )
    x: float = Field(default=0.5, description="Middle of the trunk, fraction of the width.")
    y: float = Field(default=0.5, description="Middle of the trunk, fraction of the height.")
    angle_deg: float = Field(default=80.0, description="Direction of the body axis; 0: head up in the picture.")
    posture: Literal["supine", "side", "prone"] = "supine"
    arms_deg: tuple[float, ...] = Field(
        default=(140.0, 60.0, 10.0, 120.0, 70.0, -10.0), min_length=6, max_length=6,
        description="Shoulder, elbow, wrist; left then right. 0: straight down the body, positive: outwards.",
    )  # fmt: skip
    legs_deg: tuple[float, ...] = Field(
        default=(40.0, -70.0, 20.0, 45.0, -80.0, 20.0), min_length=6, max_length=6,
        description="Hip, knee, ankle; left then right. 0: straight down the body, positive: outwards.",
    )  # fmt: skip
    head_deg: float = Field(default=10.0, ge=-80, le=80, description="Turn of the head.")
    plump: float = Field(default=1.0, ge=0.6, le=1.5, description="Thickness of the limbs relative to the average.")
    clothes: Literal["sleepsuit", "bodysuit", "nappy"] = "bodysuit"
    texture: Texture = "knit"
    cloth_grey: float = Field(default=150.0, ge=5, le=250)
    cloth_contrast: float = Field(default=0.1, ge=0, le=0.7)
    skin_grey: float = Field(default=165.0, ge=5, le=250)
    skin_contrast: float = Field(default=0.035, ge=0, le=0.3)
    dummy: bool = Field(default=False, description="Has a dummy (pacifier) in the mouth.")
    cover: Literal["none", "blanket", "swaddle"] = "none"
    cover_from: float = Field(
        default=0.0, ge=-0.5, le=0.6, description="Upper edge of the cover in body lengths from the trunk."
    )
    cover_coupling: float = Field(
        default=0.6, ge=0.05, le=1, description="Share of a limb's movement that the cloth shows."
    )
    cover_spread: float = Field(default=0.05, ge=0.01, le=0.3, description="Spread of the movement in body lengths.")
    cover_texture: Texture = "fleece"
    cover_grey: float = Field(default=140.0, ge=5, le=250)
    cover_contrast: float = Field(default=0.1, ge=0, le=0.6)


class Breathing(_Block):
    """Movement of chest and belly."""

    rate_hz: float = Field(default=0.65, ge=0, le=2)
    amplitude_px: float = Field(default=1.0, ge=0, le=8, description="Largest outward movement of the trunk's side.")
    irregularity: float = Field(
        default=0.15, ge=0, le=0.6, description="Standard deviation of period and depth, relative."
    )
    sigh_every_s: float = Field(default=0.0, ge=0, description="Mean time between sighs; 0: none.")
    pause_every_s: float = Field(default=0.0, ge=0, description="Mean time between breathing pauses; 0: none.")


class Jerk(_Block):
    """One brief movement of one to four limbs.

    `part` says which joints move: the whole limb, from the elbow or knee down, or hand or foot alone. A jerk without
    return (`residual` 1) is written as ``twitch``.
    """

    onset_s: float = Field(ge=0)
    limbs: tuple[Limb, ...] = Field(min_length=1, max_length=4)
    lags_s: tuple[float, ...] = Field(default=(), description="Delay of each limb; empty: none.")
    amplitude_px: float = Field(gt=0, description="Largest displacement of the fastest part of each limb.")
    part: Literal["whole", "lower", "end"] = "whole"
    rise_s: float = Field(default=0.07, ge=0.01, le=1)
    hold_s: float = Field(default=0.0, ge=0, le=1)
    return_s: float = Field(default=0.1, ge=0.01, le=3)
    residual: float = Field(
        default=0.0, ge=0, le=1, description="Share of the amplitude that remains after the return."
    )
    steps: int = Field(default=1, ge=1, le=4, description="Number of steps of the return.")
    rebound: float = Field(default=0.0, ge=0, le=0.5, description="Overshoot beyond rest, share of the amplitude.")
    drift_s: float = Field(
        default=0.0, ge=0, description="Time constant with which the residual creeps back; 0: it stays."
    )
    bend: float = Field(default=0.5, ge=-1.5, le=1.5, description="Rotation of the next joint relative to the first.")
    sign: Literal[-1, 1] = 1
    lift: float = Field(
        default=0.0,
        ge=-2,
        le=2,
        description="Movement towards the lens: percent of the limb's length per degree of turn.",
    )
    recoil: float = Field(
        default=0.0, ge=0, le=0.3, description="Movement of the trunk with it, share of the amplitude."
    )


class Motion(_Block):
    """Another movement of the body."""

    kind: MotionKind
    onset_s: float = Field(ge=0)
    duration_s: float = Field(gt=0)
    limb: Literal["left_arm", "right_arm", "left_leg", "right_leg", "head", "body"] = "body"
    amplitude_px: float = Field(gt=0)
    rate_hz: float = Field(default=1.0, gt=0, le=20)
    irregularity: float = Field(default=0.1, ge=0, le=1)


class Distractor(_Block):
    """Anything other than the sleeper. `strength` is relative: 1 is an ordinary case; it depends on `kind`."""

    kind: DistractorKind
    onset_s: float = Field(default=0.0, ge=0)
    duration_s: float = Field(gt=0)
    strength: float = Field(default=1.0, gt=0, le=10)
    rate_hz: float = Field(default=1.0, gt=0, le=200)
    x: float = 0.5
    y: float = 0.5
    size: float = Field(default=1.0, gt=0, le=5)


class Sensor(_Block):
    """What turns light into numbers. Levels are in grey levels of 0-255."""

    read: float = Field(default=1.5, ge=0, le=40, description="Standard deviation of the noise in the dark.")
    shot: float = Field(default=0.04, ge=0, le=3, description="Variance of the photon noise per grey level.")
    grain_px: float = Field(default=0.5, ge=0, le=3, description="Standard deviation of the blur of the noise.")
    fixed: float = Field(default=0.4, ge=0, le=15, description="Standard deviation of the fixed pattern.")
    hot_pixels: int = Field(default=0, ge=0, le=5000)
    flakes: float = Field(
        default=0.0, ge=0, le=200, description="Mean number of bright flakes of infrared noise in a frame."
    )
    denoise: float = Field(
        default=0.0, ge=0, le=0.97, description="Weight of the past in the camera's own noise reduction."
    )
    sharpen: float = Field(default=0.0, ge=0, le=2, description="Strength of the camera's own sharpening.")
    gamma: float = Field(default=1.0, ge=0.4, le=2.5)
    gain: float = Field(default=1.0, ge=0.05, le=3, description="Brightness of the scene before noise.")
    contrast: float = Field(default=1.0, ge=0.2, le=2)
    black: float = Field(default=4.0, ge=0, le=60, description="Level of black.")


class Codec(_Block):
    """How the clip is stored."""

    name: Literal["libx264", "libx265", "mpeg4", "mjpeg"] = "libx264"
    crf: int = Field(
        default=23, ge=0, le=51, description="Quality (quantiser for mpeg4/mjpeg); not used with a bit rate."
    )
    bitrate_kbps: int = Field(default=0, ge=0, description="Bit rate; 0: constant quality.")
    gop: int = Field(default=50, ge=1, le=1000, description="Pictures from key frame to key frame.")
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium"] = "veryfast"
    container: Literal["mp4", "mkv"] = "mp4"


class Recipe(_Block):
    """Everything a clip is made of."""

    seed: int = Field(default=0, ge=0)
    condition: str = "custom"
    camera: Camera = Camera()
    bed: Bed = Bed()
    sleeper: Sleeper = Sleeper()
    breathing: Breathing = Breathing()
    sensor: Sensor = Sensor()
    codec: Codec = Codec()
    jerks: tuple[Jerk, ...] = ()
    motions: tuple[Motion, ...] = ()
    distractors: tuple[Distractor, ...] = ()

    @classmethod
    def from_toml(cls, text: str) -> Recipe:
        """Read a recipe from the text of a TOML file.

        Raises
        ------
        SettingsError
            If the text is not TOML, a key is unknown, or a value is out of range.
        """
        try:
            return cls.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise SettingsError(f"the recipe is not valid TOML: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise SettingsError(f"recipe: {key}: {first['msg']} (got {first['input']!r})", key=key) from error

    def to_toml(self) -> str:
        """Return the recipe as the text of a TOML file, with every value written out."""
        return "\n".join(_table(self.model_dump(), "")).strip() + "\n"

    def save(self, path: Path) -> None:
        """Write the recipe to `path` as TOML."""
        path.write_text(self.to_toml(), encoding="utf-8", newline="\n")


def _table(values: dict[str, Any], prefix: str) -> Iterator[str]:
    inner: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict) or (isinstance(value, tuple) and value and isinstance(value[0], dict)):
            inner.append((key, value))
        elif not (isinstance(value, tuple) and not value):
            yield f"{key} = {_literal(value)}"
    for key, value in inner:
        name = f"{prefix}{key}"
        for block in (value,) if isinstance(value, dict) else value:
            yield ""
            yield f"[{name}]" if isinstance(value, dict) else f"[[{name}]]"
            yield from _table(block, f"{name}.")


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
