"""Pictures whose movement is known exactly: sums of waves that are moved by changing their phase, not by resampling."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.config import MotionSettings
from detector.motion.grid import Grid
from detector.records.recording import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    Picture = npt.NDArray[np.float64]
    Way = Callable[[float], complex]

WIDTH, HEIGHT = 160, 96
SETTINGS = MotionSettings()
GRID = Grid.for_picture(WIDTH, HEIGHT, picture_px=SETTINGS.picture_px, block_px=SETTINGS.block_px)


def blank(shape: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    """Pictures that show nothing, two by two pixels a block, for a window of `shape` (frames, rows, columns)."""
    return np.full((shape[0], 2 * shape[1], 2 * shape[2]), 100, np.uint8)


def half_explained(shape: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    """Shares of the difference that shifts explain, about half of it, another one in every block of every frame."""
    return np.random.default_rng(8).integers(64, 192, shape).astype(np.uint8)


@dataclass(frozen=True)
class Cloth:
    """A texture of waves 7 px and longer that can be moved by any part of a pixel."""

    seed: int = 1
    contrast: float = 25.0
    n_waves: int = 24
    _waves: tuple = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        length, turn = rng.uniform(7, 24, self.n_waves), rng.uniform(0, np.pi, self.n_waves)
        waves = np.stack((np.cos(turn), np.sin(turn))) * 2 * np.pi / length
        object.__setattr__(self, "_waves", (waves, rng.uniform(0, 2 * np.pi, self.n_waves)))

    def at(self, shift: complex = 0, width: int = WIDTH, height: int = HEIGHT) -> Picture:
        """The texture moved right by the real and down by the imaginary part of `shift`, in pixels; mean 0."""
        waves, phases = self._waves
        x, y = np.arange(width) - shift.real, np.arange(height) - shift.imag
        total = np.zeros((height, width))
        for (kx, ky), phase in zip(waves.T, phases, strict=True):
            across, down = np.exp(1j * (kx * x + phase)), np.exp(1j * ky * y)
            total += (down[:, None] * across[None, :]).real
        return self.contrast * np.sqrt(2 / self.n_waves) * total


@dataclass(frozen=True)
class Patch:
    """A soft-edged disc with a texture of its own that moves over the ground; places are fractions of the picture."""

    x: float = 0.5
    y: float = 0.5
    radius_px: float = 16.0
    seed: int = 2

    def lay_on(self, ground: Picture, shift: complex) -> Picture:
        height, width = ground.shape
        rows, cols = np.mgrid[:height, :width]
        away = np.hypot(cols - self.x * width - shift.real, rows - self.y * height - shift.imag)
        mask = 1 / (1 + np.exp(away - self.radius_px))
        return ground * (1 - mask) + Cloth(self.seed).at(shift, width, height) * mask

    def inside(self, grid: Grid = GRID, margin_px: float = 6.0) -> npt.NDArray[np.bool_]:
        """Blocks that lie inside the disc, that far from its edge."""
        rows, cols = (np.mgrid[: grid.rows, : grid.cols] + 0.5) * grid.block_px
        return np.hypot(cols - self.x * grid.width, rows - self.y * grid.height) < self.radius_px - margin_px


def grey(picture: Picture, *, level: float = 110.0, noise: float = 0.0, seed: int = 0) -> npt.NDArray[np.uint8]:
    """The picture as a camera gives it: 8 bits, with noise."""
    dirt = noise * np.random.default_rng(seed).standard_normal(picture.shape) if noise else 0.0
    return np.clip(np.rint(level + picture + dirt), 0, 255).astype(np.uint8)


def film(
    patches: list[tuple[Patch, Way]],
    *,
    length_s: float,
    fps: float = 25.0,
    noise: float = 1.0,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    camera: Way = lambda _: 0,
    torn: tuple[int, ...] = (),
) -> Iterator[Frame]:
    """Frames of patches that go their ways over a ground; `torn` frames are not joined to the one before."""
    ground = Cloth().at(0, *size)
    for index in range(round(length_s * fps)):
        time_s = index / fps
        moved = camera(time_s)
        picture = ground if moved == 0 else Cloth().at(moved, *size)
        for patch, way in patches:
            picture = patch.lay_on(picture, way(time_s) + moved)
        luma = grey(picture, noise=noise, seed=index)
        yield Frame(index, time_s, luma, joined=index > 0 and index not in torn, clean=True)


def jerk(onset_s: float, amplitude_px: complex = 3.0, *, out_s: float = 0.16, back_s: float = 0.2) -> Way:
    """Out and back, each way of least jerk."""

    def part(share: float) -> float:
        s = min(max(share, 0.0), 1.0)
        return s**3 * (10 - 15 * s + 6 * s**2)

    return lambda t: amplitude_px * (part((t - onset_s) / out_s) - part((t - onset_s - out_s) / back_s))


def ways(*parts: Way) -> Way:
    return lambda t: sum(part(t) for part in parts)
