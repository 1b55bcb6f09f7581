"""The clip gallery: a card for each chosen movement, with its filmstrip, its trace, and why it is or is not a jerk."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

from detector.config import Settings
from detector.events.checks import checks_of
from detector.records.events import Kind, Reason
from detector.records.zone_table import zones_numbered
from detector.report.clips.choice import choose_jerks
from detector.report.clips.trace import draw_trace
from detector.report.places import site_name
from detector.report.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.config import JerkSettings
    from detector.records.clips import Clip, ClipReason
    from detector.records.events import Movement
    from detector.records.result import Result
    from detector.report.catalogue import Catalogue
    from detector.report.figures.drawing import Drawing
    from detector.report.moments import Moments

__all__ = ["ClipCard", "Gallery", "clip_times", "gallery"]

_WITHOUT_CLIPS = 12
"""Number of cards in a report without clips, with traces alone."""

_ON_PAPER = 6
"""Number of cards that are printed, taken as evenly as possible from all choices."""

_STRIPS_WITHIN = 24
"""Number of filmstrips embedded in the page itself; any others remain files beside it."""


@dataclass(frozen=True, slots=True)
class ClipCard:
    """One movement in the gallery, ready to render.

    Attributes
    ----------
    movement, title, facts, choice, asked, why : str
        Id and texts of the movement; `asked` is the heading of the reasons.
    strip_words : str
        What the filmstrip shows.
    trace : Drawing
        Motion of the movement.
    tests : Table
        Each test with its value and limit.
    file : str
        Address of the clip; empty for none.
    strip : str
        Address of the filmstrip, or the picture itself as a data address; empty for none.
    on_paper : bool
        Whether it is one of the few that are printed.
    """

    movement: str
    title: str
    facts: str
    choice: str
    asked: str
    why: str
    strip_words: str
    trace: Drawing
    tests: Table
    file: str = ""
    strip: str = ""
    on_paper: bool = True


@dataclass(frozen=True, slots=True)
class Gallery:
    """The cards of jerks, by onset, and those of refused candidates, likeliest first."""

    jerks: tuple[ClipCard, ...]
    refused: tuple[ClipCard, ...]


def gallery(result: Result, clips: Sequence[Clip], moments: Moments, say: Catalogue) -> Gallery:
    """Return the cards of movements with a clip, or of some representative jerks if there are no clips."""
    jerks = _with_a_clip(result.jerks, clips) if clips else list(choose_jerks(result.jerks, _WITHOUT_CLIPS))
    refused = _with_a_clip([one for one in result.movements if one.kind is not Kind.JERK], clips)
    refused.sort(key=lambda item: -item[0].confidence)
    printed = _printed([choice for _, choice in jerks])
    cards = _cards(result, [*jerks, *refused], clips, moments, say)
    on_paper = [replace(card, on_paper=i in printed) for i, card in enumerate(cards)]
    return Gallery(tuple(on_paper[: len(jerks)]), tuple(on_paper[len(jerks) :]))


def _with_a_clip(movements: Sequence[Movement], clips: Sequence[Clip]) -> list[tuple[Movement, ClipReason]]:
    """Return the movements shown by a clip, by onset, and why the clip was made."""
    known = {movement.id: movement for movement in movements}
    found = [(known[clip.movement], clip.choice) for clip in clips if clip.movement in known]
    return sorted(found, key=lambda item: item[0].onset_s)


def _cards(
    result: Result,
    chosen: Sequence[tuple[Movement, ClipReason]],
    clips: Sequence[Clip],
    moments: Moments,
    say: Catalogue,
) -> list[ClipCard]:
    by_movement = {clip.movement: clip for clip in clips}
    strongest = [movement.zones[0] for movement, _ in chosen if movement.zones]
    zones = {zone.number: zone for zone in zones_numbered(result.signal.zones, strongest)}
    settings, cards = Settings.of_run(result.provenance), []
    least_peak_px_s = settings.bursts.min_peak_speed * result.signal.width
    for i, (movement, choice) in enumerate(chosen):
        trace = draw_trace(zones.get(movement.zones[0]) if movement.zones else None, movement, least_peak_px_s, say)
        title = say("clips.at", name=movement.id, time=moments.words(movement.onset_s))
        card = _card(movement, title, choice, trace, settings.jerks, say)
        clip = by_movement.get(movement.id)
        cards.append(_with_clip(card, clip, within=i < _STRIPS_WITHIN) if clip is not None else card)
    return cards


def _printed(choices: Sequence[ClipReason]) -> set[int]:
    """Return which cards are printed: the first of each choice, then the second of each, and so on."""
    turn = [choices[:i].count(choice) for i, choice in enumerate(choices)]
    return set(sorted(range(len(choices)), key=turn.__getitem__)[:_ON_PAPER])


def _card(
    of: Movement, title: str, choice: ClipReason, trace: Drawing, limits: JerkSettings, say: Catalogue
) -> ClipCard:
    facts = say(
        "clips.facts", onset=say.fixed(of.onset_s, 3), length=say.number(of.duration_s, 2),
        amplitude=say.number(of.amplitude_px, 2), where=site_name(of, say),
    )  # fmt: skip
    table, passed = _tests(of, limits, say)
    why = say(
        "clips.why_rules" if limits.judge == "rules" else "clips.why_text", confidence=say.number(of.confidence, 2),
        least=say.plain(limits.min_confidence), passed=passed, all=len(table.rows),
    )  # fmt: skip
    counted = of.kind is Kind.JERK
    return ClipCard(
        movement=of.id, title=title, facts=facts,
        choice=say(f"clips.choice_{choice}"),
        asked=say("clips.why" if counted else "clips.why_not"), why=why if counted else f"{_refusal(of, say)} {why}",
        strip_words=say("clips.strip", name=of.id), trace=trace, tests=table,
    )  # fmt: skip


def _refusal(movement: Movement, say: Catalogue) -> str:
    """Return what the movement was taken for instead of a jerk, and why."""
    kind, reason = str(movement.kind), str(movement.reason)
    named = "" if movement.reason is Reason.NONE else say.below("reason").get(reason, reason)
    return " ".join(f"{words}." for words in (say.below("kind").get(kind, ""), named) if words)


def _with_clip(card: ClipCard, clip: Clip, *, within: bool) -> ClipCard:
    """Return the card with the addresses of its clip and filmstrip, or with the strip embedded if `within`."""
    if clip.strip and within:
        strip = "data:image/jpeg;base64," + base64.b64encode(clip.strip).decode("ascii")
    else:
        strip = f"clips/{clip.strip_file}" if clip.strip_file else ""
    return replace(card, file=f"clips/{clip.file}" if clip.file else "", strip=strip)


def _tests(movement: Movement, limits: JerkSettings, say: Catalogue) -> tuple[Table, int]:
    """Return each test applied to a movement with its value and limit, and the number of tests passed."""
    checks, rows = checks_of(movement, min_duration_s=limits.min_duration_s, max_duration_s=limits.max_duration_s), []
    for test in checks:
        limit = say("clips.at_most" if test.at_most else "clips.at_least", limit=say.plain(test.limit))
        name = say(f"tests.{test.feature}") if say.has(f"tests.{test.feature}") else test.feature
        rows.append((name, say.number(test.value, 2), limit, say("clips.passed" if test.passed else "clips.failed")))
    columns = (Column(say("clips.test"), numeric=False), Column(say("clips.value")),
               Column(say("clips.limit"), numeric=False), Column("", numeric=False))  # fmt: skip
    return Table("", columns, tuple(rows)), sum(test.passed for test in checks)


def clip_times(movements: Sequence[Movement], clips: Sequence[Clip]) -> dict[str, dict[str, object]]:
    """Return the frame times of each clip by movement, and its place if known, as used by the page's script."""
    places = {one.id: [round(one.x, 4), round(one.y, 4)] for one in movements if isfinite(one.x) and isfinite(one.y)}
    return {
        clip.movement: {
            "start": round(clip.times_s[0], 6),
            "times": [round(time - clip.times_s[0], 6) for time in clip.times_s],
            "end": round(clip.end_s - clip.times_s[0], 6),
        }
        | ({"at": places[clip.movement]} if clip.movement in places else {})
        for clip in clips
        if clip.file and clip.times_s
    }
