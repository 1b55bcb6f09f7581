"""The PDF: two to four tagged pages with the page's own numbers, the same bytes each time."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from detector.config import Settings
from detector.records.recording import QualityFlag, Severity
from detector.records.review import Review
from detector.report.options import ReportOptions
from detector.report.pdf.document import render_pdf
from tests.unit.report.results import CASES, bad, busy, hostile, night, nothing

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")


def crowded():
    """Return the night that needs the most room: many groups, places with long names, many flags, changed settings."""
    result = busy()
    names = [f"{side}_{limb}_below_the_striped_blanket" for side in ("left", "right") for limb in ("arm", "leg")]
    movements = tuple(replace(m, site=names[i % 4]) for i, m in enumerate(result.movements))
    message = "Something about this video makes it hard to judge, and a person ought to read why before the numbers."
    severe = tuple(QualityFlag(f"severe_{k}", Severity.SEVERE, message, 1.0) for k in range(3))
    flags = (*severe, *(QualityFlag(f"odd_{k}", Severity.WARNING, message, 1.0) for k in range(12)))
    changed = Settings().with_assignments(["jerks.max_duration_s=0.8", "clusters.gap_s=1.5", "clusters.min_jerks=4"])
    run = replace(result.provenance, settings=changed.model_dump())
    return replace(result, movements=movements, recording=replace(bad().recording, flags=flags), provenance=run)


@cache
def reader_of(name: str, language: str):
    result = crowded() if name == "crowded" else CASES[name]()
    return pypdf.PdfReader(io.BytesIO(render_pdf(result, ReportOptions(language=language))))


@pytest.fixture(params=["en", "de"])
def language(request):
    return request.param


def text_of(reader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("name", [*sorted(CASES), "crowded"])
def test_two_to_four_pages_whatever_is_in_it(name, language):
    assert 2 <= len(reader_of(name, language).pages) <= 4


def test_it_says_what_the_page_says():
    reader = reader_of("night", "en")
    text = text_of(reader)
    assert "214 candidate jerks in 7.9 h of analysed video (8.6 h in all); 9 clusters in 3 episodes." in text
    assert "cluster-009" in text
    assert "Other movements: kept in the output, never counted as jerks" in text
    assert "not a diagnosis" in text
    assert {key for key in reader.metadata or {} if key in ("/Author", "/Subject")} == set()


def elements(reader):
    """Return every structure element with its type, and those of its children."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif hasattr(node, "get"):
            if "/S" in node:
                found.append(node)
            if "/K" in node and not isinstance(node["/K"], int):
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_it_is_tagged_as_the_standard_for_accessible_pdf_asks(language):
    """As ISO 14289-1 asks: marked, titled, in a language; pictures with words, tables with heads, headings in order."""
    reader = reader_of("night", language)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert all(page["/Tabs"] == "/S" for page in reader.pages if "/Annots" in page)
    tags = elements(reader)
    figures = [tag for tag in tags if tag["/S"] == "/Figure"]
    assert len(figures) == 5
    assert all(len(str(tag["/Alt"])) > 30 for tag in figures)
    kinds = [str(tag["/S"]) for tag in tags]
    assert kinds.count("/Table") >= 5
    assert kinds.count("/TH") >= 2 * kinds.count("/Table")
    levels = [int(kind[2:]) for kind in kinds if kind[:2] == "/H" and kind[2:].isdecimal()]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_sources_can_be_followed_and_are_named():
    links = [note.get_object() for page in reader_of("night", "en").pages for note in page.get("/Annots", ())]
    assert len(links) >= 8
    assert all(link["/Subtype"] == "/Link" and str(link["/Contents"]) for link in links)


def test_same_result_same_bytes():
    assert render_pdf(nothing()) == render_pdf(nothing())


def test_hostile_text_and_another_language_are_only_text():
    pdf = render_pdf(hostile(), ReportOptions(language="de", show_names=True))
    text = text_of(pypdf.PdfReader(io.BytesIO(pdf)))
    assert "<script>alert(1)</script>" in text
    assert "Nicht" in text or "NICHT" in text


def test_a_reviewed_night_says_so():
    result = night()
    ids = tuple(jerk.id for jerk in result.jerks)
    pdf = render_pdf(result, ReportOptions(review=Review(ids[14:], ids[:14])))
    text = text_of(pypdf.PdfReader(io.BytesIO(pdf)))
    assert f"{len(ids) - 14} confirmed" in text
    assert "reviewed: " in text


def test_a_signed_paper_holds_what_was_decided():
    result = night()
    ids = [jerk.id for jerk in result.jerks]
    other = next(one.id for one in result.movements if one.id not in ids)
    review = Review(confirmed=(ids[0],), refused=(ids[1],), dismissed=(other,))
    text = text_of(pypdf.PdfReader(io.BytesIO(render_pdf(result, ReportOptions(review=review)))))
    listed = text[text.index("Decisions of the reviewer") :]
    assert listed.count("not a jerk") == 2
    assert all(name in listed for name in (*ids, other))
    assert "Decisions of the person" not in text_of(pypdf.PdfReader(io.BytesIO(render_pdf(result, ReportOptions()))))
