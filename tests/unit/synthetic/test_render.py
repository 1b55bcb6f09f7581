from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from detector.errors import ResultError
from detector.synthetic.conditions import random_recipe
from detector.synthetic.encode import frame_times, render, write_clip
from detector.synthetic.recipe import Breathing, Camera, Codec, Distractor, Jerk, Recipe, Sensor, Sleeper
from detector.synthetic.scene import Scene
from detector.synthetic.truth import clip_truth

if TYPE_CHECKING:
    from pathlib import Path

SILENT = Sensor(read=0, shot=0, fixed=0)
NO_BREATH = Breathing(amplitude_px=0)


def _clip(*jerks: Jerk, **blocks: object) -> Recipe:
    values = {"sensor": SILENT, "breathing": NO_BREATH, "camera": Camera(width=320, height=180, duration_s=3.0)}
    return Recipe.model_validate({"seed": 4, "jerks": jerks} | values | blocks)


def _change(recipe: Recipe) -> tuple[np.ndarray, np.ndarray]:
    """Times, and the largest change of each picture against the first one."""
    pictures = list(render(recipe))
    first = pictures[0][1].astype(float)
    change = [np.abs(cv2.blur(picture.astype(float) - first, (3, 3))).max() for _, picture in pictures]
    return np.array([time for time, _ in pictures]), np.array(change)


@pytest.mark.parametrize("condition", ["clean_ir", "blanket", "insects", "day_colour", "caregiver_quiet"])
def test_the_same_recipe_gives_the_same_pictures(condition: str) -> None:
    recipe = random_recipe(5, condition)
    first, second = (list(islice(render(recipe), 4)) for _ in range(2))
    assert all(a[0] == b[0] and np.array_equal(a[1], b[1]) for a, b in zip(first, second, strict=True))
    assert len({picture.tobytes() for _, picture in first}) == len(first)
    other = next(render(recipe.model_copy(update={"seed": 6})))[1]
    assert not np.array_equal(other, first[0][1])


@pytest.mark.parametrize("fps", [12.5, 25.0, 60.0])
@pytest.mark.parametrize("cover", ["none", "swaddle"])
def test_pictures_move_when_the_truth_says_so(fps: float, cover: str) -> None:
    jerk = Jerk(onset_s=1.0, limbs=("left_leg",), amplitude_px=9, rise_s=0.1, return_s=0.15)
    camera = Camera(width=320, height=180, duration_s=2.5, fps=fps)
    recipe = _clip(jerk, camera=camera, sleeper=Sleeper(cover=cover, cover_coupling=0.9))
    event = clip_truth(recipe).of_kind("jerk")[0]
    times, change = _change(recipe)
    moving = times[change > 0.12 * change.max()]
    assert change.max() > 8
    assert change[times < jerk.onset_s - 0.5 / fps].max() == 0
    assert abs(moving[0] - event.onset_s) <= 1.1 / fps
    assert abs(moving[-1] - (event.onset_s + event.duration_s)) <= 1.1 / fps


def test_movement_is_as_large_as_the_truth_says() -> None:
    """The hand's picture, shifted back by the true amplitude, fits the rest picture best."""
    jerk = Jerk(onset_s=1.0, limbs=("right_arm",), amplitude_px=6, rise_s=0.1, hold_s=0.4, part="whole", bend=0)
    recipe = _clip(jerk, camera=Camera(duration_s=2.0, exposure=0.0))
    pictures = dict(render(recipe))
    rest, out = pictures[0.0], pictures[1.2]
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(rest, out, None)
    assert float(np.percentile(np.hypot(flow[..., 0], flow[..., 1]), 99.8)) == pytest.approx(6, rel=0.2)


def test_a_still_scene_without_noise_is_still() -> None:
    _, change = _change(_clip())
    assert change.max() == 0


