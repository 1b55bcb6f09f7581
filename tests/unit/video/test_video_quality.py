from __future__ import annotations

import math
import re
from array import array
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detector.events.picture_flags import PICTURE_FLAGS
from detector.records.recording import Span, TimeAccount
from detector.results.drift import DRIFT_CODE
from detector.results.stored import NO_CLIPS_CODE
from detector.video.quality import Observations, Rate, flags_for, rate_of

ROOT = Path(__file__).parents[3]
QUIET = Observations(
    n_frames=100,
    duplicates=0,
    guesses=0,
    reordered=0,
    misplaced=0,
    jumps=0,
    gaps=0,
    interlaced=0,
    copies=0,
    size_changes=0,
    n_streams=1,
    stopped_early=False,
    given_fps=None,
    rotation_deg=0,
    mirrored=False,
    late_s=0.0,
)
STEADY = Rate(25.0, variable=False, low_fps=25.0, high_fps=25.0)


def codes_in(name: str) -> set[str]:
    table = (ROOT / "docs/reference/quality-flags.md").read_text(encoding="utf-8").split(f"## {name}\n")[1]
    rows = [row.split("|")[1] for row in table.split("\n## ")[0].splitlines() if row.startswith("| `")]
    return {code for row in rows for code in re.findall(r"`(\w+)`", row)}


def test_every_code_is_documented_and_every_documented_code_exists():
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "detector/video").glob("*.py"))
    assert codes_in("Flags") == {
        *re.findall(r'QualityFlag\(\s*"(\w+)"', source), *PICTURE_FLAGS, NO_CLIPS_CODE, DRIFT_CODE,
    }  # fmt: skip
    assert codes_in("Refusals") == set(re.findall(r'code="(\w+)"', source)) | {"not_video"}


@pytest.mark.parametrize(("lost_s", "severity"), [(0.3, "warning"), (0.5, "severe")])
def test_what_is_much_of_a_recording_is_severe(lost_s, severity):
    gap = TimeAccount(4.0, missing=(Span(1.0, 1.0 + lost_s, "gap"),))
    (flag,) = flags_for(replace(QUIET, gaps=1), STEADY, gap)
    assert (flag.code, flag.severity) == ("gaps", severity)
    (flag,) = flags_for(replace(QUIET, misplaced=int(25 * lost_s)), STEADY, TimeAccount(4.0))
    assert (flag.code, flag.severity) == ("out_of_order", severity)


def test_packets_that_are_lost_without_a_time_are_told():
    seen = replace(QUIET, bad_share=0.5)
    assert [(flag.code, flag.severity, flag.value) for flag in flags_for(seen, STEADY, TimeAccount(4.0))] == [
        ("undecoded", "severe", 0.5)
    ]
    masked = TimeAccount(4.0, masked=(Span(0.0, 0.1, "damaged"),))
    assert "undecoded" in {flag.code for flag in flags_for(seen, STEADY, masked)}
    masked = TimeAccount(4.0, masked=(Span(0.0, 2.0, "damaged"),))
    assert "undecoded" not in {flag.code for flag in flags_for(seen, STEADY, masked)}
    assert flags_for(replace(QUIET, bad_share=0.005), STEADY, TimeAccount(4.0)) == ()


def test_good_video_has_no_flag():
    assert flags_for(QUIET, STEADY, TimeAccount(4.0)) == ()


def test_lost_time_is_severe_when_it_is_much():
    for lost_s, severity in ((1.0, "warning"), (50.0, "severe")):
        time = TimeAccount(100.0, masked=(Span(0, lost_s, "damaged"),), missing=(Span(100 - lost_s, 100, "truncated"),))
        flags = flags_for(QUIET, STEADY, time)
        assert [(flag.code, flag.severity) for flag in flags] == [("truncated", severity), ("damaged", severity)]
        assert all(flag.value == lost_s and f"{lost_s:.1f}" in flag.message for flag in flags)


@pytest.mark.parametrize(
    ("slow", "severity"), [(0, None), (4, None), (9, "warning"), (40, "warning"), (60, "severe"), (4000, None)]
)
def test_a_camera_that_slows_down_is_said_whatever_most_pictures_do(slow: int, severity: str | None) -> None:
    rate = rate_of(array("d", [0.04] * 950 + [0.2] * slow + [0.04] * 950), 0.001)
    flags = {flag.code: flag for flag in flags_for(QUIET, rate, TimeAccount(rate.all_s))}
    assert flags["fps_drops"].severity == severity if severity else "fps_drops" not in flags
    assert ("fps_too_low" in flags) == (slow == 4000), "one of both"
    if severity:
        assert flags["fps_drops"].value == pytest.approx(0.2 * slow, abs=0.3)


def test_a_clock_that_jitters_and_pictures_that_come_late_are_no_slow_camera() -> None:
    random = np.random.default_rng(1)
    jitter = np.diff(np.arange(300) / 12 + random.normal(0, 0.012, 300))
    assert (jitter > 0.1).mean() > 0.1
    assert rate_of(array("d", jitter.tolist()), 0.001).slow_s == 0
    late = np.where(random.random(600) < 0.05, 0.13, 0.04)
    assert rate_of(array("d", late.tolist()), 0.001).slow_s == 0


def test_rates():
    assert rate_of(array("d"), 0.001).fps != rate_of(array("d"), 0.001).fps
    rate = rate_of(array("d", [1 / 30] * 95 + [1 / 15] * 5), 0.001)
    assert rate.variable
    assert (rate.fps, rate.low_fps, rate.high_fps) == (pytest.approx(30), pytest.approx(15), pytest.approx(30))
    assert (rate.slow_s, rate.all_s) == (0, pytest.approx(95 / 30 + 5 / 15))
    jitter = array("d", [0.033, 0.034, 0.033, 0.035] * 100)
    assert not rate_of(jitter, 0.001).variable


def test_where_reading_failed_and_nothing_was_claimed_no_loss_of_nothing_is_told() -> None:
    (flag,) = flags_for(replace(QUIET, stopped_early=True), rate_of(array("d", [0.04] * 400), 0.001), TimeAccount(16.0))
    assert (flag.code, flag.severity, math.isnan(flag.value)) == ("truncated", "warning", True)
    assert flag.message == "Reading ended with an error after 16.0 s; how much was still to come is not known."
