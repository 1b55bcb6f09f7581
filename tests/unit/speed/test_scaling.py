from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from benchmarks.speed.scaling import Run, draw, zone_ms

if TYPE_CHECKING:
    from pathlib import Path


def test_another_zone_costs_what_more_of_them_took_longer() -> None:
    assert zone_ms(Run(1, 10.0, 300, 1000), Run(1, 12.0, 310, 2000)) == pytest.approx(2.0)


def test_films_with_as_many_zones_tell_nothing_of_one() -> None:
    assert math.isnan(zone_ms(Run(1, 10.0, 300, 1000), Run(1, 12.0, 310, 1000)))


def test_a_run_says_what_it_took_by_the_frame() -> None:
    assert str(Run(2, 216.0, 340.4, 32881)) == "2 h: 216 s CPU (1.000 ms a frame), peak 340 MB, 32881 zones"


def test_the_drawing_is_the_same_each_time(tmp_path: Path) -> None:
    runs = [Run(1, 84.0, 336, 16441), Run(10, 870.0, 410, 164401)]
    for name in ("one.svg", "two.svg"):
        draw(runs, 400, tmp_path / name)
    text = (tmp_path / "one.svg").read_text("utf-8")
    assert "<svg" in text
    assert text == (tmp_path / "two.svg").read_text("utf-8")
