"""The catalogue: the same keys and fields in every language, numbers as the language writes them."""

from __future__ import annotations

import re
import string

import pytest

from detector.errors import SettingsError
from detector.events.verdicts import TESTS
from detector.records.events import Kind, Reason
from detector.records.study import CAVEAT
from detector.report.catalogue import catalogue, languages
from detector.report.options import ReportOptions
from detector.report.render import render_report
from tests.unit.report.results import night


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", languages())
def test_each_language_has_every_text_with_the_same_fields(code):
    english, other = catalogue("en")._texts, catalogue(code)._texts
    own = {key for key in other if key.startswith("flag.")}  # English flags speak for themselves
    assert set(english) == set(other) - own
    assert [key for key in english if fields(english[key]) != fields(other[key])] == []
    assert all(fields(other[key]) == {"value"} for key in own)


def test_english_says_what_the_records_say():
    say = catalogue("en")
    assert say("front.caveat") == CAVEAT
    assert set(say.below("reason")) == {str(reason) for reason in Reason}
    assert set(say.below("kind")) == {str(kind) for kind in Kind} - {"jerk", "rejected"}
    assert set(say.below("tests")) == {test.feature for test in TESTS}


def test_numbers_read_as_the_language_writes_them():
    say = catalogue("de")
    assert say.number(2211.4) == "2.211"
    assert say.number(27.06) == "27,1"
    assert say.elapsed(59.96) == "0:01:00,0"
    assert say.percent(918, 1000) == "91,8\u00a0%"
    assert say.count("count.jerk", 2000) == "2.000 Zuckungen"


def test_unknown_language_is_refused_with_an_offer():
    with pytest.raises(SettingsError, match="there are: en, de"):
        catalogue("tlh")


def test_german_page_is_german_throughout():
    html = render_report(night(), ReportOptions(language="de"))
    assert '<html lang="de">' in html
    assert "214 mögliche Zuckungen in 7,9\u00a0h ausgewerteten von 8,6\u00a0h Video; 9 Serien in 3 Episoden." in html
    text = re.sub(r"<(style|script).*?</\\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    for english in ("Candidate jerks", "not measured", "The numbers of this figure", "clusters in", "elapsed time"):
        assert english not in text
