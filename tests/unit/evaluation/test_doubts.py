from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from detector.cli.main import main
from detector.evaluation.pairs import read_pair

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "onset\tduration\ttrial_type\n"
SUMMARY = {"recording": {"width": 640}, "time": {"claimed_s": 60.0, "analysed_s": 60.0}}


@pytest.fixture
def night(tmp_path: Path) -> Path:
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "events.tsv").write_text(HEADER + "1.0\t0.2\tjerk\n60.05\t0.2\trejected\n")
    (tmp_path / "night" / "summary.json").write_text(json.dumps(SUMMARY))
    return tmp_path / "night"


def rated(night: Path, rows: str) -> Path:
    path = night.parent / "rater.tsv"
    path.write_text(HEADER + rows)
    return path


def test_nothing_is_odd_about_ordinary_files(night: Path) -> None:
    assert read_pair(night / "events.tsv", rated(night, "1.0\t0.2\tJerk\n5\t1\tdont_care\n")).doubts == ()


def test_kinds_that_are_not_known_are_told_with_their_rows(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = rated(night, "1.0\t0.2\tJerk\n2\t0.2\tmyoclonic jerk\n3\t0.2\tMyoclonic Jerk\n4\t1\tslow\n")
    assert main(["evaluate", str(night), str(truth), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["within_100_ms"]["tp"] == 1
    assert "night: known events of unknown kinds passed over: 'myoclonic jerk' in 2 rows." in printed.err
    assert "slow" not in printed.err


def test_onsets_in_milliseconds_are_noticed(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(night), str(rated(night, "1000\t200\tjerk\n3500\t200\tjerk\n"))]) == 0
    said = capsys.readouterr().err
    assert "2 of 2 known events begin after the end of the recording (60 s), the last at 3500." in said
    assert "found" not in said


def test_known_jerks_that_are_given_twice_are_told_once_with_their_lines(
    night: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "5\t0.2\tjerk\n1.0\t0.2\tjerk\n\n1.000\t0.3\tJerk\n1.0\t2\tcluster\n1.5\t0.2\tslow\n1.5\t0.2\tslow\n"
    assert main(["evaluate", str(night), str(rated(night, rows)), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["within_100_ms"]["fn"] == 2
    assert printed.err.count("given more than once: jerk at 1 s in lines 3 and 5. Each row") == 1
    assert "slow" not in printed.err


def test_many_that_are_given_twice_make_no_long_line(night: Path) -> None:
    rows = "".join(f"{onset}\t0.2\tjerk\n" * 2 for onset in range(1, 9))
    (doubt,) = read_pair(night / "events.tsv", rated(night, rows)).doubts
    assert "jerk at 5 s in lines 10 and 11 and 3 more." in doubt


def called(night: Path, name: str, video: str) -> Path:
    """Return known events called `name`, with a result of that name beside the found events, of the given `video`."""
    (night / "summary.json").write_text(json.dumps(SUMMARY | {"input": {"sha256": "a"}}))
    (night.parent / name).mkdir()
    (night.parent / name / "summary.json").write_text(json.dumps(SUMMARY | {"input": {"sha256": video}}))
    return rated(night, "1.0\t0.2\tjerk\n").rename(night.parent / f"{name}.tsv")


def test_known_events_of_another_recording_are_told(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(night), str(called(night, "trains", "b"))]) == 0
    said = capsys.readouterr()
    assert "called 'trains', and so is the result of another video beside 'night'" in said.err
    assert said.out.startswith("1 recording, 1 known jerk (found: night, known: trains)\n")


@pytest.mark.parametrize(("name", "video"), [("strict", "a"), ("night-h265", "b")])
def test_one_video_under_two_names_and_its_copies_are_not(night: Path, name: str, video: str) -> None:
    assert read_pair(night / "events.tsv", called(night, name, video)).doubts == ()


def test_a_rater_may_call_a_file_as_they_like(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = rated(night, "1.0\t0.2\tjerk\n")
    assert main(["evaluate", str(night), str(truth)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("1 recording, 1 known jerk (found: night, known: rater)\n")
    assert main(["evaluate", str(night), str(truth.rename(night.parent / "night_events.tsv"))]) == 0
    assert capsys.readouterr().out.startswith("1 recording, 1 known jerk\n")


@pytest.mark.parametrize(("text", "says"), [(None, "is not there"), ("{", "is damaged"), ("[]", "is damaged")])
def test_a_summary_that_cannot_be_used_is_told(
    night: Path, capsys: pytest.CaptureFixture[str], text: str | None, says: str
) -> None:
    (night / "summary.json").unlink()
    if text is not None:
        (night / "summary.json").write_text(text)
    assert main(["evaluate", str(night), str(rated(night, "1.0\t0.2\tjerk\n"))]) == 0
    assert f"the summary.json beside the found events {says}: no false positives per hour" in capsys.readouterr().err


def test_each_tolerance_has_its_own_key(night: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = rated(night, "1.0\t0.2\tjerk\n")
    assert main(["evaluate", str(night), str(truth), "--tolerance", "0.2004", "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["within_200.4_ms", "within_200_ms"]


@pytest.mark.parametrize("tolerance", ["inf", "1e999"])
def test_a_tolerance_is_a_length_of_time(night: Path, capsys: pytest.CaptureFixture[str], tolerance: str) -> None:
    words = ["evaluate", str(night), str(rated(night, "1.0\t0.2\tjerk\n")), "--tolerance", tolerance, "--json"]
    assert main(words) == 2
    assert "is not a length of time" in capsys.readouterr().err
