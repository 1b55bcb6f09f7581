"""The queries of docs/how-to/query-a-study.md run, and give rows, on a study as `sleepjerk batch` writes it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from detector.batch.study.cohort import write_tables
from detector.results.folder import write_folder
from tests.factories import make_result
from tests.unit.batch.cohorts import certified, receipt_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "query-a-study.md"
QUERIES = re.findall(r'duckdb\.sql\("""(.*?)"""\)', PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("q")
    receipts = []
    for session, age in (("1", 3.0), ("2", 9.0)):
        receipt = receipt_of(f"/v/{session}.mp4", hours=2.0, age_weeks=age, subject="01", session=session)
        receipt = replace(receipt, source=replace(receipt.source, start_clock="22:41:00", zone="Europe/Berlin"))
        write_folder(make_result(24, 2.0, name=receipt.source.id, fps=2.0), None, folder / "study" / "recordings")
        receipts.append(certified(receipt, folder / "study"))
    write_tables(receipts, folder / "study")
    return folder


def test_there_are_four_worked_examples() -> None:
    assert len(QUERIES) == 4


@pytest.mark.parametrize("query", QUERIES, ids=["over-age", "by-hour", "videos", "signals"])
def test_a_query_of_the_page_gives_rows(query: str, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(study)
    with duckdb.connect(":memory:") as database:
        assert len(database.execute(query).fetchall()) >= 1
