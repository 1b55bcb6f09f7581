"""Misses and false alarms as pictures on one page, so that a person can see why."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.accuracy.places import limb_paths
from detector.errors import DetectorError
from detector.evaluation.scores import TOLERANCE_S
from detector.evaluation.tables import event_rows
from detector.events.trace import trace_of
from detector.explain.evidence import Evidence, evidence_for
from detector.explain.picture import explanation_png
from detector.explain.strip import strip_of
from detector.records.events import Kind, Movement, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.accuracy.analysis import Measured

_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:1250px;margin:2em auto;padding:0 1em;color:#1b2530}"
    "img{width:100%;border:1px solid #e6eaed}h2{margin-top:2em}figure{margin:1em 0}"
)


@dataclass(frozen=True, eq=False)
class Fault:
    """A missed or a false jerk."""

    item: Measured = field(repr=False)
    outcome: str
    at_s: float
    amplitude_px: float
    refused_as: str


def faults(found: Sequence[Measured]) -> list[Fault]:
    """Return every missed and every false jerk, clip by clip."""
    rows = [(item, row) for item in found for row in event_rows(item.pair, TOLERANCE_S)]
    return [
        Fault(item, str(row["outcome"]), _time(row), float(str(row["amplitude_px"])), str(row["refused_as"]))
        for item, row in rows
        if row["outcome"] in {"missed", "false"}
    ]


def _time(row: dict[str, object]) -> float:
    known, found = float(str(row["known_s"])), float(str(row["found_s"]))
    return found if math.isnan(known) else known


def write_gallery(found: Sequence[Measured], out: Path, most: int) -> dict[str, dict[str, int]]:
    """Write ``misses.html`` with at most `most` pictures, the conditions in turn, and return the causes."""
    everything = faults(found)
    pictures = out / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    shown = _in_turn(everything)[:most]
    words = f"{len(everything)} in {len(found)} rendered clips; {len(shown)} are shown, the conditions in turn."
    parts = [
        f"<!doctype html><meta charset=utf-8><title>Misses and false alarms</title><style>{_STYLE}</style>",
        f"<h1>Misses and false alarms</h1><p>{words}</p>",
    ]
    for condition in sorted({fault.item.clip.condition for fault in shown}):
        parts.append(f"<h2>{html.escape(condition)}</h2>")
        for number, fault in enumerate(fault for fault in shown if fault.item.clip.condition == condition):
            name = f"{fault.item.clip.name}-{fault.outcome}-{number:02d}.png"
            try:
                (pictures / name).write_bytes(_picture(fault))
            except DetectorError as error:
                print(f"  no picture of {name}: {error}", flush=True)
                continue
            words = html.escape(_words(fault))
            image = f'<img loading="lazy" src="pictures/{name}" alt="{words}">'
            parts.append(f"<figure><figcaption>{words}</figcaption>{image}</figure>")
    (out / "misses.html").write_text("\n".join(parts) + "\n", encoding="utf-8")
    return causes(everything)


def causes(everything: Sequence[Fault]) -> dict[str, dict[str, int]]:
    """Return how often each reason of refusal met a true jerk, and how often each condition gave a false one."""
    table: dict[str, dict[str, int]] = {"missed": {}, "false": {}}
    for fault in everything:
        cause = (fault.refused_as or "no candidate") if fault.outcome == "missed" else fault.item.clip.condition
        table[fault.outcome][cause] = table[fault.outcome].get(cause, 0) + 1
    return {name: dict(sorted(part.items(), key=lambda pair: -pair[1])) for name, part in table.items()}


def _in_turn(everything: Sequence[Fault]) -> list[Fault]:
    """Return the faults so that each condition's first comes before any condition's second."""
    seen: dict[tuple[str, str], int] = {}
    ranked = []
    for fault in everything:
        key = (fault.item.clip.condition, fault.outcome)
        ranked.append((seen.get(key, 0), fault))
        seen[key] = seen.get(key, 0) + 1
    return [fault for _, fault in sorted(ranked, key=lambda pair: pair[0])]


def _words(fault: Fault) -> str:
    size = "" if math.isnan(fault.amplitude_px) else f", {fault.amplitude_px:.1f} px"
    why = f", refused as {fault.refused_as}" if fault.refused_as else ""
    alone = ", no candidate was near" if fault.outcome == "missed" and not fault.refused_as else ""
    return f"{fault.item.clip.name}: {fault.outcome} at {fault.at_s:.2f} s{size}{why}{alone}"


def _picture(fault: Fault) -> bytes:
    result = fault.item.result
    near = [one for one in result.movements if abs(one.onset_s - fault.at_s) <= TOLERANCE_S]
    likeliest = max(near, key=lambda one: one.confidence, default=None)
    evidence = _unseen(fault) if likeliest is None else evidence_for(result, likeliest.id)
    strip = strip_of(evidence, result, fault.item.clip.video)
    return explanation_png(evidence, strip, dpi=90)


def _unseen(fault: Fault) -> Evidence:
    """Return what is known of a jerk that left no candidate: its time, and the place of its limb."""
    known = fault.item.pair.truth.of("jerk")
    at = int(np.argmin(np.abs(known.onset_s - fault.at_s)))
    paths = limb_paths(fault.item.clip.recipe)
    limb = known.site[at].split(",")[0].replace(" ", "_")
    recording = fault.item.result.recording
    x, y = paths.get(limb, np.array([[recording.width / 2, recording.height / 2]])).mean(axis=0)
    end_s = float(known.offset_s[at])
    movement = Movement(
        "missed", Kind.REJECTED, Reason.NONE, fault.at_s, (fault.at_s + end_s) / 2, end_s, 0.0, x / recording.width,
        y / recording.height, 0.0, float(known.amplitude_px[at]), math.nan, math.nan,
    )  # fmt: skip
    said = "a true jerk without any candidate: nothing was measured"
    return Evidence(movement, (), said, trace_of(None, 0.0, 0.0), math.nan, None, (), {})
