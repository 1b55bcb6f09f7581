"""A drawing on the page, made by `canvas` or by hand; needs no drawing library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detector.report.table import Table

__all__ = ["Drawing", "Figure"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG made by this package; the only text that enters the page unescaped (``__html__``)."""

    svg: str

    def __html__(self) -> str:
        return self.svg


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its heading, a description in words, and its numbers."""

    name: str
    title: str
    caption: str
    drawing: Drawing
    table: Table
