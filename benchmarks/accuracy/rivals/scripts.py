"""Three small rivals: what labs write, each with one threshold set in its favour on the very clips of the table.

- ``absdiff + find_peaks``: share of changed pixels, peaks of it (`scipy.signal.find_peaks`), each peak a jerk;
- ``Cuppens 2010``: mean optical flow at 320 px and 12.5 Hz, above mean + k SD of the recording's quiet half
  (doi:10.1007/s11517-010-0648-4; there Horn-Schunck flow, here Farneback's);
- ``motion energy``: mean absolute difference of binned pictures, above median + k SD, as with Facemap's motion trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import find_peaks

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from benchmarks.accuracy.rivals.traces import Trace, Traces

    Spans = npt.NDArray[np.float64]

STRENGTHS = (1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 35.0, 60.0)
APART_S = 0.15
JOIN_S = 0.2


def absdiff_peaks(traces: Traces, strength: float) -> Spans:
    """Return onsets and offsets, shape (n, 2): around each peak, where the trace is above a fifth of it."""
    trace = traces.changed
    level = float(np.median(trace)) + strength * max(_spread(trace), 1e-5)
    step_s = float(np.median(np.diff(traces.time_s)))
    peaks, _ = find_peaks(trace, height=level, prominence=level / 2, distance=max(1, round(APART_S / step_s)))
    spans = []
    for peak in peaks.tolist():
        below = np.flatnonzero(trace[:peak] < 0.2 * trace[peak])
        above = np.flatnonzero(trace[peak:] < 0.2 * trace[peak])
        first = int(below[-1]) if len(below) else 0
        last = peak + int(above[0]) if len(above) else len(trace) - 1
        spans.append((traces.time_s[first], traces.time_s[last]))
    return np.array(spans).reshape(-1, 2)


def cuppens(traces: Traces, strength: float) -> Spans:
    """Return the stretches of flow above mean + `strength` SD of the quiet half."""
    quiet = traces.flow[traces.flow <= np.median(traces.flow)]
    level = float(quiet.mean() + strength * max(quiet.std(), 1e-4)) if len(quiet) else 0.0
    return _above(traces.flow_time_s, traces.flow, level)


def motion_energy(traces: Traces, strength: float) -> Spans:
    """Return the stretches of motion energy above its median + `strength` robust SD."""
    level = float(np.median(traces.energy)) + strength * max(_spread(traces.energy), 1e-3)
    return _above(traces.time_s, traces.energy, level)


SCRIPTS: dict[str, Callable[[Traces, float], Spans]] = {
    "absdiff + find_peaks": absdiff_peaks,
    "Cuppens 2010": cuppens,
    "motion energy": motion_energy,
}


def _spread(trace: Trace) -> float:
    return 1.4826 * float(np.median(np.abs(trace - np.median(trace))))


def _above(time_s: Trace, trace: Trace, level: float) -> Spans:
    """Return the stretches above `level`, over gaps shorter than `JOIN_S`, shape (n, 2)."""
    where = np.flatnonzero(trace > level)
    if not len(where):
        return np.zeros((0, 2))
    breaks = np.flatnonzero(np.diff(time_s[where]) > JOIN_S)
    starts, ends = where[np.r_[0, breaks + 1]], where[np.r_[breaks, len(where) - 1]]
    return np.stack([time_s[np.maximum(starts - 1, 0)], time_s[ends]], axis=1)
