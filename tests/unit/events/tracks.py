"""Zone tracks with known movement: a displacement over time, sampled at a frame rate, with noise in the speed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detector.events.candidate_table import Candidate, Candidates
from detector.events.context import CONTEXT_FEATURES
from detector.events.views import VIEW_FEATURES
from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack
from tests.factories import make_movement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from detector.records.events import Movement

    Times = npt.NDArray[np.float64]
    Way = Callable[[Times], npt.NDArray[np.complex128]]

WIDTH, HEIGHT = 640, 360
THRESHOLD_PX_S = 0.004 * WIDTH  # least speed that the zone tracks built here call motion


def smooth_step(share: Times) -> Times:
    """The way of least jerk from 0 to 1 (Flash & Hogan 1985)."""
    s = np.clip(share, 0, 1)
    return s**3 * (10 - 15 * s + 6 * s**2)


def jerk(
    onset_s: float,
    amplitude_px: complex = 12,
    *,
    out_s: float = 0.10,
    hold_s: float = 0.0,
    back_s: float = 0.14,
    returned: float = 1.0,
) -> Way:
    """Out from rest at `onset_s`, a hold, and back by the share `returned`."""

    def way(time_s: Times) -> npt.NDArray[np.complex128]:
        out = smooth_step((time_s - onset_s) / out_s)
        back = smooth_step((time_s - onset_s - out_s - hold_s) / back_s)
        return amplitude_px * (out - returned * back).astype(complex)

    return way


def train(rate_hz: float, n: int, *, onset_s: float = 1.0, amplitude_px: complex = 12, **shape: float) -> Way:
    """A number of jerks at a steady rate, each over before the next begins."""
    length_s = min(0.24, 0.9 / rate_hz)
    shape = {"out_s": 0.42 * length_s, "back_s": 0.58 * length_s} | shape
    return both(*(jerk(onset_s + k / rate_hz, amplitude_px, **shape) for k in range(n)))


def both(*ways: Way) -> Way:
    """Ways that add up."""

    def way(time_s: Times) -> npt.NDArray[np.complex128]:
        return np.sum([one(time_s) for one in ways], axis=0)

    return way


def still(time_s: Times) -> npt.NDArray[np.complex128]:
    return np.zeros(len(time_s), complex)


def make_zone(
    way: Way,
    *,
    fps: float = 30.0,
    length_s: float = 4.0,
    phase: float = 0.0,
    noise_px_s: float = 0.4,
    seed: int = 1,
    scale: float = 1.0,
    times_s: Times | None = None,
    **constants: float,
) -> ZoneTrack:
    """Return the track of a zone that goes `way`; `phase` shifts the frame times by a part of a frame."""
    time_s = np.arange(round(length_s * fps)) / fps if times_s is None else times_s
    place = way(np.r_[2 * time_s[0] - time_s[1], time_s] + phase / fps) * scale
    velocity = np.diff(place) / np.diff(time_s, prepend=2 * time_s[0] - time_s[1])
    rng = np.random.default_rng(seed)
    along = velocity.real + noise_px_s * scale * rng.normal(size=len(time_s))
    across = velocity.imag + noise_px_s * scale * rng.normal(size=len(time_s))
    threshold = max(THRESHOLD_PX_S, 4 * noise_px_s) * scale
    strength = np.minimum(np.hypot(along, across) / threshold, 30.0)
    moving = strength > 1
    apart = np.minimum(np.abs(place[1:] - np.median(place[1:])) / scale, 4.0)  # pixels; farther, texture is new
    values = {
        "x": 0.5, "y": 0.5, "extent": 0.02, "area": 0.01, "edge": 0.0, "direction_deg": 0.0, "coherence": 0.95,
        "texture": 8.0, "reach": 1.0,
    }  # fmt: skip
    return ZoneTrack(1, **(values | constants), time_s=time_s, along=along, across=across, strength=strength,
                     explained=0.8 * moving, share=0.9 * moving, away=np.hypot(1.0, 5.0 * apart))  # fmt: skip


def make_picture(time_s: Times, **columns: object) -> PictureTrack:
    """Return a picture that is bright, still and judged, unless `columns` says otherwise."""
    n = len(time_s)
    values: dict[str, object] = {
        "activity": 0.01, "change": 0.5, "light": 0.0, "brightness": 110.0, "sharpness": 6.0, "shift_x": 0.0,
        "shift_y": 0.0, "judged": True,
    }  # fmt: skip
    filled = {name: np.broadcast_to(np.asarray(value), n) for name, value in (values | columns).items()}
    return PictureTrack(time_s=time_s, **filled)


def make_signal(*zones: ZoneTrack, width: int = WIDTH, **columns: object) -> MotionSignal:
    """Return a signal with these zones, which have the frame times of the first, numbered as they come."""
    numbered = tuple(replace(zone, number=number) for number, zone in enumerate(zones, 1))
    return MotionSignal(width, width * HEIGHT // WIDTH, make_picture(zones[0].time_s, **columns), numbered)


GOOD = {
    "amplitude": 0.02, "speed": 0.3, "duration_s": 0.25, "rise_s": 0.06, "returned": 1.0, "reversal": 1.0,
    "before": 0.02, "rested": 0.01, "after": 0.02, "drift": 0.0, "strength": 25.0, "snr": 60.0, "area": 0.02,
    "extent": 0.02, "edge": 0.0, "coherence": 0.95, "share": 0.9, "explained": 0.9, "texture": 8.0, "light": 0.0,
    "shift": 0.0, "activity": 0.01, "activity_around": 0.0, "unjudged": 0.0, "interval_s": 1 / 30, "in_motion_s": 0.3,
    "followed_s": 0.4, "skew": 2.0, "rest_share": 0.8, "back_speed": 0.7, "swings": 0.5, "beyond": 0.0, "away_fit": 0.9,
    "views": 1.0, "view_area": 0.02, "view_strength": 25.0, "view_snr": 60.0, "view_spread_s": 0.0, "view_share": 0.9,
    "view_skew": 2.0, "view_returned": 1.0, "view_away_fit": 0.9, "view_explained": 0.9,
    "clear_share": 0.9, "clear_area": 0.02, "clear_skew": 2.0, "clear_strength": 25.0, "clear_duration_s": 0.25,
    "clear_speed": 0.3, "clear_extent": 0.02, "clear_returned": 1.0, "clear_coherence": 0.95, "clear_edge": 0.0,
    "clear_explained": 0.9, "clear_away_fit": 0.9,
    "company": 1.0, "pace_hz": 0.0, "pace_cv": 1.0, "amplitude_cv": 1.0, "at_once": 0.0, "at_once_spread": 0.0,
}  # fmt: skip
"""Features of a textbook jerk that comes alone."""


def make_candidate(
    onset_s: float = 1.0,
    *,
    duration_s: float = 0.25,
    x: float = 0.5,
    y: float = 0.5,
    zone: ZoneTrack | None = None,
    amplitude_px: float = 12.8,
    number: int = 1,
    **features: float,
) -> Candidate:
    """Return a candidate with the features of a textbook jerk, but for those given."""
    zone = zone or replace(make_zone(still, length_s=0.2, x=x, y=y), number=number)
    measured = GOOD | {"duration_s": duration_s} | features
    end_s = onset_s + duration_s
    return Candidate(zone, onset_s, onset_s + 0.4 * duration_s, end_s, end_s, amplitude_px, 192.0, measured)


def measured_only(candidates: Sequence[Candidate]) -> Candidates:
    """Return candidates as `measure_candidates` does: without what views and context say."""
    later = {*VIEW_FEATURES, *CONTEXT_FEATURES}
    kept = [{name: value for name, value in each.features.items() if name not in later} for each in candidates]
    return Candidates.of([replace(each, features=own) for each, own in zip(candidates, kept, strict=True)])


def make_jerks(onsets_s: Sequence[float], duration_s: float = 0.2) -> tuple[Movement, ...]:
    """Return jerks at these onsets, with ids in their order."""
    return tuple(
        make_movement(0, float(onset), id=f"jerk-{number:04d}", peak_s=onset + duration_s / 2,
                      offset_s=float(onset) + duration_s)
        for number, onset in enumerate(onsets_s, 1)
    )  # fmt: skip
