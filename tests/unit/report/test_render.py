"""The page says what the record says, as text, complete in itself, and the same each time."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from detector.config import Settings
from detector.records.result import CAVEAT
from detector.records.review import Review
from detector.report.catalogue import catalogue
from detector.report.moments import Moments
from detector.report.options import ReportOptions, study_code
from detector.report.render import render_report
from tests.unit.report.results import CASES, a_result

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Reader(HTMLParser):
    """Collects tags, ids, attributes and the text below each id."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.texts: dict[str, str] = {}
        self.text = ""
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        name = dict(attrs).get("id") or ""
        if name:
            self.ids.append(name)
        if tag not in VOID:
            self.stack.append((tag, name))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.stack, tag
        assert self.stack.pop()[0] == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        if any(tag in ("style", "script") for tag, _ in self.stack):
            return
        data = data.replace("\u00a0", " ")
        self.text += data
        for _, name in self.stack:
            if name:
                self.texts[name] = self.texts.get(name, "") + data
        if self.stack and self.stack[-1][0] in ("td", "th"):
            self.rows[-1][-1] += data


@cache
def page(name: str):
    result = CASES[name]()
    html = render_report(result)
    reader = Reader()
    reader.feed(html)
    assert not reader.stack
    return result, html, reader


@pytest.fixture(params=sorted(CASES))
def each(request):
    return page(request.param)


def words_of(reader, name):
    return " ".join(reader.texts[name].split())


def test_counts_and_rates_are_those_of_the_record(each):
    result, _, reader = each
    counts, rates = result.counts(), result.rates
    assert words_of(reader, "card-jerks").startswith(f"Candidate jerks {counts['jerk']:,} ")
    assert f"{counts['isolated']:,} isolated" in words_of(reader, "card-jerks")
    assert words_of(reader, "card-clusters").startswith(f"Clusters {counts['cluster']:,} ")
    assert words_of(reader, "card-episodes").startswith(f"Episodes {counts['episode']:,} ")
    shown = words_of(reader, "card-rate").split()[3]
    if math.isfinite(rates.per_analysed_h) and result.recording.time.analysed_s >= 600:
        assert float(shown.replace(",", "")) == pytest.approx(rates.per_analysed_h, rel=0.006)
    else:
        assert shown == "n/a"
    found = f"{counts['jerk']:,} candidate jerk" if counts["jerk"] else "No candidate jerks"
    assert words_of(reader, "headline").startswith(found)
    assert CAVEAT in reader.text
    assert "Not reviewed" in reader.text


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("night", "214 candidate jerks in 7.9 h of analysed video (8.6 h in all); 9 clusters in 3 episodes."),
        ("clip", "5 candidate jerks in 20.0 s of analysed video (20.0 s in all); no clusters."),
        ("busy", "2,000 candidate jerks in 10.0 h of analysed video (10.0 h in all); 123 clusters in 43 episodes."),
        ("nothing", "No candidate jerks in 8.6 h of analysed video (8.6 h in all)."),
    ],
)
def test_headline(name, sentence):
    assert words_of(page(name)[2], "headline") == sentence


def test_each_cluster_and_episode_has_its_row(each):
    result, _, reader = each
    rows = {row[0]: row[1:] for row in reader.rows if len(row) > 2}
    for group in (*result.clusters, *result.episodes):
        assert rows[group.id][0] == catalogue().elapsed(group.onset_s)
        assert rows[group.id][2] == str(len(group.jerks))
        assert float(rows[group.id][1]) == pytest.approx(group.duration_s, rel=0.006)
    for cluster in result.clusters:
        assert float(rows[cluster.id][3]) == pytest.approx(cluster.rate_hz, rel=0.06)


def test_jerk_list_ends_at_250_and_says_so():
    result, _, reader = page("busy")
    listed = [row[0] for row in reader.rows if row[0].startswith("jerk-")]
    assert listed == [jerk.id for jerk in result.jerks[:250]]
    assert "The first 250 of 2,000; the other 1,750 are in events.tsv." in reader.texts["jerk-list"]


def test_all_jerks_of_a_short_list_are_there():
    result, _, reader = page("night")
    assert [row[0] for row in reader.rows if row[0].startswith("jerk-")] == [jerk.id for jerk in result.jerks]


