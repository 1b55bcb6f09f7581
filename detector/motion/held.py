"""Frames that are held while a window is open, and the block motion of those that were looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.motion.attention import samples_until
from detector.motion.difference import Gradients, block_motion, quick_energy, smooth_picture
from detector.motion.flow import follow_fast_blocks
from detector.motion.lighting import brightness_ratio

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.motion.difference import BlockMotion
    from detector.motion.grid import Grid
    from detector.records.recording import Frame

    FloatArray = npt.NDArray[np.float32]

__all__ = ["HeldFrame", "HeldFrames"]

_TEXTURE_EVERY = 3  # samples between two textures, half a second: they change as slowly as the sleeper turns
_AT_ENDS_S = 8.0  # where noise is seen from one side only, all frames tell it
_DARK = 6.0  # mean grey level under which nothing can be judged
_LARGEST_SHIFT = 0.0025  # widths of the picture per frame: more is a moving camera (docs/decisions/0004)


@dataclass(slots=True, eq=False)
class HeldFrame:
    """What is kept of a frame while its window is open.

    Attributes
    ----------
    time_s, interval_s : float
        Its time, and seconds since the frame before.
    luma : uint8, shape (height, width), or None
        The picture, until no one can ask for it any more.
    quick : float32, shape (rows, cols)
        Estimate of the energy, in squared grey levels (`quick_energy`); zero for samples, which are looked at anyway.
    gain : float
        Natural logarithm of the change in brightness.
    brightness : float
        Mean grey level.
    linked : bool
        A difference to the frame before says something.
    judged : bool
        Movement in it can be judged.
    sample : bool
        It is one of those that tell the noise.
    change, sharpness : float
        Root mean square difference and gradient of the whole picture, in grey levels; NaN until it was looked at.
    shift : tuple of float
        Shift of the whole picture, in pixels of the analysed picture.
    texture : float32, shape (rows, cols), or None
        Root mean square gradients, of some frames.
    energy : float32, shape (rows, cols), or None
        Motion energy, once it was looked at; zero where it cannot be judged.
    motion : BlockMotion or None
        All that was seen, until its fast blocks were followed.
    flow : complex64, shape (rows, cols), or None
        Shift of each block, right + i down, in pixels of the analysed picture; once it was followed.
    """

    time_s: float
    interval_s: float
    luma: npt.NDArray[np.uint8] | None = field(repr=False)
    quick: FloatArray = field(repr=False)
    gain: float
    brightness: float
    linked: bool
    judged: bool
    sample: bool
    change: float = math.nan
    sharpness: float = math.nan
    shift: tuple[float, float] = (0.0, 0.0)
    texture: FloatArray | None = field(default=None, repr=False)
    energy: FloatArray | None = field(default=None, repr=False)
    motion: BlockMotion | None = field(default=None, repr=False)
    flow: npt.NDArray[np.complex64] | None = field(default=None, repr=False)

    @property
    def shift_px(self) -> float:
        """Length of the whole picture's shift, in pixels of the analysed picture."""
        return math.hypot(*self.shift)


