"""How numbers read on the study's page: as on the report's, in English."""

from __future__ import annotations

from detector.report.catalogue import catalogue

__all__ = ["count", "length", "number", "percent", "whole"]


def whole(amount: int) -> str:
    """Return a whole number, all its digits told."""
    return catalogue().whole(amount)


def number(value: float, digits: int = 3) -> str:
    """Return `value` with `digits` significant digits and no exponent."""
    return catalogue().number(value, digits)


def percent(part: float, whole: float) -> str:
    """Return `part` of `whole` in percent."""
    return catalogue().percent(part, whole)


def length(duration_s: float) -> str:
    """Return a length of time in the unit a person would choose."""
    return catalogue().length(duration_s)


def count(amount: int, one: str) -> str:
    """Return `amount` with its noun: ``1 recording``, ``2,000 jerks``."""
    return f"{whole(amount)} {one if amount == 1 else one + 's'}"
