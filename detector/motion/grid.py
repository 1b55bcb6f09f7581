"""Size of the analysed picture and its blocks, and how they map to the recording."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Grid"]

_FEWEST = 4  # blocks to a side


@dataclass(frozen=True, slots=True)
class Grid:
    """Size of the analysed picture, cut into whole square blocks.

    Attributes
    ----------
    rows, cols : int
        Number of blocks.
    block_px : int
        Side of a block in pixels of the analysed picture.
    scale_x, scale_y : float
        Pixels of the recording per pixel of the analysed picture.
    """

    rows: int
    cols: int
    block_px: int
    scale_x: float
    scale_y: float

    @classmethod
    def for_picture(cls, width: int, height: int, *, picture_px: int, block_px: int) -> Grid:
        """Return the grid for a recording of `width` x `height`: about `picture_px` pixels, never enlarged.

        The number of pixels is fixed, not the width, so that upright, square and wide pictures are treated alike.

        Raises
        ------
        ValueError
            If a side is shorter than four blocks.
        """
        shrink = min(1.0, math.sqrt(picture_px / (width * height)))
        cols = max(_FEWEST, min(round(width * shrink / block_px), width // block_px))
        rows = max(_FEWEST, min(round(height * shrink / block_px), height // block_px))
        if cols * block_px > width or rows * block_px > height:
            raise ValueError(
                f"a picture of {width} x {height} px is too small to be analysed; "
                f"at least {_FEWEST * block_px} x {_FEWEST * block_px} px are needed"
            )
        return cls(rows, cols, block_px, width / (cols * block_px), height / (rows * block_px))

    @property
    def width(self) -> int:
        """Width of the analysed picture in its own pixels."""
        return self.cols * self.block_px

    @property
    def height(self) -> int:
        """Height of the analysed picture in its own pixels."""
        return self.rows * self.block_px

    @property
    def scale(self) -> float:
        """Geometric mean of the two scales: pixels of the recording per pixel of the analysed picture."""
        return math.sqrt(self.scale_x * self.scale_y)
