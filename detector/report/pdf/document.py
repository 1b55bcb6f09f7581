"""The report as a tagged PDF (PDF/UA-1), typeset by typst from the same page and the same drawings."""

from __future__ import annotations

import json
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detector.errors import MissingPackageError, ResultError
from detector.records.file_names import EVENTS
from detector.report.catalogue import catalogue
from detector.report.figures.draw import draw_all
from detector.report.options import ReportOptions
from detector.report.pages.page import summarise

if TYPE_CHECKING:
    from detector.records.result import Result
    from detector.report.catalogue import Catalogue
    from detector.report.figures.drawing import Figure
    from detector.report.pages.page import Page
    from detector.report.table import Table

__all__ = ["render_pdf"]

_FIGURES = ("raster", "rate", "intervals", "survival", "rates", "where", "stability")
_MOST_PAGES = 4
_FITS = ((14, 1.0), (10, 0.94), (8, 0.88), (5, 0.82), (3, 0.76))
"""Rows of the cluster table (the HTML page and events.tsv hold them all) and text scale, tried in this order."""


def render_pdf(result: Result, options: ReportOptions | None = None, *, still: bytes = b"") -> bytes:
    """Return the report of `result` as a PDF of two to four A4 pages; the same arguments give the same bytes.

    Parameters
    ----------
    result : Result
        What was found in one recording.
    options : ReportOptions, optional
        Language, names, dates, pictures, review.
    still : bytes
        A pixelated JPEG of the picture; empty for none.

    Raises
    ------
    MissingPackageError
        If typst is not installed.
    ResultError
        If typst refuses the document.
    """
    try:
        import typst  # noqa: PLC0415  (an optional package)
    except ImportError as error:
        raise MissingPackageError(
            "a PDF needs typst, which is not installed; try `pip install 'sleepjerk[pdf]'`, or print report.html"
        ) from error
    options = options or ReportOptions()
    say = catalogue(options.language)
    page = summarise(result, options, (), still, say)
    with tempfile.TemporaryDirectory(prefix="sleepjerk-pdf-") as name:
        folder = Path(name)
        drawn = {key: figure for key, figure in draw_all(page.plots).items() if key in _FIGURES}
        for key, figure in drawn.items():
            (folder / f"{key}.svg").write_text(_standalone(figure), "utf-8")
        source = folder / "report.typ"
        source.write_text((files("detector.report") / "pdf" / "report.typ").read_text("utf-8"), "utf-8")
        given: dict[str, Any] = {"root": str(folder), "font_paths": [_fonts()]}
        try:
            for most, scale in _FITS:
                content = _content(page, drawn, say, most) | {"scale": scale}
                (folder / "data.json").write_text(json.dumps(content), "utf-8")
                if int(typst.query(str(source), "<pages>", field="value", one=True, **given)) <= _MOST_PAGES:
                    break
            return bytes(typst.compile(str(source), pdf_standards=["ua-1"], timestamp=0, **given))
        except RuntimeError as error:
            raise ResultError(f"typst refused the PDF of the report ({error}). Print report.html instead") from error


def _fonts() -> str:
    """Return the folder of DejaVu Sans, which comes with matplotlib: the same layout on every machine."""
    import matplotlib as mpl  # noqa: PLC0415  (slow to load)

    return str(Path(mpl.get_data_path()) / "fonts" / "ttf")


def _standalone(figure: Figure) -> str:
    head = '<svg xmlns="http://www.w3.org/2000/svg" font-family="DejaVu Sans" '
    return figure.drawing.svg.replace("<svg ", head, 1)


def _content(page: Page, drawn: dict[str, Figure], say: Catalogue, most: int) -> dict[str, Any]:
    """Return the content of the document as plain texts; `most` limits the rows of the cluster table."""
    texts = {
        name: say(name)
        for name in (
            "front.kicker", "front.caveat", "front.read_first", "heading.groups", "heading.timing",
            "heading.where", "heading.others", "heading.quality", "heading.missed", "heading.context",
            "heading.literature", "heading.decided", "heading.soon", "heading.methods", "heading.sign", "soon.intro",
            "groups.none", "quality.none", "sign_off.intro",
        )
    }  # fmt: skip
    cited = {source for part in (*page.literature, *page.soon) for source in part.sources}
    return {
        "lang": say.code,
        "title": say("front.title", code=page.code),
        "name": page.code if page.named else say("front.recording", code=page.code),
        "facts": [text for text in (page.when, page.facts) if text],
        "ribbon": [page.ribbon.label, page.ribbon.words],
        "headline": page.headline,
        "reviewed": page.reviewed,
        "cautions": list(page.cautions),
        "cards": [[card.label, card.value, card.detail, card.reviewed] for card in page.cards],
        "figures": {
            key: {"title": figure.title, "caption": figure.caption, "alt": f"{figure.title}. {figure.caption}"}
            for key, figure in drawn.items()
        },
        "clusters": _table(page.clusters, say, most=most),
        "measures": _table(page.measures, say),
        "series": _table(page.series, say),
        "patterns": _table(page.patterns, say),
        "decided": _table(page.decided, say),
        "others": _table(page.others, say),
        "rejected": _table(page.rejected, say),
        "time": _table(page.time, say),
        "quality": _table(page.quality, say),
        "timing": list(page.timing),
        "flags": [[flag.severity, flag.words, flag.message] for flag in page.flags],
        "missed": list(page.missed),
        "literature": [_cited(part, page) for part in page.literature],
        "soon": [_cited(part, page) for part in page.soon],
        "sources": [
            [f"{i}. {name}", address] for i, (address, name) in enumerate(page.sources.items(), 1) if address in cited
        ],
        "methods": list(page.methods),
        "ticks": [say(f"sign_off.{key}") for key in ("seen", "stimulus", "face", "eyes", "caregiver", "eeg")],
        "answers": [say(f"sign_off.{key}") for key in ("yes", "no", "unsure")],
        "lines": [say(f"sign_off.{key}") for key in ("remarks", "reviewer", "role", "date", "signature")],
        "footer": say("front.footer", code=page.code, version=page.version),
        "say": texts,
    }


def _cited(part: Any, page: Page) -> list[str]:
    numbers = ", ".join(str(list(page.sources).index(source) + 1) for source in part.sources)
    return [part.text, numbers]


def _table(table: Table, say: Catalogue, *, most: int | None = None) -> dict[str, Any]:
    rows = table.rows[:most]
    note = table.note
    if most is not None and len(table.rows) > most:
        left = len(table.rows) - most
        note = say(
            "table.first_of", shown=say.whole(most), all=say.whole(len(table.rows)), more=say.whole(left), file=EVENTS
        )
    words = [not column.numeric for column in table.columns]
    wide = len(words) - 1 if words[-1] else words.index(True) if any(words) else 0
    return {
        "caption": table.caption,
        "widths": ["wide" if i == wide else "" for i in range(len(words))],
        "heads": [column.label for column in table.columns],
        "numeric": [column.numeric for column in table.columns],
        "rows": [list(row) for row in rows],
        "note": note,
    }
