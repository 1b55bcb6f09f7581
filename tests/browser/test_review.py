"""Decisions in a real browser: made by button and key, kept, saved as a file, and forgotten once they are taken in."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from detector.records.review import Review
from detector.report.options import ReportOptions, study_code
from detector.report.render import render_report
from detector.results.decision_file import read_decisions
from detector.results.decisions import add_decisions
from tests.browser.chromium import WAIT, browse, open_to_scripts
from tests.unit.report.results import clip
from tests.unit.report.test_clips import a_clip, refusals

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser

DECIDING = """
const cards = [...document.querySelectorAll(".clip")], seen = {}, files = [];
const type = (key, place, more) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  (place ?? document.activeElement).dispatchEvent(event);
  return event.defaultPrevented;
};
const look = (card) => { card.focus(); card.scrollIntoView({ block: "center", behavior: "instant" }); };
const press = (card, key, more) => { look(card); return type(key, card, more); };
const current = () => document.querySelector('.clip[aria-current="true"]')?.dataset.jerk ?? "";
const at = (card, what) => card.querySelector(what), text = (id) => document.getElementById(id).textContent;
const pressed = () => cards.map((card) => at(card, '.decide [aria-pressed="true"]')?.dataset.decision ?? "");
const bar = () => !document.getElementById("decisions").hidden;
const save = (who) => { document.getElementById("decided-by").value = who; document.getElementById("decisions-save").click(); };
URL.createObjectURL = (blob) => { files.push(blob); return "#"; };
const done = async () => {
  seen.files = await Promise.all(files.map((file) => file.text()));
  const out = document.createElement("pre");
  out.id = "decided-seen";
  out.textContent = JSON.stringify(seen);
  document.body.append(out);
};
"""  # noqa: E501

FIRST_LOOK = """
seen.before = bar();
seen.kept = Object.keys(localStorage).length;
at(cards[0], '[data-decision="confirmed"]').click();
seen.clicked = document.activeElement.dataset.jerk;
press(cards[1], "2");
seen.next = document.activeElement.dataset.jerk;
press(cards[2], "1", { repeat: true });
seen.held = pressed();
press(cards[2], "1"); press(cards[2], "0"); press(cards[2], "k");
seen.back = document.activeElement.dataset.jerk;
seen.count = text("decisions-count");
save(" ");
seen.asked = [text("decisions-told"), document.activeElement.id, files.length];
save(" a\\tb ");
seen.told = text("decisions-told");
press(cards[0], "0"); press(cards[3], "0");
seen.pressed = pressed();
save("cd");
done();
"""


def decide(chromium: str, folder: Path, page: str, script: str) -> dict[str, object]:
    """Return what a script that decides has seen; files are lists of lines, each a list of the first four cells."""
    page = open_to_scripts(page, DECIDING + script)
    dom, console = browse(chromium, folder, page, "--dump-dom", WAIT, "--window-size=1280,900")
    found = re.search(r'<pre id="decided-seen">(.*?)</pre>', dom)
    assert found, console
    return dict(json.loads(html.unescape(found.group(1))))


def test_decisions_are_made_by_button_and_key_and_saved_as_a_file(chromium: str, tmp_path: Path) -> None:
    result = clip()
    jerks = result.jerks
    review = Review((jerks[3].id,), at=((jerks[3].id, "2026-03-29T10:00:00+01:00"),))
    page = render_report(result, ReportOptions(review=review), clips=[a_clip(jerk) for jerk in jerks[:4]])
    seen = decide(chromium, tmp_path, page, FIRST_LOOK)
    assert seen["before"] is False, "nothing of one's own to be saved yet"
    assert seen["kept"] == 0, "a page that is only looked at leaves nothing in the browser"
    assert seen["clicked"] == "jerk-0002", "a click leads on as a key does"
    assert [seen["next"], seen["back"]] == ["jerk-0003", "jerk-0002"]
    assert seen["held"] == ["confirmed", "rejected", "", "confirmed"], "a key that is held decides once"
    assert seen["count"] == "Jerks decided: 3 of 4 shown (2 a jerk, 1 not a jerk). Without a clip: 1 jerk."
    assert seen["asked"] == ["Please enter your initials: they are saved with each decision.", "decided-by", 0]
    assert str(seen["told"]).startswith(f"Saved as {study_code(result.recording.sha256)}_decisions_a-b_")
    assert seen["pressed"] == ["", "rejected", "", ""]
    first, second = (text.split("\n") for text in seen["files"])  # type: ignore[attr-defined]
    assert first[0] == "id\tonset_s\tdecision\tby\tat\trecording"
    assert [line.split("\t")[:4] for line in first[1:-1]] == [
        ["jerk-0001", f"{jerks[0].onset_s:.4f}", "confirmed", "a b"],
        ["jerk-0002", f"{jerks[1].onset_s:.4f}", "rejected", "a b"],
    ]
    assert sorted(line.split("\t")[0:4:2] + line.split("\t")[3:4] for line in second[1:-1]) == [
        ["jerk-0001", "withdrawn", "cd"], ["jerk-0002", "rejected", "a b"], ["jerk-0004", "withdrawn", "cd"]
    ], "what was saved under other initials stays under them"  # fmt: skip
    (tmp_path / "saved.tsv").write_text("\n".join(first), "utf-8")
    assert add_decisions(tmp_path, result, read_decisions(tmp_path / "saved.tsv")) == 2, (
        "what the page saves can be taken in"
    )


FULL = """
seen.kept = Object.keys(localStorage).length;
at(cards[0], '[data-decision="confirmed"]').click();
at(cards[1], '[data-decision="rejected"]').click();
seen.told = text("decisions-told");
save("ab");
seen.pressed = pressed();
done();
"""

NO_ROOM = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };"


def test_where_the_browser_keeps_nothing_decisions_are_saved_all_the_same(chromium: str, tmp_path: Path) -> None:
    page = render_report(clip(), clips=[a_clip(jerk) for jerk in clip().jerks[:3]])
    page = page.replace("<main>", f"<script>{NO_ROOM}</script><main>")
    seen = decide(chromium, tmp_path, page, FULL)
    assert seen["told"] == "This browser does not keep decisions: save them before you close the page."
    assert seen["pressed"] == ["confirmed", "rejected", ""]
    assert str(seen["files"]).count("jerk-000") == 2


KEPT = """
seen.pressed = pressed();
seen.bar = bar();
seen.left = Object.values(JSON.parse(localStorage.getItem(Object.keys(localStorage).find((key) => key.includes("decisions")))));
done();
"""  # noqa: E501


def test_what_was_taken_in_since_is_forgotten_and_what_was_not_is_kept(chromium: str, tmp_path: Path) -> None:
    result = clip()
    jerks = result.jerks[:4]
    review = Review((jerks[0].id, jerks[1].id, jerks[2].id), at=tuple(
        (jerk.id, f"2026-03-29T10:0{minute}:00+01:00") for jerk, minute in zip(jerks, (5, 0, 0), strict=False)
    ))  # fmt: skip
    said = (("rejected", "ab"), ("rejected", "ab"), ("withdrawn", "ab"), ("rejected", ""))
    kept = {
        f"{jerk.onset_s:.4f}": {"id": "jerk-0099", "decision": what, "at": "2026-03-29T10:02:00+01:00", "by": by}
        for jerk, (what, by) in zip(jerks, said, strict=True)
    }
    name = f"sleepjerk-decisions-{study_code(result.recording.sha256)}"
    before = f"<script>localStorage.setItem({json.dumps(name)}, JSON.stringify({json.dumps(kept)}))</script><main>"
    page = render_report(result, ReportOptions(review=review), clips=[a_clip(jerk) for jerk in jerks])
    seen = decide(chromium, tmp_path, page.replace("<main>", before), KEPT)
    assert seen["pressed"] == ["confirmed", "rejected", "", "rejected"], (
        "the first was decided again after it was saved"
    )
    assert len(seen["left"]) == 3  # type: ignore[arg-type]
    assert seen["bar"] is True


LAST = """
press(cards[0], "1"); type("1"); type("2");
seen.decided = pressed();
type("1"); type("1"); type("2");
seen.after = pressed();
seen.bar = text("decisions-told");
type("0");
seen.back = [pressed(), current(), document.activeElement.dataset.jerk];
type("1"); type("2");
seen.anew = pressed();
type("k"); type("2");
seen.changed = [pressed(), current()];
type("2"); type("1");
seen.changed_back = [pressed(), current()];
done();
"""


def test_one_key_too_many_after_the_last_clip_changes_nothing(chromium: str, tmp_path: Path) -> None:
    page = render_report(clip(), clips=[a_clip(jerk) for jerk in clip().jerks[:3]])
    seen = decide(chromium, tmp_path, page, LAST)
    assert seen["decided"] == seen["after"] == ["confirmed", "confirmed", "rejected"]
    assert seen["bar"] == "All decided. Please save them: 3 not saved yet."
    assert seen["back"] == [["confirmed", "confirmed", ""], "jerk-0003", "jerk-0003"]
    assert seen["anew"] == ["confirmed", "confirmed", "confirmed"]
    assert seen["changed"] == [["confirmed", "rejected", "confirmed"], "jerk-0002"], "who goes back can change it"
    assert seen["changed_back"] == [["confirmed", "confirmed", "confirmed"], "jerk-0002"]


MIXED = """
const by = (card, name, detail) => at(card, `[data-decision="${name}"]`).dispatchEvent(
  new MouseEvent("click", { bubbles: true, cancelable: true, detail }));
