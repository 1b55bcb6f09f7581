"""What of a result folder passes on when it is made again, for the same video and for another one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from detector.records.file_names import CLIPS, DECISIONS, REVIEWED
from detector.records.review import Review
from detector.results import recording as room
from detector.results.folder import sweep_results, write_folder
from detector.results.recording import write_result
from detector.results.stored import of_another_video, set_aside
from detector.results.swap import host_mark
from tests.factories import make_result

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result

ONE, OTHER = "1a" * 32, "2b" * 32
SAID = "id\tdecision\tby\tat\njerk-0001\tconfirmed\tab\tn/a\n"


def result_of(sha256: str) -> Result:
    result = make_result(6, hours=0.02, name="night")
    return replace(result, recording=replace(result.recording, sha256=sha256))


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """The result of a video with what a reviewer and earlier commands left in it."""
    folder = write_folder(result_of(ONE), None, tmp_path)
    (folder / DECISIONS).write_text(SAID)
    (folder / "notes.txt").write_text("mine")
    (folder / CLIPS).mkdir()
    (folder / CLIPS / "own.mp4").write_text("mine too")
    onset_s = result_of(ONE).jerks[0].onset_s
    clip: dict[str, Any] = {"onset_s": onset_s, "file": "own.mp4", "strip": "own.mp4", "times_s": [], "end_s": 1.0}
    clip |= {"choice": "certain", "pixelated": False}
    (folder / CLIPS / "clips.json").write_text(json.dumps({"clips": [clip]}))
    return folder


@pytest.mark.parametrize(("sha256", "review", "n_clips"), [(ONE, Review(("jerk-0001",)), 1), (OTHER, Review(), 0)])
def test_no_decision_and_no_clip_passes_on_to_another_video(
    reviewed: Path, monkeypatch: pytest.MonkeyPatch, sha256: str, review: Review, n_clips: int
) -> None:
    said: list[object] = []

    def render(_result: Result, options: Any, *, clips: tuple[object, ...], **_: object) -> str:
        said.append((options.review, len(clips)))
        return "<!DOCTYPE html>"

    monkeypatch.setattr(room, "render_report", render)
    write_result(result_of(sha256), reviewed / "none.mp4", None, reviewed.parent, lambda _progress: None)
    assert said == [(review, n_clips)]
    kept = DECISIONS if sha256 == ONE else "decisions-of-1a1a1a1a.tsv"
    assert [path.name for path in reviewed.glob("decisions*")] == [kept]
    assert (reviewed / kept).read_text() == SAID
    assert (reviewed / (CLIPS if sha256 == ONE else "clips-of-1a1a1a1a") / "own.mp4").read_text() == "mine too"
    assert (reviewed / "notes.txt").read_text() == "mine"


def test_videos_that_take_turns_lose_no_decision(reviewed: Path) -> None:
    for number, sha256 in enumerate((OTHER, ONE, OTHER)):
        write_folder(result_of(sha256), None, reviewed.parent)
        (reviewed / DECISIONS).write_text(f"{number}")
    write_folder(result_of(ONE), None, reviewed.parent)
    texts = {path.name: path.read_text() for path in reviewed.glob("decisions*")}
    assert texts == {
        "decisions-of-1a1a1a1a.tsv": SAID, "decisions-of-1a1a1a1a-2.tsv": "1",
        "decisions-of-2b2b2b2b.tsv": "0", "decisions-of-2b2b2b2b-2.tsv": "2",
    }  # fmt: skip


def test_a_kill_between_two_videos_mixes_nothing(reviewed: Path) -> None:
    dead = reviewed.parent / f".night.old-{host_mark()}-{2**22 + 1}-00000000"
    reviewed.rename(dead)  # as when a run was killed after the exchange of names, before it cleared away
    write_folder(result_of(OTHER), None, reviewed.parent / "made")
    (reviewed.parent / "made" / "night").rename(reviewed)
    sweep_results(reviewed.parent)
    assert not dead.exists()
    assert [path.name for path in reviewed.glob("decisions*")] == ["decisions-of-1a1a1a1a.tsv"]


def test_a_folder_without_a_result_is_of_no_other_video(tmp_path: Path) -> None:
    assert not of_another_video(tmp_path, ONE)
    assert set_aside(tmp_path, ONE) == {}


def test_what_shows_other_events_is_called_earlier(reviewed: Path) -> None:
    (reviewed / "report.pdf").write_text("two jerks")
    (reviewed / "deidentified").mkdir()
    (reviewed / "deidentified" / "report.html").write_text("two jerks")
    write_folder(result_of(ONE), None, reviewed.parent)
    assert (reviewed / "report.pdf").read_text() == "two jerks", "the same events"
    other = result_of(ONE)
    write_folder(replace(other, movements=other.movements[1:]), None, reviewed.parent)
    assert not (reviewed / "report.pdf").exists()
    assert not (reviewed / "deidentified").exists()
    assert (reviewed / "report-earlier.pdf").read_text() == "two jerks"
    assert (reviewed / "deidentified-earlier" / "report.html").read_text() == "two jerks"
    assert (reviewed / DECISIONS).read_text() == SAID


def test_a_new_analysis_shows_the_reviewers_view_of_what_it_finds(
    reviewed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "render_report", lambda *_, **__: "<!DOCTYPE html>")
    view, found = reviewed / REVIEWED / "summary.json", result_of(ONE)
    for result in (found, replace(found, movements=found.movements[:-1])):
        write_result(result, reviewed / "none.mp4", None, reviewed.parent, lambda _progress: None)
        assert json.loads(view.read_text())["counts"]["jerk"] == len(result.jerks)
        assert json.loads(view.read_text())["review"]["confirmed"] == 1
    assert (reviewed / "reviewed-earlier" / "summary.json").exists()
