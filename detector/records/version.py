"""Which version of a distribution is installed here."""

from __future__ import annotations

__all__ = ["installed_version"]


def installed_version(distribution: str, otherwise: str = "unknown") -> str:
    """Return the installed version of a distribution; `otherwise` where there is none, as in a bare checkout."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  (slow, and seldom asked for)

    try:
        return version(distribution)
    except PackageNotFoundError:
        return otherwise
