"""Candidates: excursions with every measure that a verdict may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detector.events.bursts import find_bursts, path_of
from detector.events.candidate_rows import CandidateRows
from detector.events.candidate_table import TIMES_AND_SIZES, Candidates
from detector.events.likeness import LIKENESS_FEATURES, likeness_of
from detector.events.measure_kernel import ZoneMeasure
from detector.events.pairing import begun_in_sight, pair_bursts
from detector.events.parting import REST_S
from detector.events.timing import EDGE, back_in_sight, crossing, foot_of, offset_of
from detector.events.waveform import WAVEFORM_FEATURES, waveform_of
from detector.records.zone_table import constants_of, stretches_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.config import Settings
    from detector.events.bursts import ZonePath
    from detector.events.pairing import Excursion
    from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack
    from detector.records.zone_table import ZoneTable

    FloatArray = npt.NDArray[np.float64]

__all__ = ["FEATURES", "N_COLUMNS", "measure_candidates", "measured_stretches"]

_RISEN = 0.85  # share of the way that counts as risen: before the rounded top
_AFTER_S = 0.6  # a return is looked for this long after the way out
_QUIET_S = (0.35, 0.04)  # rest is judged from this long before the onset until shortly before it
_LARGEST_SNR = 100.0  # more adds nothing: codecs make areas without any noise
_AT_REST = 0.001  # weight of a frame at rest: it counts only where nothing moves
_FOLLOWED_S = 1.0  # longer adds nothing
_AROUND_S = 1.5  # other movement in the picture is measured this far to both sides

_TIP = 1.15  # the tip of a limb moves more than the blocks that show it (docs/decisions/0004)

_MEASURED = (
    "amplitude", "speed", "duration_s", "rise_s", "returned", "reversal", "before", "rested", "after", "drift",
    "strength", "snr", "area", "extent", "edge", "coherence", "share", "explained", "texture", "light", "shift",
    "activity", "activity_around", "unjudged", "interval_s", "in_motion_s", "slow", *WAVEFORM_FEATURES,
    *LIKENESS_FEATURES,
)  # fmt: skip

FEATURES = (*_MEASURED, "followed_s")
"""Names of the features of an excursion, in order; see `measure_candidates`."""

N_COLUMNS = len(TIMES_AND_SIZES) + len(_MEASURED)
"""Number of values measured of one excursion; as in detector/native/measure.h."""


def measure_candidates(signal: MotionSignal, settings: Settings) -> Candidates:
    """Return the candidates of every zone, by onset.

    Features, lengths and speeds relative to the picture's width (w):

    ======================= ==========================================================================================
    amplitude, speed        of the zone's fastest part, in w and w/s
    duration_s, rise_s      onset to offset (not to the end); 12 % to 85 % of the way out
    returned                1 - distance from rest when a return is given up / farthest distance: 0.6 s after the way
                            out, or before the next excursion, never before its own last burst; 1 = back at rest, 0 =
                            stayed out
    reversal                minus the cosine between way out and the largest way back; 0 where nothing came back
    before, after           root mean square speed before the onset and after the offset, over the peak speed
    rested                  least speed (mean of three frames) in the 0.35 s before the onset, over the peak speed
    drift                   distance moved in the 0.35 s before the onset, over the farthest distance
    strength, snr           peak motion over the zone's threshold; peak speed over the zone's noise, at most 100
    area .. texture         of the zone; share at the peak, explained on the way out and back
    light, shift            largest change of log brightness, and of the picture's place in w, during the excursion
    activity, -_around      share of the picture in motion: the largest during the excursion, and the mean within 1.5 s
                            before and after it
    unjudged                share of frames during the excursion that cannot be judged
    interval_s              typical frame interval
    slow                    fastest slow movement during the excursion, which was taken out of it, over the peak speed
    in_motion_s             how long the zone is in motion around the excursion without a rest of 0.1 s
    followed_s              how long the zone is followed after the offset, at most 1 s; without, it may go on
    ======================= ==========================================================================================
    """
    return Candidates.joined([found for found, _ in measured_stretches(signal, settings)]).by_onset()


def measured_stretches(signal: MotionSignal, settings: Settings) -> Iterator[tuple[Candidates, float]]:
    """Yield the candidates of `measure_candidates` as they are measured, a few zones at a time.

    Yields
    ------
    (Candidates, float)
        The candidates of some zones, and the earliest onset of any still to come, in seconds; infinity at the end.

    Raises
    ------
    ValueError
        If the zones are not sorted by the time of their first frame.
    """
    constants, rows = constants_of(signal.zones), CandidateRows(N_COLUMNS)
    least_px_s = settings.bursts.min_peak_speed * signal.width
    kernel = ZoneMeasure.where_possible(signal.picture, signal.width, least_px_s, N_COLUMNS)
    begun, until_s = 0, -np.inf
    for zones in stretches_of(signal.zones):
        if kernel:
            rows.fill(zones, kernel)
        else:
            for which, zone in enumerate(zones):
                rows.add(which, list(_measured_plainly(zone, signal, settings)))
        values, zone_of = rows.take()
        begin_s = zones.time_s[zones.starts[:-1][np.diff(zones.starts) > 0]]
        if (np.diff(begin_s, prepend=until_s) < 0).any():
            raise ValueError("the zones of a motion signal must be sorted by the time of their first frame")
        until_s = float(begin_s[-1]) if len(begin_s) else until_s
        values = np.column_stack((values, _followed_s(values, zone_of, zones)))
        yield Candidates.without_views(FEATURES, values, zone_of + begun, constants), until_s
        begun += len(zones)
    yield Candidates.without_views(FEATURES, np.empty((0, N_COLUMNS + 1)), np.zeros(0, np.intp), constants), np.inf


def _followed_s(values: FloatArray, zone: npt.NDArray[np.intp], zones: ZoneTable) -> FloatArray:
    """Return how long the zone of each row is followed after the offset, at most `_FOLLOWED_S`."""
    end_s = zones.time_s[zones.starts[zone + 1] - 1]
    return np.clip(end_s - values[:, TIMES_AND_SIZES.index("offset_s")], 0.0, _FOLLOWED_S)


def _measured_plainly(zone: ZoneTrack, signal: MotionSignal, settings: Settings) -> Iterator[list[float]]:
    """Measure a zone without the kernel."""
    if not len(zone):
        return
    path = path_of(zone)
    bursts = find_bursts(zone, path, signal.width, settings.bursts)
    if zone.time_s[0] > signal.picture.time_s[0]:
        bursts = begun_in_sight(bursts, path)
    excursions = pair_bursts(bursts, path, zone.strength)
    for i, excursion in enumerate(excursions):
        following = excursions[i + 1].out.first if i + 1 < len(excursions) else len(path.time_s)
        yield _measure(excursion, following, zone, path, signal)


def _measure(
    excursion: Excursion, following: int, zone: ZoneTrack, path: ZonePath, signal: MotionSignal
) -> list[float]:
    """Return the row of one excursion; `following` is the first frame of the next one."""
    time_s, out = path.time_s, excursion.out
    before = foot_of(excursion, path)
    position = path.position - path.position[before]
    last = max(excursion.last, out.last)
    away = (position * np.conj(_unit(out.shift))).real
    top, reach = max(float(away[out.last]), 1e-9), zone.reach * _TIP
    onset_s = crossing(time_s, away / top, before, out.last, EDGE)
    offset_s = offset_of(excursion, time_s, away, before, top)
    farthest = max(float(np.abs(position[out.last : last + 1]).max()), 1e-9)
    end = max(min(following - 1, int(np.searchsorted(time_s, time_s[out.last] + _AFTER_S)), len(time_s) - 1), last)
    features = {
        "amplitude": top * reach / signal.width,
        "speed": out.peak_speed * reach / signal.width,
        "duration_s": offset_s - onset_s,
        "rise_s": crossing(time_s, away / top, before, out.last, _RISEN) - onset_s,
        "returned": 1 - float(abs(position[end])) / farthest,
        "reversal": _reversal(excursion),
        "strength": out.strength,
        "snr": min(_LARGEST_SNR, out.peak_speed / max(path.noise, 1e-3)),
        "share": float(zone.share[out.peak]),
        "explained": _explained(zone, out.first, last),
        "interval_s": path.interval_s,
        "slow": float(path.slow[out.first : last + 1].max()) / out.peak_speed,
        "in_motion_s": _stretch(time_s, zone.strength > 1, out.peak),
        **{name: float(getattr(zone, name)) for name in ("area", "extent", "edge", "coherence", "texture")},
        **_rest(path, position, (onset_s, offset_s, float(time_s[end])), before, out.peak_speed, top),
        **dict(zip(WAVEFORM_FEATURES, waveform_of(excursion, path, position, top).tolist(), strict=True)),
        **dict(zip(LIKENESS_FEATURES, likeness_of(path, position, onset_s, offset_s).tolist(), strict=True)),
        **_surroundings(signal.picture, float(time_s[before]), float(time_s[last]), signal.width),
    }
    end_s = back_in_sight(excursion, path, following, offset_s)
    peak_s = min(float(time_s[_farthest(time_s, away, out.last, offset_s)]), end_s)
    times_and_sizes = (onset_s, peak_s, offset_s, end_s, top * reach, out.peak_speed * reach)
    return [*times_and_sizes, *(float(features[name]) for name in _MEASURED)]


def _farthest(time_s: FloatArray, away: FloatArray, first: int, offset_s: float) -> int:
    """Return the frame farthest along the way out, from the end of the way out until the way back is done.

    Later frames are left out: if a zone drifts after its movement, its position can exceed that of the movement itself.
    """
    beyond = max(int(np.searchsorted(time_s, offset_s, side="right")), first + 1)
    return first + int(np.argmax(away[first:beyond]))


def _explained(zone: ZoneTrack, first: int, last: int) -> float:
    """Return the share of the change on the way out and back that shifts explain, weighted like the zone's blocks.

    The fastest frame alone would not do: a zone that moves farther in it than its texture is wide leaves hardly
    anything explained, just as light does. But with light, nothing is explained before and after either.
    """
    frames = slice(first, last + 1)
    weight = np.maximum(zone.strength[frames].astype(float) - 1, 0) + _AT_REST
    return float((weight * zone.explained[frames]).sum() / weight.sum())


def _reversal(excursion: Excursion) -> float:
    """Return minus the cosine between the way out and the largest way back; 0 if nothing came back."""
    if not excursion.back:
        return 0.0
    largest = max(excursion.back, key=lambda burst: abs(burst.shift)).shift
    return -float((_unit(largest) * np.conj(_unit(excursion.out.shift))).real)


def _rest(
    path: ZonePath,
    position: npt.NDArray[np.complex128],
    times_s: tuple[float, float, float],
    before: int,
    peak_speed: float,
    top: float,
) -> dict[str, float]:
    """Return how still the zone was before onset and after offset (`times_s`: onset, offset, end of the view)."""
    onset_s, offset_s, end_s = times_s
    quiet = _between(path.time_s, onset_s - _QUIET_S[0], onset_s - _QUIET_S[1])
    later = _between(path.time_s, offset_s + _QUIET_S[1], min(offset_s + _QUIET_S[0], end_s))
    early = min(int(np.searchsorted(path.time_s, onset_s - _QUIET_S[0])), before)
    return {
        "before": _rms(path.speed[quiet]) / peak_speed,
        "rested": _least(path.speed[quiet]) / peak_speed,
        "after": _rms(path.speed[later]) / peak_speed,
        "drift": float(abs(position[before] - position[early])) / top,
    }


def _surroundings(picture: PictureTrack, first_s: float, last_s: float, width: int) -> dict[str, float]:
    """Return what the rest of the picture did during the excursion, and around it."""
    during = _between(picture.time_s, first_s - 0.02, last_s + 0.02)
    around = _between(picture.time_s, first_s - _AROUND_S, last_s + _AROUND_S)
    outside = np.ones(around.stop - around.start, bool)
    outside[during.start - around.start : during.stop - around.start] = False
    shift = np.hypot(picture.shift_x[during], picture.shift_y[during])
    return {
        "light": float(np.abs(picture.light[during]).max(initial=0)),
        "shift": float(shift.max(initial=0)) / width,
        "activity": float(picture.activity[during].max(initial=0)),
        "activity_around": float(picture.activity[around][outside].mean(dtype=float)) if outside.any() else 0.0,
        "unjudged": float(1 - picture.judged[during].mean()) if during.stop > during.start else 0.0,
    }


def _stretch(time_s: FloatArray, moving: npt.NDArray[np.bool_], at: int) -> float:
    """Return the length of the motion around frame `at`, over rests shorter than 0.1 s."""
    where = np.flatnonzero(moving)
    if len(where) == 0:
        return 0.0
    times = time_s[where]
    breaks = np.flatnonzero(times[1:] - times[:-1] > REST_S)
    newest = max(0, int(np.searchsorted(where, at, side="right")) - 1)  # the last frame in motion up to `at`
    run = int(np.searchsorted(breaks, newest))
    start = where[breaks[run - 1] + 1] if run else where[0]
    end = where[breaks[run]] if run < len(breaks) else where[-1]
    return float(time_s[end] - time_s[max(start - 1, 0)])


def _between(time_s: FloatArray, low_s: float, high_s: float) -> slice:
    low, high = np.searchsorted(time_s, (low_s, high_s))
    return slice(int(low), max(int(low), int(high)))


def _unit(value: complex) -> complex:
    return value / abs(value) if value else 1 + 0j


def _least(speed: FloatArray) -> float:
    return float(np.convolve(speed, np.ones(3) / 3, "valid").min()) if len(speed) >= 3 else _rms(speed)


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2))) if len(values) else 0.0
