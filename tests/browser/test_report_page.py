"""The report in a real browser: it opens offline, complains of nothing and fits its window."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from detector.report.render import render_report
from tests.unit.report.results import hostile, night

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> str:
    found = next((path for path in map(shutil.which, NAMES) if path), "")
    if not found:
        reason = "no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def browse(chromium: str, folder: Path, html: str, *options: str) -> tuple[str, str]:
    """Return the page's document after loading, and what the browser wrote to its console."""
    page = folder / "report.html"
    page.write_text(html, "utf-8")
    done = subprocess.run(
        [chromium, *QUIET, f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr", *options, page.as_uri()],
        capture_output=True, text=True, timeout=60, check=True, encoding="utf-8",
    )  # fmt: skip
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def test_page_opens_without_a_complaint(chromium: str, tmp_path: Path) -> None:
    dom, console = browse(chromium, tmp_path, render_report(night()), "--dump-dom")
    assert console == ""
    assert "candidate jerks in" in dom
    assert dom.count("<svg") == 6


def test_hostile_text_runs_nothing(chromium: str, tmp_path: Path) -> None:
    dom, console = browse(chromium, tmp_path, render_report(hostile()), "--dump-dom")
    assert console == ""
    assert "<script" not in dom
    assert "onerror=" not in re.sub(r">[^<]*<", "><", dom)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in dom


def test_it_prints_on_few_pages(chromium: str, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    browse(chromium, tmp_path, render_report(night()), "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
    assert 3 <= pages <= 8
