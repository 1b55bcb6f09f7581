"""Chromium for the tests of pages: opens a page, runs a script in it, and tells what it says."""

from __future__ import annotations

import html
import json
import re
import subprocess
import threading
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip
WAIT = "--virtual-time-budget=8000"
VENDOR = Path(__file__).parent / "vendor"


def browse(chromium: str, folder: Path, text: str, *options: str) -> tuple[str, str]:
    """Return the page's document after loading, and what the browser wrote to its console."""
    page = folder / "report.html"
    page.write_text(text, "utf-8")
    done = subprocess.run(
        [chromium, *QUIET, f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr", *options, page.as_uri()],
        capture_output=True, text=True, timeout=240, check=True, encoding="utf-8",
    )  # fmt: skip
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def open_to_scripts(page: str, script: str) -> str:
    """Return the page without its policy, and with a script of the test at its end."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    return page.replace("</body>", f"<script>{script}</script></body>")


def in_frame(page: str, width_px: int) -> str:
    """Return a page that shows `page` in a frame so many pixels wide: windows are never narrower than 500."""
    inside = html.escape(page, quote=True)
    frame = f'<iframe style="border:0" width="{width_px}" height="900" srcdoc="{inside}"></iframe>'
    return f"<!DOCTYPE html><html lang='en'><title>frame</title><body style='margin:0'>{frame}</body></html>"


AXE = """
document.querySelectorAll("details").forEach((box) => { box.open = true; });
setTimeout(() => axe.run(document, { resultTypes: ["violations"] }).then((found) => {
  const out = document.createElement("pre");
  out.id = "axe-found";
  out.textContent = JSON.stringify(found.violations.map((v) => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 120)]));
  parent.document.body.append(out);
}), 500);
"""


def axe_finds(chromium: str, folder: Path, page: str, *, width_px: int = 0) -> list[object]:
    library = (VENDOR / "axe.min.js").read_text("utf-8")
    page = open_to_scripts(page, library + AXE)
    page = in_frame(page, width_px) if width_px else page
    dom, _ = browse(chromium, folder, page, "--dump-dom", WAIT)
    found = re.search(r'<pre id="axe-found">(.*?)</pre>', dom, re.DOTALL)
    assert found, "axe did not finish"
    return list(json.loads(html.unescape(found.group(1))))


def first_words(chromium: str, folder: Path, page: Path, pattern: str, *more: str) -> str:
    """Open a page in real time and return what it writes to its console; virtual time does not play films."""
    options = [*QUIET, f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr", "--remote-debugging-port=0",
               "--allow-file-access-from-files", *more]  # fmt: skip
    with subprocess.Popen([chromium, *options, page.as_uri()], stderr=subprocess.PIPE, encoding="utf-8") as browser:
        watch = threading.Timer(120, browser.kill)
        watch.start()
        try:
            for line in browser.stderr or ():
                found = re.search(pattern, line)
                if found:
                    return found.group(1)
        finally:
            watch.cancel()
            browser.kill()
    raise AssertionError("the page said nothing")
