from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.cli.main import main
from detector.evaluation.event_files import EventTable, read_events
from detector.evaluation.groups import with_groups
from detector.evaluation.scores import score
from detector.evaluation.tables import EVENT_COLUMNS, event_rows, score_lines, scores_dict
from detector.evaluation.tally import Pair

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "onset\tduration\ttrial_type\tsite\tside\treason\tamplitude_px\n"


def table(*rows: tuple[float, str], reason: str = "", site: str = "", side: str = "", size: float = 5.0) -> EventTable:
    n = len(rows)
    onsets, kinds = np.array([row[0] for row in rows]), tuple(row[1] for row in rows)
    return EventTable(
        onsets, np.full(n, 0.2), kinds, np.full(n, size), site=(site,) * n, side=(side,) * n, reason=(reason,) * n
    )


def test_places_count_only_where_both_name_them() -> None:
    known = table((1.0, "jerk"), (2.0, "jerk"), site="left arm,right leg", side="both")
    right = score([Pair(table((1.0, "jerk"), (2.0, "jerk"), site="left arm"), known)])
    assert right.site_accuracy == 1.0
    assert math.isnan(right.side_accuracy)
    wrong = score([Pair(table((1.0, "jerk"), site="head", side="left"), known)])
    assert (wrong.site_accuracy, wrong.side_accuracy) == (0.0, 0.0)


