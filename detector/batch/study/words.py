"""How numbers are written on the study page: as in the report, in English."""

from __future__ import annotations

from detector.report.catalogue import catalogue

__all__ = ["IN_VIEW", "count", "length", "number", "percent", "printable", "whole"]

IN_VIEW = "Where a person decided on every jerk of a recording, its numbers are those in that person's view."


def printable(name: str) -> str:
    """Return a name with a replacement for each character that cannot be drawn."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)


def whole(amount: int) -> str:
    """Return a whole number with all its digits."""
    return catalogue().whole(amount)


def number(value: float, digits: int = 3) -> str:
    """Return `value` with `digits` significant digits and no exponent."""
    return catalogue().number(value, digits)


def percent(part: float, whole: float) -> str:
    """Return `part` of `whole` as a percentage."""
    return catalogue().percent(part, whole)


def length(duration_s: float) -> str:
    """Return a length of time in the unit a person would choose."""
    return catalogue().length(duration_s)


def count(amount: int, one: str) -> str:
    """Return `amount` with its noun: ``1 recording``, ``2,000 jerks``."""
    return f"{whole(amount)} {one if amount == 1 else one + 's'}"
