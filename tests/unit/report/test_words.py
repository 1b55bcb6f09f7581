"""What the page says is true of the run that it tells of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detector.config import Region, RegionSettings, Settings
from detector.records.recording import Span
from detector.report.options import ReportOptions
from detector.report.render import render_report
from tests.unit.report.page_text import words
from tests.unit.report.results import a_result


def said(result, language="en"):
    return words(render_report(result, ReportOptions(language=language)))


@pytest.mark.parametrize(
    ("language", "caption"),
    [
        ("en", "across masked, missing or not assessable time."),
        ("de", "über ausgeblendete, fehlende oder nicht beurteilbare Zeit weggelassen."),
    ],
)
def test_intervals_across_movement_of_the_whole_body_are_said_to_be_left_out(language, caption):
    result = a_result(length_s=600.0, jerks=20, trains=0, hidden=(Span(290.0, 310.0, "gross"),))
    assert caption in said(result, language)
    assert caption not in said(replace(result, not_assessable=()), language)


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_time_stands_beside_what_is_at_once_but_that_of_the_settings(language):
    settings = Settings().with_assignments(["jerks.together_s=0.3"])
    page = said(a_result(length_s=120.0, jerks=4, trains=0, settings=settings), language)
    rows = {"en": "two places at once | ", "de": "an zwei Orten zugleich | "}
    assert rows[language] in page


@pytest.mark.parametrize(
    ("language", "n", "sentence", "setting"),
    [
        ("en", 1, "Sites and sides come from 1 region that", "regions.named = 1 region."),
        ("en", 2, "Sites and sides come from 2 regions that", "regions.named = 2 regions."),
        ("de", 1, "kommen aus 1 von Hand gezeichneten Region;", "regions.named = 1 Region."),
        ("de", 2, "kommen aus 2 von Hand gezeichneten Regionen;", "regions.named = 2 Regionen."),
    ],
)
def test_one_region_is_one(language, n, sentence, setting):
    corners = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.9))
    named = tuple(Region(name=name, points=corners) for name in ("left_arm", "face")[:n])
    settings = Settings(regions=RegionSettings(named=named))
    page = said(a_result(length_s=120.0, jerks=4, trains=0, settings=settings), language)
    assert sentence in page
    assert setting in page


@pytest.mark.parametrize("language", ["en", "de"])
def test_as_many_thresholds_are_told_as_were_tried(language):
    """Near 0 and 1 some of the five coincide."""
    result = a_result(length_s=60.0, jerks=8, trains=1)
    few = replace(result, timing=replace(result.timing, stability=result.timing.stability[:4]))
    for shown, n in ((result, 5), (few, 4)):
        page = render_report(shown, ReportOptions(language=language))
        assert {"en": f"at {n} minimum confidences", "de": f"bei {n} Mindestsicherheiten"}[language] in page
