"""The report in a real browser: it opens offline, complains of nothing and fits its window."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from av.video.frame import VideoFrame

from detector.batch.study.cohort import cohort_row
from detector.batch.study.page import render_study
from detector.records.clips import Clip, ClipReason
from detector.records.motion import PictureTrack
from detector.report.options import ReportOptions
from detector.report.regions_page import render_regions_page
from detector.report.render import render_report
from detector.video.encoding import encode_clip
from detector.video.pictures import in_planes
from tests.browser.chromium import WAIT, axe_finds, browse, first_words, open_to_scripts
from tests.unit.batch.cohorts import fading_study
from tests.unit.report.results import clip, hostile, night, nothing
from tests.unit.report.test_clips import a_clip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from detector.records.result import Result

pytestmark = pytest.mark.browser


def test_page_opens_without_a_complaint(chromium: str, tmp_path: Path) -> None:
    dom, console = browse(chromium, tmp_path, render_report(night()), "--dump-dom", WAIT)
    assert console == ""
    assert "candidate jerks in" in dom
    assert dom.count("<svg") == dom.count('role="img"') >= 10
    assert 'data-ready="yes"' in dom, "the trace moves"


def test_hostile_text_runs_nothing(chromium: str, tmp_path: Path) -> None:
    dom, console = browse(chromium, tmp_path, render_report(hostile()), "--dump-dom")
    assert console == ""
    assert dom.count("<script") == 2
    assert "onerror=" not in re.sub(r">[^<]*<", "><", dom)
    assert "&lt;svg onload=alert(3)&gt;" in dom


def test_it_prints_on_few_pages(chromium: str, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    browse(chromium, tmp_path, render_report(night()), "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
    assert 5 <= pages <= 11


def test_a_list_is_printed_on_the_sheet_of_its_heading(chromium: str, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    pdf = tmp_path / "report.pdf"
    browse(chromium, tmp_path, render_report(night()), "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    sheets = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(pdf).pages]
    asked = next(sheet for sheet in sheets if "Reasons to ask a doctor soon" in sheet)
    assert "Jerks while the infant is awake" in asked, "the list stands below its heading"


def with_tests(result: Result) -> Result:
    """Return a result whose movements show what they were put to: a table on each card."""
    features = {"duration_s": 0.2, "speed": 0.1}
    return replace(result, movements=tuple(replace(movement, features=features) for movement in result.movements))


PAGES: dict[str, Callable[[], str]] = {
    "night": lambda: render_report(night()),
    "german": lambda: render_report(clip(), ReportOptions(language="de")),
    "nothing": lambda: render_report(nothing()),
    "clips": lambda: render_report(with_tests(clip()), clips=[a_clip(jerk) for jerk in clip().jerks]),
    "regions": lambda: render_regions_page(b"\xff\xd8", "AAAA", 1.78),
    "study": lambda: render_study([cohort_row(receipt) for receipt in fading_study()]),
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_axe_finds_no_violation(chromium: str, tmp_path: Path, name: str) -> None:
    assert axe_finds(chromium, tmp_path, PAGES[name]()) == []


@pytest.mark.parametrize("name", ["clips", "study"])
def test_axe_finds_no_violation_on_a_phone(chromium: str, tmp_path: Path, name: str) -> None:
    assert axe_finds(chromium, tmp_path, PAGES[name](), width_px=390) == []


ZOOM = """
const wait = setInterval(() => {
  const figure = document.getElementById("figure-trace");
  if (!figure.trace) return;
  clearInterval(wait);
  const seen = [];
  const all = figure.trace.view();
  seen.push(figure.trace.points());
  figure.trace.show(1000, 1030);
  seen.push(figure.trace.view(), figure.trace.points());
  figure.querySelector(".stage").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
  seen.push(figure.trace.view());
  figure.querySelector(".reset").click();
  seen.push(figure.trace.view()[1] === all[1]);
  const over = figure.querySelector(".u-over"), box = over.getBoundingClientRect();
  const wheel = { ctrlKey: true, deltaY: -1, clientX: box.left + box.width / 4, bubbles: true, cancelable: true };
  [over, figure.querySelector(".stage")].forEach((place) => {
    figure.trace.show(1000, 1100);
    place.dispatchEvent(new WheelEvent("wheel", wheel));
    seen.push(figure.trace.view()[0]);
  });
  const out = document.createElement("pre");
  out.id = "zoom-seen";
  out.textContent = JSON.stringify(seen);
  document.body.append(out);
}, 20);
"""


def test_trace_draws_what_a_screen_shows_of_a_million_points(chromium: str, tmp_path: Path) -> None:
    result = night()
    times = np.arange(1_080_000) / 30
    flat = np.zeros(len(times), np.float32)
    activity = np.abs(np.random.default_rng(1).normal(0, 0.01, len(times)))
    picture = PictureTrack(times, activity, flat, flat, flat, flat, flat, flat, flat == 0)
    page = render_report(replace(result, signal=replace(result.signal, picture=picture)))
    assert len(page) < 5_000_000
    dom, _ = browse(chromium, tmp_path, open_to_scripts(page, ZOOM), "--dump-dom", WAIT, "--window-size=1280,900")
    found = re.search(r'<pre id="zoom-seen">(.*?)</pre>', dom)
    assert found
    whole, near, points, moved, back, *turned = json.loads(found.group(1))
    assert 200 < whole < 2600
    assert near == [1000, 1030]
    assert 900 <= points <= 910, "every frame of half a minute at 30 a second"
    assert moved == [1003.75, 1033.75]
    assert back is True
    assert turned == pytest.approx([1005, 1005], abs=0.2), "what is under the wheel stays where it is"


DRAWN = """
const page = window.regionsPage, save = document.getElementById("save"), told = document.getElementById("status");
const seen = [];
const corner = (x, y) => page.add(x, y);
[[0.1, 0.1], [0.3, 0.1], [0.3, 0.4]].forEach((at) => corner(...at));
page.close();
seen.push(document.getElementById("name").value, document.querySelectorAll("#tags span").length);
[[0.5, 0.5], [0.7, 0.5], [0.7, 0.8]].forEach((at) => corner(...at));
save.click();
seen.push(told.textContent);
document.getElementById("name").value = "left_arm";
page.close();
seen.push(told.textContent);
document.getElementById("name").value = "face";
page.close();
seen.push((page.toml().match(/name = "/g) || []).length);
const out = document.createElement("pre");
out.id = "drawn-seen";
out.textContent = JSON.stringify(seen);
document.body.append(out);
"""


def test_no_drawn_region_is_lost_or_named_twice(chromium: str, tmp_path: Path) -> None:
    page = render_regions_page(b"\xff\xd8", "AAAA", 1.78)
    dom, _ = browse(chromium, tmp_path, open_to_scripts(page, DRAWN), "--dump-dom", WAIT, "--window-size=1280,900")
    found = re.search(r'<pre id="drawn-seen">(.*?)</pre>', dom)
    assert found
    following, tags, unclosed, twice, regions = json.loads(found.group(1))
    assert following != "left_arm"
    assert tags == 1
    assert "not closed yet" in unclosed
    assert "region with this name" in twice
    assert regions == 2


LEFT = """
const page = window.regionsPage, find = (id) => document.getElementById(id), seen = {};
const look = (when) => {
  const leaving = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(leaving);
  seen[when] = leaving.defaultPrevented;
};
const draw = () => [[0.1, 0.1], [0.3, 0.1], [0.3, 0.4]].forEach((at) => page.add(...at));
URL.createObjectURL = () => "#";  // saves nothing
look("nothing drawn");
find("mirrored").click();
look("nothing drawn, but mirrored");
find("mirrored").click();
draw();
look("not closed");
page.close();
look("not saved");
find("save").click();
look("saved");
find("mirrored").click();
look("mirrored after saving");
find("mirrored").click();
page.add(0.5, 0.5);
look("a corner after saving");
find("undo").click();
look("as saved");
find("list").querySelector("button").click();
look("all removed");
const out = document.createElement("pre");
out.id = "left-seen";
out.textContent = JSON.stringify(seen);
document.body.append(out);
"""


def test_the_page_is_not_left_with_regions_that_are_not_saved(chromium: str, tmp_path: Path) -> None:
    page = render_regions_page(b"\xff\xd8", "AAAA", 1.78)
    dom, _ = browse(chromium, tmp_path, open_to_scripts(page, LEFT), "--dump-dom", WAIT)
    found = re.search(r'<pre id="left-seen">(.*?)</pre>', dom)
    assert found
    warns = {when for when, warned in json.loads(found.group(1)).items() if warned}
    assert warns == {"not closed", "not saved", "mirrored after saving", "a corner after saving"}


STEP = """
const player = document.querySelector(".player"), times = JSON.parse(document.getElementById("report-data").textContent)
  .clips[player.closest(".clip").dataset.jerk].times;
const shown = [], was = [];
const order = [1, 1, 1, -1, 1, 1, -1, -1];
player.querySelector(".play").focus();
player.querySelector(".play").click();
const focused = document.activeElement.textContent;
const { video, step, frame } = player.clip;
const done = () => {
  const speeds = player.querySelectorAll("[aria-keyshortcuts=S]").length;
  const words = player.querySelector("output").textContent;
  const now = Number(document.querySelector(".jerk-trace .now").getAttribute("x1"));
  const during = player.querySelector(".screen").classList.contains("during");
  console.log("steps " + JSON.stringify({ shown, speeds, words, focused, now, during, was }) + " end");
};
video.addEventListener("loadeddata", () => {
  video.pause();
  video.currentTime = (times[0] + times[1]) / 2;
  let at = 0, k = 0;
  const next = () => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth; canvas.height = video.videoHeight;
    const ctx = canvas.getContext("2d");
    ctx.drawImage(video, 0, 0);
    const grey = ctx.getImageData(Math.floor(canvas.width / 2), Math.floor(canvas.height / 2), 1, 1).data[0];
    shown.push([frame(), grey]);
    was.push(player.querySelector(".screen").classList.contains("during"));
    if (k === order.length) return done();
    step(order[k++]);
    video.addEventListener("seeked", () => setTimeout(next, 50), { once: true });
  };
  video.addEventListener("seeked", () => setTimeout(next, 50), { once: true });
}, { once: true });
"""


def test_frame_stepping_is_exact_at_a_variable_rate(chromium: str, tmp_path: Path) -> None:
    jerk = clip().jerks[0]
    times = jerk.onset_s - 0.13 + np.cumsum([0, *([0.04, 0.033, 0.061, 0.25, 0.017] * 4)])
    pictures = [
        (float(t), VideoFrame.from_ndarray(in_planes(np.full((90, 160, 3), 20 + 10 * k, np.uint8)), format="yuv420p"))
        for k, t in enumerate(times)
    ]
    (tmp_path / "clips").mkdir()
    encode_clip(tmp_path / "clips" / "jerk-0001.mp4", pictures)
    shown = Clip(jerk.id, "jerk-0001.mp4", tuple(times.tolist()), float(times[-1]) + 0.04, ClipReason.ALL)
    page = tmp_path / "report.html"
    page.write_text(open_to_scripts(render_report(clip(), clips=[shown]), STEP), "utf-8")
    seen = json.loads(first_words(chromium, tmp_path, page, r"steps (.*?) end"))
    assert [index for index, _ in seen["shown"]] == [0, 1, 2, 3, 2, 3, 4, 3, 2]
    assert [grey for _, grey in seen["shown"]] == pytest.approx([20 + 10 * i for i, _ in seen["shown"]], abs=4)
    assert seen["speeds"] == 3
    assert seen["focused"] == "▶ ❚❚", "the arrow keys go on where the button was"
    assert seen["now"] == pytest.approx(6 + 328 * (times[2] - jerk.onset_s + 1) / (jerk.duration_s + 2), abs=0.1)
    assert seen["was"] == [jerk.onset_s <= times[i] < jerk.offset_s for i, _ in seen["shown"]]
    assert any(seen["was"])
    assert seen["during"] is False
    assert seen["words"].replace("\u00a0", " ") == f"frame 3 of {len(times)}, {times[2]:.3f} s"
