from __future__ import annotations

import json
import math
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.evaluation.event_files import EventTable
from detector.evaluation.pairs import read_pair
from detector.evaluation.scores import score
from detector.evaluation.tally import Pair
from detector.exports.events_tsv import write_events
from detector.exports.summary_json import write_summary
from tests.factories import make_result

if TYPE_CHECKING:
    from pathlib import Path

Row = tuple[float, float, str] | tuple[float, float, str, float]


def _table(*rows: Row) -> EventTable:
    columns = [
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[3] if len(row) > 3 else math.nan for row in rows],
    ]
    onset, duration, amplitude = (np.array(column, dtype=np.float64) for column in columns)
    return EventTable(onset, duration, tuple(row[2] for row in rows), amplitude)


def _jerks(*onsets_s: float) -> EventTable:
    return _table(*((onset, 0.2, "jerk") for onset in onsets_s))


def test_counts_and_ratios() -> None:
    found = score([Pair(_jerks(1.0, 2.05, 9.0), _jerks(1.02, 2.0, 5.0, 7.0), hours=0.5)])
    assert (found.tp, found.fp, found.fn) == (2, 1, 2)
    assert found.recall == 0.5
    assert found.precision == pytest.approx(2 / 3)
    assert found.f1 == pytest.approx(4 / 7)
    assert found.fp_per_h == 2.0
    assert found.count_error == pytest.approx(-0.25)
    assert found.onset_bias_s == pytest.approx(0.015)
    assert found.onset_mae_s == pytest.approx(0.035)
    assert found.duration_mae_s == pytest.approx(0.0)


def test_dont_care_stretches_forgive_false_ones_only() -> None:
    truth = _table((2.0, 3.0, "dont_care"), (2.5, 0.2, "jerk"), (4.0, 9.0, "dont_care"))
    found = score([Pair(_jerks(1.99, 2.0, 2.55, 6.0, 12.999, 13.0), truth)])
    assert (found.tp, found.fp, found.fn, found.ignored) == (1, 2, 0, 3)


def test_other_kinds_are_not_jerks() -> None:
    predicted = _table((1.0, 0.2, "rejected"), (2.0, 5.0, "gross"), (3.0, 0.2, "twitch"))
    found = score([Pair(predicted, _jerks(1.0))])
    assert (found.tp, found.fp, found.fn) == (0, 0, 1)


def test_one_jerk_seen_twice_is_doubled() -> None:
    truth = _jerks(1.0, 5.0, 9.0)
    found = score([Pair(_jerks(1.0, 1.15, 5.0, 9.0, 9.31), truth)])
    assert (found.tp, found.fp, found.doubled) == (3, 2, 1)


@pytest.mark.parametrize(("second", "doubled"), [(0.9, 1), (0.89, 0), (1.3, 1), (1.31, 0)])
def test_a_double_lies_within_the_tolerance_around_the_jerk(second: float, doubled: int) -> None:
    assert score([Pair(_jerks(1.0, second), _jerks(1.0))]).doubled == doubled


def test_a_double_is_one_though_another_jerk_begins_in_between() -> None:
    truth = _table((1.0, 0.8, "jerk"), (1.33, 0.17, "jerk"))
    assert score([Pair(_jerks(1.0, 1.33, 1.72), truth)]).doubled == 1


def test_many_doubles_are_counted_in_little_memory() -> None:
    """Not each detection against each known jerk: that is half a gigabyte for 20,000 of both."""
    onsets_s = np.arange(4000) * 2.0
    pair = Pair(_jerks(*onsets_s, *(onsets_s + 0.15)), _jerks(*onsets_s))
    score([pair])  # what is loaded once is not counted
    tracemalloc.start()
    try:
        assert score([pair]).doubled == len(onsets_s)
        assert tracemalloc.get_traced_memory()[1] < 16e6
    finally:
        tracemalloc.stop()


def test_groups_by_overlap() -> None:
    predicted = _table((0, 10, "cluster"), (50, 1, "cluster"), (0, 60, "episode"))
    truth = _table((1, 8, "cluster"), (30, 5, "cluster"), (0, 50, "episode"))
    found = score([Pair(predicted, truth)])
    assert found.cluster_f1 == 0.5
    assert found.episode_f1 == 1.0


