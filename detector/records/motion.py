"""The motion signal: what one pass over the pixels leaves behind.

Every later step (bursts, candidates, jerks, clusters, episodes) works on these arrays alone and never sees a picture;
it takes seconds for a whole night.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]
    TimeArray = npt.NDArray[np.float64]

__all__ = [
    "FARTHEST_SHIFT",
    "LEAST_DETAIL",
    "LEAST_GREY",
    "LITTLE_DETAIL",
    "NO_CHANGE",
    "SWITCH",
    "MotionSignal",
    "PictureTrack",
    "ZoneTrack",
    "frozen",
]

LEAST_GREY = 6.0
"""Least mean grey level of a picture that can be judged; for this and the other limits see docs/decisions/0004."""

LEAST_DETAIL = 0.3
"""Least sharpness (`PictureTrack.sharpness`) of a picture that can be judged, in grey levels per pixel."""

LITTLE_DETAIL = 1.0
"""Grey levels per pixel: below this, a shift of half a pixel changes a picture too little ever to count as motion."""

NO_CHANGE = 0.001
"""Root mean square in grey levels; a single pixel of 57,600 changing by one level already gives 0.004."""

FARTHEST_SHIFT = 0.0025
"""In picture widths: if the camera moves farther between two frames, nothing can be judged."""

SWITCH = 0.15
"""Change of log brightness from one frame to the next that marks a lamp or an infrared switch."""


def frozen(array: npt.ArrayLike, dtype: npt.DTypeLike) -> npt.NDArray[np.generic]:
    """Return `array` as a read-only, contiguous array of `dtype`, copied unless it already is one."""
    out = np.ascontiguousarray(array, dtype=dtype)
    if out.flags.writeable:
        out = out.copy() if out is array or out.base is not None else out
        out.flags.writeable = False
    return out


def _freeze(record: object, dtypes: dict[str, str]) -> None:
    lengths = set()
    for name, dtype in dtypes.items():
        array = frozen(getattr(record, name), dtype)
        lengths.add(array.shape)
        object.__setattr__(record, name, array)
    if len(lengths) > 1:
        raise ValueError(
            f"the columns of a {type(record).__name__} must be of one length, got shapes {sorted(lengths)}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class PictureTrack:
    """One value per frame for the whole picture. All arrays have shape (n,).

    Attributes
    ----------
    time_s : float64
        Presentation time since the first frame, seconds, increasing.
    activity : float32
        Share of the picture's blocks in motion above their own noise, 0-1.
    change : float32
        Root mean square difference from the frame before, in grey levels, with changes of light removed.
    light : float32
        Natural logarithm of the ratio of the frame's brightness to that of the frame before; 0 = steady light. The
        ratio is the median over the rows of each row's median ratio, taken after adding 4 grey levels to both frames.
    brightness : float32
        Mean grey level as coded, 0-255: black is 16 in limited-range video, as most video is.
    sharpness : float32
        Root mean square gradient, grey levels per pixel of the analysed picture.
    shift_x, shift_y : float32
        Shift of the whole picture since the frame before, in pixels of the recording (right and down positive).
    judged : bool
        False where nothing can be judged: damage, first frame after a gap, moved camera, darkness, no detail.
    """

    time_s: TimeArray = field(repr=False)
    activity: FloatArray = field(repr=False)
    change: FloatArray = field(repr=False)
    light: FloatArray = field(repr=False)
    brightness: FloatArray = field(repr=False)
    sharpness: FloatArray = field(repr=False)
    shift_x: FloatArray = field(repr=False)
    shift_y: FloatArray = field(repr=False)
    judged: npt.NDArray[np.bool_] = field(repr=False)

    def __post_init__(self) -> None:
        columns = dict.fromkeys(self.columns(), "f4") | {"time_s": "f8", "judged": "?"}
        _freeze(self, columns)

    @property
    def dark(self) -> npt.NDArray[np.bool_]:
        """Whether each frame is too dark to be judged; black coded as 16 is not `dark` but `blank`."""
        return np.asarray(self.brightness < LEAST_GREY)

    @property
    def blank(self) -> npt.NDArray[np.bool_]:
        """Whether each frame lacks detail but is not `dark`: a covered lens, or black coded as 16."""
        return np.asarray((self.sharpness < LEAST_DETAIL) & ~self.dark)

    @property
    def faint(self) -> npt.NDArray[np.bool_]:
        """Whether each frame has too little contrast to judge small movements, but is neither `dark` nor `blank`."""
        return np.asarray((self.sharpness < LITTLE_DETAIL) & ~(self.dark | self.blank))

    @property
    def switched(self) -> npt.NDArray[np.bool_]:
        """Whether the light changed abruptly at each frame, by a lamp or an infrared switch."""
        return np.asarray(np.abs(self.light) > SWITCH)

    @property
    def unchanged(self) -> npt.NDArray[np.bool_]:
        """Whether each frame equals the one before, noise and all; only if `judged` and neither `dark` nor `blank`."""
        return np.asarray((self.change < NO_CHANGE) & self.judged & ~(self.dark | self.blank))

    def moved(self, width: int) -> npt.NDArray[np.bool_]:
        """Return whether the camera moved too far at each frame to judge it; `width` is the recording's, in pixels."""
        return np.asarray(np.hypot(self.shift_x, self.shift_y) > FARTHEST_SHIFT * width)

    @staticmethod
    def columns() -> tuple[str, ...]:
        """Names of the arrays, in order."""
        return (
            "time_s", "activity", "change", "light", "brightness", "sharpness", "shift_x", "shift_y", "judged",
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True, eq=False)
class ZoneTrack:
    """The motion of one zone: a patch of the picture that moved as one, from before the movement until after it.

    The blocks of a zone move along the zone's pattern: each in its own direction, all with the same rhythm. `along` is
    the signed speed along that pattern: one sign for out, the other for back. `across` is what the pattern leaves
    unexplained.

    Attributes
    ----------
    number : int
        1, 2, ... in order of appearance.
    x, y : float
        Centre of the zone as a fraction of the picture's width and height.
    extent : float
        Root mean square radius of the zone as a fraction of the picture's diagonal.
    area : float
        Share of the picture that belongs to the zone, 0-1.
    edge : float
        Share of the zone's motion that lies in the outermost two rings of the picture's blocks, 0-1.
    direction_deg : float
        Main axis of the movement in the picture, degrees clockwise from the right, 0-180.
    coherence : float
        Share of the zone's motion energy that its pattern explains, 0-1.
    texture : float
        Root mean square gradient inside the zone, grey levels per pixel of the analysed picture.
    reach : float
        Ratio of the speed of the zone's fastest blocks (98th percentile) to their mean speed, at least 1; converts mean
        speed into that of the limb's fastest part.
    time_s : ndarray of float64, shape (m,)
        Presentation times of consecutive frames of the recording.
    along, across : ndarray of float32, shape (m,)
        Signed speeds in pixels of the recording per second, averaged over the zone with the pattern as weights.
    strength : ndarray of float32, shape (m,)
        Peak motion over the zone in units of its noise threshold; above 1 is motion.
    explained : ndarray of float32, shape (m,)
        Share of the difference between pictures that a shift explains, in the zone's moving blocks, 0-1: high where
        something moves, low where noise, light or a codec changed the picture.
    share : ndarray of float32, shape (m,)
        Share of the whole picture's motion that lies in this zone, 0-1.
    away : ndarray of float32, shape (m,)
        How much the zone differs from its picture at rest: root mean square difference in grey levels, with brightness
        removed.
    """

    number: int
    x: float
    y: float
    extent: float
    area: float
    edge: float
    direction_deg: float
    coherence: float
    texture: float
    reach: float
    time_s: TimeArray = field(repr=False)
    along: FloatArray = field(repr=False)
    across: FloatArray = field(repr=False)
    strength: FloatArray = field(repr=False)
    explained: FloatArray = field(repr=False)
    share: FloatArray = field(repr=False)
    away: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        _freeze(self, dict.fromkeys(self.columns(), "f4") | {"time_s": "f8"})

    @staticmethod
    def columns() -> tuple[str, ...]:
        """Names of the arrays, in order."""
        return ("time_s", "along", "across", "strength", "explained", "share", "away")

    @staticmethod
    def constants() -> tuple[str, ...]:
        """Names of the zone's single values except its number, in order."""
        return ("x", "y", "extent", "area", "edge", "direction_deg", "coherence", "texture", "reach")

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True, eq=False)
class MotionSignal:
    """Motion of one recording: a track for the whole picture and one for each zone that moved.

    Attributes
    ----------
    width, height : int
        Size of the recording's upright picture in pixels; speeds and shifts are in these pixels.
    picture : PictureTrack
        One value per frame.
    zones : sequence of ZoneTrack
        Sorted by the time of their first frame: a tuple, or zones in a file that are read on access.
    """

    width: int
    height: int
    picture: PictureTrack
    zones: Sequence[ZoneTrack] = field(repr=False)

    def __repr__(self) -> str:
        times = self.picture.time_s
        length = float(times[-1] - times[0]) if len(times) else 0.0
        return (
            f"<MotionSignal {length:.1f} s, {len(times)} frames, {len(self.zones)} zones, {self.width}x{self.height}>"
        )
