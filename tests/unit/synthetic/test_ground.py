from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from detector.errors import SettingsError
from detector.synthetic.camera import view_matrix
from detector.synthetic.encode import render, write_clip
from detector.synthetic.ground import Ground
from detector.synthetic.recipe import Bed, Camera, Jerk, Recipe

if TYPE_CHECKING:
    from pathlib import Path

CAMERA = Camera(width=160, height=120, fps=10, duration_s=1.0, turn_deg=20, tilt=0.1)
JERK = Jerk(onset_s=0.4, limbs=("left_arm",), amplitude_px=6)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of another shape: dark left of the middle, bright right of it."""
    picture = np.full((90, 200, 3), 40, np.uint8)
    picture[:, 100:] = 160
    path = tmp_path / "bed.png"
    cv2.imwrite(str(path), picture)
    return path


def over(path: Path, **camera: object) -> Recipe:
    return Recipe(seed=4, camera=CAMERA.model_copy(update=camera), bed=Bed(picture=str(path), grey=100), jerks=(JERK,))


def test_a_picture_fills_the_view_at_rest_whatever_the_camera_does(photo: Path) -> None:
    recipe = over(photo)
    ground = Ground(recipe, 0.25).at(view_matrix(recipe.camera), 0.0)
    assert ground.shape == (120, 160)
    assert ground.mean() == pytest.approx(100, abs=1)
    assert ground[5:115, 5:70].mean() == pytest.approx(40, abs=2)
    assert ground[5:115, 90:155].mean() == pytest.approx(160, abs=2)


def test_the_truth_does_not_change_and_the_sleeper_is_drawn(photo: Path, tmp_path: Path) -> None:
    painted = over(photo).model_copy(update={"bed": Bed()})
    (tmp_path / "a").mkdir()
    assert write_clip(over(photo), tmp_path / "a" / "a.mp4") == write_clip(painted, tmp_path / "a" / "b.mp4")
    pictures = [picture for _, picture in render(over(photo, colour=True))]
    assert pictures[0].shape == (120, 160, 3)


def test_a_video_plays_below_the_sleeper(tmp_path: Path) -> None:
    source = Recipe(camera=CAMERA, bed=Bed(), distractors=())
    write_clip(source, tmp_path / "source.mp4")
    recipe = over(tmp_path / "source.mp4")
    assert len(list(render(recipe))) == 10
    with pytest.raises(SettingsError, match=r"ends after 0.9 s, but the clip lasts 4 s"):
        list(render(over(tmp_path / "source.mp4", duration_s=4.0)))


@pytest.mark.parametrize("name", ["nowhere.png", "text.txt"])
def test_what_is_no_picture(name: str, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("no picture")
    with pytest.raises(SettingsError, match="cannot be read as a picture or video"):
        Ground(over(tmp_path / name), 0.25)
