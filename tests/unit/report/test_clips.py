"""Which jerks are shown, how their trace is drawn, what the page's script is given."""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from dataclasses import replace

import numpy as np
import pytest

from detector.config import Settings
from detector.events.trace import trace_of
from detector.records.clips import Clip, ClipReason
from detector.records.events import Kind, Reason
from detector.records.review import Review
from detector.report.catalogue import catalogue
from detector.report.clips.choice import choose_jerks, choose_movements
from detector.report.clips.trace import draw_trace
from detector.report.figures.live import live_trace
from detector.report.options import ReportOptions, study_code
from detector.report.render import render_report
from tests.factories import make_movement, make_result
from tests.unit.report.page_text import words
from tests.unit.report.results import a_result, busy, clip, night


def test_a_few_jerks_stand_for_all_and_doubtful_ones_are_among_them():
    jerks = busy().jerks
    chosen = choose_jerks(jerks, 24)
    reasons = [why for _, why in chosen]
    assert len(chosen) == 24
    assert {why: reasons.count(why) for why in set(reasons)} == {"certain": 12, "large": 6, "doubtful": 6}
    onsets = [jerk.onset_s for jerk, _ in chosen]
    assert onsets == sorted(onsets)
    assert len({jerk.id for jerk, _ in chosen}) == 24
    weakest = sorted(jerk.confidence for jerk in jerks)[5]
    assert all(jerk.confidence <= weakest for jerk, why in chosen if why == "doubtful")
    certain = [jerk.onset_s for jerk, why in chosen if why == "certain"]
    assert certain[0] < 0.2 * 36000
    assert certain[-1] > 0.8 * 36000


@pytest.mark.parametrize("most", [None, 5, 6])
def test_few_jerks_are_all_shown(most):
    jerks = clip().jerks
    assert choose_jerks(jerks, most) == tuple((jerk, "all") for jerk in jerks)


@pytest.mark.parametrize("most", [1, 4, 7, 12, 15])
def test_as_many_clips_as_were_asked_for(most):
    jerks = night().jerks[:16]
    assert len({jerk.id for jerk, _ in choose_jerks(jerks, most)}) == most


def refusals(result, *sure_and_when, kind=Kind.REJECTED, reason=Reason.NOISE):
    """Return `result` with refused candidates of these confidences and onsets instead of its own."""
    others = [
        make_movement(k, onset_s, id=f"{kind}-{k:04d}", kind=kind, confidence=sure, reason=reason)
        for k, (sure, onset_s) in enumerate(sure_and_when, 1)
    ]
    return replace(result, movements=tuple(sorted((*result.jerks, *others), key=lambda one: one.onset_s)))


def test_what_was_nearly_a_jerk_is_shown_and_at_most_a_quarter():
    jerks = clip().jerks
    free_s = jerks[-1].onset_s + 5
    many = refusals(clip(), *((0.2 + 0.02 * k, free_s + 2 * k) for k in range(8)))
    for most, refused in ((None, 6), (24, 6), (12, 3), (8, 2), (3, 0)):
        chosen = choose_movements(many, most)
        onsets = [movement.onset_s for movement, _ in chosen]
        assert onsets == sorted(onsets)
        shown = [movement.id for movement, why in chosen if why == "refused"]
        assert shown == [f"rejected-{k:04d}" for k in range(9 - refused, 9)], "those nearest to a jerk"
        assert len(chosen) - refused == (len(jerks) if most is None else min(len(jerks), most - refused))


def test_what_is_seen_already_cannot_be_seen_or_is_far_from_a_jerk_is_not_shown():
    jerk = clip().jerks[-1]
    free_s = jerk.onset_s + 5
    shown = [m.id for m, why in choose_movements(refusals(
        clip(), (0.4, jerk.onset_s + 0.9), (0.3, free_s), (0.2, free_s + 0.9), (0.15, free_s + 1.1), (0.05, free_s + 9)
    ), 24) if why == "refused"]  # fmt: skip
    assert shown == ["rejected-0002", "rejected-0004"]
    for reason in (Reason.EXCLUDED, Reason.GAP):
        hidden = refusals(clip(), (0.9, free_s), reason=reason)
        assert all(why != "refused" for _, why in choose_movements(hidden, 24))


