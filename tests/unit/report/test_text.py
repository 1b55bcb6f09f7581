"""The text of the page is the expected one.

`python -m tests.unit.report.page_text` writes it anew; a person reads the diff.
"""

from __future__ import annotations

import pytest

from tests.unit.report.page_text import EXPECTED, LANGUAGES, page_words


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_the_page(language):
    assert page_words(language) == (EXPECTED / f"clip-{language}.txt").read_text("utf-8")
