"""Quality flags: what a reader of the result must know about the video (docs/reference/quality-flags.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import uniform_filter1d

from detector.records.plural import plural
from detector.records.recording import QualityFlag, Severity
from detector.video.timeline import LONGEST_GAP_S
from detector.video.unread import NO_REST, Rest

if TYPE_CHECKING:
    from array import array

    from detector.records.recording import TimeAccount

__all__ = ["Observations", "Rate", "flags_for", "rate_of"]

LOWEST_RATE_HZ = 10.0  # below this, a jerk of 0.1 s, the middle of their range, falls between two frames
SLOW_STEPS = 15  # a second and a half at that rate
GOOD_RATE_HZ = 20.0  # two frames within 0.1 s; see docs/decisions/0002-decoding-with-pyav.md
HIGHEST_RATE_HZ = 300.0  # phones film slow motion at up to 240 Hz
RATE_TOLERANCE = 0.10  # camera clocks jitter by a few per cent; up to a tenth and a tick is rounding
ODD_SHARE = 0.01  # share of frames that may be odd before it is worth a flag
LATE_S = 0.5  # sound commonly starts some tenths of a second before the picture


@dataclass(frozen=True, slots=True)
class Rate:
    """Frame rate of a recording.

    Attributes
    ----------
    fps : float
        1 / median step in Hz; NaN without steps.
    variable : bool
        More than 1 % of the steps differ from the median by more than 10 % and a tick and a half.
    low_fps, high_fps : float
        1 / the 99th and 1st percentile of the steps, in Hz; NaN without steps.
    slow_s, all_s : float
        Total seconds of the steps around which the mean of 15 steps is longer than at 10 Hz, and of all steps.
    """

    fps: float
    variable: bool
    low_fps: float
    high_fps: float
    slow_s: float = 0.0
    all_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Observations:
    """Counts from one pass over a recording, in frames unless another unit is named."""

    n_frames: int
    duplicates: int
    guesses: int
    reordered: int
    misplaced: int
    jumps: int
    gaps: int
    interlaced: int
    copies: int
    size_changes: int
    n_streams: int
    stopped_early: bool
    given_fps: float | None
    rotation_deg: int
    mirrored: bool
    late_s: float
    bad_share: float = 0.0  # of the packets
    rest: Rest = NO_REST
    fast: bool = False


def rate_of(steps: array[float], tick_s: float) -> Rate:
    """Return the frame rate given by the steps (seconds, without gaps) and the clock's resolution (seconds)."""
    if not steps:
        return Rate(float("nan"), variable=False, low_fps=float("nan"), high_fps=float("nan"))
    values = np.frombuffer(steps, np.float64)
    low, middle, high = np.percentile(values, [1, 50, 99])
    odd = np.abs(values - middle) > 1.5 * tick_s + RATE_TOLERANCE * middle
    slow, usual, fast = (round(1 / float(step), 6) for step in (high, middle, low))  # sums of float steps carry noise
    around = uniform_filter1d(values, SLOW_STEPS, mode="nearest")  # one late picture does not make a slow camera
    slow_s = float(values[around > 1 / LOWEST_RATE_HZ + 1.5 * tick_s].sum())
    return Rate(usual, bool(odd.mean() > ODD_SHARE), slow, fast, slow_s, float(values.sum()))


def flags_for(seen: Observations, rate: Rate, time: TimeAccount) -> tuple[QualityFlag, ...]:
    """Return the flags of a recording, in a fixed order."""
    return (*_clock_flags(seen, time), *_rate_flags(rate), *_time_flags(seen, time), *_picture_flags(seen))


