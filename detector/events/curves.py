"""Curves: how a candidate's zone moved, moment by moment, from before the onset until after the return.

The features of a candidate summarise these curves; here they are whole, for the look at the curve.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from detector.events.candidates import FEATURES
from detector.events.context import CONTEXT_FEATURES
from detector.events.views import VIEW_FEATURES
from detector.native.library import load_kernel
from detector.records.zone_table import stretches_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.events.candidate_table import Candidates
    from detector.records.motion import MotionSignal, PictureTrack
    from detector.records.zone_table import ZoneTable

    FloatArray = npt.NDArray[np.float64]
    IndexArray = npt.NDArray[np.intp]

__all__ = ["CURVE_FEATURES", "CURVE_SHAPE", "ONSET", "curves_of"]

_FROM_S, _EVERY_S, _MOMENTS = -0.6, 0.04, 41  # until 1.0 s after the onset, at the rate of most cameras
_LEAST_S = 0.08  # every movement lasts at least this long
_LARGEST = 3.0  # times the movement's own largest value: more adds nothing
_LIGHT = 20.0  # a change in light by a twentieth counts as one
_WIDE_PX = 640.0  # shifts of the picture are scaled to this width
_GREY = 1.0  # grey levels: a smaller difference from rest does not count as one
_SMALL = 1e-3  # pixels, pixels per second: anything smaller is as good as nothing

_OF_ZONE = 6  # number of curves that are of the zone: the first ones
_CURVES = ("along", "across", "place", "strength", "away", "explained", "activity", "light", "shift")
CURVE_SHAPE = (len(_CURVES), _MOMENTS)
"""Number of curves and of their moments: the first numbers of a row."""

ONSET = round(-_FROM_S / _EVERY_S)
"""Index of the onset among the moments."""

_OF_CANDIDATE = (*FEATURES, *VIEW_FEATURES, *CONTEXT_FEATURES)

CURVE_FEATURES = (*(f"{name}_{k}" for name in _CURVES for k in range(_MOMENTS)), *_OF_CANDIDATE)
"""Names of the numbers, in order: each curve from moment to moment, then the features of the candidate."""


def curves_of(
    candidates: Candidates, signal: MotionSignal, which: IndexArray
) -> Iterator[tuple[IndexArray, FloatArray]]:
    """Yield the curves of some candidates, every 0.04 s from 0.6 s before the onset until 1.0 s after it.

    Where the zone is not followed, its curves are 0 and its place stays.

    =============== ==================================================================================================
    along, across   speed of the zone along and across the line from where it was at the onset to where it was at the
                    peak, over its largest speed between onset and offset; -3 to 3
    place           where it is along this line: 0 at the onset, 1 at the peak; -3 to 3
    strength        log(1 + motion over the zone's threshold) / 2
    away            difference from rest less its minimum over the curve, over the largest such value from onset to
                    offset, or over one grey level if that is less; at most 3
    explained       share of the change that a shift explains
    activity        square root of the share of the picture in motion
    light           change in the picture's log brightness since the onset, times 20; -3 to 3
    shift           of the whole picture since the frame before, in pixels of one 640 wide; at most 3
    and             every feature of the candidate; 0 if it could not be measured
    =============== ==================================================================================================

    Parameters
    ----------
    candidates : Candidates
        Candidates of `signal`, with their views and context.
    signal : MotionSignal
        Signal that they were found in.
    which : ndarray of intp, shape (m,)
        Indices of the candidates wanted.

    Yields
    ------
    (ndarray of intp, shape (k,), ndarray of float64, shape (k, 445))
        Some of `which`, and their curves, with columns as in `CURVE_FEATURES`. They come one stretch of zones at a
        time, each candidate once, so that a night's curves are never in memory together.

    Raises
    ------
    ValueError
        If a feature of views or context is not among those of the candidates.
    """
    zone, begun, around = candidates.zone[which], 0, _Around(signal.picture, signal.width)
    for zones in stretches_of(signal.zones):
        rows = which[(zone >= begun) & (zone < begun + len(zones))]
        if len(rows):
            asked = np.stack([candidates.column(name)[rows] for name in ("onset_s", "peak_s", "offset_s")], axis=1)
            own = _of_zones(zones, candidates.zone[rows] - begun, asked)
            curves = np.concatenate((own, around.at(_moments(asked[:, 0]))), axis=1)
            yield rows, np.concatenate((curves.reshape(len(rows), -1), _features(candidates, rows)), axis=1)
        begun += len(zones)


def _features(candidates: Candidates, rows: IndexArray) -> FloatArray:
    columns = np.array([candidates.names.index(name) for name in _OF_CANDIDATE])
    return np.asarray(np.nan_to_num(candidates.measured[np.ix_(rows, columns)]))


def _moments(onset_s: FloatArray) -> FloatArray:
    """Return the times of the curves, shape (n, moments)."""
    return onset_s[:, None] + _FROM_S + _EVERY_S * np.arange(_MOMENTS)


def _of_zones(zones: ZoneTable, zone: IndexArray, asked: FloatArray) -> FloatArray:
    """Return the curves of zones (n,) for candidates with onset, peak and offset `asked` (n, 3).

    Shape (n, 6, moments).
    """
    library = load_kernel()
    if library is None:
        return _plainly(zones, zone, asked)
    curves, numbers = np.empty((len(zone), _OF_ZONE, _MOMENTS)), zone.astype(np.int32)
    columns = [getattr(zones, name) for name in ("along", "across", "strength", "away", "explained")]
    addresses = (ctypes.c_void_p * len(columns))(*(column.ctypes.data for column in columns))
    scratch = np.empty((int(np.diff(zones.starts).max()), 2))
    library.curve_rows(
        zones.time_s.ctypes.data, addresses, zones.starts.ctypes.data, numbers.ctypes.data, len(zone),
        np.ascontiguousarray(asked).ctypes.data, scratch.ctypes.data, curves.ctypes.data,
    )  # fmt: skip
    return curves


def _plainly(zones: ZoneTable, zone: IndexArray, asked: FloatArray) -> FloatArray:
    """Do the same as `_of_zones` without the kernel."""
    times_s, (onset_s, peak_s, offset_s) = _moments(asked[:, 0]), asked.T[:, :, None]
    lasting = (times_s >= onset_s) & (times_s <= np.maximum(offset_s, onset_s + _LEAST_S))
    read = _Reading(zones, zone, times_s)
    velocity = read.at(zones.along) + 1j * read.at(zones.across)
    place = _places(zones)
    start, end = (_Reading(zones, zone, moment_s).between(place) for moment_s in (onset_s, peak_s))
    reach = np.maximum(np.abs(end - start), _SMALL)
    back = np.conj(end - start) / reach  # turns the way out to the right
    velocity = velocity * back / np.maximum(_largest(np.abs(velocity), lasting), _SMALL)
    away = read.at(zones.away)
    away = away - away.min(axis=1, keepdims=True)
    curves = (
        _held(velocity.real),
        _held(velocity.imag),
        _held(((read.between(place) - start) * back).real / reach),
        np.log1p(read.at(zones.strength)) / 2,
        _held(away / np.maximum(_largest(away, lasting), _GREY)),
        read.at(zones.explained),
    )
    return np.stack(curves, axis=1)


def _places(zones: ZoneTable) -> npt.NDArray[np.complex128]:
    """Return the position of each zone in each frame, in pixels of the recording, from an origin of its own."""
    since_s = np.diff(zones.time_s, prepend=zones.time_s[0])
    since_s[zones.starts[:-1][np.diff(zones.starts) > 0]] = 0
    return np.cumsum((zones.along + 1j * zones.across.astype(np.float64)) * since_s)


def _held(values: FloatArray) -> FloatArray:
    """Return values clipped to the range that carries information."""
    return np.clip(values, -_LARGEST, _LARGEST)


def _largest(values: FloatArray, among: npt.NDArray[np.bool_]) -> FloatArray:
    return np.asarray(np.where(among, values, 0.0).max(axis=1, keepdims=True))


class _Reading:
    """Where times (n, moments) lie among the frames of zones (n,), one zone per row."""

    def __init__(self, zones: ZoneTable, zone: IndexArray, times_s: FloatArray) -> None:
        first_s, span_s = zones.time_s.min(), np.ptp(zones.time_s) + 1
        apart_s = span_s * np.arange(len(zones))  # zones laid end to end on one time axis
        axis_s = zones.time_s - first_s + np.repeat(apart_s, np.diff(zones.starts))
        begin, last = (zones.starts[zone + k][:, None] + shift for k, shift in ((0, 0), (1, -1)))
        seen = (times_s >= zones.time_s[begin]) & (times_s <= zones.time_s[last])
        asked_s = np.clip(times_s - first_s, 0, span_s) + apart_s[zone, None]
        self._low = np.clip(np.searchsorted(axis_s, asked_s, side="right") - 1, begin, last)
        self._high = np.minimum(self._low + 1, last)
        since_s, gap_s = times_s - zones.time_s[self._low], zones.time_s[self._high] - zones.time_s[self._low]
        self._part = np.clip(since_s / np.where(gap_s > 0, gap_s, 1.0), 0, 1)
        self._seen = seen

    def between(self, column: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return a column of the zones at the times, interpolated between frames and held beyond a zone's last."""
        low = column[self._low].astype(np.result_type(column, np.float64))
        return np.asarray(low + (column[self._high] - low) * self._part)

    def at(self, column: npt.NDArray[np.float32]) -> FloatArray:
        """Do the same as `between`, but with 0 beyond a zone's frames."""
        return np.where(self._seen, self.between(column), 0.0)


class _Around:
    """Curves of the whole picture, at any time."""

    def __init__(self, picture: PictureTrack, width: int) -> None:
        moved = np.hypot(picture.shift_x, picture.shift_y) * (_WIDE_PX / width)
        columns = (np.sqrt(picture.activity), np.cumsum(np.nan_to_num(picture.light), dtype=np.float64), moved)
        self._time_s, self._columns = picture.time_s, [np.nan_to_num(column) for column in columns]

    def at(self, times_s: FloatArray) -> FloatArray:
        """Return the picture's curves at times (n, moments), shape (n, 3, moments)."""
        activity, light, shift = (np.interp(times_s, self._time_s, column) for column in self._columns)
        return np.stack((activity, _held(_LIGHT * (light - light[:, ONSET, None])), _held(shift)), axis=1)
