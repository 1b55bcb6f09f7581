"""Every number on the page is the one in ``summary.json``, in every language."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from detector.report.catalogue import Catalogue, catalogue, languages
from detector.report.figures.draw import draw_all
from detector.report.options import ReportOptions
from detector.report.pages.page import summarise
from detector.report.render import render_report
from tests.unit.report.results import CASES

RESULTS = ("night", "bad", "clip", "undefined", "nothing", "busy")


@pytest.fixture(scope="module", params=[(name, code) for name in RESULTS for code in languages()], ids="-".join)
def both(request):
    name, code = request.param
    result = CASES[name]()
    return summarise(result, ReportOptions(language=code), (), b"", catalogue(code)), result.summary(), catalogue(code)


def shown(text: str, say: Catalogue):
    """Return the number a cell shows, or None where it shows that there is none."""
    if text in (say("word.not_measured"), say("card.rate_missing")):
        return None
    text = text.replace(say("sign.thousands"), "").replace(say("sign.decimal"), ".")
    return float(text.replace("\u00a0%", ""))


def numbers(text: str, say: Catalogue):
    """Return every number of a sentence."""
    return [shown(found, say) for found in re.findall(r"\d[\d.,]*\d|\d", text)]


def agree(text, value, say, rel=0.006):
    if value is None:
        assert shown(text, say) is None
    else:
        assert shown(text, say) == pytest.approx(value, rel=rel, abs=1e-9)


def test_cards(both):
    page, summary, say = both
    cards = {card.name: card for card in page.cards}
    for name, kind in (("jerks", "jerk"), ("clusters", "cluster"), ("episodes", "episode")):
        agree(cards[name].value, summary["counts"][kind], say, rel=0)
    rates = summary["rates"]
    if summary["time"]["analysed_s"] >= 600:
        agree(cards["rate"].value, rates["jerks_per_analysed_h"], say)
        _, low, high = numbers(cards["rate"].detail, say)
        assert low == pytest.approx(rates["jerks_per_analysed_h_low"], rel=0.006)
        assert high == pytest.approx(rates["jerks_per_analysed_h_high"], rel=0.006)
    agree(cards["coverage"].value, 100 * summary["time"]["analysed_s"] / summary["time"]["claimed_s"], say)
    isolated = summary["counts"]["isolated"]
    assert numbers(cards["jerks"].detail, say) == [summary["counts"]["jerk"] - isolated, isolated]
    assert numbers(cards["clusters"].detail, say) == [sum(cluster["n_jerks"] for cluster in summary["clusters"])]
    longest = max((episode["duration_s"] for episode in summary["episodes"]), default=None)
    assert cards["episodes"].detail == (
        say("card.episodes_none") if longest is None else say("card.episodes_longest", length=say.length(longest))
    )


def test_headline(both):
    page, summary, say = both
    counts = summary["counts"]
    found = numbers(page.headline, say)
    if counts["jerk"]:
        assert found[0] == counts["jerk"]
        assert found[3:] == ([counts["cluster"], counts["episode"]] if counts["cluster"] else [])
    for part in ("analysed_s", "claimed_s"):
        assert say.length(summary["time"][part]) in page.headline


def test_groups(both):
    page, summary, say = both
    endings = Counter(row[-1] for row in page.clusters.rows)
    for row, cluster in zip(page.clusters.rows, summary["clusters"], strict=True):
        assert row[:2] == (cluster["id"], say.elapsed(cluster["onset_s"]))
        agree(row[2], cluster["duration_s"], say)
        agree(row[3], cluster["n_jerks"], say, rel=0)
        agree(row[4], cluster["rate_hz"], say, rel=0.06)
        agree(row[5], cluster["interval_cv"], say, rel=0.06)
    ended = {say(f"ended.{how}"): n for how, n in summary["timing"]["cluster_endings"].items() if n}
    assert endings == ended
    for row, episode in zip(page.episodes.rows, summary["episodes"], strict=True):
        assert row[:2] == (episode["id"], say.elapsed(episode["onset_s"]))
        agree(row[2], episode["duration_s"], say)
        agree(row[3], episode["n_jerks"], say, rel=0)
        agree(row[4], episode["n_clusters"], say, rel=0)


def test_timing(both):
    page, summary, say = both
    names = ("interval_valley_s", "fano_factor_60s", "interval_cv2", "periodicity_index")
    for row, name in zip(page.measures.rows, names, strict=True):
        agree(row[1], summary["timing"][name], say, rel=0.03 if name == "periodicity_index" else 0.006)
    short = summary["time"]["analysed_s"] < 600
    for row, series in zip(page.series.rows, summary["timing"]["video_derived_series"], strict=True):
        agree(row[2], series["n_series"], say, rel=0)
        agree(row[3], series["n_movements"], say, rel=0)
        agree(row[4], None if short else series["movements_per_analysed_h"], say)
    steps = [(step.min_confidence, step.jerks) for step in page.plots.stability]
    assert steps == [(s["min_confidence"], s["n_jerks"]) for s in summary["timing"]["jerks_by_min_confidence"]]


def test_medians_and_quartiles_in_sentences(both):
    page, summary, say = both
    measured = {"duration": summary["jerks"]["duration_s"], "amplitude": summary["jerks"]["amplitude_px"],
                "interval": summary["intervals"]["interval_s"]}  # fmt: skip
    for name, values in measured.items():
        label = say(f"timing.{name}")
        line = next((line for line in page.timing if line.startswith(f"{label}: ")), "")
        found = numbers(line.removeprefix(label), say)
        if values["median"] is None or len(found) != 3:
            assert len(found) < 3
            continue
        wanted = [values["median"], values["quartile_1"], values["quartile_3"]]
        assert found == pytest.approx(wanted, rel=0.06)


def test_intervals_and_places(both):
    page, summary, say = both
    assert page.plots.intervals.counts.sum() == summary["intervals"]["n"]
    by_site = {say("site.zone", n=site.removeprefix("zone-")): n for site, n in summary["jerks"]["by_site"].items()}
    by_site = {(say("where.unknown") if site == say("site.zone", n="n/a") else site): n for site, n in by_site.items()}
    assert {place.name: len(place.jerks) for place in page.plots.places} == by_site
    patterns = {row[0]: row[1] for row in page.patterns.rows}
    for name in ("single", "bilateral", "multifocal"):
        agree(patterns[say(f"pattern.{name}")], summary["jerks"]["by_pattern"].get(name, 0), say, rel=0)


def test_refusals_others_and_time(both):
    page, summary, say = both
    rejected = {row[0]: shown(row[1], say) for row in page.rejected.rows}
    assert rejected == {say(f"reason.{reason}"): n for reason, n in summary["rejected_by_reason"].items()}
    others = {row[0]: shown(row[1], say) for row in page.others.rows}
    assert others == {words: summary["counts"][kind] for kind, words in say.below("kind").items()}
    spans = summary["time"]["masked_by_reason"] | summary["time"]["missing_by_reason"]
    assert len(page.time.rows) == 2 + len(spans)
    assert page.time.rows[-1][1] == say.elapsed(summary["time"]["claimed_s"])
    assert Counter(flag.code for flag in page.flags) == Counter(flag["code"] for flag in summary["quality_flags"])


@pytest.mark.parametrize(("name", "code"), [("night", "de"), ("clip", "en"), ("nothing", "de")])
def test_the_figures_count_every_jerk(name, code):
    result, say = CASES[name](), catalogue(code)
    page, summary = summarise(result, ReportOptions(language=code), (), b"", say), result.summary()
    tables = {name: figure.table for name, figure in draw_all(page.plots).items()}
    jerks = summary["counts"]["jerk"]
    assert sum(shown(row[1], say) for row in tables["raster"].rows) == jerks
    assert sum(shown(row[1], say) for row in tables["rate"].rows) == jerks
    handled = sum(m.duration_s for m in result.movements if m.kind == "handling")
    assert sum(shown(row[3], say) for row in tables["rate"].rows) == pytest.approx(handled, abs=0.2)
    assert ("intervals" in tables) == bool(summary["intervals"]["n"])
    assert ("rates" in tables) == ("closeup" in tables) == bool(summary["clusters"])
    if summary["clusters"]:
        drawn = {row[0]: row[1].count(";") + 1 for row in tables["closeup"].rows}
        assert drawn == {cluster["id"]: cluster["n_jerks"] for cluster in summary["clusters"]}
    counted = {
        name: sum(shown(row[2], say) for row in tables[name].rows) for name in {"intervals", "rates"} & tables.keys()
    }
    wanted = {"intervals": summary["intervals"]["n"], "rates": len(summary["clusters"])}
    assert counted == {name: amount for name, amount in wanted.items() if amount}


class _Cells(HTMLParser):
    """Collects the first and all other cells of each row of a page, and the text of its cards."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in = False

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        self._in = tag in ("td", "th")
        if self._in:
            self.rows[-1].append("")

    def handle_data(self, data):
        if self._in:
            self.rows[-1][-1] += data

    def handle_endtag(self, tag):
        self._in = False


@pytest.mark.parametrize("code", languages())
def test_the_rendered_page_has_the_same_cells(code):
    result, say = CASES["night"](), catalogue(code)
    page = summarise(result, ReportOptions(language=code), (), b"", say)
    reader = _Cells()
    reader.feed(render_report(result, ReportOptions(language=code)))
    rows = {tuple(row) for row in reader.rows}
    for table in (page.clusters, page.episodes, page.measures, page.series, page.rejected, page.others, page.time,
                  page.quality, page.patterns, page.jerks):  # fmt: skip
        assert {tuple(row) for row in table.rows} <= rows
