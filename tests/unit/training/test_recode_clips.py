"""Copies of training clips show the same at the same times, whatever recorder they are drawn for."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from benchmarks.training.recode_clips import KINDS, Recorder, recode

if TYPE_CHECKING:
    from pathlib import Path

SIZE, FPS, N = (480, 320), 30, 45


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for k in range(N):
            picture = np.full((SIZE[1], SIZE[0]), 60, np.uint8)
            picture[100:220, 8 * k : 8 * k + 120] = 190
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray")))
        out.mux(stream.encode())
    path.with_name("clip.truth.tsv").write_text("onset\tduration\ttrial_type\n0.5\t0.2\tjerk\n")
    return path


def named_for(kind: str) -> str:
    """Return a name that is drawn to be kept so."""
    names = (f"{kind}-{k}" for k in range(1000))
    return next(name for name in names if Recorder.drawn(name, SIZE, FPS).kind == kind)


def middle_of_the_square(path: Path) -> list[tuple[float, float]]:
    with av.open(str(path)) as file:
        pictures = [(frame.time, frame.to_ndarray(format="gray").astype(float)) for frame in file.decode(video=0)]
    seen = []
    for time, picture in pictures:
        columns = np.flatnonzero((picture > (picture.min() + picture.max()) / 2).mean(axis=0) > 0.2)
        seen.append((float(time), float(columns.mean()) / picture.shape[1]))
    return seen


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_copy_shows_the_same_at_the_same_time(clip: Path, tmp_path: Path, kind: str) -> None:
    name = named_for(kind)
    for path in clip.parent.iterdir():
        shutil.copy(path, tmp_path / path.name.replace("clip", name))
    (tmp_path / "out").mkdir()
    copy = recode(tmp_path / f"{name}.mp4", tmp_path / "out")
    recorder = Recorder.drawn(name, SIZE, FPS)
    seen = middle_of_the_square(copy)
    assert len(seen) == len(range(0, N, recorder.every))
    for k, (time, middle) in zip(range(0, N, recorder.every), seen, strict=True):
        assert time - seen[0][0] == pytest.approx(k / FPS, abs=0.001)
        assert middle == pytest.approx((8 * k + 60) / SIZE[0], abs=0.05)
    truth = tmp_path / f"{name}.truth.tsv"
    assert (tmp_path / "out" / truth.name).read_text() == truth.read_text()


def test_a_name_is_always_drawn_alike() -> None:
    assert Recorder.drawn("a", SIZE, FPS) == Recorder.drawn("a", SIZE, FPS)
    assert len({Recorder.drawn(str(k), SIZE, FPS).width for k in range(20)}) > 5
