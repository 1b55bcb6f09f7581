"""Laws of the whole way from pictures to jerks: time shift, brightness, mirroring and frame rate leave them alone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from detector.config import Settings
from detector.motion.extract import MotionExtractor
from detector.pipeline import find_events
from detector.records.recording import Frame
from detector.synthetic.encode import render
from detector.synthetic.recipe import Breathing, Camera, Jerk, Limb, Recipe, Sensor, Sleeper
from detector.synthetic.truth import clip_truth
from tests.factories import make_recording

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from detector.records.events import Movement

    Picture = npt.NDArray[np.uint8]

SETTINGS = Settings()
WIDTH, HEIGHT, LENGTH_S = 320, 180, 6.5
PLANTED: tuple[tuple[float, Limb], ...] = ((1.5, "left_arm"), (2.9, "right_leg"), (4.2, "left_arm"))


def scene(*, fps: float = 25.0, later_s: float = 0.0) -> Recipe:
    jerks = tuple(
        Jerk(onset_s=at + later_s, limbs=(limb,), amplitude_px=7.0, rise_s=0.08, return_s=0.14) for at, limb in PLANTED
    )
    return Recipe(
        seed=5, camera=Camera(width=WIDTH, height=HEIGHT, fps=fps, duration_s=LENGTH_S + later_s),
        sleeper=Sleeper(size=0.75), breathing=Breathing(amplitude_px=0.2), sensor=Sensor(read=1.0), jerks=jerks,
    )  # fmt: skip


@lru_cache(maxsize=2)
def pictures(fps: float, later_s: float) -> tuple[tuple[float, Picture], ...]:
    return tuple(render(scene(fps=fps, later_s=later_s)))


def found(
    change: Callable[[Picture], Picture] = lambda picture: picture, *, fps: float = 25.0, later_s: float = 0.0
) -> tuple[Movement, ...]:
    extractor = MotionExtractor(WIDTH, HEIGHT, SETTINGS.motion)
    size = (extractor.grid.width, extractor.grid.height)
    for index, (time_s, picture) in enumerate(pictures(fps, later_s)):
        luma = cv2.resize(np.ascontiguousarray(change(picture)), size, interpolation=cv2.INTER_AREA)
        extractor.add(Frame(index, time_s, luma.astype(np.uint8), joined=index > 0, clean=True))
    return find_events(make_recording(LENGTH_S + later_s, fps=fps), extractor.finish(), SETTINGS).jerks


def onsets(jerks: tuple[Movement, ...]) -> list[float]:
    return [jerk.onset_s for jerk in jerks]


@pytest.fixture(scope="module")
def plain() -> tuple[Movement, ...]:
    return found()


def test_the_scene_itself_is_read_right(plain: tuple[Movement, ...]) -> None:
    truth = [event.onset_s for event in clip_truth(scene()).of_kind("jerk")]
    assert onsets(plain) == pytest.approx(truth, abs=0.04)


@pytest.mark.parametrize("gain", [0.55, 0.8, 1.25])
def test_brightness_leaves_events_alone(gain: float, plain: tuple[Movement, ...]) -> None:
    bright = found(lambda picture: np.clip(np.rint(gain * picture.astype(np.float32)), 0, 255).astype(np.uint8))
    assert onsets(bright) == pytest.approx(onsets(plain), abs=0.02)


def test_mirroring_mirrors_the_places_and_nothing_else(plain: tuple[Movement, ...]) -> None:
    mirrored = found(lambda picture: picture[:, ::-1])
    assert onsets(mirrored) == pytest.approx(onsets(plain), abs=0.005)
    assert [1 - jerk.x for jerk in mirrored] == pytest.approx([jerk.x for jerk in plain], abs=0.02)
    assert [jerk.y for jerk in mirrored] == pytest.approx([jerk.y for jerk in plain], abs=0.02)


def test_upside_down_is_the_same_night(plain: tuple[Movement, ...]) -> None:
    turned = found(lambda picture: picture[::-1, ::-1])
    assert onsets(turned) == pytest.approx(onsets(plain), abs=0.005)


@pytest.mark.parametrize("later_s", [0.02, 0.73])
def test_a_shift_in_time_shifts_the_events(later_s: float, plain: tuple[Movement, ...]) -> None:
    """By less than a frame too: the onset is read between frames."""
    shifted = onsets(found(later_s=later_s))
    assert [onset - later_s for onset in shifted] == pytest.approx(onsets(plain), abs=0.03)


@pytest.mark.parametrize("fps", [15.0, 30.0, 50.0])
def test_the_frame_rate_leaves_events_alone(fps: float, plain: tuple[Movement, ...]) -> None:
    other = found(fps=fps)
    assert onsets(other) == pytest.approx(onsets(plain), abs=max(0.03, 0.6 / fps))
    sizes, usual = ([jerk.amplitude_px for jerk in jerks] for jerks in (other, plain))
    assert sizes == pytest.approx(usual, rel=0.5)
