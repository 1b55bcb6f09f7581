"""Films of the clips in a real browser: their size, speed and repetition, the mark of the place, and their absence."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from av.video.frame import VideoFrame

from detector.records.clips import Clip, ClipReason
from detector.records.review import Review
from detector.report.options import ReportOptions
from detector.report.render import render_report
from detector.video.encoding import encode_clip
from detector.video.pictures import in_planes
from tests.browser.chromium import first_words, in_frame, open_to_scripts
from tests.unit.report.results import clip
from tests.unit.report.test_clips import a_clip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from detector.records.events import Movement

pytestmark = pytest.mark.browser

START = """
const cards = [...document.querySelectorAll(".clip")].filter((card) => card.querySelector(".player")), seen = {};
const at = (card, what) => card.querySelector(what), film = (card) => at(card, "video");
const type = (key) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const until = async (what) => { while (!what()) await new Promise((go) => setTimeout(go, 30)); };
const loaded = (card) => until(() => film(card)?.readyState >= 2);
const tell = () => parent.console.log("films " + JSON.stringify(seen) + " end");
"""


def films(folder: Path, jerks: Sequence[Movement], *, wide: int = 160, high: int = 90) -> list[Clip]:
    """Return clips of a second around each jerk, 25 frames a second, whose files lie in the folder."""
    (folder / "clips").mkdir()
    grey = np.full((high, wide, 3), 90, np.uint8)
    made = []
    for jerk in jerks:
        times = jerk.onset_s - 1.0 + np.arange(60) / 25
        pictures = [(float(t), VideoFrame.from_ndarray(in_planes(grey), format="yuv420p")) for t in times]
        encode_clip(folder / "clips" / f"{jerk.id}.mp4", pictures)
        made.append(Clip(jerk.id, f"{jerk.id}.mp4", tuple(times.tolist()), float(times[-1]) + 0.04, ClipReason.ALL))
    return made


def seen_in(chromium: str, folder: Path, page: str, script: str, *, size: str = "1280,900", phone_px: int = 0) -> dict:
    """Return what a script of the test tells of a page, seen in a window, or in a frame, of this size."""
    page = open_to_scripts(page, f"{START}(async () => {{ {script} }})().then(tell);")
    place = folder / "report.html"
    place.write_text(in_frame(page, phone_px) if phone_px else page, "utf-8")
    return dict(json.loads(first_words(chromium, folder, place, r"films (.*?) end", f"--window-size={size}")))


SLOWED = """
type("j");
await loaded(cards[0]);
type("s"); type("s");
type("j");
await loaded(cards[1]);
seen.rates = cards.slice(0, 2).map((card) => film(card).playbackRate);
seen.pressed = [...cards[1].querySelectorAll(".controls [aria-pressed=true]")].map((made) => made.textContent);
type("s");
seen.round = film(cards[1]).playbackRate;
"""


def test_the_speed_is_kept_for_the_next_clip_and_has_a_key(chromium: str, tmp_path: Path) -> None:
    shown = films(tmp_path, clip().jerks[:2])
    seen = seen_in(chromium, tmp_path, render_report(clip(), clips=shown), SLOWED)
    assert seen["rates"] == [0.25, 0.25]
    assert seen["pressed"] == ["¼×"]
    assert seen["round"] == 1


REPEATED = """
type("j");
await loaded(cards[0]);
type("r");
await until(() => film(cards[0]).currentTime > 0.68);
const times = [];
const watch = setInterval(() => times.push(film(cards[0]).currentTime), 10);
await new Promise((go) => setTimeout(go, 2500));
clearInterval(watch);
seen.span = [Math.min(...times), Math.max(...times)];
seen.turns = times.filter((time, i) => time < times[i - 1]).length;
type("r");
await until(() => film(cards[0]).currentTime > 2);
seen.on = true;
"""


def test_just_the_movement_is_repeated(chromium: str, tmp_path: Path) -> None:
    jerk = replace(clip().jerks[0], offset_s=clip().jerks[0].onset_s + 0.08)
    result = replace(clip(), movements=(jerk, *clip().movements[1:]))
    seen = seen_in(chromium, tmp_path, render_report(result, clips=films(tmp_path, [jerk])), REPEATED)
    first, last = seen["span"]
    assert first == pytest.approx(1.0 - 0.3, abs=0.06)
    assert 1.08 + 0.2 < last < 1.08 + 0.3 + 0.2
    assert seen["turns"] >= 2
    assert seen["on"], "and goes on when it is switched off"


PLACED = """
type("j");
await loaded(cards[0]);
const ring = at(cards[0], ".place").getBoundingClientRect(), box = film(cards[0]).getBoundingClientRect();
seen.at = [(ring.left + ring.width / 2 - box.left) / box.width, (ring.top + ring.height / 2 - box.top) / box.height];
at(cards[0], ".controls input").click();
seen.off = at(cards[0], ".place").hidden;
type("j");
await loaded(cards[1]);
seen.unknown = [at(cards[1], ".place").hidden, at(cards[1], ".controls label").hidden];
type("j");
await loaded(cards[2]);
seen.next = at(cards[2], ".place").hidden;
"""


def test_a_circle_tells_the_place_where_it_is_known(chromium: str, tmp_path: Path) -> None:
    first, second, third, *rest = clip().jerks
    jerks = [replace(first, x=0.25, y=0.7), replace(second, x=math.nan, y=0.5), third]
    result = replace(clip(), movements=(*jerks, *rest))
    page = render_report(result, clips=films(tmp_path, jerks, wide=90, high=160))
    seen = seen_in(chromium, tmp_path, page, PLACED)
    assert seen["at"] == pytest.approx([0.25, 0.7], abs=0.01)
    assert seen["off"] is True
    assert seen["unknown"] == [True, True]
    assert seen["next"] is True, "switched off for all of the page"


LOST = """
type("j");
await until(() => at(cards[0], ".missing"));
seen.words = at(cards[0], ".missing").textContent;
seen.disabled = [...cards[0].querySelectorAll("[data-decision]")].map((made) => made.disabled);
type("2");
seen.before = at(cards[0], ".decide [aria-pressed=true]").dataset.decision;
seen.video = film(cards[0]) === null;
type("j");
await until(() => at(cards[1], ".missing"));
type("1");
seen.decided = at(cards[1], '.decide [aria-pressed="true"]') !== null;
"""


def test_a_lost_clip_says_so_and_is_not_decided_on(chromium: str, tmp_path: Path) -> None:
    jerks = clip().jerks[:2]
    review = Review((jerks[0].id,), at=((jerks[0].id, "2026-03-29T10:00:00+01:00"),))
    page = render_report(clip(), ReportOptions(review=review), clips=[a_clip(jerk) for jerk in jerks])
    seen = seen_in(chromium, tmp_path, page, LOST)
    assert "The clips folder must be next to this page." in seen["words"]
    assert seen["disabled"] == [True, True]
    assert seen["before"] == "confirmed"
    assert seen["video"], "no black film"
    assert seen["decided"] is False


FITTED = """
type("j");
await loaded(cards[0]);
type("1");
await loaded(cards[1]);
await new Promise((go) => setTimeout(go, 400));
const menu = document.querySelector(".contents"), held = getComputedStyle(menu).position === "sticky";
seen.above = at(cards[1], "h3").getBoundingClientRect().top - (held ? menu.getBoundingClientRect().bottom : 0);
seen.below = document.getElementById("decisions").getBoundingClientRect().top - at(cards[1], ".decide").getBoundingClientRect().bottom;
seen.share = film(cards[1]).getBoundingClientRect().height / innerHeight;
seen.buttons = Math.min(...[...cards[1].querySelectorAll("button:not([hidden])")].map((made) => made.offsetHeight));
"""  # noqa: E501


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("wide", "high"), [(160, 90), (90, 160)])
@pytest.mark.parametrize(("size", "phone_px"), [("1366,768", 0), ("1366,650", 0), ("1000,900", 390)])
def test_film_and_decision_are_in_sight_together(
    chromium: str, tmp_path: Path, language: str, wide: int, high: int, size: str, phone_px: int
) -> None:
    shown = films(tmp_path, clip().jerks[:3], wide=wide, high=high)
    page = render_report(clip(), ReportOptions(language=language), clips=shown)
    seen = seen_in(chromium, tmp_path, page, FITTED, size=size, phone_px=phone_px)
    assert seen["above"] >= 0
    assert seen["below"] >= 0
    assert 0.15 < seen["share"] <= 0.46
    assert seen["buttons"] >= (44 if phone_px else 32)
