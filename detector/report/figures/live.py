"""The motion of the whole recording for the interactive trace: every frame, one byte each, deflated."""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.records.result import Result

__all__ = ["live_trace"]

_MOST_POINTS = 1_500_000
_UNSEEN = 255
_AT_A_TIME = 65_536
_BRIDGE = 3
"""Most steps without a frame that are filled: dropped frames and the jitter of a variable rate, but not gaps."""


def live_trace(result: Result, clips: frozenset[str]) -> dict[str, Any]:
    """Return the data for the page's script: the trace, the jerks, unseen time, and which jerks have a card.

    The share of the picture in motion is stored as ``254 * sqrt(share)`` in equal steps of about one frame, taking the
    largest value in each; 255 marks time that was not judged.
    """
    picture = result.signal.picture
    times = np.asarray(picture.time_s, dtype=float)
    time = result.recording.time
    spans = [(*time.masked, *time.missing)]
    values, step = _grid(times, np.where(picture.judged, picture.activity, np.nan))
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(values.tobytes()) + packed.flush()
    return {
        "step": step,
        "n": len(values),
        "data": base64.b64encode(data).decode("ascii"),
        "jerks": [[round(jerk.onset_s, 3), jerk.id if jerk.id in clips else ""] for jerk in result.jerks],
        "unseen": [[round(span.onset_s, 3), round(span.offset_s, 3)] for group in spans for span in group],
    }


def _grid(times: npt.NDArray[np.float64], share: npt.NDArray[Any]) -> tuple[npt.NDArray[np.uint8], float]:
    if len(times) < 2:
        return np.zeros(0, dtype=np.uint8), 1.0
    step = max(float(np.median(np.diff(times), overwrite_input=True)), float(times[-1]) / _MOST_POINTS, 1e-3)
    out = np.full(max(0, round(float(times[-1]) / step)) + 1, -1, dtype=np.int16)
    seen = np.zeros(len(out), dtype=bool)
    for first in range(0, len(times), _AT_A_TIME):
        part = slice(first, first + _AT_A_TIME)
        slots, good = np.maximum(np.round(times[part] / step), 0).astype(np.int64), np.isfinite(share[part])
        levels = np.round(254 * np.sqrt(np.clip(share[part][good], 0, 1))).astype(np.int16)
        np.maximum.at(out, slots[good], levels)
        seen[slots] = True
    for _ in range(_BRIDGE):  # only steps without any frame are filled; a frame that was not judged stays unseen
        empty = np.flatnonzero(~seen[1:] & seen[:-1]) + 1
        out[empty], seen[empty] = out[empty - 1], True
    return np.where(out < 0, _UNSEEN, out).astype(np.uint8), step
