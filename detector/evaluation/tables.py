"""Scores as lines for people to read, and as plain values for JSON and TSV."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from detector.evaluation.event_files import DONT_CARE
from detector.evaluation.matching import match_onsets
from detector.evaluation.scores import Scores, score
from detector.evaluation.tally import AMPLITUDE_BINS
from detector.records.result import SHORT_S
from detector.records.rounding import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from detector.evaluation.tally import Pair

__all__ = [
    "EVENT_COLUMNS",
    "RECORDING_COLUMNS",
    "event_rows",
    "recording_rows",
    "score_lines",
    "scores_dict",
    "to_tsv",
    "tolerance_ms",
]

RECORDING_COLUMNS = (
    "recording", "condition", "hours", "tp", "fp", "fn", "ignored", "doubled", "recall", "precision", "f1",
    "onset_bias_s", "onset_mae_s", "duration_mae_s",
)  # fmt: skip
EVENT_COLUMNS = ("recording", "condition", "outcome", "known_s", "found_s", "amplitude_px", "refused_as")

_LINES: tuple[tuple[str, str, str], ...] = (
    ("F1", "f1", "share"),
    ("recall", "recall", "share"),
    ("precision", "precision", "share"),
    ("false per analysed hour", "fp_per_h", "number"),
    ("doubled (of known)", "doubled_share", "share"),
    ("count error (of known)", "count_error", "signed"),
    ("onset bias", "onset_bias_s", "ms"),
    ("onset mean error", "onset_mae_s", "ms"),
    ("duration mean error", "duration_mae_s", "ms"),
    ("amplitude error (median)", "amplitude_error", "share"),
    ("cluster F1", "cluster_f1", "share"),
    ("episode F1", "episode_f1", "share"),
    ("site", "site_accuracy", "share"),
    ("side", "side_accuracy", "share"),
)


def tolerance_ms(scores: Scores) -> str:
    """Return the tolerance in milliseconds, as precise as given: ``100``, or ``200.4``."""
    return f"{scores.tolerance_s * 1000:.12g}"


def score_lines(several: Sequence[Scores]) -> list[str]:
    """Return a table of scores with one column per tolerance, without scores that are undefined in all columns.

    As in the report, no rate is given if too little time was analysed; `scores_dict` still has the number.

    Parameters
    ----------
    several : sequence of Scores
        Scores of the same recordings at different tolerances; at least one. The table by condition shows the first.
    """
    first = several[0]
    head = f"  {'':<26}" + "".join(f"{f'within {tolerance_ms(one)} ms':<26}" for one in several)
    counts = [
        f"  {name:<26}" + "".join(f"{getattr(one, field):<26}" for one in several)
        for name, field in (("found", "tp"), ("missed", "fn"), ("false", "fp"))
    ]
    body = [
        f"  {name:<26}" + "".join(f"{_with_interval(one, field, unit):<26}" for one in several)
        for name, field, unit in _LINES
        if not all(math.isnan(getattr(one, field)) for one in several)
    ]
    sizes = [
        f"  {f'recall {name} px':<26}"
        + "".join(f"{_with_interval(one, f'recall {name}', 'share'):<26}" for one in several)
        for name in AMPLITUDE_BINS
        if not math.isnan(first.recall_by_amplitude[name])
    ]
    lines = [line.rstrip() for line in (head, *counts, *body, *sizes)]
    return lines + _condition_lines(first)


def _condition_lines(scores: Scores) -> list[str]:
    if len(scores.by_condition) < 2:
        return []
    head = f"condition ({tolerance_ms(scores)} ms)"
    lines = ["", f"  {head:<26}{'F1':>7}{'recall':>8}{'precis.':>8}{'false/h':>9}{'jerks':>7}{'false':>7}"]
    for name, values in scores.by_condition.items():
        f1, recall, precision = (_number(values[key], "share") for key in ("f1", "recall", "precision"))
        known = int(values["tp"] + values["fn"])
        rate = "-" if values["hours"] * 3600 < SHORT_S else _number(values["fp_per_h"], "number")
        lines.append(
            f"  {name or 'unnamed':<26}{f1:>7}{recall:>8}{precision:>8}{rate:>9}{known:>7}{int(values['fp']):>7}"
        )
    macro = scores.macro
    f1, recall, precision = (_number(macro[key], "share") for key in ("f1", "recall", "precision"))
    lines.append(f"  {'mean over conditions':<26}{f1:>7}{recall:>8}{precision:>8}")
    return lines


def _with_interval(scores: Scores, field: str, unit: str) -> str:
    if field == "fp_per_h" and scores.hours * 3600 < SHORT_S:
        return "too short for a rate"
    name = field.removeprefix("recall ")
    value = scores.recall_by_amplitude[name] if name in AMPLITUDE_BINS else getattr(scores, field)
    low, high = scores.intervals.get(field, (math.nan, math.nan))
    text = _number(value, unit)
    if math.isnan(low) or math.isnan(value):
        return text
    return f"{text} ({_number(low, unit, bare=True)} to {_number(high, unit, bare=True)})"


def _number(value: float, unit: str, *, bare: bool = False) -> str:
    if math.isnan(value):
        return "-"
    if unit == "ms":
        return f"{value * 1000:.0f}" if bare else f"{value * 1000:.0f} ms"
    if unit == "number":
        return f"{value:.1f}"
    return f"{value:+.3f}" if unit == "signed" else f"{value:.3f}"


def scores_dict(scores: Scores) -> dict[str, Any]:
    """Return the scores as plain values; None where undefined."""
    return {field.name: plain(getattr(scores, field.name)) for field in fields(scores)}


def recording_rows(pairs: Iterable[Pair], tolerance_s: float) -> list[dict[str, object]]:
    """Return one row per recording: counts, ratios and timing."""
    rows: list[dict[str, object]] = []
    for pair in pairs:
        one = score([pair], tolerance_s=tolerance_s, resamples=0)
        values = {name: getattr(one, name) for name in RECORDING_COLUMNS[2:]}
        rows.append({"recording": pair.name, "condition": pair.condition} | values)
    return rows


def event_rows(pair: Pair, tolerance_s: float) -> list[dict[str, object]]:
    """Return the outcome of every known and found jerk of one recording, by onset.

    The `outcome` is ``found``, ``missed`` or ``false``, or ``ignored`` for a found jerk inside a don't-care stretch. A
    missed jerk is given the kind and reason of the nearest refused movement within the tolerance, if there is one.
    """
    found, known = pair.predicted.of("jerk"), pair.truth.of("jerk")
    matches = match_onsets(found.onset_s, known.onset_s, tolerance_s)
    partner = dict(zip(matches.truth.tolist(), matches.predicted.tolist(), strict=True))
    rows = []
    for at, onset_s in enumerate(known.onset_s.tolist()):
        other = partner.get(at)
        seen = float(found.onset_s[other]) if other is not None else math.nan
        outcome = "missed" if other is None else "found"
        why = _refusal(pair, onset_s, tolerance_s) if other is None else ""
        rows.append(_event_row(pair, outcome, (onset_s, seen), float(known.amplitude_px[at]), why))
    spans = pair.truth.of(DONT_CARE)
    for at in sorted(set(range(len(found))) - set(matches.predicted.tolist())):
        onset_s = float(found.onset_s[at])
        ignored = bool(((spans.onset_s <= onset_s) & (onset_s < spans.offset_s)).any())
        size = float(found.amplitude_px[at])
        rows.append(_event_row(pair, "ignored" if ignored else "false", (math.nan, onset_s), size, ""))
    return sorted(rows, key=_moment)


def _moment(row: dict[str, object]) -> float:
    times = [value for value in (row["known_s"], row["found_s"]) if isinstance(value, float) and not math.isnan(value)]
    return times[0]


def _event_row(
    pair: Pair, outcome: str, times_s: tuple[float, float], amplitude_px: float, why: str
) -> dict[str, object]:
    values = (pair.name, pair.condition, outcome, *times_s, amplitude_px, why)
    return dict(zip(EVENT_COLUMNS, values, strict=True))


def _refusal(pair: Pair, onset_s: float, tolerance_s: float) -> str:
    table = pair.predicted
    near = [
        (abs(float(table.onset_s[row]) - onset_s), f"{kind}: {table.reason[row] or 'no reason'}")
        for row, kind in enumerate(table.trial_type)
        if kind not in {"jerk", "cluster", "episode"} and abs(float(table.onset_s[row]) - onset_s) <= tolerance_s
    ]
    return min(near)[1] if near else ""


def to_tsv(rows: Sequence[dict[str, object]], columns: Sequence[str]) -> str:
    """Return rows as a tab-separated table with ``n/a`` for missing values; without rows it is the header alone."""
    lines = ["\t".join(columns)]
    lines += ["\t".join(_cell(row[name]) for name in columns) for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "n/a" if math.isnan(value) else f"{value:.4f}"
    return " ".join(str(value).split()) or "n/a"
