"""The words of the page without its drawings, as a person reads them; run as a module, it writes the expected ones."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from detector.report.options import ReportOptions
from detector.report.render import render_report
from tests.unit.report.results import clip

EXPECTED = Path(__file__).parent / "expected"
LANGUAGES = ("en", "de")


class _Words(HTMLParser):
    """Collects texts, a line a block; drawings depend on the version of matplotlib and are left out."""

    _BREAKS = frozenset({"p", "h1", "h2", "h3", "li", "tr", "dt", "dd", "caption", "figcaption", "summary", "article"})
    _HIDDEN = frozenset({"style", "script", "svg", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self._depth = 0

    def handle_starttag(self, tag, attrs):
        self._depth += tag in self._HIDDEN
        if tag in self._BREAKS:
            self.lines.append("")
        elif tag in ("td", "th") and self.lines[-1]:
            self.lines[-1] += " | "

    def handle_endtag(self, tag):
        self._depth -= tag in self._HIDDEN

    def handle_data(self, data):
        if not self._depth:
            self.lines[-1] += data.replace("\u00a0", " ")


def words(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    lines = (" ".join(line.split()) for line in reader.lines)
    return "\n".join(line for line in lines if line) + "\n"


def page_words(language: str) -> str:
    return words(render_report(clip(), ReportOptions(language=language)))


if __name__ == "__main__":
    EXPECTED.mkdir(exist_ok=True)
    for code in LANGUAGES:
        (EXPECTED / f"clip-{code}.txt").write_text(page_words(code), "utf-8")
