"""The PDF: a few tagged pages with the page's own numbers, the same bytes each time."""

from __future__ import annotations

import io

import pytest

from detector.report.options import ReportOptions
from detector.report.pdf.document import render_pdf
from tests.unit.report.results import hostile, night, nothing

pypdf = pytest.importorskip("pypdf")
pytest.importorskip("typst")


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_night_is_a_tagged_document_of_few_pages():
    pdf = render_pdf(night())
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert 2 <= len(reader.pages) <= 4
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in pdf or "/Metadata" in root
    text = text_of(pdf)
    assert "214 candidate jerks in 7.9 h analysed of 8.6 h of video; 9 clusters in 3 episodes." in text
    assert "cluster-009" in text
    assert "not a diagnosis" in text
    assert {key for key in reader.metadata or {} if key in ("/Author", "/Subject")} == set()


def test_same_result_same_bytes():
    assert render_pdf(nothing()) == render_pdf(nothing())


def test_hostile_text_and_another_language_are_only_text():
    text = text_of(render_pdf(hostile(), ReportOptions(language="de", show_names=True)))
    assert "<script>alert(1)</script>" in text
    assert "Nicht" in text or "NICHT" in text
