"""The clip gallery: a card for each chosen jerk, with its filmstrip, its trace, and why it was accepted."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detector.events.verdicts import rules_for
from detector.records.zone_table import zones_numbered
from detector.report.clips.choice import choose_jerks
from detector.report.clips.trace import draw_trace
from detector.report.run_settings import setting
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detector.records.clips import Clip
    from detector.records.events import Movement
    from detector.records.study import Provenance, Result
    from detector.report.catalogue import Catalogue
    from detector.report.figures.drawing import Drawing

__all__ = ["ClipCard", "clip_times", "gallery"]

_WITHOUT_CLIPS = 12
"""Cards of a report that has no clips: traces alone."""

_ON_PAPER = 6
"""Cards that are printed, as evenly from all choices as there are."""

_STRIPS_WITHIN = 24
"""Filmstrips held in the page itself; those beyond stay files beside it."""


@dataclass(frozen=True, slots=True)
class ClipCard:
    """One jerk of the gallery, ready to render.

    Attributes
    ----------
    jerk, title, facts, choice, why : str
        Its id, and what is said of it.
    strip_words : str
        What the filmstrip shows.
    trace : Drawing
        Its motion.
    tests : Table
        Each test with its value and limit.
    file : str
        Address of its clip; empty for none.
    strip : str
        Address of its filmstrip, or the picture itself as an address; empty for none.
    on_paper : bool
        Whether it is one of the few that are printed.
    """

    jerk: str
    title: str
    facts: str
    choice: str
    why: str
    strip_words: str
    trace: Drawing
    tests: Table
    file: str = ""
    strip: str = ""
    on_paper: bool = True


def gallery(result: Result, clips: Sequence[Clip], place_of: Mapping[str, str], say: Catalogue) -> tuple[ClipCard, ...]:
    """Return the cards of the jerks that have a clip, or of some that stand for all where there are no clips."""
    by_jerk = {clip.jerk: clip for clip in clips}
    jerks = {jerk.id: jerk for jerk in result.jerks}
    if by_jerk:
        chosen = [(jerks[name], clip.choice) for name, clip in by_jerk.items() if name in jerks]
        chosen.sort(key=lambda item: item[0].onset_s)
    else:
        chosen = list(choose_jerks(result.jerks, _WITHOUT_CLIPS))
    strongest = [jerk.zones[0] for jerk, _ in chosen if jerk.zones]
    zones = {zone.number: zone for zone in zones_numbered(result.signal.zones, strongest)}
    run, cards = result.provenance, []
    least_peak = setting(run, "bursts", "min_peak_speed") * result.signal.width
    printed = _printed([choice for _, choice in chosen])
    for i, (jerk, choice) in enumerate(chosen):
        trace = draw_trace(zones.get(jerk.zones[0]) if jerk.zones else None, jerk, least_peak, say)
        card = _card(jerk, choice, place_of[jerk.id], trace, run, say)
        clip = by_jerk.get(jerk.id)
        card = _with_clip(card, clip, within=i < _STRIPS_WITHIN) if clip is not None else card
        cards.append(replace(card, on_paper=i in printed))
    return tuple(cards)


def _printed(choices: Sequence[str]) -> set[int]:
    """Return which cards are printed: the first of each choice, then the second of each, and so on."""
    turn = [choices[:i].count(choice) for i, choice in enumerate(choices)]
    return set(sorted(range(len(choices)), key=turn.__getitem__)[:_ON_PAPER])


def _card(jerk: Movement, choice: str, place: str, trace: Drawing, run: Provenance, say: Catalogue) -> ClipCard:
    facts = say(
        "clips.facts", onset=say.fixed(jerk.onset_s, 3), length=say.number(jerk.duration_s, 2),
        amplitude=say.number(jerk.amplitude_px, 2), where=place,
    )  # fmt: skip
    table, passed = _tests(jerk, setting(run, "jerks", "max_duration_s"), say)
    why = say(
        "clips.why_text", confidence=say.number(jerk.confidence, 2),
        least=say.plain(setting(run, "jerks", "min_confidence")), passed=passed, all=len(table.rows),
    )  # fmt: skip
    return ClipCard(
        jerk=jerk.id, title=say("clips.at", name=jerk.id, time=say.elapsed(jerk.onset_s)), facts=facts,
        choice=say(f"clips.choice_{choice}") if say.has(f"clips.choice_{choice}") else "", why=why,
        strip_words=say("clips.strip", name=jerk.id), trace=trace, tests=table,
    )  # fmt: skip


def _with_clip(card: ClipCard, clip: Clip, *, within: bool) -> ClipCard:
    """Return the card with the addresses of its clip and filmstrip, or with the strip itself `within` it."""
    if clip.strip and within:
        strip = "data:image/jpeg;base64," + base64.b64encode(clip.strip).decode("ascii")
    else:
        strip = f"clips/{clip.strip_file}" if clip.strip_file else ""
    return replace(card, file=f"clips/{clip.file}" if clip.file else "", strip=strip)


def _tests(jerk: Movement, max_duration_s: float, say: Catalogue) -> tuple[Table, int]:
    """Return each test that the jerk was put to with its value and limit, and how many it passed."""
    rows, passed = [], 0
    for test in rules_for(max_duration_s):
        if test.feature not in jerk.features:
            continue
        good = test.margin(jerk.features) >= 0
        passed += good
        limit = say("clips.at_most" if test.at_most else "clips.at_least", limit=say.plain(test.limit))
        name = say(f"tests.{test.feature}") if say.has(f"tests.{test.feature}") else test.feature
        value = say.number(jerk.features[test.feature], 2)
        rows.append((name, value, limit, say("clips.passed" if good else "clips.failed")))
    columns = (Column(say("clips.test"), numeric=False), Column(say("clips.value")),
               Column(say("clips.limit"), numeric=False), Column("", numeric=False))  # fmt: skip
    return Table("", columns, tuple(rows)), passed


def clip_times(clips: Sequence[Clip]) -> dict[str, dict[str, object]]:
    """Return the frame times of each clip by jerk, as the page's script wants them."""
    return {
        clip.jerk: {
            "start": round(clip.times_s[0], 6),
            "times": [round(time - clip.times_s[0], 6) for time in clip.times_s],
            "end": round(clip.end_s - clip.times_s[0], 6),
        }
        for clip in clips
        if clip.file and clip.times_s
    }
