"""Numbers with their noun, as sentences for people need them."""

from __future__ import annotations

__all__ = ["plural"]


def plural(count: int, noun: str) -> str:
    """Return ``1 jerk``, ``2 jerks``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
