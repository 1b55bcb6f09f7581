from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.records.recording import Span, TimeAccount
from detector.records.summary import file_name, jerk_intervals_s, summary
from tests.factories import make_movement, make_recording, make_result

if TYPE_CHECKING:
    from detector.records.result import Result


def _with_jerks(*onsets_s: float, blind: tuple[Span, ...] = (), **changes: object) -> Result:
    empty = make_result(n_jerks=0)
    jerks = tuple(make_movement(number, onset, **changes) for number, onset in enumerate(onsets_s, 1))
    recording = replace(empty.recording, time=TimeAccount(100.0, masked=blind))
    return replace(empty, recording=recording, movements=jerks, not_assessable=())


def test_the_printed_times_add_up() -> None:
    for thirds in (10 / 3, 7.77777, 0.0004):
        time = TimeAccount(100.0 + thirds, (Span(1.0, 1.0 + thirds, "dark"),), (Span(20.0, 20.0 + thirds / 7, "gap"),))
        result = replace(make_result(), recording=replace(make_recording(), time=time))
        found = summary(result)["time"]
        assert found["analysed_s"] + found["masked_s"] + found["missing_s"] == pytest.approx(
            found["claimed_s"], abs=1e-9
        )


def test_time_by_reason_and_spans() -> None:
    time = summary(make_result())["time"]
    assert time["masked_by_reason"] == {"camera": 18.0, "dark": 7.2}
    assert time["missing_by_reason"] == {"gap": 36.0}
    assert time["missing"] == [{"onset_s": 2160.0, "offset_s": 2196.0, "reason": "gap"}]
    assert time["quiet_s"] == pytest.approx(time["analysed_s"] - 20.0)


def test_overlapping_not_assessable_time_counts_once() -> None:
    result = replace(make_result(), not_assessable=(Span(0, 10, "gross"), Span(2, 4, "handling"), Span(8, 12, "gross")))
    assert summary(result)["time"]["not_assessable_s"] == 12.0


def test_no_folder_is_named() -> None:
    text = json.dumps(summary(make_result()))
    assert "Anna" not in text
    assert "/home" not in text
    assert summary(make_result())["recording"]["file"] == "night-01.mp4"


@pytest.mark.parametrize("path", ["/a/b/c.mp4", "b\\c.mp4", "C:\\a\\c.mp4", "c.mp4", "//host/x/c.mp4"])
def test_file_name_of_any_system(path: str) -> None:
    assert file_name(path) == "c.mp4"


def test_nothing_found_is_null_not_nan() -> None:
    found = summary(make_result(n_jerks=0))
    assert found["intervals"]["n"] == 0
    assert found["intervals"]["interval_s"]["median"] is None
    assert found["jerks"]["duration_s"]["median"] is None
    json.dumps(found, allow_nan=False)


def test_clusters_and_episodes_carry_numbers() -> None:
    found = summary(make_result(n_jerks=12))
    assert [cluster["n_jerks"] for cluster in found["clusters"]] == [6, 6]
    assert found["clusters"][0]["rate_hz"] == pytest.approx(1 / 0.6, rel=0.1)
    assert found["clusters"][0]["sites"] == ["right leg"]
    assert found["episodes"][0]["clusters"] == ["cluster-001"]


def test_intervals_between_neighbours() -> None:
    intervals, in_cluster = jerk_intervals_s(_with_jerks(5.0, 1.0, 2.5))
    assert intervals.tolist() == [1.5, 2.5]
    assert not in_cluster.any()


def test_clusters_per_quiet_hour_are_those_of_quiet_time() -> None:
    result = make_result(n_jerks=24, hours=2.0)
    quiet_h, clusters = result.rates.quiet_h, result.clusters
    assert len(clusters) > 1
    assert summary(result)["rates"]["clusters_per_quiet_h"] == pytest.approx(len(clusters) / quiet_h, abs=1e-3)
    first = (Span(clusters[0].onset_s - 1, clusters[0].offset_s + 1, "gross"),)
    found = summary(replace(result, not_assessable=first))["rates"]["clusters_per_quiet_h"]
    assert found == pytest.approx((len(clusters) - 1) / quiet_h, abs=1e-3)


def test_intervals_within_a_cluster() -> None:
    intervals, in_cluster = jerk_intervals_s(_with_jerks(1.0, 2.0, cluster="cluster-001"))
    assert (len(intervals), in_cluster.tolist()) == (1, [True])


@pytest.mark.parametrize(
    ("span", "kept"),
    [
        (Span(1.5, 1.6), [3.0]),  # between the first two
        (Span(0.0, 0.9), [1.0, 3.0]),
        (Span(2.0, 2.0), [1.0, 3.0]),  # without length
        (Span(1.5, 4.0), []),  # over both
        (Span(6.0, 7.0), [1.0, 3.0]),
    ],
)
def test_intervals_across_blind_time_are_left_out(span: Span, kept: list[float]) -> None:
    intervals, _ = jerk_intervals_s(_with_jerks(1.0, 2.0, 5.0, blind=(span,)))
    assert intervals.tolist() == kept


@pytest.mark.parametrize("onsets_s", [(), (1.0,)])
def test_too_few_jerks_have_no_intervals(onsets_s: tuple[float, ...]) -> None:
    intervals, in_cluster = jerk_intervals_s(_with_jerks(*onsets_s))
    assert len(intervals) == len(in_cluster) == 0
    assert in_cluster.dtype == np.bool_
