"""Every number and sentence of the page, decided before anything is drawn or rendered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detector.config import Settings
from detector.events.reviewed import reviewed
from detector.report import places, run_settings
from detector.report.clips.gallery import ClipCard, Gallery, clip_times, gallery
from detector.report.figures.live import live_trace
from detector.report.figures.plots import Plots, plots_of
from detector.report.moments import Moments
from detector.report.pages import context, decisions, events, front, groups, methods, quality, timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detector.records.clips import Clip
    from detector.records.result import Result
    from detector.report.catalogue import Catalogue
    from detector.report.options import ReportOptions
    from detector.report.table import Table

__all__ = ["Page", "summarise"]

_FILM_WORDS = ("frame", "slower", "back", "forward", "repeat", "repeat_means", "place", "missing")


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """The whole page, ready to render; `data` is used by its script."""

    code: str
    named: bool
    when: str
    facts: str
    headline: str
    reviewed: str
    ribbon: front.Ribbon
    cards: tuple[front.Card, ...]
    flags: tuple[quality.Flag, ...]
    cautions: tuple[str, ...]
    has_jerks: bool
    clips: tuple[ClipCard, ...]
    clips_intro: str
    refused: tuple[ClipCard, ...]
    timing: tuple[str, ...]
    measures: Table
    series: Table
    episodes: Table
    clusters: Table
    jerks: Table
    decided: Table
    patterns: Table
    others: Table
    rejected: Table
    quality: Table
    time: Table
    spans: Table
    missed: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    literature: tuple[context.Sourced, ...]
    soon: tuple[context.Sourced, ...]
    causes: tuple[context.Sourced, ...]
    sources: dict[str, str]
    methods: tuple[str, ...]
    changed: tuple[str, ...]
    settings: Table
    libraries: Table
    version: str
    sha256: str
    data: dict[str, Any] = field(repr=False)
    plots: Plots = field(repr=False)


def summarise(result: Result, options: ReportOptions, clips: Sequence[Clip], still: bytes, say: Catalogue) -> Page:
    """Return everything that the page of `result` says."""
    run, jerks, shown = result.provenance, result.jerks, tuple(clips) if options.pictures else ()
    theirs = reviewed(result, options.review) if options.review.begun else None
    place_of, grouped = {jerk.id: places.site_name(jerk, say) for jerk in jerks}, places.group_by_place(jerks, say)
    settings, changed = run_settings.settings_table(Settings.of_run(run), say)
    flags, moments = quality.flags(result, say), Moments(say, options)
    cards = gallery(result, shown, moments, say)
    return Page(
        code=options.name_of(result),
        named=options.show_names,
        when=front.when(result, options, say),
        facts=front.facts(result, say),
        headline=front.headline(result, say),
        reviewed=front.reviewers_view(result, theirs, say),
        ribbon=front.ribbon(result, options.review, say),
        cards=front.cards(result, theirs, say),
        flags=flags,
        cautions=front.cautions(result, flags, say),
        has_jerks=bool(jerks),
        clips=cards.jerks,
        clips_intro=_clips_intro(len(cards.jerks), len(jerks), options, say, any_clips=bool(shown)),
        refused=cards.refused,
        timing=timing.quartile_lines(result, say),
        measures=timing.measures_table(result, say),
        series=timing.series_table(result, say),
        episodes=groups.episodes_table(result, place_of, moments, say),
        clusters=groups.clusters_table(result, place_of, moments, say),
        jerks=events.jerks_table(result, place_of, moments, options.review, say),
        decided=events.decisions_table(result, moments, options.review, say),
        patterns=places.patterns_table(result, say),
        others=events.others_table(result, say),
        rejected=events.rejected_table(result, say),
        quality=quality.measures_table(result, say),
        time=quality.time_table(result, say),
        spans=quality.spans_table(result, moments, say),
        missed=quality.missed(result, say),
        words=context.words(run, say),
        literature=context.literature(say),
        soon=context.soon(say),
        causes=context.causes(say),
        sources=context.sources(),
        methods=methods.methods(result, changed, options.review, say),
        changed=changed,
        settings=settings,
        libraries=run_settings.libraries_table(run.libraries, say),
        version=run.version,
        sha256=result.recording.sha256,
        data=_data(result, options, shown, cards, say),
        plots=plots_of(result, options.review, grouped, still if options.pictures else b"", say),
    )


def _clips_intro(shown: int, all_jerks: int, options: ReportOptions, say: Catalogue, *, any_clips: bool) -> str:
    if not options.pictures:
        return say("clips.left_out")
    if not any_clips:
        return say("clips.elsewhere" if options.clips_elsewhere else "clips.none")
    if shown == all_jerks:
        return say("clips.all")
    intro = say("clips.intro", shown=say.count("count.clip", shown), all=say.count("count.jerk", all_jerks))
    return f"{intro} {say('clips.more', jerks=say.count('count.jerk', all_jerks - shown))}"


def _data(
    result: Result, options: ReportOptions, clips: Sequence[Clip], cards: Gallery, say: Catalogue
) -> dict[str, Any]:
    words = {name: say(f"clips.{name}") for name in _FILM_WORDS}
    words |= {"motion": say("figure.trace.axis"), "decimal": say("sign.decimal")}
    return {
        "trace": live_trace(result, frozenset(card.movement for card in cards.jerks)),
        "clips": clip_times(result.movements, clips),
        "review": decisions.page_data(result, options, (*cards.jerks, *cards.refused), say),
        "words": words,
    }
