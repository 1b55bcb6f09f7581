"""A small result, made by hand."""

from __future__ import annotations

import math

import numpy as np

from detector.records.events import Kind, Movement, Reason
from detector.records.motion import MotionSignal, PictureTrack
from detector.records.recording import QualityFlag, Recording, Severity, Span, TimeAccount
from detector.records.result import Provenance, Rates, Result


def a_movement(number: int, kind: Kind, onset_s: float) -> Movement:
    reason = Reason.NONE if kind is Kind.JERK else Reason.LIGHT
    return Movement(
        f"{kind}-{number:04d}",
        kind,
        reason,
        onset_s,
        onset_s + 0.1,
        onset_s + 0.2,
        0.9,
        0.5,
        0.5,
        0.01,
        5.0,
        60.0,
        45.0,
    )


def a_result(*, jerks: int = 3, claimed_s: float = 7200.0, path: str = "night.mp4") -> Result:
    """Return a result with isolated jerks, two rejected candidates, 100 s masked, 50 s missing and one flag."""
    blank = np.zeros(0)
    picture = PictureTrack(**dict.fromkeys(PictureTrack.columns(), blank))
    masked, missing = (Span(0.0, 100.0, "dark"),), (Span(200.0, 250.0, "gap"),)
    time = TimeAccount(claimed_s, masked, missing) if claimed_s > 250 else TimeAccount(claimed_s)
    hours = time.analysed_s / 3600
    rate = jerks / hours if hours else math.nan
    flag = QualityFlag("vfr", Severity.INFO, "the frame rate varies\x1b[2J")
    recording = Recording(
        "night", path, "ab" * 32, 1000, "mov,mp4", "h264", "yuv420p", 640, 360, 0, False, 100, 25.0, False, 0.0, time,
        (flag,),
    )  # fmt: skip
    movements = [a_movement(number, Kind.JERK, 300.0 + 60 * number) for number in range(1, jerks + 1)]
    movements += [a_movement(number, Kind.REJECTED, 1000.0 + number) for number in (1, 2)]
    return Result(
        recording,
        MotionSignal(640, 360, picture, ()),
        tuple(movements),
        (),
        (),
        (),
        Rates(hours, hours, rate, 0.3 * rate, 2.9 * rate, rate),
        Provenance("0.1.0", "1", {"numpy": "2.0"}, {}, "0" * 16),
    )
