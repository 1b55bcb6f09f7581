"""After an analysis with other settings, each clip file has the name of the movement that it shows."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from detector.config import Settings
from detector.records.events import Kind
from detector.resources import sample_path
from detector.results import swap
from detector.results.clip_folder import read_clips
from detector.results.folder import sweep_results, write_folder
from detector.results.recording import Written, analyze_into

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result

FEWER = {"jerks": {"min_confidence": 0.97}}
"""One jerk in the middle of the sample is refused with this, so that all later ones get the number before theirs."""


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return analyze_into(sample_path("trains"), tmp_path_factory.mktemp("first"), settings=Settings(), clips=3)


@pytest.fixture
def place(first: Written, tmp_path: Path) -> Path:
    shutil.copytree(first.folder, tmp_path / first.folder.name)
    return tmp_path


def films(folder: Path) -> dict[float, bytes]:
    """Return the films listed in a folder by the onset that they show; every listed file must exist."""
    listed = json.loads((folder / "clips" / "clips.json").read_text("utf-8"))["clips"]
    assert all((folder / "clips" / entry["strip"]).is_file() for entry in listed)
    return {entry["onset_s"]: (folder / "clips" / entry["file"]).read_bytes() for entry in listed}


def names(folder: Path) -> dict[float, str]:
    listed = json.loads((folder / "clips" / "clips.json").read_text("utf-8"))["clips"]
    assert {entry["file"].removesuffix(".mp4") for entry in listed} == {
        entry["strip"].removesuffix(".jpg") for entry in listed
    }
    return {entry["onset_s"]: entry["file"].removesuffix(".mp4") for entry in listed}


def lying(folder: Path) -> set[str]:
    return {path.name for path in (folder / "clips").iterdir()}


def told(result: Result) -> dict[float, str]:
    return {movement.onset_s: movement.id for movement in (*result.movements, *result.jerks)}


def test_clips_take_the_ids_of_a_new_analysis_and_take_them_back(first: Written, place: Path) -> None:
    folder, before = place / first.folder.name, films(first.folder)
    again = analyze_into(sample_path("trains"), place, settings=FEWER)
    ids = told(again.result)
    assert names(folder) == {onset_s: ids[onset_s] for onset_s in before}
    assert names(folder) != names(first.folder), "the settings must change ids for this test to mean anything"
    assert films(folder) == before
    entries = json.loads((folder / "clips" / "clips.json").read_text("utf-8"))["clips"]
    assert [entry["movement"] for entry in entries] == [ids[entry["onset_s"]] for entry in entries]
    assert {clip.file for clip in read_clips(folder, again.result).clips} == {
        f"{name}.mp4" for name in names(folder).values()
    }
    page = (folder / "report.html").read_text("utf-8")
    assert all(f'clips/{name}.mp4"' in page for name in names(folder).values())
    assert lying(folder) == {"clips.json", "still.jpg"} | {
        f"{name}{end}" for name in names(folder).values() for end in (".mp4", ".jpg")
    }
    analyze_into(sample_path("trains"), place, settings=Settings())
    assert lying(folder) == lying(first.folder)
    assert json.loads((folder / "clips" / "clips.json").read_text()) == json.loads(
        (first.folder / "clips" / "clips.json").read_text()
    )


def test_a_clip_of_what_is_no_jerk_any_more_is_kept_under_its_present_name(first: Written, place: Path) -> None:
    folder, before = place / first.folder.name, films(first.folder)
    one, other, *_ = sorted(before)
    changed = [
        replace(one_of, kind=Kind.REJECTED, id="rejected-0009") if one_of.onset_s == one else one_of
        for one_of in first.result.movements if one_of.onset_s != other
    ]  # fmt: skip
    (folder / "clips" / "rejected-0009.mp4").write_bytes(b"mine")
    result = replace(first.result, movements=tuple(changed))
    write_folder(result, None, place)
    assert films(folder) == before, "no clip is lost"
    assert names(folder)[one] == "rejected-0009-2", "the name was taken by a file of the user's"
    assert names(folder)[other] == f"at-{other:.3f}-s"
    assert (folder / "clips" / "rejected-0009.mp4").read_bytes() == b"mine"
    assert len(read_clips(folder, result).clips) == 1
    write_folder(first.result, None, place)
    assert len(read_clips(folder, first.result).clips) == 3


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("step", ["flush", "keep", "flush_names", "_exchange", "keep again", "rmtree"])
def test_a_run_killed_at_any_moment_loses_no_clip(
    first: Written, place: Path, monkeypatch: pytest.MonkeyPatch, step: str, at_once: bool
) -> None:
    class Killed(BaseException):
        pass

    folder, before, left = place / first.folder.name, films(first.folder), [2 if step == "keep again" else 1]
    name = step.removesuffix(" again")
    honest = getattr(swap, name) if name != "rmtree" else shutil.rmtree

    def killed(*args: object, **named: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return honest(*args, **named)

    again = analyze_into(sample_path("trains"), place, settings=FEWER).result
    write_folder(first.result, None, place)
    with monkeypatch.context() as patch:
        if not at_once:
            patch.setattr(swap, "_exchange_at_once", lambda *_: False)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # the dead tidy nothing up
        patch.setattr(shutil if name == "rmtree" else swap, name, killed)
        with pytest.raises(Killed):
            write_folder(again, None, place)
    assert films(folder) == before
    monkeypatch.setattr(swap, "alive", lambda _: False)
    sweep_results(place)
    assert [path.name for path in place.iterdir()] == [folder.name]
    assert films(folder) == before
    assert lying(folder) == {"clips.json", "still.jpg"} | {
        f"{name}{end}" for name in names(folder).values() for end in (".mp4", ".jpg")
    }
    write_folder(again, None, place)
    assert names(folder) == {onset_s: told(again)[onset_s] for onset_s in before}


def test_a_list_of_clips_that_cannot_be_read_is_left_as_it_is(first: Written, place: Path) -> None:
    folder = place / first.folder.name
    (folder / "clips" / "clips.json").write_text("{")
    write_folder(first.result, None, place)
    assert (folder / "clips" / "clips.json").read_text() == "{"
    assert lying(folder) == lying(first.folder)
