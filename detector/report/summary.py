"""Every number and sentence of the page, decided before anything is drawn or rendered."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detector.records.study import CAVEAT
from detector.report import prose, series, tables
from detector.report.places import group_by_place
from detector.report.plots import Plots, plots_of
from detector.report.words import SEVERITIES, count, length, number, percent, plain

if TYPE_CHECKING:
    from detector.records.study import Result
    from detector.report.tables import Table

__all__ = ["Card", "Flag", "Page", "summarise"]


@dataclass(frozen=True, slots=True)
class Card:
    """One number of the first page.

    Attributes
    ----------
    name : str
        Short name, used as its address in the page.
    label, value, detail : str
        Heading, the number, and one line below it.
    """

    name: str
    label: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A quality flag in words: `severity` is the code, `words` what it means, `message` what was measured."""

    severity: str
    words: str
    message: str
    code: str


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """The whole page, ready to render."""

    recording_id: str
    facts: str
    headline: str
    caveat: str
    cards: tuple[Card, ...]
    flags: tuple[Flag, ...]
    cautions: tuple[str, ...]
    has_jerks: bool
    timing: tuple[str, ...]
    episodes: Table
    clusters: Table
    jerks: Table
    others: Table
    rejected: Table
    time: Table
    spans: Table
    missed: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    context: tuple[prose.Sourced, ...]
    sources: tuple[str, ...]
    methods: tuple[str, ...]
    changed: tuple[str, ...]
    settings: Table
    libraries: Table
    version: str
    sha256: str
    plots: Plots = field(repr=False)


def summarise(result: Result) -> Page:
    """Return all that the page of `result` says."""
    recording, run = result.recording, result.provenance
    jerks = result.jerks
    grouped = group_by_place(jerks, width=recording.width, height=recording.height)
    place_of = {jerks[i].id: place.name for place in grouped for i in place.jerks}
    settings, changed = tables.settings_table(run.settings)
    flags = _flags(result)
    return Page(
        recording_id=recording.id,
        facts=_facts(result),
        headline=prose.headline(result),
        caveat=CAVEAT,
        cards=_cards(result),
        flags=flags,
        cautions=_cautions(result, flags),
        has_jerks=bool(jerks),
        timing=_timing(result),
        episodes=tables.episodes_table(result, place_of),
        clusters=tables.clusters_table(result, place_of),
        jerks=tables.jerks_table(result, place_of),
        others=tables.others_table(result),
        rejected=tables.rejected_table(result),
        time=tables.time_table(result),
        spans=tables.spans_table(result),
        missed=prose.missed(result),
        words=prose.words(run),
        context=prose.CONTEXT,
        sources=tuple(dict.fromkeys(source for part in prose.CONTEXT for source in part.sources)),
        methods=prose.methods(result, changed),
        changed=changed,
        settings=settings,
        libraries=tables.libraries_table(result),
        version=run.version,
        sha256=recording.sha256,
        plots=plots_of(result, grouped),
    )


def _facts(result: Result) -> str:
    recording = result.recording
    rate = f"{plain(recording.fps)} frames a second" if math.isfinite(recording.fps) else "frame rate unknown"
    return f"{length(recording.time.claimed_s)} of video, {recording.width} x {recording.height} px, {rate}"


def _cards(result: Result) -> tuple[Card, ...]:
    counts, rates, time = result.counts(), result.rates, result.recording.time
    isolated = counts["isolated"]
    rate = number(rates.per_analysed_h)
    interval = f"95\u00a0% interval {number(rates.per_analysed_h_low)} to {number(rates.per_analysed_h_high)}"
    if not math.isfinite(rates.per_analysed_h):
        rate, interval = "n/a", "no time was analysed"
    elif prose.short_of_time(result):
        interval += f"; from only {length(time.analysed_s)}"
    lengths = [e.duration_s for e in result.episodes]
    longest = f"longest {length(max(lengths))}" if lengths else "none"
    jerks_in = sum(len(c.jerks) for c in result.clusters)
    grouped = f"{counts['jerk'] - isolated:,} in episodes, {isolated:,} isolated"
    coverage, of = percent(time.analysed_s, time.claimed_s), f"{length(time.analysed_s)} of {length(time.claimed_s)}"
    return (
        Card("jerks", "Candidate jerks", f"{counts['jerk']:,}", grouped),
        Card("rate", "Per analysed hour", rate, interval),
        Card("clusters", "Clusters", f"{counts['cluster']:,}", f"{count(jerks_in, 'jerk')} in clusters"),
        Card("episodes", "Episodes", f"{counts['episode']:,}", longest),
        Card("coverage", "Analysed", coverage, of),
    )


def _flags(result: Result) -> tuple[Flag, ...]:
    """Return the quality flags, the most severe first; an unknown severity counts as a warning."""
    order = list(SEVERITIES)
    flags = [
        Flag(f.severity if f.severity in SEVERITIES else "warning", "", f.message, f.code)
        for f in result.recording.flags
    ]
    flags.sort(key=lambda flag: order.index(flag.severity))
    return tuple(Flag(f.severity, SEVERITIES[f.severity], f.message, f.code) for f in flags)


def _cautions(result: Result, flags: tuple[Flag, ...]) -> tuple[str, ...]:
    """Return what must be read before the numbers: severe flags, no time analysed, nothing found, a short clip."""
    out = [f"{flag.message.rstrip('.')}. Do not trust the counts." for flag in flags if flag.severity == "severe"]
    time = result.recording.time
    if time.analysed_s <= 0:
        out.append("No part of this video could be analysed: the counts say nothing about the infant.")
    elif time.analysed_s < 0.5 * time.claimed_s:
        out.append(
            f"Only {percent(time.analysed_s, time.claimed_s)} of the recording was analysed: "
            "counts and clusters are of that part alone."
        )
    if time.analysed_s > 0 and not result.jerks:
        out.append("No jerk was found. That does not show that there were none: see what would have been missed.")
    return tuple(out)


def _timing(result: Result) -> tuple[str, ...]:
    """Return the measured properties of the jerks as sentences: median and middle half of each."""
    jerks = result.jerks
    unseen = (*result.recording.time.masked, *result.recording.time.missing)
    intervals, _ = series.steady_intervals([j.onset_s for j in jerks], unseen)
    values = (
        ("Length of a jerk", np.array([j.duration_s for j in jerks]), "s"),
        ("Amplitude", np.array([j.amplitude_px for j in jerks]), "px of the recording"),
        ("Interval from one jerk to the next", intervals, "s"),
        ("Rate inside clusters", np.array([c.rate_hz for c in result.clusters]), "per second"),
    )
    out = []
    for label, measured, unit in values:
        good = measured[np.isfinite(measured)] if len(measured) else measured
        if len(good) >= 3:
            low, middle, high = (number(float(q), 2) for q in np.quantile(good, (0.25, 0.5, 0.75)))
            out.append(f"{label}: median {middle} {unit}, the middle half from {low} to {high}.")
        elif len(good):
            out.append(f"{label}: {', '.join(number(float(v), 2) for v in good)} {unit}.")
    return tuple(out)