@pytest.mark.parametrize(
    ("judge", "said"), [("model", "a trained classifier decides by it"), ("rules", "from the rules alone")]
)
def test_a_card_says_who_decided(judge, said):
    result = a_result(length_s=120.0, jerks=4, trains=0, settings=Settings().with_assignments([f"jerks.judge={judge}"]))
    html = render_report(result)
    assert said in html
    assert (said == "from the rules alone") == ("a trained classifier decides by it" not in html)


def test_refused_ones_stand_below_with_what_they_were_taken_for_and_can_be_decided_on():
    result = refusals(clip(), (0.3, clip().jerks[-1].onset_s + 5), kind=Kind.RHYTHMIC, reason=Reason.RHYTHMIC)
    other = next(movement for movement in result.movements if movement.kind is Kind.RHYTHMIC)
    html = render_report(result, ReportOptions(review=Review(dismissed=(other.id,))), clips=[a_clip(other)])
    assert "Refused, but nearly jerks" in html
    assert "such as sucking, tremor or rocking. Part of a rhythmic movement. Confidence 0.30" in html
    data = json.loads(re.search(r'id="report-data">(.*?)</script>', html, re.DOTALL).group(1))
    assert data["review"]["decided"] == {other.id: ["rejected", ""]}
    assert data["clips"][other.id]["times"][0] == 0
    assert html.index('id="s-others"') < html.index(f'id="clip-{other.id}"') < html.index('id="s-quality"')
    quiet = replace(result, movements=(other,), clusters=(), episodes=())
    assert 'class="note decide-how"' in render_report(quiet, clips=[a_clip(other)]), "where there are no jerks, too"


@pytest.mark.parametrize(
    ("language", "limit"),
    [
        ("en", "one frame more (s) | 0.021 | at least 0.03 | not passed"),
        ("de", "ein Bild mehr (s) | 0,021 | mindestens 0,03 | nicht bestanden"),
    ],
)
def test_the_card_of_what_was_too_short_shows_the_limit_that_refused_it(language, limit):
    result = refusals(clip(), (0.9, clip().jerks[-1].onset_s + 5), reason=Reason.TOO_SHORT)
    (other,) = (movement for movement in result.movements if movement.reason is Reason.TOO_SHORT)
    features = {"duration_s": 0.001, "speed": 0.1, "interval_s": 0.02}
    short = replace(other, offset_s=other.onset_s + 0.001, features=features)
    result = replace(result, movements=tuple(short if one is other else one for one in result.movements))
    page = words(render_report(result, ReportOptions(language=language), clips=[a_clip(short)]))
    assert limit in page


def test_no_jerks_no_clips():
    assert choose_jerks((), 24) == ()
    assert choose_jerks((), None) == ()


def test_trace_is_the_speed_that_was_judged():
    result = make_result(n_jerks=6, hours=0.1)
    zone = result.signal.zones[0]
    jerk = make_movement(1, float(zone.time_s[10]), zones=(zone.number,))
    speed = trace_of(zone, jerk.onset_s - 1.0, jerk.offset_s + 1.0).along
    svg = draw_trace(zone, jerk, 7.68, catalogue()).svg
    assert svg.count("polyline") == 1
    assert svg.split('<polyline points="')[1].split('"')[0].count(",") == len(speed)
    assert f"{np.abs(speed).max():.2f}" in svg
    assert "7.68" in svg


def test_a_jerk_without_its_zone_has_a_trace_without_motion():
    svg = draw_trace(None, clip().jerks[0], math.nan, catalogue()).svg
    assert 'points=""' in svg


def test_live_trace_keeps_the_largest_value_and_marks_what_was_not_judged():
    result = night()
    data = live_trace(result, frozenset({"jerk-0001"}))
    values = np.frombuffer(zlib.decompress(base64.b64decode(data["data"]), -15), np.uint8)
    picture = result.signal.picture
    assert len(values) == data["n"]
    judged = values[values != 255].astype(float) / 254
    assert judged.max() ** 2 == pytest.approx(float(picture.activity[picture.judged].max()), rel=0.02)
    assert (values == 255).mean() == pytest.approx(1 - picture.judged.mean(), abs=0.01)
    assert data["jerks"][0][1] == "jerk-0001"
    assert len(data["jerks"]) == len(result.jerks)