def test_the_limb_column_names_site_and_side(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text(
        "onset\tduration\ttrial_type\tlimb\n1\t0.2\tjerk\tleft_arm\n2\t0.2\tjerk\tleft_arm,right_leg\n"
        "3\t1\tslow\tstretch:body\n"
    )
    events = read_events(path)
    assert events.site == ("left arm", "left arm,right leg", "")
    assert events.side == ("left", "both", "")


def test_amplitude_error_is_the_median_of_pairs() -> None:
    found = table((1.0, "jerk"), (2.0, "jerk"), size=6.0)
    assert score([Pair(found, table((1.0, "jerk"), (2.0, "jerk"), size=5.0))]).amplitude_error == pytest.approx(0.2)


def test_groups_are_made_from_jerks_where_none_are_named() -> None:
    jerks = table(*((at, "jerk") for at in (1.0, 2.0, 3.0, 9.0, 40.0)))
    made = with_groups(jerks)
    assert made.of("cluster").onset_s.tolist() == [1.0]
    assert made.of("episode").offset_s.tolist() == [9.2]
    named = with_groups(table((1.0, "jerk"), (2.0, "jerk"), (3.0, "jerk"), (30.0, "cluster")))
    assert named.of("cluster").onset_s.tolist() == [30.0]


def test_what_became_of_each_event() -> None:
    known = table((1.0, "jerk"), (5.0, "jerk"), (20.0, "dont_care"))
    found = table((1.01, "jerk"), (5.02, "rejected"), (9.0, "jerk"), (20.1, "jerk"), reason="noise")
    rows = event_rows(Pair(found, known, name="n"), 0.1)
    assert [(row["outcome"], row["refused_as"]) for row in rows] == [
        ("found", ""), ("missed", "rejected: noise"), ("false", ""), ("ignored", ""),
    ]  # fmt: skip


def test_undefined_lines_are_left_out_and_json_has_no_nan() -> None:
    found = score([Pair(table((1.0, "jerk")), table((1.0, "jerk")))])
    lines = "\n".join(score_lines([found]))
    assert "F1" in lines
    assert "count error (of known)    +0.000" in lines
    assert "site" not in lines
    assert "per analysed hour" not in lines
    assert json.loads(json.dumps(scores_dict(found), allow_nan=False))["fp_per_h"] is None


@pytest.mark.parametrize(
    ("length_s", "rate", "by_condition"), [(598.0, "too short for a rate", "-"), (600.0, "6.0", "6.0")]
)
def test_of_little_time_the_printed_table_gives_no_rate(length_s: float, rate: str, by_condition: str) -> None:
    wrong = table((1.0, "jerk")), table((5.0, "jerk"))
    found = score([Pair(*wrong, hours=length_s / 3600)])
    assert f"false per analysed hour   {rate}" in "\n".join(score_lines([found]))
    assert scores_dict(found)["fp_per_h"] == pytest.approx(3600 / length_s), "who computes with it has the number"
    both = "\n".join(score_lines([score([Pair(*wrong, hours=length_s / 3600, condition=name) for name in ("a", "b")])]))
    assert re.search(rf"^  a +0\.000 +0\.000 +0\.000 +{by_condition} ", both, re.MULTILINE)
    assert "too short" not in both, "together they are long enough"


def test_the_table_by_condition_is_of_the_tolerance_that_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for side, shift in (("one", 0.25), ("two", 0.0)):
        (tmp_path / side).mkdir()
        for name in ("day-1", "night-1"):
            (tmp_path / side / f"{name}.tsv").write_text(HEAD + f"{1 + shift}\t0.2\tjerk\tn/a\tn/a\tn/a\t5\n")
            (tmp_path / side / f"{name}.toml").write_text(f'condition = "{name[:-2]}"\n')
    assert main(["evaluate", str(tmp_path / "one"), str(tmp_path / "two"), "--tolerance", "0.3"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "within 300 ms" in "\n".join(said)
    head = next(i for i, line in enumerate(said) if "condition (300 ms)" in line)
    assert [line.split()[:2] for line in said[head + 1 : head + 3]] == [["day", "1.000"], ["night", "1.000"]]


def test_the_command_scores_files_and_writes_the_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.tsv").write_text(HEAD + "1.01\t0.2\tjerk\tn/a\tn/a\tn/a\t5\n1.15\t0.1\tjerk\tn/a\tn/a\tn/a\t5\n")
    (tmp_path / "t.tsv").write_text(HEAD + "1.0\t0.2\tjerk\tn/a\tn/a\tn/a\t5\n")
    out = tmp_path / "out"
    assert main(["evaluate", str(tmp_path / "p.tsv"), str(tmp_path / "t.tsv"), "--out", str(out)]) == 0
    assert "1 recording, 1 known jerk" in capsys.readouterr().out
    scores = json.loads((out / "scores.json").read_text())
    assert (scores["within_100_ms"]["doubled"], scores["within_200_ms"]["tp"]) == (1, 1)
    assert (out / "events.tsv").read_text().splitlines()[2].split("\t")[2:5] == ["false", "n/a", "1.1500"]
    assert (out / "recordings.tsv").read_text().splitlines()[1].split("\t")[:2] == ["p", "n/a"]


def test_the_table_of_events_has_its_header_where_there_are_none(tmp_path: Path) -> None:
    for name in ("p", "t"):
        (tmp_path / f"{name}.tsv").write_text(HEAD)
    out = tmp_path / "out"
    assert main(["evaluate", str(tmp_path / "p.tsv"), str(tmp_path / "t.tsv"), "--out", str(out)]) == 0
    assert (out / "events.tsv").read_text().splitlines() == ["\t".join(EVENT_COLUMNS)]


def test_a_table_of_events_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    night = tmp_path / "night"
    night.mkdir()
    text = HEAD + "1.0\t0.2\tjerk\tn/a\tn/a\tn/a\t5\n"
    (night / "events.tsv").write_text(text)
    words = ["evaluate", str(night / "events.tsv"), str(night / "events.tsv"), "--out"]
    assert main([*words, str(night)]) == 2
    assert "it holds an events.tsv that no evaluation wrote" in capsys.readouterr().err
    assert (night / "events.tsv").read_text() == text
    for _ in range(2):
        assert main([*words, str(tmp_path / "scores")]) == 0


def test_a_recording_without_partner_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one/a", "one/b", "two/a"):
        path = tmp_path / f"{name}.tsv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD)
    assert main(["evaluate", str(tmp_path / "one"), str(tmp_path / "two"), "--json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["within_100_ms"]["f1"] is None
    assert "1 recording not scored, no known events: b" in printed.err
