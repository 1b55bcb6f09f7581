"""The catalogue: the same keys and fields in every language, numbers as the language writes them."""

from __future__ import annotations

import math
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

import detector
from detector.config import Settings
from detector.errors import SettingsError
from detector.events.checks import LONGEST
from detector.events.picture_flags import PICTURE_FLAGS
from detector.events.verdicts import TESTS
from detector.records.events import Kind, Reason
from detector.records.recording import QualityFlag, Severity
from detector.records.result import CAVEAT
from detector.report.catalogue import catalogue, languages
from detector.report.options import ReportOptions
from detector.report.pages.quality import flags
from detector.report.render import render_report
from tests.unit.report.results import clip, night

OWN = ("flag.", "flag_unmeasured.", "setting.")


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", languages())
def test_each_language_has_every_text_with_the_same_fields(code):
    english, other = catalogue("en")._texts, catalogue(code)._texts
    own = {key for key in other if key.startswith(OWN)}  # English flags and settings speak for themselves
    assert set(english) == set(other) - own
    assert [key for key in english if fields(english[key]) != fields(other[key])] == []
    assert all(fields(other[key]) <= ({"value", "share"} if key.startswith("flag.") else set()) for key in own)


def flag_codes():
    """Return the code of every quality flag that the source can raise."""
    source = "\n".join(path.read_text("utf-8") for path in Path(detector.__file__).parent.rglob("*.py"))
    named = re.findall(r'QualityFlag\(\s*"(\w+)"', source)
    return {*named, *PICTURE_FLAGS, *re.findall(r'^\w+_CODE = "(\w+)"', source, re.MULTILINE)}


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_every_flag_has_words_in_each_other_language(code):
    assert {"vfr", "too_dark", "regions_moved", "no_clips"} <= flag_codes()
    say = catalogue(code)
    told = {key.partition(".")[0] for head in ("flag", "flag_unmeasured") for key in say.below(head)}
    assert flag_codes() - told == set()


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_every_setting_has_words_in_each_other_language(code):
    usual = Settings()
    blocks = {block: getattr(usual, block) for block in type(usual).model_fields}
    names = {f"{block}.{key}" for block, of in blocks.items() for key in type(of).model_fields}
    assert set(catalogue(code).below("setting")) == names


@pytest.mark.parametrize(("value", "words"), [(0.12, "gemessen: 0,12"), (math.nan, "konnte nicht geprüft werden")])
def test_a_flag_is_said_in_german_with_and_without_its_value(value, words):
    flag = QualityFlag("regions_moved", Severity.WARNING, "english", value)
    result = clip()
    result = replace(result, recording=replace(result.recording, flags=(flag,)))
    (said,) = flags(result, catalogue("de"))
    assert words in said.message


@pytest.mark.parametrize(
    ("code", "value", "mirrored", "words"),
    [
        ("rotated", 0.0, True, "Das gespeicherte Bild wurde gespiegelt, um"),
        ("rotated", 90.0, True, "um 90 Grad im Uhrzeigersinn gedreht und gespiegelt, um"),
        ("rotated", 90.0, False, "um 90 Grad im Uhrzeigersinn gedreht, um"),
        ("pts_guessed", 1.0, False, "1 Bild hatte keine"),
        ("pts_guessed", 2.0, False, "2 Bilder hatten keine"),
        ("duplicate_times", 1.0, False, "1 Bild hatte (fast) dieselbe"),
        ("duplicate_frames", 1.0, False, "1 Bild ist eine genaue Kopie"),
        ("duplicate_frames", 7.0, False, "7 Bilder sind genaue Kopien"),
        ("interlaced", 1.0, False, "1 Bild besteht"),
        ("too_dark", 0.0999, False, "10\u00a0% der Aufnahme"),
        ("blank", 0.234, False, "23,4\u00a0% der Aufnahme"),
        ("fast", 0.87, False, "gemessen mit jerk-classifier-19, von 93\u00a0% auf 87\u00a0%."),
    ],
)
def test_a_flag_is_good_german_whatever_its_value(code, value, mirrored, words):
    result = clip()
    flag = QualityFlag(code, Severity.INFO, "english", value)
    recording = replace(result.recording, flags=(flag,), mirrored=mirrored)
    (said,) = flags(replace(result, recording=recording), catalogue("de"))
    assert words in said.message


def test_english_says_what_the_records_say():
    say = catalogue("en")
    assert say("front.caveat") == CAVEAT
    assert set(say.below("reason")) == {str(reason) for reason in Reason}
    assert set(say.below("kind")) == {str(kind) for kind in Kind} - {"jerk", "rejected"}
    assert set(say.below("tests")) == {LONGEST, *(test.feature for test in TESTS)}


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
    text = re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    names = ("Candidate jerks", "not measured", "Numbers in this figure", "clusters in", "elapsed time", "Shortest")
    assert [english for english in names if english in text] == []
