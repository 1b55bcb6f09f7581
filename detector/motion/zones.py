"""Zones: patches of the picture that moved as one.

Blocks in motion that touch in space and time form a tube. Inside a tube, blocks that keep one common rhythm form a
zone: each block b moves as ``q_b(t) = a_b s(t)``, where velocities are complex numbers (right + i down), ``s`` is the
zone's movement and the complex factor ``a_b`` turns and scales it for the block. So a limb that swings about its joint,
or two limbs that move apart, are one zone with one signed rhythm; limbs that move at different times are separate
zones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy  # submodules load on first use, and not at all with the kernel

from detector.motion.blockwise import excess_of_frames
from detector.motion.rest import away_from_rest
from detector.motion.rhythm import common_rhythm, fit_rhythm, main_axis
from detector.motion.tubes import SEED, find_tubes
from detector.motion.zone_kernel import BlockReadings, ZoneKernel
from detector.records.motion import ZoneTrack

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from detector.motion.grid import Grid
    from detector.motion.tubes import Tube, Window

    BoolArray = npt.NDArray[np.bool_]
    FloatArray = npt.NDArray[np.float32]
    IntArray = npt.NDArray[np.intc]
    ComplexArray = npt.NDArray[np.complex64]

__all__ = ["BEFORE_S", "capped_excess", "find_zones"]

BEFORE_S = 0.8
"""Seconds of rest in a zone's track before its movement begins."""

_AFTER_S = 1.5  # slow return, and rest after it
_SAME_RHYTHM = 0.6  # correlation of a block's movement with the zone's seed
_MOST_ZONES = 40  # of one tube: four limbs among a swarm of insects; reached only if so many are strong
_FEWEST = 3  # blocks: anything smaller than a finger of a sleeper who fills a fifth of the picture is noise
_FASTEST = 0.98  # quantile of the blocks' movement taken as the fastest part: the maximum may be an outlier
_CAP = 30.0  # strength above this carries no more information
_AT_REST = 0.001  # weight of a block at rest: it counts only where nothing moves