def _clock_flags(seen: Observations, time: TimeAccount) -> list[QualityFlag]:
    flags = []
    if seen.given_fps is not None:
        text = f"The file has no time stamps; all times follow from the given frame rate of {seen.given_fps:g} Hz."
        flags.append(QualityFlag("no_timestamps", Severity.WARNING, text, seen.given_fps))
    if seen.guesses or seen.reordered:
        guessed = seen.guesses + seen.reordered
        text = f"{guessed} of {seen.n_frames} frames had no time stamp of their own; it was inferred from their order."
        severity = Severity.WARNING if seen.guesses else Severity.INFO
        flags.append(QualityFlag("pts_guessed", severity, text, float(guessed)))
    if seen.duplicates:
        text = (
            f"{seen.duplicates} of {seen.n_frames} frames had the time stamp of the one before, or hardly a later one; "
            "they were spread out."
        )
        flags.append(QualityFlag("duplicate_times", Severity.WARNING, text, float(seen.duplicates)))
    if seen.misplaced:
        text = (
            f"{plural(seen.misplaced, 'frame')} came out of order, as from a damaged stream; "
            "the clock of the frames that follow was not changed."
        )
        severity = Severity.by_share(seen.misplaced, seen.n_frames)
        flags.append(QualityFlag("out_of_order", severity, text, float(seen.misplaced)))
    if seen.jumps:
        text = (
            f"The file's clock jumped {plural(seen.jumps, 'time')}, backwards or by more than "
            f"{LONGEST_GAP_S / 3600:.0f} h, or stood still; later times continue from the frame before."
        )
        flags.append(QualityFlag("clock_jump", Severity.WARNING, text, float(seen.jumps)))
    if seen.gaps:
        gap_s = sum(span.duration_s for span in time.missing if span.reason == "gap")
        text = f"Nothing was recorded in {plural(seen.gaps, 'gap')} between frames, {gap_s:.2f} s in all."
        flags.append(QualityFlag("gaps", Severity.by_share(gap_s, time.claimed_s), text, gap_s))
    return flags


def _rate_flags(rate: Rate) -> list[QualityFlag]:
    flags = []
    if rate.variable:
        text = f"The frame rate varies between about {rate.low_fps:.1f} and {rate.high_fps:.1f} Hz."
        flags.append(QualityFlag("vfr", Severity.INFO, text, rate.fps))
    if rate.fps < LOWEST_RATE_HZ:
        text = f"The frame rate is {rate.fps:.2f} Hz; below {LOWEST_RATE_HZ:g} Hz most brief jerks fall between frames."
        flags.append(QualityFlag("fps_too_low", Severity.SEVERE, text, rate.fps))
    elif rate.fps < GOOD_RATE_HZ:
        text = f"The frame rate is {rate.fps:.2f} Hz; below {GOOD_RATE_HZ:g} Hz some of the briefest jerks are missed."
        flags.append(QualityFlag("fps_too_low", Severity.WARNING, text, rate.fps))
    if rate.fps >= LOWEST_RATE_HZ and rate.slow_s > ODD_SHARE * rate.all_s:
        text = (
            f"For {rate.slow_s:.1f} of {rate.all_s:.1f} s, fewer than {LOWEST_RATE_HZ:g} pictures per second came, as "
            "from a camera in the dark; most brief jerks in that time fall between pictures."
        )
        flags.append(QualityFlag("fps_drops", Severity.by_share(rate.slow_s, rate.all_s), text, rate.slow_s))
    if rate.fps > HIGHEST_RATE_HZ:
        text = f"The frame rate is {rate.fps:.0f} Hz, above {HIGHEST_RATE_HZ:g} Hz; the file's clock is probably wrong."
        flags.append(QualityFlag("implausible_fps", Severity.SEVERE, text, rate.fps))
    return flags


