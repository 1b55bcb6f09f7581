"""Every setting of the pipeline, in one frozen object: a block for each stage, TOML in, fingerprint out.

Seconds and hertz, never frames. Each setting states its unit, its range and the source of its default; thresholds
without a source of their own are explained in docs/decisions.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from detector.errors import SettingsError
from detector.records.rounding import plain
from detector.wrong_settings import explained

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic._internal._model_construction import ModelMetaclass

    from detector.records.result import Provenance
else:
    ModelMetaclass = type(BaseModel)

__all__ = [
    "ClusterSettings", "JerkSettings", "MotionSettings", "Region", "RegionSettings", "Settings", "VideoSettings",
]  # fmt: skip

Fraction = Annotated[float, Field(ge=0, le=1)]


class _BlockType(ModelMetaclass):
    """Lets ``Settings(...)`` raise this package's error; what pydantic does itself never comes through here.

    An ``__init__`` of our own would be called for every inner block too, and change how pydantic validates them.
    """

    def __call__(self, *args: Any, **values: Any) -> Any:
        try:
            return super().__call__(*args, **values)
        except ValidationError as error:
            raise explained(error, self) from None


class _Block(BaseModel, metaclass=_BlockType):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _true_is_no_number(cls, values: Any) -> Any:
        """Refuse what pydantic takes for 1 and 0."""
        for name, known in cls.model_fields.items() if isinstance(values, Mapping) else ():
            if isinstance(values.get(name), bool) and known.annotation is not bool:
                raise ValueError(f"{name} = {values[name]}: a number or a word is expected, not true or false")
        return values


class VideoSettings(_Block):
    """Opening and decoding a file."""

    fps: float | None = Field(
        None, ge=0.01, le=1000, description="Frame rate in Hz for files without time stamps; none: refuse to guess."
    )
    stream: int | None = Field(None, ge=0, description="Index of the video stream; none: the largest picture.")
    max_pixels: int = Field(
        40_000_000,
        ge=1,
        le=2**31 - 1,
        description="Largest picture that is decoded, in pixels (8K is 33 million); guards memory.",
    )
    gap_factor: float = Field(
        3.5,
        gt=1,
        description="A step between frames longer than this many usual steps is a gap in the recording; across a "
        "shorter one (one or two dropped frames), movement can still be followed.",
    )
    fast: bool = Field(
        default=False,
        description="Decode without the loop filter and look at only every second frame: faster, but less is found; "
        "the result says so.",
    )

    @property
    def every(self) -> int:
        """One frame in this many is analysed."""
        return 2 if self.fast else 1


class MotionSettings(_Block):
    """From pictures to the motion signal (docs/decisions/0004)."""

    picture_px: int = Field(
        57_600, ge=4_096, le=2_000_000, description="Pixels of the analysed picture (320 x 180); it is never enlarged."
    )
    block_px: int = Field(4, ge=2, le=32, description="Side of a block, in pixels of the analysed picture.")
    noise_factor: float = Field(3.2, gt=0, description="Motion is more than this many times a block's own quiet level.")
    noise_window_s: float = Field(8.0, gt=0, description="The quiet level spans this many seconds before and after.")
    min_grey: float = Field(0.35, ge=0, description="Least motion energy, in grey levels, that can be called motion.")
    min_speed: float = Field(
        0.004, ge=0, description="Lowest speed that can be called motion, in picture widths per second."
    )


class BurstSettings(_Block):
    """From a zone's signed speed to bursts: stretches of motion in one direction."""

    min_peak_speed: float = Field(
        0.012, gt=0, description="Lowest peak speed of a burst, in picture widths per second."
    )


class JerkSettings(_Block):
    """Which candidates are jerks (ranges: docs/explanation/what-counts-as-a-jerk.md)."""

    min_duration_s: float = Field(0.03, ge=0, description="Shortest jerk, in seconds (EMG bursts of 40 ms and less).")
    max_duration_s: float = Field(
        1.0, gt=0, le=10, description="Longest jerk, in seconds; up to 0.5 s it is called brief (spasms last 0.5-2 s)."
    )
    together_s: float = Field(
        0.10, ge=0, description="Onsets in several places, at most this far apart (in seconds), are one jerk."
    )
    min_confidence: float = Field(0.5, ge=0, le=1, description="Minimum confidence of a jerk.")
    twitches: bool = Field(
        default=False,
        description="List quick movements that do not come back, as a class of their own, `twitch`; "
        "otherwise they are rejected with the reason `no_return`. They are never counted as jerks.",
    )
    judge: Literal["model", "rules"] = Field(
        "model", description="What gives candidates their confidence: the trained model, or the rules alone."
    )

    @model_validator(mode="after")
    def _shortest_before_longest(self) -> JerkSettings:
        if self.min_duration_s > self.max_duration_s:
            low, high = f"min_duration_s = {self.min_duration_s:g}", f"max_duration_s = {self.max_duration_s:g}"
            raise ValueError(f"{low} is more than {high}: no jerk can be that long and that short")
        return self


