"""Tubes: blocks in motion that touch in space and time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy  # submodules load on first use, and not at all with the kernel

from detector.motion.blockwise import linked_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float32]
    ComplexArray = npt.NDArray[np.complex64]
    BoolArray = npt.NDArray[np.bool_]

__all__ = ["SEED", "Tube", "Window", "find_tubes"]

SEED = 1.7
"""Least strength of a tube's strongest block, in thresholds. Noise passes the threshold about once in 10,000 frames."""

_BRIDGE_S = 0.08  # gaps in a tube up to this are bridged: a limb stands still for an instant at its turning point
_LONGEST_S = 4.0  # a longer tube is cut where it is quietest, so that it holds few different movements
_WIDE = 0.15  # share of the picture: a wider tube is not a limb, but many things that happen to touch
_LONGEST_WIDE_S = 1.0  # a wide tube is cut into shorter pieces: a limb among insects is the strongest of one of them


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Block movement over a stretch of time.

    Attributes
    ----------
    time_s : float64, shape (n,)
        Frame times.
    flow : complex64, shape (n, rows, cols)
        Right + i down, in pixels of the analysed picture since the frame before.
    strength : float32, shape (n, rows, cols)
        Motion in units of the block's threshold.
    explained : uint8, shape (n, rows, cols)
        Share of a block's difference that its shift explains, in 255ths.
    texture : float32, shape (rows, cols)
        Mean root mean square gradient over the window.
    picture : uint8, shape (n, 2 rows, 2 cols)
        The pictures, two by two pixels a block.
    """

    time_s: npt.NDArray[np.float64] = field(repr=False)
    flow: ComplexArray = field(repr=False)
    strength: FloatArray = field(repr=False)
    explained: npt.NDArray[np.uint8] = field(repr=False)
    texture: FloatArray = field(repr=False)
    picture: npt.NDArray[np.uint8] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Tube:
    """A connected stretch of motion.

    Attributes
    ----------
    first, last : int
        Frames ``[first, last)`` of the window.
    rows, cols : slice
        The part of the grid it touches.
    mask : bool, shape (last - first, rows, cols)
        The blocks in motion that belong to it.
    """

    first: int
    last: int
    rows: slice
    cols: slice
    mask: BoolArray = field(repr=False)


def find_tubes(window: Window, moving: BoolArray) -> Iterator[Tube]:
    """Yield the tubes of a window, cutting long ones into pieces. `moving` (n,) marks the frames with motion."""
    if not moving.any():
        return
    interval_s = float(np.median(np.diff(window.time_s)))
    bridge = max(1, round(_BRIDGE_S / interval_s))
    stretches = list(_stretches(moving, 2 * bridge))
    found = linked_blocks(window.strength, stretches, 2 * bridge + 1, SEED)
    for tube in _labelled_tubes(window, stretches, bridge) if found is None else map(_tube_of, found):
        wide = np.count_nonzero(tube.mask.any(axis=0)) > _WIDE * window.strength[0].size
        longest_s = _LONGEST_WIDE_S if wide else _LONGEST_S
        for low, high in _pieces(tube.mask, max(2, round(longest_s / interval_s))):  # films may have 1 frame a second
            yield Tube(tube.first + low, tube.first + high, tube.rows, tube.cols, tube.mask[low:high])


def _tube_of(blocks: npt.NDArray[np.intc]) -> Tube:
    """Return the tube made of these blocks, shape (n, 3): frame, row, column."""
    low, high = blocks.min(axis=0), blocks.max(axis=0) + 1
    mask = np.zeros(high - low, bool)
    mask[tuple((blocks - low).T)] = True
    return Tube(int(low[0]), int(high[0]), slice(int(low[1]), int(high[1])), slice(int(low[2]), int(high[2])), mask)


def _labelled_tubes(window: Window, stretches: list[tuple[int, int]], bridge: int) -> Iterator[Tube]:
    """Find the tubes without the kernel: blocks are joined where their surroundings, in space and time, touch."""
    active = window.strength > 1
    for first, last in stretches:
        part = active[first:last]
        if float(window.strength[first:last].max()) < SEED:
            continue
        joined = scipy.ndimage.binary_dilation(part, np.ones((1, 3, 3), bool))
        joined = scipy.ndimage.maximum_filter1d(joined.view(np.uint8), 2 * bridge + 1, axis=0).astype(bool)
        labels, _ = scipy.ndimage.label(joined, np.ones((3, 3, 3), bool))
        labels *= part
        for number, box in enumerate(scipy.ndimage.find_objects(labels), start=1):
            mask = labels[box] == number
            frames, rows, cols = box
            start, stop = first + frames.start, first + frames.stop
            if float((window.strength[start:stop, rows, cols] * mask).max()) >= SEED:
                yield Tube(start, stop, rows, cols, mask)


def _stretches(moving: BoolArray, gap: int) -> Iterator[tuple[int, int]]:
    """Yield ``[first, last)`` of runs of True that are more than `gap` apart."""
    at = np.flatnonzero(moving)
    breaks = np.flatnonzero(np.diff(at) > gap)
    for first, last in zip(np.r_[0, breaks + 1], np.r_[breaks, len(at) - 1], strict=True):
        yield int(at[first]), int(at[last]) + 1


def _pieces(mask: BoolArray, longest: int) -> Iterator[tuple[int, int]]:
    """Cut a tube longer than `longest` frames where the fewest blocks move, in the second half of that length."""
    count = mask.sum(axis=(1, 2))
    low = 0
    while len(count) - low > longest:
        half = low + longest // 2
        cut = half + int(np.argmin(count[half : low + longest]))
        yield low, cut
        low = cut
    yield low, len(count)
