"""Words, places and series behind the page, checked by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from detector.records.events import NOT_KNOWN, Episode, Kind
from detector.records.recording import Span, TimeAccount
from detector.records.review import Review
from detector.records.summary import jerk_intervals_s
from detector.records.timing import Ending, EndingKind
from detector.report.catalogue import catalogue
from detector.report.figures import figure_tables, series
from detector.report.figures.plots import plots_of
from detector.report.moments import Moments
from detector.report.pages.groups import clusters_table, episodes_table
from detector.report.pages.quality import measures_table
from detector.report.places import group_by_place, joined
from tests.unit.report.results import CASES, a_result, busy, clip

SAY = catalogue("en")
CUT = (Span(5.0, 6.5, "gap"), Span(17.0, 20.0, "truncated"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0:00:00.0"),
        (59.96, "0:01:00.0"),
        (3599.99, "1:00:00.0"),
        (36000.04, "10:00:00.0"),
        (math.nan, "not measured"),
    ],
)
def test_elapsed(value, text):
    assert SAY.elapsed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (27.06, "27.1"),
        (900, "900"),
        (2211.4, "2,211"),
        (0.0301, "0.0301"),
        (0, "0"),
        (-1.5, "-1.50"),
        (math.inf, "not measured"),
    ],
)
def test_number(value, text):
    assert SAY.number(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 1, "100 %"),
        (99.99, 100, "over 99.9 %"),
        (0.01, 100, "under 0.1 %"),
        (0, 5, "0 %"),
        (918, 1000, "91.8 %"),
        (1, 0, "not measured"),
    ],
)
def test_percent_never_rounds_to_all_or_nothing(part, whole, text):
    assert SAY.percent(part, whole).replace("\u00a0", " ") == text


def test_length_picks_the_unit():
    assert [SAY.length(s).replace("\u00a0", " ") for s in (19.44, 600, 8.6 * 3600)] == ["19.4 s", "10.0 min", "8.6 h"]


def test_places_read_as_one_text():
    assert joined(["zone 1", "zone 3"], SAY) == "zones 1, 3"
    assert joined(["left arm", "zone 2"], SAY) == "zone 2, left arm"
    assert joined([], SAY) == ""


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_jerk_is_in_exactly_one_place(name):
    result = CASES[name]()
    places = group_by_place(result.jerks, SAY)
    assert sorted(i for place in places for i in place.jerks) == list(range(len(result.jerks)))
    sizes = [len(place.jerks) for place in places if place.name.startswith("zone ")]
    assert sizes == sorted(sizes, reverse=True)


def test_bins_of_a_night_are_five_minutes_and_hold_every_jerk():
    bins = series.jerks_per_bin([0.0, 299.9, 300.0, 30959.0], 8.6 * 3600)
    assert bins.edges[1] == 300.0
    assert bins.counts[:2].tolist() == [2, 1]
    assert bins.counts.sum() == 4
    assert series.jerks_per_bin([1.0], 20.0).edges[1] == 1.0


def test_survival_falls_from_all_to_none_and_stays_short():
    times, share = series.survival(np.array([3.0, 1.0, math.nan, 2.0, 4.0]))
    assert times.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert share.tolist() == [0.75, 0.5, 0.25, 0.0]
    whole = series.survival(np.linspace(1, 50, 5000))
    assert len(whole[0]) == 5000  # what is said of a share is said of all
    times, share = series.drawn(whole)
    assert len(times) == 400
    assert (times[0], times[-1], share[-1]) == (1.0, 50.0, 0.0)
    assert [len(part) for part in series.drawn(series.survival(np.zeros(0)))] == [0, 0]


def test_histograms_lose_nothing():
    values = np.array([0.01, 0.4, 0.4, 3000.0, math.nan, 0.0])
    log = series.log_histogram(values, anchor=2.0)
    assert log.counts.sum() + log.left_out == len(values)
    assert log.left_out == 2
    assert 2.0 in log.edges
    flat = series.histogram(np.array([0.0, 0.05, 1e7, math.nan]), step=0.05)
    assert flat.counts.sum() == 3
    assert flat.left_out == 1
    assert len(flat.counts) <= 24
    assert series.histogram(np.zeros(0), step=0.5).counts.sum() == 0


def test_interval_bins_do_not_straddle_the_cluster_gap():
    bins = series.log_histogram(np.array([1.9, 1.99, 2.01, 2.1]), anchor=2.0)
    assert bins.counts[bins.edges[:-1] < 2.0].sum() == 2


def test_long_traces_are_thinned_and_keep_their_extremes():
    result = a_result(jerks=20, trains=0)
    drawn = series.envelope(result.signal.picture, 8.6 * 3600)
    assert len(drawn.time_s) * 2 <= 2000
    assert np.nanmax(drawn.high) == pytest.approx(float(result.signal.picture.activity.max()))
    assert np.nanmin(drawn.low) == pytest.approx(float(result.signal.picture.activity.min()))


def test_masked_frames_leave_a_hole_in_the_trace():
    result = a_result(jerks=20, trains=0, masked=(Span(3600, 7200, "dark"),))
    drawn = series.envelope(result.signal.picture, 8.6 * 3600)
    inside = (drawn.time_s > 3700) & (drawn.time_s < 7100)
    assert np.isnan(drawn.high[inside]).all()


def test_an_episode_ends_with_its_last_jerk_not_with_its_last_cluster():
    result = a_result(length_s=60.0, jerks=8, trains=1)
    (cluster,) = result.clusters
    jerks = tuple(jerk.id for jerk in result.jerks)
    episode = Episode("episode-001", cluster.onset_s, cluster.offset_s + 300, (cluster.id,), jerks)
    start_s = episode.offset_s + 1
    gross = replace(result.movements[-1], id="gross-0001", kind=Kind.GROSS, onset_s=start_s, offset_s=start_s + 3)
    time = replace(result.recording.time, claimed_s=1000.0)
    result = replace(
        result,
        recording=replace(result.recording, time=time),
        movements=(*result.movements, gross),
        episodes=(episode,),
        timing=replace(result.timing, endings=(Ending(cluster.id, EndingKind.QUIET),)),
    )
    assert [row[-1] for row in episodes_table(result, {}, Moments(SAY), SAY).rows] == [SAY("ended.movement")]
    assert [row[-1] for row in clusters_table(result, {}, Moments(SAY), SAY).rows] == [SAY("ended.quiet")]


def test_a_file_that_ends_early_has_no_gap_by_that():
    cut_short = replace(clip(), recording=replace(clip().recording, time=TimeAccount(20.0, (), CUT[1:])))
    told = dict(measures_table(cut_short, SAY).rows)
    assert (told[SAY("quality.gaps")], told[SAY("quality.longest_gap")]) == ("0", SAY("word.none"))
    both = replace(clip(), recording=replace(clip().recording, time=TimeAccount(20.0, (), CUT)))
    told = dict(measures_table(both, SAY).rows)
    assert (told[SAY("quality.gaps")], told[SAY("quality.longest_gap")]) == ("1", SAY.length(1.5))


def test_shares_of_long_intervals_are_of_all_intervals():
    result = busy()
    intervals_s = jerk_intervals_s(result)[0]
    assert len(intervals_s) > 400  # as many as are drawn
    plots = plots_of(result, Review(), group_by_place(result.jerks, SAY), b"", SAY)
    rows = figure_tables.survival(plots, "").rows
    limits = [limit for limit in (0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800) if limit <= intervals_s.max()]
    assert rows == tuple((SAY.plain(s), SAY.percent((intervals_s > s).mean(), 1.0)) for s in limits)


def test_jerks_of_unknown_places_have_no_place_between_them():
    one, other, third = clip().jerks[:3]
    jerks = (
        replace(one, site=NOT_KNOWN, x=0.2, y=0.2),
        replace(other, site=NOT_KNOWN, x=0.8, y=0.8),
        replace(third, site="left_arm", x=0.4, y=0.3),
    )
    arm, unknown = group_by_place(jerks, SAY)
    assert (arm.x, arm.y, arm.jerks) == (0.4, 0.3, (2,))
    assert unknown.jerks == (0, 1)
    assert math.isnan(unknown.x)


def test_the_figures_know_which_jerks_the_reviewer_rejected():
    result = clip()
    ids = [jerk.id for jerk in result.jerks]
    plots = plots_of(result, Review(refused=(ids[1],)), group_by_place(result.jerks, SAY), b"", SAY)
    assert plots.refused.tolist() == [name == ids[1] for name in ids]
