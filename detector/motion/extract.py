"""One pass over the frames, leaving the motion signal.

Frames are kept for a minute at a time, with seconds of context on either side; zones are found in each such window and
belong to the window in which they begin. Window borders are multiples of a fixed time, and what is found in a window
depends on its own frames alone, so that the signal does not depend on where or when it is made. Memory does not grow
with the recording but for some tens of bytes a frame.
"""

from __future__ import annotations

import dataclasses
from array import array
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import numpy as np

from detector.motion.attention import stretches_around, suspects
from detector.motion.grid import Grid
from detector.motion.held import HeldFrames
from detector.motion.noise import motion_limits, motion_strength, without_pulses
from detector.motion.tubes import SEED, Window
from detector.motion.zones import find_zones
from detector.records.motion import MotionSignal, PictureTrack, ZoneTrack

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from detector.config import MotionSettings
    from detector.motion.held import HeldFrame
    from detector.motion.noise import Limits
    from detector.records.recording import Frame

    BoolArray = npt.NDArray[np.bool_]

__all__ = ["MotionExtractor", "extract_motion"]

_CORE_S = 30.0  # seconds a window answers for
_CLEAR = 2.5  # thresholds: noise does not get here, so that one frame is enough
_COMPANY_S = 0.09  # seconds in which weaker movement must show again: a tube's bridge
_CONTEXT_S = 10.0  # seconds it also looks at on either side: longer than a tube, and than half the noise window


