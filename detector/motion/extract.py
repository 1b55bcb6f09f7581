"""Turn frames into the motion signal in one pass.

Block movement is kept for half a minute at a time, with seconds of context on either side; zones are found in each such
window and belong to the window in which they begin. Window borders are multiples of a fixed time, so the signal does
not depend on where reading began. Memory grows with the recording only by some tens of bytes a frame.
"""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from detector.motion.difference import Differences
from detector.motion.flow import follow_fast_blocks
from detector.motion.grid import Grid
from detector.motion.growing_picture import GrowingPicture
from detector.motion.growing_zones import GrowingZones
from detector.motion.held import HeldFrames
from detector.motion.noise import motion_strength
from detector.motion.tubes import Window
from detector.motion.zones import BEFORE_S, capped_excess, find_zones
from detector.native.memory import give_back
from detector.records.motion import FARTHEST_SHIFT, LEAST_DETAIL, LEAST_GREY, MotionSignal
from detector.records.zone_table import ZoneTable

if TYPE_CHECKING:
    import numpy.typing as npt

    from detector.config import MotionSettings
    from detector.motion.difference import PictureStep
    from detector.records.recording import Frame

__all__ = ["CONTEXT_S", "WARM_UP_S", "WINDOW_S", "MotionExtractor"]

WINDOW_S = 30.0
"""Seconds that a window covers. Stretches analysed on their own begin and end at multiples of it."""

CONTEXT_S = 10.0  # longer than a tube, and than half the noise window
"""Seconds of context on either side of a window."""

WARM_UP_S = CONTEXT_S + 2.0
"""Nothing earlier than this before a window may change its results (docs/decisions/0031)."""

_TEXTURE_S = 0.5  # seconds between two samples of the texture, which changes slowly
_WINDOWS_A_SWEEP = 20  # windows between two returns of freed memory to the system
_MID_GREY = 128  # grey level that replaces damage before the first whole picture: neither dark nor bright


