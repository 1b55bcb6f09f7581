"""Exact timing of a jerk from the difference of two runs, and the files of truth."""

import json
from dataclasses import dataclass
from pathlib import Path

import mujoco
import numpy as np

from benchmarks.other_scenes.puppets.camera import View
from benchmarks.other_scenes.puppets.scene import STEP
from benchmarks.other_scenes.puppets.score import Row
from benchmarks.other_scenes.puppets.stage import Stage

Array = np.ndarray


@dataclass
class Motion:
    """One jerk's motion in the picture; times since the start of the runs."""

    onset: float
    duration: float
    rise: float
    peak_at: float
    size: float
    left: float
    reach: Array
    states: Array


def visible(stage: Stage, view: View, world: Array) -> Array:
    """Which points are inside the picture and not hidden by another body or beneath the blanket."""
    flat = view.project(world)
    shown = np.isfinite(flat).all(1) & (flat > 0).all(1) & (flat < view.size).all(1) & ~beneath(stage.model, world)
    mujoco.mj_forward(stage.model, stage.data)
    hit = np.full(1, -1, np.int32)
    for i in np.flatnonzero(shown):
        way = world[i] - view.position
        distance = mujoco.mj_ray(stage.model, stage.data, view.position, way, None, 1, -1, hit, None)
        near = distance >= 0 and distance * np.linalg.norm(way) < np.linalg.norm(way) - 0.012
        shown[i] = not near or hit[0] < 0 or kin(stage.model, int(hit[0]), int(stage.bodies[i]))
    return shown


def beneath(model: mujoco.MjModel, world: Array) -> Array:
    """Which points the blanket lies on, if there is one."""
    cover = mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_GEOM, "cover")
    if cover < 0:
        return np.zeros(len(world), bool)
    half = model.hfield_size[model.hfield("cover").id]
    return (np.abs(world[:, :2] - model.geom_pos[cover, :2]) < half[:2]).all(1)


def kin(model: mujoco.MjModel, geom: int, body: int) -> bool:
    """Whether a geom belongs to a body or its neighbour."""
    other = model.geom_bodyid[geom]
    return bool(other == body or model.body_parentid[other] == body or model.body_parentid[body] == other)


def measure(moved: Array, still: Array, seen: Array, states: Array) -> Motion | None:
    """Onset at 10 % of the farthest visible point's first peak; end where it is back or stopped for good."""
    gap = moved - still
    whole = np.nan_to_num(np.linalg.norm(gap, axis=-1))
    far = np.where(seen, whole, 0)
    early = far[: int(1.0 / STEP)]
    point = int(early.max(0).argmax())
    course = far[:, point]
    top = int(course[: len(early)].argmax())
    peak = course[top]
    if peak <= 0:
        return None
    first = max(int((course > 0.1 * peak).argmax()) - 1, 0)
    step = course[first + 1] - course[first]
    onset = first + (0.1 * peak - course[first]) / step if step > 0 else first
    final = gap[-int(0.08 / STEP) :, point].mean(0)
    away = np.linalg.norm(gap[:, point] - final, axis=-1)
    still_moving = np.flatnonzero(away > 0.1 * peak)
    last = int(still_moving[-1]) + 1 if len(still_moving) else top
    duration = max(last, top) - onset
    left = float(np.linalg.norm(final) / peak)
    return Motion(
        onset * STEP,
        duration * STEP,
        (top - onset) * STEP,
        top * STEP,
        float(peak),
        left,
        whole[: len(early)].max(0),
        states,
    )


def trim(rows: list[Row]) -> None:
    """End a jerk at the next one of the same limb; jerks amid gross movement or handling are not counted."""
    quick = sorted((r for r in rows if r.kind in ("jerk", "twitch", "dont_care")), key=lambda r: r.onset)
    for i, row in enumerate(quick):
        for later in quick[i + 1 :]:
            if set(row.limb.split(",")) & set(later.limb.split(",")):
                row.duration = min(row.duration, later.onset - row.onset)
    masks = [r for r in rows if r.kind in ("gross", "handling")]
    for row in quick:
        if any(m.onset - 0.1 < row.end and row.onset < m.end + 0.1 for m in masks):
            row.kind = "dont_care"


def spread(rows: list[Row], tracks: Array, every: int, stage: Stage, view: View) -> None:
    """Fill in the amplitude of rows other than jerks from the played clip."""
    flat = view.project(tracks)
    limbs = np.array([p.limb for p in stage.points])
    for row in rows:
        if row.amplitude or row.kind == "distractor":
            continue
        first, last = (int(t / STEP / every) for t in (row.onset, row.end))
        own = np.isin(limbs, row.limb.split(",")) if row.limb not in ("", "body") else np.ones(len(limbs), bool)
        part = flat[first : last + 1][:, own]
        if part.size:
            row.amplitude = float(np.nan_to_num(np.linalg.norm(part - part[0], axis=-1)).max())


def write(stem: Path, rows: list[Row], meta: dict[str, object]) -> None:
    """Write the truth, the places and the description beside the clip."""
    rows = sorted(rows, key=lambda r: r.onset)
    lines = ["onset\tduration\ttrial_type\tlimb\tamplitude_px"]
    lines += [f"{r.onset:.4f}\t{r.duration:.4f}\t{r.kind}\t{r.limb or 'none'}\t{r.amplitude:.2f}" for r in rows]
    stem.with_suffix(".truth.tsv").write_text("\n".join(lines) + "\n")
    places = [r.places for r in rows if r.kind == "jerk"]
    stem.with_suffix(".places.json").write_text(json.dumps(places))
    stem.with_suffix(".meta.json").write_text(json.dumps(meta, indent=1))
