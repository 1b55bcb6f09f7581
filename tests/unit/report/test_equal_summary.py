"""Every number on the page is the one in ``summary.json``."""

from __future__ import annotations

import pytest

from detector.report.catalogue import catalogue
from detector.report.options import ReportOptions
from detector.report.pages.page import summarise
from tests.unit.report.results import CASES

SAY = catalogue("en")


@pytest.fixture(scope="module", params=["night", "bad", "clip", "undefined"])
def both(request):
    result = CASES[request.param]()
    return summarise(result, ReportOptions(), (), b"", SAY), result.summary()


def shown(text):
    """Return the number a cell shows, or None where it shows that there is none."""
    if text in ("not measured", "n/a"):
        return None
    return float(text.replace(",", "").replace("\u00a0%", ""))


def agree(text, value, rel=0.006):
    if value is None:
        assert shown(text) is None
    else:
        assert shown(text) == pytest.approx(value, rel=rel, abs=1e-9)


def test_cards(both):
    page, summary = both
    cards = {card.name: card for card in page.cards}
    for name, kind in (("jerks", "jerk"), ("clusters", "cluster"), ("episodes", "episode")):
        agree(cards[name].value, summary["counts"][kind], rel=0)
    if summary["time"]["analysed_s"] >= 600:
        agree(cards["rate"].value, summary["rates"]["jerks_per_analysed_h"])
        low, high = cards["rate"].detail.removeprefix("95\u00a0% interval ").split(" to ")
        agree(low, summary["rates"]["jerks_per_analysed_h_low"])
        agree(high, summary["rates"]["jerks_per_analysed_h_high"])
    agree(cards["coverage"].value, 100 * summary["time"]["analysed_s"] / summary["time"]["claimed_s"])
    inside, isolated = cards["jerks"].detail.removesuffix(" isolated").split(" in episodes, ")
    agree(isolated, summary["counts"]["isolated"], rel=0)
    agree(inside, summary["counts"]["jerk"] - summary["counts"]["isolated"], rel=0)


def test_groups(both):
    page, summary = both
    for row, cluster in zip(page.clusters.rows, summary["clusters"], strict=True):
        assert row[0] == cluster["id"]
        agree(row[2], cluster["duration_s"])
        agree(row[3], cluster["n_jerks"], rel=0)
        agree(row[4], cluster["rate_hz"], rel=0.06)
        agree(row[5], cluster["interval_cv"], rel=0.06)
    for row, episode in zip(page.episodes.rows, summary["episodes"], strict=True):
        agree(row[2], episode["duration_s"])
        agree(row[3], episode["n_jerks"], rel=0)
        agree(row[4], episode["n_clusters"], rel=0)


def test_timing(both):
    page, summary = both
    names = ("interval_valley_s", "fano_factor_60s", "interval_cv2", "periodicity_index")
    for row, name in zip(page.measures.rows, names, strict=True):
        agree(row[1], summary["timing"][name])
    short = summary["time"]["analysed_s"] < 600
    for row, series in zip(page.series.rows, summary["timing"]["video_derived_series"], strict=True):
        agree(row[2], series["n_series"], rel=0)
        agree(row[3], series["n_movements"], rel=0)
        agree(row[4], None if short else series["movements_per_analysed_h"])
    steps = [(step.min_confidence, step.jerks) for step in page.plots.stability]
    assert steps == [(s["min_confidence"], s["n_jerks"]) for s in summary["timing"]["jerks_by_min_confidence"]]


def test_intervals_and_places(both):
    page, summary = both
    assert page.plots.intervals.counts.sum() == summary["intervals"]["n"]
    by_site = {f"zone {site.removeprefix('zone-')}": n for site, n in summary["jerks"]["by_site"].items()}
    by_site = {("place unknown" if site == "zone n/a" else site): n for site, n in by_site.items()}
    assert {place.name: len(place.jerks) for place in page.plots.places} == by_site
    patterns = {row[0]: row[1] for row in page.patterns.rows}
    agree(patterns["one place"], summary["jerks"]["by_pattern"].get("single", 0), rel=0)


def test_refusals_and_time(both):
    page, summary = both
    rejected = {row[0]: int(row[1].replace(",", "")) for row in page.rejected.rows}
    assert rejected == {SAY(f"reason.{reason}"): n for reason, n in summary["rejected_by_reason"].items()}
    spans = summary["time"]["masked_by_reason"] | summary["time"]["missing_by_reason"]
    assert len(page.time.rows) == 2 + len(spans)
    assert page.time.rows[-1][1] == SAY.elapsed(summary["time"]["claimed_s"])