class ClusterSettings(_Block):
    """From jerks to clusters and episodes."""

    gap_s: float = Field(
        2.0, gt=0, description="Longest time from one jerk of a cluster to the next, onset to onset, in seconds."
    )
    min_jerks: int = Field(3, ge=2, description="Fewest jerks in a cluster.")
    episode_gap_s: float = Field(
        10.0,
        gt=0,
        description="Clusters and jerks at most this far apart (end to onset, in seconds) are one episode "
        "(bursts of infant twitches: Sokoloff 2020, PMC8513809).",
    )

    @model_validator(mode="after")
    def _clusters_within_episodes(self) -> ClusterSettings:
        if self.episode_gap_s < self.gap_s:
            less, more = f"episode_gap_s = {self.episode_gap_s:g}", f"gap_s = {self.gap_s:g}"
            raise ValueError(f"{less} is less than {more}: an episode would end within a cluster")
        return self


_ROUNDING = 1e-9  # share of the picture's area


class Region(_Block):
    """A named part of the picture: a polygon whose corners are fractions of the upright picture's width and height."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="Such as left_arm, right_leg, face or exclude.")
    points: tuple[tuple[Fraction, Fraction], ...] = Field(min_length=3, max_length=64, description="Corners, x and y.")

    @model_validator(mode="after")
    def _has_an_inside(self) -> Region:
        x0, y0 = self.points[0]
        sides = [(x - x0, y - y0) for x, y in self.points]
        if all(abs(one[0] * other[1] - one[1] * other[0]) < _ROUNDING for one, other in pairwise(sides)):
            raise ValueError(f"points = {list(map(list, self.points))}: these corners lie on one line")
        return self


class RegionSettings(_Block):
    """Named parts of the picture (docs/how-to/name-regions.md). A name that begins with exclude counts nothing."""

    mirrored: bool = Field(
        default=False, description="The picture is a mirror image, as from a selfie camera: left and right are swapped."
    )
    named: tuple[Region, ...] = Field(
        (), max_length=40, description="The regions; where two overlap, an excluded one counts, otherwise the first."
    )


class Settings(_Block):
    """All settings of one analysis."""

    video: VideoSettings = VideoSettings()
    motion: MotionSettings = MotionSettings()
    bursts: BurstSettings = BurstSettings()
    jerks: JerkSettings = JerkSettings()
    clusters: ClusterSettings = ClusterSettings()
    regions: RegionSettings = RegionSettings()

    @classmethod
    def of(cls, given: Settings | Mapping[str, Any] | None) -> Settings:
        """Return `given` itself, what a mapping of blocks gives, or the defaults for None.

        Raises
        ------
        SettingsError
            If it is nothing of these, or as in `from_mapping`.
        """
        if isinstance(given, cls):
            return given
        if given is None or isinstance(given, Mapping):
            return cls.from_mapping(given or {})
        raise SettingsError(
            f"settings: a Settings, or a dict of blocks such as {{'jerks': {{'min_confidence': 0.6}}}} is needed, "
            f"got {type(given).__name__}. For a TOML file: Settings.from_toml(path)"
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Settings:
        """Return the settings that `values` (block -> key -> value) gives, defaults elsewhere.

        Raises
        ------
        SettingsError
            If a block or key is unknown (the nearest name is offered) or a value is of the wrong type or out of range.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise explained(error, cls) from None

    @classmethod
    def of_run(cls, run: Provenance) -> Settings:
        """Return the settings that a result was made with."""
        return cls.from_mapping(plain(run.settings))

    @classmethod
    def from_toml(cls, path: Path | str) -> Settings:
        """Return the settings of a TOML file: one table a block.

        Raises
        ------
        SettingsError
            If the file cannot be read, is not TOML, or as in `from_mapping`.
        """
        try:
            values = tomllib.loads(Path(path).read_text("utf-8-sig"))  # Notepad begins a file with a mark
        except (OSError, UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(
                f"{path}: cannot be read as TOML settings ({error}); see docs/reference/settings.md"
            ) from None
        return cls.from_mapping(values)

    def with_assignments(self, assignments: Iterable[str]) -> Settings:
        """Return these settings with ``block.key=value`` texts (or a single one) applied, later ones winning.

        Raises
        ------
        SettingsError
            If a text is not of that form, or as in `from_mapping`.
        """
        values = self.model_dump()
        for text in [assignments] if isinstance(assignments, str) else assignments:
            key, equals, value = text.partition("=")
            block, dot, name = key.strip().partition(".")
            if not (equals and dot and block and name):
                raise SettingsError(f"{text!r} is not of the form block.key=value, such as jerks.max_duration_s=0.8")
            values.setdefault(block, {})[name] = _toml_value(value.strip())
        return self.from_mapping(values)

    def fingerprint(self, *blocks: str) -> str:
        """Return 16 hex digits that change when any setting does (of the named blocks, or of all)."""
        values = self.model_dump(mode="json")
        chosen = {name: values[name] for name in (blocks or values)}
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:16]


def _toml_value(text: str) -> Any:
    """Read a value as TOML would; a bare word is a string."""
    try:
        read = tomllib.loads(f"value = {text}")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None if text == "none" else text
    return read["value"] if len(read) == 1 else text