def capped_excess(strength: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return `excess_of_frames` with each block capped where more strength carries no more information."""
    return excess_of_frames(strength, _CAP)


def find_zones(
    window: Window, grid: Grid, core_s: tuple[float, float], excess: tuple[FloatArray, IntArray] | None = None
) -> Iterator[ZoneTrack]:
    """Yield the zones of every tube that begins inside `core_s`, numbered 0 (the caller numbers them).

    Parameters
    ----------
    window : Window
        Block movement, with some seconds of context on either side of the core.
    grid : Grid
        Blocks of the analysed picture.
    core_s : tuple of float
        Half-open stretch of time whose zones are wanted.
    excess : tuple of ndarray, optional
        `capped_excess` of the window's strength, if the caller has it.
    """
    total, active = excess or capped_excess(window.strength)
    survey = _Survey.of(window, grid, total)
    for tube in find_tubes(window, active > 0):
        if core_s[0] <= window.time_s[tube.first] < core_s[1]:
            for members in _split_by(survey.kernel, tube) if survey.kernel else _split(tube, window):
                yield _track(tube, members, survey)


@dataclass(frozen=True, slots=True, eq=False)
class _Survey:
    """A window, with what is computed once for all of its zones.

    Attributes
    ----------
    total : float32, shape (n,)
        Excess of the whole picture, by frame.
    rate_hz : float64, shape (n,)
        One over the interval before each frame; 0 for the first, which has no interval and shows no movement.
    ring : bool, shape (rows, cols)
        The blocks in the outermost two rings of the picture.
    """

    window: Window
    grid: Grid
    kernel: ZoneKernel | None
    total: FloatArray = field(repr=False)
    rate_hz: npt.NDArray[np.float64] = field(repr=False)
    ring: BoolArray = field(repr=False)

    @classmethod
    def of(cls, window: Window, grid: Grid, total: FloatArray) -> _Survey:
        ring = np.ones((grid.rows, grid.cols), bool)
        ring[2:-2, 2:-2] = False
        rate_hz = np.concatenate(([0.0], 1 / np.diff(window.time_s)))
        return cls(window, grid, ZoneKernel.where_possible(window), total, rate_hz, ring)


def _split_by(kernel: ZoneKernel, tube: Tube) -> Iterator[BoolArray]:
    """Do the same as `_split` in the kernel."""
    labels, count = kernel.labels(tube, SEED)
    for number in range(count):
        yield labels == number


def _split(tube: Tube, window: Window) -> Iterator[BoolArray]:
    """Split a tube into zones of one rhythm, strongest first; yield a mask of the blocks of each."""
    frames = slice(tube.first, tube.last)
    strength = np.minimum(window.strength[frames, tube.rows, tube.cols], _CAP) * tube.mask
    flow = window.flow[frames, tube.rows, tube.cols]
    # in units of each block's threshold, so that a noisy edge cannot outweigh a quiet limb
    weighted = flow * (strength / np.maximum(np.abs(flow), np.float32(1e-20)))
    power = np.einsum("trc,trc->rc", strength, strength)
    free: BoolArray = np.asarray(tube.mask.any(axis=0))
    peak = strength.max(axis=0)
    for _ in range(_MOST_ZONES):
        if not free.any() or peak[free].max() < SEED:
            return
        members = _members(weighted, power * free, free)
        free &= ~members
        if members.sum() >= _FEWEST:
            yield members


def _members(weighted: ComplexArray, power: FloatArray, free: BoolArray) -> BoolArray:
    """Return the free blocks that share the rhythm of the strongest spot and are connected with it."""
    around = scipy.ndimage.uniform_filter(power, 3, mode="constant")
    seed = np.unravel_index(int(np.argmax(np.where(free, around, -1))), free.shape)
    box = tuple(slice(max(0, int(i) - 1), int(i) + 2) for i in seed)
    near = weighted[(slice(None), *box)] * free[box]
    rhythm = common_rhythm(near.reshape(len(near), -1))
    size = np.sqrt(power)
    for _ in range(2):
        inner = np.einsum("trc,t->rc", weighted, np.conj(rhythm))
        length = max(float(np.sqrt(np.einsum("t,t->", rhythm, np.conj(rhythm)).real)), 1e-6)
        same = free & (np.abs(inner) > _SAME_RHYTHM * length * np.maximum(size, np.float32(1e-6)))
        same[seed] = True
        members = same & _connected(same, seed)
        rhythm = np.einsum("trc,rc->t", weighted, np.conj(inner) * members)
    return np.asarray(members)


def _connected(blocks: BoolArray, seed: tuple[np.intp, ...]) -> BoolArray:
    """Return the blocks connected with the seed, after growing each block of `blocks` by its eight neighbours."""
    labels, _ = scipy.ndimage.label(scipy.ndimage.binary_dilation(blocks, np.ones((3, 3), bool)))
    return np.asarray(labels == labels[seed])


def _track(tube: Tube, members: BoolArray, survey: _Survey) -> ZoneTrack:
    """Measure the movement of a zone from before the tube until after it."""
    window, grid, time_s = survey.window, survey.grid, survey.window.time_s
    first = int(time_s.searchsorted(time_s[tube.first] - BEFORE_S))
    last = int(time_s.searchsorted(time_s[tube.last - 1] + _AFTER_S))
    row, col = members.nonzero()
    row, col = row + tube.rows.start, col + tube.cols.start
    frames, inside = slice(first, last), slice(tube.first - first, tube.last - first)
    velocity, peak, explained, moved, edge = _read(survey, frames, (row, col))
    texture = np.maximum(window.texture[row, col], np.float32(1e-6))  # 0: flat whenever it was looked at
    weighted, squared = velocity * texture, texture**2
    pattern, rhythm = fit_rhythm(velocity, weighted[inside], texture)
    turn = main_axis(rhythm[inside])
    motion = rhythm * np.exp(-1j * turn)
    size = np.abs(pattern)
    weight = size**2 * squared
    weight /= weight.sum()
    x, y = (col + 0.5) / grid.cols, (row + 0.5) / grid.rows
    cx, cy = float((weight * x).sum()), float((weight * y).sum())
    wide, high = grid.width * grid.scale_x, grid.height * grid.scale_y
    spread = float((weight * (((x - cx) * wide) ** 2 + ((y - cy) * high) ** 2)).sum()) ** 0.5
    power = np.abs(weighted[inside]) ** 2
    fitted = np.abs(rhythm[inside, None] * pattern * texture) ** 2
    return ZoneTrack(
        number=0,
        x=cx,
        y=cy,
        extent=spread / float(np.hypot(wide, high)),
        area=len(row) / (grid.rows * grid.cols),
        edge=edge / max(float(moved.sum()), 1e-6),
        direction_deg=float(np.degrees(turn) % 180),
        coherence=float(min(1.0, fitted.sum() / max(float(power.sum()), 1e-12))),
        texture=float(texture.mean()),
        reach=max(1.0, _quantile(size, _FASTEST)),
        time_s=time_s[frames],
        along=motion.real,
        across=motion.imag,
        strength=peak,
        explained=explained,
        share=(moved / np.maximum(survey.total[frames], 1e-6)).astype(np.float32),
        away=away_from_rest(window.picture[frames], (row, col), peak > 1),
    )


def _quantile(values: FloatArray, share: float) -> float:
    """Return the same as ``np.quantile`` of float32, to the bit, in a tenth of the time."""
    ordered = np.sort(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    part, below, above = place - low, ordered[low], ordered[min(low + 1, len(ordered) - 1)]
    if part < 0.5:
        return float(below + (above - below) * np.float32(part))
    return float(above - (above - below) * np.float32(1 - part))


def _read(survey: _Survey, frames: slice, blocks: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]) -> BlockReadings:
    """Read blocks of the window over some frames, in the kernel if there is one."""
    grid, rate_hz, ring = survey.grid, survey.rate_hz[frames], survey.ring[blocks]
    if survey.kernel:
        return survey.kernel.read(frames, blocks, ring, (grid.scale_x, grid.scale_y), rate_hz)
    flow = survey.window.flow[frames, blocks[0], blocks[1]]
    velocity = (flow.real * grid.scale_x + 1j * (flow.imag * grid.scale_y)) * rate_hz[:, None]
    strength = np.minimum(survey.window.strength[frames, blocks[0], blocks[1]], _CAP)
    moved = np.maximum(strength - 1, 0).astype(float)
    weight = moved + _AT_REST
    share = (weight * survey.window.explained[frames, blocks[0], blocks[1]]).sum(axis=1) / (255 * weight.sum(axis=1))
    edge = float(moved[:, ring].sum())
    return BlockReadings(
        velocity.astype(np.complex64), strength.max(axis=1), share.astype(np.float32), moved.sum(axis=1), edge
    )
