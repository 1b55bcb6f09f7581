"""Numbers with their noun or unit, for use in sentences."""

from __future__ import annotations

__all__ = ["clock", "plural"]


def clock(seconds: float) -> str:
    """Return a duration as people would say it: ``8.4 s``, ``12 min 5 s``, ``7 h 42 min``."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 jerk``, ``2 jerks``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
