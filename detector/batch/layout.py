"""Layout of a study's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["parts_of", "receipts_of", "recordings_of"]


def receipts_of(study: Path) -> Path:
    """Return the folder of receipts: one small file per input, which marks it as done."""
    return study / "receipts"


def recordings_of(study: Path) -> Path:
    """Return the folder of result folders, one per recording."""
    return study / "recordings"


def parts_of(study: Path) -> Path:
    """Return the folder of parts of long recordings that have not been joined yet."""
    return study / "parts"
