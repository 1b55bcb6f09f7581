"""Nothing is cut or runs out of its place: on a phone, on a desk, on A4 and Letter paper, in colour and without."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from detector.batch.study.cohort import cohort_row
from detector.batch.study.page import render_study
from detector.events.verdicts import TESTS
from detector.report.figures import canvas, timelines
from detector.report.options import ReportOptions
from detector.report.render import render_report
from tests.browser.chromium import WAIT, browse, in_frame, open_to_scripts
from tests.unit.batch.cohorts import fading_study
from tests.unit.report.results import bad, busy, clip, hostile, night
from tests.unit.report.test_clips import a_clip

if TYPE_CHECKING:
    from pathlib import Path

    from detector.records.result import Result

pytestmark = pytest.mark.browser

OVER = """
const look = (left) => {
  const main = document.querySelector("main").getBoundingClientRect(), over = [];
  for (const box of document.querySelectorAll("main *")) {
    if (box.closest("svg svg, svg *, details:not([open]) > :not(summary)")) continue;
    const at = box.getBoundingClientRect();
    const shut = box.parentElement.closest(".scroll");
    const scrolls = shut && getComputedStyle(shut).overflowX !== "visible";
    const card = box.parentElement.closest(".clip"), right = card ? card.getBoundingClientRect().right : main.right;
    if (at.width && at.right > right + 1 && !scrolls) over.push(`${box.tagName}.${box.className} ${at.right}`);
  }
  const cued = ({ content, height }) => content !== "none" && height !== "0px";
  const uncued = [...document.querySelectorAll(".scroll")].filter((box) => !box.closest("details:not([open])")
    && box.offsetWidth && getComputedStyle(box).overflowX !== "visible"
    && cued(getComputedStyle(box, "::before")) !== box.scrollWidth > box.clientWidth + 1).length;
  if (uncued && left) {  // a busy machine has not drawn the page yet, and its script has not looked at what scrolls
    setTimeout(look, 700, left - 1);
    return;
  }
  const out = document.createElement("pre");
  out.id = "over";
  out.textContent = JSON.stringify({ width: innerWidth, over: over.slice(0, 5), uncued,
    page: document.documentElement.scrollWidth - document.documentElement.clientWidth });
  parent.document.body.append(out);
};
setTimeout(look, 900, 8);
"""


def measured(result: Result) -> Result:
    """Return a result whose movements have a value for every test, so that the boxes below the clips are full."""
    values = {rule.feature: 0.00012 for rule in TESTS}
    return replace(result, movements=tuple(replace(one, features=values) for one in result.movements))


PAGES = {
    "night": lambda: render_report(night(), ReportOptions(language="de")),
    "busy": lambda: render_report(busy()),
    "bad": lambda: render_report(bad()),
    "hostile": lambda: render_report(hostile(), ReportOptions(show_names=True)),
    "clips": lambda: render_report(clip(), clips=[a_clip(jerk) for jerk in clip().jerks]),
    "measured": lambda: render_report(
        measured(clip()), ReportOptions(language="de"), clips=[a_clip(jerk) for jerk in clip().jerks]
    ),
    "study": lambda: render_study([cohort_row(receipt) for receipt in fading_study()]),
}


@cache
def html_of(name: str) -> str:
    return PAGES[name]()


def overflow(chromium: str, folder: Path, page: str, width: int) -> dict[str, object]:
    framed = in_frame(open_to_scripts(page, OVER), width)
    dom, _ = browse(chromium, folder, framed, "--dump-dom", WAIT, "--window-size=1300,900")
    found = re.search(r'<pre id="over">(.*?)</pre>', dom)
    assert found
    seen: dict[str, object] = json.loads(html.unescape(found.group(1)))
    assert seen.pop("width") == width
    return seen


@pytest.mark.parametrize("name", sorted(PAGES))
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_leaves_its_place_on_a_screen(chromium: str, tmp_path: Path, name: str, width: int) -> None:
    seen = overflow(chromium, tmp_path, html_of(name), width)
    assert seen == {"over": [], "uncued": 0, "page": 0}


SMALLEST = """
document.querySelectorAll("details").forEach((box) => { box.open = true; });
setTimeout(() => {
  const seen = [...document.querySelectorAll("svg text")].filter((text) => text.getBoundingClientRect().width)
    .map((text) => {
      const { c, d } = text.getScreenCTM(), place = text.closest("figure, .clip");
      return [Math.hypot(c, d) * parseFloat(getComputedStyle(text).fontSize), place ? place.id : "", text.textContent];
    });
  const out = document.createElement("pre");
  out.id = "smallest";
  out.textContent = JSON.stringify(seen.sort((one, other) => one[0] - other[0]).slice(0, 3));
  parent.document.body.append(out);
}, 900);
"""


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_writing_in_figures_can_be_read_on_a_phone(chromium: str, tmp_path: Path, name: str) -> None:
    framed = in_frame(open_to_scripts(html_of(name), SMALLEST), 390)
    dom, _ = browse(chromium, tmp_path, framed, "--dump-dom", WAIT, "--window-size=1300,900")
    found = re.search(r'<pre id="smallest">(.*?)</pre>', dom)
    assert found
    seen = json.loads(html.unescape(found.group(1)))
    assert [one for one in seen if one[0] < 9] == []


PAPER_PX = {"A4": 673, "Letter": 695}
"""Width between the margins of 16 mm, at 96 px an inch."""


@pytest.mark.parametrize("name", ["bad", "clips", "night", "study"])
@pytest.mark.parametrize("paper", sorted(PAPER_PX))
def test_nothing_leaves_the_paper(chromium: str, tmp_path: Path, name: str, paper: str) -> None:
    styled = html_of(name).replace("@media print", "@media all")
    # rules for narrow screens are asked for the whole width of the paper, not for that between the margins
    styled = styled.replace("@media (max-width: 44rem)", "@media (max-width: 1px)")
    seen = overflow(chromium, tmp_path, styled, PAPER_PX[paper])
    assert (seen["over"], seen["page"]) == ([], 0)


@pytest.mark.parametrize("name", ["bad", "clips", "measured", "night", "study"])
@pytest.mark.parametrize("paper", sorted(PAPER_PX))
def test_nothing_covers_anything_on_paper_with_its_boxes_open(
    chromium: str, tmp_path: Path, name: str, paper: str
) -> None:
    styled = html_of(name).replace("@media print", "@media all").replace("<details", "<details open")
    styled = styled.replace("@media (max-width: 44rem)", "@media (max-width: 1px)")
    seen = overflow(chromium, tmp_path, styled, PAPER_PX[paper])
    assert (seen["over"], seen["page"]) == ([], 0)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mark", [canvas.ACCENT, canvas.INK, canvas.MUTED])
def test_marks_stand_out_without_colour_on_every_ground(mark: str) -> None:
    grounds = ["#ffffff", *(fill for fill, _, _ in timelines._HATCHES.values())]
    assert min(contrast(mark, ground) for ground in grounds) >= 3


def test_hidden_time_is_told_apart_by_its_hatch() -> None:
    assert len({hatch for _, hatch, _ in timelines._HATCHES.values()}) == len(timelines._HATCHES)
