from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.evaluation.event_files import read_events
from detector.exports.events_tsv import cell, events_sidecar, events_text, write_events
from detector.records.table import COLUMNS, TRIAL_TYPES
from tests.factories import make_movement, make_result

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_is_bids(tmp_path: Path) -> None:
    table, sidecar = tmp_path / "events.tsv", tmp_path / "events.json"
    write_events(make_result(), table, sidecar)
    text = table.read_bytes().decode("utf-8")
    lines = text.split("\n")
    assert lines[0].split("\t") == list(COLUMNS)
    assert lines[-1] == ""
    assert "\r" not in text
    assert {len(line.split("\t")) for line in lines[:-1]} == {len(COLUMNS)}
    assert not any("" in line.split("\t") for line in lines[:-1])


def test_the_sidecar_describes_every_column_and_kind() -> None:
    sidecar = json.loads(json.dumps(events_sidecar()))
    assert set(COLUMNS) <= set(sidecar)
    assert all(sidecar[name]["Description"] for name in COLUMNS)
    assert list(sidecar["trial_type"]["Levels"]) == list(TRIAL_TYPES)
    assert sidecar["onset"]["Units"] == sidecar["duration"]["Units"] == "s"


def test_the_table_reads_back(tmp_path: Path) -> None:
    result = make_result(n_jerks=30)
    write_events(result, tmp_path / "events.tsv", tmp_path / "events.json")
    found = read_events(tmp_path / "events.tsv").of("jerk")
    assert found.onset_s.tolist() == pytest.approx([jerk.onset_s for jerk in result.jerks], abs=0.0005)
    assert found.amplitude_px.tolist() == pytest.approx([jerk.amplitude_px for jerk in result.jerks], abs=0.005)


def test_nothing_found_is_a_header() -> None:
    text = events_text(replace(make_result(0), movements=(), clusters=(), episodes=()))
    assert text == "\t".join(COLUMNS) + "\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", " =", "\u00a0@"])
def test_formulas_are_disarmed(start: str) -> None:
    assert cell(f"{start}1+1", None).startswith("'")


def test_numbers_stay_numbers() -> None:
    assert cell(-1.5, 2) == "-1.50"
    assert cell(1e-9, 3) == "0.000"
    assert cell(None, 3) == "n/a"
    assert cell("", None) == "n/a"


def test_unseen_signs_are_written_out() -> None:
    assert cell("a\tb\nc\x1b\u202e\u2028", None) == "a\\x09b\\x0ac\\x1b\\u202e\\u2028"


@given(st.text())
def test_any_text_is_one_safe_cell(text: str) -> None:
    found = cell(text, None)
    assert found
    assert not set(found) & set("\t\n\r\x00\x1b\u2028\u202e")
    assert found.lstrip()[:1] not in tuple("=+-@")
    found.encode("utf-8")


@given(st.text())
def test_any_site_keeps_the_table_whole(site: str) -> None:
    movement = make_movement(1, 1.0, site=site)
    text = events_text(replace(make_result(0, hours=0.01), movements=(movement,), clusters=(), episodes=()))
    assert [len(line.split("\t")) for line in text.splitlines()] == [len(COLUMNS)] * 2
