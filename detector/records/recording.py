"""What is known about one recording: facts about the file, its frames, and an account of its time."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

__all__ = [
    "MUCH", "Frame", "QualityFlag", "Recording", "Severity", "Span", "TimeAccount", "parted_by", "union", "within",
]  # fmt: skip

MUCH = 0.1
"""Share of a recording's time, frames or packets above which a problem is severe."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time ``[onset_s, offset_s)`` with a reason.

    Attributes
    ----------
    onset_s, offset_s : float
        Seconds since the recording's first frame; ``offset_s >= onset_s``.
    reason : str
        Why this stretch stands out, as a short code (``gap``, ``damaged``, ``camera``, ``dark``, ...).
    """

    onset_s: float
    offset_s: float
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.offset_s >= self.onset_s:
            raise ValueError(f"a span must not end before it begins: {self.onset_s} s to {self.offset_s} s")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.offset_s - self.onset_s


def within(time_s: float, spans: Iterable[Span]) -> bool:
    """Return whether a moment lies within one of the spans."""
    return any(span.onset_s <= time_s < span.offset_s for span in spans)


def union(spans: Iterable[Span], *, gap_s: float = 0.0) -> tuple[Span, ...]:
    """Return `spans` sorted and disjoint; spans at most `gap_s` apart are joined and keep the reason of the first."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.onset_s <= joined[-1].offset_s + gap_s:
            before = joined.pop()
            joined.append(Span(before.onset_s, max(before.offset_s, span.offset_s), before.reason))
        else:
            joined.append(span)
    return tuple(joined)


def parted_by(times_s: npt.NDArray[np.float64], spans: Iterable[Span]) -> npt.NDArray[np.bool_]:
    """Return, for each pair of neighbouring times, whether any part of a span lies between them.

    Parameters
    ----------
    times_s : ndarray of float64, shape (n,)
        Seconds, not decreasing.
    spans : iterable of Span
        In any order; they may overlap.

    Returns
    -------
    ndarray of bool, shape (max(n - 1, 0),)
    """
    spans = tuple(spans)
    begun = np.searchsorted(np.sort([span.onset_s for span in spans]), times_s[1:], side="left")
    ended = np.searchsorted(np.sort([span.offset_s for span in spans]), times_s[:-1], side="right")
    return begun > ended


@dataclass(frozen=True, slots=True)
class TimeAccount:
    """Where the claimed duration went: ``analysed + masked + missing = claimed``.

    Attributes
    ----------
    claimed_s : float
        Duration that the file claims, or the span of its time stamps if that is longer, in seconds.
    masked : tuple of Span
        Time that was decoded but cannot be judged (damaged, dark, moved camera, ...). Sorted and disjoint.
    missing : tuple of Span
        Time without any picture (gap in the time stamps, truncated file). Sorted, disjoint, and disjoint from
        ``masked``.
    """

    claimed_s: float
    masked: tuple[Span, ...] = ()
    missing: tuple[Span, ...] = ()

    @property
    def masked_s(self) -> float:
        """Seconds of masked time."""
        return sum(span.duration_s for span in self.masked)

    @property
    def missing_s(self) -> float:
        """Seconds of missing time."""
        return sum(span.duration_s for span in self.missing)

    @property
    def analysed_s(self) -> float:
        """Seconds that were judged: claimed minus masked minus missing, never below zero."""
        return max(0.0, self.claimed_s - self.masked_s - self.missing_s)


class Severity(StrEnum):
    """What a quality flag means for the counts, most severe last."""

    INFO = "info"
    """Nothing is lost."""

    WARNING = "warning"
    """Some events may be lost or mistimed."""

    SEVERE = "severe"
    """The counts cannot be trusted."""

    @classmethod
    def by_share(cls, part: float, whole: float) -> Severity:
        """Return the severity of a problem that affects `part` of `whole`: severe above a tenth, else a warning."""
        return cls.SEVERE if part > MUCH * whole else cls.WARNING


@dataclass(frozen=True, slots=True)
class QualityFlag:
    """Something a reader must know about the video; poor video is flagged, never silently refused.

    Attributes
    ----------
    code : str
        One of the closed list in docs/reference/quality-flags.md, such as ``vfr``, ``truncated``, ``fps_too_low``.
    severity : Severity
        What the flag means for the counts.
    message : str
        One plain sentence with the value and its unit.
    value : float
        The measured value; NaN if there is none.
    """

    code: str
    severity: Severity
    message: str
    value: float = float("nan")


@dataclass(frozen=True, slots=True)
class Recording:
    """Facts about one video file that was read to its end.

    Attributes
    ----------
    id : str
        Name of the recording's result folder: the file's stem made safe.
    path : str
        Path of the file as the user gave it.
    sha256 : str
        Hex digest of the file's bytes.
    size_bytes : int
        Size of the file.
    container, codec, pixel_format : str
        Names given by the demuxer and decoder.
    width, height : int
        Size of the upright picture in pixels, after rotation.
    rotation_deg : int
        Clockwise rotation applied to make the picture upright: 0, 90, 180 or 270.
    mirrored : bool
        True if the stored picture was mirrored by its display matrix and was mirrored back.
    n_frames : int
        Number of frames decoded.
    fps : float
        1 / median frame interval, in Hz; NaN with fewer than two frames.
    variable_rate : bool
        True if frame intervals differ by more than the container's rounding explains.
    start_s : float
        Presentation time of the first frame on the file's own clock, in seconds; subtracted from all times.
    time : TimeAccount
        Where the claimed duration went.
    flags : tuple of QualityFlag
        What a reader of the result must know.
    """

    id: str
    path: str
    sha256: str
    size_bytes: int
    container: str
    codec: str
    pixel_format: str
    width: int
    height: int
    rotation_deg: int
    mirrored: bool
    n_frames: int
    fps: float
    variable_rate: bool
    start_s: float
    time: TimeAccount
    flags: tuple[QualityFlag, ...] = ()

    @property
    def sought(self) -> bool:
        """Whether a moment can be found by the file's time stamps: not if they are corrected, guessed or missing."""
        codes = {flag.code for flag in self.flags}
        in_place = codes.isdisjoint({"clock_jump", "no_timestamps", "out_of_order", "pts_guessed"})
        return in_place and not ("avi" in self.container.split(",") and codes & {"damaged", "gaps"})


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture: small, upright and grey.

    Attributes
    ----------
    index : int
        Number of decoded frames before this one; a label, never a clock.
    time_s : float
        Presentation time in seconds since the recording's first frame.
    luma : ndarray of uint8, shape (height, width)
        Scaled luma in grey levels 0-255, read-only.
    joined : bool
        False if this frame must not be compared with the one before: first frame, or after a gap, a clock jump, damage
        or a change of picture size.
    clean : bool
        False if the picture may contain decoding damage; nothing is judged on it.
    """

    index: int
    time_s: float
    luma: npt.NDArray[np.uint8] = field(repr=False)
    joined: bool
    clean: bool