def test_time_adds_up_as_printed(each):
    _, _, reader = each
    start = next(i for i, row in enumerate(reader.rows) if row[0] == "Time")
    end = next(i for i, row in enumerate(reader.rows) if row[0] == "The whole recording")
    tenths = [_tenths(row[1]) for row in reader.rows[start + 1 : end + 1]]
    assert sum(tenths[:-1]) == tenths[-1]


def _tenths(text):
    hours, minutes, seconds = text.split(":")
    return (int(hours) * 60 + int(minutes)) * 600 + round(10 * float(seconds))


def test_rejected_candidates_are_counted_by_reason():
    _, _, reader = page("night")
    rows = dict(row for row in reader.rows if len(row) == 2)
    assert rows["Breathing"] == "31"
    assert rows["Too weak for a jerk"] == "22"


def test_hostile_text_stays_text():
    _, html, reader = page("hostile")
    assert {"img", "b", "u", "i", "em", "hr"}.isdisjoint(reader.tags)
    assert reader.tags.count("script") == 2, "the data and the page's own script"
    assert not [name for _, name, _ in reader.attributes if name.startswith("on")]
    assert "</script><" not in html.split('id="report-data"')[1].split("</script>")[0]
    named = Reader()
    named.feed(render_report(CASES["hostile"](), ReportOptions(show_names=True)))
    assert named.texts["title"] == "<script>alert(1)</script>"
    assert "{{ 7*7 }}" in reader.text
    assert reader.tags.count("title") == 1 + html.count("</desc>")


def test_nothing_is_loaded_from_anywhere(each):
    _, html, reader = each
    assert {"link", "img", "iframe", "object", "embed", "base", "form"}.isdisjoint(reader.tags)
    assert not [value for _, name, value in reader.attributes if name in ("src", "srcset", "xmlns", "action", "data")]
    links = [(tag, value) for tag, name, value in reader.attributes if name == "href" and not value.startswith("#")]
    assert {tag for tag, _ in links} <= {"a", "image"}
    assert all(value.startswith("https://" if tag == "a" else "data:image/") for tag, value in links)
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html, "the browser runs this script and no other"
    assert len(scripts) == 1
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL).group(1)
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in html


def test_ids_are_unique_and_references_hit(each):
    _, html, reader = each
    assert len(reader.ids) == len(set(reader.ids))
    aimed = [value[1:] for _, name, value in reader.attributes if name == "href" and value.startswith("#")]
    aimed += [word for _, name, value in reader.attributes if name == "aria-labelledby" for word in value.split()]
    aimed += re.findall(r"url\(#([^)]*)\)", html)
    assert set(aimed) <= set(reader.ids)