def test_short_drops_are_bridged_and_gaps_are_not():
    result = clip()
    picture = result.signal.picture
    keep = np.ones(len(picture), dtype=bool)
    keep[[50, 51]] = False
    keep[200:260] = False
    columns = {name: getattr(picture, name)[keep] for name in type(picture).columns()}
    data = live_trace(replace(result, signal=replace(result.signal, picture=type(picture)(**columns))), frozenset())
    values = np.frombuffer(zlib.decompress(base64.b64decode(data["data"]), -15), np.uint8)
    assert (values[40:60] != 255).all()
    assert (values[210:255] == 255).all()


def a_clip(jerk, **changes):
    times = tuple(jerk.onset_s - 0.5 + np.array([0, 0.04, 0.11, 0.15]))
    return Clip(
        jerk.id, f"{jerk.id}.mp4", times, times[-1] + 0.04, ClipReason.CERTAIN, f"{jerk.id}.jpg", b"\xff\xd8", **changes
    )


def test_clips_stand_on_the_page_with_their_exact_times():
    result = clip()
    clips = [a_clip(jerk) for jerk in result.jerks[:2]]
    html = render_report(result, clips=clips)
    data = json.loads(re.search(r'id="report-data">(.*?)</script>', html, re.DOTALL).group(1))
    assert set(data["clips"]) == {"jerk-0001", "jerk-0002"}
    assert data["clips"]["jerk-0001"]["times"] == pytest.approx([0, 0.04, 0.11, 0.15])
    assert html.count('data-src="clips/jerk-000') == 2
    assert "2 clips of 5 jerks," in html
    assert "data:image/jpeg;base64,/9g=" in html


def test_what_has_a_film_can_be_decided_on_and_says_what_was_decided_but_not_by_whom():
    result = clip()
    first, second, third = result.jerks[:3]
    clips = [a_clip(first), a_clip(second), replace(a_clip(third), file="")]
    review = Review((first.id, third.id), (second.id,), at=((first.id, "2026-03-29"),))
    html = render_report(result, ReportOptions(code="P 7/ä", review=review), clips=clips)
    data = json.loads(re.search(r'id="report-data">(.*?)</script>', html, re.DOTALL).group(1))["review"]
    assert data["onsets"] == {jerk.id: f"{jerk.onset_s:.4f}" for jerk in (first, second)}
    assert data["decided"] == {first.id: ["confirmed", "2026-03-29"], second.id: ["rejected", ""]}
    assert data["name"] == "P-7-ä"
    assert data["recording"] == study_code(result.recording.sha256)
    assert html.count('class="decide"') == 2
    assert 'id="decided-by"' not in render_report(result), "nothing to look at, nothing to decide on"


def test_pictures_are_left_out_on_request():
    result = clip()
    html = render_report(result, ReportOptions(pictures=False), clips=[a_clip(result.jerks[0])], still=b"\xff\xd8")
    assert "image/jpeg" not in html
    assert "clips/jerk" not in html
    assert "Pictures were left out" in html


def test_some_of_every_kind_are_printed():
    jerks = night().jerks[:9]
    large, sure, doubtful = ClipReason.LARGE, ClipReason.CERTAIN, ClipReason.DOUBTFUL
    choices = [large, sure, large, sure, sure, sure, doubtful, sure, doubtful]
    clips = [Clip(jerk.id, "", (), 0.0, why) for jerk, why in zip(jerks, choices, strict=True)]
    html = render_report(night(), clips=clips)
    cards = re.findall(r'<article class="(clip[^"]*)" id="clip-([^"]+)"', html)
    assert [name for _, name in cards] == [jerk.id for jerk in jerks]
    printed = [why for (look, _), why in zip(cards, choices, strict=True) if look == "clip"]
    assert sorted(printed) == sorted(2 * ["certain", "doubtful", "large"])