look(cards[0]);
by(cards[0], "confirmed", 1);
seen.led = current();
look(cards[0]);
by(cards[0], "confirmed", 2);
by(cards[1], "confirmed", 3);
seen.double = [pressed(), current()];
type("2");
seen.mixed = pressed();
by(cards[0], "rejected", 1);
seen.changed = [current(), document.activeElement.dataset.jerk];
press(cards[1], "1");
seen.changed_by_key = current();
type("1", document.body);
seen.same = [pressed(), current()];
look(cards[1]);
at(cards[1], ".take-back").dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
seen.taken_back = [pressed(), document.activeElement.dataset.jerk];
type("2");
seen.again = [pressed(), current()];
done();
"""


def test_mouse_and_keys_lead_on_alike_and_a_change_leads_nowhere(chromium: str, tmp_path: Path) -> None:
    page = render_report(clip(), clips=[a_clip(jerk) for jerk in clip().jerks[:4]])
    seen = decide(chromium, tmp_path, page, MIXED)
    assert seen["led"] == "jerk-0002"
    assert seen["double"] == [["confirmed", "", "", ""], "jerk-0002"], "a double click meets no second clip"
    assert seen["mixed"] == ["confirmed", "rejected", "", ""]
    assert seen["changed"] == ["jerk-0001", "jerk-0001"]
    assert seen["changed_by_key"] == "jerk-0002"
    assert seen["same"] == [["rejected", "confirmed", "", ""], "jerk-0003"], "who decides the same again is led on"
    assert seen["taken_back"] == [["rejected", "", "", ""], "jerk-0002"]
    assert seen["again"] == [["rejected", "rejected", "", ""], "jerk-0003"]


ANYWHERE = """
const field = document.getElementById("decided-by"), heading = document.querySelector("h1");
seen.space_first = type(" ", document.body);
seen.first = [type("1", heading), pressed(), current()];
const [video] = document.querySelectorAll("video"), calls = [];
video.pause = () => calls.push("pause"); video.play = () => { calls.push("play"); return Promise.resolve(); };
seen.space = [type(" ", document.body), calls.length];
seen.on_button = type(" ", at(cards[0], '[data-decision="confirmed"]'));
document.activeElement.blur();
type("2", document.body);
seen.second = [pressed(), current()];
seen.field = [type("1", field), type(" ", field), type("j", field), current()];
scrollTo({ top: 0, behavior: "instant" });
seen.away = [type(" ", document.body), type("1", document.body), pressed(), current(), scrollY > 100];
type("1", document.body);
seen.then = pressed();
done();
"""


def test_keys_work_anywhere_but_in_fields_and_only_on_what_is_seen(chromium: str, tmp_path: Path) -> None:
    page = render_report(clip(), clips=[a_clip(jerk) for jerk in clip().jerks[:4]])
    seen = decide(chromium, tmp_path, page, ANYWHERE)
    assert seen["space_first"] is False, "no clip is chosen yet: the page scrolls"
    assert seen["first"] == [True, ["", "", "", ""], "jerk-0001"], "the first key chooses a clip and decides nothing"
    assert seen["space"] == [True, 1]
    assert seen["on_button"] is False, "space presses a button"
    assert seen["second"] == [["rejected", "", "", ""], "jerk-0002"]
    assert seen["field"] == [False, False, False, "jerk-0002"]
    assert seen["away"] == [False, True, ["rejected", "", "", ""], "jerk-0002", True], "brought back into sight first"
    assert seen["then"] == ["rejected", "confirmed", "", ""]


COUNTED = """
press(cards[0], "1");
seen.count = text("decisions-count");
done();
"""


def test_the_bar_counts_near_misses_apart_and_tells_of_jerks_without_a_clip(chromium: str, tmp_path: Path) -> None:
    result = refusals(clip(), (0.4, clip().jerks[-1].onset_s + 3))
    shown = [*result.jerks[:2], *(one for one in result.movements if one.id == "rejected-0001")]
    page = render_report(result, clips=[a_clip(one) for one in shown])
    assert "Without a clip: 3 jerks. For a clip of every jerk: sleepjerk clips RESULT VIDEO --clips all" in page
    seen = decide(chromium, tmp_path, page, COUNTED)
    assert seen["count"] == (
        "Jerks decided: 1 of 2 shown (1 a jerk, 0 not a jerk). "
        "Near misses decided: 0 of 1 (0 a jerk, 0 not a jerk). Without a clip: 3 jerks."
    )
