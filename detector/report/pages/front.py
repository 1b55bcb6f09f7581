"""The first page: who, one sentence, cards, what must be read first, and whether a person has reviewed it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from detector.records.recording import Severity

if TYPE_CHECKING:
    from detector.records.result import Result
    from detector.records.review import Review
    from detector.report.catalogue import Catalogue
    from detector.report.options import ReportOptions
    from detector.report.pages.quality import Flag

__all__ = ["Card", "Ribbon", "cards", "cautions", "facts", "headline", "reviewers_view", "ribbon", "when"]


@dataclass(frozen=True, slots=True)
class Card:
    """One number of the first page.

    Attributes
    ----------
    name : str
        Short name, used as its address in the page.
    label, value, detail : str
        Heading, the number, and one line below it.
    reviewed : str
        The number in the view of the person who reviewed the result; empty before they began.
    """

    name: str
    label: str
    value: str
    detail: str
    reviewed: str = ""


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Whether a person has reviewed the jerks: `state` is ``none``, ``part`` or ``all``."""

    state: str
    label: str
    words: str


def facts(result: Result, say: Catalogue) -> str:
    """Return the length, picture size and frame rate of the video."""
    recording = result.recording
    known = math.isfinite(recording.fps)
    rate = say("front.rate", fps=say.plain(recording.fps)) if known else say("front.rate_unknown")
    length = say.length(recording.time.claimed_s)
    return say("front.facts", length=length, width=recording.width, height=recording.height, rate=rate)


def when(result: Result, options: ReportOptions, say: Catalogue) -> str:
    """Return the clock time of the recording's start and end, or nothing."""
    if options.start is None:
        return ""
    key = "front.when_shifted" if options.shifted else "front.when"
    return say(key, start=options.clock(0.0), end=options.clock(result.recording.time.claimed_s))


def headline(result: Result, say: Catalogue) -> str:
    """Return the one sentence with the counts."""
    time = result.recording.time
    seen = say("front.seen", analysed=say.length(time.analysed_s), claimed=say.length(time.claimed_s))
    if not result.jerks:
        return say("front.headline_none", seen=seen)
    found = say.count("count.candidate", len(result.jerks))
    return say("front.headline", found=found, seen=seen, groups=_groups(result, say))


def reviewers_view(result: Result, theirs: Result | None, say: Catalogue) -> str:
    """Return the counts of `theirs`, the view of the person who reviewed `result`; empty if that is None."""
    if theirs is None:
        return ""
    found = say.count("count.jerk", len(theirs.jerks)) if theirs.jerks else say("reviewed.none")
    said = say("reviewed.headline", jerks=found, rate=_rate(theirs, say), groups=_groups(theirs, say))
    looked = theirs.review.looked if theirs.review else 0
    return f"{said} {say('reviewed.open')}" if looked < len(result.jerks) else said


def _rate(result: Result, say: Catalogue) -> str:
    rates = result.rates
    if result.too_short_for_rates or not math.isfinite(rates.per_analysed_h):
        return ""
    values = (rates.per_analysed_h, rates.per_analysed_h_low, rates.per_analysed_h_high)
    rate, low, high = map(say.number, values)
    return say("reviewed.rate", rate=rate, low=low, high=high)


def _groups(result: Result, say: Catalogue) -> str:
    """Return the number of clusters and the number of episodes."""
    if not result.clusters:
        return say("front.ungrouped")
    clusters = say.count("count.cluster", len(result.clusters))
    return say("front.grouped", clusters=clusters, episodes=say.count("count.episode", len(result.episodes)))


def cards(result: Result, theirs: Result | None, say: Catalogue) -> tuple[Card, ...]:
    """Return the five numbers of the first page, alongside those of `theirs` (see `reviewers_view`)."""
    found = _numbers(result, say)
    if theirs is None:
        return found
    told = (card for card in _numbers(theirs, say)[:-1] if card.value != say("card.rate_missing"))
    view = {card.name: say("reviewed.card", number=card.value) for card in told}
    return tuple(replace(card, reviewed=view.get(card.name, "")) for card in found)


def _numbers(result: Result, say: Catalogue) -> tuple[Card, ...]:
    counts, rates, time = result.counts(), result.rates, result.recording.time
    jerks, isolated = counts["jerk"], counts["isolated"]
    rate, interval = say.number(rates.per_analysed_h), ""
    if not math.isfinite(rates.per_analysed_h):
        rate, interval = say("card.rate_missing"), say("card.rate_none")
    elif result.too_short_for_rates:
        rate, interval = say("card.rate_missing"), say("card.rate_short", length=say.length(time.analysed_s))
    else:
        low, high = say.number(rates.per_analysed_h_low), say.number(rates.per_analysed_h_high)
        interval = say("card.rate_interval", low=low, high=high)
    lengths = [episode.duration_s for episode in result.episodes]
    longest = say("card.episodes_longest", length=say.length(max(lengths))) if lengths else say("card.episodes_none")
    inside = say.count("count.jerk", sum(len(cluster.jerks) for cluster in result.clusters))
    split = say("card.jerks_detail", inside=say.whole(jerks - isolated), isolated=say.whole(isolated))
    covered = say("card.coverage_detail", part=say.length(time.analysed_s), whole=say.length(time.claimed_s))
    return (
        Card("jerks", say("card.jerks"), say.whole(jerks), split),
        Card("rate", say("card.rate"), rate, interval),
        Card("clusters", say("card.clusters"), say.whole(counts["cluster"]), say("card.clusters_detail", jerks=inside)),
        Card("episodes", say("card.episodes"), say.whole(counts["episode"]), longest),
        Card("coverage", say("card.coverage"), say.percent(time.analysed_s, time.claimed_s), covered),
    )


def cautions(result: Result, flags: tuple[Flag, ...], say: Catalogue) -> tuple[str, ...]:
    """Return what must be read before the numbers: severe flags, no time analysed, nothing found."""
    severe = (flag for flag in flags if flag.severity is Severity.SEVERE)
    out = [say("caution.severe", message=flag.message.rstrip(".")) for flag in severe]
    time = result.recording.time
    if time.analysed_s <= 0:
        out.append(say("caution.nothing_analysed"))
    elif time.analysed_s < 0.5 * time.claimed_s:
        out.append(say("caution.part_analysed", share=say.percent(time.analysed_s, time.claimed_s)))
    if time.analysed_s > 0 and not result.jerks:
        out.append(say("caution.no_jerk"))
    return tuple(out)


def ribbon(result: Result, review: Review, say: Catalogue) -> Ribbon:
    """Return whether a person has reviewed none, some or all of the jerks."""
    jerks = len(result.jerks)
    state = "none" if not review.begun else "part" if review.looked < jerks or not review.looked else "all"
    words = {"confirmed": len(review.confirmed), "refused": len(review.refused), "open": max(0, jerks - review.looked)}
    numbers = {name: say.whole(amount) for name, amount in words.items()}
    said = say(f"ribbon.{state}_words", **numbers)
    if review.unread:
        said = say("ribbon.unread")
    if review.added:
        said += " " + say.count("ribbon.added", len(review.added))
    if review.disputed:
        said += " " + say.count("ribbon.disputed", len(review.disputed))
    if review.lost:
        said += " " + say.count("ribbon.lost", review.lost)
    return Ribbon(state, say(f"ribbon.{state}"), said)
