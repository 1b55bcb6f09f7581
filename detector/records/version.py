"""Installed versions of distributions."""

from __future__ import annotations

__all__ = ["installed_version"]


def installed_version(distribution: str, otherwise: str = "unknown") -> str:
    """Return the installed version of a distribution, or `otherwise` if there is none, as in a bare checkout."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  (slow, and seldom asked for)

    try:
        return version(distribution)
    except PackageNotFoundError:
        return otherwise