def test_headings_are_in_order_and_the_language_is_named(each):
    _, html, reader = each
    levels = [int(tag[1]) for tag in reader.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert '<html lang="en">' in html


def test_each_drawing_has_a_role_a_title_and_a_table(each):
    _, html, reader = each
    assert (
        reader.tags.count("svg") == html.count('role="img"') == html.count("</desc>") + html.count('class="jerk-trace"')
    )
    assert reader.tags.count("svg") >= 3


def test_the_same_result_gives_the_same_bytes_and_no_private_word(each):
    result, html, reader = each
    assert render_report(result) == html
    assert "/home/" not in html
    assert "someone" not in html
    assert "nan" not in reader.text.split()


def test_the_page_of_a_full_night_is_light():
    _, html, _ = page("busy")
    assert len(html.encode()) < 2_000_000


def test_undefined_numbers_read_not_measured():
    _, _, reader = page("undefined")
    rows = {row[0]: row for row in reader.rows}
    assert rows["jerk-0001"][5:8] == ["not measured"] * 3
    assert "frame rate unknown" in reader.text
    assert "No part of this video could be analysed" in reader.text


def test_no_jerks_is_not_called_normal():
    _, _, reader = page("nothing")
    assert "does not show that there were none" in reader.text
    assert words_of(reader, "headline").startswith("No candidate jerks in ")


def test_severe_flags_stand_on_the_first_page():
    result, html, _ = page("bad")
    assert html.index(f"{result.recording.flags[0].message} Do not trust the counts.") < html.index("card-jerks")


def test_changed_settings_are_named():
    settings = Settings().with_assignments(["clusters.gap_s=1.5", "jerks.max_duration_s=0.8"])
    reader = Reader()
    reader.feed(render_report(a_result(length_s=120.0, jerks=4, trains=0, settings=settings)))
    assert words_of(reader, "changed") == "jerks.max_duration_s = 0.8 clusters.gap_s = 1.5"
    assert "at most 1.5 s after the one before" in reader.text
    assert "All settings had their default values" not in reader.text


@pytest.mark.parametrize(
    "word", ["seizure-free", "healthy", "abnormal", "suspicious", "diagnosed with", "pathological"]
)
def test_no_verdict(each, word):
    assert word not in each[2].text.lower()


def test_page_shows_the_study_code_and_the_name_only_on_request():
    result, html, reader = page("night")
    code = study_code(result.recording.sha256)
    assert words_of(reader, "title") == f"Recording {code}"
    assert result.recording.id not in html
    assert ">night-01<" in render_report(result, ReportOptions(show_names=True))
    assert "Recording P-07" in render_report(result, ReportOptions(code="P-07"))


@pytest.mark.parametrize(
    ("confirmed", "refused", "label", "words"),
    [
        (0, 0, "Not reviewed", "No one has checked"),
        (3, 1, "Partly reviewed", "3 confirmed, 1 rejected, 1 not yet reviewed."),
        (4, 1, "Reviewed", "4 confirmed, 1 rejected."),
    ],
)
def test_ribbon_says_how_far_a_person_has_looked(confirmed, refused, label, words):
    result = CASES["clip"]()
    ids = tuple(jerk.id for jerk in result.jerks)
    review = Review(ids[:confirmed], ids[confirmed : confirmed + refused])
    html = render_report(result, ReportOptions(review=review))
    assert f"<strong>{label}</strong> {words}" in html
    assert ("No event was reviewed by a person." in html) == (label == "Not reviewed")


def test_counts_in_the_reviewers_view_stand_below_those_that_were_found():
    result = CASES["clip"]()
    ids = tuple(jerk.id for jerk in result.jerks)
    assert 'id="reviewed"' not in render_report(result)
    part = render_report(result, ReportOptions(review=Review(ids[:1], ids[1:2])))
    assert "In the reviewer&#39;s view: 4 jerks; " in part
    assert "Jerks not yet reviewed are counted as the tool found them." in part
    assert (part.count("<td>a jerk</td>"), part.count("<td>not a jerk</td>"), part.count("<td>not reviewed</td>")) == (
        1,
        1,
        3,
    )
    assert '<dd class="reviewed">reviewed: 4</dd>' in part
    assert "reviewed: n/a" not in part  # of so short a clip there is no rate
    assert 'class="reviewed"' not in render_report(result)
    assert "Short grey lines were rejected" in part
    assert "Short grey lines were rejected" not in render_report(result, ReportOptions(review=Review(ids[:1])))
    none = render_report(result, ReportOptions(review=Review(refused=ids)))
    assert "In the reviewer&#39;s view: no jerks; no clusters.</p>" in none
    night = CASES["night"]()
    whole = render_report(night, ReportOptions(review=Review(tuple(jerk.id for jerk in night.jerks))))
    assert re.search(
        r"In the reviewer&#39;s view: \d+ jerks, [\d.]+ per hour \([\d.]+ to [\d.]+\); \d+ clusters in", whole
    )


def test_clock_time_is_a_label_and_follows_the_change_of_the_clocks():
    start = datetime(2026, 3, 29, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    html = render_report(CASES["night"](), ReportOptions(start=start))
    assert "Recorded 2026-03-29 00:30:00 +0100 to 2026-03-29 10:06:00 +0200" in html
    assert html.count(">Clock time</th>") == 4, "episodes, clusters, jerks, and what could not be judged"
    assert ">Clock time</th>" not in render_report(CASES["night"]())


def test_a_moment_has_its_time_of_day_beside_it():
    start = datetime(2026, 3, 29, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    moments = Moments(catalogue("en"), ReportOptions(start=start))
    assert moments.words(61.26) == "0:01:01.3 (00:31:01)"
    assert moments.cells(3 * 3600) == ("3:00:00.0", "04:30:00 +0200"), "the clocks were changed"
    assert moments.words(86400) == "24:00:00.0 (2026-03-30 01:30:00 +0200)"
    assert moments.words(math.nan) == "not measured (not measured)"
    assert len(moments.columns) == 2
    assert Moments(catalogue("de")).cells(1.0) == ("0:00:01,0",)
