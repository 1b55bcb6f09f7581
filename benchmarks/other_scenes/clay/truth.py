"""The truth of a film: rows of events and places of jerks, judged by what the camera could see."""

import json
from pathlib import Path

import cv2
import numpy as np

from benchmarks.other_scenes.clay.extras import Extra
from benchmarks.other_scenes.clay.motion import RATE
from benchmarks.other_scenes.clay.script import Event, Script
from benchmarks.other_scenes.clay.sensor import Sensor


def contrast(script: Script, sensor: Sensor, event: Event) -> float:
    """Largest change of grey levels (slightly blurred) that a jerk makes at its farthest."""
    before = script.states[event.start] - event.delta[0]
    there = before + event.delta[max(event.seen.peak, 0)]
    rest, far = (sensor.focus(script.stage.picture(state, state)[0]).mean(2) for state in (before, there))
    return float(np.abs(cv2.GaussianBlur(far - rest, (0, 0), 1.5)).max())


def judge(script: Script, sensor: Sensor, crf: int, busy: list, event: Event, span: tuple[float, float]) -> str:
    """The kind of an event: jerks that nobody could see or judge do not count."""
    seen = event.seen
    if event.kind not in ("jerk", "twitch"):
        return event.kind
    small = seen.size * script.scale < 0.9 * max(script.zoom, 0.8)
    hurried = not 0.025 <= (seen.peak - seen.onset) / RATE <= 0.16
    hidden = any(span[0] < stop + 0.1 and span[1] > start - 0.1 for start, stop in busy)
    floor = 0.8 * sensor.noise + 1.5 + 0.12 * max(crf - 20, 0)
    if small or hurried or hidden or contrast(script, sensor, event) < floor:
        return "dont_care"
    return "twitch" if seen.left > 0.75 else event.kind


def rows(script: Script, sensor: Sensor, crf: int, extras: list[Extra], last: float) -> list[tuple]:
    """All rows (onset, end, type, limb, amplitude, places) by onset; last is the time of the last frame."""
    found = [(x.start, min(x.stop, last), "distractor", "none", 0.0, []) for x in extras if x.start < last]
    busy = [(x.start, x.stop) for x in extras if x.kind == "bump"]
    spans = [(e.start / RATE, (e.start + len(e.delta)) / RATE) for e in script.events]
    busy += [s for s, e in zip(spans, script.events, strict=True) if e.kind in ("gross", "handling")]
    for (start, stop), event in zip(spans, script.events, strict=True):
        seen = event.seen
        moved = event.kind in ("jerk", "twitch", "slow") and seen.size
        onset, end = (start + seen.onset / RATE, start + seen.end / RATE) if moved else (start, stop)
        if onset < last - 0.1:
            kind = judge(script, sensor, crf, busy, event, (onset, end))
            found.append((onset, min(end, last), kind, ",".join(event.limbs), seen.size * script.scale, seen.places))
    return sorted(found, key=lambda row: row[0])


def save(folder: Path, stem: str, found: list[tuple], meta: dict) -> None:
    """Write the three files beside a film."""
    lines = ["onset\tduration\ttrial_type\tlimb\tamplitude_px"]
    lines += [f"{max(a, 0):.4f}\t{b - a:.4f}\t{kind}\t{limb}\t{size:.2f}" for a, b, kind, limb, size, _ in found]
    (folder / f"{stem}.truth.tsv").write_text("\n".join(lines) + "\n")
    (folder / f"{stem}.places.json").write_text(json.dumps([row[5] for row in found if row[2] == "jerk"]))
    (folder / f"{stem}.meta.json").write_text(json.dumps(meta, indent=1, default=float))
