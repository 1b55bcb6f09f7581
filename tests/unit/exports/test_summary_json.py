from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from detector.errors import ResultError
from detector.exports.summary_json import read_summary, summary_text, write_summary
from detector.exports.summary_schema import summary_schema
from detector.records.events import Kind
from detector.records.result import Rates
from tests.factories import make_recording, make_result
from tests.unit.exports.schema_check import faults

PUBLISHED = Path(__file__).parents[3] / "docs" / "reference" / "summary.schema.json"


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(PUBLISHED.read_text("utf-8")) == summary_schema()


@pytest.mark.parametrize("n_jerks", [0, 1, 5, 60])
def test_summaries_fit_the_schema(n_jerks: int) -> None:
    assert faults(json.loads(summary_text(make_result(n_jerks=n_jerks))), summary_schema()) == []


def test_an_undefined_summary_fits_the_schema() -> None:
    rates = Rates(0.0, 0.0, math.nan, math.nan, math.inf, math.nan)
    result = replace(make_result(0), rates=rates, recording=replace(make_recording(), fps=math.nan))
    assert faults(json.loads(summary_text(result)), summary_schema()) == []


def test_the_classifier_is_named_with_its_hash() -> None:
    result = make_result()
    judged = replace(result, provenance=replace(result.provenance, model="jerk-classifier-20", model_sha256="ab" * 32))
    summary = json.loads(summary_text(judged))
    assert summary["provenance"]["model"] == {"name": "jerk-classifier-20", "sha256": "ab" * 32}
    assert faults(summary, summary_schema()) == []
    assert make_result().summary()["provenance"]["model"] is None


def test_the_check_finds_faults() -> None:
    good = make_result().summary()
    schema = summary_schema()
    assert faults(good | {"extra": 1}, schema) == ["$.extra is not known"]
    assert faults({key: good[key] for key in good if key != "rates"}, schema) == ["$.rates is missing"]
    assert len(faults(good | {"counts": good["counts"] | {"jerk": -1}}, schema)) == 1
    assert len(faults(good | {"rejected_by_reason": {"mood": 1}}, schema)) == 1


def test_every_kind_is_counted() -> None:
    assert set(summary_schema()["properties"]["counts"]["required"]) >= {str(kind) for kind in Kind}


def test_round_trip_and_stable_bytes(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    write_summary(make_result(), path)
    first = path.read_bytes()
    write_summary(make_result(), path)
    assert path.read_bytes() == first
    assert read_summary(path) == make_result().summary()
    assert first.endswith(b"}\n")
    assert b"\r" not in first


def test_any_file_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    name = "b\udcffd\u202e\x1b \u00fc.mp4"
    write_summary(replace(make_result(), recording=replace(make_recording(), path=f"/x/{name}")), path)
    assert read_summary(path)["recording"]["file"] == name
    assert path.read_bytes().isascii()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"schema_version": 1}', b'{"schema_version": "9.0"}', b"\xff", b"[" * 100_000],
)
def test_what_is_no_summary_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "summary.json"
    path.write_bytes(content)
    with pytest.raises(ResultError, match=r"summary\.json: .*[Aa]nalyse the recording again"):
        read_summary(path)


def test_a_missing_summary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="cannot be read"):
        read_summary(tmp_path / "summary.json")
