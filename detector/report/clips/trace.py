"""The motion around one jerk as a small drawing: speed of its patch, threshold, and the jerk itself."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from detector.events.trace import trace_of
from detector.report.figures.drawing import Drawing

if TYPE_CHECKING:
    from detector.records.events import Movement
    from detector.records.motion import ZoneTrack
    from detector.report.catalogue import Catalogue

__all__ = ["draw_trace"]

_AROUND_S = 1.0
_WIDE, _HIGH, _LEFT, _TOP, _BASE = 340.0, 106.0, 6.0, 16.0, 90.0


def draw_trace(zone: ZoneTrack | None, jerk: Movement, least_peak_px_s: float, say: Catalogue) -> Drawing:
    """Return the motion around a jerk as a small SVG; its description holds the largest speed and the threshold.

    Parameters
    ----------
    zone : ZoneTrack or None
        The strongest zone of the jerk.
    jerk : Movement
        The jerk.
    least_peak_px_s : float
        Minimum peak speed of a burst, in pixels of the recording per second; NaN if not known.
    say : Catalogue
        The language.
    """
    start_s, end_s = jerk.onset_s - _AROUND_S, jerk.offset_s + _AROUND_S
    trace = trace_of(zone, start_s, end_s)
    top = float(np.abs(trace.along).max(initial=0.0))
    limit = least_peak_px_s if np.isfinite(least_peak_px_s) else 0.0
    scale = 34.0 / max(top, 1.4 * limit, 1e-9)
    middle = (_TOP + _BASE) / 2

    def x(time_s: float) -> float:
        return _LEFT + (_WIDE - 2 * _LEFT) * (time_s - start_s) / (end_s - start_s)

    points = " ".join(f"{x(t):.1f},{middle - scale * v:.1f}" for t, v in zip(trace.time_s, trace.along, strict=True))
    words = say("clips.trace", name=jerk.id, speed=say.number(top), threshold=say.number(limit))
    begin, width = x(jerk.onset_s), max(1.5, x(jerk.offset_s) - x(jerk.onset_s))
    marks = "".join(
        f'<text x="{x(jerk.onset_s + step):.1f}" y="103" text-anchor="middle">{say.plain(step)}</text>'
        for step in (-1, 0, 1)
        if start_s <= jerk.onset_s + step <= end_s
    )
    lines = "".join(
        f'<path class="limit" d="M{_LEFT} {middle - sign * scale * limit:.1f}H{_WIDE - _LEFT}"/>' for sign in (1, -1)
    )
    return Drawing(
        f'<svg class="jerk-trace" data-from="{start_s:.4f}" data-to="{end_s:.4f}" data-onset="{jerk.onset_s:.4f}" '
        f'data-offset="{jerk.offset_s:.4f}" viewBox="0 0 {_WIDE:g} {_HIGH:g}" role="img" '
        f'aria-label="{html.escape(words)}">'
        f'<rect class="jerk" x="{begin:.1f}" y="{_TOP:g}" width="{width:.1f}" height="{_BASE - _TOP:g}"/>'
        f'<path class="base" d="M{_LEFT} {middle}H{_WIDE - _LEFT}"/>{lines}'
        f'<polyline points="{points}"/>'
        f'<text x="{_LEFT}" y="10">{html.escape(say("clips.trace_label"))}</text>{marks}</svg>'
    )