class MotionExtractor:
    """Turn frames, given one by one, into a motion signal.

    Parameters
    ----------
    width, height : int
        Size of the recording's upright picture.
    settings : MotionSettings
        Size of the picture, blocks, thresholds.
    core_s : tuple of float
        Half-open stretch of the recording to analyse; its ends are multiples of `WINDOW_S`, or infinity. Give it frames
        from `WARM_UP_S` before the stretch to `CONTEXT_S` after it.

    Attributes
    ----------
    grid : Grid
        Expected size of the frames, and their blocks.
    seconds : dict of str to float
        Wall-clock seconds spent on ``difference``, ``flow`` and ``zones``.
    """

    def __init__(
        self, width: int, height: int, settings: MotionSettings, core_s: tuple[float, float] = (0.0, np.inf)
    ) -> None:
        self.grid = Grid.for_picture(width, height, picture_px=settings.picture_px, block_px=settings.block_px)
        self._size = (width, height)
        self._settings = settings
        self._differences = Differences(self.grid)
        self._before_luma: npt.NDArray[np.uint8] | None = None
        self._held = HeldFrames(self.grid)
        self._texture: list[tuple[float, npt.NDArray[np.float32]]] = []
        self._texture_next_s = 0.0
        self._core_s = core_s
        self._core_from_s = core_s[0]
        self._windows = 0  # finished
        self._picture = GrowingPicture()
        self._zones, self._newest_zones = GrowingZones(), ZoneTable.of(())  # of all finished windows, and of the last
        self.seconds = {"difference": 0.0, "flow": 0.0, "zones": 0.0}

    def add(self, frame: Frame) -> bool:
        """Take the next frame; return True if it finished a window."""
        finished = False
        while frame.time_s >= self._core_from_s + WINDOW_S + CONTEXT_S and len(self._held):
            self._finish_window(self._core_from_s + WINDOW_S)
            finished = True
        if not len(self._held):  # windows in a gap have nothing to judge, and a wrong clock can jump by years
            self._core_from_s = max(self._core_from_s, frame.time_s // WINDOW_S * WINDOW_S)
        before, luma = self._before_luma, frame.luma
        if not frame.clean:  # what a decoder invents is random: use the last whole picture instead
            luma = np.full_like(luma, _MID_GREY) if before is None else before
        joined = before is not None and frame.joined
        began = perf_counter()
        place = self._held.next_place()
        step = self._differences.step(luma, joined=joined, place=place)
        seen = perf_counter()
        self.seconds["difference"] += seen - began
        if step.fast and joined and before is not None:
            place.flow[:] = follow_fast_blocks(luma, before, step.motion, self.grid)
            self.seconds["flow"] += perf_counter() - seen
        self._before_luma = luma
        self._keep(frame, step, judged=joined and frame.clean)
        return finished

    def finish(self) -> MotionSignal:
        """Return the signal of the frames given, within the stretch to analyse; no frames can be added after that."""
        while len(self._held) and self._core_from_s < self._core_s[1]:
            last_s = float(self._held.time_s[-1])
            self._finish_window(self._core_from_s + WINDOW_S if last_s >= self._core_from_s + WINDOW_S else np.inf)
        return MotionSignal(*self._size, self._picture.track(), self._zones.zones())

    def newest(self) -> MotionSignal:
        """Return the zones of the last finished window, with the picture's track from the window before it on."""
        return MotionSignal(*self._size, self._picture.newest(), self._newest_zones)

    def _keep(self, frame: Frame, step: PictureStep, *, judged: bool) -> None:
        motion, grid, time_s = step.motion, self.grid, frame.time_s
        shift_px = math.hypot(*motion.shift)
        still = shift_px <= FARTHEST_SHIFT * grid.width
        if self._core_s[0] <= time_s < self._core_s[1]:
            shift_x, shift_y = motion.shift[0] * grid.scale_x, motion.shift[1] * grid.scale_y
            sure = judged and still and step.brightness >= LEAST_GREY and step.sharpness >= LEAST_DETAIL
            self._picture.note(
                time_s, step.change, motion.gain, step.brightness, step.sharpness, shift_x, shift_y, sure
            )
        if time_s >= self._core_from_s - CONTEXT_S:
            if not (judged and still):
                motion.energy[:] = 0.0
            self._held.add(time_s, shift_px)
        if frame.time_s >= self._texture_next_s:
            self._texture.append((frame.time_s, motion.texture.copy()))
            # restarted a warm-up before each border, so that it does not matter where reading began
            anew_s = ((frame.time_s + WARM_UP_S) // WINDOW_S + 1) * WINDOW_S - WARM_UP_S
            self._texture_next_s = min(frame.time_s + _TEXTURE_S, anew_s)

    def _finish_window(self, core_to_s: float) -> None:
        """Find the zones that begin before `core_to_s`, and drop the frames that no later window needs."""
        began = perf_counter()
        held = self._held
        time_s = held.time_s
        texture = self._textures(float(time_s[0]), float(time_s[-1]))
        strength = motion_strength(held.energy, texture, held.shift_px, time_s, self.grid, self._settings)
        inside = (time_s >= self._core_from_s) & (time_s < core_to_s)
        excess = capped_excess(strength)
        self._picture.settle((excess[1][inside] / strength[0].size).astype(np.float32))
        usual_texture = np.sqrt(np.mean(texture[1] ** 2, axis=0))
        window = Window(time_s, held.flow, strength, held.explained, usual_texture, held.picture)
        zones = find_zones(window, self.grid, (self._core_from_s, core_to_s), excess)
        self._newest_zones = ZoneTable.joined([ZoneTable.of(tuple(zones))])
        self._zones.add(self._newest_zones, core_to_s - BEFORE_S)
        self._core_from_s = core_to_s
        held.let_go(core_to_s - CONTEXT_S if time_s[-1] >= core_to_s else np.inf)
        self._windows += 1
        if self._windows % _WINDOWS_A_SWEEP == 0:
            give_back()
        self.seconds["zones"] += perf_counter() - began

    def _textures(self, first_s: float, last_s: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        """Return times and textures of the window, and drop older ones."""
        self._texture = [item for item in self._texture if item[0] >= first_s - _TEXTURE_S]
        inside = [item for item in self._texture if item[0] <= last_s]
        return np.array([item[0] for item in inside]), np.stack([item[1] for item in inside])