@pytest.mark.parametrize(
    "kind",
    ["hand", "patting", "rocking", "person", "pet", "light_step", "headlights", "exposure_hunting", "infrared_switch",
     "mains", "shadow", "television", "flash", "bump", "pan", "vibration", "focus_hunting", "insects", "dust",
     "curtain", "mobile", "stray", "clock"],
)  # fmt: skip
def test_every_distractor_changes_the_picture_only_in_its_time(kind: str) -> None:
    item = Distractor(kind=kind, onset_s=1.0, duration_s=1.9, rate_hz=3.0, strength=1.5)
    times, change = _change(_clip(distractors=(item,)))
    assert change[times > 1.05].max() > 2
    if kind not in {"clock", "curtain", "mobile"}:
        assert change[times < 0.99].max() == 0


@pytest.mark.parametrize(
    "kind", ["stretch", "fidget", "head_turn", "suck", "chew", "tremor", "gross", "startle", "arousal"]
)
def test_every_motion_moves_the_body_only_in_its_time(kind: str) -> None:
    motion = {"kind": kind, "onset_s": 1.0, "duration_s": 1.8, "amplitude_px": 8, "rate_hz": 2.0}
    times, change = _change(_clip(motions=(motion,)))
    assert change[times > 1.05].max() > 3
    assert change[times < 0.99].max() == 0


@pytest.mark.parametrize(
    "codec", [Codec(), Codec(name="mpeg4"), Codec(name="mjpeg", container="mkv"), Codec(bitrate_kbps=80)]
)
def test_a_written_clip_holds_every_picture_at_its_time(tmp_path: Path, codec: Codec) -> None:
    camera = Camera(width=160, height=96, duration_s=2.0, fps=30, jitter=0.3, drop_share=0.1)
    recipe = _clip(camera=camera, codec=codec, sensor=Sensor())
    write_clip(recipe, tmp_path / "clip.mp4")
    path = tmp_path / f"clip.{codec.container}"
    with av.open(str(path)) as file:
        times = [float(frame.pts * (frame.time_base or Fraction(1))) for frame in file.decode(video=0)]
    # Matroska keeps whole milliseconds.
    assert np.array(times) - times[0] == pytest.approx(frame_times(camera, recipe.seed), abs=0.0011)
    assert (tmp_path / "clip.truth.tsv").is_file()
    assert Recipe.from_toml((tmp_path / "clip.toml").read_text(encoding="utf-8")) == recipe


def test_writing_twice_gives_the_same_bytes_and_leaves_no_rest(tmp_path: Path) -> None:
    recipe = _clip(sensor=Sensor(), camera=Camera(width=160, height=96, duration_s=1.0))
    for name in ("a", "b"):
        write_clip(recipe, tmp_path / f"{name}.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert len(list(tmp_path.iterdir())) == 6


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="does not exist"):
        write_clip(_clip(), tmp_path / "nowhere" / "clip.mp4")


def test_time_stamps_increase_and_start_at_zero() -> None:
    times = frame_times(Camera(jitter=0.4, wander=0.5, drop_share=0.2, duration_s=20), 3)
    assert times[0] == 0
    assert np.all(np.diff(times) > 0)
    assert times[-1] < 20


def test_at_onset_and_offset_the_hand_is_a_tenth_of_its_way_out() -> None:
    jerk = Jerk(onset_s=1.0, limbs=("right_arm",), amplitude_px=24, rise_s=0.1, return_s=0.2, bend=0)
    recipe = _clip(jerk, camera=Camera(duration_s=2.0, exposure=0.0))
    event = clip_truth(recipe).of_kind("jerk")[0]
    scene = Scene(recipe)
    rest = scene.light(0.5).astype(np.uint8)
    for moment in (event.onset_s, event.onset_s + event.duration_s):
        out = scene.light(moment).astype(np.uint8)
        flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(rest, out, None)
        assert float(np.percentile(np.hypot(flow[..., 0], flow[..., 1]), 99.8)) == pytest.approx(2.4, rel=0.2)