def test_groups_are_undefined_where_no_truth_names_them() -> None:
    found = score([Pair(_table((0, 10, "cluster")), _jerks(1.0))])
    assert math.isnan(found.cluster_f1)
    found = score([Pair(_table((0, 10, "cluster")), _jerks(1.0)), Pair(_table(), _table((0, 5, "cluster")))])
    assert found.cluster_f1 == 0.0


def test_recall_by_amplitude_scaled_to_one_width() -> None:
    truth = _table((1, 0.2, "jerk", 4.0), (2, 0.2, "jerk", 12.0), (3, 0.2, "jerk", 24.0), (4, 0.2, "jerk"))
    wide = score([Pair(_jerks(1.0, 3.0), truth, width_px=1280.0)]).recall_by_amplitude
    assert wide["<3"] == 1.0
    assert math.isnan(wide["3-6"])
    assert (wide["6-12"], wide[">12"]) == (0.0, 1.0)
    plain = score([Pair(_jerks(1.0, 3.0), truth)]).recall_by_amplitude
    assert plain["3-6"] == 1.0
    assert plain[">12"] == 0.5


def test_nothing_at_all_is_undefined() -> None:
    for pairs in ([], [Pair(_table(), _table())]):
        found = score(pairs)
        values = (found.recall, found.precision, found.f1, found.fp_per_h, found.onset_bias_s, found.count_error)
        assert all(math.isnan(value) for value in values)
        assert all(math.isnan(bound) for bounds in found.intervals.values() for bound in bounds)


def test_no_false_one_in_a_negative_recording() -> None:
    found = score([Pair(_table(), _table(), hours=2.0)])
    assert found.fp_per_h == 0.0
    assert math.isnan(found.recall)


def test_conditions_weigh_the_same() -> None:
    pairs = [
        Pair(_jerks(1.0, 2.0, 3.0), _jerks(1.0, 2.0, 3.0), hours=1.0, condition="day"),
        Pair(_jerks(), _jerks(1.0), hours=1.0, condition="night"),
        Pair(_jerks(5.0), _jerks(), hours=1.0, condition="still"),
    ]
    found = score(pairs)
    assert found.recall == 0.75
    assert found.macro["recall"] == 0.5
    assert {name: values["fp_per_h"] for name, values in found.by_condition.items()} == {
        "day": 0,
        "night": 0,
        "still": 1,
    }


def test_intervals_are_seeded_and_hold_the_score() -> None:
    rng = np.random.default_rng(1)
    pairs = []
    for _ in range(12):
        truth = np.arange(1.0, 21.0)
        pairs.append(Pair(_jerks(*truth[rng.random(20) < rng.uniform(0.6, 1.0)]), _jerks(*truth), hours=1.0))
    one, two = score(pairs, resamples=300), score(pairs, resamples=300)
    assert one.intervals == two.intervals
    low, high = one.intervals["recall"]
    assert low < one.recall < high
    assert one.intervals != score(pairs, resamples=300, seed=5).intervals


def test_what_is_all_right_has_an_interval_too() -> None:
    """Resampling gives it no width: that 19 of 19 were found does not say that all are."""
    pairs = [Pair(_jerks(*onsets), _jerks(*onsets), hours=0.5) for onsets in ([1.0] * 1, np.arange(1.0, 19.0))]
    found = score(pairs, resamples=200)
    low = 0.025 ** (1 / 19)  # Clopper & Pearson
    assert found.intervals["recall"] == pytest.approx((low, 1.0))
    assert found.intervals["precision"] == pytest.approx((low, 1.0))
    assert found.intervals["f1"] == pytest.approx((2 * low / (1 + low), 1.0))
    assert found.intervals["doubled_share"] == pytest.approx((0.0, 1 - low))
    assert found.intervals["fp_per_h"] == pytest.approx((0.0, 3.689), abs=1e-3)  # Garwood
    assert math.isnan(found.intervals["site_accuracy"][0])
    none = score([Pair(_jerks(), _jerks(1.0)), Pair(_jerks(), _jerks(5.0, 6.0))], resamples=200)
    assert none.intervals["recall"] == pytest.approx((0.0, 1 - 0.025 ** (1 / 3)))


