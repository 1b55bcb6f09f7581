from __future__ import annotations

import math
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pytest

from detector.errors import ResultError
from detector.exports.candidates_parquet import TEXTS, VALUES, write_candidates
from detector.records.events import Kind, Reason
from tests.factories import make_movement

if TYPE_CHECKING:
    from pathlib import Path

JERK = make_movement(1, 2.5, zones=(7, 3), features={"speed": 0.3, "area": 0.01})
REFUSED = make_movement(
    1, 3.5, id="rejected-0001", kind=Kind.REJECTED, reason=Reason.NOISE, features={"speed": math.nan, "area": 0.5}
)


def test_refused_movements_keep_reason_and_features(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    write_candidates([JERK, REFUSED], path)
    read = duckdb.sql(f"SELECT * FROM read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')")
    assert read.columns == [*TEXTS, *VALUES, "zone", "f_speed", "f_area"]
    first, second = (dict(zip(read.columns, row, strict=True)) for row in read.fetchall())
    assert (first["id"], first["kind"], first["zone"]) == ("jerk-0001", "jerk", 7)
    assert (first["reason"], first["pattern"]) == (None, JERK.pattern), "as in events.parquet of a study"
    assert (second["reason"], second["area"], second["f_area"]) == ("noise", 0.02, 0.5)
    assert first["f_speed"] == float(np.float32(0.3))  # seven digits are kept of what was measured


def test_the_same_movements_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_candidates([JERK, REFUSED], tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_movement_at_all(tmp_path: Path) -> None:
    write_candidates([], tmp_path / "none.parquet")
    assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{tmp_path / 'none.parquet'}')").fetchall() == [(0,)]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="cannot be written"):
        write_candidates([JERK], tmp_path / "nowhere" / "c.parquet")
