"""The report of a ten-hour night with 2,000 jerks: its size, and how soon a browser lets a person use it.

Interactive: the first page is painted, and a zoom of the trace as well. Cold: in a browser that was just started; warm:
in one that is open. Counted from the start of the navigation. It needs an idle machine; the load is printed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from detector.records.motion import PictureTrack
from detector.report.render import render_report
from tests.browser.chromium import NAMES, first_words, open_to_scripts
from tests.unit.report.results import busy

if TYPE_CHECKING:
    from detector.records.result import Result

RUNS, FRAMES, RATE_HZ = 5, 1_080_000, 30
MOST_BYTES, MOST_S = 5_000_000, 1.0

SCRIPT = """
const seen = {};
const now = () => performance.now() / 1000;
const after = (name, then) => requestAnimationFrame(() => setTimeout(() => { seen[name] = now(); then(); }));
addEventListener("DOMContentLoaded", () => { seen.parsed_s = now(); });
addEventListener("load", () => { after("first_painted_s", () => 0); });
const wait = setInterval(() => {
  const figure = document.getElementById("figure-trace");
  if (!figure.trace || !seen.first_painted_s) return;
  clearInterval(wait);
  seen.trace_ready_s = now();
  figure.trace.show(1000, 1030);
  after("first_zoom_painted_s", () => {
    const from = performance.now();
    for (let k = 0; k < 20; k++) figure.trace.show(1000 + 500 * k, 3000 + 700 * k);
    seen.one_more_zoom_s = (performance.now() - from) / 20000;
    seen.interactive_s = Math.max(seen.first_painted_s, seen.first_zoom_painted_s);
    if (window.name) return console.log(`measured {"cold": ${window.name}, "warm": ${JSON.stringify(seen)}} end`);
    window.name = JSON.stringify(seen);
    location.reload();
  });
}, 5);
"""


def main() -> int:
    chromium = next((path for path in map(shutil.which, NAMES) if path), "")
    if not chromium:
        sys.exit("no Chromium on this machine (Debian: apt-get install chromium)")
    started = time.perf_counter()
    html = render_report(long_night())
    rendered_s = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "report.html"
        page.write_text(open_to_scripts(html, SCRIPT), "utf-8")
        runs = [json.loads(first_words(chromium, Path(place), page, "measured (.*?) end")) for _ in range(RUNS)]
    warm, cold = ([run[state]["interactive_s"] for run in runs] for state in ("warm", "cold"))
    size, middle = len(html.encode()), round(median(cold), 3)
    found = {
        "bytes": size, "rendered_s": round(rendered_s, 1), "load_average": os.getloadavg()[0],
        "interactive_s": {"cold": middle, "cold_worst": round(max(cold), 3), "warm": round(median(warm), 3)},
        "wanted": {"bytes": MOST_BYTES, "interactive_s": MOST_S}, "runs": runs,
    }  # fmt: skip
    print(json.dumps(found, indent=1))
    return 0 if size < MOST_BYTES and middle < MOST_S else 1


def long_night() -> Result:
    """Return ten hours with 2,000 jerks and a frame every 1/30 s, three in a hundred of them in motion."""
    rng = np.random.default_rng(1)
    flat = np.zeros(FRAMES, np.float32)
    activity = np.where(rng.random(FRAMES) < 0.97, 0, np.abs(rng.normal(0, 0.02, FRAMES)))
    picture = PictureTrack(np.arange(FRAMES) / RATE_HZ, activity, *[flat] * 6, flat == 0)
    result = busy()
    return replace(result, signal=replace(result.signal, picture=picture))


if __name__ == "__main__":
    sys.exit(main())
