"""Numbers as written to output files: rounded to stated decimals, None where undefined, the same text every time."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["plain", "rounded"]


def rounded(value: float, decimals: int) -> float | None:
    """Round to `decimals`; None for NaN and infinity, and never a negative zero."""
    return round(float(value), decimals) + 0.0 if math.isfinite(value) else None


def plain(value: Any) -> Any:
    """Return nested mappings and sequences as dicts and lists, with non-finite numbers as None."""
    if hasattr(value, "items"):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
