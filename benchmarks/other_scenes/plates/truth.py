"""Which jerks can be seen, where they are, and the files that say so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import cv2
import numpy as np

from benchmarks.other_scenes.plates.effects import Drift, apply_effects
from benchmarks.other_scenes.plates.scene import limb_of

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.other_scenes.plates.plan import Plan, Row
    from benchmarks.other_scenes.plates.sensor import SensorSpec

Array = np.ndarray
BEFORE = 0.01


def _luma(frame: Array) -> Array:
    return (frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)).astype(np.float32)


def _moving_area(plan: Plan, row: Row) -> Array:
    """Pixels round those points of the part that go furthest, before and at the peak."""
    scene, limb = plan.scene, limb_of(row.part)
    points = scene.points(row.part)
    peak, rest = (scene.rig.forward(points, limb, scene.rig.values(t)) for t in (row.peak, row.onset - BEFORE))
    far = np.hypot(*(peak - rest).T)
    mask = np.zeros((scene.camera.height, scene.camera.width), np.uint8)
    radius = int(max(4, 0.04 * scene.sleeper.layout.breadth))
    for at, way in zip([*peak, *rest], [*far, *far], strict=True):
        if way > 0.35 * far.max():
            cv2.circle(mask, (int(at[0]), int(at[1])), radius, 1, -1)
    return mask > 0


def _is_occluded(plan: Plan, row: Row, before: Array, area: Array) -> bool:
    """Whether a cat or a toy lies over most of a jerk."""
    visitors = [effect for effect in plan.effects if effect.kind in ("pet", "toy")]
    if not visitors or not area.any():
        return False
    grey = before.astype(np.uint8)
    frame = grey if plan.scene.camera.infrared else np.dstack([grey] * 3)
    change = np.abs(_luma(apply_effects(frame.copy(), row.peak, visitors)) - _luma(frame))
    return bool((change > 4)[area].mean() > 0.4)


def _in_turmoil(plan: Plan, row: Row) -> bool:
    """Whether a jerk falls into gross movement or handling."""
    wild = [other for other in plan.rows if other.kind in ("gross", "handling")]
    return any(o.onset - 0.15 < row.end and o.end + 0.15 > row.onset for o in wild)


def judge(plan: Plan, spec: SensorSpec) -> None:
    """Turn jerks that nobody could tell into `dont_care`: below the noise, occluded, within gross movement."""
    for row in plan.jerks():
        before = _luma(plan.scene.render(max(0, row.onset - BEFORE)))
        change = np.abs(_luma(plan.scene.render(row.peak)) - before)
        area = _moving_area(plan, row)
        mean, level = (float(change[area].mean()), float(before[area].mean())) if area.any() else (0.0, 50.0)
        noise = spec.deviation(level)
        row.visible = round(mean / noise, 2)
        faint = mean < 1.0 * noise or mean < 0.8
        if faint or _is_occluded(plan, row, before, area) or _in_turmoil(plan, row):
            row.kind = "dont_care"


def _ends(plan: Plan, part: str) -> tuple[Array, Array]:
    """Where a part begins and ends at rest."""
    at, (side, _, name) = plan.scene.sleeper.joints, part.partition("_")
    if part == "head":
        return at["neck"], at["head"]
    if name == "shoulder":
        return at[f"{side}_el"], at[f"{side}_sh"]
    if name == "hip":
        return at[f"{side}_kn"], at[part]
    if limb_of(part).endswith("arm"):
        return at[f"{side}_el"], at[f"{side}_hd"]
    return at[f"{side}_kn"], at[f"{side}_ft"]


def _place(plan: Plan, row: Row) -> list[list[float]]:
    """Both ends of what jerks, as fractions of the picture, when it begins."""
    camera, rig = plan.scene.camera, plan.scene.rig
    ends = rig.forward(np.array(_ends(plan, row.part)), limb_of(row.part), rig.values(row.onset))
    size = (camera.width, camera.height)
    place = [[round(float(np.clip(v / full, 0, 1)), 4) for v, full in zip(end, size, strict=True)] for end in ends]
    for effect in plan.effects:
        if isinstance(effect, Drift):  # the camera has moved
            dx, dy = effect.offset(row.onset)
            place = [[round(x + dx / camera.width, 4), round(y + dy / camera.height, 4)] for x, y in place]
    return place


def write_truth(stem: Path, plan: Plan) -> None:
    """Write `<stem>.truth.tsv` and `<stem>.places.json`."""
    rows = sorted(plan.rows, key=lambda row: row.onset)
    lines = ["onset\tduration\ttrial_type\tlimb\tamplitude_px"]
    lines += [f"{r.onset:.4f}\t{r.duration:.4f}\t{r.kind}\t{r.limb}\t{r.amplitude:.2f}" for r in rows]
    stem.with_name(f"{stem.name}.truth.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    places = [_place(plan, row) for row in rows if row.kind == "jerk"]
    stem.with_name(f"{stem.name}.places.json").write_text(json.dumps(places), "utf-8")
