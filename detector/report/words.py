r"""How numbers, times and codes read on the page. Nothing is computed here but the rounding.

A number and its unit are held together by a no-break space (``\u00a0``).
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from detector.records.events import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "KINDS",
    "NOT_MEASURED",
    "REASONS",
    "SEVERITIES",
    "count",
    "elapsed",
    "length",
    "number",
    "percent",
    "places",
    "plain",
    "span_reason",
]

NOT_MEASURED = "not measured"

KINDS: Mapping[str, str] = MappingProxyType({
    Kind.TWITCH: "Quick movements that did not come back",
    Kind.SLOW: "Slow movements, without a fast start",
    Kind.GROSS: "Whole-body movements",
    Kind.RHYTHMIC: "Rhythmic movements over a large area",
    Kind.HANDLING: "Movements caused by another person",
})  # fmt: skip

REASONS: Mapping[str, str] = MappingProxyType({
    Reason.NONE: "No reason recorded",
    Reason.LIGHT: "The light changed",
    Reason.CAMERA: "The camera moved",
    Reason.KEYFRAME: "The picture was refreshed by the video's compression (key frame)",
    Reason.OVERLAY: "A clock or text drawn into the picture changed",
    Reason.BREATHING: "Breathing",
    Reason.HANDLING: "Another person handled the infant",
    Reason.PASSER_BY: "Someone or something passed through the picture",
    Reason.NOISE: "Not above the noise of the picture",
    Reason.INCOHERENT: "The parts of the patch did not move together",
    Reason.SLOW: "Too slow a start",
    Reason.TOO_LONG: "Too long for a jerk",
    Reason.TOO_SHORT: "Too short for a jerk",
    Reason.TOO_WEAK: "Too weak for a jerk",
    Reason.NO_RETURN: "Moved away and did not come back",
    Reason.RETURN: "The way back of another movement",
    Reason.REBOUND: "The second swing of a jerk that is already counted",
    Reason.RHYTHMIC: "Part of a rhythmic movement",
    Reason.GROSS: "Part of a whole-body movement",
    Reason.GAP: "Next to a gap in the video",
})  # fmt: skip

SEVERITIES: Mapping[str, str] = MappingProxyType({
    "severe": "Severe: do not trust the counts",
    "warning": "Warning: some events may be lost or mistimed",
    "info": "Note: nothing was lost",
})  # fmt: skip

_SPANS = MappingProxyType({
    "gap": "gap in the video",
    "truncated": "the file ends early",
    "damaged": "damaged video",
    "camera": "the camera moved",
    "dark": "too dark",
    "frozen": "frozen picture",
    "light": "the light changed",
    "gross": "whole-body movement",
    "handling": "another person handled the infant",
    "start": "start of the recording",
})  # fmt: skip


def span_reason(code: str) -> str:
    """Return a span's reason in words; a code without words of its own is shown as it is."""
    return _SPANS.get(code, code.replace("_", " ") or "no reason recorded")


def number(value: float, digits: int = 3) -> str:
    """Return `value` with `digits` significant digits and no exponent; NaN and infinities as `NOT_MEASURED`."""
    if not math.isfinite(value):
        return NOT_MEASURED
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(decimals, 6)}f}"


def plain(value: float) -> str:
    """Return `value` as short as it can be written with four digits (2, 0.03, 29.97); NaN as `NOT_MEASURED`."""
    return f"{value:,.4g}" if math.isfinite(value) and abs(value) < 10_000 else number(value)


def percent(part: float, whole: float) -> str:
    """Return `part` of `whole` in percent; never 100 % for less than all, nor 0 % for more than nothing."""
    if not (math.isfinite(part) and whole > 0):
        return NOT_MEASURED
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "under 0.1\u00a0%"
    if 99.9 < share < 100 and whole - part > 1e-6 * whole:
        return "over 99.9\u00a0%"
    return f"{share:.0f}\u00a0%" if abs(share - round(share)) < 0.05 else f"{share:.1f}\u00a0%"


def elapsed(time_s: float) -> str:
    """Return a time since the first frame as ``h:mm:ss.s``."""
    if not math.isfinite(time_s):
        return NOT_MEASURED
    tenths = round(time_s * 10)
    sign, tenths = ("-", -tenths) if tenths < 0 else ("", tenths)
    seconds, tenth = divmod(tenths, 10)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{tenth}"


def length(duration_s: float) -> str:
    """Return a length of time in the unit a person would choose: seconds, minutes or hours."""
    if not math.isfinite(duration_s):
        return NOT_MEASURED
    if duration_s < 119.95:
        return f"{duration_s:.1f}\u00a0s"
    if duration_s < 7197:
        return f"{duration_s / 60:.1f}\u00a0min"
    return f"{duration_s / 3600:.1f}\u00a0h"


def count(amount: int, one: str, many: str = "") -> str:
    """Return `amount` with its noun: ``1 cluster``, ``2,000 jerks``."""
    return f"{amount:,} {one if amount == 1 else many or one + 's'}"


def places(names: list[str]) -> str:
    """Return place names as one text: ``places 1, 3``, ``left arm``."""
    numbers = [name.removeprefix("place ") for name in names if name.startswith("place ")]
    numbers = [text for text in numbers if text.isdecimal()]
    named = [name for name in names if name.removeprefix("place ") not in numbers]
    head = [f"place{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"] if numbers else []
    return ", ".join([*named, *head]) or "unknown"
