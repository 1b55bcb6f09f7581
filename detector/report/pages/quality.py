"""How far the video can be trusted: flags, the video in numbers, where its time went, and what could be missed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detector.config import Settings
from detector.records.file_names import SUMMARY
from detector.records.recording import Severity
from detector.report.table import MOST_ROWS, Column, Table, cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from detector.records.recording import QualityFlag, Recording, Span
    from detector.records.result import Result
    from detector.report.catalogue import Catalogue
    from detector.report.moments import Moments

__all__ = ["Flag", "flags", "measures_table", "missed", "span_reason", "spans_table", "time_table"]


@dataclass(frozen=True, slots=True)
class Flag:
    """A quality flag in words: `words` say what its severity means, `message` what was measured."""

    severity: Severity
    words: str
    message: str
    code: str


def flags(result: Result, say: Catalogue) -> tuple[Flag, ...]:
    """Return the quality flags, most severe first."""
    worded = [
        Flag(flag.severity, say(f"severity.{flag.severity}"), _message(flag, result.recording, say), flag.code)
        for flag in result.recording.flags
    ]
    return tuple(sorted(worded, key=lambda flag: list(Severity).index(flag.severity), reverse=True))


def _message(flag: QualityFlag, recording: Recording, say: Catalogue) -> str:
    """Return what was measured, in the catalogue's words if it has any, otherwise in those of the flag."""
    key = f"{'flag' if math.isfinite(flag.value) else 'flag_unmeasured'}.{flag.code}"
    forms = (key, f"{key}.{_form(flag, recording)}")
    found = next((form for form in forms if say.has(form)), None)
    if found is None:
        return flag.message
    return say(found, value=say.plain(flag.value), share=say.percent(flag.value, 1.0))


def _form(flag: QualityFlag, recording: Recording) -> str:
    """Return which of a flag's texts applies, if it has several."""
    if flag.code != "rotated":
        return "one" if flag.value == 1 else "many"
    if not flag.value:
        return "mirrored"
    return "both" if recording.mirrored else "turned"


def span_reason(code: str, say: Catalogue) -> str:
    """Return a span's reason in words; a code without a text in the catalogue is shown unchanged."""
    return say.below("span").get(code, code.replace("_", " ")) or say("span.none")


def measures_table(result: Result, say: Catalogue) -> Table:
    """Return frame rate, gaps, brightness, sharpness, camera and light, one row each."""
    recording, picture = result.recording, result.signal.picture
    gaps = [span.duration_s for span in recording.time.missing if span.reason == "gap"]  # not what a cut file lacks
    found = {flag.code: flag.value for flag in recording.flags}
    steadiness = say("quality.variable" if recording.variable_rate else "quality.steady")
    rows = [
        (say("quality.fps"), f"{say.plain(recording.fps)} ({steadiness})"),
        (say("quality.gaps"), say.whole(len(gaps))),
        (say("quality.longest_gap"), say.length(max(gaps)) if gaps else say("word.none")),
        (say("quality.brightness"), _range(picture.brightness, say)),
        (say("quality.sharpness"), _range(picture.sharpness, say)),
        (say("quality.moves"), say.whole(sum(span.reason == "camera" for span in recording.time.masked))),
        (say("quality.switches"), say.whole(int(found.get("light_switch", 0)))),
    ]  # fmt: skip
    columns = (Column(say("quality.measure"), numeric=False), Column(say("quality.value")))
    return Table(say("quality.measures"), columns, tuple(rows))


def _range(values: npt.NDArray[np.float32], say: Catalogue) -> str:
    good = values[np.isfinite(values)]
    if not len(good):
        return say("word.not_measured")
    low, high = np.quantile(good, (0.05, 0.95))
    return say("quality.range", low=say.number(float(low), 2), high=say.number(float(high), 2))


def time_table(result: Result, say: Catalogue) -> Table:
    """Return where the recording's time went; the rows add up to the last one, as shown."""
    time = result.recording.time
    claimed = round(10 * time.claimed_s) if math.isfinite(time.claimed_s) else 0
    parts: list[tuple[str, int]] = []
    for label, spans in (("masked", time.masked), ("missing", time.missing)):
        for reason, seconds in _seconds_by_reason(spans):
            parts.append((say(f"quality.{label}", reason=span_reason(reason, say)), round(10 * seconds)))
    # Each row is rounded by itself; the analysed time takes the rest, so that the column adds up as printed.
    parts.insert(0, (say("quality.analysed"), claimed - sum(tenths for _, tenths in parts)))
    rows = [(label, say.elapsed(tenths / 10), say.percent(tenths, claimed)) for label, tenths in parts]
    rows.append((say("quality.whole"), say.elapsed(claimed / 10), say.percent(claimed, claimed)))
    note = "" if parts[0][1] >= 0 else say("quality.too_long")
    columns = (Column(say("quality.time_column"), numeric=False), Column(say("quality.hms")),
               Column(say("quality.share")))  # fmt: skip
    return Table(say("quality.time"), columns, tuple(rows), note, total=True)


def _seconds_by_reason(spans: Sequence[Span]) -> list[tuple[str, float]]:
    seconds: dict[str, float] = {}
    for span in spans:
        seconds[span.reason] = seconds.get(span.reason, 0.0) + span.duration_s
    return sorted(seconds.items(), key=lambda item: (-item[1], item[0]))


def spans_table(result: Result, moments: Moments, say: Catalogue) -> Table:
    """Return the stretches in which nothing was or could be counted; the list is cut at `MOST_ROWS`."""
    time = result.recording.time
    kinds = (("masked", time.masked), ("missing", time.missing), ("not_assessable", result.not_assessable))
    spans = sorted((span.onset_s, span.offset_s, kind, span.reason) for kind, group in kinds for span in group)
    rows = [
        (*moments.cells(start), say.elapsed(end), say(f"hidden.{kind}"), span_reason(reason, say))
        for start, end, kind, reason in spans
    ]
    shown, note = cut(rows, say, file=SUMMARY) if len(rows) > MOST_ROWS else (tuple(rows), "")
    columns = (
        Column(say("quality.from")), *moments.columns[1:], Column(say("quality.to")),
        Column(say("quality.kind"), numeric=False), Column(say("quality.why"), numeric=False),
    )  # fmt: skip
    return Table(say("quality.spans"), columns, shown, note)


def missed(result: Result, say: Catalogue) -> tuple[str, ...]:
    """Return what this run could not have seen, one sentence each."""
    time, recording, settings = result.recording.time, result.recording, Settings.of_run(result.provenance)
    out = []
    blind = time.masked_s + time.missing_s
    if blind > 0:
        out.append(say("missed.blind", length=say.length(blind), share=say.percent(blind, time.claimed_s)))
    covered = sum(span.duration_s for span in result.not_assessable)
    if covered > 0:
        out.append(say("missed.covered", length=say.length(covered)))
    if math.isfinite(recording.fps) and recording.fps > 0:
        shortest, fastest = say.number(2 / recording.fps, 2), say.number(0.4 * recording.fps, 2)
        out.append(say("missed.short", length=shortest, fps=say.plain(recording.fps), rate=fastest))
    out.append(say("missed.slow", speed=say.number(settings.bursts.min_peak_speed * recording.width, 2)))
    low, high = settings.jerks.min_duration_s, settings.jerks.max_duration_s
    out.append(say("missed.length", low=say.plain(low), high=say.plain(high)))
    out.append(say("missed.hidden"))
    return tuple(out)
