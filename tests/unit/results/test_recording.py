from __future__ import annotations

import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detector.cli.main import main
from detector.config import Settings
from detector.errors import RecordingError, ResultError
from detector.exports.stored_zones import StoredZones
from detector.resources import sample_path
from detector.results import recording as room
from detector.results.recording import analyze_into
from detector.results.stored import video_in
from tests.factories import make_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detector.records.result import Result
    from detector.records.zone_table import ZoneTable


def _never(*_: object, **__: object) -> None:
    raise AssertionError("the video was looked at")


@pytest.mark.parametrize("in_the_way", ["results", "results/night"])
def test_no_place_to_write_is_found_before_the_video_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_the_way: str
) -> None:
    (tmp_path / in_the_way).parent.mkdir(exist_ok=True)
    (tmp_path / in_the_way).write_text("a file")
    for name in ("analyze", "open_file"):
        monkeypatch.setattr(room, name, _never)
    with pytest.raises(ResultError, match="cannot be written"):
        analyze_into(Path("night.mp4"), tmp_path / "results", settings=Settings())
    assert (tmp_path / in_the_way).read_text() == "a file"


def test_a_refused_video_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RecordingError):
        analyze_into(tmp_path / "none.mp4", tmp_path / "results", settings=Settings())
    assert list(tmp_path.iterdir()) == []


def test_damage_that_shows_only_when_the_zones_are_read_makes_it_analyse_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = analyze_into(sample_path("curtain"), tmp_path, settings=Settings())
    assert analyze_into(sample_path("curtain"), tmp_path, settings=Settings()).reused
    tell = []
    with monkeypatch.context() as patch:
        patch.setattr(StoredZones, "stretches", lambda _: tell.append(1) or iter(_refusal()))
        again = analyze_into(sample_path("curtain"), tmp_path, settings=Settings())
    assert tell
    assert not again.reused
    assert again.result.summary() == first.result.summary()


def _refusal() -> Iterator[ZoneTable]:
    raise ResultError("its numbers do not fit their checksum")
    yield


def test_clips_that_cannot_be_written_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("detector.results.clips.load_result", lambda _folder: make_result(3, 0.1))
    monkeypatch.setattr("detector.results.clips.confirm_video", lambda *_: None)
    monkeypatch.setattr("detector.results.clips.new_folder", refuse)
    assert main(["clips", str(tmp_path), "night.mp4"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"sleepjerk: error: {tmp_path}: cannot be written (Permission denied). Give yourself")
    assert told.endswith("or copy it to a place where you may write\n")


def test_two_runs_at_once_do_not_take_each_others_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, write = threading.Event(), room.write_result
    videos = [tmp_path / place / "night.mp4" for place in ("monday", "tuesday")]

    def found(path: Path, **_: object) -> Result:
        result = make_result(3, 0.1)
        return replace(result, recording=replace(result.recording, sha256=str(videos.index(path)) * 64))

    def write_late(result: Result, path: Path, *rest: object) -> tuple[Result, Path]:
        if path == videos[0]:
            ended.wait(0.5)  # the other one writes meanwhile, if it is let through
        return write(result, path, *rest)

    def run(video: Path) -> str:
        folder = analyze_into(video, tmp_path / "results", settings=Settings()).folder
        ended.set()
        return folder.name

    monkeypatch.setattr(room, "analyze", found)
    monkeypatch.setattr(room, "write_result", write_late)
    with ThreadPoolExecutor(2) as pool:
        names = list(pool.map(run, videos))
    assert len(set(names)) == 2
    assert {video_in(tmp_path / "results" / name) for name in names} == {"0" * 64, "1" * 64}