def test_two_raters_who_marked_jerks_alone_agree_on_their_groups_too(tmp_path: Path) -> None:
    text = "onset\tduration\ttrial_type\n" + "".join(f"{onset}\t0.2\tjerk\n" for onset in (1.0, 2.0, 3.0))
    for name in ("one.tsv", "other.tsv"):
        (tmp_path / name).write_text(text)
    found = score([read_pair(tmp_path / "one.tsv", tmp_path / "other.tsv")])
    assert (found.f1, found.cluster_f1, found.episode_f1) == (1.0, 1.0, 1.0)


def test_a_result_is_scored_as_its_table_is(tmp_path: Path) -> None:
    result = make_result()
    write_events(result, tmp_path / "events.tsv", tmp_path / "events.json")
    write_summary(result, tmp_path / "summary.json")
    in_memory, read = (read_pair(found, tmp_path / "events.tsv") for found in (result, str(tmp_path / "events.tsv")))
    assert in_memory.doubts == read.doubts == ()
    assert (in_memory.hours, in_memory.width_px) == (pytest.approx(read.hours), read.width_px)
    for name in ("trial_type", "site", "side", "reason"):
        assert getattr(in_memory.predicted, name) == getattr(read.predicted, name), name
    for name in ("onset_s", "duration_s", "amplitude_px"):
        np.testing.assert_allclose(getattr(in_memory.predicted, name), getattr(read.predicted, name), atol=1e-6)
    assert score(in_memory).f1 == score([read]).f1 == 1.0


def test_a_zone_that_has_no_name_is_no_wrong_site() -> None:
    known = replace(_jerks(1.0, 2.0), site=("arm", "arm"), side=("left", "left"))
    found = score([Pair(replace(_jerks(1.0, 2.0), site=("zone-1", "arm"), side=("", "left")), known)])
    assert (found.site_accuracy, found.side_accuracy) == (1.0, 1.0)
    assert math.isnan(score([Pair(replace(_jerks(1.0), site=("zone-1",), side=("",)), known)]).site_accuracy)


def test_one_recording_has_no_interval() -> None:
    assert math.isnan(score([Pair(_jerks(1.0), _jerks(1.0))]).intervals["recall"][0])


def test_files_with_the_summary_beside(tmp_path: Path) -> None:
    text = "onset\tduration\ttrial_type\n1.0\t0.2\tjerk\n"
    for name in ("events.tsv", "truth.tsv"):
        (tmp_path / name).write_text(text)
    assert math.isnan(read_pair(tmp_path / "events.tsv", tmp_path / "truth.tsv").hours)
    summary = {"recording": {"width": 640}, "time": {"claimed_s": 1900.0, "analysed_s": 1800.0}}
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    pair = read_pair(tmp_path / "events.tsv", tmp_path / "truth.tsv", condition="day")
    assert (pair.hours, pair.width_px, pair.condition) == (0.5, 640.0, "day")
    (tmp_path / "summary.json").write_text("[]")
    assert math.isnan(read_pair(tmp_path / "events.tsv", tmp_path / "truth.tsv").width_px)


def test_the_rate_of_false_ones_is_as_exact_as_the_seconds_of_the_summary(tmp_path: Path) -> None:
    text = "onset\tduration\ttrial_type\n"
    (tmp_path / "truth.tsv").write_text(text)
    (tmp_path / "events.tsv").write_text(text + "".join(f"{onset}\t0.2\tjerk\n" for onset in range(16)))
    result = make_result(n_jerks=16, hours=16 / 3600)
    (tmp_path / "summary.json").write_text(json.dumps(result.summary()))
    scored = score([read_pair(tmp_path / "events.tsv", tmp_path / "truth.tsv")])
    assert scored.fp_per_h == pytest.approx(16 / result.recording.time.analysed_s * 3600, rel=1e-9)
