"""The motion around one jerk as a small drawing: speed of its patch, threshold, and the jerk itself."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.report.figures.drawing import Drawing
from detector.report.pages.run_settings import setting

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.records.events import Movement
    from detector.records.study import Result
    from detector.report.catalogue import Catalogue

__all__ = ["JerkTrace", "draw_trace", "trace_of"]

_AROUND_S = 1.0
_WIDE, _HIGH, _LEFT, _TOP, _BASE = 340.0, 106.0, 6.0, 16.0, 90.0


@dataclass(frozen=True, slots=True, eq=False)
class JerkTrace:
    """Speed of a jerk's strongest zone around it.

    Attributes
    ----------
    time_s, speed_px_s : float64, shape (n,)
        Times, and signed speeds in pixels of the recording per second: out one sign, back the other.
    threshold_px_s : float
        Least peak speed of a burst.
    start_s, end_s : float
        Borders of the drawing.
    """

    time_s: npt.NDArray[np.float64]
    speed_px_s: npt.NDArray[np.float64]
    threshold_px_s: float
    start_s: float
    end_s: float


def trace_of(jerk: Movement, result: Result) -> JerkTrace:
    """Return the motion around `jerk`; empty where its zone is not in the signal."""
    start, end = jerk.onset_s - _AROUND_S, jerk.offset_s + _AROUND_S
    threshold = setting(result.provenance, "bursts", "min_peak_speed") * result.recording.width
    zone = next((z for z in result.signal.zones if jerk.zones and z.number == jerk.zones[0]), None)
    if zone is None:
        return JerkTrace(np.zeros(0), np.zeros(0), threshold, start, end)
    near = (zone.time_s >= start) & (zone.time_s <= end)
    return JerkTrace(zone.time_s[near].astype(float), zone.along[near].astype(float), threshold, start, end)


def draw_trace(trace: JerkTrace, jerk: Movement, say: Catalogue) -> Drawing:
    """Return the trace as a small SVG; its description holds the largest speed and the threshold."""
    top = float(np.abs(trace.speed_px_s).max(initial=0.0))
    limit = trace.threshold_px_s if np.isfinite(trace.threshold_px_s) else 0.0
    scale = 34.0 / max(top, 1.4 * limit, 1e-9)
    middle = (_TOP + _BASE) / 2

    def x(time_s: float) -> float:
        return _LEFT + (_WIDE - 2 * _LEFT) * (time_s - trace.start_s) / (trace.end_s - trace.start_s)

    points = " ".join(
        f"{x(t):.1f},{middle - scale * v:.1f}" for t, v in zip(trace.time_s, trace.speed_px_s, strict=True)
    )
    words = say("clips.trace", name=jerk.id, speed=say.number(top), threshold=say.number(limit))
    begin, width = x(jerk.onset_s), max(1.5, x(jerk.offset_s) - x(jerk.onset_s))
    marks = "".join(
        f'<text x="{x(jerk.onset_s + step):.1f}" y="103" text-anchor="middle">{say.plain(step)}</text>'
        for step in (-1, 0, 1)
        if trace.start_s <= jerk.onset_s + step <= trace.end_s
    )
    lines = "".join(
        f'<path class="limit" d="M{_LEFT} {middle - sign * scale * limit:.1f}H{_WIDE - _LEFT}"/>' for sign in (1, -1)
    )
    return Drawing(
        f'<svg class="jerk-trace" viewBox="0 0 {_WIDE:g} {_HIGH:g}" role="img" aria-label="{html.escape(words)}">'
        f'<rect class="jerk" x="{begin:.1f}" y="{_TOP:g}" width="{width:.1f}" height="{_BASE - _TOP:g}"/>'
        f'<path class="base" d="M{_LEFT} {middle}H{_WIDE - _LEFT}"/>{lines}'
        f'<polyline points="{points}"/>'
        f'<text x="{_LEFT}" y="10">{html.escape(say("clips.trace_label"))}</text>{marks}</svg>'
    )