def _time_flags(seen: Observations, time: TimeAccount) -> list[QualityFlag]:
    flags = []
    lost_s = sum(span.duration_s for span in time.missing if span.reason == "truncated")
    if lost_s or seen.stopped_early:
        text = (
            f"The file ends early: the last {lost_s:.1f} of {time.claimed_s:.1f} s that it claims could not be read."
            if lost_s
            else f"Reading ended with an error after {time.claimed_s:.1f} s; how much was still to come is not known."
        )
        flags.append(QualityFlag("truncated", Severity.by_share(lost_s, time.claimed_s), text, lost_s or math.nan))
    if time.masked:
        text = f"{time.masked_s:.2f} of {time.claimed_s:.1f} s are damaged and were left out."
        flags.append(QualityFlag("damaged", Severity.by_share(time.masked_s, time.claimed_s), text, time.masked_s))
    if seen.bad_share > ODD_SHARE + time.masked_s / (time.claimed_s - time.missing_s):
        text = (
            f"{seen.bad_share:.0%} of the video's packets could not be decoded, more than the damaged stretches "
            "account for; some of the recording is probably missing."
        )
        flags.append(QualityFlag("undecoded", Severity.by_share(seen.bad_share, 1.0), text, seen.bad_share))
    if seen.rest.unread:
        text = (
            f"{seen.rest.unread:.0%} of the file lies after the last picture that could be read, as when a second "
            "film was appended or the rest is damaged. None of it was analysed."
        )
        flags.append(QualityFlag("unread_rest", Severity.SEVERE, text, seen.rest.unread))
    if seen.rest.joined:
        text = (
            f"Another film, with a head of its own, makes up the last {seen.rest.joined:.0%} of the file. Some of its "
            "pictures may be missing, and its times may be wrong: analyse the films one by one."
        )
        flags.append(QualityFlag("joined_films", Severity.SEVERE, text, seen.rest.joined))
    if seen.late_s > LATE_S:
        text = f"The first picture comes {seen.late_s:.2f} s after the start of the file."
        flags.append(QualityFlag("starts_late", Severity.INFO, text, seen.late_s))
    return flags


def _picture_flags(seen: Observations) -> list[QualityFlag]:
    flags = []
    if seen.fast:  # measured on 650 clips with 1,321 jerks, pixels at 640 wide (docs/explanation/speed.md)
        text = (
            "Every second frame was left out and the loop filter skipped, as requested. On rendered clips, measured "
            "with jerk-classifier-19, this lowered the share of jerks found from 93 % to 87 % (under 3 px: 92 % to "
            "79 %; 3-6 px: 86 % to 82 %; larger: 96 % to 90 %) and raised the share of false ones from 5 % to 7 %."
        )
        flags.append(QualityFlag("fast", Severity.WARNING, text, 0.87))
    if seen.size_changes:
        text = (
            f"The size of the picture changed {plural(seen.size_changes, 'time')}; "
            "frames before and after a change are not compared."
        )
        flags.append(QualityFlag("size_change", Severity.WARNING, text, float(seen.size_changes)))
    if seen.interlaced > ODD_SHARE * seen.n_frames:
        text = f"{seen.interlaced} of {seen.n_frames} frames are interlaced; fast movement shows as combs."
        flags.append(QualityFlag("interlaced", Severity.WARNING, text, float(seen.interlaced)))
    if seen.copies > 5 * ODD_SHARE * seen.n_frames:
        text = f"{seen.copies} of {seen.n_frames} frames are exact copies of the one before."
        flags.append(QualityFlag("duplicate_frames", Severity.INFO, text, float(seen.copies)))
    if seen.n_streams > 1:
        text = f"The file holds {seen.n_streams} video streams; one of them was analysed."
        flags.append(QualityFlag("several_streams", Severity.WARNING, text, float(seen.n_streams)))
    if seen.rotation_deg or seen.mirrored:
        turned = f"turned by {seen.rotation_deg} degrees clockwise" if seen.rotation_deg else ""
        done = " and ".join(part for part in (turned, "mirrored" if seen.mirrored else "") if part)
        text = f"The stored picture was {done} to be upright."
        flags.append(QualityFlag("rotated", Severity.INFO, text, float(seen.rotation_deg)))
    return flags