class HeldFrames:
    """The frames of a window, in order, each compared with the one before.

    Parameters
    ----------
    grid : Grid
        Blocks of the analysed picture.

    Attributes
    ----------
    frames : list of HeldFrame
        Oldest first.
    texture : float32, shape (rows, cols)
        The newest texture.
    flow_s : float
        Wall-clock seconds spent on following fast blocks.
    """

    def __init__(self, grid: Grid) -> None:
        self.frames: list[HeldFrame] = []
        self.flow_s = 0.0
        self.texture: FloatArray = np.zeros((grid.rows, grid.cols), np.float32)
        self._still: FloatArray = np.zeros((grid.rows, grid.cols), np.float32)
        self._gradients: Gradients
        self._grid = grid
        self._newest: tuple[float, FloatArray, float] | None = None  # time, smooth picture, brightness
        self._smoothed: tuple[HeldFrame, FloatArray] | None = None  # of the last picture that was looked at

    def __len__(self) -> int:
        return len(self.frames)

    def add(self, frame: Frame) -> None:
        """Take the next frame: a cheap difference for all, the block equations for samples."""
        now, bright = smooth_picture(frame.luma), cv2.mean(frame.luma)[0]
        newest, self._newest = self._newest, (frame.time_s, now, bright)
        linked = newest is not None and frame.joined
        time_before_s, before, bright_before = newest or (-math.inf, now, bright)
        ratio = brightness_ratio(bright, bright_before) if linked else 1.0
        due = samples_until(time_before_s) if linked else -1
        number = samples_until(frame.time_s)
        held = HeldFrame(
            time_s=frame.time_s,
            interval_s=frame.time_s - time_before_s,
            luma=frame.luma,
            quick=self._still,
            gain=math.log(ratio),
            brightness=bright,
            linked=linked,
            judged=linked and frame.clean and bright >= _DARK,
            sample=number > due or frame.time_s < _AT_ENDS_S,
        )
        self.frames.append(held)
        if held.sample:
            motion = block_motion(now, before if linked else now, self._grid)
            self._note(held, motion)
            if number // _TEXTURE_EVERY > due // _TEXTURE_EVERY:
                held.texture = self.texture = motion.texture
            self._gradients = Gradients.of(now, self._grid)
        else:
            held.quick = quick_energy(now, before, ratio, self._gradients, self._grid)

    def sample_the_end(self) -> None:
        """Let all of the last frames tell the noise, as no more will come."""
        for place, held in enumerate(self.frames):
            if held.time_s > self.frames[-1].time_s - _AT_ENDS_S:
                self.look(place)
                held.sample = True

    def look(self, place: int) -> None:
        """Solve the block equations of a frame, unless that was done."""
        held = self.frames[place]
        if held.energy is None:
            now = self._smooth(place)
            self._note(held, block_motion(now, self._smooth(place - 1) if held.linked else now, self._grid))
            self._smoothed = held, now

    def follow(self, place: int) -> None:
        """Look at a frame and follow its fast blocks, unless that was done."""
        self.look(place)
        held = self.frames[place]
        motion, held.motion = held.motion, None
        if motion is None:
            return
        flow = motion.flow
        if held.linked:
            began = perf_counter()
            flow = follow_fast_blocks(self._luma(place), self._luma(place - 1), motion, self._grid)
            self.flow_s += perf_counter() - began
        held.flow = flow.view(np.complex64)[..., 0]
        for one, following in pairwise(self.frames[max(0, place - 1) : place + 2]):
            if one.flow is not None and following.flow is not None:
                one.luma = None  # both its differences were taken

    def let_go(self, before_s: float) -> None:
        """Forget the frames before `before_s`."""
        first = next((place for place, held in enumerate(self.frames) if held.time_s >= before_s), len(self.frames))
        if 0 < first < len(self.frames):
            self.follow(first)  # the frame that it is compared with is about to go
        del self.frames[:first]

    def _smooth(self, place: int) -> FloatArray:
        held = self.frames[place]
        if self._smoothed is not None and self._smoothed[0] is held:
            return self._smoothed[1]
        return smooth_picture(self._luma(place))

    def _luma(self, place: int) -> npt.NDArray[np.uint8]:
        luma = self.frames[place].luma
        if luma is None:
            raise ValueError("a picture is kept only until both its differences were taken")
        return luma

    def _note(self, held: HeldFrame, motion: BlockMotion) -> None:
        held.motion, held.gain, held.shift = motion, motion.gain, motion.shift
        n = motion.residue.size
        held.change = math.sqrt(float(np.vdot(motion.residue, motion.residue)) / n)
        held.sharpness = math.sqrt(float(np.vdot(motion.texture, motion.texture)) / n)
        held.judged = held.judged and held.shift_px <= _LARGEST_SHIFT * self._grid.width
        held.energy = motion.energy if held.judged else np.zeros_like(motion.energy)
