"""Which jerks can be seen, and the files that say so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.other_scenes.cloth import curves
from benchmarks.other_scenes.cloth.plan import Event, Jerk, Plan
from benchmarks.other_scenes.cloth.scene import cut

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.other_scenes.cloth.camera import Camera
    from benchmarks.other_scenes.cloth.effects import Effects
    from benchmarks.other_scenes.cloth.scene import Scene

TOGETHER = 0.1


def drop_hidden(
    plan: Plan, scene: Scene, camera: Camera, fx: Effects, times: NDArray[np.float64], least: float
) -> None:
    """Take movements that no frame shows, or only below `least` grey levels, out of truth and curves."""
    scene.take({})
    rest = camera.tone(scene.y)
    seen: dict[tuple[str, str, int, int], float] = {}
    kept = []
    for jerk in plan.jerks:
        mid = (jerk.event.onset + jerk.event.end) / 2
        hidden = any(s.covers(mid, jerk.part.joints[2]) for s in fx.sprites)
        gain = float(fx.at(fx.gain, mid))
        if not hidden and _sampled(jerk, times) and _grey_change(jerk, scene, camera, rest, seen) * gain >= least:
            kept.append(jerk)
        else:
            curves.add(plan.curve(jerk.part.name, jerk.mode), jerk.start, jerk.pulse.samples, -jerk.signed)
    plan.jerks = kept
    scene.take({})


def _sampled(jerk: Jerk, times: NDArray[np.float64]) -> bool:
    """Whether some frame catches the movement at more than 0.6 of its way."""
    index = np.round((times - jerk.start) * curves.RATE).astype(int)
    index = index[(index >= 0) & (index < len(jerk.pulse.samples))]
    return bool(len(index)) and bool(np.max(np.abs(jerk.pulse.samples[index])) > 0.6)


def _grey_change(
    jerk: Jerk, scene: Scene, camera: Camera, rest: NDArray[np.float32], seen: dict[tuple[str, str, int, int], float]
) -> float:
    """Mean change of the 60 pixels (at 640 wide) that change most, in grey levels without noise."""
    key = (jerk.part.name, jerk.mode, int(np.sign(jerk.signed)), int(np.floor(2 * np.log2(abs(jerk.signed)))))
    if key not in seen:
        scene.take({(jerk.part.name, jerk.mode): jerk.signed * scene.scale})
        change = np.abs(camera.tone(cut(scene.y, jerk.part.rect)) - cut(rest, jerk.part.rect)).ravel()
        count = min(int(60 * scene.scale**2), change.size - 1)
        seen[key] = 219 * float(np.partition(change, -count)[-count:].mean())
        scene.take({})
    return seen[key]


def _rows(plan: Plan, camera: Camera) -> list[tuple[Event, list[list[float]]]]:
    """Jerks of limbs that start together become one row, with the places of all of them."""
    groups: list[list[Jerk]] = []
    for jerk in sorted((j for j in plan.jerks if j.event.kind == "jerk"), key=lambda j: j.event.onset):
        last = groups[-1] if groups else None
        if last and jerk.event.onset - last[0].event.onset <= TOGETHER and all(j.part is not jerk.part for j in last):
            last.append(jerk)
        else:
            groups.append([jerk])
    rows = []
    for group in groups:
        places = [camera.place(p)[0] for j in group for p in (j.part.tip(j.mode), j.part.joints[1])]
        size = max(j.event.amplitude * camera.place(j.part.tip(j.mode))[1] for j in group)
        names = "+".join(sorted(j.event.limb for j in group))
        row = Event(group[0].event.onset, max(j.event.end for j in group), "jerk", names, size)
        rows.append((row, places))
    return rows


def write_truth(stem: Path, plan: Plan, camera: Camera) -> None:
    """Write `<stem>.places.json` and then `<stem>.truth.tsv`, whose presence says that the clip is complete."""
    jerks = _rows(plan, camera)
    events = [row for row, _ in jerks] + plan.events + [j.event for j in plan.jerks if j.event.kind == "twitch"]
    scale = camera.size[0] / 640  # amplitudes are planned at that width
    lines = ["onset\tduration\ttrial_type\tlimb\tamplitude_px"]
    lines += [
        f"{e.onset:.4f}\t{e.end - e.onset:.4f}\t{e.kind}\t{e.limb}\t{scale * e.amplitude:.2f}"
        for e in sorted(events, key=lambda e: e.onset)
    ]
    stem.with_name(stem.name + ".places.json").write_text(json.dumps([places for _, places in jerks]))
    stem.with_name(stem.name + ".truth.tsv").write_text("\n".join(lines) + "\n")