class MotionExtractor:
    """Turns frames, given one by one, into a motion signal.

    Parameters
    ----------
    width, height : int
        Upright picture of the recording.
    settings : MotionSettings
        Size of the picture, blocks, thresholds.

    Attributes
    ----------
    grid : Grid
        Size of the frames that it takes, and their blocks.
    seconds : dict of str to float
        Wall-clock seconds spent on ``difference``, ``flow`` and ``zones``.
    """

    def __init__(self, width: int, height: int, settings: MotionSettings) -> None:
        self.grid = Grid.for_picture(width, height, picture_px=settings.picture_px, block_px=settings.block_px)
        self._size = (width, height)
        self._settings = settings
        self._held = HeldFrames(self.grid)
        self.seconds = {"difference": 0.0, "zones": 0.0}
        self._core_from_s = 0.0
        self._change = self._sharpness = 0.0  # of the last frame that was looked at
        # 40 bytes a frame: a night has a million
        self._columns = {name: array("d" if name == "time_s" else "f") for name in PictureTrack.columns()}
        self._new_rows, self._new_zones = [0, 0], 0  # where the last two finished windows begin
        self._zones: list[ZoneTrack] = []

    @property
    def zones(self) -> tuple[ZoneTrack, ...]:
        """The zones of the windows that are finished."""
        return tuple(self._zones)

    def add(self, frame: Frame) -> bool:
        """Take the next frame; return True when a window was finished by it."""
        began, zones_s = perf_counter(), self.seconds["zones"]
        finished = False
        while frame.time_s >= self._core_from_s + _CORE_S + _CONTEXT_S and len(self._held):
            self._finish_window(self._core_from_s + _CORE_S)
            finished = True
        self._held.add(frame)
        self._book(began, zones_s)
        return finished

    def _book(self, began: float, zones_s: float) -> None:
        """Book the time since `began` that was not booked on zones or flow."""
        flow_s = self._held.flow_s - self.seconds.get("flow", 0.0)
        self.seconds["flow"] = self._held.flow_s
        self.seconds["difference"] += perf_counter() - began - flow_s - (self.seconds["zones"] - zones_s)

    def finish(self) -> MotionSignal:
        """Return the signal of all frames given."""
        began, zones_s = perf_counter(), self.seconds["zones"]
        while len(self._held):
            last = self._held.frames[-1].time_s
            self._finish_window(self._core_from_s + _CORE_S if last >= self._core_from_s + _CORE_S else np.inf)
        self._book(began, zones_s)
        zones = sorted(self._zones, key=lambda zone: (float(zone.time_s[0]), zone.y, zone.x))
        numbered = tuple(dataclasses.replace(zone, number=i) for i, zone in enumerate(zones, start=1))
        return MotionSignal(self._size[0], self._size[1], self.picture_so_far(), numbered)

    def picture_so_far(self) -> PictureTrack:
        """Return the picture's track of the windows that are finished."""
        return self._picture_from(0)

    def newest(self) -> MotionSignal:
        """Return the zones of the window that was finished last, with the picture's track from the one before on."""
        zones = tuple(self._zones[self._new_zones :])
        return MotionSignal(self._size[0], self._size[1], self._picture_from(self._new_rows[0]), zones)

    def _picture_from(self, row: int) -> PictureTrack:
        return PictureTrack(**{name: np.array(values[row:]) for name, values in self._columns.items()})

    def _finish_window(self, core_to_s: float) -> None:
        """Find the zones that begin before `core_to_s`, and let go of the frames that no later window needs."""
        frames, core_s = self._held.frames, (self._core_from_s, core_to_s)
        self._new_rows, self._new_zones = [self._new_rows[1], len(self._columns["time_s"])], len(self._zones)
        time_s = np.array([held.time_s for held in frames])
        if core_to_s == np.inf:
            self._held.sample_the_end()
        limits = self._limits(time_s)
        texture = np.sqrt(np.mean(self._textures()[1] ** 2, axis=0))
        activity = np.zeros(len(frames))
        for first, last in stretches_around(self._seeds(time_s, limits), time_s):
            for place in range(first, last):
                self._held.follow(place)
            strength = without_pulses(*self._strength(first, last, limits))
            activity[first:last] = (strength > 1).mean(axis=(1, 2))
            flow = np.stack([held.flow for held in frames[first:last] if held.flow is not None])
            window = Window(time_s[first:last], flow, strength, texture)
            began = perf_counter()
            self._zones.extend(find_zones(window, self.grid, core_s))
            self.seconds["zones"] += perf_counter() - began
        for held, active in zip(frames, activity.tolist(), strict=True):
            if core_s[0] <= held.time_s < core_s[1]:
                self._enter(held, active)
        self._core_from_s = core_to_s
        more = frames[-1].time_s >= core_to_s
        self._held.let_go(core_to_s - _CONTEXT_S if more else np.inf)

    def _limits(self, time_s: npt.NDArray[np.float64]) -> Limits:
        """Return what is motion in this window."""
        samples = [(held.time_s, held.energy) for held in self._held.frames if held.sample and held.energy is not None]
        sample_s, energy = zip(*samples, strict=True)
        span_s = (float(time_s[0]), float(time_s[-1]))
        return motion_limits(np.stack(energy), np.array(sample_s), self._textures(), span_s, self._settings)

    def _textures(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        """Return the times and textures of those frames that have one."""
        found = [(held.time_s, held.texture) for held in self._held.frames if held.texture is not None]
        found = found or [(self._held.frames[0].time_s, self._held.texture)]
        texture_s, textures = zip(*found, strict=True)
        return np.array(texture_s), np.stack(textures)

    def _seeds(self, time_s: npt.NDArray[np.float64], limits: Limits) -> BoolArray:
        """Say which frames hold a block that moves enough to begin a tube."""
        seeds: BoolArray = np.zeros(len(time_s), bool)
        suspected = np.r_[False, self._suspects(time_s, limits), False]
        edges = np.flatnonzero(suspected[1:] != suspected[:-1])
        for first, last in edges.reshape(-1, 2).tolist():
            for place in range(first, last):
                self._held.look(place)
            strength, pulse = self._strength(first, last, limits)
            if last - first <= 2:  # what all the picture does in one or two frames is a pulse, not movement
                strength /= pulse[:, None, None]
            peak = strength.max(axis=(1, 2))
            seeds[first:last] = peak >= SEED
            for weak in np.flatnonzero((peak >= SEED) & (peak < _CLEAR)).tolist():
                seeds[first + weak] = self._goes_on(first + weak, time_s, limits)
        return seeds

    def _goes_on(self, place: int, time_s: npt.NDArray[np.float64], limits: Limits) -> bool:
        """Say whether a weak seed has company in the frames around it: noise comes and goes in one."""
        first = min(int(np.searchsorted(time_s, time_s[place] - _COMPANY_S)), max(place - 1, 0))
        last = max(int(np.searchsorted(time_s, time_s[place] + _COMPANY_S)), min(place + 2, len(time_s)))
        for other in range(first, last):
            self._held.look(other)
        strength, pulse = self._strength(first, last, limits)
        strength /= pulse[:, None, None]
        near = cv2.dilate((strength[place - first] >= SEED).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        strength[place - first] = 0
        return bool((strength[:, near] > 1).any())

    def _suspects(self, time_s: npt.NDArray[np.float64], limits: Limits) -> BoolArray:
        """Say which frames the cheap difference suspects of movement."""
        frames = self._held.frames
        found: BoolArray = np.zeros(len(frames), bool)
        stretch = limits.stretch(time_s)
        for number in np.unique(stretch):
            part = slice(*np.searchsorted(stretch, (number, number + 1)))
            step_s = min(held.interval_s for held in frames[part])
            least = limits.threshold(number, self._settings.min_speed * self.grid.width * step_s)
            quick = np.stack([held.quick for held in frames[part]])
            found[part] = suspects(quick, least)
        found |= np.array([held.sample for held in frames])
        found &= np.array([held.judged for held in frames])
        return found

    def _strength(
        self, first: int, last: int, limits: Limits
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        frames = self._held.frames[first:last]
        return motion_strength(
            np.stack([held.energy for held in frames if held.energy is not None]),
            np.array([held.shift_px for held in frames], np.float32),
            (np.array([held.time_s for held in frames]), np.array([held.interval_s for held in frames])),
            limits,
            self.grid,
            self._settings,
        )

    def _enter(self, held: HeldFrame, activity: float) -> None:
        """Write a frame's row of the picture's track; frames that were not looked at are as the last one that was."""
        if held.energy is not None:
            self._change, self._sharpness = held.change, held.sharpness
        values = {
            "time_s": held.time_s,
            "activity": activity,
            "change": self._change,
            "light": held.gain,
            "brightness": held.brightness,
            "sharpness": self._sharpness,
            "shift_x": held.shift[0] * self.grid.scale_x,
            "shift_y": held.shift[1] * self.grid.scale_y,
            "judged": held.judged,
        }
        for name, value in values.items():
            self._columns[name].append(value)


def extract_motion(frames: Iterable[Frame], width: int, height: int, settings: MotionSettings) -> MotionSignal:
    """Return the motion signal of `frames`, which must have the size of ``Grid.for_picture(width, height, ...)``."""
    extractor = MotionExtractor(width, height, settings)
    for frame in frames:
        extractor.add(frame)
    return extractor.finish()
